"""Print what a Python reader or libical finds in feeds, a JSON line for each.

Usage: read.py icalendar|libical|vobject FILE...

A line is {"reader", "file", "name", "items"}, or {"reader", "file", "error"}; an item is
[component, uid, first day, exclusive end, title, description, seconds of each alarm]. A
task has the day it is due twice.
"""

import ctypes
import json
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

Found = tuple[str, list[list[Any]]]
_DURATION = re.compile(r"([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def with_icalendar() -> tuple[str, Callable[[bytes], Found]]:
    """Return the version and the reader of the library that wrote the feeds."""
    import icalendar

    def read(body: bytes) -> Found:
        calendar: Any = icalendar.Calendar.from_ical(body)
        errors = [error for part in calendar.walk() for error in part.errors]
        if errors:
            raise ValueError(errors[:3])
        return str(calendar["x-wr-calname"]), [item(part) for part in calendar.subcomponents]

    def item(part: Any) -> list[Any]:
        start, end = ("due", "due") if part.name == "VTODO" else ("dtstart", "dtend")
        days = [part[name].dt.isoformat() for name in (start, end)]
        texts = [str(part["summary"]), str(part["description"])]
        alarms = [alarm["trigger"].dt.total_seconds() for alarm in part.walk("VALARM")]
        return [part.name, str(part["uid"]), *days, *texts, alarms]

    return f"icalendar {icalendar.__version__}", read


def with_vobject() -> tuple[str, Callable[[bytes], Found]]:
    """Return the version and the reader of vobject."""
    import vobject

    def read(body: bytes) -> Found:
        calendar = vobject.readOne(body.decode())
        calendar.validate(raiseException=True)
        return calendar.x_wr_calname.value, [item(part) for part in calendar.components()]

    def item(part: Any) -> list[Any]:
        start, end = ("due", "due") if part.name == "VTODO" else ("dtstart", "dtend")
        days = [getattr(part, name).value.isoformat() for name in (start, end)]
        texts = [part.summary.value, part.description.value]
        alarms = [alarm.trigger.value.total_seconds() for alarm in part.components()]
        return [part.name, part.uid.value, *days, *texts, alarms]

    return f"vobject {vobject.VERSION}", read


def with_libical() -> tuple[str, Callable[[bytes], Found]]:
    """Return the version and the reader of libical, with its check of RFC 5545's restrictions."""
    lib = ctypes.CDLL("libical.so.3")
    node, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int

    def function(name: str, result: Any, *arguments: Any) -> Any:
        found = getattr(lib, name)
        found.restype, found.argtypes = result, arguments
        return found

    parse = function("icalparser_parse_string", node, text)
    free = function("icalcomponent_free", None, node)
    check = function("icalrestriction_check", number, node)
    errors_of = function("icalcomponent_count_errors", number, node)
    first = function("icalcomponent_get_first_component", node, node, number)
    following = function("icalcomponent_get_next_component", node, node, number)
    prop = function("icalcomponent_get_first_property", node, node, number)
    next_prop = function("icalcomponent_get_next_property", node, node, number)
    value = function("icalproperty_get_value_as_string", text, node)
    x_name = function("icalproperty_get_x_name", text, node)
    kind_of = function("icalcomponent_isa", number, node)
    name_of = function("icalcomponent_kind_to_string", text, number)
    to_kind = function("icalproperty_string_to_kind", number, text)
    of_name = function("icalcomponent_string_to_kind", number, text)
    texts = [function(f"icalcomponent_get_{n}", text, node) for n in ("summary", "description")]
    uid = function("icalcomponent_get_uid", text, node)
    kinds = {name: to_kind(name.encode()) for name in ("DTSTART", "DTEND", "DUE", "TRIGGER", "X")}
    alarm_kind, any_kind = of_name(b"VALARM"), 1

    def read(body: bytes) -> Found:
        calendar = parse(body)
        if not calendar:
            raise ValueError("nothing was parsed")
        try:
            errors, is_valid = errors_of(calendar), check(calendar)
            if errors or not is_valid:
                raise ValueError(f"{errors} X-LIC-ERROR, restrictions met: {bool(is_valid)}")
            return calendar_name(calendar), [item(part) for part in each(calendar, any_kind)]
        finally:
            free(calendar)

    def calendar_name(calendar: int) -> str:
        found = prop(calendar, kinds["X"])
        while found and x_name(found) != b"X-WR-CALNAME":
            found = next_prop(calendar, kinds["X"])
        return str(value(found).decode().replace("\\,", ",").replace("\\;", ";")) if found else ""

    def each(parent: int, kind: int) -> list[int]:
        parts, part = [], first(parent, kind)
        while part:
            parts.append(part)
            part = following(parent, kind)
        return parts

    def item(part: int) -> list[Any]:
        name = name_of(kind_of(part)).decode()
        start, end = ("DUE", "DUE") if name == "VTODO" else ("DTSTART", "DTEND")
        days = [
            date.fromisoformat(value(prop(part, kinds[which])).decode()).isoformat()
            for which in (start, end)
        ]
        alarms = [
            seconds(value(prop(alarm, kinds["TRIGGER"])).decode())
            for alarm in each(part, alarm_kind)
        ]
        return [name, uid(part).decode(), *days, *(get(part).decode() for get in texts), alarms]

    loaded = re.search(r"(/\S*/libical\.so\S*)", Path("/proc/self/maps").read_text())
    version = Path(loaded[1]).resolve().name.removeprefix("libical.so.") if loaded else "3"
    return f"libical {version}", read


def seconds(text: str) -> float:
    """Return the seconds of an iCalendar duration such as -P6DT16H."""
    match = _DURATION.fullmatch(text)
    if not match:
        raise ValueError(f"{text} is no duration")
    weeks, days, hours, minutes, rest = (int(part or 0) for part in match.groups()[1:])
    total = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + rest
    return float(-total if match[1] == "-" else total)


def main(library: str, names: list[str]) -> None:
    """Read every file, whatever happens with one of them."""
    readers = {"icalendar": with_icalendar, "libical": with_libical, "vobject": with_vobject}
    reader, read = readers[library]()
    for name in names:
        line: dict[str, Any] = {"reader": reader, "file": Path(name).name}
        try:
            line["name"], line["items"] = read(Path(name).read_bytes())
        except Exception as error:
            # Whatever a reader stumbles over is what we look for.
            line["error"] = f"{type(error).__name__}: {error}"
        print(json.dumps(line))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

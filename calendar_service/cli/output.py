"""Where data and messages go; without click, so that a plain list starts sooner."""

import io
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from calendar_service.errors import CalendarServiceError, OutputError

_AXES = ("region", "kind", "prominence", "event", "campaign")


def use_utf8() -> None:
    """Write UTF-8 to stdout and stderr, whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


def fail(error: CalendarServiceError) -> NoReturn:
    """Say an error of ours on stderr, and leave with status 2."""
    if sys.stderr:
        print(f"calendar-service: {error}", file=sys.stderr)
    sys.exit(2)


def say_if_empty(items: Sequence[object]) -> None:
    """Say on stderr that a list holds nothing, so that nobody waits for more."""
    if not items and sys.stderr:
        line = "nothing falls in this time by this selection; --all gives more"
        print(line, file=sys.stderr)


def chosen_values(chosen: dict[str, Any]) -> dict[str, list[str]]:
    """Return the options of a selection as the values of its axes."""
    values = {axis: list(chosen[axis]) for axis in _AXES}
    values["year_class"] = list(chosen["year_class"])
    values["all"] = ["1"] if chosen["all_"] else []
    values["order"] = [chosen["order"]] if chosen["order"] else []
    return {axis: given for axis, given in values.items() if given}


def suffix(form: str) -> str:
    """Return the file suffix by which a form is known elsewhere: text is txt."""
    return "txt" if form == "text" else form


def write(data: bytes, output: str | None) -> None:
    """Write *data* to the file *output*, or to stdout as it is."""
    try:
        if output in (None, "-"):
            sys.stdout.buffer.write(data)  # bytes as they are, whatever the locale
            sys.stdout.buffer.flush()
        else:
            Path(output).write_bytes(data)
    except BrokenPipeError:
        raise  # "| head" has seen enough: click ends quietly
    except (OSError, AttributeError) as error:  # AttributeError: stdout is closed
        if output in (None, "-") and sys.stdout:
            with suppress(OSError):  # else Python tries once more at its end, and says so
                sys.stdout.close()
        reason = getattr(error, "strerror", None) or "it is closed"
        raise OutputError(output or "stdout", reason) from error

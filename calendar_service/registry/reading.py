"""events.yaml as text with places: entries whose every value knows its file and line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from calendar_service.core.text import nfc
from calendar_service.errors import Fault, nearest_hint

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is eight times as fast
_TOP_KEYS = ("events",)
_DEEPEST = 4  # an event, its sources, one source, its value


@dataclass(frozen=True, slots=True)
class Field:
    """A value of the file and where it stands.

    Attributes:
        value: A text, a list or a mapping of fields; None where nothing is written.
            Numbers and dates stay texts, as the editor wrote them.
        file: The file's name, as it was given.
        line: 1 for the first line.
    """

    value: "str | list[Field] | dict[str, Field] | None"
    file: str
    line: int


@dataclass(slots=True)
class Entry:
    """One event as the files give it; a later file adds to it or overrides it."""

    file: str
    line: int
    fields: dict[str, Field] = field(default_factory=dict)


def read_entries(path: Path, faults: list[Fault]) -> Iterator[Entry]:
    """Yield the events of one file as entries; what is wrong goes to *faults*."""
    name = str(path)
    text = _read_text(path, faults)
    if text is None:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if not line.isascii() and line != nfc(line):
            faults.append(
                Fault(name, number, "text is not in Unicode NFC; retype it, or save it as NFC")
            )
    events = _events_node(text, name, faults)
    for node in events.value if events else []:
        content = _content(node, name, faults)
        if isinstance(content.value, dict):
            yield Entry(name, content.line, content.value)
        else:
            faults.append(
                Fault(name, content.line, "an event is a block of keys; start it with '- id: …'")
            )


def _read_text(path: Path, faults: list[Fault]) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        faults.append(
            Fault(str(path), 0, f"cannot be read: {reason}; set EVENTS_FILE to the registry's path")
        )
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        faults.append(Fault(str(path), line, "is not UTF-8; save the file as UTF-8"))
    return None


def _events_node(text: str, name: str, faults: list[Fault]) -> yaml.SequenceNode | None:
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        faults.append(
            Fault(name, line, f"is not YAML: {error.problem}; mend the indent or quotes here")
        )
        return None
    except yaml.YAMLError as error:  # a character that YAML does not allow
        faults.append(Fault(name, 1, f"is not YAML: {error}; remove what it names"))
        return None
    if not isinstance(root, yaml.MappingNode):
        faults.append(Fault(name, 1, "holds no registry; start it with the line 'events:'"))
        return None
    top = _mapping(root, name, faults)
    for key, place in top.items():
        if key not in _TOP_KEYS:
            hint = nearest_hint(key, _TOP_KEYS)
            faults.append(
                Fault(name, place[0], f"unknown key {key!r}{hint}; only 'events' stands here")
            )
    line, node = top.get("events", (1, None))
    if isinstance(node, yaml.SequenceNode):
        return node
    faults.append(Fault(name, line, "'events' holds no list; write '- id: …' for each event"))
    return None


def _mapping(
    node: yaml.MappingNode, name: str, faults: list[Fault]
) -> dict[str, tuple[int, yaml.Node]]:
    """Return key -> (line of the key, value); a key written twice is a fault."""
    found: dict[str, tuple[int, yaml.Node]] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
        if key in found:
            faults.append(
                Fault(name, line, f"key {key!r} is already on line {found[key][0]}; keep one")
            )
        else:
            found[key] = (line, value_node)
    return found


def _content(node: yaml.Node, name: str, faults: list[Fault], depth: int = 0) -> Field:
    line = node.start_mark.line + 1
    if depth > _DEEPEST:  # a YAML alias may hold itself
        faults.append(Fault(name, line, "is nested too deeply; write plain values here"))
        return Field(None, name, line)
    if isinstance(node, yaml.MappingNode):
        pairs = _mapping(node, name, faults).items()
        fields = {}
        for key, (key_line, value) in pairs:
            inner = _content(value, name, faults, depth + 1)
            fields[key] = Field(inner.value, name, key_line)
        return Field(fields, name, line)
    if isinstance(node, yaml.SequenceNode):
        return Field([_content(item, name, faults, depth + 1) for item in node.value], name, line)
    text = str(node.value).strip()
    plain = isinstance(node, yaml.ScalarNode) and node.style is None
    empty = not text or (plain and text in ("~", "null"))
    return Field(None if empty else text, name, line)

"""events.yaml as text with places: entries whose every value knows its file and line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.reader import ReaderError

from calendar_service.core.text import nfc
from calendar_service.errors import Fault, nearest_hint

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is eight times as fast
_TOP_KEYS = ("events", "campaigns")
_DEEPEST = 6  # an entry, its announcements, one, its sources, one, its value
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff]")
_OPENED = re.compile("quoted scalar|simple key|flow")  # parts that may break off lines later
_REMEDIES = {
    "but found another document": "delete the line '---'; a file is one document",
    "found undefined alias": "put a text that starts with '*' in quotes",
}


class _Loader(_Parser):  # type: ignore[misc]
    """Leaves every value the text it is; telling numbers and dates apart takes time."""

    def resolve(self, kind: type[yaml.Node], value: object, implicit: object) -> str:
        """Return the tag of a node, which nobody reads."""
        return "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class Field:
    """A value of the file and where it stands.

    Attributes:
        value: A text, a list or a mapping of fields; None where nothing is written.
            Numbers and dates stay texts, as the editor wrote them.
        file: The file's name, as it was given.
        line: 1 for the first line.
    """

    value: "Value"
    file: str
    line: int

    def item(self, text: str) -> "Field":
        """Return the item of the list that reads *text*, the list itself when none does."""
        items = self.value if isinstance(self.value, list) else []
        return next((item for item in items if item.words == text), self)

    @property
    def words(self) -> str | None:
        """The text with single blanks, None for a list, a mapping or nothing."""
        return " ".join(self.value.split()) if isinstance(self.value, str) else None


Value = str | list[Field] | dict[str, Field] | None


@dataclass(slots=True)
class Entry:
    """One event or campaign as the files give it; a later file adds to it or overrides it."""

    file: str
    line: int
    fields: dict[str, Field] = field(default_factory=dict)


def read_entries(name: str, data: bytes, faults: list[Fault]) -> dict[str, list[Entry]]:
    """Return the entries of the file *name*, by the list they stand in: events, campaigns.

    What is wrong goes to *faults*.
    """
    found: dict[str, list[Entry]] = {key: [] for key in _TOP_KEYS}
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = error.object[: error.start].count(b"\n") + 1
        faults.append(Fault(name, broken, "is not UTF-8; save the file as UTF-8"))
        return found
    for number, line in enumerate(text.splitlines(), 1):
        if not line.isascii() and line != nfc(line):
            faults.append(
                Fault(name, number, "text is not in Unicode NFC; retype it, or save it as NFC")
            )
    for key, nodes in _lists(text, name, faults).items():
        found[key] += _entries(key, nodes, name, faults)
    return found


def _entries(key: str, nodes: list[yaml.Node], name: str, faults: list[Fault]) -> Iterator[Entry]:
    """Yield the entries of one list; *key* is what the list is called."""
    what = "an event" if key == "events" else "a campaign"
    for node in nodes:
        line = node.start_mark.line + 1
        if _is_too_deep(node):
            message = "holds itself, or values nested too deeply; write plain values here"
            faults.append(Fault(name, line, message))
            continue
        value = _value(node, name, faults)
        if isinstance(value, dict):
            yield Entry(name, line, value)
        else:
            faults.append(Fault(name, line, f"{what} is a block of keys; start it with '- id: …'"))


def _lists(text: str, name: str, faults: list[Fault]) -> dict[str, list[yaml.Node]]:
    """Return the nodes of each list that stands at the top of the file."""
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        faults.append(_syntax_fault(error, name))
        return {}
    except ReaderError as error:
        line = text.count("\n", 0, text.find(chr(error.character))) + 1
        found = f"holds the control character U+{error.character:04X}"
        faults.append(Fault(name, line, f"{found}; delete it"))
        return {}
    if not isinstance(root, yaml.MappingNode):
        faults.append(Fault(name, 1, "holds no registry; start it with the line 'events:'"))
        return {}
    top = _mapping(root, name, faults) or {"events": (1, root)}
    lists: dict[str, list[yaml.Node]] = {}
    for key, (line, node) in top.items():
        if key not in _TOP_KEYS:
            hint = nearest_hint(key, _TOP_KEYS) or "; 'events' and 'campaigns' stand here"
            faults.append(Fault(name, line, f"unknown key {key!r}{hint}"))
        elif isinstance(node, yaml.SequenceNode):
            lists[key] = node.value
        else:
            message = f"{key!r} holds no list; write '- id: …' for each entry"
            faults.append(Fault(name, line, message))
    return lists


def _syntax_fault(error: yaml.MarkedYAMLError, name: str) -> Fault:
    """Return the fault, on the line of its cause: an open quote shows only further down."""
    opened = _OPENED.search(error.context or "")
    marks = (error.problem_mark, error.context_mark)
    mark = next(filter(None, reversed(marks) if opened else marks), None)
    problem = error.problem or "it breaks off"
    remedy = _REMEDIES.get(problem, "mend the indent, quotes or brackets here")
    message = f"is not YAML: {problem.removeprefix('but ')}; {remedy}"
    return Fault(name, mark.line + 1 if mark else 1, message)


def _is_too_deep(node: yaml.Node, depth: int = 0) -> bool:
    """Return whether *node* has more levels than an event; a YAML alias may hold itself."""
    if depth > _DEEPEST:
        return True
    if isinstance(node, yaml.MappingNode):
        return any(_is_too_deep(value, depth + 1) for _, value in node.value)
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    return any(_is_too_deep(item, depth + 1) for item in items)


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


def _value(node: yaml.Node, name: str, faults: list[Fault]) -> "Value":
    if isinstance(node, yaml.MappingNode):
        pairs = _mapping(node, name, faults).items()
        return {key: Field(_value(value, name, faults), name, line) for key, (line, value) in pairs}
    if isinstance(node, yaml.SequenceNode):
        return [
            Field(_value(item, name, faults), name, item.start_mark.line + 1) for item in node.value
        ]
    text = str(node.value).strip()
    if not text.isprintable() and (control := _CONTROL.search(text)):  # quotes let one in as \0
        message = f"holds the control character U+{ord(control[0]):04X}; delete it"
        faults.append(Fault(name, node.start_mark.line + 1, message))
    plain = isinstance(node, yaml.ScalarNode) and not node.style  # "" from libyaml, else None
    return None if not text or (plain and text in ("~", "null")) else text

"""Types to JSON Schema 2020-12: what the shapes of our answers say, for programs."""

import types
from dataclasses import dataclass, fields
from enum import StrEnum
from inspect import getdoc
from typing import (
    Annotated,
    Any,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a type does not say of itself, the further keywords of its schema."""

    about: str | None = None
    format: str | None = None
    pattern: str | None = None
    minimum: int | None = None
    maximum: int | None = None

    @property
    def keywords(self) -> Schema:
        """The keywords that are given, as JSON Schema names them."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        given["description"] = given.pop("about")
        return {name: value for name, value in given.items() if value is not None}


_PLAIN: dict[Any, str] = {str: "string", int: "integer", bool: "boolean", type(None): "null"}


def schema_of(shape: Any, found: dict[str, Schema]) -> Schema:
    """Return the schema of a type; TypedDicts and enums go into *found*, by name.

    Args:
        shape: Built of TypedDict, StrEnum, list, unions, str, int, bool, None, and
            Annotated with a Note.
        found: Where named schemas are gathered, as components of an OpenAPI description.
    """
    if shape in _PLAIN:
        return {"type": _PLAIN[shape]}
    origin, parts = get_origin(shape), get_args(shape)
    if origin is Annotated:
        return _annotated(schema_of(parts[0], found), parts[1:])
    if origin is NotRequired:
        return schema_of(parts[0], found)
    if origin is list:
        return {"type": "array", "items": schema_of(parts[0], found)}
    if origin in (Union, types.UnionType):
        return _either([schema_of(part, found) for part in parts])
    return _named(shape, found)


def _annotated(schema: Schema, notes: tuple[Note, ...]) -> Schema:
    for note in notes:
        schema = schema | note.keywords
    return schema


def _either(schemas: list[Schema]) -> Schema:
    """Return what is one of *schemas*; "a string or null" is one schema with two types."""
    null = {"type": "null"}
    others = [schema for schema in schemas if schema != null]
    if null in schemas and len(others) == 1 and isinstance(others[0].get("type"), str):
        return others[0] | {"type": [others[0]["type"], "null"]}
    return {"anyOf": schemas}


def _named(shape: Any, found: dict[str, Schema]) -> Schema:
    name = shape.__name__
    if name not in found:
        found[name] = {}  # a shape may hold itself
        found[name] = _enum(shape) if issubclass(shape, StrEnum) else _object(shape, found)
    return {"$ref": f"#/components/schemas/{name}"}


def _enum(shape: type[StrEnum]) -> Schema:
    return {"type": "string", "enum": [member.value for member in shape], **_about(shape)}


def _object(shape: Any, found: dict[str, Schema]) -> Schema:
    if not is_typeddict(shape):
        raise TypeError(f"{shape!r} has no schema; describe it with a TypedDict or an enum")
    hints = get_type_hints(shape, include_extras=True)
    return {
        "type": "object",
        **_about(shape),
        "properties": {name: schema_of(hint, found) for name, hint in hints.items()},
        "required": [name for name in hints if name in shape.__required_keys__],
    }


def _about(shape: Any) -> Schema:
    text = getdoc(shape)
    return {"description": text.partition("\n\n")[0].replace("\n", " ")} if text else {}

"""Frozen dataclasses as JSON, read back by the types of their fields and nothing else."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from autograd.files import FormatError

Record = TypeVar("Record")
NAMES = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    type(None): "null",
    list: "a list",
    dict: "an object",
}


def plain(thing: Any) -> Any:
    """A record in JSON's types: objects, lists, numbers, strings."""
    if is_dataclass(thing):
        return {field.name: plain(getattr(thing, field.name)) for field in fields(thing)}
    if isinstance(thing, dict):
        return {name: plain(part) for name, part in thing.items()}
    return [plain(part) for part in thing] if isinstance(thing, tuple) else thing


def record_of(kind: type[Record], given: Any, where: str) -> Record:
    """The record that `plain` made this of.

    A field that is not there has its default, where that is nothing: an earlier version may not
    have had it. A number that is not there is not made up.

    Types of fields: bool, int, float, str, None, a tuple of any length or of a fixed one, a dict by
    texts, another record, and unions of those that JSON distinguishes.

    Raises:
        FormatError: if it is invalid, with `where` and the name of the field.
    """
    found: Record = read(kind, given, where)
    return found


def read(kind: Any, given: Any, where: str) -> Any:
    """A value of this type."""
    kind = member(kind, given, where)
    if is_dataclass(kind):
        return read_fields(kind, given, where)
    if get_origin(kind) is dict:
        _, part = get_args(kind)
        return {name: read(part, item, f"{where}.{name:.60}") for name, item in given.items()}
    if get_origin(kind) is tuple:
        parts: tuple[Any, ...] = get_args(kind)
        if parts[-1] is Ellipsis:
            parts = parts[:1] * len(given)
        elif len(parts) != len(given):
            raise FormatError(f"{where}: expected a list of {len(parts)}, got {given!r:.60}")
        pairs = enumerate(zip(parts, given, strict=True))
        return tuple([read(part, item, f"{where}[{i}]") for i, (part, item) in pairs])
    return float(given) if kind is float else given


def read_fields(kind: Any, given: dict[str, Any], where: str) -> Any:
    """A record of the fields that were given."""
    types_of = types_in(kind)
    unknown = [name for name in given if name not in types_of]
    missing = [
        field.name
        for field in fields(kind)
        if field.name not in given and not is_nothing(field.default)
    ]
    if unknown or missing:
        fault = f"unknown {unknown[0]!r:.60}" if unknown else f"missing {missing[0]!r}"
        raise FormatError(f"{where}: {fault}; expected {', '.join(types_of)}")
    parts = {name: read(types_of[name], item, f"{where}.{name}") for name, item in given.items()}
    try:
        return kind(**parts)
    except ValueError as error:
        raise FormatError(f"{where}: {error}") from None


def is_nothing(default: Any) -> bool:
    """Whether the default of a field stands for a missing value."""
    return default is None or default is False or default in ("", ())


@cache
def types_in(kind: type) -> dict[str, Any]:
    """The types of the fields of a record, cached since they are slow to compute."""
    return get_type_hints(kind)


def member(kind: Any, given: Any, where: str) -> Any:
    """The type itself, or the one of a union that was given; FormatError if it is of none."""
    members = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    for one in members:
        if type(given) in forms(one):
            return one
    accepted = " or ".join([NAMES[forms(one)[0]] for one in members])
    raise FormatError(f"{where}: expected {accepted}, got {given!r:.60}")


def forms(kind: Any) -> tuple[type, ...]:
    """The JSON types of a type."""
    if kind is float:
        return float, int  # 1 and 1.0 are one number in JSON
    if is_dataclass(kind) or get_origin(kind) is dict:
        return (dict,)
    return (list,) if get_origin(kind) is tuple else (kind,)

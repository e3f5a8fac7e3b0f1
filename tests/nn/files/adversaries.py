"""Descriptions that are as long as a file can have them, made by the types of their fields."""

from __future__ import annotations

import json
import struct
import types
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

SAMPLES = {bool: False, int: 1, float: 0.5, str: "a", type(None): None}


def plainest(kind: Any) -> Any:
    """The shortest thing of a type, in JSON."""
    if kind in SAMPLES:
        return SAMPLES[kind]
    if get_origin(kind) in (Union, types.UnionType):
        return plainest(get_args(kind)[-1])
    if get_origin(kind) is tuple:
        return []
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return {
            field.name: plainest(hints[field.name])
            for field in fields(kind)
            if field.default is MISSING
        }
    return {}


def adversaries(kind: Any, size: int) -> Iterator[Any]:
    """Things of a type, each of about so many bytes, some of them as costly as they can be."""
    if kind is str:
        yield from ("n" * size, "\0" * (size // 6), "\U0001f600" * (size // 12))
    elif kind is int:
        yield from (10**23, -1)
    elif kind is float:
        yield from (1e308, -1e308, 5e-324, 10**23)
    elif get_origin(kind) in (Union, types.UnionType):
        for one in get_args(kind):
            yield from adversaries(one, size)
    elif get_origin(kind) is tuple:
        part = get_args(kind)[0]
        yield [plainest(part)] * (size // (len(json.dumps(plainest(part))) + 1))
        if part is str:
            yield [str(i) for i in range(size // 9)]
            yield [f"{i}".zfill(400) for i in range(size // 405)]
        for one in adversaries(part, size - 100):
            yield [one]
            yield [one, one]
        for one in adversaries(part, 300):
            yield [one] * (size // 400)
    elif get_origin(kind) is dict:
        part = get_args(kind)[1]
        yield {str(i): plainest(part) for i in range(size // 16)}
        yield {"n" * size: plainest(part)}
        for one in adversaries(part, size):
            yield {"a": one}
    elif is_dataclass(kind):
        hints = get_type_hints(kind)
        for field in fields(kind):
            for one in adversaries(hints[field.name], size):
                yield {**plainest(kind), field.name: one}
        if {"name", "categories"} <= hints.keys():  # the names of features are products of these
            for letters in (size // 2, size // 10, 500):
                words = [str(i) for i in range((size - letters) // 9)]
                yield {"name": "n" * letters, "categories": words}


def changed(description: dict[str, Any], kind: Any, size: int) -> Iterator[tuple[str, Any]]:
    """The description of a file with one of its fields, at any depth, exchanged; and which one."""
    hints = get_type_hints(kind)
    for name, hint in hints.items():
        for one in adversaries(hint, size):
            yield name, {**description, name: one}
        members = [one for one in (*get_args(hint), hint) if is_dataclass(one)]
        if members and isinstance(description.get(name), dict):
            for inner, one in changed(description[name], members[0], size):
                yield f"{name}.{inner}", {**description, name: one}


def with_description(content: bytes, description: Any) -> bytes:
    """A file with another description."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    header["__metadata__"]["chainrule"] = json.dumps(description)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content[8 + length :]


def description_in(content: bytes) -> Any:
    length = int.from_bytes(content[:8], "little")
    return json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["chainrule"])

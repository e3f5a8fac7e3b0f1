"""The file format safetensors: tensors of floats by name, and texts.

The length of the header in eight bytes; the header, a JSON object that has the kind of number, the
shape and the place of each tensor, and texts under `__metadata__`; the numbers, without a gap.
https://github.com/huggingface/safetensors describes it.
"""

from __future__ import annotations

import json
import struct
import sys
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from autograd.files import FormatError, opened
from autograd.strict_json import parse

LONGEST = 100_000_000  # bytes of a header, by the format; what is text seems to have more
TEXTS = "__metadata__"
ENTRY = {"dtype", "shape", "data_offsets"}
SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}  # bytes of a number
LETTERS = {"F64": "d", "F32": "f", "F16": "e"}  # of struct


class Tensor(NamedTuple):
    """Floats in C order; an empty shape is that of a scalar."""

    shape: tuple[int, ...]
    numbers: array[float]


class Place(NamedTuple):
    """The place of a tensor among the numbers, in bytes."""

    begin: int
    end: int
    kind: str
    shape: tuple[int, ...]


def content_of(tensors: Mapping[str, Tensor], texts: Mapping[str, str]) -> bytes:
    """The content of a file with these tensors, as 64-bit floats and in this order.

    Raises:
        ValueError: for a name that can't be one.
    """
    header: dict[str, Any] = {TEXTS: dict(texts)}
    parts, end = [], 0
    for name, tensor in tensors.items():
        if name == TEXTS or not is_unicode(name):
            raise ValueError(f"safetensors: {name!r:.60} can't be the name of a tensor")
        begin, end = end, end + 8 * len(tensor.numbers)
        header[name] = {"dtype": "F64", "shape": tensor.shape, "data_offsets": [begin, end]}
        parts.append(little_endian(tensor.numbers).tobytes())
    described = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    described += b" " * (-len(described) % 8)  # so that the numbers are aligned
    return b"".join([struct.pack("<Q", len(described)), described, *parts])


def read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors and texts of a file, in the order of the header.

    Raises:
        OSError: if the file can't be read.
        FormatError: if the file is not exactly of this format, or a tensor is of another type than
            F64, F32, F16 and BF16.
    """
    with opened(path) as (file, size):
        start = file.read(8)
        length = int.from_bytes(start, "little")
        if len(start) < 8 or length > LONGEST:
            begins_as_json = start.lstrip()[:1] == b"{"
            raise FormatError(
                f"{path}: not a safetensors file: "
                + ("it is empty" if not start else f"it begins with {start!r:.60}")
                + ("; autograd.load reads graphs, which are JSON" if begins_as_json else "")
            )
        if length > size - 8:
            raise FormatError(
                f"{path}: expected a header of {length} bytes after the first 8, got {size - 8}: "
                "the file is cut off, or it is not a safetensors file"
            )
        header = parse(file.read(length), f"{path}: header")
        data = file.read(size - 8 - length)
    if not isinstance(header, dict):
        raise FormatError(f"{path}: header: expected an object, got {header!r:.60}")
    texts = header.pop(TEXTS, {})
    if not isinstance(texts, dict) or not all([isinstance(t, str) for t in texts.values()]):
        raise FormatError(f"{path}: header: {TEXTS}: expected texts by name, got {texts!r:.60}")
    for text in (*header, *texts, *texts.values()):
        if not is_unicode(text):
            raise FormatError(f"{path}: header: half of a pair of surrogates in {text!r:.60}")
    places = {
        name: place_of(entry, f"{path}: header: {name!r:.60}") for name, entry in header.items()
    }
    check_places(places, len(data), str(path))
    return {name: tensor_at(place, data) for name, place in places.items()}, texts


def place_of(entry: Any, where: str) -> Place:
    """The entry of a tensor in the header."""
    if not isinstance(entry, dict) or entry.keys() != ENTRY:
        raise FormatError(f"{where}: expected {', '.join(sorted(ENTRY))}, got {entry!r:.60}")
    kind, shape, ends = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(kind, str) or kind not in SIZES:
        raise FormatError(f"{where}: dtype: expected one of {', '.join(SIZES)}, got {kind!r:.60}")
    if not are_sizes(shape):
        raise FormatError(f"{where}: shape: expected whole numbers, got {shape!r:.60}")
    if not are_sizes(ends) or len(ends) != 2 or ends[0] > ends[1]:
        raise FormatError(f"{where}: data_offsets: expected begin and end, got {ends!r:.60}")
    begin, end = ends
    count = 0 if 0 in shape else 1
    for size in shape:
        count *= size
        if count > end - begin:  # before the product has a million digits
            break
    if count * SIZES[kind] != end - begin:
        raise FormatError(
            f"{where}: expected {SIZES[kind]} bytes for each number of the shape {shape!r:.60}, "
            f"got data_offsets {ends}"
        )
    return Place(begin, end, kind, tuple(shape))


def are_sizes(given: Any) -> bool:
    """Whether it is a list of whole numbers from 0 on."""
    return isinstance(given, list) and all([type(x) is int and x >= 0 for x in given])


def check_places(places: Mapping[str, Place], size: int, where: str) -> None:
    """FormatError if tensors overlap, or leave gaps."""
    reached = 0
    for name, place in sorted(places.items(), key=lambda item: item[1][:2]):
        if place.begin != reached:
            fault = "overlaps the one before it" if place.begin < reached else "leaves a gap"
            raise FormatError(
                f"{where}: header: {name!r:.60}: {fault}: it begins at byte {place.begin} of the "
                f"numbers, expected {reached}"
            )
        reached = place.end
    if reached != size:
        fault = "the file is cut off" if reached > size else "there is more after the last tensor"
        raise FormatError(f"{where}: expected {reached} bytes of numbers, got {size}: {fault}")


def tensor_at(place: Place, data: bytes) -> Tensor:
    """A tensor, its numbers as 64-bit floats."""
    begin, end, kind, shape = place
    raw = data[begin:end]
    if kind == "BF16":  # the upper half of an F32
        wide = bytearray(2 * len(raw))
        wide[2::4], wide[3::4] = raw[::2], raw[1::2]
        raw, kind = bytes(wide), "F32"
    if kind == "F64":
        numbers = array("d", raw)
        return Tensor(shape, little_endian(numbers))
    count = len(raw) // SIZES[kind]
    return Tensor(shape, array("d", struct.unpack(f"<{count}{LETTERS[kind]}", raw)))


def little_endian(numbers: array[float]) -> array[float]:
    """Numbers converted between little-endian and the byte order of the machine."""
    if sys.byteorder == "little":
        return numbers
    swapped = numbers[:]
    swapped.byteswap()
    return swapped


def is_unicode(text: str) -> bool:
    """Whether it can be encoded: it has no lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

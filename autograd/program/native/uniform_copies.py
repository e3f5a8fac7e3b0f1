"""Copies among the uniform numbers, by tables of places where these are not evenly apart."""

from __future__ import annotations

from collections.abc import Sequence

from .layout import stride
from .llvm_ir import Function
from .units import Units


def place_of(f: Function, places: Sequence[int], i: str) -> str:
    """The number of that number: computed where they are evenly apart, else from a table."""
    step = stride(places)
    if step is not None:
        return f.plus(f.times(i, step), places[0])
    return f.entry(f.module.table(places), i)


def copy_constants(f: Function, units: Units) -> None:
    """Put the constants that have places into them; the places are known when all else is."""
    constants, places = units.computation.constants, units.layout.uniform_places
    found = [slot for slot in places if slot in constants]
    table = f.module.numbers([constants[slot] for slot in found])
    copy(f, table, range(len(found)), [places[slot] for slot in found])


def copy(f: Function, source: str, sources: Sequence[int], places: Sequence[int]) -> None:
    """Copy numbers from some places after a pointer to places among the uniform numbers."""
    if places:
        with f.loop(len(places)) as (i, _):
            value = f.load(f.at(source, place_of(f, sources, i)))
            f.store(value, f.at("%uniform", place_of(f, places, i)))

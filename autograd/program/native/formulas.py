"""Outputs composed of several sums over rows, as loops over tables of factors and places."""

from __future__ import annotations

from collections.abc import Sequence

from .llvm_ir import Function
from .long_sums import WIDE, Leaf, lower_wide
from .lowering import lower
from .sharing import Call, call_all
from .uniform import numbered
from .uniform_copies import place_of
from .units import Units

Formula = Sequence[tuple[int | None, int]]  # factors (slots; 1 if None), each times a numbered sum
PARAMETERS = "ptr %uniform, ptr %sums"


def write_formulas(units: Units, formulas: dict[int, Formula]) -> None:
    """finish(uniform, sums): the outputs by their formulas; those of equal form are one loop.

    No formula reads an output that another one sets.
    """
    alike: dict[object, list[int]] = {}
    for output, formula in formulas.items():
        wide = len(formula) >= WIDE
        form = len(formula) if wide else tuple([factor is None for factor, _ in formula])
        alike.setdefault(form, []).append(output)
    calls: list[Call] = []
    for outputs in alike.values():
        f = Function(units.module, f"formulas{len(calls)}", PARAMETERS, 1)
        write_alike(f, units, outputs, [formulas[output] for output in outputs])
        f.end()
        calls.append((f.name,))
    finish = Function(units.module, "finish", PARAMETERS, 1)
    call_all(finish, calls, "%uniform", "%sums")
    finish.end()


def write_alike(f: Function, units: Units, outputs: Sequence[int], found: list[Formula]) -> None:
    """Outputs whose formulas have the same number of terms, with factors in the same places."""
    count = len(found[0])
    if count >= WIDE:
        every = term(f, units, [part for formula in found for part in formula])
    else:
        terms = [term(f, units, column) for column in zip(*found, strict=True)]
    with f.loop(len(found)) as (i, _):
        if not count:
            value = f.constant(0.0)
        elif count < WIDE:
            value = lower(f, "total", [leaf(i) for leaf in terms])
        else:
            first = f.times(i, count)
            value = lower_wide(f, "total", count, [lambda j: every(f.plus(first, j))])
        f.store(value, f.at("%sums", place_of(f, outputs, i)))


def term(f: Function, units: Units, parts: Formula) -> Leaf:
    """The value of the i-th of these products."""
    places = [place for _, place in parts]
    factors = [factor for factor, _ in parts]

    def sum_at(i: str) -> str:
        return f.load(f.at("%sums", place_of(f, places, i)))

    if not any([factor is not None for factor in factors]):
        return sum_at
    one = units.computation.add_constant(1.0) if None in factors else -1
    slots = [one if factor is None else factor for factor in factors]
    if len({*slots}) == 1:
        shared = units.operand(f, {}, slots[0])
        return lambda i: f.mul(shared, sum_at(i))
    factor = numbered(f, units, slots)
    return lambda i: f.mul(factor(i), sum_at(i))

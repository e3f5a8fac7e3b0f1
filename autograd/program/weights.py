"""Checks of programs' arguments: sample weights, parameters, variables of derivatives."""

from __future__ import annotations

from typing import Any

from ..arguments import choices, real, several, wrong
from ..structures import is_array
from ..tape.instructions import Tape
from .tables import NUMBERS

BY = '"parameters", "inputs", or a list of names of inputs'


def numbers(xs: Any, where: str, what: str, count: int, of: str, as_array: bool = False) -> Any:
    """A sequence of `count` real numbers as a list of floats.

    Args:
        what, of: for errors, the names of the numbers, and of the items that they belong to.
        as_array: whether an array is returned as an array of float64.
    """
    found: Any
    if is_array(xs) and xs.ndim == 1 and xs.dtype.kind in NUMBERS:
        found = xs.astype(float)
        found = found if as_array else found.tolist()
    else:
        found = [real(x, f"{where}: {what}") for x in several(xs, where, f"numbers as {what}")]
    if len(found) != count:
        raise ValueError(
            f"{where}: {what}: expected one number for each of the {count} {of}, got {len(found)}"
        )
    return found


def row_weights(rows: Any, sample_weight: Any, where: str) -> Any:
    """The weight of each row, as a list or an array; None if there are none."""
    if sample_weight is None:
        return None
    return numbers(sample_weight, where, "sample_weight", len(rows), "rows", is_array(rows))


def weights_of(rows: Any, reduction: Any, sample_weight: Any, where: str) -> Any:
    """The weight of each row in a sum or a mean, as a list or an array, or one float for all.

    Raises:
        ValueError: for another reduction, and for weights whose sum is not positive.
    """
    if not isinstance(reduction, str) or reduction not in ("mean", "sum"):
        raise ValueError(f"{where}: expected reduction='mean' or 'sum', got {reduction!r:.60}")
    weights = row_weights(rows, sample_weight, where)
    if weights is None:
        return 1.0 / len(rows) if reduction == "mean" else 1.0
    if reduction == "sum":
        return weights
    whole = weights.sum() if is_array(weights) else sum(weights)
    if not whole > 0.0:
        raise ValueError(f"{where}: sample_weight: expected a positive sum, got {whole}")
    return weights / whole if is_array(weights) else [weight / whole for weight in weights]


def slots_by(by: Any, tape: Tape, count: int, where: str) -> tuple[int, ...]:
    """The slots to differentiate with respect to.

    Args:
        count: the number of the tape's parameters that are those of the program.
    """
    if isinstance(by, str):
        found = {"parameters": tape.parameter_slots[:count], "inputs": range(len(tape.inputs))}
        if by in found:
            if not found[by]:
                other = "inputs" if by == "parameters" else "parameters"
                raise ValueError(f'{where}: this program has no {by}; by="{other}"')
            return tuple(found[by])
        advice = f'; by=["{by}"]' if by in tape.inputs else choices(by, [*found])
        raise ValueError(f"{where}: expected by={BY}, got {by!r:.60}{advice}")
    if not isinstance(by, (list, tuple)) or not by:
        raise wrong(where, f"by={BY}", by)
    return tuple([slot_of(name, tape, where) for name in by])


def slot_of(name: Any, tape: Tape, where: str) -> int:
    """The slot of the input of this name."""
    if not isinstance(name, str):
        raise wrong(where, "the name of an input", name)
    if name not in tape.inputs:
        raise ValueError(f"{where}: no input {name!r:.60}{choices(name, tape.inputs)}")
    return tape.inputs.index(name)

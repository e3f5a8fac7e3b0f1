"""Regularity, by the local derivatives of the engine at special numbers."""

from __future__ import annotations

import itertools
import math

import pytest

from autograd import Value
from autograd.ops import COUNTS, TABLE, Shape
from autograd.recording import evaluate
from autograd.tape import Instruction
from autograd.tape.regularity import is_regular

POINTS = [-700.0, -2.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 3.0, 700.0]


def regular(name: str) -> bool:
    """Of those with operands."""
    return TABLE[name].shape is not Shape.NONE and is_regular(Instruction(name, (0, 1)), {})


@pytest.mark.parametrize("name", [*filter(regular, TABLE)])
def test_local_derivatives_are_finite_at_finite_operands(name: str) -> None:
    op = TABLE[name]
    for operands in itertools.product(POINTS, repeat=COUNTS.get(op.shape, 2)):
        node = evaluate(op, [Value(x) for x in operands])
        if math.isfinite(node.data):
            assert all(map(math.isfinite, node.local_derivatives)), operands


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("div", {}, False),
        ("div", {1: 0.0}, False),
        ("div", {1: 2.0}, True),
        ("pow", {}, False),
        ("pow", {1: 0.5}, False),
        ("pow", {1: 2.0}, True),
        ("sqrt", {}, False),
        ("log", {}, False),
    ],
)
def test_quotients_and_powers_are_so_by_constants(
    name: str, known: dict[int, float], expected: bool
) -> None:
    assert is_regular(Instruction(name, (0, 1)), known) is expected

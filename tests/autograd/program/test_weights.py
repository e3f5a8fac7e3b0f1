"""Weights of rows, numbers of parameters, and what to differentiate by."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from autograd import Value
from autograd.program.weights import numbers, row_weights, slot_of, slots_by, weights_of
from autograd.tape import trace

ROWS = [(1.0,), (2.0,), (3.0,), (4.0,)]


@pytest.mark.parametrize("kind", [list, tuple, np.array, iter])
def test_weights(kind: Any) -> None:
    given = [1.0, 2.0, 3.0, 2.0]
    for rows in (ROWS, np.array(ROWS)):
        assert [*weights_of(rows, "sum", kind(given), "f")] == given
        assert [*weights_of(rows, "mean", kind(given), "f")] == [x / 8.0 for x in given]
        assert [*row_weights(rows, kind(given), "f")] == given
    assert isinstance(weights_of(np.array(ROWS), "mean", np.array(given), "f"), np.ndarray)
    assert isinstance(weights_of(ROWS, "mean", np.array(given), "f"), list)


def test_no_weights() -> None:
    assert weights_of(ROWS, "sum", None, "f") == 1.0
    assert weights_of(ROWS, "mean", None, "f") == 0.25
    assert row_weights(ROWS, None, "f") is None


@pytest.mark.parametrize("given", [[0.0] * 4, [1.0, -1.0, 0.0, 0.0], [math.nan] * 4])
def test_weights_without_a_mean(given: list[float]) -> None:
    for rows, weights in ((ROWS, given), (np.array(ROWS), np.array(given))):
        assert [*map(repr, map(float, weights_of(rows, "sum", weights, "f")))] == [
            *map(repr, given)
        ]
        with pytest.raises(ValueError, match="f: sample_weight: expected a positive sum, got"):
            weights_of(rows, "mean", weights, "f")


@pytest.mark.parametrize("given", ["ab", 3, [1.0], [1.0, "x"], [[1.0, 2.0]], {"a": 1.0}, [1j, 2.0]])
def test_what_is_no_sequence_of_two_numbers(given: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"^f: .*expected"):
        numbers(given, "f", "things", 2, "others")
    with pytest.raises((TypeError, ValueError), match=r"^f: .*expected"):
        numbers(np.array(given, dtype=object), "f", "things", 2, "others")


def test_numbers_of_any_type() -> None:
    for given in ([1, True], np.array([1, 1], dtype=np.uint8), np.ones(2, dtype=np.float32)):
        found = numbers(given, "f", "things", 2, "others")
        assert found == [1.0, 1.0]
        assert {*map(type, found)} == {float}


def test_slots() -> None:
    w = [Value(1.0), Value(2.0)]
    tape, _ = trace(lambda a, b: a * b * w[0] * w[1], ["a", "b"], w)
    assert slots_by("parameters", tape, 2, "f") == (2, 3)
    assert slots_by("parameters", tape, 1, "f") == (2,)
    assert slots_by("inputs", tape, 2, "f") == (0, 1)
    assert slots_by(["b", "a"], tape, 2, "f") == (1, 0)
    assert slot_of("b", tape, "f") == 1
    with pytest.raises(ValueError, match="f: no input 'c'; accepted: a, b"):
        slot_of("c", tape, "f")

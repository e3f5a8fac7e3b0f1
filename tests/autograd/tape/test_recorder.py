"""Symbols: their operators write instructions, and what would be silently wrong raises."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest

from autograd.tape.recorder import Recorder

OPERATORS = {
    operator.add: ("add", "add"),
    operator.sub: ("sub", "sub"),
    operator.mul: ("mul", "mul"),
    operator.truediv: ("div", "div"),
    operator.lt: ("less", "less"),
    operator.le: ("less_equal", "less_equal"),
    operator.gt: ("less", "less"),
    operator.ge: ("less_equal", "less_equal"),
}


@pytest.mark.parametrize("apply", OPERATORS)
def test_operators_of_a_symbol_and_a_number(apply: Callable[[Any, Any], Any]) -> None:
    greater = apply in (operator.gt, operator.ge)  # written as the other one is less
    for places, left_is_symbol in (((0, -1), True), ((-1, 0), False)):
        recorder = Recorder(["x"])
        x = recorder.symbol(0)
        symbol = apply(x, 2.0) if left_is_symbol else apply(2.0, x)
        (instruction,) = recorder._instructions
        assert symbol.slot == 1
        assert instruction.name == OPERATORS[apply][0]
        assert instruction.operands == (places[::-1] if greater else places)


@pytest.mark.parametrize("other", [0.0, 0, True, None, "x", [1.0]])
def test_equality_and_use_as_a_bool_are_refused(other: Any) -> None:
    recorder = Recorder(["x"])
    x = recorder.symbol(0)
    for compare in (operator.eq, operator.ne):
        for pair in ((x, other), (other, x), (x, x), (x, recorder.symbol(0))):
            with pytest.raises(TypeError, match=r"must use m\.equal"):
                compare(*pair)
    with pytest.raises(TypeError, match=r"must use m\.where"):
        bool(x)
    assert {x: 1}[x] == 1  # by identity, as any object

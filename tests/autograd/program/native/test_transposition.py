"""Rows become columns, whatever their number and their width."""

from __future__ import annotations

import pytest

pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')

import numpy as np

from autograd import compile
from tests.autograd.program.native.networks import ROWS
from tests.autograd.program.native.processors import become, narrower


@pytest.mark.parametrize("width", [1, 2, 3, 7, 8, 9, 16, 21])
def test_the_columns_are_those_of_the_table(width: int) -> None:
    check(width, ROWS)


@narrower
@pytest.mark.parametrize("width", [1, 3, 8])
def test_on_narrower_processors_too(
    width: int, processor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(processor, monkeypatch)
    check(width, [1, 4, 9, 33])


def check(width: int, counts: list[int]) -> None:
    program = compile(lambda *x: list(x), width, [], "native")
    for count in counts:
        rows = np.random.default_rng(count).normal(size=(count, width))
        assert (program(rows) == rows).all()

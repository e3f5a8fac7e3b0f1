"""What the table of digits that others lose says of this library."""

from __future__ import annotations

from typing import Any

import pytest

from tests.benchmarks.others import CASES, Ours, shown


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_our_column_is_right(case: Any) -> None:
    _, which, truth, f, at = case
    assert shown(Ours.results(f, at)[which], truth()) == "right"


def test_what_is_not_right_is_shown() -> None:
    assert shown(0.0, 1.0) == "0"
    assert shown(-0.0, 0.0) == "right"
    assert shown(float("nan"), 1.0) == "nan"
    assert shown(1.5, 1.0) == "off by 5.0e-01"
    assert shown(1e-300, 0.0) == "off by inf"

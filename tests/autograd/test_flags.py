"""NumPy's warnings of arrays of Values outside of transforms: none that floats don't give.

What is expected comes from NumPy on floats. Warnings are errors in these tests.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, flags, gradients
from autograd.ops import TABLE

np: Any = pytest.importorskip("numpy", reason="it reads the flags: pip install numpy")
from tests.autograd.test_numpy_code import NOT_OURS, universal, values  # noqa: E402

SPECIAL = [0.0, 1.0, 0.5, 2.5, math.inf, 1e200, 1e-200, 5e-324, 1e308, 1.7e308, 1e-308, 1e154]
POINTS = [*SPECIAL, *[-x for x in SPECIAL], math.nan]
CHOICES = {"maximum", "minimum", "fmax", "fmin", "sign"}  # of a NaN an error: test_comparisons.py
COMPARISONS = ["less", "less_equal", "greater", "greater_equal", "equal", "not_equal"]
FUNCTIONS: dict[str, Any] = {
    **{name: u for name, u in universal().items() if name not in NOT_OURS},
    **{name: getattr(np, name) for name in COMPARISONS},
}
IN_CODE = {  # where a NaN is compared: in a call it is an error
    "less": lambda p, q: p < q,
    "less_equal": lambda p, q: p <= q,
    "greater": lambda p, q: p > q,
    "greater_equal": lambda p, q: p >= q,
}


def warns(u: Any, *operands: float) -> bool:
    """Whether NumPy warns of floats."""
    try:
        u(*[np.array([x]) for x in operands])
    except RuntimeWarning:
        return True
    return False


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_warning_at_special_points(name: str) -> None:
    count = FUNCTIONS[name].nin
    for a in POINTS:
        for b in POINTS if count == 2 else [0.0]:
            u, operands = FUNCTIONS[name], (a, b)[:count]
            if name in CHOICES and any(map(math.isnan, operands)):
                continue
            if name in IN_CODE and any(map(math.isnan, operands)):
                u = IN_CODE[name]
            if warns(u, *operands):
                continue
            (y,) = u(*[values(np.array([x])) for x in operands])
            if isinstance(y, Value):
                gradients(y, y.parents or [y])


@given(st.data())
@settings(deadline=None)
def test_no_warning_at_any_point(data: st.DataObject) -> None:
    numbers = st.floats() | st.floats(min_value=1e300) | st.floats(-1e100, 1e100)
    name = data.draw(st.sampled_from([n for n in FUNCTIONS if n not in {*CHOICES, *COMPARISONS}]))
    u = FUNCTIONS[name]
    operands = tuple([data.draw(numbers) for _ in range(u.nin)])
    if not warns(u, *operands):
        u(*[values(np.array([x])) for x in operands])


def test_loud_operations_are_those_of_the_table() -> None:
    from autograd.flags import LOUD

    assert {*TABLE} >= LOUD


def test_without_numpy_nothing_is_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "numpy")
    flags.clear()
    assert "numpy" not in sys.modules

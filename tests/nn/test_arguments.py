import math
from fractions import Fraction

import numpy as np
import pytest

from nn.arguments import at_least_zero, integer


def test_whole():
    assert [integer(3, "n"), integer(np.int64(3), "n"), integer(True, "n")] == [3, 3, 1]
    for bad in (0, -1, 2.0, "3", None):
        with pytest.raises(
            ValueError, match=f"^n: expected a whole number of at least 1, got {bad!r}"
        ):
            integer(bad, "n")


def test_at_least_zero():
    assert [at_least_zero(x, "x") for x in (0, 0.5, np.float32(2), Fraction(1, 4))] == [
        0,
        0.5,
        2,
        0.25,
    ]
    for bad in (-1e-9, math.nan, math.inf, 10**400, "1", None, 1j, [1.0]):
        with pytest.raises(ValueError, match=r"^x: expected a finite number of at least 0, got"):
            at_least_zero(bad, "x")

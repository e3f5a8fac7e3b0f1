"""The reader finds what is wrong: planted equations that say = or ≈ wrongly."""

import pytest

from tests.autograd.reader import check


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("v1 = x · 3 = 0.5000 · 3 = 1.500", 1),
        ("y = tanh(v1) = tanh(1.500) = 0.9051", 1),
        ("∂y/∂v1 = 1 − y^2 = 1 − 0.9051^2 ≈ 0.1807", 1),
        ("∂y/∂x = 0.1807 · 3 = 0.5421", 1),
        ("y = 2 · 1.500 = 3", 1),
        ("y = 0.5000 · 0.2469 ≈ 0.1235", 1),
        ("w17 → ŷ1 −0.9725 × 0.01492 × (−1.147e−5) × (−0.008368) = −1.393e−9", 1),
        ("∂ŷ1/∂w17 = ∂ŷ1/∂h5 · ∂h5/∂w17", 0),
        ("w17 = 0.2023", 0),
        ("y = (1 if 0 < 1.723, else 0) = 1", 1),
    ],
)
def test_right_equations(line, count):
    assert check(line) == count


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("y = 0.0084 · 1.3998 · 0.0149 · (−0.9725) = −0.0002", "^0.0084 is too short: "),
        ("y = 1 − 0.9051^2 = 0.1807", "is 0.18079399"),
        ("y = 0.1807 · 3 ≈ 0.5421", "is 0.5421"),
        ("y = 0.5000 · 0.2469 = 0.1235", "is 0.12345"),
        ("y = 1.731 · 1.733 = 3.001", "is 2.999823"),
        ("y = 1.7 · 1.7 = 3", "^1.7 is too short: "),
        ("y = 0.3000 + (−0.3000) = 1.000e−17", "is 0.0"),
        ("y = tanh(1.500) = 0.9052", "is 0.905148253645"),
    ],
)
def test_wrong_equations(line, said):
    with pytest.raises(AssertionError, match=said):
        check(line)

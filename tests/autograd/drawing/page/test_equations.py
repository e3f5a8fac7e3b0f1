"""Every equation on the page, recomputed from what is shown."""

from __future__ import annotations

import re
from typing import Any

import pytest

import autograd
from autograd import Value, explore
from autograd.ops import TABLE
from autograd.recording import evaluate
from tests.autograd.drawing.page.equations import WALK, faults
from tests.autograd.tape.running import COUNT, OPERATIONS

STEPS = 43  # of the reference network: 23 operations, and 20 that hand on for one root
NODES = [*[f"w{i}" for i in (1, 5, 16, 17, 20, 32, 33, 44)], "x1", "s1", "h1", "h5", "z2", "ŷ1"]


# Exact as they stand: how far a leaf is turned, the settings of the optimizer, the speeds.
SETTINGS = {"0.25", "0.5", "0.1", "0.03", "0.9", "0.001", "1e−8"}

VIEWS = [
    *[f"step={step}" for step in range(STEPS + 1)],
    *[f"step={step}&part={step % 8}" for step in range(24, STEPS + 1)],
    *[f"step={STEPS}&picked=1&node={node}" for node in NODES],
    *[f"view=paths&node={node}" for node in NODES],
    *[f"view=paths&node={node}&set={node}:0.7" for node in ("w17", "w33", "x1")],
    *("view=paths&node=w17&path=0", "view=paths&node=w1&path=3", "view=training"),
    *[f"order={order}&step={STEPS}" for order in ("unsorted", "again")],
]


def addresses(epoch: int, language: str) -> list[str]:
    """Every view of one row and output at an epoch; of three others a third each, all in all."""
    found = []
    for row, root, views in (
        (0, 0, VIEWS), (0, 3, VIEWS[::3]), (106, 2, VIEWS[1::3]), (106, 3, VIEWS[2::3])
    ):  # fmt: skip
        found += [f"epoch={epoch}&row={row}&root={root}&language={language}&{v}" for v in views]
    return found


def walked(tab: Any, fragments: list[str]) -> tuple[list[list[str]], list[str]]:
    lines, numbers = tab.evaluate(WALK, fragments)
    return lines, numbers


@pytest.mark.parametrize(
    ("width", "language", "epoch"), [(1280, "en", 0), (1280, "en", 200), (390, "ko", 200)]
)
def test_every_equation_of_the_reference_network_can_be_recomputed(
    show: Any, long_file: Any, epoch: int, width: int, language: str
) -> None:
    tab = show(long_file, width=width)
    lines, numbers = walked(tab, addresses(epoch, language))
    wrong, count = faults(lines)
    assert not wrong, f"{len(wrong)} of {count}:\n" + "\n".join(wrong[:20])
    assert count > 800
    assert [text for text in numbers if significant(text) < 3 and text not in SETTINGS] == []


def significant(text: str) -> int:
    """How many digits of a number are significant."""
    return len(re.sub(r"e.*|\.", "", text).lstrip("0"))


@pytest.mark.parametrize("part", range(4))
def test_every_operation_says_what_its_formulas_give(show: Any, part: int) -> None:
    """Graphs of a quarter of the operations, at operands of few and of many digits."""
    leaves = [Value(x, f"a{i}") for i, x in enumerate([0.25, -0.731928, 0.9999123, 3.0, 1.5e-4])]
    roots = []
    # The formula of gelu calls normal_cdf, which a page can recompute where it is in the graph.
    for name in dict.fromkeys([*OPERATIONS[part::4], "normal_cdf"]):
        count = COUNT[TABLE[name].shape]
        for shift in (0, 3):
            operands = [leaves[(shift + i) % len(leaves)] for i in range(count)]
            root = evaluate(TABLE[name], tuple(operands))
            root.label = f"{name}{shift}"
            roots.append(root)
    tab = show(explore(autograd.total(roots)), "view=step")
    lines, _ = walked(tab, [f"step={step}" for step in range(1, len(roots) + 1)])
    wrong, count = faults(lines)
    assert not wrong, f"{len(wrong)} of {count}:\n" + "\n".join(wrong[:20])
    assert count > 2 * len(roots)


@pytest.mark.parametrize("count", [2, 7])
def test_a_long_product_and_equal_parts(show: Any, count: int) -> None:
    """Chains longer than the page lists factors of, and sums that come to nothing."""
    x = Value(0.9371, "x")
    y = x
    for _ in range(25):
        y = y.tanh()
    z = (x * 0.1 + x * 0.2 - x * 0.3) * y if count == 2 else autograd.total([x * y] * count)
    lines, _ = walked(show(explore(z)), ["view=paths&node=x&path=0", "step=40", "step=90"])
    wrong, found = faults(lines)
    assert not wrong, "\n".join(wrong)
    assert found > 5


def test_a_wrong_sign_is_found() -> None:
    """What the recomputing itself says of equations that are known."""
    for line, right in [
        ("before + handed = after: 0.0122 + 0.0096 = 0.0219", False),
        ("∂h1/∂s1 = 1 − h1^(2) = 1 − 0.9999^(2) = 1.400e−4", False),
        ("∂h1/∂s1 = 1 − h1^(2) = 1 − 0.9999^(2) ≈ 1.400e−4", True),
        ("x.grad += 0.5000 × (−1.200) = −0.6000", True),
        ("x.grad += 0.5000 × (−1.200) ≈ −0.6000", False),
        ("y = tanh(v1) = tanh(−0.6000) = −0.5370", True),
        ("y = tanh(v1) ≈ tanh(−0.6000) = −0.5370", False),
        ("y = (1 if 0 < 2.5, else 0) = 1", True),
        ("y = (1 if 0 < 2.5, else 0) = 2", False),
        ("0.5000 × 3 × … = 1.500", False),
    ]:
        wrong, _ = faults([["", line, ""]])
        assert (wrong == []) == right, line

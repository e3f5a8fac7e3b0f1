"""Textbook formulas as templates."""

from __future__ import annotations

import pytest

from autograd.drawing.page.formulas import formulas_of
from autograd.drawing.page.operations import Kind
from autograd.ops import TABLE, Shape


def named(name: str, count: int, constants: dict[int, float] | None = None) -> list[str]:
    formulas = formulas_of(Kind(TABLE[name], count), constants or {})
    return [template.named for template in (formulas.value, *formulas.partials)]


@pytest.mark.parametrize(
    ("name", "count", "want"),
    [
        ("mul", 2, ["{0} · {1}", "{1}", "{0}"]),
        ("tanh", 1, ["tanh({0})", "1 − {y}^2"]),
        ("exp", 1, ["exp({0})", "{y}"]),
        ("div", 2, ["{0}/{1}", "1/{1}", "−{0}/{1}^2"]),
        ("dot", 4, ["{0} · {2} + {1} · {3}", "{2}", "{3}", "{0}", "{1}"]),
        ("softmax", 2, ["{softmax 0 1}", "{y} · (1 − {y})", "−{y} · {softmax 1 0}"]),
    ],
)
def test_formulas_are_those_of_a_textbook(name: str, count: int, want: list[str]) -> None:
    assert named(name, count) == want


def test_constants_are_written_in() -> None:
    assert named("pow", 2, {1: 2.0})[1] == "2 · {0}"
    assert named("pow", 2, {1: 3.0})[1] == "3 · {0}^2"
    loss = named("cross_entropy", 4, {2: 1.0, 3: 0.0})
    assert loss[1:3] == ["{softmax 0 1} − 1", "{softmax 1 0}"]


def test_negative_numbers_get_parentheses_where_they_need_them() -> None:
    numbered = formulas_of(Kind(TABLE["dot"], 4), {}).value.numbered
    assert numbered == "{0} · ⟨{2}⟩ + ⟨{1}⟩ · ⟨{3}⟩"
    assert formulas_of(Kind(TABLE["tanh"], 1), {}).partials[0].numbered == "1 − ⟨{y}⟩^2"


@pytest.mark.parametrize("name", [n for n, op in TABLE.items() if op.shape is not Shape.NONE])
def test_every_operation_has_a_template_for_each_operand(name: str) -> None:
    counts = {Shape.ONE: 1, Shape.TWO: 2, Shape.THREE: 3, Shape.FOUR: 4, Shape.MANY: 5}
    count = counts.get(TABLE[name].shape, 6)
    formulas = formulas_of(Kind(TABLE[name], count), {})
    assert len(formulas.partials) == count
    assert all("⟨(" not in template.numbered for template in formulas.partials)


def test_a_long_sum_is_not_spelt_out() -> None:
    formulas = formulas_of(Kind(TABLE["dot"], 200), {})
    assert formulas.value.named == ""
    assert formulas.partials[0].named == "{100}"
    assert set(named("total", 200)) == {""}


def test_the_loss_of_one_class_is_the_logarithm_of_its_share() -> None:
    assert named("cross_entropy", 4, {2: 0.0, 3: 1.0})[0] == "−log({softmax 1 0})"
    assert named("cross_entropy", 4, {2: 0.25, 3: 0.75})[0] == "cross_entropy({0}, {1}, {2}, {3})"
    assert named("cross_entropy", 4)[0] == "cross_entropy({0}, {1}, {2}, {3})"

"""derive: each equation of the derivation, evaluated by SymPy, ends in the number of the sweep."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from autograd import Value, derive, dot, gradients, leaky_relu, softmax, total
from autograd.derivation import MOST, dependents
from autograd.equations import Equation
from autograd.tape.printers.text import TEXT
from tests.autograd.tape.running import random_graph


def neuron() -> tuple[Value, list[Value]]:
    """The last two layers of a network, small: w17 reaches ŷ1 by three paths through h5."""
    h1, w17 = Value(0.7, "h1"), Value(-0.4, "w17")
    h5 = dot([w17], [h1]).tanh()
    h5.label = "h5"
    w = [Value(0.6, "w33"), Value(-0.2, "w37"), Value(0.5, "w41")]
    z = []
    for i, weight in enumerate(w, start=1):
        z.append(dot([weight], [h5]))
        z[-1].label = f"z{i}"
    y = softmax(z)[0]
    y.label = "ŷ1"
    return y, [w17, h1, *w]


EXAMPLE = """\
ŷ1 = softmax(z1, z2, z3) = softmax(−0.1637, 0.05458, −0.1365) = 0.3057
z3 = w41 · h5 = 0.5000 · (−0.2729) ≈ −0.1365
z2 = w37 · h5 = −0.2000 · (−0.2729) = 0.05458
z1 = w33 · h5 = 0.6000 · (−0.2729) = −0.1637
h5 = tanh(v1) = tanh(−0.2800) = −0.2729
v1 = w17 · h1 = −0.4000 · 0.7000 = −0.2800

∂ŷ1/∂w17 = ∂ŷ1/∂h5 · ∂h5/∂w17
  ∂ŷ1/∂h5 = ∂ŷ1/∂z1 · ∂z1/∂h5 + ∂ŷ1/∂z2 · ∂z2/∂h5 + ∂ŷ1/∂z3 · ∂z3/∂h5
    ∂ŷ1/∂z1 = ŷ1 · (1 − ŷ1) = 0.3057 · (1 − 0.3057) = 0.2122
    ∂z1/∂h5 = w33 = 0.6000
    ∂ŷ1/∂z2 = −ŷ1 · softmax(z2, z1, z3) = −0.3057 · softmax(0.05458, −0.1637, −0.1365) = −0.1162
    ∂z2/∂h5 = w37 = −0.2000
    ∂ŷ1/∂z3 = −ŷ1 · softmax(z3, z1, z2) = −0.3057 · softmax(−0.1365, −0.1637, 0.05458) ≈ −0.09601
    ∂z3/∂h5 = w41 = 0.5000
  ∂ŷ1/∂h5 = 0.2122 · 0.6000 + (−0.1162 · (−0.2000)) + (−0.09601 · 0.5000) = 0.1026
  ∂h5/∂w17 = ∂h5/∂v1 · ∂v1/∂w17
    ∂h5/∂v1 = 1 − h5^2 = 1 − (−0.2729)^2 = 0.9255
    ∂v1/∂w17 = h1 = 0.7000
  ∂h5/∂w17 = 0.9255 · 0.7000 ≈ 0.6479
∂ŷ1/∂w17 = 0.1026 · 0.6479 ≈ 0.06646"""


def test_the_example_of_the_post() -> None:
    y, (w17, *_) = neuron()
    found = derive(y, w17)
    assert found.value == gradients(y, [w17])[0]
    assert str(found) == repr(found) == EXAMPLE


def test_latex_and_markdown_hold_the_same_equations() -> None:
    y, (w17, *_) = neuron()
    found = derive(y, w17)
    assert found.latex.count(r"\\") == len(found.nodes) + len(found.steps) - 1
    assert r"\frac{\partial h_{5}}{\partial w_{17}} &= \hspace{1em}" in found.latex
    assert found._repr_markdown_() == found.markdown
    assert found.markdown.count("$") == 2 * (len(found.nodes) + len(found.steps))
    assert r"- $\frac{\partial \hat{y}_{1}}{\partial w_{17}} = " in found.markdown
    assert "−" not in found.latex + found.markdown


def test_a_part_of_a_derivative_is_marked() -> None:
    a = Value(2.0, "a")
    text = str(derive(a * a + a, a))
    assert "∂v2/∂a = ∂v2/∂v1 · ∂v1/∂a + ∂v2/∂a|2" in text
    assert "∂v1/∂a = ∂v1/∂a|1 + ∂v1/∂a|2" in text
    assert r"\left.\frac{\partial v_{2}}{\partial a}\right|_{2}" in derive(a * a + a, a).latex


def test_ends() -> None:
    x, other = Value(2.0, "x"), Value(3.0)
    assert str(derive(x * 1.0, other)) == "∂v1/∂x = 0: v1 does not depend on x"
    assert str(derive(x, x)).strip() == "∂x/∂x = 1"
    with pytest.raises(TypeError, match="derive: expected Values, got int 3"):
        derive(x, 3)  # type: ignore[arg-type]


def test_kinks_show_the_textbook_rule() -> None:
    x = Value(-2.0, "x")
    assert "(1 if 0 < x, else 0.01000)" in str(derive(leaky_relu(x), x))


def test_a_derivation_has_an_end_and_says_so() -> None:
    x = y = Value(1.0, "x")
    for _ in range(3 * MOST):
        y = y.sin() + y.cos()
    found = derive(y, x)
    assert len(found.steps) <= 10 * MOST
    opened = [step.left.text for step in found.steps if step.opening]
    closed = [step.left.text for step in found.steps if step.closing]
    assert sorted(opened) == sorted(closed)
    assert found.steps[-1].left.value == found.value
    limit = r"\n\n(\d+) of the derivatives above are not worked out: derive works out 100\. "
    (left,) = re.findall(limit, found.text)
    names = {q.text for step in found.steps for q in step.quantities if q.text.startswith("∂")}
    assert int(left) == len(names - {step.left.text for step in found.steps})
    assert f"{left} of the derivatives above" in found.markdown
    assert rf"&\text{{{left} of the derivatives above" in found.latex
    assert "derivatives above" not in derive(*chain(10)).text


def chain(count: int) -> tuple[Value, Value]:
    """An unrolled recurrence of so many steps: its end and its beginning."""
    x = y = Value(0.5, "x")
    for _ in range(count):
        y = y * 0.999 + 0.001
    return y, x


def test_a_long_chain_is_a_product_of_at_most_a_hundred_and_one() -> None:
    found = derive(*chain(5000))
    assert max(len(step.quantities) for step in found.steps) <= MOST + 1
    first = found.steps[0].quantities
    assert math.prod(q.value for q in first) == pytest.approx(found.value, rel=1e-9)
    ends = [q.text.split("/")[0] for q in first[1:]], [q.text.split("/")[1] for q in first[:-1]]
    assert ends[0] == ends[1]
    labeled, x = chain(10)
    labeled.label = "middle"
    for _ in range(10):
        y = labeled = labeled * 0.5
    y.label = "y"
    assert derive(y, x).steps[0].sides(TEXT) == ["∂y/∂x", "∂y/∂middle · ∂middle/∂x"]


@pytest.mark.parametrize("kind", ["chain", "wide", "dense"])
def test_what_derive_looks_at_grows_with_the_graph(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Twice the graph, twice the work: not four times."""

    def looked_at(count: int) -> int:
        x = y = Value(0.5, "x")
        if kind == "chain":
            y, x = chain(count)
        elif kind == "wide":
            y = total([x * i for i in range(count)])
        else:
            for _ in range(count):
                y = y.sin() + y.cos()
        found = 0

        def counting(order: Sequence[Value], xs: set[Value]) -> list[Value]:
            nonlocal found
            found += len(order)
            return dependents(order, xs)

        with monkeypatch.context() as patch:
            patch.setattr("autograd.derivation.dependents", counting)
            derive(y, x)
        return found

    few, many = looked_at(600), looked_at(1200)
    assert many < 2.2 * few


def test_a_sum_over_many_operands_stands_as_its_number() -> None:
    x = Value(0.5, "x")
    y = total([x * i for i in range(MOST + 1)])
    found = derive(y, x)
    (step,) = found.steps
    assert step.left.value == found.value == gradients(y, [x])[0]
    assert step.sides(TEXT)[0] == f"∂{found.nodes[0].left.text}/∂x"
    assert found.text.splitlines()[-1].startswith(
        "1 of the derivatives above are sums over more than 100 operands and stand as numbers: "
        "paths(a, b).largest(5)"
    )
    assert len(derive(total([x * i for i in range(MOST)]), x).steps) > MOST


@pytest.mark.parametrize("seed", range(12))
def test_sympy_evaluates_every_equation_to_its_number(seed: int) -> None:
    sympy = pytest.importorskip("sympy", reason="needs sympy: pip install sympy")
    y, leaves = random_graph(seed, size=7)
    for x in leaves[:2]:
        found = derive(y, x)
        for equation in [*found.nodes, *found.steps]:
            assert evaluate(sympy, equation) == pytest.approx(equation.left.value, rel=1e-12), (
                " = ".join(equation.sides(TEXT))
            )
        assert found.steps[-1].left.value == found.value == gradients(y, [x])[0]


SIGNS = {"·": "*", "−": "-", "^": "**", "√": "sqrt", "∛": "real_cbrt"}
SIGNS |= {"⌊": "floor(", "⌋": ")", "⌈": "ceiling(", "⌉": ")"}


def evaluate(sympy: object, equation: Equation) -> float:
    """The formula of an equation as text, evaluated by SymPy at the full numbers of its names."""
    text = replace(equation, opening=True, closing=False).sides(TEXT)[-1]
    names = {}
    for i, quantity in enumerate(sorted(equation.quantities, key=lambda q: -len(q.text))):
        if not re.fullmatch(r"−?[\d.]+", quantity.text):
            names[f"q{i}q"] = sympy.Float(quantity.value, 40)  # type: ignore[attr-defined]
            text = re.sub(rf"(?<![\w∂]){re.escape(quantity.text)}(?!\w|\|\d|/∂)", f"q{i}q", text)
    for sign, word in SIGNS.items():
        text = text.replace(sign, word)
    text = re.sub(r"\|([^|]*)\|", r"Abs(\1)", text)
    functions = {
        "sigmoid": "1/(1 + exp(-X))",
        "softplus": "log(1 + exp(X))",
        "log_sigmoid": "-log(1 + exp(-X))",
        "expm1": "exp(X) - 1",
        "real_cbrt": "sign(X)*Abs(X)**Rational(1, 3)",
        "log1p": "log(1 + X)",
        "log2": "log(X)/log(2)",
        "log10": "log(X)/log(10)",
        "silu": "X/(1 + exp(-X))",
        "mish": "X*tanh(log(1 + exp(X)))",
        "softsign": "X/(1 + Abs(X))",
        "normal_cdf": "erfc(-X/sqrt(2))/2",
        "gelu": "X*erfc(-X/sqrt(2))/2",
    }
    X = sympy.Symbol("X")  # type: ignore[attr-defined]
    known = {
        name: sympy.Lambda(X, sympy.sympify(formula))  # type: ignore[attr-defined]
        for name, formula in functions.items()
    }
    unknown = set(re.findall(r"([a-z_0-9]+)\(", text)) - set(known) - set(dir(sympy))
    if unknown or " if " in text:  # a choice, or what SymPy has no word for
        return equation.left.value
    return float(sympy.sympify(text, locals={**known, **names}).evalf(30))  # type: ignore[attr-defined]

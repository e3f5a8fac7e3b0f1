"""Formulas in text and LaTeX: right to evaluate, parentheses only where needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograd import cross_entropy, dot, hypot, maximum, total, where
from autograd.tape import trace
from autograd.tape.printers.language import ROWS
from autograd.tape.printers.latex import LATEX, name
from autograd.tape.printers.notation import Term, formulas
from autograd.tape.printers.text import TEXT


def shown(f: Callable[..., Any], inputs: int = 3) -> tuple[str, str]:
    """The formula of f in x, y, z as text and as LaTeX."""
    tape, _ = trace(f, inputs=inputs)
    terms = [Term(letter) for letter in "xyz"[:inputs]]
    (text,), (latex,) = formulas(tape, TEXT, terms), formulas(tape, LATEX, terms)
    return text.text, latex.text


@pytest.mark.parametrize(
    ("f", "text", "latex"),
    [
        (lambda x, y, z: x + y + z, "x + y + z", "x + y + z"),
        (lambda x, y, z: x + (y + z), "x + (y + z)", r"x + \left(y + z\right)"),
        (lambda x, y, z: x - (y - z), "x − (y − z)", r"x - \left(y - z\right)"),
        (lambda x, y, z: x * (y + z), "x · (y + z)", r"x \cdot \left(y + z\right)"),
        (lambda x, y, z: x / y / z, "x/y/z", r"\frac{\frac{x}{y}}{z}"),
        (lambda x, y, z: x / (y * z), "x/(y · z)", r"\frac{x}{y \cdot z}"),
        (lambda x, y, z: -x * y, "−x · y", r"-x \cdot y"),
        (lambda x, y, z: x * -y, "x · (−y)", r"x \cdot \left(-y\right)"),
        (lambda x, y, z: x + -y * z, "x + (−y · z)", r"x + \left(-y \cdot z\right)"),
        (lambda x, y, z: (x + y) ** z, "(x + y)^z", r"\left(x + y\right)^{z}"),
        (lambda x, y, z: (-x) ** 2, "(−x)^2", r"\left(-x\right)^{2}"),
        (lambda x, y, z: x % y, "x mod y", r"x \bmod y"),
        (lambda x, y, z: abs(x - y), "|x − y|", r"\left|x - y\right|"),
        (lambda x, y, z: x.sqrt(), "√(x)", r"\sqrt{x}"),
        (lambda x, y, z: x.tanh() * 2.0, "tanh(x) · 2", r"\tanh\left(x\right) \cdot 2"),
        (lambda x, y, z: x * -1.5e-7, "x · (−1.5e-07)", r"x \cdot \left(-1.5\cdot 10^{-7}\right)"),
        (
            lambda x, y, z: hypot(x, y),
            "hypot(x, y)",
            r"\operatorname{hypot}\left(x, y\right)",
        ),
        (lambda x, y, z: dot([x, y], [z, x]), "x · z + y · x", r"x \cdot z + y \cdot x"),
        (lambda x, y, z: total([x, -y, z]), "x + (−y) + z", r"x + \left(-y\right) + z"),
        (lambda x, y, z: maximum(x, y), "max(x, y)", r"\max\left(x, y\right)"),
        (
            lambda x, y, z: where(x < y, x, z),
            "(x if x < y, else z)",
            r"\begin{cases} x & \text{if } x < y \\ z & \text{else} \end{cases}",
        ),
        (
            lambda x, y, z: cross_entropy([x, y], [z, 0.0]),
            "cross_entropy(x, y, z, 0)",
            r"\operatorname{cross\_entropy}\left(x, y, z, 0\right)",
        ),
    ],
)
def test_formulas(f: Callable[..., Any], text: str, latex: str) -> None:
    assert shown(f) == (text, latex)


def test_every_structural_instruction_has_a_row() -> None:
    called = {
        *("copysign", "tanh", "exp", "expm1", "log", "log2", "log10", "log1p", "erf", "erfc"),
        *("hypot", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "asinh"),
        *("acosh", "atanh"),
    }
    for notation in (TEXT, LATEX):
        assert set(ROWS) - notation.rows.keys() == called  # by name, which a reader knows


@pytest.mark.parametrize(
    ("label", "latex"),
    [
        ("h5", "h_{5}"),
        ("ŷ1", r"\hat{y}_{1}"),
        ("loss", r"\mathrm{loss}"),
        ("x", "x"),
        ("50%_{", r"\mathrm{50\%\_\{}"),
        ("12", r"\mathrm{}_{12}"),
        (r"a\b", r"\mathrm{a\backslash b}"),
    ],
)
def test_names_in_latex(label: str, latex: str) -> None:
    assert name(label) == latex


@pytest.mark.parametrize(
    ("x", "text"), [(2.0, "2"), (-0.0, "−0"), (float("inf"), "∞"), (float("nan"), "NaN")]
)
def test_numbers_in_text(x: float, text: str) -> None:
    assert TEXT.number(x) == text

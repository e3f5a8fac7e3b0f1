"""Tapes as equations: loops as recurrences, in text and LaTeX."""

from __future__ import annotations

from typing import Any

from autograd import scan, sin, total
from autograd.tape import latex_equations, text_equations, trace
from autograd.tape.passes import optimize
from autograd.tape.reverse import reverse


def decay(r: Any, a: Any) -> Any:
    s, ys = scan(lambda s, x: (r * sin(s) + x * a, s * x), 1.0, [1.0, 2.0, 3.0])
    return total(ys) + s


def test_a_loop_and_the_loop_that_goes_back() -> None:
    tape, _ = trace(decay, ["r", "a"])
    assert text_equations(tape).splitlines() == [
        "v1 = (1, 2, 3)",
        "s1[0] = 1",
        "s1[t+1] = r · sin(s1[t]) + v1[t] · a, t = 0, ..., 2",
        "y1[t] = s1[t] · v1[t], t = 0, ..., 2",
        "v7 = (Σ y1[t]) + s1[3]",
    ]
    back = text_equations(optimize(reverse(tape, [0]))).splitlines()
    assert back[-3:] == [
        "s1_[3] = 1",
        "s1_[t] = v1[t] + cos(s1[t]) · r · s1_[t+1], t = 2, ..., 0",
        "v8 = Σ sin(s1[t]) · s1_[t+1]",
    ]


def test_in_latex() -> None:
    tape, _ = trace(lambda r: scan(lambda s, _: (r * s, None), 1.0, length=9)[0], ["r"])
    assert latex_equations(tape).splitlines() == [
        r"\begin{aligned}",
        r"  {s_{1}}^{(0)} &= 1 \\",
        r"  {s_{1}}^{(t+1)} &= r \cdot {s_{1}}^{(t)}, \quad t = 0, \dots, 8 \\",
        r"  v_{2} &= {s_{1}}^{(9)}",
        r"\end{aligned}",
    ]


def test_a_loop_in_a_loop_has_a_letter_of_its_own() -> None:
    def outer(s: Any, x: Any) -> Any:
        inner, ys = scan(lambda u, w: (u * w + x, u - w), s, [2.0, 3.0])
        return inner, total(ys) - s

    def f(r: Any) -> Any:
        s, ys = scan(outer, r, [1.0, r])
        return s * total(ys) + ys[1]

    assert text_equations(trace(f, ["r"])[0]).splitlines() == [
        "v1 = (2, 3)",
        "v2 = (1, r)",
        "s1[0] = r",
        "s1_2[0] = s1[t], t = 0, ..., 1",
        "s1_2[u+1] = s1_2[u] · v1[u] + v2[t], u = 0, ..., 1, t = 0, ..., 1",
        "y1[u] = s1_2[u] − v1[u], u = 0, ..., 1, t = 0, ..., 1",
        "s1[t+1] = s1_2[2], t = 0, ..., 1",
        "y1_2[t] = (Σ y1[u]) − s1[t], t = 0, ..., 1",
        "v10 = s1[2] · (Σ y1_2[t]) + y1_2[1]",
    ]

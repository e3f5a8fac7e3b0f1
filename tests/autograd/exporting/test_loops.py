"""Loops in exported files: C, JavaScript and Python give the numbers of the tape."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd import Value, compile, export, scan, total, where
from autograd.exporting import c, javascript, python
from autograd.exporting.subject import joined
from autograd.tape import trace
from autograd.tape.derivatives import hessian, jacobian
from tests.autograd.exporting.languages import compiled_by, in_node, in_python, needs
from tests.autograd.exporting.languages import subject as subject_of_tape
from tests.autograd.test_scanning import FUNCTIONS, flat

POINTS = [(0.7, 0.4), (0.2, 0.9), (-0.3, 1.1)]


def blocks(loop: Any, r: Any, a: Any) -> Any:
    """In blocks, whose runs are parts of runs; the inner loop's xs are the same in each step."""

    def step(s: Any, x: Any) -> Any:
        return autograd.sin(s * r + x), where(s > x, s, x)

    s, ys = loop(step, a, [a * i for i in range(7)], most_stored=2)
    return s * total(ys)


def kept_run(loop: Any, r: Any, a: Any) -> Any:
    """A loop in a loop, on numbers from outside of both, whose adjoints are sums of runs."""
    weights = [r * i for i in range(4)]

    def step(s: Any, _: Any) -> Any:
        return loop(lambda u, w: (u * 0.5 + w * a, None), s, weights)[0], None

    return loop(step, a, length=3)[0]


def subject(f: Any) -> Any:
    """The value, the gradient and the Hessian of a function with a parameter."""
    w = Value(0.9, label="w")
    tape, _ = trace(lambda r, a: f(scan, r * w, a), ["r", "a"], [w])
    tapes = [tape, jacobian(tape, [0, 1]), hessian(tape, [0, 1])]
    return subject_of_tape(joined(tapes), numbers=(0.9,))


CASES = {f.__name__: subject(f) for f in (*FUNCTIONS, blocks, kept_run)}


@pytest.mark.parametrize("name", CASES)
def test_python(name: str) -> None:
    given = CASES[name]
    program = in_python(python.text(given))["program"]
    for point in POINTS:
        assert flat(program(list(point))) == pytest.approx(given.results(point), rel=1e-13)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("float32", [False, True])
def test_c(name: str, float32: bool, tmp_path: Path) -> None:
    needs("gcc")
    given = replace(CASES[name], float32=float32)
    more = ["-Wdouble-promotion"] if float32 else []
    program = compiled_by("gcc", c.text(given), tmp_path, 7, *more)
    near = 1e-4 if float32 else 1e-12
    for point in POINTS:
        assert program(point) == pytest.approx(given.results(point), rel=near, abs=near)


def test_c_says_what_its_stack_needs_and_refuses_too_much(tmp_path: Path) -> None:
    def power(length: int, **options: int) -> Any:
        def f(r: Any) -> Any:
            return scan(lambda s, x: (s * r, None), r, length=length, **options)[0]

        return compile(f, ["r"], backend="python")

    text = export(power(1000), tmp_path / "a.c", derivatives="gradient").read_text("utf-8")
    assert "Its loops keep 8000 bytes on the stack." in text
    assert "stack" not in export(power(1000), tmp_path / "a.c").read_text("utf-8")
    with pytest.raises(ValueError, match=r"4\.8 MB; .*most_stored=100_000"):
        export(power(600_000), tmp_path / "a.c", derivatives="gradient")
    small = power(600_000, most_stored=100_000)
    assert export(small, tmp_path / "a.c", derivatives="gradient").exists()


def test_javascript(tmp_path: Path) -> None:
    needs("node")
    for name, given in CASES.items():
        found = in_node(javascript.text(given), tmp_path, POINTS)
        for point, numbers in zip(POINTS, found, strict=True):
            assert numbers == pytest.approx(given.results(point), rel=1e-12), name


def test_a_file_tests_itself_and_names_do_not_meet(tmp_path: Path) -> None:
    """Whatever the labels are: those of a loop begin as no other name does."""
    s = Value(1.0, label="v3_i")
    program = compile(
        lambda x: scan(lambda u, _: (u * s * x, u), x, length=3)[0] + s, ["v3_"], [s], "python"
    )
    for ending in ("py", "c", "js"):
        export(program, tmp_path / f"file.{ending}", derivatives="gradient")
    names = in_python((tmp_path / "file.py").read_text(encoding="utf-8"))
    assert names["self_test"]()


@pytest.mark.skipif(importlib.util.find_spec("onnx") is None, reason="needs onnx")
def test_onnx_refuses_in_words(tmp_path: Path) -> None:
    program = compile(lambda x: scan(lambda s, _: (s * x, None), x, length=3)[0], 1)
    with pytest.raises(ValueError, match="ONNX gets no loop of scan"):
        export(program, tmp_path / "file.onnx")

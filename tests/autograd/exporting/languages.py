"""Many programs in one, as a subject; and subjects in each language, run at points."""

from __future__ import annotations

import ctypes
import json
import math
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from autograd.exporting import Part, Subject, c, javascript, python
from autograd.tape import Tape
from autograd.tape.recorder import Recorder
from tests.autograd.tape.running import run

STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]
FAST = ["-O2", "-ffp-contract=off"]
Point = tuple[float, ...]
Function = Callable[[Sequence[float]], list[float]]


def needs(*programs: str, everywhere: bool = True) -> None:
    """Skip where a program is missing; under CI fail, unless it may be missing there too."""
    for program in programs:
        if shutil.which(program) is None:
            fails = everywhere and os.environ.get("CI")
            (pytest.fail if fails else pytest.skip)(f"needs {program}")


def together(tapes: Sequence[Tape]) -> Tape:
    """One tape with the inputs of all tapes, one after the other, and all outputs."""
    recorder = Recorder([f"in{i}" for i in range(sum([len(tape.inputs) for tape in tapes]))])
    outputs, base = [], 0
    for tape in tapes:
        symbols = [recorder.symbol(base + i) for i in range(len(tape.inputs))]
        symbols += [recorder.number(x) for x in tape.constants]
        for one in tape.instructions:
            operands = [symbols[slot] for slot in one.operands]
            symbols.append(recorder.write(one.name, operands, one.label))
        outputs += [symbols[slot] for slot in tape.outputs]
        base += len(tape.inputs)
    return recorder.tape(outputs)


def subject(tape: Tape, **more: Any) -> Subject:
    """A tape without parameters as a subject."""
    labels = tuple([f"y{i}" for i in range(len(tape.outputs))])
    given = {"name": "program", "numbers": (), "origin": "a test", **more}
    return Subject(tape=tape, parts=(Part("y", labels),), **given)


class Batch:
    """Programs as one subject, run at one point each after the other.

    cases: by name, a tape to export, the tape with the expected numbers, and points.
    """

    def __init__(self, cases: dict[str, tuple[Tape, Tape, list[Point]]]) -> None:
        self.cases = cases
        self.tape = together([tape for tape, _, _ in cases.values()])
        rounds = range(max([len(points) for _, _, points in cases.values()]))
        self.rows = [[points[k % len(points)] for _, _, points in cases.values()] for k in rounds]
        self.wanted = [
            [run(tape, point) for (_, tape, _), point in zip(cases.values(), row, strict=True)]
            for row in self.rows
        ]

    def compare(self, f: Function, same: Callable[[Result], bool]) -> None:
        """Hold each result against the expected one."""
        for row, wanted in zip(self.rows, self.wanted, strict=True):
            found = iter(f([x for point in row for x in point]))
            for (name, (_, tape, _)), point, numbers in zip(
                self.cases.items(), row, wanted, strict=True
            ):
                for i, want in enumerate(numbers):
                    result = Result(name, tape, point, i, next(found), want)
                    assert same(result), result
            assert next(found, None) is None


class Result(NamedTuple):
    """A number that a language gave, and the expected one: output i of a tape at a point."""

    name: str
    tape: Tape
    point: Point
    i: int
    got: float
    want: float


def is_same(result: Result) -> bool:
    """Whether two numbers have the same bits, or both are NaN."""
    got, want = result.got, result.want
    return (got == want and math.copysign(1.0, got) == math.copysign(1.0, want)) or (
        math.isnan(got) and math.isnan(want)
    )


def compiled_by(compiler: str, text: str, folder: Path, outputs: int, *more: str) -> Function:
    """A file in C as a function."""
    source, library = folder / f"{compiler}.c", folder / f"{compiler}.so"
    source.write_text(text, encoding="utf-8")
    command = [compiler, *FAST, *STRICT, *more, "-shared", "-fPIC", "-o", str(library), str(source)]
    subprocess.run([*command, "-lm"], check=True)
    number = ctypes.c_float if "-Wdouble-promotion" in more else ctypes.c_double
    f = ctypes.CDLL(str(library)).program

    def call(point: Sequence[float]) -> list[float]:
        x, y = (number * len(point))(*point), (number * outputs)()
        f(x, y)
        return list(y)

    return call


def in_node(text: str, folder: Path, points: Sequence[Sequence[float]]) -> list[list[float]]:
    """The results of a module at points."""
    (folder / "program.mjs").write_text(text, encoding="utf-8")
    given = json.dumps([[str(x) for x in point] for point in points])
    (folder / "run.mjs").write_text(
        'import { program } from "./program.mjs";\n'
        'const number = (x) => Number(x.replace("inf", "Infinity"));\n'
        "const shown = (x) => (Object.is(x, -0) ? '-0' : `${x}`);\n"
        f"const found = {given}.map((x) => program(x.map(number)).map(shown));\n"
        "console.log(JSON.stringify(found));"
    )
    done = subprocess.run(
        ["node", str(folder / "run.mjs")], check=True, capture_output=True, text=True
    )
    return [[float(x) for x in row] for row in json.loads(done.stdout)]


def in_python(text: str) -> dict[str, Any]:
    """The names of a module."""
    names: dict[str, Any] = {"__name__": "exported"}
    exec(compile(text, "exported.py", "exec"), names)
    return names


def ulps(a: float, b: float) -> float:
    """How many units in the last place two numbers are apart."""
    if a == b or (math.isnan(a) and math.isnan(b)):
        return 0.0
    return abs(a - b) / math.ulp(max(abs(a), abs(b))) if math.isfinite(a - b) else math.inf


PRINTERS = {"c": c.text, "js": javascript.text, "py": python.text}

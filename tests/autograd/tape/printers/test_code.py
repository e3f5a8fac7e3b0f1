"""The Python and JavaScript prints, run on every operation of the table and its derivatives."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from autograd import Value
from autograd.program.python_backend import compiled
from autograd.tape import Tape, record_tape, trace
from autograd.tape.printers import c, javascript, python
from autograd.tape.printers.language import ROWS, Language
from tests.autograd.tape.running import (
    agree,
    bounds,
    cases,
    run,
)

CASES = dict(cases())


@pytest.mark.parametrize("language", [python.PYTHON, c.C, javascript.JAVASCRIPT])
def test_a_language_has_a_row_for_each_intrinsic_function(language: Language) -> None:
    assert [name for name in ROWS if name not in language.rows] == []


def test_an_operation_without_a_row_asks_for_expansion() -> None:
    tape, _ = trace(lambda x: x.sigmoid(), inputs=1)
    with pytest.raises(ValueError, match="no row for 'sigmoid': expand"):
        python.python_source(tape)


@pytest.mark.parametrize("name", CASES)
def test_python_gives_the_same_bits(name: str) -> None:
    tape, numbers = CASES[name]
    for point in numbers:
        assert str(list(compiled(tape)(*point))) == str(run(tape, point))


def compare(functions: dict[str, Callable[[tuple[float, ...]], Sequence[float]]]) -> None:
    """Hold a language's results against the tape's own."""
    for name, (tape, numbers) in CASES.items():
        for point in numbers:
            want, got = run(tape, point), list(functions[name](point))
            for mine, theirs, room in zip(got, want, bounds(tape, point), strict=True):
                allowed = room if math.isfinite(room) else math.inf
                assert agree(mine, theirs, allowed), (name, point, mine, theirs)


def plain(x: float) -> float | str:
    """A number as JSON can hold it."""
    return x if math.isfinite(x) and (x or math.copysign(1.0, x) > 0) else str(x)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node: apt-get install nodejs")
def test_javascript_agrees(tmp_path: Path) -> None:
    lines = ["const out = {};", "const list = x => x.map(v => Object.is(v, -0) ? '-0' : `${v}`);"]
    lines.append("const value = v => Number(String(v).replace('inf', 'Infinity'));")
    for name, (tape, numbers) in CASES.items():
        given = json.dumps([[plain(x) for x in point] for point in numbers])
        lines.append(
            f"out[{json.dumps(name)}] = (() => {{ {javascript.javascript_source(tape)}\n"
            f"return {given}.map(x => list(program(x.map(value), []))); }})();"
        )
    lines.append("console.log(JSON.stringify(out));")
    (tmp_path / "programs.js").write_text("\n".join(lines), encoding="utf-8")
    done = subprocess.run(
        ["node", str(tmp_path / "programs.js")], check=True, capture_output=True, text=True
    )
    results = json.loads(done.stdout)
    found = {
        name: {str(point): result for point, result in zip(numbers, results[name], strict=True)}
        for name, (_, numbers) in CASES.items()
    }

    def answer(name: str) -> Callable[[tuple[float, ...]], list[float]]:
        return lambda point: [float(x) for x in found[name][str(point)]]

    compare({name: answer(name) for name in CASES})


def test_labels_stand_in_remarks_only_if_they_are_words() -> None:
    x = Value(1.0, "x")
    for label, kept in (("h5", True), ("*/ evil(); /*", False), ("a\nb", False), ("ŷ1", True)):
        y = x.exp()
        y.label = label
        tape, _ = record_tape([y], [x])
        for print_source in (python.python_source, javascript.javascript_source):
            assert (label in print_source(tape)) is kept


@pytest.mark.parametrize(
    ("x", "in_c", "in_javascript"),
    [
        (math.inf, "INFINITY", "Infinity"),
        (-math.inf, "(-INFINITY)", "(-Infinity)"),
        (math.nan, "NAN", "NaN"),
        (-0.0, "(-0.0)", "(-0.0)"),
        (-1.5, "(-1.5)", "(-1.5)"),
        (5e-324, "5e-324", "5e-324"),
    ],
)
def test_constants_of_every_kind_are_written(x: float, in_c: str, in_javascript: str) -> None:
    number = Value(x)
    tape, _ = record_tape([number, number * 2.0], [])
    settled = Tape((), (), (x,), (), (0,))
    assert str(compiled(settled)()) == str((x,))
    assert c.C.number(x) == in_c
    assert f"return [{in_javascript}];" in javascript.javascript_source(settled)
    assert tape.parameters == ("p1",)

"""export: what it takes, what it writes, and what it refuses."""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd import Value, compile, export, hessian, jit, operation, value_and_grad, where
from autograd.exporting import FORMATS, c, subject_of
from autograd.exporting.code import KEPT
from autograd.ops import TABLE, Shape
from autograd.program import Program
from autograd.tape import Tape
from nn import MLP
from tests.autograd.exporting.languages import FAST, STRICT, in_python, needs


def f(a: Any, b: Any) -> Any:
    return (a * b).tanh() + where(a < b, a.exp(), b**3)


def module(path: Path) -> dict[str, Any]:
    return in_python(path.read_text(encoding="utf-8"))


def made(**options: Any) -> Program:
    return compile(f, ["a", "b"], backend="python", **options)


def test_the_compiler_in_the_head_of_the_file_builds_its_test(tmp_path: Path) -> None:
    """As a stranger does: by the line that stands there."""
    needs("cc")
    path = export(made(), tmp_path / "my neuron.c", derivatives=["gradient", "hessian"])
    text = path.read_text(encoding="utf-8")
    (command,) = [line.strip(" *") for line in text.splitlines() if " cc " in line]
    done = subprocess.run(command, shell=True, cwd=tmp_path, check=True, capture_output=True)
    assert done.stdout.endswith(b"self-test passed\n")


def test_a_module_of_javascript_gives_its_results_by_name(tmp_path: Path) -> None:
    needs("node")
    export(made(), tmp_path / "f.mjs.js", derivatives="hessian", name="f")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    code = 'import { f } from "./f.mjs.js"; console.log(JSON.stringify(f([0.5, -1]))); f([1]);'
    command = ["node", "--input-type=module", "-e", code]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert "RangeError: f: expected 2 numbers, got 1" in done.stderr
    found = json.loads(done.stdout)
    rows = made().hessian([[0.5, -1.0]], by="inputs", reduction="sum")
    assert found["outputs"] == pytest.approx(made()([[0.5, -1.0]]))
    assert found["hessian"] == pytest.approx([x for row in rows for x in row])


@pytest.mark.parametrize(
    ("x", "written"),
    [
        (0.1, "0.1f"),
        (-1.0 / 3.0, "(-0.33333334f)"),
        (1e300, "INFINITY"),
        (-1e300, "(-INFINITY)"),
        (1e-300, "0.0f"),
        (1e-45, "1e-45f"),
        (math.nan, "NAN"),
        (16777217.0, "16777216.0f"),
        (1e20, "1e+20f"),
    ],
)
def test_numbers_in_floats(x: float, written: str) -> None:
    assert c.float_literal(x) == written


def test_the_test_of_a_file_can_fail(tmp_path: Path) -> None:
    """Each language finds one wrong number in it."""
    needs("gcc", "node")
    for ending, command in (
        (".c", "gcc -std=c99 -DSELF_TEST file.c -lm -o test && ./test"),
        (".js", "node file.js"),
        (".py", "python3 file.py"),
    ):
        path = export(made(), tmp_path / f"file{ending}")
        right = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, check=False)
        assert (right.returncode, right.stdout.splitlines()[-1]) == (0, b"self-test passed")
        text = path.read_text(encoding="utf-8")
        assert text.count("tanh(") >= 1
        path.write_text(text.replace("tanh(", "sinh("), encoding="utf-8")
        if ending == ".py":
            path.write_text(text.replace("math.tanh(", "math.erf("), encoding="utf-8")
        wrong = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, check=False)
        assert (wrong.returncode, wrong.stdout.splitlines()[-1]) == (1, b"self-test failed")


def test_derivatives_follow_the_outputs(tmp_path: Path) -> None:
    kinds = ["gradient", "jacobian", "gradient", "hessian"]  # each once
    program, point = made(), [0.3, -1.25]
    found = module(export(program, tmp_path / "f.py", derivatives=kinds))["f"](point)
    (y,), gradient, jacobian, second = found
    assert y == program([point])[0]
    assert gradient == jacobian == program.jacobian([point], by="inputs")[0]
    rows = program.hessian([point], by="inputs", reduction="sum")
    assert [second[:2], second[2:]] == [list(row) for row in rows]


def test_derivatives_by_some_inputs_and_by_parameters(tmp_path: Path) -> None:
    w = Value(0.5, "w")
    program = compile(lambda a, b: (a * w).exp() * b, ["a", "b"], [w], "python")
    by_b = module(export(program, tmp_path / "b.py", derivatives="gradient", by=["b"]))["b"]
    assert by_b([1.0, 2.0])[1] == [math.exp(0.5)]
    path = export(program, tmp_path / "w.py", derivatives="gradient", by="parameters")
    assert module(path)["w"]([1.0, 2.0])[1] == [2.0 * math.exp(0.5)]


def test_a_function_that_gives_derivatives_is_a_program_of_several_outputs(tmp_path: Path) -> None:
    want = value_and_grad(lambda a, b: a * a * b)(2.0, 5.0)
    over_rows = compile(value_and_grad(lambda a, b: a * a * b), 2, backend="python")
    assert module(export(over_rows, tmp_path / "f.py"))["f"]([2.0, 5.0]) == [want[0], *want[1]]
    at_a_point = jit(hessian(lambda x: x[0] * x[0] * x[1])).program([1.0, 1.0])
    assert module(export(at_a_point, tmp_path / "g.py"))["g"]([2.0, 5.0]) == [10.0, 4.0, 4.0, 0.0]


def test_parameters_are_the_numbers_that_they_are_now(tmp_path: Path) -> None:
    w = Value(2.0, "w")
    program = compile(lambda x: x * w + where(w > 1.0, w.exp(), 0.0), ["x"], [w], "python")
    for number in (3.0, -1.0):
        w.data = number
        for ending in (".py", ".c", ".js"):
            text = export(program, tmp_path / f"f{ending}").read_text(encoding="utf-8")
            assert f"w = {number}" in text
        assert module(tmp_path / "f.py")["f"]([2.0]) == program([[2.0]])


@pytest.mark.parametrize(
    "tape", [Tape((), (), (2.5,), (), (0,)), Tape(("x",), (), (0.5,), (), (1, 0, 1))]
)
def test_programs_of_no_input_and_of_no_instruction(tape: Tape, tmp_path: Path) -> None:
    needs("gcc", "node")
    program = Program(tape, [], [], "python")
    want = [2.5] if not tape.inputs else [0.5, 0.25, 0.5]
    assert module(export(program, tmp_path / "f.py"))["f"]([0.25][: len(tape.inputs)]) == want
    export(program, tmp_path / "f.js")
    subprocess.run(["node", "f.js"], cwd=tmp_path, check=True)
    export(program, tmp_path / "f.c")
    command = ["gcc", *FAST, *STRICT, "-DSELF_TEST", "f.c", "-lm", "-o", "f"]
    subprocess.run(command, cwd=tmp_path, check=True)
    subprocess.run(["./f"], cwd=tmp_path, check=True)


def test_a_program_that_is_never_finite_tests_itself_too(tmp_path: Path) -> None:
    needs("gcc", "node")
    program = compile(lambda x: [x * math.inf, x * math.nan, -x / 0.0], 1, backend="python")
    export(program, tmp_path / "f.c")
    subprocess.run("gcc -DSELF_TEST f.c -lm -o f && ./f", shell=True, cwd=tmp_path, check=True)
    export(program, tmp_path / "f.js")
    subprocess.run(["node", "f.js"], cwd=tmp_path, check=True)
    assert module(export(program, tmp_path / "f.py"))["self_test"]()


def test_the_point_of_the_test_is_where_the_results_are_finite() -> None:
    subject = subject_of(compile(lambda x: (x - 1.0).log(), 1, backend="python"), "f")
    assert subject.test == ((1.5,), (math.log(0.5),))


def test_other_arguments_are_refused_with_the_right_call(tmp_path: Path) -> None:
    x = Value(1.0, "x")
    path = tmp_path / "f.c"
    for wrong, advice in (
        (x.exp(), r"compile\(y, \[a, b\]\)"),
        (f, r"compile\(f, 2\)"),
        (jit(f), r"jit\(f\)\.program\(x\)"),
        (MLP(1, [1]), r"nn\.export\(model, path\)"),
    ):
        with pytest.raises(TypeError, match=advice):
            export(wrong, path)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"ends in .*\.c, .*\.js, .*\.py.*got 'f\.rs'"):
        export(made(), tmp_path / "f.rs")
    with pytest.raises(ValueError, match="did you mean 'gradient'"):
        export(made(), path, derivatives="gradients")
    with pytest.raises(ValueError, match=r"float32=True is for files that end in \.c"):
        export(made(), tmp_path / "f.py", float32=True)
    several = compile(lambda a: [a, a * a], 1, backend="python")
    with pytest.raises(ValueError, match="gradient is of one output, this program has 2"):
        export(several, path, derivatives="gradient")
    with pytest.raises(ValueError, match="no input 'c'"):
        export(made(), path, derivatives="gradient", by=["c"])
    with pytest.raises(FileNotFoundError, match="no folder"):
        export(made(), tmp_path / "nowhere" / "f.c")
    assert not list(tmp_path.iterdir())


def test_an_operation_of_the_users_own_is_refused_by_name(tmp_path: Path) -> None:
    own = operation("own_export_test", value=math.sinh, partials=lambda m, x, y: (m.cosh(x),))
    tape = Tape(("x",), (), (), (), (0,))
    program = Program(tape, [], [], "python")
    program.tape = autograd.tape.record_tape([own(x := Value(1.0))], [x])[0]  # type: ignore[attr-defined]
    for ending in (".c", ".js", ".py"):
        with pytest.raises(ValueError, match="own_export_test"):
            export(program, tmp_path / f"f{ending}")


def test_every_operation_has_a_form_in_each_language() -> None:
    """A row, or a function by its own rule: a new entry needs nothing else."""
    for op in TABLE.values():
        if op.shape is not Shape.NONE:
            for rows in (c.C.rows, c.FLOAT.rows):
                assert op.name in rows or op.name in KEPT or op.name in ("power_less", "detach")


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "f.py"
    path.write_text("before")
    assert export(made(), str(path)) == path
    assert [one.name for one in tmp_path.iterdir()] == ["f.py"]
    assert module(path)["self_test"]()


def test_the_name_of_the_function(tmp_path: Path) -> None:
    assert "neuron" in module(export(made(), tmp_path / "f.py", name="neuron"))
    assert "class_program" in module(export(made(), tmp_path / "class.py"))
    assert sorted(FORMATS)[0] == ".c"


def test_a_wide_sum_has_room_for_its_parts(tmp_path: Path) -> None:
    """The parts of 300 numbers whose sizes lie far apart."""
    needs("gcc")
    program = compile(lambda *xs: autograd.total(xs), 300, backend="python")
    made = subject_of(program, "f")
    point = [(-1.0) ** i * 2.0 ** (6 * i - 900) for i in range(300)]
    subject = autograd.exporting.Subject(  # type: ignore[attr-defined]
        "f", made.tape, (), made.parts, "a test", at=tuple(point)
    )
    (tmp_path / "f.c").write_text(c.text(subject), encoding="utf-8")
    command = "gcc -fsanitize=address,undefined -DSELF_TEST f.c -lm -o f && ./f"
    done = subprocess.run(command, shell=True, cwd=tmp_path, check=True, capture_output=True)
    assert done.stdout.startswith(f"0: {math.fsum(point):.17g}, expected".encode())

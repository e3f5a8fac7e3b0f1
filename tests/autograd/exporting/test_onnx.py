"""Models of ONNX as ONNX Runtime runs them, against the engine."""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, compile
from autograd.exporting import export
from autograd.exporting.onnx import content
from autograd.exporting.onnx_nodes import OF_FLOAT32
from autograd.exporting.subject import Part, Subject, subject_of
from autograd.ops import TABLE
from autograd.program import Program
from autograd.tape import Tape
from autograd.tape.derivatives import jacobian
from autograd.tape.instructions import Instruction
from tests.autograd import programs
from tests.autograd.program.test_agreement import ARITY
from tests.autograd.program.test_agreement import OPERATIONS as OF_PROGRAMS
from tests.autograd.tape.running import COUNT, OPERATIONS, agree, bounds, points, random_graph, run

np = pytest.importorskip("numpy")
onnx = pytest.importorskip("onnx", reason='needs onnx: pip install "chainrule[onnx]"')
runtime = pytest.importorskip("onnxruntime", reason="needs onnxruntime: pip install onnxruntime")


def session_of(model: bytes, optimized: bool = True) -> Any:
    options = runtime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    if not optimized:  # it takes x + 0 for x, also where x is -0
        options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def outputs_of(
    model: bytes, rows: Any, kind: str = "float64", optimized: bool = True
) -> dict[str, Any]:
    """The outputs by name."""
    session = session_of(model, optimized)
    found = session.run(None, {"X": np.asarray(rows, dtype=kind)})
    return dict(zip([output.name for output in session.get_outputs()], found, strict=True))


def subject_for(tape: Tape, numbers: Sequence[float] = (), float32: bool = False) -> Subject:
    labels = tuple([f"y{i}" for i in range(len(tape.outputs))])
    return Subject("f", tape, tuple(numbers), (Part("y", labels),), "a tape", float32)


def close(got: float, want: float, tolerance: float = 1e-12) -> bool:
    if got == want == 0.0:
        return math.copysign(1.0, got) == math.copysign(1.0, want)
    if math.isfinite(got) and math.isfinite(want):
        return abs(got - want) <= tolerance * max(1.0, abs(want))
    return got == want or (math.isnan(got) and math.isnan(want))


def tape_of(name: str) -> Tape:
    """An operation on inputs, with its partial derivatives after it."""
    count = COUNT[TABLE[name].shape]
    inputs = tuple([f"x{i}" for i in range(1, count + 1)])
    tape = Tape(inputs, (), (), (Instruction(name, tuple(range(count))),), (count,))
    partials = jacobian(tape, range(count))
    merged = Tape(
        inputs,
        (),
        partials.constants,
        (*partials.instructions, Instruction(name, tuple(range(count)))),
        (*partials.outputs, partials.size),
        True,
    )
    return merged.check()


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_with_its_derivatives(name: str) -> None:
    tape, rows = tape_of(name), points(name, 40)
    found = outputs_of(content(subject_for(tape)), rows)["y"]
    for row, outputs in zip(rows, found.tolist(), strict=True):
        for got, want in zip(outputs, run(tape, row), strict=True):
            assert close(got, want), (row, outputs, run(tape, row))


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_in_single_precision(name: str) -> None:
    tape, rows = tape_of(name), points(name, 40)[:40]
    found = outputs_of(content(subject_for(tape, float32=True)), rows, "float32")["y"]
    for row, outputs in zip(np.float32(rows).tolist(), found.tolist(), strict=True):
        for got, want in zip(outputs, run(tape, row), strict=True):
            assert close(got, want, 2e-4), (row, outputs, run(tape, row))


def test_rules_and_operators_are_used_where_there_are_none() -> None:
    """In double precision no operator that ONNX Runtime lacks; in single precision all of them."""
    for float32 in (False, True):
        used = set()
        for name in OPERATIONS:
            model = onnx.load_from_string(content(subject_for(tape_of(name), float32=float32)))
            used |= {node.op_type for node in model.graph.node}
        assert used.isdisjoint(OF_FLOAT32.values()) is not float32
        assert float32 is (used >= set(OF_FLOAT32.values()))


@pytest.mark.parametrize("seed", range(12))
def test_random_graphs_with_their_gradients(seed: int) -> None:
    root, leaves = random_graph(seed)
    program = compile(root, leaves[:2], leaves[2:], backend="python")
    rng = random.Random(seed)
    rows = [[leaf.data for leaf in leaves[:2]]]
    rows += [[x + rng.uniform(-0.1, 0.1) for x in rows[0]] for _ in range(5)]
    for by in ("inputs", "parameters"):
        subject = subject_of(program, "f", ["gradient", "hessian"], by)
        outputs = outputs_of(content(subject), rows)
        flat = [outputs[part.name].reshape(len(rows), -1) for part in subject.parts]
        for row, found in zip(rows, np.concatenate(flat, axis=1).tolist(), strict=True):
            numbers = [*row, *subject.numbers]
            allowed = bounds(subject.tape, numbers)
            for got, want, far in zip(found, subject.results(row), allowed, strict=True):
                assert agree(got, want, 64 * far) or close(got, want), (got, want, far)


SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -3.0, math.inf, -math.inf, math.nan]


@pytest.mark.uncovered
@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10**9), steps=st.integers(1, 12))
def test_drawn_programs_at_special_numbers(seed: int, steps: int) -> None:
    """With choices, comparisons and remainders; all round alike, so that what is NaN is NaN."""
    program = programs.draw(random.Random(seed), 4, steps, ARITY)
    rng = random.Random(seed + 1)
    parameters = [Value(rng.choice(SPECIAL), f"p{i}") for i in range(2)]
    rows = [[rng.choice(SPECIAL) for _ in range(2)] for _ in range(20)]

    def f(*x: Value) -> Value:
        result: Value = programs.run(program, [*x, *parameters], OF_PROGRAMS)[-1]
        return result

    subject = subject_of(compile(f, 2, parameters, backend="python"), "f", ["gradient"])
    outputs = outputs_of(content(subject), rows, optimized=False)
    for row, y, slopes in zip(rows, outputs["y"], outputs["gradient"].tolist(), strict=True):
        for got, want in zip([y, *slopes], subject.results(row), strict=True):
            assert close(got, want, 1e-9), (row, got, want)


def compiled(f: Callable[..., Any], inputs: Any, parameters: Sequence[Value] = ()) -> Program:
    return compile(f, inputs, parameters, backend="python")


def test_branches() -> None:
    def f(a: Value, b: Value) -> Any:
        inner = autograd.where(b <= 0.0, b, a * b)
        return autograd.where(a < b, autograd.exp(a), inner)

    rows = [[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, -1.0]]
    outputs = outputs_of(content(subject_of(compiled(f, 2), "f", ["gradient"])), rows)
    assert outputs["y"].tolist() == compiled(f, 2)(rows)
    assert outputs["gradient"].tolist() == compiled(f, 2).jacobian(rows, by="inputs")


def test_forms_of_results() -> None:
    """A number is a column, several are a table; what depends on no input is there in each row."""
    w = Value(3.0, "w")
    several = subject_of(compiled(lambda a, b: [a, b * w, w, w * 2.0], 2, [w]), "f", ["jacobian"])
    outputs = outputs_of(content(several), [[1.0, 2.0], [3.0, 4.0]])
    assert outputs["y"].tolist() == [[1.0, 6.0, 3.0, 6.0], [3.0, 12.0, 3.0, 6.0]]
    assert outputs["jacobian"].shape == (2, 4, 2)
    assert outputs["jacobian"][1].tolist() == [[1.0, 0.0], [0.0, 3.0], [0.0, 0.0], [0.0, 0.0]]
    for f, wanted in ((lambda a: a, [5.0]), (lambda a: w + 0.0 * w, [3.0])):
        found = outputs_of(content(subject_of(compiled(f, 1, [w]), "f")), [[5.0]])
        assert found["y"].tolist() == wanted
    nothing = content(subject_of(compiled(lambda: w * 1.5, 0, [w]), "f"))
    assert outputs_of(nothing, np.zeros((3, 0)))["y"].tolist() == [4.5] * 3
    assert outputs_of(content(several), np.zeros((0, 2)))["jacobian"].shape == (0, 4, 2)


HARD = [
    "X",
    "y",
    "label",
    "gradient",
    "c1",
    "axis",
    "x1",
    "v1",
    "lambda",
    "a b",
    "ŷ1",
    "*/",
    '"',
    "",
]
HARD += [
    "<script>",
    "\ud800",
    "column0",
    "x1_rows",
    "row_count",
    "y_flat",
    "shape",
    "\n",
    "classes",
]


def test_names_do_not_clash() -> None:
    leaves = [Value(float(i), name) for i, name in enumerate(HARD, start=1)]
    terms = []
    for name in HARD:
        term = autograd.exp(leaves[0] * 0.01)
        term.label = name
        terms.append(term)
    root = autograd.dot(leaves, terms) % 7.5
    half = len(leaves) // 2
    program = compile(root, leaves[:half], leaves[half:], backend="python")
    subject = subject_of(program, "'''\"\n*/\ud800", ["gradient"])
    row = [leaf.data for leaf in leaves[:half]]
    found = outputs_of(content(subject), [row])
    numbers = [*found["y"].tolist(), *found["gradient"][0].tolist()]
    assert numbers == pytest.approx(subject.results(row), rel=1e-12)


def test_a_parameter_is_no_constant_whatever_its_label() -> None:
    for label in ("inf", "nan", "c1"):
        w = Value(2.0, label)
        program = compiled(lambda a, w=w: autograd.minimum([w * a, math.inf]) + 0.5, 1, [w])
        assert outputs_of(content(subject_of(program, "f")), [[3.0]])["y"].tolist() == [6.5]


def test_a_part_that_is_a_class() -> None:
    program = compiled(lambda a, b: autograd.softmax([a, b, 0.0]), 2)
    subject = subject_of(program, "f")
    named = Subject(
        "f", subject.tape, (), subject.parts, "a model", classes=("setosa", "붓꽃", "\ud800")
    )
    outputs = outputs_of(content(named), [[5.0, 1.0], [1.0, 5.0], [-1.0, -1.0]])
    assert outputs["probabilities"].sum(axis=1) == pytest.approx([1.0] * 3)
    assert outputs["label"].tolist() == ["setosa", "붓꽃", "?"]


@pytest.mark.parametrize("float32", [False, True])
def test_the_file_tests_itself(tmp_path: Path, monkeypatch: Any, float32: bool) -> None:
    """The code of its description runs and gives what that expects."""
    w = Value(3.0, "w")
    program = compiled(lambda a, b: autograd.tanh(w * a) * autograd.erf(b), ["a", "b"], [w])
    path = export(program, tmp_path / "f.onnx", derivatives="gradient", float32=float32)
    model = onnx.load(path)
    assert model.opset_import[0].version == 18
    text = model.doc_string
    assert text.startswith("f: written by chainrule (autograd.export) from a program of 2 inputs")
    lines = text.split("\n\n")[-2].split("\n")
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {}
    exec("\n".join([*lines[:-1], f"found = {lines[-1]}"]), namespace)
    texts = {entry.key: json.loads(entry.value) for entry in model.metadata_props}
    assert texts["inputs"] == ["a", "b"]
    assert texts["outputs"] == {"y": ["y"], "gradient": ["d y / d a", "d y / d b"]}
    flat = [x for part in namespace["found"] for x in part.ravel().tolist()]
    expected = [x for part in texts["test_output"].values() for x in part]
    assert flat == pytest.approx(expected, rel=1e-5 if float32 else 1e-12)
    shown = f"It gives y {texts['test_output']['y']}; gradient {texts['test_output']['gradient']}"
    assert shown in text


def test_the_same_program_is_the_same_file() -> None:
    subject = subject_of(compiled(autograd.gelu, 1), "f", ["gradient"])
    assert content(subject) == content(subject)


def test_an_operation_of_ones_own_is_refused() -> None:
    own = autograd.operation("doubled", lambda x: 2.0 * x, (2.0,))
    try:
        leaf = Value(1.0)
        root = own(leaf)
        subject = Subject("f", subject_for_graph(root, leaf), (), (Part("y", ("y",)),), "a graph")
        with pytest.raises(ValueError, match="'doubled'"):
            content(subject)
    finally:
        TABLE.pop("doubled", None)


def subject_for_graph(root: Value, leaf: Value) -> Tape:
    from autograd.tape import record_tape

    return record_tape([root], [leaf], [])[0]


def test_without_the_package(monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match=r"chainrule\[onnx\]"):
        content(subject_of(compiled(lambda a: a, 1), "f"))

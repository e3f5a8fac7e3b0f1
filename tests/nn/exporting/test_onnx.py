"""MLPs as models of ONNX in which layers are layers, as ONNX Runtime runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value
from nn import MLP, Data, predict, predict_proba
from nn.activations import ACTIVATIONS
from nn.exporting.model import subject_of_model
from nn.exporting.onnx import content, is_layered
from nn.rows.scales import in_unit
from nn.rows.standardization import standardized_rows
from nn.schema import Scale, Schema

np = pytest.importorskip("numpy")
onnx = pytest.importorskip("onnx", reason='needs onnx: pip install "chainrule[onnx]"')
runtime = pytest.importorskip("onnxruntime", reason="needs onnxruntime: pip install onnxruntime")


def outputs_of(model: bytes, rows: Any, kind: str = "float64") -> dict[str, Any]:
    session = runtime.InferenceSession(model, providers=["CPUExecutionProvider"])
    found = session.run(None, {"X": np.asarray(rows, dtype=kind)})
    return dict(zip([output.name for output in session.get_outputs()], found, strict=True))


def operators_of(model: bytes) -> list[str]:
    return [node.op_type for node in onnx.load_from_string(model).graph.node]


@pytest.fixture(scope="module")
def iris() -> Any:
    return nn.load_iris(seed=0)


@pytest.fixture(scope="module")
def fitted(iris: Any) -> MLP:
    model = MLP(4, [4, 4, 3], activation="tanh", seed=0)
    nn.train(model, iris.train, optimizer=nn.Adam(model.parameters(), lr=0.05), epochs=5,
             progress=False)  # fmt: skip
    return model


def test_centimetres_in_and_a_species_out(fitted: MLP, iris: Any) -> None:
    rows = [in_unit(row, fitted.schema.feature_scales) for row in iris.test.rows]
    made = content(fitted, subject_of_model(fitted, "f"))
    outputs = outputs_of(made, rows)
    assert outputs["label"].tolist() == predict(fitted, rows, raw=True)
    want = np.array(predict_proba(fitted, rows, raw=True))
    assert np.max(np.abs(outputs["probabilities"] - want)) < 1e-12
    assert operators_of(made) == [
        *("Sub", "Div", "Gemm", "Tanh", "Gemm", "Tanh", "Gemm", "Softmax", "ArgMax", "Gather")
    ]
    single = content(fitted, subject_of_model(fitted, "f", float32=True))
    outputs = outputs_of(single, rows, "float32")
    assert outputs["label"].tolist() == predict(fitted, rows, raw=True)
    assert np.max(np.abs(outputs["probabilities"] - want)) < 1e-5


def test_scalar_form_gives_the_same(fitted: MLP) -> None:
    from autograd.exporting.onnx import content as scalar

    subject = subject_of_model(fitted, "f")
    rows = [[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]]
    first, second = outputs_of(scalar(subject), rows), outputs_of(content(fitted, subject), rows)
    assert first["label"].tolist() == second["label"].tolist()
    assert np.max(np.abs(first["probabilities"] - second["probabilities"])) < 1e-12


ROWS = [[0.5, -1.25], [3.0, 0.0], [-2.0, 7.5], [0.0, 0.0]]
KINDS = st.sampled_from(sorted(ACTIVATIONS))
SIZES = st.lists(st.integers(1, 4), min_size=1, max_size=3)


@settings(max_examples=40, deadline=None)
@given(
    sizes=SIZES,
    activation=KINDS,
    output=st.sampled_from([*sorted(ACTIVATIONS), "softmax"]),
    bias=st.booleans(),
    classes=st.booleans(),
    scaled=st.booleans(),
    seed=st.integers(0, 99),
)
def test_any_mlp(
    sizes: list[int],
    activation: str,
    output: str,
    bias: bool,
    classes: bool,
    scaled: bool,
    seed: int,
) -> None:
    model = MLP(2, sizes, activation, bias=bias, output=output, seed=seed)
    for i, parameter in enumerate(model.parameters()):
        parameter.data += 0.01 * i
    count = max(2, sizes[-1])
    names = tuple([f"class {i}" for i in range(count)]) if classes else ()
    model.schema = Schema(class_names=names, regression=not classes)
    if scaled:
        features = (Scale(0.5, 2.0), Scale(-1.0, 0.25))
        targets = () if classes else tuple([Scale(3.0 + i, 0.5) for i in range(sizes[-1])])
        model.schema = Schema(
            class_names=names, regression=not classes, feature_scales=features,
            target_scales=targets,
        )  # fmt: skip
    rows = ROWS
    if scaled:
        means, deviations = [0.5, -1.0], [2.0, 0.25]
        rows = standardized_rows(ROWS, means, deviations, ["a", "b"])
    subject = subject_of_model(model, "f")
    outputs = outputs_of(content(model, subject), ROWS)
    if classes:
        want = predict_proba(model, rows)
        found = outputs["probabilities"]
        assert outputs["label"].tolist() == [names[row.argmax()] for row in found]
    else:
        answers = [model(row) for row in rows]
        numbers = [[y.data for y in (a if isinstance(a, list) else [a])] for a in answers]
        want = [in_unit(row, model.schema.target_scales) for row in numbers]
        found = outputs["y"].reshape(len(ROWS), -1)
        assert outputs["y"].shape == ((4, sizes[-1]) if sizes[-1] > 1 else (4,))
    assert np.max(np.abs(found - np.array(want)) / np.maximum(1.0, np.abs(want))) < 1e-12


def test_activations_of_ones_own() -> None:
    """A function is written as its instructions, with the Values that it uses."""
    slope = Value(0.25, "slope")

    def leaky(x: Value) -> Value:
        return autograd.where(x < 0.0, slope * x, autograd.atan(x))

    model = MLP(2, [3, 2], [leaky], seed=0)
    model.schema = Schema(regression=True)
    found = outputs_of(content(model, subject_of_model(model, "f")), ROWS)["y"]
    assert found == pytest.approx(np.array([[y.data for y in model(row)] for row in ROWS]))


def test_what_is_layered() -> None:
    class Own(MLP):
        pass

    assert is_layered(MLP(2, [3, 2], seed=0))
    assert not is_layered(Own(2, [3, 2], seed=0))
    mixed = MLP(2, [3, 2], seed=0)
    mixed.layers[0].neurons[1].function = autograd.tanh
    assert not is_layered(mixed)
    wider = MLP(2, [3, 2], seed=0)
    wider.layers[1].neurons[0].w.append(Value(1.0))
    assert not is_layered(wider)


def test_a_bias_that_is_missing_is_zero() -> None:
    model = MLP(2, [3, 2], seed=0)
    model.layers[0].neurons[1].b = None
    model.schema = Schema(regression=True)
    found = outputs_of(content(model, subject_of_model(model, "f")), ROWS)["y"]
    assert found == pytest.approx(np.array([[y.data for y in model(row)] for row in ROWS]))


def test_missing_values_are_means() -> None:
    rows = [[1.0, 2.0], [3.0, None], [5.0, 4.0], [2.0, 1.0]]
    data = Data(rows, [0, 1, 0, 1], ["a", "b"], ["p", "q"], missing="mean").standardized()
    model = MLP(2, [3, 2], activation="tanh", seed=0)
    nn.train(model, data, epochs=2, progress=False)
    made = content(model, subject_of_model(model, "f"))
    found = outputs_of(made, [[3.0, np.nan], [np.nan, 1.0]])["probabilities"]
    want = predict_proba(model, [[3.0, None], [None, 1.0]], raw=True)
    assert np.max(np.abs(found - np.array(want))) < 1e-12


def test_files_of_export(fitted: MLP, tmp_path: Path) -> None:
    """Layers of an MLP; an operation each where derivatives are wanted, and of other Modules."""
    path = nn.export(fitted, tmp_path / "iris.onnx")
    model = onnx.load(path)
    texts = {entry.key: json.loads(entry.value) for entry in model.metadata_props}
    outputs = outputs_of(path.read_bytes(), [texts["test_input"]])
    want = texts["test_output"]["probabilities"]
    assert outputs["probabilities"][0].tolist() == pytest.approx(want, rel=1e-12)
    assert texts["classes"] == list(fitted.class_names)
    assert "InferenceSession('iris.onnx')" in model.doc_string
    assert "sepal" in model.doc_string
    sloped = nn.export(fitted, tmp_path / "slopes.onnx", derivatives="jacobian").read_bytes()
    found = outputs_of(sloped, [texts["test_input"]])
    assert found["probabilities"][0].tolist() == pytest.approx(want, rel=1e-12)
    assert found["jacobian"].shape == (1, 3, 4)
    assert found["label"].tolist() == outputs["label"].tolist()
    assert "Gemm" not in operators_of(sloped)

    class Own(MLP):
        pass

    own = nn.export(Own(2, [3, 2], seed=0), tmp_path / "own.onnx").read_bytes()
    assert "Gemm" not in operators_of(own)
    assert outputs_of(own, ROWS)["label"].shape == (4,)

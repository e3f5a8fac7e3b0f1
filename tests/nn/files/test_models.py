import base64
import json
import struct
from importlib.resources import files as resources

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value
from autograd.files import FormatError
from nn import MLP, SGD, Adam, AdamW, Data, Layer, Module, load, load_iris, predict, save, train
from nn.activations import ACTIVATIONS
from nn.schema import Scale, Schema
from tests.nn.files.record_torch import RECORDED, ROWS

SIZES = st.integers(1, 4)
NAMES = st.sampled_from(sorted(ACTIVATIONS))


@st.composite
def networks(draw):
    nin, nouts = draw(SIZES), draw(st.lists(SIZES, min_size=1, max_size=3))
    hidden = st.lists(NAMES, min_size=len(nouts) - 1, max_size=len(nouts) - 1)
    model = MLP(
        nin,
        nouts,
        draw(st.one_of(NAMES, hidden, hidden.map(tuple))),
        bias=draw(st.booleans()),
        output=draw(st.one_of(NAMES, st.just("softmax"))),
        seed=draw(st.integers(0, 9)),
    )
    for parameter in model.parameters():
        parameter.data += draw(st.floats(-1.0, 1.0))
    return model


def labels(model):
    row = [float(i) for i in range(model.nin)]
    outputs = model.outputs(row)
    return [p.label for p in model.parameters()], [z.label for z in outputs], model.inputs


def bits(values):
    values = values if isinstance(values, list) else [values]
    return struct.pack(f"{len(values)}d", *[value.data for value in values])


@given(networks())
@settings(max_examples=60, deadline=None)
def test_what_is_loaded_is_the_same_network(tmp_path_factory, model):
    path = tmp_path_factory.getbasetemp() / "model.safetensors"
    save(model, path)
    found = load(path)
    assert repr(found) == repr(model)
    assert (type(found), found.seed, found.schema) == (MLP, model.seed, model.schema)
    assert labels(found) == labels(model)
    assert found.state_dict() == model.state_dict()
    row = [0.25 * (i + 1) for i in range(model.nin)]
    assert bits(found(row)) == bits(model(row))


@given(networks())
@settings(max_examples=30, deadline=None)
def test_other_programs_find_outputs_times_inputs(tmp_path_factory, model):
    path = tmp_path_factory.getbasetemp() / "model.safetensors"
    save(model, path)
    tensors = safetensors.numpy.load_file(path)
    for i, layer in enumerate(model.layers):
        assert tensors[f"layers.{i}.weight"].tolist() == [
            [weight.data for weight in neuron.w] for neuron in layer.neurons
        ]
        if layer.neurons[0].b is not None:
            assert tensors[f"layers.{i}.bias"].tolist() == [n.b.data for n in layer.neurons]
    assert len(tensors) == len(model.layers) * (1 if model.layers[0].neurons[0].b is None else 2)


def test_a_network_of_numpy_from_the_file_gives_the_same(tmp_path):
    model = MLP(3, [5, 4, 2], activation="tanh", seed=0)
    save(model, tmp_path / "a")
    tensors, x = safetensors.numpy.load_file(tmp_path / "a"), np.array([0.5, -1.0, 2.0])
    for i in range(3):
        x = tensors[f"layers.{i}.weight"] @ x + tensors[f"layers.{i}.bias"]
        x = np.tanh(x) if i < 2 else x
    assert x == pytest.approx([z.data for z in model([0.5, -1.0, 2.0])], rel=1e-14)


@pytest.mark.parametrize("kind", ["F64", "F32", "F16", "BF16"])
def test_files_of_pytorch(tmp_path, kind):
    """A Sequential of Linear layers, whose names are 0.weight, 0.bias, 2.weight, ..."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))[kind]
    path = tmp_path / "torch.safetensors"
    path.write_bytes(base64.b64decode(recorded["file"]))
    model = MLP(3, [4, 4, 2], activation="tanh")
    assert load(path, into=model) is model
    found = [[z.data for z in model(row)] for row in ROWS]
    for row, wanted in zip(found, recorded["outputs"], strict=True):
        assert row == pytest.approx(wanted, rel=1e-12)
    with pytest.raises(FormatError, match=r"no model of nn\.save, but 6 tensors by name; give the"):
        load(path)
    with pytest.raises(FormatError, match=r"'0\.weight': expected the shape \[5, 3\], got"):
        load(path, into=MLP(3, [5, 4, 2]))


def test_rows_are_described(tmp_path):
    """Whatever the schema of a trained model has comes back, and with it names and scales."""
    path = tmp_path / "a.safetensors"
    iris = load_iris(seed=0)
    model = MLP(4, [3], seed=0)
    train(model, iris.train, epochs=2, progress=False, engine="eager")
    save(model, path)
    found = load(path)
    assert found.schema == model.schema != Schema()
    assert predict(found, iris.test) == predict(model, iris.test)
    numbers = Data([[0.0], [1.0], [2.5]], [1.5, 2.25, 3.5], ["length"])
    line = MLP(1, [1], seed=0)
    train(line, numbers, epochs=2, progress=False, engine="eager")
    save(line, path)
    assert load(path).schema == line.schema
    assert load(path).regression
    assert predict(load(path), numbers) == predict(line, numbers)


class Line(Module):
    def __init__(self, slope=2.0):
        self.slope, self.offset, self.layer = Value(slope), Value(1.0), Layer(1, 2, seed=0)


def test_a_module_of_ones_own_is_filled(tmp_path):
    path = tmp_path / "line.safetensors"
    line, other = Line(), Line(3.0)
    line.schema = Schema(("length",), regression=True)
    save(line, path)
    assert load(path, into=other) is other
    assert other.state_dict() == line.state_dict()
    assert other.schema == line.schema
    assert "slope" in safetensors.numpy.load_file(path)
    assert safetensors.numpy.load_file(path)["slope"].shape == ()
    with pytest.raises(
        FormatError, match=r"the model, Line, is one that only its own code can make: "
    ):
        load(path)


def test_networks_that_only_their_code_can_make(tmp_path):
    class Mine(MLP):
        pass

    path = tmp_path / "a.safetensors"
    changed, function = MLP(2, [2, 1], seed=0), MLP(2, [2, 1], activation=lambda x: x * x, seed=0)
    changed.layers[0] = Layer(2, 2, "tanh", seed=0)
    for model in (Mine(2, [2, 1], seed=0), changed, function, MLP(2, [2], output=lambda x: x)):
        save(model, path)
        with pytest.raises(FormatError, match="only its own code can make"):
            load(path)
        before = model.state_dict()
        for parameter in model.parameters():
            parameter.data = 0.0
        assert load(path, into=model).state_dict() == before


def test_functions_that_have_a_name_go_by_it(tmp_path):
    save(MLP(2, [2, 1], activation=autograd.tanh, output=autograd.sigmoid), tmp_path / "a")
    assert repr(load(tmp_path / "a")) == repr(MLP(2, [2, 1], activation="tanh", output="sigmoid"))


def test_activations_of_any_sequence_are_a_list():
    for names in (["tanh"], ("tanh",), iter(["tanh"])):
        assert repr(MLP(2, [2, 1], activation=names)) == repr(MLP(2, [2, 1], activation=["tanh"]))


def test_into_a_network_that_computes_in_another_way(tmp_path):
    save(MLP(2, [2, 1], activation="tanh", seed=0), tmp_path / "a")
    for other in ("relu", "sigmoid"):
        model = MLP(2, [2, 1], activation=other, seed=1)
        before = model.state_dict()
        with pytest.raises(FormatError, match=rf"expected .* into=MLP\(2, .*{other}.* got MLP.*ta"):
            load(tmp_path / "a", into=model)
        assert model.state_dict() == before
    assert load(tmp_path / "a", into=MLP(2, [2, 1], activation="tanh")).seed is None


def test_python_s_own_random_numbers_are_left_alone(tmp_path):
    import random

    save(MLP(2, [2]), tmp_path / "a")
    random.seed(0)
    before = random.getstate()
    load(tmp_path / "a")
    assert random.getstate() == before


OPTIMIZERS = {
    "SGD": lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "Adam": lambda p: Adam(p, lr=0.1, betas=(0.8, 0.99)),
    "AdamW": lambda p: AdamW(p, lr=0.1, weight_decay=0.1),
}
CORNERS = [([0.0, 0.0], 0), ([0.0, 1.0], 1), ([1.0, 0.0], 1), ([1.0, 1.0], 0)]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_goes_on_with_a_saved_optimizer(tmp_path, name):
    path, models = tmp_path / "a.safetensors", [MLP(2, [3, 2], seed=0) for _ in range(2)]
    optimizers = [OPTIMIZERS[name](model.parameters()) for model in models]
    for model, optimizer in zip(models, optimizers, strict=True):
        train(model, CORNERS, optimizer=optimizer, epochs=3, progress=False, engine="eager")
    optimizers[0].lr = 0.05
    save(models[0], path, optimizers[0])
    found = load(path)
    optimizer = OPTIMIZERS[name](found.parameters())
    assert load(path, into=found, optimizer=optimizer) is found
    assert (optimizer.lr, optimizer.steps) == (0.05, 3)
    assert optimizer.states == optimizers[0].states
    assert optimizer.settings == optimizers[0].settings
    assert type(optimizer.settings.get("betas", ())) is tuple
    optimizers[1].lr = 0.05
    for model, one in ((models[1], optimizers[1]), (found, optimizer)):
        train(model, CORNERS, optimizer=one, epochs=3, progress=False, engine="eager")
    assert found.state_dict() == models[1].state_dict()


class Counting(SGD):
    """An optimizer with attributes of its own."""

    def __init__(self, parameters, lr=0.1):
        super().__init__(parameters, lr)
        self.count, self.name, self.sizes = 0, "a", [1.0, 2.0]


def test_optimizers_of_ones_own(tmp_path):
    model = MLP(1, [1], seed=0)
    optimizer = Counting(model.parameters())
    optimizer.count, optimizer.sizes = 7, [0.5, 2.0]
    save(model, tmp_path / "a", optimizer)
    found = Counting(model.parameters())
    load(tmp_path / "a", into=model, optimizer=found)
    assert (found.count, found.name, found.sizes) == (7, "a", [0.5, 2.0])
    found.sizes = {"a": 1}
    with pytest.raises(TypeError, match=r"save: Counting\.sizes: expected numbers or a text"):
        save(model, tmp_path / "b", found)
    with pytest.raises(FormatError, match=r"sizes: expected something like \{'a': 1\}, got \(0.5"):
        load(tmp_path / "a", into=model, optimizer=found)
    found.sizes, found.states = [], [(0.0,), (0.0, 1.0)]
    with pytest.raises(TypeError, match="save: expected as many numbers as state for each param"):
        save(model, tmp_path / "b", found)
    found.states = [("a",), ("b",)]
    with pytest.raises(TypeError, match="save: expected as many numbers as state for each param"):
        save(model, tmp_path / "b", found)


def test_an_optimizer_of_another_kind_or_size(tmp_path):
    model, path = MLP(1, [1], seed=0), tmp_path / "a"
    save(model, path, SGD(model.parameters()))
    for other, words in [
        (Adam(model.parameters()), "optimizer: the file has that of SGD, got Adam"),
        (SGD(model.parameters()[:1]), r"'optimizer/0': expected the shape \[1\], got \[2\]"),
    ]:
        with pytest.raises(FormatError, match=words):
            load(path, into=model, optimizer=other)
    with pytest.raises(ValueError, match=r"load: optimizer goes with a model .*into=model"):
        load(path, optimizer=SGD(model.parameters()))
    save(model, path)
    with pytest.raises(FormatError, match="it has no state of an optimizer; save"):
        load(path, into=model, optimizer=SGD(model.parameters()))


def test_what_can_not_be_saved(tmp_path):
    path, model = tmp_path / "a.safetensors", MLP(1, [1], seed=0)
    model["w1"].data = float("inf")
    with pytest.raises(ValueError, match=r"save: expected finite numbers .* got inf as w1"):
        save(model, path)
    model["w1"].data = 1.0
    model.schema = Schema(("a", "b"))
    with pytest.raises(ValueError, match="expected one thing for each column, got 1 and 2"):
        save(model, path)
    assert not path.exists()
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        save(MLP(1, [1]), tmp_path / "nowhere" / "a.safetensors")
    with pytest.raises(FileNotFoundError, match=r"a\.safetensors"):
        load(path)
    assert list(tmp_path.iterdir()) == []


def with_text(content, change):
    """A file of ours whose description is changed."""
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    description = json.loads(header["__metadata__"]["chainrule"])
    change(description, header)
    if "chainrule" in header["__metadata__"]:
        header["__metadata__"]["chainrule"] = json.dumps(description)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content[8 + length :]


WRONG = {
    "newer": (lambda d, h: d.update(format=2), "expected format 1, got 2; it was written by a new"),
    "unknown": (lambda d, h: d.update(code="import os"), "unknown 'code'; expected format, model"),
    "size": (lambda d, h: d["architecture"].update(nin=3), "architecture's shape [2, 3], got"),
    "a huge size": (lambda d, h: d["architecture"].update(nin=10**15), "[2, 1000000000000000]"),
    "layers": (lambda d, h: d["architecture"].update(nouts=[2, 1, 1]), "'layers.2.weight': expect"),
    "fewer layers": (lambda d, h: d["architecture"].update(nouts=[2]), "unknown layers.1.weight"),
    "no layers": (lambda d, h: d["architecture"].update(nouts=[]), "expected at least one layer"),
    "bias": (lambda d, h: d["architecture"].update(bias=False), "unknown layers.0.bias"),
    "name": (lambda d, h: d["architecture"].update(activation="system"), "unknown activation 'sys"),
    "output": (lambda d, h: d["architecture"].update(output="os"), "unknown activation 'os'"),
    "activations": (lambda d, h: d["architecture"].update(activation=[]), "expected one activatio"),
    "columns": (lambda d, h: d["schema"].update(feature_names=["a"]), "each column, got 1 and 2"),
    "scales": (lambda d, h: d["schema"].update(lowest=[0.0]), "each column, got 1 and 2"),
    "twice": (lambda d, h: d["schema"].update(class_names=["a", "a"]), "class_names: expected"),
    "both": (lambda d, h: d["schema"].update(regression=True), "class names or a regression, got"),
    "deviation": (lambda d, h: d["schema"].update(
        feature_scales=[{"mean": 0.0, "deviation": 0.0}] * 2), "expected positive deviations"),
    "no description": (lambda d, h: h["__metadata__"].clear(), "no model of nn.save, but 4 tensor"),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG)
def test_files_that_contradict_themselves(tmp_path, fault):
    change, words = WRONG[fault]
    path = tmp_path / "a.safetensors"
    model = MLP(2, [2, 1], seed=0)
    model.schema = Schema(("p", "q"), ("a", "b"), feature_scales=(Scale(), Scale(1.0, 2.0)))
    save(model, path)
    path.write_bytes(with_text(path.read_bytes(), change))
    with pytest.raises(FormatError) as raised:
        load(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert words in str(raised.value)


def test_weights_that_are_no_numbers(tmp_path):
    path = tmp_path / "a.safetensors"
    save(MLP(1, [1], seed=0), path)
    content = path.read_bytes()
    for bad in (float("nan"), float("-inf")):
        path.write_bytes(content[:-8] + struct.pack("<d", bad))
        with pytest.raises(FormatError, match=r"'layers\.0\.bias': expected finite numbers, got"):
            load(path)


def test_each_load_names_the_other_one(tmp_path):
    path = tmp_path / "graph.json"
    autograd.save(Value(1.0) + 2.0, path)
    with pytest.raises(FormatError, match=r"graph\.json: .*; autograd\.load reads graphs"):
        load(path)
    save(MLP(1, [1]), path)
    with pytest.raises(FormatError, match=r"nn\.load"):
        autograd.load(path)


def test_no_file_names_what_is_imported():
    """Of all modules of files none imports by name, evaluates or unpickles."""
    for path in resources(nn).joinpath("files").iterdir():
        if path.name.endswith(".py"):
            text = path.read_text(encoding="utf-8")
            for word in ("importlib", "__import__", "eval(", "exec(", "pickle"):
                assert word not in text, (path.name, word)


class Numbered(Module):
    def __init__(self, numbers):
        self.layers = {number: Layer(2, 2) for number in numbers}


def test_layers_of_our_own_files_go_by_name_and_not_by_order(tmp_path):
    path = tmp_path / "a.safetensors"
    save(Numbered([0, 1]), path)
    load(path, into=Numbered([0, 1]))
    model = Numbered([0, 5])
    before = model.state_dict()
    with pytest.raises(FormatError, match=r"missing layers\.5\.weight, .*; unknown layers\.1\."):
        load(path, into=model)
    assert model.state_dict() == before


def test_a_file_that_is_not_there_is_named_without_numbers_of_errors(tmp_path):
    for load_it in (load, autograd.load):
        with pytest.raises(FileNotFoundError) as raised:
            load_it(tmp_path / "none.safetensors")
        assert str(raised.value) == f"{tmp_path / 'none.safetensors'}: No such file or directory"

"""from_torch and to_torch_state: networks of PyTorch, which is the oracle."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections import OrderedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from nn import MLP, from_torch
from nn.activations import ACTIVATIONS

ROWS = [[0.5, -1.25], [3.0, 0.0], [-2.0, 7.5]]


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", exc_type=ImportError)


def layers_of(torch):
    """Every layer that is known, with its settings."""
    modules = torch.nn
    plain = ["ELU", "GELU", "Hardtanh", "LeakyReLU", "LogSigmoid", "Mish", "ReLU", "ReLU6"]
    plain += ["SELU", "SiLU", "Sigmoid", "Softplus", "Softsign", "Tanh", "Identity"]
    return [
        *[getattr(modules, name)() for name in plain],
        modules.ELU(alpha=0.5),
        modules.GELU(approximate="tanh"),
        modules.Hardtanh(-0.5, 2.0),
        modules.LeakyReLU(0.25),
        modules.Dropout(0.5).eval(),
    ]


def same(model, network, rows=ROWS):
    torch = sys.modules["torch"]
    expected = network.double().eval()(torch.tensor(rows, dtype=torch.float64)).tolist()
    for row, outputs in zip(rows, expected, strict=True):
        found = model(row)
        numbers = [y.data for y in found] if isinstance(found, list) else [found.data]
        assert numbers == pytest.approx(outputs, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("kind", ["float64", "float32", "bfloat16"])
def test_every_known_layer(torch, kind):
    torch.manual_seed(1)
    for layer in layers_of(torch):
        linear = [torch.nn.Linear(2, 3), layer, torch.nn.Linear(3, 2), layer]
        network = torch.nn.Sequential(*linear).to(getattr(torch, kind))
        same(from_torch(network), network)


def test_every_activation_of_ours_is_one_of_pytorchs(torch):
    known = {
        from_torch(torch.nn.Sequential(torch.nn.Linear(1, 1), a)).output for a in layers_of(torch)
    }
    assert set(ACTIVATIONS) <= {name for name in known if isinstance(name, str)}


def test_forms_of_networks(torch):
    linear, tanh = torch.nn.Linear, torch.nn.Tanh
    softmax = torch.nn.Softmax(dim=-1)
    networks = [
        linear(2, 1),
        torch.nn.Sequential(linear(2, 3, bias=False), tanh(), linear(3, 2, bias=False)),
        torch.nn.Sequential(linear(2, 3), torch.nn.ReLU(), linear(3, 3), tanh(), linear(3, 1)),
        torch.nn.Sequential(linear(2, 3), linear(3, 3), softmax),
        torch.nn.Sequential(torch.nn.Sequential(linear(2, 3), tanh()), linear(3, 2)),
        torch.nn.Sequential(OrderedDict(hidden=linear(2, 3), active=tanh(), head=linear(3, 2))),
    ]
    for network in networks:
        same(from_torch(network), network)


def test_the_architecture_is_that_of_the_network(torch, tmp_path):
    linear = torch.nn.Linear
    network = torch.nn.Sequential(
        linear(4, 4), torch.nn.Tanh(), linear(4, 3), torch.nn.Softmax(dim=1)
    )
    model = from_torch(network)
    assert repr(model) == "MLP(4, [4, 3], activation='tanh', bias=True, output='softmax')"
    nn.save(model, tmp_path / "model.safetensors")
    assert nn.load(tmp_path / "model.safetensors").state_dict() == model.state_dict()


SIZES = st.lists(st.integers(1, 4), min_size=2, max_size=4)
NAMES = st.sampled_from(sorted(ACTIVATIONS))
ANY_DRAW = settings(max_examples=50, deadline=None)


@ANY_DRAW
@given(SIZES, NAMES, NAMES, st.booleans(), st.integers(0, 100))
def test_there_and_back(sizes, activation, output, bias, seed):
    made = {"activation": activation, "output": output, "bias": bias}
    model = MLP(sizes[0], sizes[1:], **made, seed=seed)
    state = model.to_torch_state()
    again = from_torch(json.loads(json.dumps(state)), activation, output)
    assert repr(again) == repr(model)
    assert again.state_dict() == model.state_dict()
    assert again.to_torch_state() == state


def test_a_sequential_takes_the_state(torch):
    linear, tanh = torch.nn.Linear, torch.nn.Tanh
    for bias in (True, False):
        model = MLP(2, [3, 3, 2], ["tanh", "linear"], bias=bias, seed=0)
        if bias:
            for i, neuron in enumerate(model.layers[0].neurons):
                neuron.b.data = 0.1 * i
        layers = [linear(2, 3, bias), tanh(), linear(3, 3, bias), linear(3, 2, bias)]
        network = torch.nn.Sequential(*layers).double()
        state = model.to_torch_state()
        tensors = {name: torch.tensor(x, dtype=torch.float64) for name, x in state.items()}
        network.load_state_dict(tensors)
        same(model, network)
        again = from_torch(network.state_dict(), ["tanh", "linear"])
        assert again.state_dict() == model.state_dict()


def test_states_of_arrays_and_of_other_owners():
    np = pytest.importorskip("numpy")
    state = MLP(2, [3, 1], seed=0).to_torch_state()
    arrays = {f"net.{name}": np.array(x, dtype=np.float32) for name, x in state.items()}
    found = from_torch(arrays, "relu").to_torch_state()
    assert found["2.weight"] == np.array(state["2.weight"], np.float32).tolist()
    fc = {name.replace("0.", "fc1.").replace("2.", "fc2."): x for name, x in state.items()}
    assert from_torch(fc, "relu").to_torch_state() == state


def test_pytorch_is_not_imported():
    code = (
        "import sys, nn\n"
        "nn.from_torch(nn.MLP(2, [1], seed=0).to_torch_state(), 'tanh')\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def network_of(torch, *layers):
    return torch.nn.Sequential(torch.nn.Linear(2, 2), *layers)


def own_class(torch):
    class Own(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = torch.nn.Linear(2, 2)

    return Own()


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (lambda torch: [torch.nn.BatchNorm1d(2)], "layer 1, BatchNorm1d"),
        (lambda torch: [torch.nn.Conv1d(2, 2, 1)], "layer 1, Conv1d"),
        (lambda torch: [torch.nn.PReLU()], "layer 1, PReLU"),
        (lambda torch: [torch.nn.Dropout(0.5)], r"layer 1, Dropout.*network.eval\(\)"),
        (lambda torch: [torch.nn.Softplus(beta=2)], "layer 1, Softplus"),
        (lambda torch: [torch.nn.LogSoftmax(dim=1)], "layer 1, LogSoftmax.*cross_entropy"),
        (lambda torch: [torch.nn.Softmax(dim=0)], "layer 1, Softmax.*dim=-1"),
        (lambda torch: [torch.nn.Tanh(), torch.nn.Softmax(dim=1)], "layer 2, Softmax"),
        (lambda torch: [torch.nn.Tanh(), torch.nn.ReLU()], "layer 2, ReLU.*one activation"),
        (
            lambda torch: [torch.nn.Softmax(dim=1), torch.nn.Linear(2, 2)],
            "layer 2, Linear.*Softmax",
        ),
        (lambda torch: [torch.nn.Linear(2, 2, bias=False)], "a bias in every layer or in none"),
        (lambda torch: [torch.nn.Linear(3, 2)], r"'1.weight'.*\[2, 2\].*'0.weight'.*\[2, 3\]"),
        (lambda torch: [own_class(torch)], r"layer 1, Own.*state_dict\(\)"),
    ],
)
def test_layers_that_no_mlp_has(torch, layers, words):
    with pytest.raises(ValueError, match=f"(?s)^from_torch: .*{words}"):
        from_torch(network_of(torch, *layers(torch)))


def test_networks_that_are_none(torch):
    with pytest.raises(ValueError, match="at least one Linear"):
        from_torch(torch.nn.Sequential())
    with pytest.raises(ValueError, match=r"layer 0, Tanh.*after each Linear"):
        from_torch(torch.nn.Sequential(torch.nn.Tanh()))
    with pytest.raises(ValueError, match="layer given, Own"):
        from_torch(own_class(torch))
    with pytest.raises(ValueError, match="go with a state_dict"):
        from_torch(torch.nn.Linear(2, 2), activation="tanh")
    with pytest.raises(TypeError, match="from_torch: expected a Sequential"):
        from_torch(torch.zeros(2))
    normalized = network_of(torch, torch.nn.BatchNorm1d(2)).state_dict()
    with pytest.raises(ValueError, match=r"'1\.(weight|running_mean)'"):
        from_torch(normalized, "tanh")


STATE = {"0.weight": [[1.0, 2.0]], "0.bias": [0.5], "2.weight": [[3.0]], "2.bias": [1.0]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"1.running_mean": [0.0]}, "'1.running_mean': expected keys such as '0.weight'"),
        ({3: [0.0]}, "3: expected keys"),
        ({"other.0.weight": [[1.0]]}, "'other.0.weight': .* one Sequential"),
        ({"00.weight": [[1.0]]}, "'00.weight': .* one Sequential"),
        ({"4.bias": [1.0]}, "missing '4.weight'"),
        (
            {"2.weight": [[3.0, 1.0]]},
            r"'2.weight': expected the shape \[1, 1\] after the 1 outputs of ",
        ),
        ({"2.weight": [3.0]}, r"'2.weight': expected the shape \[outputs, inputs\], got \[1\]"),
        ({"2.weight": []}, r"'2.weight': expected the shape \[outputs, inputs\], got \[0\]"),
        (
            {"2.weight": [[3.0], [1.0, 2.0]]},
            r"'2.weight': expected rows of one length, got \[1, 2\]",
        ),
        ({"2.bias": [[1.0]]}, r"'2.bias': expected the shape \[1\], got \[1, 1\]"),
        ({"2.bias": [1.0, 2.0]}, r"'2.bias': expected the shape \[1\], got \[2\]"),
        ({"2.bias": [math.nan]}, "'2.bias': expected finite numbers, got nan"),
        ({"2.bias": None}, "'2.bias': expected numbers, got NoneType"),
        ({"2.bias": ["a"]}, "'2.bias': expected numbers, got list of length 1"),
    ],
)
def test_states_that_no_mlp_has(change, words):
    with pytest.raises((TypeError, ValueError), match=f"^from_torch: .*{words}"):
        from_torch(STATE | change, "tanh")


def test_arguments():
    assert from_torch(STATE, "tanh", "sigmoid").output == "sigmoid"
    with pytest.raises(ValueError, match=r"activation='tanh'"):
        from_torch(STATE)
    with pytest.raises(ValueError, match="from_torch: MLP: unknown activation 'tan'"):
        from_torch(STATE, "tan")
    with pytest.raises(ValueError, match="at least one Linear"):
        from_torch({}, "tanh")
    model = from_torch(STATE, "tanh")
    assert model.seed is None
    model.layers[0].neurons.append(nn.Neuron(2, bias=False))
    with pytest.raises(ValueError, match=r"to_torch_state: layers.0: .* 1 in 2 neurons"):
        model.to_torch_state()

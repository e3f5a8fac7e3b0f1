"""Training in the page: the numbers are those of `nn`, of its networks, its starts, its epochs."""

from __future__ import annotations

import json
import random
import subprocess
from typing import Any

import pytest

import nn
from autograd import explore
from autograd.drawing.page import assembly
from autograd.drawing.page.operations import printed

MODULES = ["store", "graph", "engine", "laboratory/training"]
OPTIMIZERS: dict[str, Any] = {
    "sgd": lambda p, lr: nn.SGD(p, lr=lr),
    "momentum": lambda p, lr: nn.SGD(p, lr=lr, momentum=0.9),
    "adam": lambda p, lr: nn.Adam(p, lr=lr),
}


@pytest.fixture(scope="module")
def run(node: str, tmp_path_factory: Any) -> Any:
    """A function: what JavaScript with the page's modules prints as JSON, for a page and a choice.

    The modules run with the data of the page, or, where a choice is given, of its network.
    """

    def result(page: Any, code: str, choice: dict[str, Any] | None = None) -> Any:
        data = "JSON.parse(given)"
        if choice is not None:
            data = f"networkData({data}, {json.dumps(choice)})"
        modules = "\n".join([assembly.source(f"{name}.js") for name in [*assembly.FIRST, *MODULES]])
        modules = modules.replace("const G = {", f"const DATA = {data};\nconst G = {{", 1)
        program = (
            f"const given = {json.dumps(json.dumps(page._number))};\n"
            f"{printed(page._content.kinds)}\n{modules}\n"
            f"console.log(JSON.stringify((() => {{ {code} }})()));\n"
        )
        file = tmp_path_factory.mktemp("laboratory") / "program.js"
        file.write_text(program, encoding="utf-8")
        done = subprocess.run([node, str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return result


def trained(epochs: int, **settings: Any) -> str:
    """The JavaScript that trains the graph: its parameters by name, losses, accuracies."""
    return f"""
      const parameters = G.network.layers.flat().flatMap(neuron =>
        neuron.bias === null ? neuron.weights : [...neuron.weights, neuron.bias]);
      const rows = DATA.rows.training ?? [...DATA.rows.numbers.keys()];
      const settings = {json.dumps(settings)};
      const trainer = new Trainer({{settings, leaves: DATA.data, parameters, rows}});
      for (let i = 0; i < {epochs}; i++) trainer.finishEpoch();
      const names = parameters.map(leaf => G.names[leaf]);
      return [names, trainer.numbers, trainer.measured];
    """


def random_numbers(seeds: list[int]) -> list[Any]:
    found: list[Any] = []
    for seed in seeds:
        drawn = random.Random(seed)
        order = list(range(37))
        drawn.shuffle(order)
        found.append([drawn.random(), drawn.uniform(-0.3, 0.7), order, drawn.random()])
    return found


def test_random_numbers_are_pythons(run: Any, iris: Any) -> None:
    seeds = [0, 1, -7, 123456789, 2**40 + 3, 2**53 - 1, *range(2, 40)]
    code = f"""return {seeds}.map(seed => {{
      const drawn = new PythonRandom(seed);
      const order = drawn.shuffle(Array.from({{length: 37}}, (_, i) => i));
      return [drawn.random(), drawn.uniform(-0.3, 0.7), order, drawn.random()];
    }});"""
    page = explore(nn.MLP(4, [2, 3], activation="tanh", seed=0), iris)
    assert run(page, code) == random_numbers(seeds)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch", [0, 16])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_training_is_that_of_nn(
    run: Any, iris: Any, optimizer: str, batch: int, activation: str
) -> None:
    """The page of one network trains another one: as nn trains it, within 1e-9 after 50 epochs."""
    page = explore(nn.MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0), iris)
    bias = batch == 16
    choice = {
        "hidden": [5, 3],
        "activation": activation,
        "outputs": "softmax",
        "bias": bias,
        "seed": 11,
    }
    code = trained(50, lr=0.1, optimizer=optimizer, batch=batch, seed=3)
    names, numbers, measured = run(page, code, choice)
    model = nn.MLP(4, [5, 3, 3], activation=activation, bias=bias, seed=11)
    history = nn.train(
        model,
        iris,
        optimizer=OPTIMIZERS[optimizer](model.parameters(), 0.1),
        epochs=50,
        batch_size=batch or None,
        seed=3,
        progress=False,
    )
    expected = {p.label: p.data for p in model.parameters()}
    assert dict(zip(names, numbers, strict=True)) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert measured["loss"] == pytest.approx(history["loss"], abs=1e-9)
    assert measured["accuracy"] == history["accuracy"]


def test_a_regression_trains_as_nn_trains_it(run: Any) -> None:
    rng = random.Random(0)
    rows = [[rng.gauss(0, 1), rng.gauss(3, 2)] for _ in range(40)]
    data = nn.Data(rows, [3 * a - b + 10 for a, b in rows]).split(seed=0).standardized()
    page = explore(nn.MLP(2, [3, 1], activation="tanh", seed=0), data)
    choice = {
        "hidden": [4],
        "activation": "tanh",
        "outputs": "linear",
        "bias": True,
        "seed": 2,
    }
    names, numbers, measured = run(
        page, trained(50, lr=0.05, optimizer="adam", batch=8, seed=1), choice
    )
    model = nn.MLP(2, [4, 1], activation="tanh", seed=2)
    optimizer = nn.Adam(model.parameters(), lr=0.05)
    history = nn.train(
        model, data, optimizer=optimizer, epochs=50, batch_size=8, seed=1, progress=False
    )
    expected = {p.label: p.data for p in model.parameters()}
    assert dict(zip(names, numbers, strict=True)) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert measured["loss"] == pytest.approx(history["loss"], abs=1e-9)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("hidden", [[1], [8, 2], [4, 4]])
def test_a_network_of_other_sizes_is_the_one_that_python_makes(
    run: Any, iris: Any, bias: bool, hidden: list[int]
) -> None:
    """Its nodes, names, operations and numbers are those of the page that Python makes of it."""
    page = explore(nn.MLP(4, [4, 4, 3], activation="tanh", bias=bias, seed=0), iris)
    choice = {"hidden": hidden, "activation": "relu", "outputs": "softmax", "bias": bias, "seed": 5}
    found = run(page, "return DATA;", choice)
    model = nn.MLP(4, [*hidden, 3], activation="relu", bias=bias, seed=5)
    assert described(found) == described(explore(model, iris)._number)
    for node, parents in enumerate(found["parents"]):
        assert all(parent < node for parent in parents)


def described(data: dict[str, Any]) -> set[Any]:
    """The nodes by name: the operation, the names of the operands, the number of a leaf."""

    def name(node: int) -> str:
        return str(data["names"][node])

    def one(node: int) -> tuple[Any, ...]:
        kind = data["kind"][node]
        operands = tuple(map(name, data["parents"][node]))
        number = data["data"][node] if kind == -1 and name(node)[0] in "wb" else None
        return name(node), kind if kind < 0 else data["kinds"][kind][0], operands, number

    return {one(node) for node in range(len(data["names"]))}

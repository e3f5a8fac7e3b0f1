"""`chainrule iris`: train the Iris network, then show its chain rule at one flower."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import autograd
from autograd import Value
from autograd.numerals import (
    brief,
    factor,
    in_row,
    numeral,
    percent,
    relation,
    shown_product,
    shown_total,
)

from ..data import Data
from ..data.sources import load_iris
from ..layers import MLP, probabilities
from ..losses import cross_entropy
from . import options
from .network import is_verbose, network_for, network_name, results_of, trained
from .report import finish, matrix_lines, reached

# Chosen on training parts only: tests/benchmarks/iris_learning_rate.py.
LEARNING_RATE = 0.03
EPOCHS = 200


def add_to(commands: Any) -> None:
    """Add this command, with its options, to the parser."""
    parser = commands.add_parser(
        "iris",
        help="train the Iris network and show its chain rule (the default)",
        description="Train a network on scikit-learn's Iris flowers, 120 to train and 30 to test; "
        "then show, for one flower, how two weights reach the first output.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    options.add_training(parser, hidden=[4, 4], lr=LEARNING_RATE, epochs=EPOCHS, activation="tanh")
    parser.add_argument(
        "--out",
        type=options.picture,
        default="iris.svg",
        metavar="FILE",
        help="the picture of the graph",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, draw and print; 1 if the picture could not be drawn."""
    start = time.perf_counter()
    iris = load_iris(arguments.seed)
    model = network_for(iris, arguments, bias=False)
    if is_verbose(arguments):
        print(f"Iris: {len(iris.train)} flowers to train, {len(iris.test)} to test.")
        print(
            f"Network {network_name(model)}, {arguments.activation}, {len(model.parameters())} "
            f"weights, seed {arguments.seed}, engine eager.",
            flush=True,
        )
    history = trained(model, iris, arguments, engine="eager")
    if is_verbose(arguments):
        print()
    flower, label = iris.test.rows[0], iris.test.labels[0]
    z = model(flower)
    y = probabilities(z)
    loss = cross_entropy(z, label)
    loss.label = "loss"
    results = {
        **results_of(model, iris, history, arguments),
        "class_names": iris.class_names,
        "flower": {
            "measures": dict(zip(iris.feature_names, measures(iris, flower), strict=True)),
            "species": iris.class_names[label],
            "probabilities": [share.data for share in y],
        },
        **explained(model, y[0]),
    }
    results["seconds"] = round(time.perf_counter() - start, 2)
    heads = [layer.neurons[0].label for layer in model.layers[-2:]]  # of the weights explained
    picture = partial(autograd.draw, [loss, *y], open=heads, max_nodes=None)
    return finish(results, picture, arguments, as_text)


def measures(data: Data, row: list[float]) -> list[float]:
    """A standardized row in centimeters, rounded to the millimeters of the original data."""
    return [
        round(x * deviation + mean, 1)
        for x, mean, deviation in zip(row, data.mean, data.deviation, strict=True)
    ]


def explained(model: MLP, output: Value) -> dict[str, Any]:
    """The derivatives of an output with respect to the first weight of each of the last two layers.

    In the 4-4-4-3 network ∂ŷ1/∂w33, and ∂ŷ1/∂w17 with its factors ∂ŷ1/∂h5 and ∂h5/∂w17; the units
    that each weight connects; the paths from h5 to ŷ1, by the sum on each; and ∂ŷ1/∂w17 as the post
    can be read, by the chain rule, and by backward.
    """
    last, hidden = model.layers[-1].neurons[0], model.layers[-2].neurons[0]
    before = model.layers[-3].neurons[0].label if len(model.layers) > 2 else model.inputs[0]
    adjoints = autograd.adjoints(output)
    neuron = next(node for node in adjoints if node.label == hidden.label)
    y, h, outer, inner = output.label, hidden.label, last.w[0].label, hidden.w[0].label
    inner_slope = autograd.gradients(neuron, [hidden.w[0]])[0]
    model.zero_grad()
    output.backward()
    return {
        "weights": {outer: [h, last.label], inner: [before, h]},
        "gradients": {
            f"∂{y}/∂{outer}": adjoints[last.w[0]],
            f"∂{y}/∂{inner}": adjoints[hidden.w[0]],
            f"∂{y}/∂{h}": adjoints[neuron],
            f"∂{h}/∂{inner}": inner_slope,
        },
        "paths": {path.names[1]: path.product for path in autograd.paths(output, neuron)},
        # The post has the derivative of the outer weight as first factor of that of the inner one.
        "readings": {
            "post": adjoints[last.w[0]] * inner_slope,
            "chain rule": adjoints[neuron] * inner_slope,
            "backward": hidden.w[0].grad,
        },
    }


def as_text(results: dict[str, Any]) -> str:
    """The results as text."""
    loss, shares, flower = results["loss"], results["accuracy"], results["flower"]
    names, paths, readings = results["class_names"], results["paths"], results["readings"]
    measures = [f"{name} {size}" for name, size in flower["measures"].items()]
    answers = [
        f"ŷ{k} = {numeral(share)} ({name})"
        for k, (share, name) in enumerate(zip(flower["probabilities"], names, strict=True), start=1)
    ]
    leads = [f"{w} leads from {a} to {b}" for w, (a, b) in results["weights"].items()]
    (outer, d_outer), (inner, d_inner), (first, a), (second, b) = results["gradients"].items()
    lines = [
        f"Loss: {numeral(loss['start'])} at the start, {numeral(loss['end'])} at the end "
        f"({reached(results)}).",
        f"Accuracy: {percent(shares['train'])} of the training flowers, "
        f"{percent(shares['test'])} of the test flowers.",
        "",
        "Test flowers, the true species by row, the network's answers by column:",
        *matrix_lines(names, results["confusion_matrix"]),
        "",
        f"One test flower, {flower['species']}: {', '.join(measures)}.",
        ", ".join(answers),
        "",
        f"The chain rule at this flower ({', '.join(leads)}):",
        f"{outer} = {brief(d_outer)}",
        f"{inner} = {brief(d_inner)}",
        f"{' ' * len(inner)} = {first} · {second}",
        f"{' ' * len(inner)} = {multiplied(a, b)}",
        f"  where {first} is a sum over {', '.join(paths)}: {added(list(paths.values()), a)}",
        f"    and {second} = {brief(b)}",
        f"With {outer} in place of {first}, as the post can be read, it would be "
        f"{multiplied(d_outer, b)}.",
        f"backward() gives {brief(readings['backward'])}.",
        "",
        *[
            f"Wrote {file}: the graph of this flower's loss and ŷ1..ŷ{len(names)}."
            for file in results["files"]
        ],
        f"{results['seconds']} seconds.",
    ]
    return "\n".join(lines)


def multiplied(a: float, b: float) -> str:
    """A product in numbers, and its result."""
    return f"{brief(a)} · {factor(b)} {relation(shown_product([a, b]), a * b)} {brief(a * b)}"


def added(parts: Sequence[float], whole: float) -> str:
    """A sum in numbers, and its result."""
    return f"{' + '.join(in_row(parts))} {relation(shown_total(parts), whole)} {brief(whole)}"

"""draw_network: the network of a model, with its weights or gradients, a weight, or a neuron."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Value
from autograd.drawing.display import Picture
from autograd.numerals import plain

from ..data import Data
from ..layers import MLP
from ..names import choices
from .numbers import Numbers, numbers_of
from .outline import draw_outline
from .places import MOST, MOST_ON_PHONE
from .sketch import Sketch
from .structure import Network, has_shares, network_of
from .units import Captions


class NetworkPicture(Picture):
    """The picture of a network as it was when it was drawn. A notebook shows it by itself."""

    def __init__(self, title: str, svg: str) -> None:
        super().__init__(title)
        self._drawn = svg

    def _make_svg(self) -> str:
        return self._drawn


def draw_network(
    model: MLP,
    x: Sequence[float] | None = None,
    *,
    edges: str = "weights",
    highlight: str | Value | None = None,
    output: str | None = None,
    label: int | str | None = None,
    data: Data | None = None,
    note: str = "",
    phone: bool = False,
) -> NetworkPicture:
    """The network of a model as a picture: a circle for each unit, a line for each weight.

    Lines show the size by their width and the sign by colour and dash. With a row x, circles show
    the unit's data and, below, its grad: the derivative of the first output (or the one named, or
    the loss) by it. The numbers come from the graph that the model records and the engine's sweep;
    no `.grad` is read or changed.

    With a weight highlighted, all its paths to the output are lit, and a ledger below has a row for
    each: its factors, each under its line, and the product; and the sum, which is the derivative.
    With a neuron highlighted, the ledger shows what it adds up.

    A layer of more than 16 units (7 on a phone) is drawn in summary.

    model: an MLP.
    x: a row of numbers, as the model takes them.
    edges: what lines show, "weights" or "gradients"; these need x.
    highlight: the label of a weight or of a unit ("w17", "h5"), or the weight itself.
    output: the label of the output to differentiate; "ŷ1" if None.
    label: the true class of x, a number or name: differentiate the loss, −log ŷ of that class.
    data: where x comes from; names the inputs and shows them in their own units.
    note: a few words for the corner, such as "Iris flower 1".
    phone: from top to bottom, 390 pixels wide.

    Raises TypeError for another kind of model, ValueError for names that the model does not have.

    >>> picture = draw_network(MLP(2, [2, 2], seed=0), [1.0, -2.0], highlight="w1")
    >>> picture
    <NetworkPicture: w1 reaches ŷ1 along two paths. Multiply along each, then add.>
    """
    if not isinstance(model, MLP):
        raise TypeError(
            f"draw_network: expected an MLP, got {type(model).__name__}; "
            "autograd.draw shows the graph of anything"
        )
    if edges not in ("weights", "gradients"):
        raise ValueError(f"draw_network: expected edges 'weights' or 'gradients', got {edges!r}")
    if x is None and (edges == "gradients" or label is not None or output is not None):
        raise ValueError("draw_network: gradients are those at a row: give one as x")
    network = network_of(model)
    numbers = None
    if x is not None:
        numbers = numbers_at(model, network, x, output, label)
    captions = captions_of(model, x, data)
    chosen = chosen_by(model, network, highlight)
    if network.tallest > (MOST_ON_PHONE if phone else MOST):
        if highlight is not None:
            raise ValueError(
                f"draw_network: a layer of {network.tallest} units is drawn in summary, "
                "without highlight"
            )
        return NetworkPicture(*draw_outline(network, numbers, edges, note, phone))
    biases = any([neuron.b is not None for layer in model.layers for neuron in layer.neurons])
    sketch = Sketch(network, numbers, captions, edges, phone, biases)
    return NetworkPicture(*sketch.draw(chosen, note))


def numbers_at(
    model: MLP, network: Network, x: Sequence[float], output: str | None, label: int | str | None
) -> Numbers:
    """The numbers of a row, with the output or the loss that was asked for."""
    names = [unit.name for unit in network.columns[-1].units]
    if output is not None and output not in names:
        raise ValueError(f"draw_network: no output {output!r}{choices(output, names)}")
    if label is not None:
        if not has_shares(model) or output is not None:
            raise ValueError(
                "draw_network: label asks for the loss of a classifier, in place of an output"
            )
        known = [*range(len(names)), *model.class_names]
        if label not in known:
            raise ValueError(f"draw_network: no class {label!r}{choices(label, map(str, known))}")
        label = label if isinstance(label, int) else model.class_names.index(label)
    row = [v.data if isinstance(v, Value) else float(v) for v in x]
    if len(row) != model.nin:
        raise ValueError(f"draw_network: expected a row of {model.nin} numbers, got {len(row)}")
    return numbers_of(model, row, output, label)


def captions_of(model: MLP, x: Sequence[float] | None, data: Data | None) -> Captions:
    """What inputs and outputs are called; inputs in centimetres or what they were measured in."""
    outputs = model.class_names
    if data is None:
        return Captions(outputs=outputs)
    names = [name.removesuffix(" (cm)") for name in data.feature_names]
    units = [" cm" if name.endswith(" (cm)") else "" for name in data.feature_names]
    standardised = any([mean != 0.0 for mean in data.mean])
    raw = []
    if x is not None and standardised:
        raw = [
            f"{plain(mean + deviation * float(v))}{unit}"
            for v, mean, deviation, unit in zip(x, data.mean, data.deviation, units, strict=True)
        ]
    return Captions(names, raw, outputs or data.class_names, standardised and x is not None)


def chosen_by(model: MLP, network: Network, highlight: Any) -> str | None:
    """The label of the weight or unit that was chosen."""
    if highlight is None:
        return None
    name = highlight.label if isinstance(highlight, Value) else highlight
    units = [unit.name for column in network.columns[1:] for unit in column.units]
    if has_shares(model):
        units = units[: -len(network.columns[-1].units)]
    known = [*[weight.label or "" for weight in network.weights], *units]
    if name not in known:
        raise ValueError(
            f"draw_network: no weight or neuron {name!r:.60} to highlight{choices(name, known)}"
        )
    return str(name)

"""draw_network: the network of a model, with its weights or gradients, a weight, or a neuron."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

from autograd import Value, enable_grad
from autograd.arguments import choices, wrong
from autograd.drawing import Network, Picture, words_of
from autograd.numerals import plain

from ...arguments import is_row, row_of
from ...data import Data
from ...data.matching import check_displayed_classes, match_data, match_row
from ...layers import MLP
from ...names import find_name
from ...rows.scales import converted, in_unit
from ...rows.tables import is_frame, take
from ...schema.booleans import as_python
from ..korean import KOREAN
from .canvas import Canvas
from .numbers import Numbers, numbers_from_graph
from .outline import draw_outline
from .places import MAX_UNITS, MAX_UNITS_ON_PHONE, places_of
from .sketch import Sketch
from .structure import network_of
from .units import Captions


class NetworkPicture(Picture):
    """The picture of a network, with its numbers at the time of `draw_network`.

    A notebook shows it by itself.
    """

    def __init__(self, title: str, svg: str) -> None:
        super().__init__(title)
        self._drawn = svg

    def _make_svg(self) -> str:
        return self._drawn


@enable_grad()
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
    language: str = "en",
) -> NetworkPicture:
    """The network of a model as a picture: a circle for each unit, a line for each weight.

    The width of a line shows the absolute value, its color and dashes the sign. With a row x,
    circles show the unit's data and, below, its grad: the derivative of the first output (or of the
    given output, or of the loss) with respect to it. The numbers come from the graph that the model
    records and the engine's sweep; `.grad` is neither read nor changed.

    A highlighted weight is shown with all its paths to the output, and with a ledger that has a row
    for each path: its factors, their product, and the sum of the products, which is the derivative.
    A highlighted neuron is shown with a table of the terms of its sum. A layer of more than 16
    units (7 on a phone) is summarized.

    Args:
        model: an MLP.
        x: a row of numbers, as for a call of the model.
        edges: the numbers of the lines, "weights" or "gradients"; the latter need x.
        highlight: the label of a weight or of a unit ("w17", "h5"), or the weight itself.
        output: the label of the output to differentiate; "ŷ1" if None.
        label: the true class of x, an index or a name: differentiate the loss, −log ŷ of that
            class.
        data: the Data of x and label, for the names of the inputs and their original units. Columns
            and classes are matched with those of the model by name.
        note: a short text for the corner, such as "Iris flower 1".
        phone: whether to draw from top to bottom, 390 pixels wide.
        language: the language of the texts, "en" or "ko".

    Raises:
        TypeError: for another kind of model.
        ValueError: for names that the model does not have.

    >>> picture = draw_network(MLP(2, [2, 2], seed=0), [1.0, -2.0], highlight="w1")
    >>> picture
    <NetworkPicture: w1 reaches ŷ1 along two paths. Multiply along each, then add.>
    """
    if not isinstance(model, MLP):
        advice = "autograd.draw(y) shows the graph of anything"
        if hasattr(model, "snapshots"):
            advice = "draw_training(history) draws the training"
        raise wrong("draw_network", "an MLP", model, advice)
    if not (data is None or isinstance(data, Data)):
        raise wrong("draw_network", "a Data as data", data)
    if not isinstance(note, str):
        raise wrong("draw_network", "a string as note", note)
    if isinstance(x, Data) or is_frame(x):
        if is_frame(x):
            raise wrong("draw_network", "a row of numbers", x, "one row of it: frame.iloc[0]")
        advice = "one row of it: draw_network(model, data.rows[0], data=data)"
        raise wrong("draw_network", "a row of numbers", x, advice)
    if x is not None and is_row(x) and any(map(is_row, x)):
        raise wrong("draw_network", "a row of numbers", x, "one row of these: rows[0]")
    if edges not in ("weights", "gradients"):
        raise ValueError(f"draw_network: expected edges 'weights' or 'gradients', got {edges!r}")
    if x is None and (edges == "gradients" or label is not None or output is not None):
        raise ValueError("draw_network: gradients need a row: pass it as x")
    words = words_of(language, KOREAN, "draw_network")
    network = network_of(model)
    numbers = None
    label = plain_index(label)
    if x is not None:  # a row of a data frame has its columns by name
        x = match_row(x, model.schema if data is None else data.schema, "draw_network")
    if data is not None:
        x, label, data = match_arguments(model, x, label, data)
    if x is not None:
        numbers = numbers_of_row(model, network, x, output, label)
    captions = captions_of(model, x, data)
    chosen = highlighted_label(network, highlight)
    if network.tallest > (MAX_UNITS_ON_PHONE if phone else MAX_UNITS):
        if highlight is not None:
            raise ValueError(
                f"draw_network: expected no highlight where a layer of {network.tallest} units is "
                f"drawn in summary, got {chosen!r}"
            )
        return NetworkPicture(*draw_outline(network, numbers, edges, note, phone, words))
    sketch = Sketch(places_of(network, phone), numbers, captions, edges, Canvas(words))
    return NetworkPicture(*sketch.draw(chosen, note))


def plain_index(label: Any) -> Any:
    """A label as an int where it is a whole number of any kind."""
    label = as_python(label)
    return int(label) if isinstance(label, Integral) else label


def match_arguments(
    model: MLP, x: Sequence[float] | None, label: int | str | None, data: Data
) -> tuple[Sequence[float] | None, int | str | None, Data]:
    """A row of data, its class, and the data, with the model's columns and class indices."""
    matched = match_data(data, model.schema, "draw_network")
    if x is not None and is_row(x) and len(x) == len(data.feature_names):
        order = model.schema.column_order(data.schema.feature_names)
        given, wanted = data.schema.feature_scales, matched.schema.feature_scales
        if order is not None:
            x, given = take(x, order), tuple(take(given, order))
        if given != wanted:
            (x,) = converted([floats(x)], given, wanted, matched.feature_names)
    check_displayed_classes("draw_network", model, matched)
    names = data.class_names
    name = names[label] if isinstance(label, int) and label in range(len(names)) else label
    found = find_name(name, matched.class_names)
    return x, label if found is None else matched.class_names.index(found), matched


def numbers_of_row(
    model: MLP, network: Network, x: Sequence[float], output: str | None, label: int | str | None
) -> Numbers:
    """The numbers of a row, with the chosen output or the loss as the root."""
    names = [unit.name for unit in network.columns[-1].units]
    if output is not None:
        if find_name(output, names) is None:
            raise ValueError(f"draw_network: no output {output!r:.60}{choices(output, names)}")
        output = find_name(output, names)
    if label is not None:
        if output is not None:
            raise ValueError("draw_network: expected a label, for the loss, or an output, got both")
        if not network.has_shares:
            raise ValueError(
                "draw_network: expected no label for a network without probabilities, got "
                f"{label!r:.60}; output='{names[0]}' differentiates an output"
            )
        if isinstance(label, str):
            label = find_name(label, model.class_names) or label
        classes = [*range(len(names)), *model.class_names]
        if label not in classes:
            raise ValueError(f"draw_network: no class {label!r}{choices(label, map(str, classes))}")
        label = label if isinstance(label, int) else model.class_names.index(label)
    row = floats(row_of(x, model.nin, "draw_network"))
    return numbers_from_graph(model, row, output, label)


def captions_of(model: MLP, x: Sequence[float] | None, data: Data | None) -> Captions:
    """The names of inputs and outputs; inputs in centimeters or their original units."""
    schema = model.schema if data is None else data.schema
    outputs = model.class_names or model.schema.target_names or schema.class_names
    if model.nouts[-1] == 1 and len(outputs) == 2:
        outputs = outputs[1:]  # the single output is large for class 1
    columns = schema.feature_names if data is None else data.feature_names
    names = [name.removesuffix(" (cm)") for name in columns]
    units = [" cm" if name.endswith(" (cm)") else "" for name in columns]
    scales = schema.feature_scales
    raw = []
    if x is not None and names and any([scale.mean != 0.0 for scale in scales]):
        raw = [
            f"{plain(number)}{unit}"
            for number, unit in zip(in_unit(floats(x), scales), units, strict=True)
        ]
    return Captions(names, raw, outputs)


def floats(row: Sequence[Any]) -> list[float]:
    """The numbers of a row, also of Values."""
    return [x.data if isinstance(x, Value) else float(x) for x in row]


def highlighted_label(network: Network, highlight: Any) -> str | None:
    """The label of the highlighted weight or unit."""
    if highlight is None:
        return None
    name = highlight.label if isinstance(highlight, Value) else highlight
    labels = [node.label or "" for node in network.weights]
    labels += [neuron.name for neuron in network.neurons]
    found = find_name(name, labels)
    if found is None:
        raise ValueError(
            f"draw_network: no weight or neuron {name!r:.60} to highlight{choices(name, labels)}"
        )
    return found

"""The network of a model: its columns of units, and their names."""

from __future__ import annotations

from autograd.drawing import Column, Network, Unit

from ...layers import MLP


def network_of(model: MLP) -> Network:
    """The network of a model."""
    inputs = [Unit(name, 0, row) for row, name in enumerate(model.inputs)]
    columns = [Column(tuple(inputs), "input")]
    hidden = len(model.layers) - 1
    # Whether the outputs are logits, to which softmax is applied.
    has_softmax = (
        model.output in ("linear", "softmax") and model.nouts[-1] > 1 and not model.regression
    )
    for place, layer in enumerate(model.layers, start=1):
        last = "score" if has_softmax else "output"
        title = last if place > hidden else "hidden" if hidden == 1 else f"hidden {place}"
        first = layer.neurons[0]
        formula = ("Σ w·x" if place == 1 else "Σ w·h") + ("" if first.b is None else " + b")
        if first.function is not None:
            function = first.activation if isinstance(first.activation, str) else "f"
            formula = f"{function}({formula})"
        units = [Unit(n.label, place, i, tuple(n.w), n.b) for i, n in enumerate(layer.neurons)]
        columns.append(Column(tuple(units), title, formula))
    if has_softmax:
        units = [Unit(f"ŷ{i + 1}", len(columns), i) for i in range(model.nouts[-1])]
        columns.append(Column(tuple(units), "output", "softmax(z)"))
    return Network(tuple(columns), has_softmax)

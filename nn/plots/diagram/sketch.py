"""One drawing of a network, from the lowest elements to the uppermost."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from autograd.drawing import Connection, Network, Unit, Words
from autograd.numerals import numeral, relation

from . import lines
from .canvas import Canvas, color_of
from .ledger import Ledger, ledger_of
from .ledger_rows import badge, draw_ledger
from .neuron import draw_terms, equation
from .places import MARGIN, Places
from .row_graph import RowGraph
from .units import ROOMY, Captions, draw_units

COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass
class Sketch:
    """A network on its canvas; each of its views returns the title and the description."""

    places: Places
    graph: RowGraph | None
    captions: Captions
    edges: str
    canvas: Canvas

    @property
    def network(self) -> Network:
        return self.places.network

    def size(self, line: Connection) -> float:
        """The number that the width of a line shows."""
        if line.weight is None:
            return 0.0
        if self.edges == "gradients" and self.graph is not None:
            return self.graph.grad_of(line.weight)
        return line.weight.data

    @property
    def words(self) -> Words:
        return self.canvas.words

    @property
    def root(self) -> str:
        return (self.graph.root.label or "") if self.graph else ""

    def draw(self, chosen: str | None, note: str) -> tuple[str, str]:
        """The title and the SVG."""
        unit = self.network.unit(chosen) if chosen else None
        if chosen is None:
            title, description = self.overview()
        elif unit is not None:
            title, description = self.neuron(unit)
        elif self.graph is None:
            title, description = self.weight(self.line_of(chosen))
        else:
            title, description = self.paths(self.line_of(chosen), self.graph)
        lit = chosen is not None and self.graph is not None and unit is None
        size = "gradient" if self.edges == "gradients" else "weight"
        texts = [self.words(f"width: size of the {size}")]
        texts += [] if chosen else [self.words("labels: the largest, at most three")]
        bottom = lines.legend(self.canvas, self.places, self.below + 14.0, texts, note, lit)
        self.draw_heading(title)
        description = " ".join(filter(None, [self.layers(), description]))
        svg = self.canvas.svg(self.places.width, bottom + 24.0, title, description)
        return title, svg

    def line_of(self, name: str) -> Connection:
        return next(line for line in self.network.connections if line.name == name)

    def draw_heading(self, title: str) -> None:
        """The title, and the legend of the numbers in the circles."""
        size = 16.0 if self.places.phone else 21.0
        y = 34.0 if self.places.phone else 40.0
        most = int((self.places.width - 2 * MARGIN) / (0.56 * size))
        for line in textwrap.wrap(title, most, break_long_words=False, break_on_hyphens=False):
            self.canvas.text((MARGIN, y), line, size=size, bold=True)
            y += size + 5
        if self.graph is not None:
            caption = "Upper: data. Lower: grad, the derivative of {}."
            if not self.places.phone:
                caption = "In the circles data and, below it, grad: the derivative of {}."
            self.canvas.text((MARGIN, y - 3), self.words(caption, self.root), "muted", 12)

    def draw_base(self, opacity: float, lit: set[str]) -> None:
        """All lines, as the ground for the highlighted ones; lit: the units to outline."""
        what = f"∂{self.root}/∂" if self.edges == "gradients" else ""
        lines.draw_lines(self.canvas, self.places, self.size, self.graph, opacity, what)
        self.below = self.places.bottom + (66.0 if self.places.phone else 34.0)
        self.outlined = lit

    def draw_units(self) -> None:
        draw_units(self.canvas, self.places, self.graph, self.captions, self.outlined)

    def overview(self) -> tuple[str, str]:
        """Nothing highlighted: the largest, at most three, have labels."""
        self.draw_base(0.85, set())
        self.draw_units()
        largest = lines.draw_largest(self.canvas, self.places, self.size, self.places.digits[0])
        count = len(self.network.weights)
        biases = any([neuron.bias is not None for neuron in self.network.neurons])
        rest = "; biases are not drawn" if biases else ""
        if self.edges == "weights":
            title = self.words("{} weights" + rest, count)
        else:
            title = self.words("{} gradients of {}" + rest, count, self.root_in_words())
        named = ", ".join([f"{line.name} = {numeral(self.size(line))}" for line in largest])
        return title, self.words("The largest: {}.", named)

    def root_in_words(self) -> str:
        """The root in words."""
        if self.root != "L":
            return self.root
        assert self.graph is not None
        return self.words("the loss L = −log ŷ{}", self.graph.target + 1)

    def layers(self) -> str:
        """The network in words."""
        spans = [
            self.words("{} to {}", column.units[0].name, column.units[-1].name)
            for column in self.network.columns
        ]
        return self.words("A network of {}.", ", ".join(spans))

    def weight(self, line: Connection) -> tuple[str, str]:
        """A weight without a row: its line and its value."""
        assert line.weight is not None
        self.draw_base(0.3, {line.tail.name, line.head.name})
        self.draw_chosen(line)
        self.draw_units()
        self.draw_label(line)
        name, data = line.name, numeral(line.weight.data)
        title = self.words("{} leads from {} to {}", name, line.tail.name, line.head.name)
        return title, f"{name} = {data}."

    def draw_chosen(self, line: Connection) -> None:
        """The chosen weight."""
        assert line.weight is not None
        number = numeral(line.weight.data)
        self.draw_lit(line, self.words("{} = {}, the chosen weight", line.name, number))

    def draw_lit(self, line: Connection, tooltip: str) -> None:
        """The line of a weight, in its own color on the halo of a path."""
        assert line.weight is not None
        ends = self.places.ends(line.tail, line.head)
        x = line.weight.data
        self.canvas.line(*ends, "halo", 13)
        self.canvas.line(*ends, color_of(x), 4, dashed=x < 0, tooltip=tooltip)

    def draw_label(self, line: Connection) -> None:
        """Name and value of the chosen weight, beside its line."""
        assert line.weight is not None
        x, y = self.places.between(line.tail, line.head, 0.5)
        text = f"{line.name} = {numeral(line.weight.data, self.places.digits[1])}"
        color = color_of(line.weight.data)
        wide = 6.9 * len(text) + 4
        if self.places.phone:  # beside the line, on the side that has more room
            x, y = self.places.between(line.tail, line.head, 0.3)
            aside = 30 + wide / 2
            x += aside if x + aside + wide / 2 < self.places.width else -aside
        else:
            y -= 20
        self.canvas.box((x - wide / 2, y - 10), (wide, 19), "paper", round_=9)
        self.canvas.text((x, y + 4.5), text, color, 12.5, anchor="middle", bold=True)

    def paths(self, line: Connection, graph: RowGraph) -> tuple[str, str]:
        """A weight at a row: every path to the root, and the ledger."""
        assert line.weight is not None
        ledger = ledger_of(graph, self.words, line.weight, self.places.digits)
        name = line.name
        count = ledger.paths.count
        on = {label for path in ledger.listed for label in ledger.units(path)}
        self.draw_base(0.3, on | {line.tail.name})
        self.draw_chosen(line)
        lines.draw_paths(self.canvas, self.places, self.steps(ledger))
        self.draw_units()
        self.draw_factors(ledger, line)
        self.draw_label(line)
        for label, number in ledger.badges().items():
            x, y = self.places.at(label)
            reach = self.places.radius * 0.75 or 26.0
            badge(self.canvas, (x - reach - 6, y - reach + 2), number)
        if not count:
            reason = self.words("{} does not depend on {}.", self.root, name)
            self.canvas.text((MARGIN, self.places.bottom + 40), reason, size=14)
            self.below = self.places.bottom + 60.0
            return self.words("{} does not reach {}", name, self.root), ""
        self.below = draw_ledger(self.canvas, self.places, ledger)
        many = COUNTS[count] if count < len(COUNTS) and self.words.language == "en" else str(count)
        if count == 1:
            title = self.words("{} reaches {} along one path. Multiply along it.", name, self.root)
        else:
            title = self.words(
                "{} reaches {} along {} paths. Multiply along each, then add.",
                name, self.root, many,
            )  # fmt: skip
        products = ", ".join([numeral(path.product) for path in ledger.listed])
        return title, self.words(
            "The products are {}; the derivative of {} with respect to {} is {}.",
            products, self.root, name, numeral(ledger.total),
        )  # fmt: skip

    def steps(self, ledger: Ledger) -> dict[Connection, lines.Step]:
        """The lines on the paths, but those within a neuron and the weight's own."""
        steps: dict[Connection, lines.Step] = {}
        units_of = ledger.graph.units_of
        for path in ledger.listed:
            for upper, lower, slope in ledger.factors(path)[1:]:
                tail, head = units_of.get(lower), units_of.get(upper)
                if tail is None or head is None or tail == head:
                    continue
                text, formula = ledger.number(slope), ledger.graph.formula(upper, lower)
                text = text if self.places.phone or len(formula) > 3 else f"{formula} {text}"
                line = lines.line_between(self.network, tail, head)
                steps.setdefault(line, lines.Step(0.0, slope, text)).product += path.product
        return steps

    def draw_factors(self, ledger: Ledger, line: Connection) -> None:
        """The input under the weight's line, and the activation's slope under its neuron."""
        if not ledger.listed:
            return
        (upper, lower, slope), *others = ledger.factors(ledger.listed[0])
        text = ledger.number(slope)
        x, y = self.places.between(line.tail, line.head, 0.3 if self.places.phone else 0.5)
        if not self.places.phone:
            text, y = f"{ledger.graph.formula(upper, lower)} {text}", y + 8
        lines.chip(self.canvas, (x, y), text, outline="path")
        roomy = self.places.phone or self.places.radius >= ROOMY
        if roomy and others and ledger.graph.units_of.get(others[0][0]) == line.head.name:
            upper, lower, slope = others[0]
            x, y = self.places.at(line.head.name)
            shown = ledger.graph.recomputed(upper, lower, ledger.unit_digits)
            sign = relation(shown, slope, ledger.digits)
            text = f"{ledger.graph.formula(upper, lower)} {sign} {ledger.number(slope)}"
            half = 3.3 * len(text) + 12
            if self.places.phone:
                x, y = min(max(x, half), self.places.width - half), y - 32
            else:
                x, y = x - 36, y + self.places.radius + 13  # the lines go on to the right
            lines.chip(self.canvas, (x, y), text, outline="path")

    def neuron(self, unit: Unit) -> tuple[str, str]:
        """A neuron: the lines into it, and its weighted sum."""
        into = [line for line in self.network.connections if line.head is unit]
        self.draw_base(0.25, {unit.name, *[line.tail.name for line in into]})
        for line in into:
            assert line.weight is not None
            self.draw_lit(line, f"{line.name} = {numeral(line.weight.data)}")
        self.draw_units()
        taken: list[tuple[float, float]] = []
        for line in into:
            assert line.weight is not None
            text = f"{line.name} {numeral(line.weight.data, self.places.digits[0])}"
            if len(into) < lines.CHIPS:
                place = lines.free_place(self.places, line, taken)
                lines.chip(self.canvas, place, text, color_of(line.weight.data))
        self.below = draw_terms(self.canvas, self.places, unit, into, self.graph)
        terms = [f"{line.name}·{line.tail.name}" for line in into]
        title = equation(unit, terms, self.network.columns[unit.column].formula)
        named = [f"{w.label} = {numeral(w.data)}" for w in unit.weights]
        return title, self.words("The weights: {}.", ", ".join(named))

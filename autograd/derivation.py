"""derive: a derivative worked out as a person would on paper, from the graph that was recorded.

∂y/∂x is split at the nodes that every path passes: ∂ŷ1/∂w17 = ∂ŷ1/∂h5 · ∂h5/∂w17. A factor that
can't be split is a sum over the operands of its upper node, and an edge is the textbook local
derivative of its operation: ∂y/∂a|2 where that is only the part which goes through the second
operand. Each equation is written with names, then with numbers, and the last number is that of the
sweep: after `=` where the shown numbers give it, after `≈` where they are too short for that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from .chains import names_of, reaching
from .equations import Equation, Quantity
from .gradients import adjoints
from .graph import count_paths, topological_order
from .tape.instructions import Tape
from .tape.passes import drop
from .tape.printers.latex import LATEX, name
from .tape.printers.text import TEXT
from .tape.recorder import Recorder
from .value import Value

MOST = 100  # derivatives that a derivation spells out


Todo = Equation | tuple[Value, Value, int]  # a derivative to open: of, by, depth


class Derivation:
    """A derivative worked out; made by `derive`. Prints as text, shows as Markdown in Jupyter.

    nodes: the equations of the nodes between; steps: those of the derivatives.
    value: the derivative, as the sweep gives it.
    """

    def __init__(self, y: Value, x: Value) -> None:
        self.y, self.x = y, x
        self._names = names_of(y)
        self._names.setdefault(x, x.label or "x")
        self._reaching: dict[Value, set[Value]] = {}
        order = topological_order(y)
        self._reach = [node for node in order if node in self._above(x)] if x in order else []
        self._tables: dict[Value, dict[Value, float]] = {}
        self.value = self._adjoint(y, x)
        self.nodes = [self._node(node) for node in reversed(self._reach) if node.parents]
        self.steps = list(self._steps())

    def _adjoint(self, a: Value, b: Value) -> float:
        """∂a/∂b by the engine's sweep."""
        if a not in self._tables:
            self._tables[a] = adjoints(a)
        return self._tables[a].get(b, 0.0)

    def _quantity(self, node: Value) -> Quantity:
        text = self._names[node]
        return Quantity(text, name(text), node.data)

    def _derivative(self, a: Value, b: Value) -> Quantity:
        upper, lower = self._names[a], self._names[b]
        latex = rf"\frac{{\partial {name(upper)}}}{{\partial {name(lower)}}}"
        return Quantity(f"∂{upper}/∂{lower}", latex, self._adjoint(a, b))

    def _node(self, node: Value) -> Equation:
        """A node by its operation."""
        assert node.op is not None
        recorder = Recorder([""] * len(node.parents))
        operands = [recorder.symbol(i) for i in range(len(node.parents))]
        formula = recorder.tape([recorder.emit(node.op.name, operands)])
        quantities = tuple([self._quantity(parent) for parent in node.parents])
        return Equation(self._quantity(node), formula, quantities)

    def _edge(self, node: Value, slot: int, depth: int) -> Equation:
        """A local derivative by its textbook formula."""
        op = node.op
        assert op is not None
        count = len(node.parents)
        recorder = Recorder([""] * (count + 1))
        operands = [recorder.symbol(i) for i in range(count)]
        y = recorder.symbol(count)
        if op.textbook is None:
            rule = op.rule(recorder, operands, y)
        else:
            rule = op.textbook(recorder, *op.split(operands), y)
        formula = drop(recorder.tape([rule[slot]]))
        quantities = [self._quantity(operand) for operand in (*node.parents, node)]
        left = self._derivative(node, node.parents[slot])
        text, latex = left.text, left.latex
        if (
            count_paths(node, node.parents[slot]) > 1
        ):  # not the whole derivative: the part of one slot
            text, latex = f"{text}|{slot + 1}", rf"\left.{latex}\right|_{{{slot + 1}}}"
        local = Quantity(text, latex, node.local_derivatives[slot])
        return Equation(local, formula, tuple(quantities), depth)

    def _steps(self) -> Iterator[Equation]:
        """The equations: each derivative opened, then what it consists of, then its number."""
        done: set[tuple[Value, Value]] = set()
        todo: list[Todo] = [(self.y, self.x, 0)] if self._reach else []
        while todo and len(done) <= MOST:
            item = todo.pop()
            if isinstance(item, Equation):
                yield item
            elif item[0] is not item[1] and item[:2] not in done:
                done.add(item[:2])
                todo += reversed(self._opened(*item))

    def _opened(self, a: Value, b: Value, depth: int) -> list[Todo]:
        """∂a/∂b, opened: a product over the stops between, or a sum over slots."""
        slots = [slot for slot, parent in enumerate(a.parents) if parent in self._above(b)]
        if len(slots) == 1 and a.parents[slots[0]] is b:
            return [self._edge(a, slots[0], depth)]
        quantities: list[Quantity] = []
        lengths: list[int] = []
        inner: list[Todo] = []
        if stops := self._stops(a, b):
            for upper, lower in pairwise([a, *stops, b]):
                quantities.append(self._derivative(upper, lower))
                inner.append((upper, lower, depth + 1))
            lengths = [len(quantities)]
        else:
            for slot in slots:
                edge, parent = self._edge(a, slot, depth + 1), a.parents[slot]
                quantities.append(edge.left)
                inner.append(edge)
                if parent is not b:
                    quantities.append(self._derivative(parent, b))
                    inner.append((parent, b, depth + 1))
                lengths.append(1 if parent is b else 2)
        opening = Equation(
            self._derivative(a, b), sum_of_products(lengths), tuple(quantities), depth, opening=True
        )
        return [opening, *inner, replace(opening, opening=False, closing=True)]

    def _above(self, b: Value) -> set[Value]:
        """The nodes that depend on b, and b."""
        if b not in self._reaching:
            self._reaching[b] = reaching(self.y, b)
        return self._reaching[b]

    def _stops(self, a: Value, b: Value) -> list[Value]:
        """The nodes that every path from b to a passes, top down: those with labels, if any has."""
        between = [node for node in topological_order(a) if node in self._above(b)]
        down, up = ways_down(between, b), ways_up(between, a)
        stops = [n for n in between if n not in (a, b) and down[n] * up[n] == down[a]]
        labelled = [n for n in stops if n.label]
        return (labelled or stops)[::-1]

    @property
    def text(self) -> str:
        """The derivation as plain text."""
        upper, lower = self._names[self.y], self._names[self.x]
        if not self._reach:
            return f"∂{upper}/∂{lower} = 0: {upper} does not depend on {lower}"
        lines = [" ".join(equation.written(TEXT)) for equation in self.nodes]
        lines.append("")
        lines += ["  " * step.depth + " ".join(step.written(TEXT)) for step in self.steps]
        if not self.steps:
            lines.append(f"∂{upper}/∂{lower} = 1")
        return "\n".join(lines)

    @property
    def latex(self) -> str:
        """The derivation as LaTeX, for an `aligned` environment."""
        lines = []
        for equation in [*self.nodes, *self.steps]:
            left, sign, rest = equation.written(LATEX)
            space = rf"\hspace{{{equation.depth}em}}" if equation.depth else ""
            lines.append(rf"{left} &{sign} {space}{rest}")
        return "\\\\\n".join(lines)

    @property
    def markdown(self) -> str:
        """The derivation as Markdown, with its formulas as LaTeX."""
        lines = [f"${' '.join(equation.written(LATEX))}$\n" for equation in self.nodes]
        lines.append("---\n")
        lines += ["  " * step.depth + f"- ${' '.join(step.written(LATEX))}$" for step in self.steps]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return self.markdown


def derive(y: Value, x: Value) -> Derivation:
    """Work out the derivative of y by x, from formulas to the number that the sweep gives.

    >>> from autograd import Value
    >>> x = Value(0.5, label="x")
    >>> y = (x * 3.0).tanh()
    >>> y.label = "y"
    >>> print(derive(y, x))
    y = tanh(v1) = tanh(1.500) = 0.9051
    v1 = x · 3 = 0.5000 · 3 = 1.500
    <BLANKLINE>
    ∂y/∂x = ∂y/∂v1 · ∂v1/∂x
      ∂y/∂v1 = 1 − y^2 = 1 − 0.9051^2 ≈ 0.1807
      ∂v1/∂x = 3
    ∂y/∂x = 0.1807 · 3 = 0.5421
    """
    for node in (y, x):
        if not isinstance(node, Value):
            raise TypeError(f"derive: expected Values, got {type(node).__name__} {node!r:.60}")
    return Derivation(y, x)


def ways_down(between: Sequence[Value], b: Value) -> dict[Value, int]:
    """How many paths lead from each node of `between` (parents first) down to b."""
    counts: dict[Value, int] = {}
    for node in between:
        counts[node] = 1 if node is b else sum([counts.get(p, 0) for p in node.parents])
    return counts


def ways_up(between: Sequence[Value], a: Value) -> dict[Value, int]:
    """How many paths lead from a down to each node of `between`."""
    counts = {a: 1}
    for node in reversed(between):
        for parent in node.parents:
            counts[parent] = counts.get(parent, 0) + counts.get(node, 0)
    return counts


def sum_of_products(lengths: Sequence[int]) -> Tape:
    """A sum of products of inputs, of these lengths, one after the other."""
    recorder = Recorder([""] * sum(lengths))
    terms, start = [], 0
    for length in lengths:
        term = recorder.symbol(start)
        for i in range(start + 1, start + length):
            term = recorder.emit("mul", (term, recorder.symbol(i)))
        terms.append(term)
        start += length
    whole = terms[0]
    for term in terms[1:]:
        whole = recorder.emit("add", (whole, term))
    return recorder.tape([whole])

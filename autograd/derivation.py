"""derive: a derivative worked out as on paper, from the recorded graph.

∂y/∂x is factored at the nodes that lie on every path: ∂ŷ1/∂w17 = ∂ŷ1/∂h5 · ∂h5/∂w17. A factor that
can't be factored further is a sum over the operands of its upper node, and an edge is the textbook
local derivative of its operation: ∂y/∂a|2 where that is only the part which goes through the second
operand. Each equation is written with names, then with numbers, and the last number is that of the
sweep: after `=` if the printed numbers give it exactly, else after `≈`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

from .arguments import value
from .between import dominators, tangents, with_several_paths
from .chains import names_of
from .equations import Equation, Quantity, textbook, value_of
from .gradients import adjoints, sweep
from .graph import dependents, topological_order
from .tape.instructions import Tape
from .tape.passes import eliminate_dead_code
from .tape.printers.latex import LATEX, name
from .tape.printers.text import TEXT
from .tape.recorder import Recorder
from .value import Value

MOST = 100  # derivatives that are expanded; factors and terms of one that are printed


Todo = Equation | tuple[Value, Value, int]  # a derivative to expand: of, with respect to, depth


class Derivation:
    """A derivation, returned by `derive`; prints as text, and is shown as Markdown in Jupyter.

    Attributes:
        nodes: the equations of the nodes between y and x.
        steps: the equations of the derivatives.
        value: the derivative, as computed by the sweep.
    """

    def __init__(self, y: Value, x: Value) -> None:
        self.y, self.x = y, x
        self._names = names_of(y)
        self._names.setdefault(x, x.label or "x")
        self._reach = dependents(topological_order(y), {x})
        self._place = {node: i for i, node in enumerate(self._reach)}
        self.value = adjoints(y).get(x, 0.0)
        self._numbers = {(y, x): self.value}
        self._left = self._sums = 0  # derivatives that are not expanded, sums that are not printed
        self.nodes = [self._node(node) for node in reversed(self._reach) if node.parents]
        self.steps = list(self._steps())

    def _between(self, a: Value, b: Value) -> list[Value]:
        """The nodes that a depends on and that depend on b, both included, parents first."""
        lowest = self._place[b]

        def operands(node: Value) -> tuple[Value, ...]:
            return tuple([p for p in node.parents if self._place.get(p, -1) >= lowest])

        found = topological_order(a, operands=operands)
        return dependents(sorted(found, key=self._place.__getitem__), {b})

    def _adjoint(self, a: Value, b: Value) -> float:
        """∂a/∂b by the engine's sweep over what lies between."""
        if (a, b) not in self._numbers:
            self._numbers[a, b] = sweep(self._between(a, b), 1.0)[b]
        return self._numbers[a, b]

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
        quantities = tuple([self._quantity(operand) for operand in (*node.parents, node)])
        return Equation(quantities[-1], value_of(node.op, len(node.parents)), quantities)

    def _edge(self, node: Value, slot: int, depth: int, part: bool = False) -> Equation:
        """A local derivative by its textbook formula.

        Args:
            part: whether it is the part of the derivative through this slot only.
        """
        assert node.op is not None
        left = self._derivative(node, node.parents[slot])
        text, latex = left.text, left.latex
        if part:
            text, latex = f"{text}|{slot + 1}", rf"\left.{latex}\right|_{{{slot + 1}}}"
        local = Quantity(text, latex, node.local_derivatives[slot])
        partials = None
        # A user's rule may take floats only, as with math.exp: then the equation consists of its
        # number.
        with suppress(*([] if node.op.builtin else [Exception])):
            partials = textbook(node.op, len(node.parents))
        if partials is None:
            return Equation(local, sum_of_products([1]), (local,), depth)
        formula = eliminate_dead_code(partials.with_outputs([partials.outputs[slot]]))
        quantities = [self._quantity(operand) for operand in (*node.parents, node)]
        return Equation(local, formula, tuple(quantities), depth)

    def _steps(self) -> Iterator[Equation]:
        """The equations: each derivative expanded, then its parts, then its number."""
        done: set[tuple[Value, Value]] = set()
        todo: list[Todo] = [(self.y, self.x, 0)] if self._reach else []
        while todo:
            item = todo.pop()
            if isinstance(item, Equation):
                yield item
            elif item[0] is not item[1] and item[:2] not in done:
                if len(done) < MOST:
                    done.add(item[:2])
                    todo += reversed(self._opened(*item))
                else:
                    self._left += 1

    def _opened(self, a: Value, b: Value, depth: int) -> list[Todo]:
        """∂a/∂b, opened: a product over the dominators between, or a sum over slots."""
        between = self._between(a, b)
        inside = set(between)
        slots = [slot for slot, parent in enumerate(a.parents) if parent in inside]
        if len(slots) == 1 and a.parents[slots[0]] is b:
            return [self._edge(a, slots[0], depth)]
        quantities: list[Quantity] = []
        lengths: list[int] = []
        inner: list[Todo] = []
        if stops := dominators(between, MOST):
            for upper, lower in pairwise([a, *stops, b]):
                quantities.append(self._derivative(upper, lower))
                inner.append((upper, lower, depth + 1))
            lengths = [len(quantities)]
        elif len(slots) > MOST:
            whole = self._derivative(a, b)
            self._sums += 1
            return [Equation(whole, sum_of_products([1]), (whole,), depth)]
        else:
            slopes = tangents(between)
            parts = with_several_paths([a.parents[slot] for slot in slots], inside)
            for slot in slots:
                parent = a.parents[slot]
                edge = self._edge(a, slot, depth + 1, parent in parts)
                quantities.append(edge.left)
                inner.append(edge)
                if parent is not b:
                    self._numbers.setdefault((parent, b), slopes[parent])
                    quantities.append(self._derivative(parent, b))
                    inner.append((parent, b, depth + 1))
                lengths.append(1 if parent is b else 2)
        opening = Equation(
            self._derivative(a, b), sum_of_products(lengths), tuple(quantities), depth, opening=True
        )
        return [opening, *inner, replace(opening, opening=False, closing=True)]

    @property
    def _limits(self) -> list[str]:
        """What was omitted, and the calls that print it."""
        found = []
        if self._sums:
            found.append(
                f"{self._sums} of the derivatives above are sums over more than {MOST} operands "
                "and stand as numbers: paths(a, b).largest(5) finds what counts most in ∂a/∂b."
            )
        if self._left:
            found.append(
                f"{self._left} of the derivatives above are not worked out: derive works out "
                f"{MOST}. derive(a, b) works out ∂a/∂b; with labels on nodes that every path "
                "passes, its steps lead from one of those to the next."
            )
        return found

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
        lines += ["", *self._limits] if self._limits else []
        return "\n".join(lines)

    @property
    def latex(self) -> str:
        """The derivation as LaTeX, for an `aligned` environment."""
        lines = []
        for equation in [*self.nodes, *self.steps]:
            left, sign, rest = equation.written(LATEX)
            space = rf"\hspace{{{equation.depth}em}}" if equation.depth else ""
            lines.append(rf"{left} &{sign} {space}{rest}")
        lines += [rf"&\text{{{limit}}}" for limit in self._limits]
        return "\\\\\n".join(lines)

    @property
    def markdown(self) -> str:
        """The derivation as Markdown, with its formulas as LaTeX."""
        lines = [f"${' '.join(equation.written(LATEX))}$\n" for equation in self.nodes]
        lines.append("---\n")
        lines += ["  " * step.depth + f"- ${' '.join(step.written(LATEX))}$" for step in self.steps]
        lines += [f"\n{limit}" for limit in self._limits]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return self.markdown


def derive(y: Value, x: Value) -> Derivation:
    """The derivation of the derivative of y with respect to x, as on paper.

    It leads from formulas to the number of the sweep. In a large graph 100 derivatives are
    expanded, in steps of equal length; the text has the number of the others, each of which is
    another call of derive. Time and memory are linear in the size of the graph.

    Args:
        y: the Value that is differentiated.
        x: the Value with respect to which it is differentiated.

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
        value(node, "derive", "Values")
    return Derivation(y, x)


def sum_of_products(lengths: Sequence[int]) -> Tape:
    """The tape of a sum of products of inputs, which have these numbers of factors."""
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

"""Derivatives of functions, as functions: grad and its relatives.

A transform calls f on Values of its own. Its results are plain numbers for plain arguments; they
are Values, which can be differentiated again, if an argument is a Value or f uses one from outside.
So transforms nest and mix, to any order. None of them touches `.grad`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from functools import wraps
from operator import attrgetter
from typing import Any, TypeVar, cast

from . import modes, nodes
from .arguments import function as function_of
from .arguments import real, several
from .cached import cached_property
from .conditions import Decided, branches, condition_of
from .functions import dot
from .gradients import between_gradients, partials
from .graph import dependents, topological_order
from .made import Made
from .masking import Masks
from .reads import warn, watched
from .recording import lift
from .value import Value

Function = Callable[..., Any]
F = TypeVar("F", bound=Function)
# For each call that is running, the innermost first: the nodes that the calls inside it have met,
# and whether they depend on a Value that is no constant. None of them depends on a later input.
_running: ContextVar[tuple[dict[Value, bool], ...]] = ContextVar("running", default=())
_inputs: set[Value] = set()  # of the calls that are running in all threads


class Known(set[Value]):
    """Nodes that a walk passes over: its own, and what the calls around have met before.

    nodes: the first ones; again: those that are walked through although they were met.
    """

    def __init__(
        self, nodes: Iterable[Value], around: tuple[dict[Value, bool], ...], again: set[Value]
    ) -> None:
        super().__init__(nodes)
        self.around, self.again = around, again

    def __contains__(self, node: object) -> bool:
        if set.__contains__(self, node):
            return True
        return node not in self.again and any([node in met for met in self.around])


class Call:
    """One call of f: its inputs and outputs as Values, and whether results stay Values.

    Nothing behind the inputs is looked at, and what lies behind a Value from outside is looked at
    once in an outermost call, however many calls inside it use it.
    """

    def __init__(self, f: Function, xs: Sequence[Any], name: str) -> None:
        if not xs:
            raise TypeError(f"{name}: expected at least one argument, got none")
        # Each argument passes through a node of this call's own: a Value's other uses inside f,
        # from a closure, are not what this call differentiates.
        given = [lift(x, name) for x in xs]
        self.inputs = [+x for x in given]
        around = _running.get()
        token = _running.set((dict.fromkeys(self.inputs, True), *around))
        _inputs.update(self.inputs)
        try:
            with watched() as reads:
                earlier = len(reads)
                y = f(*self.inputs)
        finally:
            _running.reset(token)
            _inputs.difference_update(self.inputs)
        self.several = isinstance(y, (list, tuple))
        self.outputs = [lift(output, name) for output in (y if self.several else [y])]
        self.given, self.around = given, around
        self.order = topological_order(*self.outputs, seen=self.passed_over())
        self.keep = any([isinstance(x, Value) for x in xs]) or self.uses_outside(given, around)
        if len(reads) > earlier:
            warn(name, self.inputs, set(self.order), reads[earlier:])

    def passed_over(self, again: Iterable[Value] = ()) -> set[Value]:
        """The nodes at which a traversal from the outputs stops."""
        return Known(self.given, self.around, set(again)) if self.around else set(self.given)

    def uses_outside(self, given: Sequence[Value], around: tuple[dict[Value, bool], ...]) -> bool:
        """Whether an output depends on a Value from outside that is no constant.

        In a thread that f started, only `_inputs` has the inputs of the enclosing calls.
        """
        if not around:
            return any([outer(node) for node in self.order])
        met = {x: x.op is None or bool(x.parents) for x in given}
        known = met, *around
        for node in self.order:
            met[node] = (
                any([_first(known, parent) for parent in node.parents])
                if node.parents and node not in _inputs
                else outer(node)
            )
        around[0].update(met)
        return any([_first(known, y) for y in self.outputs])

    @cached_property
    def between(self) -> list[Value]:
        """The nodes that depend on the inputs, and those; of a choice in both branches."""
        order = self.order
        if any([isinstance(node, Decided) for node in order]):
            order = topological_order(
                *self.outputs, seen=self.passed_over(order), operands=branches
            )
        return dependents(order, set(self.inputs), branches)

    @cached_property
    def boundary(self) -> set[Value]:
        """The parents of those that do not."""
        between = set(self.between)
        return {parent for node in between for parent in branches(node) if parent not in between}

    def single(self, name: str) -> Value:
        """The one output of a function that may have only one."""
        if self.several:
            raise TypeError(
                f"{name}: expected a function of one value, got a sequence of "
                f"{len(self.outputs)}; jacobian takes several"
            )
        return self.outputs[0]

    def gradients(self, y: Value, seed: Any = 1.0, factors: Sequence[Any] = ()) -> tuple[Any, ...]:
        """The derivatives of y with respect to the inputs.

        factors: Values from outside in y that are not behind an output.
        """
        keep = self.keep or isinstance(seed, Value)
        if y is self.outputs[-1] and not self.several:
            return between_gradients(y, self.between, self.inputs, keep, seed)
        beyond = {*self.boundary, *[x for x in factors if isinstance(x, Value)]}
        order = topological_order(y, seen=beyond, operands=branches)
        between = dependents(order, set(self.inputs), branches)
        return between_gradients(y, between, self.inputs, keep, seed)

    def slopes(self, name: str) -> tuple[Value, ...]:
        """The derivatives of the one output as Values."""
        return between_gradients(self.single(name), self.between, self.inputs, True, 1.0)

    def values(self, ys: Sequence[Value]) -> Any:
        """The outputs as the caller gets them."""
        found = [y if self.keep else y._data for y in ys]
        return found if self.several else found[0]


def outer(node: Value) -> bool:
    """Whether an outer derivative may be by this node: a leaf, or an input of a running call."""
    return (not node.parents and node.op is None) or node in _inputs


def _first(tables: Iterable[dict[Value, bool]], node: Value) -> bool:
    """The entry of the node in the first table that has one."""
    return next(table[node] for table in tables if node in table)


def recorded_by_itself(function: F) -> F:
    """The function, which records also inside `no_grad`: there its results are leaves."""

    @wraps(function)
    def wrapper(*args: Any, **named: Any) -> Any:
        if not modes.active or modes.recording():
            return function(*args, **named)
        with modes.enable_grad():
            return leaves(function(*args, **named))

    return cast("F", wrapper)


def leaves(results: Any) -> Any:
    """Results whose Values don't record what they came from."""
    if isinstance(results, (list, tuple)):
        return type(results)(map(leaves, results))
    if callable(results):
        return recorded_by_itself(results)
    return results.detach() if isinstance(results, Value) else results


def value_and_grad(f: Function) -> Function:
    """A function of the same arguments that gives (f's value, its gradient).

    The gradient is a number for one argument, a tuple for several.

    >>> value_and_grad(lambda a, b: a * b)(2.0, 5.0)
    (10.0, (5.0, 2.0))
    """
    return Made(value_and_grad, [f], both(f, "value_and_grad"))


def both(f: Function, name: str) -> Function:
    """`value_and_grad`, for the transform of that name."""
    function_of(f, name)

    @recorded_by_itself
    def function(*xs: Any) -> tuple[Any, Any]:
        call = Call(f, xs, name)
        slopes = call.gradients(call.single(name))
        return call.values(call.outputs), slopes[0] if len(xs) == 1 else slopes

    return function


def grad(f: Function) -> Function:
    """The derivative of f, as a function of the same arguments.

    A number for one argument, a tuple for several.

    >>> grad(lambda x: x**3)(2.0), grad(grad(lambda x: x**3))(2.0)
    (12.0, 12.0)
    """
    value_and_slope = both(f, "grad")

    @recorded_by_itself
    def function(*xs: Any) -> Any:
        return value_and_slope(*xs)[1]

    return Made(grad, [f], function)


def jvp(f: Function) -> Function:
    """The derivative along a direction: (xs, tangents) -> (f's value, its change).

    One pass over the graph from the inputs on, however many there are. f may give several values.

    >>> jvp(lambda a, b: a * b)((2.0, 5.0), (1.0, 0.0))
    (10.0, 5.0)
    """
    function_of(f, "jvp")

    @recorded_by_itself
    def function(xs: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
        call_as = "jvp(f)((a, b), (1.0, 0.0))"
        xs, tangents = several(xs, "jvp", call=call_as), several(tangents, "jvp", call=call_as)
        same_length("jvp", "tangents", xs, tangents)
        tangents = [t if isinstance(t, Value) else real(t, "jvp") for t in tangents]
        call = Call(f, xs, "jvp")
        call.keep = call.keep or any([isinstance(tangent, Value) for tangent in tangents])
        local_derivatives = partials if call.keep else attrgetter("local_derivatives")
        changes = dict(zip(call.inputs, tangents, strict=True))
        masks = Masks(nodes.where, *call.inputs)
        for node in call.between:
            if node in changes:
                continue
            if call.keep and (condition := condition_of(node)) is not None:
                a, b = branches(node)
                sides = [(a, condition), (b, ~condition)]
                reached = [masks.under(p, holds) for p, holds in sides if p in changes]
                change = condition.choose(changes.get(a, 0.0), changes.get(b, 0.0))
            else:
                slots = zip(node.parents, local_derivatives(node), strict=True)
                used = [(masks.of[p], slope * changes[p]) for p, slope in slots if p in changes]
                reached = [mask for mask, _ in used]
                change = sum([masks.masked(part, mask) for mask, part in used])
            if reached:
                changes[node] = change
                for mask in reached:
                    masks.add(node, mask)
        found = [lift(changes.get(y, 0.0), "jvp") for y in call.outputs]
        return call.values(call.outputs), call.values(found)

    return Made(jvp, [f], function)


def vjp(f: Function) -> Function:
    """f's value and its pullback: xs -> (y, pullback), pullback(adjoint of y) -> a tuple.

    For a function of several values, pullback takes one adjoint for each.

    >>> y, pullback = vjp(lambda a, b: a * b)(2.0, 5.0)
    >>> y, pullback(10.0)
    (10.0, (50.0, 20.0))
    """
    function_of(f, "vjp")

    @recorded_by_itself
    def function(*xs: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
        call = Call(f, xs, "vjp")

        def pullback(adjoint: Any) -> tuple[Any, ...]:
            adjoints = [adjoint]
            if call.several:
                adjoints = list(several(adjoint, "vjp", call="pullback([1.0, 0.0])"))
            same_length("vjp", "adjoints", call.outputs, adjoints)
            if len(adjoints) == 1:
                return call.gradients(call.outputs[0], adjoints[0])
            # A sum in which each output has its adjoint as local derivative. An adjoint that was
            # computed from the outputs passes through a node of its own, and stands still.
            seed = lift(1.0, "vjp") if any([isinstance(x, Value) for x in adjoints]) else 1.0
            factors = [+x if isinstance(x, Value) else x for x in adjoints]
            return call.gradients(dot(call.outputs, factors), seed, factors)

        return call.values(call.outputs), pullback

    return Made(vjp, [f], function)


def hvp(f: Function) -> Function:
    """The Hessian of f times a vector: (xs, vector) -> a tuple, without the Hessian itself.

    >>> hvp(lambda a, b: a * a * b)((2.0, 5.0), (1.0, 0.0))
    (10.0, 4.0)
    """
    function_of(f, "hvp")

    @recorded_by_itself
    def function(xs: Sequence[Any], vector: Sequence[Any]) -> tuple[Any, ...]:
        call_as = "hvp(f)((a, b), (1.0, 0.0))"
        xs, vector = several(xs, "hvp", call=call_as), several(vector, "hvp", call=call_as)
        same_length("hvp", "numbers in the vector", xs, vector)
        call = Call(f, xs, "hvp")
        call.keep = call.keep or any([isinstance(part, Value) for part in vector])
        return call.gradients(dot(call.slopes("hvp"), vector), factors=vector)

    return Made(hvp, [f], function)


def jacobian(f: Function) -> Function:
    """The derivatives of f's values: xs -> one row for each value, one column for each argument.

    >>> jacobian(lambda a, b: [a * b, a + b])(2.0, 5.0)
    [(5.0, 2.0), (1.0, 1.0)]
    """
    function_of(f, "jacobian")

    @recorded_by_itself
    def function(*xs: Any) -> list[tuple[Any, ...]]:
        call = Call(f, xs, "jacobian")
        return [call.gradients(y) for y in call.outputs]

    return Made(jacobian, [f], function)


def hessian(f: Function) -> Function:
    """The second derivatives of f: xs -> one row and one column for each argument.

    >>> hessian(lambda a, b: a * a * b)(2.0, 5.0)
    [(10.0, 4.0), (4.0, 0.0)]
    """
    function_of(f, "hessian")

    @recorded_by_itself
    def function(*xs: Any) -> list[tuple[Any, ...]]:
        call = Call(f, xs, "hessian")
        return [call.gradients(slope) for slope in call.slopes("hessian")]

    return Made(hessian, [f], function)


def same_length(name: str, what: str, xs: Sequence[Any], others: Sequence[Any]) -> None:
    if len(xs) != len(others):
        raise ValueError(f"{name}: expected {len(xs)} {what}, got {len(others)}")

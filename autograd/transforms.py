"""Derivatives of functions, as functions: grad and its relatives.

A transform calls f on Values of its own. Its results are plain numbers for plain arguments; they
are Values, which can be differentiated again, if an argument is a Value or f uses one from outside.
So transforms nest and mix, to any order. None of them touches `.grad`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import wraps
from typing import Any

from . import modes, nodes
from .arguments import function as function_of
from .arguments import real, several
from .functions import dot
from .gradients import dependents, derivatives, gradients, parents, partials, recorded
from .graph import topological_order
from .made import Made
from .masking import Masks
from .value import Value, condition_of, lift, sources

Function = Callable[..., Any]
# The inputs of the calls that are running: to a call inside them they are Values from outside.
_running: ContextVar[frozenset[Value]] = ContextVar("running", default=frozenset())


class Call:
    """One call of f: its inputs and outputs as Values, and whether results stay Values."""

    def __init__(self, f: Function, xs: Sequence[Any], name: str) -> None:
        if not xs:
            raise TypeError(f"{name}: expected at least one argument, got none")
        # Each argument passes through a node of this call's own: a Value's other uses inside f,
        # from a closure, are not what this call differentiates.
        self.inputs = [+lift(x, name) for x in xs]
        around = _running.get()
        token = _running.set(around.union(self.inputs))
        try:
            y = f(*self.inputs)
        finally:
            _running.reset(token)
        self.several = isinstance(y, (list, tuple))
        self.outputs = [lift(output, name) for output in (y if self.several else [y])]
        self.order = topological_order(*self.outputs)
        self.keep = any([isinstance(x, Value) for x in xs]) or any(
            [node in around or not (node.parents or node.op) for node in self.order]
        )

    def single(self, name: str) -> Value:
        """The one output of a function that may have only one."""
        if self.several:
            raise TypeError(
                f"{name}: expected a function of one value, got {len(self.outputs)} of them; "
                "jacobian takes several"
            )
        return self.outputs[0]

    def gradients(self, y: Value, seed: Any = 1.0) -> tuple[Any, ...]:
        """The derivatives of y with respect to the inputs."""
        return derivatives(y, self.inputs, self.keep or isinstance(seed, Value), seed)

    def values(self, ys: Sequence[Value]) -> Any:
        """The outputs as the caller gets them."""
        found = [y if self.keep else y.data for y in ys]
        return found if self.several else found[0]


def recorded_by_itself(function: Function) -> Function:
    """The function, which records also inside `no_grad`: there its results are leaves."""

    @wraps(function)
    def wrapper(*args: Any) -> Any:
        if not modes.active or modes.recording():
            return function(*args)
        with modes.enable_grad():
            return leaves(function(*args))

    return wrapper


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
    """What `value_and_grad` makes, for the transform of that name."""
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
        local_derivatives = partials if call.keep else recorded
        operands = sources if call.keep else parents
        changes = dict(zip(call.inputs, tangents, strict=True))
        masks = Masks(nodes.where, *call.inputs)
        order = topological_order(*call.outputs, operands=operands)
        for node in dependents(order, set(call.inputs), operands):
            if node in changes:
                continue
            if call.keep and (condition := condition_of(node)) is not None:
                a, b = sources(node)[-2:]
                branches = [(a, condition), (b, ~condition)]
                reached = [masks.under(p, holds) for p, holds in branches if p in changes]
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
            # A sum in which each output has its adjoint as local derivative.
            seed = lift(1.0, "vjp") if any([isinstance(x, Value) for x in adjoints]) else 1.0
            return call.gradients(dot(call.outputs, adjoints), seed)

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
        slopes = gradients(call.single("hvp"), call.inputs, create_graph=True)
        return call.gradients(dot(slopes, vector))

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
        slopes = gradients(call.single("hessian"), call.inputs, create_graph=True)
        return [call.gradients(slope) for slope in slopes]

    return Made(hessian, [f], function)


def same_length(name: str, what: str, xs: Sequence[Any], others: Sequence[Any]) -> None:
    if len(xs) != len(others):
        raise ValueError(f"{name}: expected {len(xs)} {what}, got {len(others)}")

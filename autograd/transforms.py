"""Derivatives of functions, as functions: grad and its relatives.

A transform calls f on Values of its own. Its results are plain numbers for plain arguments; they
are Values, which can be differentiated again, if an argument is a Value or f uses one from outside.
So transforms nest and mix, to any order. None of them touches `.grad`. Arguments by keyword, where
a transform takes them, reach f as they are, without derivatives by them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from operator import attrgetter
from typing import Any, Literal, TypeVar, cast, overload

from . import modes, nodes
from .arguments import function as function_of
from .arguments import real, several, wrong
from .calls import Argnums, Arguments, Call, Function, checked_argnums
from .conditions import branches, condition_of
from .functions import dot
from .gradients import partials
from .made import Made, Transformed
from .masking import Masks
from .recording import lift
from .signatures import Gradient, Hessian, HessianProduct, ValueAndGradient
from .sparse import refuse_no_vector, refuse_others, sparse_derivatives
from .structures import NUMBER, Form, Nested, SparseRows, array_of, flatten, is_array
from .value import Value

F = TypeVar("F", bound=Function)
Pullback = Callable[[Any], tuple[Any, ...]]


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
        return Nested(type(results), []).rebuild([leaves(result) for result in results])
    if is_array(results):
        return array_of([leaves(x) for x in results.ravel().tolist()], results.shape)
    if isinstance(results, SparseRows):
        whole = results.indices, results.indptr, results.shape
        return SparseRows(leaves(results.data), *whole)
    if callable(results):
        return recorded_by_itself(results)
    return results.detach() if isinstance(results, Value) else results


@overload
def value_and_grad(f: Function, argnums: None = None) -> ValueAndGradient: ...
@overload
def value_and_grad(f: Function, argnums: Argnums = None) -> Function: ...
def value_and_grad(f: Function, argnums: Argnums = None) -> Function:
    """A function of the same arguments as f that returns f's value and its gradient.

    The gradient has the form of the argument: a number, a list or an array; for several arguments
    it is a tuple.

    Args:
        f: a function of numbers, lists, tuples or arrays that returns one number.
        argnums: the index of the argument to differentiate with respect to, or a tuple of indices;
            all if None.

    >>> value_and_grad(lambda a, b: a * b)(2.0, 5.0)
    (10.0, (5.0, 2.0))
    >>> value_and_grad(lambda x: x[0] * x[1])([2.0, 5.0])
    (10.0, [5.0, 2.0])
    """
    return Transformed(value_and_grad, made_of(f, argnums), both(f, argnums, "value_and_grad"))


def made_of(f: Function, argnums: Argnums, sparse: bool = False) -> list[Any]:
    """The arguments of a transform, as its repr shows them."""
    if sparse:
        return [f, argnums, True]
    return [f] if argnums is None else [f, argnums]


def both(f: Function, argnums: Argnums, name: str) -> Function:
    """`value_and_grad`, for the transform of that name."""
    function_of(f, name)
    argnums = checked_argnums(argnums, name)

    @recorded_by_itself
    def function(*xs: Any, **named: Any) -> tuple[Any, Any]:
        arguments = Arguments(xs, argnums, name, named)
        call = Call(f, arguments, name)
        slopes = call.gradients(call.single(name))
        return call.values(call.outputs), arguments.form.build(slopes)

    return function


@overload
def grad(f: Function, argnums: None = None) -> Gradient: ...
@overload
def grad(f: Function, argnums: Argnums = None) -> Function: ...
def grad(f: Function, argnums: Argnums = None) -> Function:
    """The gradient of f, as a function of the same arguments.

    It has the form of the argument: a number, a list or an array; for several arguments it is a
    tuple.

    Args:
        f: a function of numbers, lists, tuples or arrays that returns one number.
        argnums: the index of the argument to differentiate with respect to, or a tuple of indices;
            all if None.

    >>> grad(lambda x: x**3)(2.0), grad(grad(lambda x: x**3))(2.0)
    (12.0, 12.0)
    >>> grad(lambda x, y: x[0] * x[1] * y, argnums=0)([2.0, 5.0], 3.0)
    [15.0, 6.0]
    """
    value_and_slope = both(f, argnums, "grad")

    @recorded_by_itself
    def function(*xs: Any, **named: Any) -> Any:
        return value_and_slope(*xs, **named)[1]

    return Transformed(grad, made_of(f, argnums), function)


def jvp(f: Function) -> Callable[[Any, Any], tuple[Any, Any]]:
    """The Jacobian-vector product, in forward mode: (xs, tangents) -> (f's value, its tangent).

    It takes one pass over the graph, for any number of inputs. A tuple is the arguments of f, with
    a tangent for each; anything else is its only argument.

    Args:
        f: a function of numbers, lists, tuples or arrays that returns one or several numbers.

    >>> jvp(lambda a, b: a * b)((2.0, 5.0), (1.0, 0.0))
    (10.0, 5.0)
    >>> jvp(lambda x: x[0] * x[1])([2.0, 5.0], [1.0, 0.0])
    (10.0, 5.0)
    """
    function_of(f, "jvp")

    @recorded_by_itself
    def function(xs: Any, tangents: Any) -> tuple[Any, Any]:
        arguments = Arguments(xs if isinstance(xs, tuple) else (xs,), None, "jvp")
        tangents = direction(arguments, xs, tangents, "jvp", "tangents")
        call = Call(f, arguments, "jvp")
        call.keep = call.keep or any([isinstance(tangent, Value) for tangent in tangents])
        changes = pushed(call, dict(zip(call.inputs, tangents, strict=True)))
        found = [lift(changes.get(y, 0.0), "jvp") for y in call.outputs]
        return call.values(call.outputs), call.values(found)

    return Made(jvp, [f], function)


def pushed(call: Call, tangents: Mapping[Value, Any]) -> dict[Value, Any]:
    """The change of every node that depends on these inputs, along their tangents."""
    local_derivatives = partials if call.keep else attrgetter("local_derivatives")
    changes = dict(tangents)
    masks = Masks(nodes.where, *tangents)
    for node in call.between:
        if node in changes:
            continue
        if call.keep and (condition := condition_of(node)) is not None:
            a, b = branches(node)
            if a in changes or b in changes:
                masks.add_choice(node, condition, a, b)
                changes[node] = condition.choose(changes.get(a, 0.0), changes.get(b, 0.0))
            continue
        slots = zip(node.parents, local_derivatives(node), strict=True)
        found = [
            masks.part(node, slope, changes[p], masks.of[p]) for p, slope in slots if p in changes
        ]
        if parts := [part for part in found if part is not None]:
            changes[node] = sum(parts)
    return changes


def vjp(f: Function) -> Callable[..., tuple[Any, Pullback]]:
    """The vector-Jacobian product, in reverse mode: xs -> (f's value, pullback).

    The pullback maps an adjoint, which has the form of the value, to a tuple with the adjoint of
    each argument, in its form.

    Args:
        f: a function of numbers, lists, tuples or arrays that returns one or several numbers.

    >>> y, pullback = vjp(lambda a, b: a * b)(2.0, 5.0)
    >>> y, pullback(10.0)
    (10.0, (50.0, 20.0))
    """
    function_of(f, "vjp")

    @recorded_by_itself
    def function(*xs: Any) -> tuple[Any, Pullback]:
        arguments = Arguments(xs, None, "vjp")
        call = Call(f, arguments, "vjp")
        build: Pullback = Nested(tuple, arguments.forms).build

        def pullback(adjoint: Any) -> tuple[Any, ...]:
            adjoints, form = flatten(adjoint, "vjp")
            adjoints = [checked(x, "vjp") for x in adjoints]
            same_form("vjp", "adjoints", call.form, form)
            if call.form is NUMBER:
                return build(call.gradients(call.outputs[0], adjoints[0]))
            if not adjoints:
                return build([0.0] * len(call.inputs))
            # A sum in which each output has its adjoint as local derivative. An adjoint that was
            # computed from the outputs passes through a node of its own, and stands still.
            seed = lift(1.0, "vjp") if any([isinstance(x, Value) for x in adjoints]) else 1.0
            factors = [+x if isinstance(x, Value) else x for x in adjoints]
            return build(call.gradients(dot(call.outputs, factors), seed, factors))

        return call.values(call.outputs), pullback

    return Transformed(vjp, [f], function)


def hvp(f: Function) -> HessianProduct:
    """The Hessian-vector product, without the Hessian: `(xs, vector, *others)` -> H·vector.

    A tuple is the arguments of f, with a part of the vector for each, and so is the result;
    anything else is its only argument, as SciPy expects it: `minimize(..., hessp=hvp(f))`. `others`
    are further arguments of f, with respect to which it is not differentiated.

    Args:
        f: a function of numbers, lists, tuples or arrays that returns one number.

    >>> hvp(lambda a, b: a * a * b)((2.0, 5.0), (1.0, 0.0))
    (10.0, 4.0)
    >>> hvp(lambda x: x[0] * x[0] * x[1])([2.0, 5.0], [1.0, 0.0])
    [10.0, 4.0]
    """
    function_of(f, "hvp")

    @recorded_by_itself
    def function(xs: Any, vector: Any, *others: Any) -> Any:
        args, argnums = (xs, tuple(range(len(xs)))) if isinstance(xs, tuple) else ((xs,), 0)
        arguments = Arguments((*args, *others), argnums if others else None, "hvp")
        parts = direction(arguments, xs, vector, "hvp", "numbers in the vector")
        call = Call(f, arguments, "hvp")
        call.keep = call.keep or any([isinstance(part, Value) for part in parts])
        slopes = call.slopes("hvp")
        found = call.gradients(dot(slopes, parts), factors=parts) if parts else ()
        if isinstance(xs, tuple):
            return Nested(tuple, arguments.forms).build(found)
        return arguments.form.build(found)

    return Made(hvp, [f], function)


def jacobian(f: Function, argnums: Argnums = None, sparse: bool = False) -> Function:
    """The Jacobian of f, as a function of the same arguments.

    For arguments that are numbers it is a list with a row for each value of f and a column for each
    argument. For one array it is an array, whose first axes are those of f's value; otherwise it
    has the structure of f's value with that of the arguments in each place, as in JAX.

    Args:
        f: a function of numbers, lists, tuples or arrays that returns one or several numbers.
        argnums: the index of the argument to differentiate with respect to, or a tuple of indices;
            all if None.
        sparse: whether to return a `scipy.sparse.csr_array` of the structural nonzeros, which are
            the same at every point. The argument, and f's value, must be a flat list or a
            one-dimensional array (a single number is one row). If entries are Values, a matrix with
            the same fields holds them.

    >>> jacobian(lambda a, b: [a * b, a + b])(2.0, 5.0)
    [(5.0, 2.0), (1.0, 1.0)]
    """
    function_of(f, "jacobian")
    argnums = checked_argnums(argnums, "jacobian")
    sparse = checked_sparse(sparse, "jacobian")

    @recorded_by_itself
    def function(*xs: Any, **named: Any) -> Any:
        arguments = Arguments(xs, argnums, "jacobian", named)
        if sparse:
            refuse_others(arguments, "jacobian")
        call = Call(f, arguments, "jacobian")
        if sparse:
            if call.form is not NUMBER:
                refuse_no_vector(call.form, "jacobian: for sparse=True, expected", "from f")
            return sparse_derivatives(call, call.outputs)
        return arguments.rows(call.form, rows_of(call))

    return Transformed(jacobian, made_of(f, argnums, sparse), function)


def rows_of(call: Call) -> list[tuple[Any, ...]]:
    """The derivatives of each output by the inputs: backward, an output at a time.

    Through loops, which stay loops while a function is traced, forward if the inputs are fewer:
    each sweep is a loop.
    """
    fewer = len(call.inputs) < len(call.outputs)
    if fewer and any([node.op is not None and node.op.name == "loop" for node in call.between]):
        columns = [pushed(call, {x: 1.0}) for x in call.inputs]
        rows = [[column.get(y, 0.0) for column in columns] for y in call.outputs]
        return [tuple([lift(x, "jacobian") for x in row]) for row in rows]
    return [call.gradients(y) for y in call.outputs]


@overload
def hessian(f: Function, argnums: None = None, sparse: Literal[False] = False) -> Hessian: ...
@overload
def hessian(f: Function, argnums: Argnums = None, sparse: bool = False) -> Function: ...
def hessian(f: Function, argnums: Argnums = None, sparse: bool = False) -> Function:
    """The second derivatives of f, as a function of the same arguments.

    For arguments that are numbers it is a list with a row and a column for each. For one array it
    is an array; otherwise it has the structure of the arguments, in each place of which there is
    that structure again, as in JAX.

    Args:
        f: a function of numbers, lists, tuples or arrays that returns one number.
        argnums: the index of the argument to differentiate with respect to, or a tuple of indices;
            all if None.
        sparse: whether to return a `scipy.sparse.csr_array` of the structural nonzeros, which are
            the same at every point. The argument must be a flat list or a one-dimensional array. If
            entries are Values, a matrix with the same fields holds them.

    >>> hessian(lambda a, b: a * a * b)(2.0, 5.0)
    [(10.0, 4.0), (4.0, 0.0)]
    """
    function_of(f, "hessian")
    argnums = checked_argnums(argnums, "hessian")
    sparse = checked_sparse(sparse, "hessian")

    @recorded_by_itself
    def function(*xs: Any, **named: Any) -> Any:
        arguments = Arguments(xs, argnums, "hessian", named)
        if sparse:
            refuse_others(arguments, "hessian")
        call = Call(f, arguments, "hessian")
        slopes = call.slopes("hessian")
        if sparse:
            return sparse_derivatives(call, slopes)
        return arguments.rows(arguments.form, [call.gradients(slope) for slope in slopes])

    return Transformed(hessian, made_of(f, argnums, sparse), function)


def checked_sparse(sparse: Any, name: str) -> bool:
    if not isinstance(sparse, bool):
        advice = f"{name}(f, argnums=(0, 1)) is by several arguments"
        raise wrong(name, "True or False as sparse", sparse, advice)
    return sparse


def direction(arguments: Arguments, xs: Any, given: Any, name: str, what: str) -> list[Any]:
    """The numbers of a direction, which has the form of the arguments.

    Args:
        xs: what the user gave as arguments: a tuple of them, or the only one.
    """
    expected = arguments.form
    if isinstance(xs, tuple):
        given = tuple(several(given, name, call=f"{name}(f)((a, b), (1.0, 0.0))"))
        same_length(name, what, xs, given)
        if arguments.alone:
            expected = Nested(tuple, arguments.forms)
    found, form = flatten(given, name)
    same_form(name, what, expected, form)
    return [checked(x, name) for x in found]


def checked(x: Any, name: str) -> Any:
    """A Value unchanged, anything else as a float; TypeError if it is not a number."""
    return x if isinstance(x, Value) else real(x, name)


def same_form(name: str, what: str, form: Form, other: Form) -> None:
    """ValueError for another number of numbers, or another shape; a list may be an array."""
    if form.size != other.size:
        raise ValueError(f"{name}: expected {form.size} {what}, got {other.size}")
    if form.shape != other.shape:
        raise ValueError(f"{name}: expected {what} of shape {form.shape}, got {other.shape}")


def same_length(name: str, what: str, xs: Sequence[Any], others: Sequence[Any]) -> None:
    if len(xs) != len(others):
        raise ValueError(f"{name}: expected {len(xs)} {what}, got {len(others)}")

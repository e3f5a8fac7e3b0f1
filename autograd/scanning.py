"""scan: a recurrence, which stays a loop where it is compiled."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from . import modes
from .arguments import function as function_of
from .arguments import wrong
from .conditions import Condition
from .graph import topological_order
from .numpy_calls import called
from .ops import CONSTANT
from .recording import lift
from .structures import ACCEPTED, NUMBER, Array, Form, Nested, array_of, flatten, is_array
from .tape.loop_trace import Traced, trace_step
from .value import Value

CALL = "scan(step, state, xs) or scan(step, state, length=n)"


def scan(
    step: Callable[[Any, Any], tuple[Any, Any]],
    state: Any,
    xs: Any = None,
    length: int | None = None,
    most_stored: int = 2**20,
) -> tuple[Any, Any]:
    """Apply a step repeatedly, each time to the state that it returned before.

    It does what this loop does, with clear errors::

        ys = []
        for x in xs:
            state, y = step(state, x)
            ys.append(y)
        return state, ys

    While a function is traced, by `compile` or `jit`, the step is called once and becomes one
    instruction of the tape, however many steps there are. Its derivatives are such loops too. The
    reverse sweep needs the state before each step: of T steps, T numbers for each number of the
    state, of 8 bytes, for a point or for each row that is computed at a time; a sum over rows keeps
    as many for each adjoint of a layer. Where the states are more than `most_stored`, it stores
    every √T-th state and computes the states between them again.

    What belongs to a step should be computed in the step: outside of the loop, each of T numbers is
    an instruction. A sum over the steps is a number in the state, or `total` of all ys.

    Args:
        step: a function of a state and an x that returns the next state, in the same form, and a y:
            each of them numbers or comparisons, lists or tuples of these (also nested), or an
            array of numbers. y may be None. It must not branch on a Value: `autograd.where`
            chooses. Nor may it change what is outside of it, since it is called once: a counter is
            a number of the state.
        state: the state before the first step; () of no numbers.
        xs: a list, a tuple or an array with an x for each step; without it, x is None. Of several
            arrays these are `list(zip(a, b))`, from the last x to the first `xs[::-1]`.
        length: the number of steps, where there are no xs.
        most_stored: the largest number of numbers in states that a reverse sweep stores, for a
            point or a row, unless √T of T states are more; 2**20 are 8 MB.

    Returns:
        The last state and a list of the ys: one array where they are arrays, or numbers and xs is
        an array; None where they are None.

    Raises:
        TypeError: for a step that changes the form of the state.
        ValueError: for neither xs nor length, for no steps, and for a length other than that of xs.

    >>> from autograd import jit, scan, value_and_grad
    >>> scan(lambda s, x: (0.5 * s + x, s), 0.0, [1.0, 2.0, 3.0])
    (4.25, [0.0, 1.0, 2.5])
    >>> decay = jit(value_and_grad(lambda r: scan(lambda s, _: (r * s, None), 1.0, length=10)[0]))
    >>> decay(0.5) == (0.5**10, 10 * 0.5**9)
    True
    """
    function_of(step, "scan", "a function of a state and an x as step")
    items = steps_of(xs, length)
    if not isinstance(most_stored, numbers.Integral) or isinstance(most_stored, bool):
        raise wrong("scan", "a whole number as most_stored", most_stored)
    if state is None:
        raise wrong("scan", f"{ACCEPTED}, as state", state, "() is a state of no numbers")
    numbers_before, form = flatten(state, "scan")
    for x in numbers_before:
        lift(x, "scan")  # raises for what is no number
    if modes.active and modes.tracing():
        found = traced(step, numbers_before, form, items, is_array(xs), int(most_stored))
        if found is not None:
            return found
    ys = []
    for i, x in enumerate(items):
        state, y = results_of(called(step, (state, x)), form, f"in step {i}")
        ys.append(y)
    for x in flatten(state, "scan")[0]:
        lift(x, "scan")
    return state, gathered(ys, is_array(xs))


def steps_of(xs: Any, length: Any) -> Sequence[Any]:
    """The x of each step."""
    if length is not None and (
        not isinstance(length, numbers.Integral) or isinstance(length, bool) or length < 1
    ):
        error = ValueError if isinstance(length, numbers.Integral) else TypeError
        raise error(f"scan: expected a number of steps of at least 1 as length, got {length!r:.60}")
    if xs is None:
        if length is None:
            raise ValueError(f"scan: expected xs or length, got neither; {CALL}")
        return [None] * int(length)
    if not isinstance(xs, (list, tuple)) and not (is_array(xs) and xs.ndim):
        raise wrong("scan", "a list, a tuple or an array as xs", xs, advice_for(xs))
    if not len(xs):
        raise ValueError("scan: expected at least one x, got none")
    if length is not None and length != len(xs):
        raise ValueError(f"scan: expected length to be that of xs, {len(xs)}, got {length}")
    found: Sequence[Any] = in_64_bits(xs) if is_array(xs) else xs
    return found


def advice_for(xs: Any) -> str:
    """What makes xs of something that has items."""
    if isinstance(xs, Iterator | range):
        return "list(xs) makes a list of it"
    if hasattr(xs, "__array__") and not is_array(xs):
        return "numpy.asarray(xs) makes an array of it"
    return CALL


def in_64_bits(xs: Any) -> Any:
    """An array in the precision of compiled steps: narrower numbers would be rounded differently,
    or overflow, in a step that is run as it is.
    """
    import numpy as np

    if xs.dtype.kind not in "fiu":
        return xs
    wider = np.float64 if xs.dtype.kind == "f" else np.promote_types(xs.dtype, np.int64)
    return xs.astype(wider, copy=False)


def results_of(found: Any, form: Form, where: str) -> tuple[Any, Any]:
    """The next state and the y that a step gave.

    form: that of the state before the step.
    """
    if not isinstance(found, (tuple, list)) or len(found) != 2:
        raise wrong("scan", "a step that gives (state, y)", found, "y may be None")
    state, y = found
    if state is None:
        raise wrong("scan", "a state from the step", state, "y, the second, may be None")
    after = flatten(state, "scan")[1]
    if not same(form, after):
        raise TypeError(
            f"scan: expected a step that gives the state in the form it takes, {described(form)}; "
            f"got {described(after)} {where}"
        )
    return state, y


def same(form: Form, other: Form) -> bool:
    """Whether two forms are equal."""
    if isinstance(form, Nested) and isinstance(other, Nested):
        alike = form.kind is other.kind and len(form.parts) == len(other.parts)
        return alike and all(map(same, form.parts, other.parts))
    return type(form) is type(other) and form.shape == other.shape


def described(form: Form) -> str:
    """A form in words.

    >>> described(flatten([1.0, (2.0, 3.0)], "")[1]), described(NUMBER)
    ('a list of (a number, a tuple of 2 numbers)', 'a number')
    """
    if isinstance(form, Array):
        return f"an array of shape {form.shape}"
    if isinstance(form, Nested):
        if form.flat:
            return f"a {form.kind.__name__} of {form.size} number{'s' * (form.size != 1)}"
        return f"a {form.kind.__name__} of ({', '.join(map(described, form.parts))})"
    return "a number"


def gathered(ys: list[Any], as_array: bool) -> Any:
    """The ys of all steps: a list, or an array where they are arrays or numbers of an array."""
    if all([y is None for y in ys]):
        return None
    found = [flatten(y, "scan", f"{ACCEPTED}, or None, as y") for y in ys]
    form = the_form("ys", [form for _, form in found])
    return arranged([x for items, _ in found for x in items], form, len(ys), as_array)


def the_form(what: str, forms: Sequence[Form]) -> Form:
    """The form of all steps.

    Raises:
        TypeError: if they have several.
    """
    for i, form in enumerate(forms):
        if not same(forms[0], form):
            raise TypeError(
                f"scan: expected {what} of one form, got {described(forms[0])} in step 0 and "
                f"{described(form)} in step {i}"
            )
    return forms[0]


def arranged(items: list[Any], form: Form, length: int, as_array: bool) -> Any:
    """The ys of all steps from their numbers, step by step."""
    for x in items:
        lift(x, "scan")
    if isinstance(form, Array) or (form is NUMBER and as_array):
        return array_of(items, (length, *form.shape))
    size = form.size
    return [form.build(items[i * size : (i + 1) * size]) for i in range(length)]


def traced(
    step: Callable[[Any, Any], Any],
    state: Sequence[Any],
    form: Form,
    items: Any,
    as_array: bool,
    most_stored: int,
) -> Any:
    """The last state and the ys as nodes of a loop; None where it computes with numbers only."""
    missing = [x is None for x in items]
    if any(missing) and not all(missing):
        raise wrong("scan", f"{ACCEPTED}, as each x", None, f"in step {missing.index(True)}")
    if as_array and items.dtype.kind == "b":
        items = items.astype(float) if items.ndim > 1 else items.tolist()
    xs = [([], NUMBER) if x is None else flatten(x, "scan") for x in items]
    x_form = the_form("xs", [form for _, form in xs])
    columns = [*zip(*[numbers for numbers, _ in xs], strict=True)]
    booleans = {i for i in outside_of_arrays(form) if is_boolean(state[i])}
    alone = outside_of_arrays(x_form) if columns else []
    are_boolean = {i for i in alone if all(map(is_boolean, columns[i]))}
    y_form: list[Form | None] = []
    boolean_ys: list[bool] = []

    def flat(
        state_inputs: Sequence[Value], x_inputs: Sequence[Value]
    ) -> tuple[list[Any], list[Any]]:
        x = None if items[0] is None else x_form.build(as_booleans(x_inputs, are_boolean))
        try:
            found = called(step, (form.build(as_booleans(state_inputs, booleans)), x))
        except (TypeError, IndexError) as error:
            if "Input" in str(error) or "valid indices" in str(error):  # as in data[x]
                error.add_note(
                    "scan: while a function is traced, x is a Value with no number, also where xs "
                    "are whole numbers: put what it would pick into xs, as in "
                    "scan(step, state, list(zip(a, b)))"
                )
            raise
        after, y = results_of(found, form, "while traced")
        ys, own = ([], None) if y is None else flatten(y, "scan", f"{ACCEPTED}, or None, as y")
        states = flatten(after, "scan")[0]
        numbers = {i for i in booleans if not is_boolean(states[i])}
        if numbers:  # True or False in the place of 1 or 0
            booleans.difference_update(numbers)
            return flat(state_inputs, x_inputs)
        y_form.append(own)
        boolean_ys.extend(map(is_boolean, ys))
        return states, ys

    loop: Traced = trace_step(flat, [lift(x, "scan") for x in state], columns, len(items))
    if all([node.op is CONSTANT for node in sources_of(loop.given)]):
        return None
    finals, ys = loop.results(most_stored)
    (own,) = y_form
    last = form.build(as_booleans(finals, booleans))
    if own is None:
        return last, None
    if own is not NUMBER or not as_array:  # an array has numbers
        places = [i for i in outside_of_arrays(own) if boolean_ys[i]]
        ys = as_booleans(ys, {t + i for i in places for t in range(0, len(ys), own.size)})
    return last, arranged(ys, own, len(items), as_array)


def is_boolean(x: Any) -> bool:
    return isinstance(x, (bool, Condition))


def as_booleans(xs: Sequence[Value], places: Collection[int]) -> list[Any]:
    """Numbers of a loop, 1 or 0 in some places, as comparisons there."""
    return [x > 0.5 if i in places else x for i, x in enumerate(xs)]


def outside_of_arrays(form: Form) -> list[int]:
    """The places of numbers that are in no array, which could have no comparisons in it."""
    if isinstance(form, Nested):
        pairs = zip(form.parts, form.slices, strict=True)
        return [part.start + i for one, part in pairs for i in outside_of_arrays(one)]
    return [] if isinstance(form, Array) else [0]


def sources_of(given: Sequence[Value]) -> list[Value]:
    """The leaves that some nodes depend on."""
    return [node for node in topological_order(*given) if not node.parents]

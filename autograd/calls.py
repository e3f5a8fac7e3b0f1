"""One call of a function that a transform differentiates: its arguments, inputs and outputs."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, TypeAlias

from .arguments import is_value, wrong
from .cached import cached_property
from .conditions import Decided, branches
from .gradients import between_gradients
from .graph import dependents, topological_order
from .numpy_calls import called
from .reads import warn, warn_of_memory, watched
from .recording import lift
from .structures import ACCEPTED, NUMBER, Form, Nested, flatten
from .value import Value

Function = Callable[..., Any]
Argnums: TypeAlias = int | Sequence[int] | None
# For each running call, the innermost first: the nodes that calls inside it have visited, and
# whether they depend on a Value that is not a constant. None of them depends on a later input.
_running: ContextVar[tuple[dict[Value, bool], ...]] = ContextVar("running", default=())
running = _running.get  # those of this thread or task; empty outside of all calls
inputs: set[Value] = set()  # of the calls that are running in all threads
GIVE_NUMBERS = ("grad", "value_and_grad", "jacobian", "hessian")  # unless an argument is a Value


class Spent(tuple[float, ...]):
    """The local derivatives of a number that was an argument of a finished call: none, as for any
    number.

    A later call that reaches this number is an error of the caller: see `reads.warn_of_memory`.
    """

    __slots__ = ()


SPENT = Spent()


class Known(set[Value]):
    """Nodes that a traversal skips: its own, and those that the enclosing calls visited before.

    Args:
        nodes: the first ones; again: those that are traversed although they were visited.
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


class Arguments:
    """The arguments of a call of f, and which of them it is differentiated by.

    Attributes:
        argnums: the index of one, a sequence of several, or None for all.
        named: those by keyword, which are passed to f unchanged.
        alone: whether there is a single argument, so that derivatives are not a tuple of one.
        numbers: all numbers in them, and their form: that of the one argument, or of a tuple.
    """

    def __init__(
        self,
        args: Sequence[Any],
        argnums: Argnums,
        name: str,
        named: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        if not args:
            raise TypeError(
                f"{name}: expected at least one argument by position, got none; those by name are "
                "passed on and not differentiated"
            )
        self.args, self.named = args, named
        self.places = range(len(args)) if argnums is None else places_of(argnums, len(args), name)
        self.alone = len(args) == 1 if argnums is None else isinstance(argnums, numbers.Integral)
        self.forms: list[Form]
        if argnums is None and {*map(type, args)} == {float}:  # as most are
            self.numbers, self.forms = list(args), [NUMBER] * len(args)
        else:
            found = [flatten(args[place], name) for place in self.places]
            self.numbers = [x for items, _ in found for x in items]
            self.forms = [form for _, form in found]
        self.form = self.forms[0] if self.alone else Nested(tuple, self.forms)
        self.plain = argnums is None and self.forms.count(NUMBER) == len(self.forms)

    def filled(self, inputs: Sequence[Any]) -> list[Any]:
        """The arguments with other numbers in place of those that f is differentiated by."""
        if self.plain:
            return list(inputs)
        parts = self.form.build(inputs)
        found = list(self.args)
        for place, part in zip(self.places, [parts] if self.alone else parts, strict=True):
            found[place] = part
        return found

    def rows(self, outputs: Form, rows: Sequence[tuple[Any, ...]]) -> Any:
        """Derivatives of outputs, a row for each: of plain numbers as rows, else in their forms."""
        return list(rows) if self.plain else outputs.around(self.form, rows)


def places_of(argnums: int | Sequence[int], count: int, name: str) -> Sequence[int]:
    """The indices of the arguments with respect to which f is differentiated."""
    given = (argnums,) if isinstance(argnums, numbers.Integral) else tuple(argnums)  # type: ignore[arg-type]
    found = tuple([int(place) + count if place < 0 else int(place) for place in given])
    if not all([place in range(count) for place in found]) or len({*found}) < len(found):
        raise ValueError(
            f"{name}: expected argnums to be different indices of the {count} arguments, "
            f"got {argnums!r:.60}"
        )
    return found


def checked_argnums(argnums: Any, name: str) -> Argnums:
    """Argnums, None, an index or some; TypeError for anything else."""
    whole = [isinstance(place, numbers.Integral) for place in several_of(argnums)]
    if argnums is not None and (not whole or not all(whole)):
        raise wrong(
            name, "the index of an argument, or a tuple of them, as argnums", argnums, "argnums=0"
        )
    return tuple(argnums) if isinstance(argnums, list) else argnums


def several_of(x: Any) -> Sequence[Any]:
    return x if isinstance(x, (list, tuple)) else (x,)


class Call:
    """One call of f: its inputs and outputs as Values, and whether results stay Values.

    The traversal stops at the inputs. The ancestors of a Value from outside are traversed once in
    an outermost call, by however many inner calls it is used.
    """

    form: Form

    def __init__(self, f: Function, arguments: Arguments, name: str) -> None:
        # Each number passes through a node of this call's own: a Value's other uses inside f,
        # from a closure, are not what this call differentiates.
        given = [lift(x, name) for x in arguments.numbers]
        self.inputs = [+x for x in given]
        around = _running.get()
        token = _running.set((dict.fromkeys(self.inputs, True), *around))
        inputs.update(self.inputs)
        try:
            with watched() as reads:
                earlier = len(reads)
                y = called(f, arguments.filled(self.inputs), arguments.named)
        finally:
            _running.reset(token)
            inputs.difference_update(self.inputs)
        if isinstance(y, Value):  # as of most functions
            self.outputs, self.form = [y], NUMBER
        else:
            outputs, self.form = flatten(y, name, f"a function of {ACCEPTED}")
            self.outputs = [lift(output, name) for output in outputs]
        self.given, self.around = given, around
        self.order = topological_order(*self.outputs, seen=self.passed_over())
        self.keep = any(map(is_value, arguments.numbers)) or self.uses_outside(given, around)
        if len(reads) > earlier:
            warn(name, self.inputs, set(self.order), reads[earlier:])
        if name in GIVE_NUMBERS and not self.keep:
            for x in given:
                x.local_derivatives = SPENT

    def passed_over(self, again: Iterable[Value] = ()) -> set[Value]:
        """The nodes at which a traversal from the outputs stops."""
        return Known(self.given, self.around, set(again)) if self.around else set(self.given)

    def uses_outside(self, given: Sequence[Value], around: tuple[dict[Value, bool], ...]) -> bool:
        """Whether an output depends on a Value from outside that is not a constant.

        In a thread that f started, only `inputs` has the inputs of the enclosing calls.
        """
        if not around:
            nodes = self.order  # `outer` of each, inlined: it is rarely true for one
            found = [
                x.local_derivatives is SPENT or x.op is None if not x.parents else x in inputs
                for x in nodes
            ]
            return any(found) and any([outer(x) for x in nodes])
        met = {x: x.op is None or bool(x.parents) for x in given}
        known = met, *around
        for node in self.order:
            met[node] = (
                any([_first(known, parent) for parent in node.parents])
                if node.parents and node not in inputs
                else outer(node)
            )
        around[0].update(met)
        return any([_first(known, y) for y in self.outputs])

    @cached_property
    def between(self) -> list[Value]:
        """The inputs and the nodes that depend on them; of a choice in both branches."""
        order = self.order
        if any([isinstance(node, Decided) for node in order]):
            order = topological_order(
                *self.outputs, seen=self.passed_over(order), operands=branches
            )
        return dependents(order, set(self.inputs), branches)

    @cached_property
    def boundary(self) -> set[Value]:
        """The parents of these nodes that do not depend on the inputs."""
        between = set(self.between)
        return {parent for node in between for parent in branches(node) if parent not in between}

    def single(self, name: str) -> Value:
        """The one output of a function that may have only one."""
        if self.form is not NUMBER:
            raise TypeError(
                f"{name}: expected a function of one value, got a sequence of "
                f"{len(self.outputs)}; jacobian takes several"
            )
        return self.outputs[0]

    def gradients(self, y: Value, seed: Any = 1.0, factors: Sequence[Any] = ()) -> tuple[Any, ...]:
        """The derivatives of y with respect to the inputs.

        Args:
            factors: Values from outside in y that are not ancestors of an output.
        """
        keep = self.keep or isinstance(seed, Value)
        if self.form is NUMBER and y is self.outputs[0]:
            return between_gradients(y, self.between, self.inputs, keep, seed)
        beyond = {*self.boundary, *[x for x in factors if isinstance(x, Value)]}
        order = topological_order(y, seen=beyond, operands=branches)
        between = dependents(order, set(self.inputs), branches)
        return between_gradients(y, between, self.inputs, keep, seed)

    def slopes(self, name: str) -> tuple[Value, ...]:
        """The derivatives of the one output as Values."""
        return between_gradients(self.single(name), self.between, self.inputs, True, 1.0)

    def values(self, ys: Sequence[Value]) -> Any:
        """Numbers for the outputs, as the caller gets them."""
        return self.form.build([y if self.keep else y._number for y in ys])


def outer(node: Value) -> bool:
    """Whether an outer derivative may be with respect to this node: a leaf, or an input of a
    running call.
    """
    if node.parents:
        return node in inputs
    if node.local_derivatives is SPENT:
        warn_of_memory()
    return node.op is None or node in inputs


def _first(tables: Iterable[dict[Value, bool]], node: Value) -> bool:
    """The entry of the node in the first table that has one."""
    return next(table[node] for table in tables if node in table)

"""no_grad, enable_grad and anomaly: modes of recording and of checks.

A mode applies to the thread or the task that entered it. Modes may be left in any order, as by
generators: the innermost open one applies. `active` holds the open entries of all threads and
tasks: recording a node checks only whether it is empty.
"""

from __future__ import annotations

import inspect as inspection
import math
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import wraps
from types import TracebackType
from typing import Any, TypeVar

from .callers import user_line
from .graph import topological_order
from .ops import CONSTANT

Function = TypeVar("Function", bound=Callable[..., Any])


class Entry:
    """An entered mode: its settings, while it is open."""

    __slots__ = ("changes", "mode", "open")

    def __init__(self, mode: Mode, changes: Mapping[str, Any]) -> None:
        self.mode, self.changes, self.open = mode, changes, True


active: set[Entry] = set()
inputs: set[Any] = set()  # leaves of the functions being traced, in all threads
Input: Any = None  # the class of these, from traced_inputs.py
_entries: ContextVar[tuple[Entry, ...]] = ContextVar("entries", default=())


def innermost(name: str, default: Any) -> Any:
    """The setting of `name` in the innermost open mode that has one."""
    for entry in reversed(_entries.get()):
        if entry.open and name in entry.changes:
            return entry.changes[name]
    return default


def recording() -> bool:
    """Whether new nodes record their parents."""
    return bool(innermost("recording", True))


def tracing(*nodes: Any) -> bool:
    """Whether a function is being traced: comparisons are symbolic and numbers must not be read.

    Args:
        nodes: the nodes that are compared or read. The inputs of a traced function are NaN, by
            which tracing is detected in a thread started by the function, too.
    """
    if innermost("tracing", False):
        return True
    unknown = [node for node in nodes if math.isnan(node._number)] if inputs else []
    return bool(unknown) and not inputs.isdisjoint(topological_order(*unknown))


class Mode:
    """A context manager, and a decorator of functions, generators and async functions.

    Args:
        changes: its settings, each as a function that returns the setting when the mode is entered.
    """

    def __init__(self, **changes: Callable[[], Any]) -> None:
        self._changes = changes
        self._stays: list[Entry] = []

    def __enter__(self) -> None:
        entry = Entry(self, {name: setting() for name, setting in self._changes.items()})
        self._stays.append(entry)
        active.add(entry)
        _entries.set((*[one for one in _entries.get() if one.open], entry))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        here = [entry for entry in _entries.get() if entry.mode is self and entry.open]
        # A generator may be closed in another thread or task than the one that started it.
        entry = here[-1] if here else self._stays[-1]
        entry.open = False
        self._stays.remove(entry)
        active.discard(entry)
        _entries.set(tuple([one for one in _entries.get() if one.open]))

    def __call__(self, function: Function) -> Function:
        """The function in this mode; a generator is in it at each of its steps."""
        is_async = inspection.isasyncgenfunction(function)
        if is_async or inspection.isgeneratorfunction(function):
            steps: Callable[[Any], Any] = self._async_steps if is_async else self._steps

            @wraps(function)
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                return steps(function(*args, **kwargs))

        elif inspection.iscoroutinefunction(function):

            @wraps(function)
            async def wrapper(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return await function(*args, **kwargs)

        else:

            @wraps(function)
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return function(*args, **kwargs)

        return wrapper  # type: ignore[return-value]  # it has the signature of the function

    def _steps(self, generator: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        step: Callable[[Any], Any] = generator.send
        given: Any = None
        while True:
            with self:
                try:
                    item = step(given)
                except StopIteration as end:
                    return end.value
            try:
                step, given = generator.send, (yield item)
            except GeneratorExit:
                with self:
                    generator.close()
                raise
            except BaseException as error:
                step, given = generator.throw, error

    async def _async_steps(self, generator: AsyncGenerator[Any, Any]) -> AsyncGenerator[Any, Any]:
        step: Callable[[Any], Any] = generator.asend
        given: Any = None
        while True:
            with self:
                try:
                    item = await step(given)
                except StopAsyncIteration:
                    return
            try:
                step, given = generator.asend, (yield item)
            except GeneratorExit:
                with self:
                    await generator.aclose()
                raise
            except BaseException as error:
                step, given = generator.athrow, error


def no_grad() -> Mode:
    """Compute without recording: results are leaves.

    Derivatives of functions (`grad` and its relatives) and `nn.train` enable recording for
    themselves, as PyTorch's functional transforms do. Also a decorator, `@no_grad()`.

    >>> from autograd import Value, no_grad
    >>> x = Value(2.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.parents
    (4.0, ())
    """
    return Mode(recording=lambda: False)


def enable_grad() -> Mode:
    """Compute with recording, also inside `no_grad`; also a decorator, `@enable_grad()`.

    >>> from autograd import Value, enable_grad, no_grad
    >>> x = Value(2.0)
    >>> with no_grad(), enable_grad():
    ...     y = x * x
    >>> len(y.parents)
    2
    """
    return Mode(recording=lambda: True)


def anomaly() -> Mode:
    """Raise FloatingPointError at the first NaN or infinity, with the place where it was computed.

    In the forward pass the error names the operation, its label and operands, and the file and line
    that computed it; in a sweep (backward, gradients) also the operand whose derivative it is. Also
    a decorator, `@anomaly()`.

    >>> from autograd import Value, anomaly, log
    >>> with anomaly():
    ...     log(Value(0.0, label="p"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FloatingPointError: log(p = 0.0) is -inf, ...
    """
    return Mode(origins=dict)  # where each node was computed


@contextmanager
def traced(leaves: Sequence[Any] = ()) -> Iterator[None]:
    """Make comparisons symbolic and refuse reads of numbers, for a function of these leaves."""
    inputs.update(leaves)
    try:
        with Mode(tracing=lambda: True, recording=lambda: True, origins=lambda: None):
            yield
    finally:
        inputs.difference_update(leaves)


def unchecked() -> AbstractContextManager[None]:
    """Suspend `anomaly` for numbers that are not used: the slope in the exponent of x**2 at -1 is
    NaN.
    """
    return Mode(origins=lambda: None) if active else nullcontext()


def inspect(node: Any) -> Any:
    """Apply the open modes to a new node, and return it."""
    if (origins := innermost("origins", None)) is not None:
        origins[node] = f"computed in {user_line()}"
        if not math.isfinite(node.data):
            raise FloatingPointError(f"{described(node)} is {node.data}, {origins[node]}")
    if not recording():
        if tracing():
            raise TypeError(
                f"no_grad was entered while a function is traced, in {user_line()}: its results "
                "would stay what they are now; use value.detach()"
            )
        node.parents = node.local_derivatives = ()
        node.op = None
        if hasattr(node, "operands"):  # of a decision
            node.operands = ()
    elif inputs and type(node) is not Input and tracing():
        kinds = {type(parent) for parent in node.parents if parent.op is not CONSTANT}
        if kinds == {Input}:
            node.__class__ = Input  # a number, if the function is called with numbers
    return node


def inspect_sweep(order: Sequence[Any], seed: float) -> None:
    """Raise at the first adjoint that is not finite, if anomaly() is on in this thread or task."""
    origins = innermost("origins", None)
    if origins is None:
        return
    adjoints = {order[-1]: seed}
    for node in reversed(order):
        adjoint = adjoints.get(node, 0.0)
        slots = zip(node.parents, node.local_derivatives, strict=True)
        for slot, (parent, local_derivative) in enumerate(slots):
            # The slot of a constant is ignored: that of the exponent in x**2 is NaN at -1.
            if parent.op is not CONSTANT:
                adjoints[parent] = adjoints.get(parent, 0.0) + local_derivative * adjoint
                if not math.isfinite(adjoints[parent]):
                    raise FloatingPointError(
                        f"the gradient of {named(parent)}, operand {slot} of {described(node)}, is "
                        f"{adjoints[parent]}: local derivative {local_derivative} times adjoint "
                        f"{adjoint}, {origins.get(node, 'computed outside anomaly()')}"
                    )


def refuse_numbers(
    what: str, advice: str = "use gradients(y, xs, create_graph=True) or grad(f)"
) -> None:
    """TypeError while a function is traced: numbers read then would be constants of the tape."""
    if tracing():
        raise TypeError(
            f"{what} gives numbers, which would stay what they are now: a function is traced, in "
            f"{user_line()}; {advice}"
        )


def frozen(what: str) -> TypeError:
    """The error for a read of a number while a function is traced."""
    return TypeError(
        f"{what} while its function is traced, in {user_line()}: it would stay what it is now; "
        "compute with the Value, or choose with autograd.where(condition, a, b)"
    )


def named(node: Any) -> str:
    """A node for errors: `p = 0.0` or `0.0`."""
    return f"{node._number!r}" if node.label is None else f"{node.label} = {node._number!r}"


def described(node: Any) -> str:
    """A node with its operation, for errors: `'y' = log(p = 0.0)`."""
    operands = ", ".join([named(parent) for parent in node.parents])
    call = f"{node.op.name}({operands})"
    return call if node.label is None else f"{node.label!r} = {call}"

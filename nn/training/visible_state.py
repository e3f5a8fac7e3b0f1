"""The state of a model or a loss between calls, as far as it is visible in Python.

A compiled engine calls them a few times only, so that their state becomes a constant.
"""

from __future__ import annotations

import functools
import random
import sys
import types
from collections import deque
from collections.abc import Callable, Collection, Iterator
from typing import Any

from autograd import Value

from .task import Task

OURS = ("autograd", "nn")  # which have no state in globals; other libraries should not either
PLAIN = (bool, int, float, complex, str, bytes, type(None))
CLOSED = (type, types.ModuleType, types.BuiltinFunctionType, *PLAIN)
MOST = 100_000  # objects that are inspected; a user's table may be larger


class VisibleState:
    """The present state of objects, for a comparison with a later state, and for restoring it.

    It consists of attributes, items of containers, variables of closures and the globals that a
    function names, attributes of classes, numbers of Values and of arrays, and the states of random
    generators. Files, clocks, iterators and hidden state of other libraries are not included.

    Args:
        things: the objects where the search begins.
        moving: Values that may change, and the nodes computed from them: the parameters that the
            optimizer updates.
        shared: whether to include the random generators of modules.
    """

    def __init__(
        self, things: Collection[Any], moving: Collection[Value] = (), shared: bool = True
    ) -> None:
        self.tokens: list[Any] = []
        self.undo: list[Callable[[], Any]] = []
        self.moving = set(map(id, moving))
        self.kept: list[Any] = []  # so that no id is used again
        waiting = deque([*(generators() if shared else ()), *things])
        seen: set[int] = set()
        while waiting and len(self.tokens) < MOST:
            thing = waiting.popleft()
            if isinstance(thing, PLAIN):
                self.tokens.append((type(thing), thing))
            elif id(thing) not in seen:
                seen.add(id(thing))
                self.kept.append(thing)
                waiting.extend(self.parts(thing))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VisibleState) and self.tokens == other.tokens

    __hash__ = None  # type: ignore[assignment]  # it compares by content

    def restore(self) -> None:
        """Restore the state."""
        for undo in self.undo:
            undo()

    def parts(self, thing: Any) -> Iterator[Any]:
        """Record an object that is not a plain value, and return its parts."""
        self.tokens.append(type(thing))
        if isinstance(thing, Value):
            self.note_value(thing)
        elif isinstance(thing, random.Random):
            self.note(thing.getstate(), thing.setstate)
        elif hasattr(thing, "bit_generator"):  # of NumPy
            state = thing.bit_generator.state
            self.note(shown(state), lambda _: setattr(thing.bit_generator, "state", state))
        elif hasattr(thing, "get_state") and hasattr(thing, "set_state"):  # of NumPy, the old ones
            state = thing.get_state()
            self.note(shown(state), lambda _: thing.set_state(state))
        elif hasattr(thing, "tobytes") and hasattr(thing, "nbytes") and thing.nbytes < MOST:
            copy = thing.copy() if hasattr(thing, "copy") else thing[:]
            self.note(thing.tobytes(), lambda _: thing.__setitem__(slice(None), copy))
        elif isinstance(thing, (set, frozenset)):
            self.note(frozenset(thing), lambda items: refill(thing, items))
        elif isinstance(thing, (list, tuple, dict, deque)):
            yield from self.items_of(thing)
        elif not isinstance(thing, CLOSED):
            yield from self.inside(thing)

    def note(self, state: Any, set_to: Callable[[Any], Any]) -> None:
        """Record a state, and the function that restores it."""
        self.tokens.append(state)
        self.undo.append(lambda: set_to(state))

    def note_value(self, value: Value) -> None:
        """Record the number of a Value, unless it may change."""
        if id(value) not in self.moving and (value.op is None or not self.moving):
            number = value.data
            self.tokens.append(number)
            if value.op is None:
                self.undo.append(lambda: setattr(value, "data", number))

    def items_of(self, thing: Any) -> Iterator[Any]:
        """The items of a container, or the values of a dict, whose keys are recorded."""
        if len(thing) > MOST:
            return
        self.tokens.append(len(thing))
        if isinstance(thing, dict):
            items = dict(thing)
            self.tokens.append([key if isinstance(key, PLAIN) else id(key) for key in items])
            self.undo.append(lambda: refill(thing, items))
            yield from items.values()
        else:
            copy = list(thing)
            if not isinstance(thing, tuple):
                self.undo.append(lambda: refill(thing, copy))
            yield from copy

    def inside(self, thing: Any) -> Iterator[Any]:
        """The parts of a function, a method or another object."""
        if isinstance(thing, types.FunctionType):
            if not of_library(thing.__module__):
                yield from self.globals_of(thing)
            for cell in thing.__closure__ or ():
                yield from self.variable(cell, "cell_contents")
            yield thing.__defaults__
            yield thing.__kwdefaults__
        elif isinstance(thing, types.MethodType):
            yield thing.__self__
            yield thing.__func__
        elif isinstance(thing, functools.partial):
            yield from (thing.func, thing.args, thing.keywords)
        else:
            yield getattr(thing, "__dict__", None)
            for kind in type(thing).__mro__:
                if not of_library(kind.__module__):
                    yield from self.attributes_of(kind)

    def attributes_of(self, kind: type) -> Iterator[Any]:
        """The attributes of a class, and the parts of its methods."""
        for name, attribute in vars(kind).items():
            if isinstance(attribute, types.FunctionType):
                yield attribute
            elif not name.startswith("__") and not hasattr(attribute, "__get__"):
                yield from self.variable(kind, name)

    def globals_of(self, function: types.FunctionType) -> Iterator[Any]:
        """The globals that a function refers to."""
        for name in names_in(function.__code__):
            if name in function.__globals__:
                found = function.__globals__[name]
                yield found
                if isinstance(found, PLAIN):
                    named = function.__globals__
                    self.undo.append(functools.partial(named.__setitem__, name, found))

    def variable(self, owner: Any, name: str) -> Iterator[Any]:
        """A variable that may be set to something else."""
        try:
            found = getattr(owner, name)
        except ValueError:  # a cell that is empty
            return
        yield found

        def undo() -> None:
            if getattr(owner, name) is not found:  # setting an attribute of a class slows it down
                setattr(owner, name, found)

        self.undo.append(undo)


def kept_by(task: Task) -> VisibleState:
    """The state of the model and the loss of a training, without the trained parameters."""
    return VisibleState([task.model, task.loss], task.optimizer.parameters, shared=False)


def generators() -> list[Any]:
    """The random generators of modules."""
    numpy_random = sys.modules.get("numpy.random")
    shared = getattr(getattr(numpy_random, "mtrand", None), "_rand", None)
    bound: Any = random.seed  # a method of the one of `random`
    return [bound.__self__, *([] if shared is None else [shared])]


def shown(state: Any) -> Any:
    """A state as text; for arrays as bytes, which takes a hundredth of the time."""
    if isinstance(state, dict):
        return {name: shown(part) for name, part in state.items()}
    if isinstance(state, (list, tuple)):
        return [shown(part) for part in state]
    return state.tobytes() if hasattr(state, "tobytes") else repr(state)


def refill(container: Any, items: Any) -> None:
    """Restore the items of a container if they have changed."""
    now = container.items() if isinstance(container, dict) else container
    before = items.items() if isinstance(container, dict) else items
    if isinstance(container, frozenset) or [*map(identity, now)] == [*map(identity, before)]:
        return
    container.clear()
    if isinstance(container, (dict, set)):
        container.update(items)
    else:
        container.extend(items)


def identity(item: Any) -> Any:
    """The identity of an item, or of an item of a dict with its key."""
    return tuple(map(id, item)) if isinstance(item, tuple) else id(item)


def names_in(code: types.CodeType) -> Iterator[str]:
    """The global names in code, including those of functions defined in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from names_in(constant)


@functools.cache
def of_library(module: str | None) -> bool:
    """Whether a module is of this project, the standard library or an installed package."""
    top = str(module).partition(".")[0]
    file = getattr(sys.modules.get(top), "__file__", None) or ""
    return top in OURS or top in sys.stdlib_module_names or "site-packages" in file

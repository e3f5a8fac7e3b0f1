"""Recognition of stateless models and losses: those that consist of this package's parts."""

from __future__ import annotations

import functools
import types
from typing import Any

from autograd import Value

from ..activations import ACTIVATIONS
from ..layers import MLP, Layer, Neuron
from ..losses import OF_CLASSES, OF_NUMBERS
from ..module import Module, attributes_of
from ..objectives import half_squares, penalized
from ..schema import Schema

PLAIN = (bool, int, float, str, type(None))
FUNCTIONS = {*OF_CLASSES, *OF_NUMBERS, half_squares, penalized, *ACTIVATIONS.values()}


def methods_of(kind: type) -> dict[str, Any]:
    """The methods that a class defines."""
    return {name: f for name, f in vars(kind).items() if isinstance(f, types.FunctionType)}


METHODS = {kind: methods_of(kind) for kind in (MLP, Layer, Neuron, Module)}
NAMES = {name for methods in METHODS.values() for name in methods}


def are_known(*things: Any) -> bool:
    """Whether these consist of networks, losses, parameters and plain settings only.

    Then all code of a call is that of this package, and gives the same numbers in every call. A
    subclass, a user's function or a replaced method may have state.
    """
    if any([methods_of(kind) != methods for kind, methods in METHODS.items()]):
        return False
    waiting, seen = [*things], set()
    while waiting:
        thing = waiting.pop()
        kind = type(thing)
        if kind is Value:
            if thing.op is not None:
                return False
        elif kind in (list, tuple, functools.partial, *METHODS):
            if not NAMES.isdisjoint(getattr(thing, "__dict__", ())):
                return False
            if id(thing) not in seen:
                seen.add(id(thing))
                waiting.extend(parts_of(thing))
        elif isinstance(thing, types.FunctionType):
            if thing not in FUNCTIONS:
                return False
        elif kind not in (*PLAIN, Schema):
            return False
    return True


def keeps_models(callback: Any) -> bool:
    """Whether it is a callback of this package, which does not change models."""
    return type(callback).__module__.partition(".")[0] == __name__.partition(".")[0]


def parts_of(thing: Any) -> list[Any]:
    """The parts of a container, a partial application or a module."""
    if isinstance(thing, functools.partial):
        return [thing.func, *thing.args, *thing.keywords.values()]
    return [*attributes_of(thing).values()] if isinstance(thing, Module) else [*thing]

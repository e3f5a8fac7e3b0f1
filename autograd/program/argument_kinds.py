"""Kinds of arguments of a function at one point: for each there is code of its own."""

from __future__ import annotations

import numbers
from collections.abc import Hashable, Sequence
from typing import Any

from ..arguments import is_value, real, wrong
from ..structures import ACCEPTED, flatten, is_array

REAL = "fiub"  # kinds of NumPy's types: floats, whole numbers with and without sign, truths
ADVICE = "close over what is no number, as in jit(lambda x: f(x, option))"
_arrays: set[type] = set()  # NumPy's array type, after the first array; not its subclasses


def is_option(name: str, x: Any) -> bool:
    """Whether a keyword argument is an option of the function, and not a number to compute with.
    Integers and bools are options too: they count, index and decide.

    Raises:
        TypeError: for an option that is not hashable.
    """
    if is_value(x) or is_array(x) or isinstance(x, (list, tuple)):
        return False
    if isinstance(x, numbers.Real) and not isinstance(x, numbers.Integral):
        return False
    try:
        hash(x)
    except TypeError:
        raise wrong("jit", f"{ACCEPTED}, or a hashable option, as {name}", x, ADVICE) from None
    return True


def kinds_of(args: Sequence[Any]) -> Hashable:
    """The key of the form of the arguments; None if a Value is among them."""
    if len(args) == 1:
        return kind_of(args[0])
    kind = kind_of(args)
    return None if kind is None else (len(args), kind)


def kind_of(x: Any) -> Hashable:
    """The key of the form of an argument; None if it contains a Value. It is () for a number; else
    the type with the shape, or with the keys of the items.
    """
    kind = type(x)
    if kind in _arrays and x.dtype.kind in REAL:
        return kind, x.shape
    if kind is float:
        return ()
    if isinstance(x, (list, tuple)):
        if {*map(type, x)} == {float}:  # as most are
            return kind, len(x)
        kinds = [kind_of(item) for item in x]
        if None in kinds:
            return None
        return (kind, len(x)) if all([each == () for each in kinds]) else (kind, *kinds)
    if isinstance(x, numbers.Real):
        return ()
    if is_array(x):
        items = x.ravel().tolist()
        if any(map(is_value, items)):
            return None
        for item in items:
            real(item, "jit")
        import numpy as np

        if kind is np.ndarray:
            _arrays.add(kind)
        return (kind, x.shape) if x.ndim else ()
    if is_value(x):
        return None
    flatten(x, "jit")  # raises for objects that can be converted to an array, with that advice
    raise wrong("jit", ACCEPTED, x, ADVICE)

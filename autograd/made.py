"""Functions that other functions make, such as `grad(f)`, with a record of the call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import update_wrapper
from operator import attrgetter
from typing import Any


class Made:
    """A function that was made by calling another one, with which repr shows it.

    It pickles and copies as that call, so that what was made of what pickles does so too.

    Args:
        maker: a function that can be imported; arguments: what it was called with.
        function: what it made.
    """

    def __init__(
        self, maker: Callable[..., Any], arguments: Sequence[Any], function: Callable[..., Any]
    ) -> None:
        self._made_by, self._function = (maker, tuple(arguments)), function

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._function(*arguments, **named)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._made_by

    def __repr__(self) -> str:
        maker, arguments = self._made_by
        shown = [repr(one) if isinstance(one, Made) else named(one) for one in arguments]
        return f"{maker.__name__}({', '.join(shown)})"


def named(one: Any) -> str:
    return str(getattr(one, "__name__", repr(one)))


class Transformed(Made):
    """A function of the same arguments as the one it was made of, whose name and docstring it has.

    As a decorator it stands for that function: in a class it is a method, and it pickles by name.

    Args:
        arguments: the first one is that function.
    """

    __qualname__: str
    _found_by: tuple[Any, ...]

    def __init__(
        self, maker: Callable[..., Any], arguments: Sequence[Any], function: Callable[..., Any]
    ) -> None:
        update_wrapper(self, arguments[0], updated=())
        super().__init__(maker, arguments, function)

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """What is made of the method of an instance; of what is no method in a class, itself."""
        maker, (f, *others) = self._made_by
        bind = getattr(type(f), "__get__", None)
        if instance is None or bind is None:
            return self
        bound = maker(bind(f, instance, owner), *others)
        name = getattr(self, "__name__", "")
        if getattr(owner, name, None) is self:
            bound._found_by = getattr, (instance, name)  # as methods are pickled
        return bound

    def __reduce__(self) -> Any:
        if "_found_by" in vars(self):
            return self._found_by
        return self.__qualname__ if self._is_global() else super().__reduce__()

    def _is_global(self) -> bool:
        """Whether the name of its function stands for this one, as after decoration."""
        module = sys.modules.get(getattr(self, "__module__", None) or "")
        try:
            return attrgetter(self.__qualname__)(module) is self
        except AttributeError:  # the function is local, or what was decorated has no name
            return False

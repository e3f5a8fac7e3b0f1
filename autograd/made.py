"""Functions returned by other functions, such as `grad(f)`, with a record of the call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import update_wrapper
from operator import attrgetter
from typing import Any


class Made:
    """A function that was returned by another one; its repr is that call.

    It is pickled and copied as that call, so that it can be pickled if the arguments can.

    Args:
        maker: a function that can be imported; arguments: those of the call.
        function: the result of the call.
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
    """A function of the same arguments as the function it was made from, with its name and
    docstring.

    As a decorator it replaces that function: in a class it is a method, and it is pickled by name.

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
        """The bound method of an instance; the function itself if it is not a method of a class."""
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
        """Whether the name of its function refers to this object, as after decoration."""
        module = sys.modules.get(getattr(self, "__module__", None) or "")
        try:
            return attrgetter(self.__qualname__)(module) is self
        except AttributeError:  # the function is local, or the decorated object has no name
            return False

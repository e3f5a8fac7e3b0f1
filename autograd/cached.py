"""cached_property without a lock, which a fork could leave locked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class cached_property(Generic[T]):  # noqa: N801  as the one of functools
    """A property that is computed at its first use, and cached.

    That of functools holds a lock in Python 3.11, one for all objects, which a fork can leave
    locked. Here two threads may compute it at the same time; both get the cached result.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self.compute, self.name, self.__doc__ = compute, compute.__name__, compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> Self | T:
        if instance is None:
            return self
        found: T = vars(instance).setdefault(self.name, self.compute(instance))
        return found

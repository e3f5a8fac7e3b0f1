"""Input: a placeholder Value of a traced function, which can't be used as a key."""

from __future__ import annotations

import sys
from typing import Any

from . import modes
from .callers import is_ours, user_line
from .value import Value


class Input(Value):
    """An input of a traced function, or what is computed from inputs and numbers alone.

    When the function is called with numbers, these are numbers too: `x in {1.0, 2.0}` and
    `table.get(x)` look them up by hash, `names[f"{x:.0f}"]` by text. A Value has the hash and the
    text of an object, by which the wrong branch would be traced silently. Nodes that depend on a
    parameter are Values at every call, so they may be keys.
    """

    __slots__ = ()

    def __hash__(self) -> int:
        if modes.inputs:
            self._refuse("a key, in a set or a dict or of a cache,")
        return object.__hash__(self)

    def __eq__(self, other: object) -> Any:
        if modes.inputs and isinstance(other, Value) and other is not self:
            self._refuse("equal to another Value or not, by identity,")
        return super().__eq__(other)

    def __ne__(self, other: object) -> Any:
        if modes.inputs and isinstance(other, Value) and other is not self:
            self._refuse("equal to another Value or not, by identity,")
        return super().__ne__(other)

    def __str__(self) -> str:
        if modes.inputs:
            self._refuse("text")
        return repr(self)

    def __format__(self, spec: str) -> str:
        if modes.inputs:
            self._refuse("text")
        return super().__format__(spec)

    def _refuse(self, what: str) -> None:
        """TypeError, unless the caller belongs to this project."""
        if not is_ours(sys._getframe(2)):
            raise TypeError(
                f"a Value was used as {what} while its function is traced, in "
                f"{user_line()}: there is no number yet to look up; choose with "
                "autograd.where(condition, a, b)"
            )


modes.Input = Input  # for `modes.inspect`, since modes.py can't import this module

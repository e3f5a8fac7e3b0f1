"""Functions that other functions make, such as `grad(f)`, with a record of the call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


class Made:
    """A function that was made by calling another one, with which repr shows it.

    It pickles and copies as that call, so that what was made of what pickles does so too.

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
        shown = [getattr(one, "__name__", repr(one)) for one in arguments]
        return f"{maker.__name__}({', '.join(shown)})"

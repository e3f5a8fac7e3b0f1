"""updated: what an update rule makes of one parameter; on Values where floats raise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from autograd import Value
from autograd.arguments import real

State: TypeAlias = tuple[Any, ...]
Rule: TypeAlias = Callable[..., tuple[Any, State]]


def updated(
    rule: Rule, parameter: float, gradient: float, state: State, step: int, settings: dict[str, Any]
) -> tuple[float, State]:
    """The new number of a parameter, and its new state.

    As operations do, a rule runs on floats first. Where these raise, or leave the real numbers as
    (-8.0)**0.5 does, it runs again on Values, whose operations never do.

    Raises what the rule raises on floats, where Values don't help: math.sqrt takes none.
    """
    try:
        x, kept = rule(parameter, gradient, state, step, **settings)
        if not isinstance(x, complex):
            return (x if type(x) is float else real(x, "an update rule")), kept
        raised: Exception = ValueError(f"an update rule: expected a real number, got {x!r:.60}")
    except (ArithmeticError, ValueError) as error:
        raised = error
    given = on_values((parameter, gradient, state))
    # What divides by zero may be the number of the step, or a setting; a rule may choose by both.
    for count, others in (step, settings), on_values((step, settings)):
        try:
            x, kept = rule(*given, count, **others)
        except (ArithmeticError, ValueError, TypeError):
            continue
        return real(number_of(x), "an update rule"), tuple(map(number_of, kept))
    raise raised


def on_values(x: Any) -> Any:
    """x with Values in place of its numbers; truths and all else stay."""
    if isinstance(x, dict):
        return {name: on_values(setting) for name, setting in x.items()}
    if isinstance(x, (tuple, list)):
        return type(x)([on_values(part) for part in x])
    return Value(x) if isinstance(x, (int, float)) and not isinstance(x, bool) else x


def number_of(x: Any) -> Any:
    """The number of a Value; anything else as it is."""
    return x.data if isinstance(x, Value) else x

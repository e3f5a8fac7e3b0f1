"""Expressions such as `tanh(w*x + b)`: parsed by `ast`, built from allowed parts, never evaluated.

Allowed are names, numbers, + - * / ** %, lists as arguments, and calls of autograd's functions.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from . import functions
from .arguments import choices, normal
from .value import Value

LONGEST = 2_000  # characters
DEEPEST = 100  # levels of nesting

OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.Mod: operator.mod,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
# All but `where`, whose condition would need comparisons.
FUNCTIONS = {name: getattr(functions, name) for name in functions.__all__ if name != "where"}
FUNCTIONS["abs"] = operator.abs


class ExpressionError(ValueError):
    """An expression that can't be built; the message has the place and the reason."""


def build(text: str, numbers: Mapping[str, float]) -> tuple[list[Value], dict[str, Value]]:
    """The roots of an expression's graph (one, unless it is a list), and its leaves by name.

    Args:
        text: the expression, of at most 2,000 characters and 100 levels.
        numbers: the number of each name in the expression.

    Raises:
        ExpressionError: if it is not an expression, with the position.

    >>> [y], leaves = build("tanh(w*x + b)", {"w": 0.5, "x": 2.0, "b": -1.0})
    >>> y.data, list(leaves)
    (0.0, ['w', 'x', 'b'])
    """
    if len({normal(name) for name in numbers}) < len(numbers):
        raise ExpressionError(
            f"two names are equal after Unicode normalization: {', '.join(numbers)}"
        )
    numbers = {normal(name): number for name, number in numbers.items()}
    leaves: dict[str, Value] = {}
    order = parts(text, leaves)
    used = list(dict.fromkeys([part.id for part, _, _ in order if isinstance(part, ast.Name)]))
    missing = [name for name in used if name not in numbers]
    if missing:
        example = ",".join([f"{name}=1" for name in missing])
        raise ExpressionError(f"no number for {', '.join(missing)}: give --at {example}")
    for name in numbers:
        if name not in used:
            raise ExpressionError(f"{name!r} is not in the expression{choices(name, used)}")
    leaves.update({name: Value(numbers[name], name) for name in used})
    built: dict[ast.expr, Any] = {}
    for part, make, operands in order:
        try:
            built[part] = make(*[built[operand] for operand in operands])
        except (TypeError, ValueError) as error:
            raise ExpressionError(f"{shown(part, text)}: {error}") from error
    y = built[order[-1][0]]
    roots = y if isinstance(y, list) else [y]
    if not roots or not all([isinstance(root, Value) for root in roots]):
        raise ExpressionError(
            f"{text!r:.80}: expected an expression with a name, or a list of them"
        )
    return roots, leaves


def parsed(text: str) -> ast.expr:
    """The syntax tree of an expression."""
    if len(text) > LONGEST:
        raise ExpressionError(f"expected at most {LONGEST:,} characters, got {len(text):,}")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:  # ValueError: a NUL, in some versions of Python
        place, reason = getattr(error, "offset", "?"), getattr(error, "msg", error)
        raise ExpressionError(f"{text!r:.80}, character {place}: {reason}") from error
    except (MemoryError, RecursionError) as error:  # Python's parser gave up
        raise ExpressionError(f"{text!r:.80}: nested too deeply") from error


Part = tuple[ast.expr, Callable[..., Any], list[ast.expr]]


def parts(text: str, leaves: Mapping[str, Value]) -> list[Part]:
    """Every part of an expression, operands first: its constructor, and its own parts.

    ExpressionError for syntax that is not allowed, and for deep nesting.
    """
    found: list[Part] = []
    stack = [(parsed(text), 1)]
    while stack:
        part, depth = stack.pop()
        if depth > DEEPEST:
            raise ExpressionError(
                f"{text!r:.80}: nested too deeply, expected at most {DEEPEST} levels"
            )
        make, operands = recipe(part, leaves, text)
        found.append((part, make, operands))
        stack += [(operand, depth + 1) for operand in operands]
    return found[::-1]


def recipe(
    part: ast.expr, leaves: Mapping[str, Value], text: str
) -> tuple[Callable[..., Any], list[ast.expr]]:
    """The function that builds a part, and the parts that are its arguments."""
    match part:
        case ast.Name(id=name):
            return lambda: leaves[name], []
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return lambda: number, []
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return computed(OPERATORS[type(op)]), [left, right]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return computed(OPERATORS[type(op)]), [operand]
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return lambda *xs: list(xs), items
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
            if name not in FUNCTIONS:
                raise ExpressionError(f"unknown function {name!r}{choices(name, FUNCTIONS)}")
            function, names = FUNCTIONS[name], [str(keyword.arg) for keyword in keywords]
            return lambda *xs: function(
                *xs[: len(args)], **dict(zip(names, xs[len(args) :], strict=True))
            ), [*args, *[keyword.value for keyword in keywords]]
    raise ExpressionError(
        f"{shown(part, text)} is not allowed: expected names, numbers, + - * / ** %, and calls of "
        "autograd's functions"
    )


def computed(operation: Callable[..., Any]) -> Callable[..., Any]:
    """The operation, also on plain numbers with the engine's arithmetic, where 1/0 is inf."""

    def make(*xs: Any) -> Any:
        if any([isinstance(x, Value) for x in xs]):
            return operation(*xs)
        return operation(Value(xs[0]), *xs[1:]).data

    return make


def shown(part: ast.expr, text: str) -> str:
    """A part as errors show it."""
    return f"{ast.get_source_segment(text.strip(), part)!r:.60}"

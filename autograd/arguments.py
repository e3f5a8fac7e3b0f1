"""Checks of arguments: errors name what was given, what is expected, and the nearest call.

Used by the functions of `autograd` and `nn`; `where` is the name of the function that was called.
"""

from __future__ import annotations

import math
import numbers
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .ops import TABLE, Shape

NUMBER_ADVICE = {
    "complex": "use its .real or .imag",
    "str": "use float(text)",
    "Decimal": "use float(number)",
    "Value": "use it as it is, or its .data",
    "NoneType": "did a function forget to return?",
    "Condition": "use autograd.where(condition, 1.0, 0.0)",
}
LISTED = 20  # accepted names in an error; a longer list is abbreviated
LONGEST = 60  # characters of a name; a longer one is cut off, and not compared
COMPARED = 1000  # names among which the nearest is searched
# The advice where a sequence is given and one number is expected.
FLAT = "one flat sequence of numbers: {where}(...) of each row"
EACH = "one number at a time: [{} for x in xs]"
OPERATORS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%", "comparison": ">"}
CALLS = {
    Shape.ONE: EACH.format("{where}(x)"),
    Shape.TWO: EACH.format("{where}(x, y)"),
    Shape.THREE: EACH.format("{where}(x, y, z)"),
    Shape.MANY: FLAT,
    Shape.PAIRS: FLAT,
}
SEVERAL_ADVICE = {
    **{name: EACH.format(f"value {sign} x") for name, sign in OPERATORS.items()},
    **dict.fromkeys(("Value", "elu", "leaky_relu", "hard_tanh"), CALLS[Shape.ONE]),
    **dict.fromkeys(("Neuron", "Layer", "MLP"), "a row is flat: one number for each input"),
    "clamp": EACH.format("clamp(x, low, high)"),
}


def wrong(where: str, expected: str, given: object, advice: str = "") -> TypeError:
    """The error for an argument of the wrong kind."""
    shown, kind = " ".join(f"{given!r:.60}".split()), type(given).__name__  # in one line
    got = shown if shown.startswith((f"{kind}(", "<")) else f"{kind} {shown}"
    return TypeError(f"{where}: expected {expected}, got {got}{advice and '; '}{advice}")


def nearest(given: object, accepted: Sequence[str]) -> str | None:
    """The name that was probably meant: equal up to case, or nearly equal; None without one.

    Long names, and those past the first thousand, are compared up to case alone.
    """
    import difflib

    word = str(given)
    alike = [name for name in accepted if name.casefold() == word.casefold()]
    short = [name for name in accepted[:COMPARED] if len(name) <= LONGEST]
    alike = alike or (difflib.get_close_matches(word, short, n=1) if len(word) <= LONGEST else [])
    return alike[0] if alike else None


def choices(given: object, accepted: Iterable[str]) -> str:
    """The end of an error about an unknown name: the nearest accepted one, and all if there are
    few.
    """
    accepted = list(accepted)
    if not accepted:
        return "; there are none"
    near = nearest(given, accepted)
    hint = f"; did you mean {near!r:.{LONGEST}}?" if near is not None else ";"
    shown = accepted if len(accepted) <= LISTED else [*accepted[:3], "...", accepted[-1]]
    return f"{hint} accepted: {', '.join([f'{name:.{LONGEST}}' for name in shown])}"


def is_several(x: object) -> bool:
    """Whether x is a list, a tuple or an array with at least one axis."""
    return isinstance(x, (list, tuple)) or getattr(x, "ndim", 0) > 0


def real(x: Any, where: str) -> float:
    """x as a float; TypeError for anything but a real number."""
    if isinstance(x, (float, int, numbers.Real)):  # the first two are found fast
        try:
            return float(x)
        except OverflowError:  # a whole number past the range of floats
            return math.inf if x > 0 else -math.inf  # type: ignore[operator]
    if type(x).__module__ == "numpy" and type(x).__name__ in ("bool", "bool_"):
        return float(x)
    if is_several(x):
        shape = TABLE[where].shape if where in TABLE else Shape.NONE
        advice = SEVERAL_ADVICE.get(where) or CALLS.get(shape, "give one number")
        advice = advice.format(where=where)
        if type(x).__name__ == "matrix":
            advice = "numpy.asarray(x) makes an array of it, which takes Values"
    elif hasattr(x, "item") and not is_value(x):  # an array of one number
        advice = "use its .item()"
    else:
        advice = NUMBER_ADVICE.get(type(x).__name__, "pass an int or a float")
    raise wrong(where, "a real number", x, advice)


def several(
    xs: Any, where: str, what: str = "numbers or Values", call: str = ""
) -> tuple[Any, ...]:
    """A sequence as a tuple; TypeError for anything else, with the call to write in its place."""
    if isinstance(xs, (list, tuple)):
        return tuple(xs)
    single = isinstance(xs, (str, Mapping)) or getattr(xs, "ndim", 1) == 0
    if single or not isinstance(xs, Iterable):
        raise wrong(where, f"a sequence of {what}", xs, f"as in {call or f'{where}([a, b])'}")
    return tuple(xs)


def operands_of(xs: tuple[Any, ...], where: str) -> tuple[Any, ...]:
    """The operands of a function of any number of them, given one by one or in one sequence."""
    if len(xs) == 1 and (
        is_several(xs[0]) or not (is_value(xs[0]) or isinstance(xs[0], numbers.Real))
    ):
        return several(xs[0], where)
    return xs


def one_condition(condition: Any, where: str) -> None:
    """TypeError for a sequence or a string, whose truth value does not depend on its items."""
    if is_several(condition) or isinstance(condition, str):
        raise wrong(where, "one condition, such as x > 0", condition, "choose one by one")


def function(f: Any, where: str, what: str = "a function") -> Any:
    """f, if it can be called."""
    if not callable(f) or isinstance(f, type):
        advice = "did you mean gradients(y, xs)?" if is_value(f) else ""
        if isinstance(f, type):
            advice = f"a class; make one of it first: {f.__name__}(...)"
        raise wrong(where, what, f, advice)
    return f


def is_value(x: object) -> bool:
    return hasattr(x, "local_derivatives")


def value(x: Any, where: str, what: str = "a Value") -> Any:
    """x, if it is a Value; else TypeError with the call that makes one."""
    if is_value(x):
        return x
    if hasattr(x, "named_parameters"):
        models = {"draw": "nn.draw_network(model) draws a model, "}
        models["save"] = "nn.save(model, path) writes a model, "
        advice = models.get(where, "") + f"{where} takes what it gives: model(row)"
    elif hasattr(x, "snapshots"):
        advice = "nn.draw_training(history) draws it, history.explore() is its page"
    elif hasattr(x, "feature_names"):
        advice = "call a model on one of its rows: model(data.rows[0])"
    elif isinstance(x, numbers.Real):
        advice = "a plain number has no graph: compute with Value(number)"
    elif is_several(x):
        advice = "give one Value of them"
    else:
        advice = "call it on Values: f(x)" if callable(x) else ""
    raise wrong(where, what, x, advice)


def described(x: object) -> bool:
    """Whether it is a Data or a History of `nn`: sequences, but not of Values."""
    return hasattr(x, "feature_names") or hasattr(x, "snapshots")


def distinct(xs: Any, where: str) -> tuple[Any, ...]:
    """A Value, or the Values of a sequence, each once; TypeError for anything else."""
    if is_value(xs):
        return (xs,)
    if isinstance(xs, (str, Mapping)) or not isinstance(xs, Iterable) or described(xs):
        value(xs, where, "a Value or a sequence of Values")
    nodes = tuple([value(x, where, "Values") for x in xs])
    if not nodes:
        raise ValueError(f"{where}: expected at least one Value, got an empty sequence")
    return tuple(dict.fromkeys(nodes))


def unset(where: str, node: Any) -> TypeError:
    """The error for a grad that is not a number, such as the None of PyTorch's zero_grad."""
    name = node.label or "a leaf"
    return TypeError(
        f"{where}: the grad of {name} is {node.grad!r:.60}; a grad that is not there yet is 0.0 "
        "here: value.grad = 0.0, or zero_grad() of the model or optimizer"
    )


def normal(name: str) -> str:
    """A name as Python's parser normalizes it (NFKC): µ is μ, and ŷ is one character."""
    return unicodedata.normalize("NFKC", name)

"""Every operation as a function: floats give a float, any Value among them gives a Value.

A function of any number of operands, `f(*xs)`, takes them one by one or in one sequence.
"""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Sequence
from typing import Any, Literal, overload

from . import modes, ops
from .arguments import is_several, one_condition, operands_of, real, several
from .callables import N, apply, many, one, pairs, three, two
from .conditions import Condition
from .recording import lift
from .value import Value

__all__ = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "ceil",
    "clamp",
    "cos",
    "cosh",
    "cross_entropy",
    "dot",
    "elu",
    "erf",
    "erfc",
    "exp",
    "expm1",
    "floor",
    "gelu",
    "hard_tanh",
    "hypot",
    "leaky_relu",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "mish",
    "pow",
    "product",
    "relu",
    "selu",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "softsign",
    "sqrt",
    "tan",
    "tanh",
    "total",
    "where",
]

sqrt = one(ops.SQRT)
cbrt = one(ops.CBRT)
exp = one(ops.EXP)
expm1 = one(ops.EXPM1)
log = one(ops.LOG)
log2 = one(ops.LOG2)
log10 = one(ops.LOG10)
log1p = one(ops.LOG1P)
sin = one(ops.SIN)
cos = one(ops.COS)
tan = one(ops.TAN)
asin = one(ops.ASIN)
acos = one(ops.ACOS)
atan = one(ops.ATAN)
sinh = one(ops.SINH)
cosh = one(ops.COSH)
tanh = one(ops.TANH)
asinh = one(ops.ASINH)
acosh = one(ops.ACOSH)
atanh = one(ops.ATANH)
erf = one(ops.ERF)
erfc = one(ops.ERFC)
floor = one(ops.FLOOR)
ceil = one(ops.CEIL)
sign = one(ops.SIGN)
sigmoid = one(ops.SIGMOID)
log_sigmoid = one(ops.LOG_SIGMOID)
softplus = one(ops.SOFTPLUS)
relu = one(ops.RELU)
selu = one(ops.SELU)
silu = one(ops.SILU)
mish = one(ops.MISH)
softsign = one(ops.SOFTSIGN)
pow = two(ops.POW)
hypot = two(ops.HYPOT)
atan2 = two(ops.ATAN2)
copysign = two(ops.COPYSIGN)
total = many(ops.TOTAL)
mean = many(ops.MEAN)
product = many(ops.PRODUCT)
logsumexp = many(ops.LOGSUMEXP)
maximum = many(ops.MAXIMUM)
minimum = many(ops.MINIMUM)
dot = pairs(ops.DOT)

# Not public: what only rules call, and what the functions below wrap.
power_less = three(ops.POWER_LESS)
gaussian = two(ops.GAUSSIAN)
normal_cdf = one(ops.NORMAL_CDF)
tanh_slope = one(ops.TANH_SLOPE)
_leaky_relu = two(ops.LEAKY_RELU)
_elu = two(ops.ELU)
_clamp = three(ops.CLAMP)
_gelu, gelu_tanh = one(ops.GELU), one(ops.GELU_TANH)
_cross_entropy = pairs(ops.CROSS_ENTROPY)


def leaky_relu(x: N, slope: N | float = 0.01) -> N:
    """x where it is positive, else slope·x.

    Args:
        x: a number or a Value.
        slope: the slope for negative x.

    References:
        Maas, A. et al., Rectifier nonlinearities improve neural network acoustic models (2013).

    >>> leaky_relu(-2.0)
    -0.02
    """
    return _leaky_relu(x, slope)


def elu(x: N, alpha: N | float = 1.0) -> N:
    """x where it is positive, else alpha·(exp(x) - 1).

    Args:
        x: a number or a Value.
        alpha: minus the limit for x to -∞.

    References:
        Clevert, D.-A. et al., Fast and accurate deep network learning by exponential linear units
        (2016).

    >>> elu(-2.0)
    -0.8646647167633873
    """
    return _elu(x, alpha)


def gelu(x: N, approximate: Literal["none", "tanh"] = "none") -> N:
    """x times the probability that a standard normal variable is below x.

    Args:
        x: a number or a Value.
        approximate: "none", or "tanh" for the usual approximation by a tanh.

    Raises:
        ValueError: for another approximation.

    References:
        Hendrycks, D., Gimpel, K., Gaussian error linear units (2016).

    >>> round(gelu(1.0), 6), round(gelu(1.0, approximate="tanh"), 6)
    (0.841345, 0.841192)
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu: approximate must be 'none' or 'tanh', got {approximate!r}")
    return _gelu(x) if approximate == "none" else gelu_tanh(x)


def clamp(x: N, low: N | float, high: N | float) -> N:
    """x between two bounds, or the bound that it exceeds; slope 0 at the bounds.

    Args:
        x: a number or a Value.
        low: the lower bound.
        high: the upper bound.

    Raises:
        ValueError: if low is above high.

    >>> clamp(3.0, -1.0, 2.0)
    2.0
    """
    if not (isinstance(low, Value) or isinstance(high, Value)) and not (
        real(low, "clamp") <= real(high, "clamp")
    ):
        raise ValueError(f"clamp: expected low <= high, got {low} and {high}")
    return _clamp(x, low, high)


def hard_tanh(x: N) -> N:
    """x between -1 and 1, or the bound that it exceeds; slope 0 at the bounds.

    Args:
        x: a number or a Value.

    >>> hard_tanh(0.5), hard_tanh(2.0)
    (0.5, 1.0)
    """
    return _clamp(x if isinstance(x, Value) else real(x, "hard_tanh"), -1.0, 1.0)


def own_first(xs: tuple[Any, ...], where: str) -> list[tuple[Any, ...]]:
    """For each operand all of them, that one first: what the operations of shares take."""
    operands = operands_of(xs, where)
    if not operands:
        raise ValueError(f"{where}: expected at least one operand, got none")
    return [(x, *operands[:i], *operands[i + 1 :]) for i, x in enumerate(operands)]


@overload
def softmax(xs: Iterable[N], /) -> list[N]: ...
@overload
def softmax(*xs: N) -> list[N]: ...
def softmax(*xs: Any) -> list[Any]:
    """The softmax of xs: each operand's exponential, divided by the sum of all exponentials.

    It is a list of nodes, one for each operand; the first parent of each is its own operand.

    Args:
        *xs: numbers or Values, one by one or in one sequence.

    Raises:
        ValueError: if there are none.

    >>> [round(share, 4) for share in softmax([0.0, 1.0])]
    [0.2689, 0.7311]
    """
    return [apply(ops.SOFTMAX, operands) for operands in own_first(xs, "softmax")]


@overload
def log_softmax(xs: Iterable[N], /) -> list[N]: ...
@overload
def log_softmax(*xs: N) -> list[N]: ...
def log_softmax(*xs: Any) -> list[Any]:
    """The logarithms of softmax(xs), accurate where a share is near 0 or 1.

    Args:
        *xs: numbers or Values, one by one or in one sequence.

    Raises:
        ValueError: if there are none.

    >>> [round(z, 4) for z in log_softmax([0.0, 1.0])]
    [-1.3133, -0.3133]
    """
    return [apply(ops.LOG_SOFTMAX, operands) for operands in own_first(xs, "log_softmax")]


@overload
def cross_entropy(logits: Sequence[Value], target: Any) -> Value: ...
@overload
def cross_entropy(logits: Sequence[float], target: int | Sequence[float]) -> float: ...
@overload
def cross_entropy(logits: Sequence[Any], target: Any) -> Any: ...
def cross_entropy(logits: Sequence[Any], target: Any) -> Any:
    """Minus the logarithm of the target class's softmax share.

    Args:
        logits: the logit of each class, numbers or Values.
        target: the index of the true class, or one weight per class (as with label smoothing), by
            which the terms of the classes are multiplied.

    Raises:
        ValueError: for an index out of range or a wrong number of weights.

    >>> round(cross_entropy([2.0, 1.0, -1.0], 0), 3)
    0.349
    """
    logits = several(logits, "cross_entropy", call="cross_entropy([a, b], target)")
    if isinstance(target, numbers.Integral):
        if not 0 <= int(target) < len(logits):
            raise ValueError(
                f"cross_entropy: expected a class from 0 to {len(logits) - 1}, got {target}"
            )
        target = [1.0 if k == target else 0.0 for k in range(len(logits))]
    elif isinstance(target, str) or not (isinstance(target, Sequence) or is_several(target)):
        raise TypeError(
            "cross_entropy: expected a class index or one weight per class as target, "
            f"got {type(target).__name__} {target!r:.60}"
        )
    if logits and isinstance(logits[0], Value):  # a fifth faster than numbers among Values
        target = [lift(weight, "cross_entropy") for weight in target]
    return _cross_entropy(logits, target)


@overload
def where(condition: bool | Condition, a: Value, b: Value | float) -> Value: ...
@overload
def where(condition: bool | Condition, a: float, b: Value) -> Value: ...
@overload
def where(condition: bool | Condition, a: float, b: float) -> Any: ...
def where(condition: bool | Condition, a: Any, b: Any) -> Any:
    """a if the condition holds, else b.

    The result is a node with one parent, the branch taken, so that the graph shows the choice; it
    is a number only if neither a, nor b, nor the compared numbers are Values. While a function is
    traced or differentiated both branches are recorded.

    Args:
        condition: a comparison, such as `x > 0`, or a bool.
        a: a number or a Value.
        b: a number or a Value.

    Raises:
        TypeError: for a sequence as condition.

    >>> x = Value(-2.0)
    >>> where(x > 0.0, x, 0.1 * x).data
    -0.2
    """
    if isinstance(condition, Condition):
        return condition.choose(a, b, False)
    one_condition(condition, "where")
    if modes.active and modes.tracing():  # a bool stays what it is at every call
        return lift(a if condition else b, "where")
    if isinstance(a, Value) or isinstance(b, Value):
        return Condition(ops.BRANCH, (), bool(condition)).choose(a, b, False)
    return real(a if condition else b, "where")

"""What the tests compare with: every operation of the table in mpmath's numbers, and where to look.

`Exact` is an arithmetic as `floats` and `functions` are, on numbers of any precision. An entry's
value runs on it, so that each entry of the table, a new one too, has an oracle: the derivatives are
the differences of its value at hundreds of digits, and no rule for a derivative takes part.
REFERENCES holds what the values themselves are held against: formulas that were written here, not
in the table.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

from mpmath import mp, mpf

from autograd import Value
from autograd.ops import TABLE, Op, Shape
from autograd.recording import evaluate

DIGITS = 75
EPSILON = 2.0**-53
# Sums of terms of both signs, which are rounded before they meet, whatever their operands are.
CANCEL = {"dot", "logsumexp", "cross_entropy"}
ROUND_THEIR_OPERANDS = CANCEL | {"power_less", "gelu_tanh"}
# Drawn at ordinary size only: what goes in steps, where far out every number is one, and what has
# partial results that leave the range of floats where the whole does not.
ORDINARY = {"floor", "ceil", "mod", "product"}
Function = Callable[..., Any]

# Entries that tests draw operands for: all but leaves, which take none.
OPERATIONS = [name for name, op in TABLE.items() if op.shape is not Shape.NONE]
# Those whose recorded derivative is that of their value: not the one that is there to stop it.
DIFFERENTIABLE = [name for name in OPERATIONS if name != "detach"]

INTRINSIC: dict[str, Function] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "mod": lambda a, b: a - b * mp.floor(a / b),
    "neg": lambda x: -x,
    "pos": lambda x: +x,
    "abs": abs,
    "pow": mp.power,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "erfc": lambda x: mp.erfc(x) if abs(x) < 1e6 else mpf(0 if x > 0 else 2),
    "log2": lambda x: mp.log(x, 2),
    "log10": lambda x: mp.log(x, 10),
    "copysign": lambda x, s: abs(x) * (-1 if s < 0 else 1),
    "total": lambda xs: mp.fsum(list(xs)),
    # The rest (exp, log1p, sin, erf, hypot, ...) is mpmath's under the same name.
}


class Exact:
    """The arithmetic of mpmath's numbers, as a rule takes it."""

    @staticmethod
    def where(condition: bool, a: Any, b: Any) -> Any:
        return a if condition else b

    @staticmethod
    def equal(a: Any, b: Any) -> bool:
        return bool(a == b)

    @staticmethod
    def constant(x: Any) -> Any:
        return mpf(x)

    @staticmethod
    def largest(xs: Sequence[Any]) -> Any:
        return max(xs)

    def __getattr__(self, name: str) -> Function:
        op = TABLE.get(name)
        if op is not None and op.value is not None:
            rule = op.value
            return lambda *operands: rule(self, *operands)
        return INTRINSIC.get(name) or getattr(mp, name)


exact = Exact()


def value(op: Op, operands: Sequence[Any]) -> Any:
    """The value of an operation at mpmath numbers."""
    return getattr(exact, op.name)(*op.split([mpf(x) for x in operands]))


def value_at(op: Op, operands: Sequence[float], bits: int = 2400) -> Any:
    """The value of an operation at floats, right to DIGITS digits also where it is tiny."""
    with mp.workprec(bits):
        return value(op, operands)


def slope_at(op: Op, operands: Sequence[float], slot: int) -> Any:
    """The partial derivative of an operation at floats, by a central difference.

    The step is 2**-120 of the operand (of 1 where the operand is large), and the precision grows
    until the difference that is left holds 100 bits: tanh near 300 needs 900 bits to differ from 1.
    A slope that is zero at the highest precision is zero.
    """
    x = mpf(operands[slot])
    bits = 340 + max(0, int(mp.mag(x)) if x else 0)
    while True:
        with mp.workprec(bits):
            h = mp.ldexp(min(abs(x), mpf(1)) or mpf(1), -120)
            here = [mpf(other) for other in operands]
            ahead, behind = (
                value(op, [*here[:slot], x + step, *here[slot + 1 :]]) for step in (h, -h)
            )
            change = ahead - behind
            if abs(change) > mp.ldexp(max(abs(ahead), abs(behind)), 100 - bits) or bits > 5000:
                return change / (2 * h)
        bits = 2 * bits


def directional(op: Op, operands: Sequence[float], direction: Sequence[float], n: int) -> Any:
    """The n-th derivative of t -> op(operands + t·direction) at 0."""

    def along(t: Any) -> Any:
        return value(op, [mpf(x) + t * mpf(v) for x, v in zip(operands, direction, strict=True)])

    with mp.workdps(DIGITS):
        return mp.diff(along, mpf(0), n) if n else along(mpf(0))


def ulps(got: float, want: Any) -> float:
    """The distance of a float from the exact number in units of its last place."""
    nearest = float(want)
    if got == nearest:
        return 0.0
    if math.isinf(got) or math.isinf(nearest) or math.isnan(got) or mp.isnan(want):
        return math.inf
    return float(abs(mpf(got) - want) / mpf(math.ulp(nearest)))


def condition(f: Function, operands: Sequence[float]) -> Any:
    """By how much f moves if each operand doubles, to first order: the sum of |x ∂f/∂x|."""
    step = 2.0**-20
    here = f(operands)
    return mp.fsum(
        abs(f([*operands[:k], x * (1.0 + step), *operands[k + 1 :]]) - here) / step
        for k, x in enumerate(operands)
    )


def close(op: Op, got: float, f: Function, operands: Sequence[float], bound: float) -> bool:
    """Whether a float is f(operands) to within `bound` units of its last place.

    In two places the last place is not what counts. Where f is next to the subnormal numbers,
    something on the way to it may have been one, and had few digits. And a dot rounds its products,
    logsumexp and cross_entropy their exponentials, power_less rounds b - k where it is far out and
    gelu_tanh the cube that it takes an exponential of: there the error is held against what such
    roundings move.
    """
    want = f(operands)
    if ulps(got, want) <= bound:
        return True
    if not (math.isfinite(got) and mp.isfinite(want)):
        return False
    error = abs(mpf(got) - want)
    if abs(want) < 1e-300 and error <= 1e-13 * abs(want) + 2.0**-1060:
        return True
    rounds_operands = op.name in ROUND_THEIR_OPERANDS
    return rounds_operands and error <= bound * EPSILON * condition(f, operands)


# Where to look.


COUNT = {Shape.ONE: 1, Shape.TWO: 2, Shape.THREE: 3, Shape.FOUR: 4}


def counts(op: Op) -> list[int]:
    """The number of operands, and a few numbers where it is free."""
    free = [2, 6] if op.shape is Shape.PAIRS else [1, 3]
    return [COUNT[op.shape]] if op.shape in COUNT else free


def arity(op: Op, rng: random.Random, most: int = 4) -> int:
    """How many operands to draw."""
    drawn = rng.randint(1, most)
    return COUNT.get(op.shape) or (2 * drawn if op.shape is Shape.PAIRS else drawn)


def interval(op: Op, slot: int, count: int) -> tuple[float, float]:
    """The interval that an operand is drawn from."""
    index = (2 * slot // count) if op.shape is Shape.PAIRS else slot
    return op.domain[min(index, len(op.domain) - 1)]


def moderate(low: float, high: float, rng: random.Random) -> float:
    """A number of ordinary size, within the interval and not at its very ends."""
    low, high = max(low, -3.0), min(high, 3.0)
    return rng.uniform(low + (high - low) / 50, high - (high - low) / 50)


def extreme(low: float, high: float, rng: random.Random) -> float:
    """A number of any size, or one very near to an end of the interval."""
    if low == high:
        return low
    while True:
        size = 10.0 ** rng.choice(
            [rng.uniform(-2, 3), rng.uniform(-17, 17), rng.uniform(-323, 308.25)]
        )
        x = rng.choice([size, -size, low + size, high - size])
        if low < x < high:  # which leaves out the infinities too
            return x


def mixed(low: float, high: float, rng: random.Random) -> float:
    """Moderate or extreme, by the toss of a coin."""
    return rng.choice([moderate, extreme])(low, high, rng)


def points(op: Op, count: int, draw: Function, seed: str = "") -> list[tuple[float, ...]]:
    """`count` points of the operation's domain, the same in every run."""
    rng = random.Random(f"{op.name}{seed}")
    draw = moderate if op.name in ORDINARY else draw
    found = []
    for _ in range(count):
        n = arity(op, rng)
        found.append(tuple(draw(*interval(op, slot, n), rng) for slot in range(n)))
    return found


def near_zeros(op: Op, f: Function, count: int) -> list[tuple[float, ...]]:
    """Up to `count` points around zeros of f, at all distances, found by bisection."""
    rng = random.Random(f"{op.name} near zeros")
    found: list[tuple[float, ...]] = []
    for _ in range(4 * count):
        n = arity(op, rng)
        point = [moderate(*interval(op, slot, n), rng) for slot in range(n)]
        k, sign = rng.randrange(n), mp.sign(f(point))
        low, high = interval(op, k, n)

        def moved(x: float, point: list[float] = point, k: int = k) -> tuple[float, ...]:
            return (*point[:k], x, *point[k + 1 :])

        a, b = point[k], moderate(low, high, rng)
        if sign * mp.sign(f(moved(b))) >= 0:
            continue
        while abs(b - a) > 1e-30 and (middle := (a + b) / 2) not in (a, b, 0.0):
            a, b = (middle, b) if mp.sign(f(moved(middle))) == sign else (a, middle)
        x = a + rng.choice([0.0, -1.0, 1.0]) * 10.0 ** rng.uniform(-17, -1)
        if low <= x <= high and len(found) < count:
            found.append(moved(x))
    return found


def node(op: Op, operands: Sequence[float]) -> Value:
    """The node of an operation on fresh leaves."""
    return evaluate(op, tuple(Value(x) for x in operands))


# Values written down independently of the table, for operands as the operation takes them.


def _softmax(xs: Sequence[Any]) -> list[Any]:
    exponentials = [mp.exp(x) for x in xs]
    whole = mp.fsum(exponentials)
    return [e / whole for e in exponentials]


REFERENCES: dict[str, Function] = {
    "tanh": lambda x: (mp.exp(2 * x) - 1) / (mp.exp(2 * x) + 1),
    "tanh_slope": lambda x: mp.sech(x) ** 2,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "log_sigmoid": lambda x: -mp.log(1 + mp.exp(-x)),
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "relu": lambda x: (x + abs(x)) / 2,
    "leaky_relu": lambda x, slope: (x + abs(x)) / 2 + slope * (x - abs(x)) / 2,
    "sign": mp.sign,
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "gelu": lambda x: x * mp.ncdf(x),
    "mish": lambda x: x * mp.tanh(mp.log(1 + mp.exp(x))),
    "softsign": lambda x: x / (1 + abs(x)),
    "hard_tanh": lambda x: max(-1, min(1, x)),
    "branch": lambda x: x,
    "power_less": lambda a, b, k: mp.exp((b - k) * mp.log(a)),
    "maximum": lambda xs: sorted(xs)[-1],
    "minimum": lambda xs: sorted(xs)[0],
    "mean": lambda xs: mp.fsum(xs) / len(xs),
    "product": mp.fprod,
    "dot": mp.fdot,
    "logsumexp": lambda xs: mp.log(mp.fsum([mp.exp(x) for x in xs])),
    "softmax": lambda xs: _softmax(xs)[0],
    "cross_entropy": lambda z, t: (
        -mp.fsum([weight * mp.log(share) for weight, share in zip(t, _softmax(z), strict=True)])
    ),
}

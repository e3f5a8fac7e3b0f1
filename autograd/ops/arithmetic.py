"""Addition, subtraction, multiplication, division, and piecewise linear functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from .op import Arithmetic, Op, Shape

ADD = Op("add", Shape.TWO, (1.0, 1.0), symbol="+", doc="The sum of a and b.")
SUB = Op("sub", Shape.TWO, (1.0, -1.0), symbol="−", doc="The difference of a and b.")
MUL = Op("mul", Shape.TWO, lambda m, a, b, y: (b, a), symbol="×", doc="The product of a and b.")
DIV = Op(
    "div",
    Shape.TWO,
    lambda m, a, b, y: (1.0 / b, -y / b),
    textbook=lambda m, a, b, y: (1.0 / b, -a / m.pow(b, 2.0)),
    symbol="÷",
    doc="The quotient of a and b.",
)
MOD = Op(
    "mod",
    Shape.TWO,
    lambda m, a, b, y: (1.0, -m.floor((a - y) / b + 0.5)),  # the quotient, a whole number
    textbook=lambda m, a, b, y: (1.0, -m.floor(a / b)),
    symbol="mod",
    doc="What is left of a after b went in a whole number of times; it has b's sign.",
)
NEG = Op("neg", Shape.ONE, (-1.0,), symbol="−", doc="x with the other sign.")
POS = Op("pos", Shape.ONE, (1.0,), symbol="+", doc="x itself, as a new node.")
# Not named `where`: that is the arithmetic's function of a condition and two numbers.
BRANCH = Op(
    "branch",
    Shape.ONE,
    (1.0,),
    value=lambda m, taken: taken,
    symbol="where",
    doc="The branch that was taken: a if the condition holds, else b.",
)

DETACH = Op(
    "detach",
    Shape.ONE,
    (0.0,),
    value=lambda m, x: m.constant(x),
    doc="x, through which no derivative flows: while a function is traced, what detach() makes.",
)


def open_choice(name: str, test: Callable[[Arithmetic, Any, Any], Any], sign: str) -> Op:
    """The symbolic choice between two branches, recorded while a function is traced."""

    def partials(m: Arithmetic, p: Any, q: Any, a: Any, b: Any, y: Any) -> tuple[Any, ...]:
        return 0.0, 0.0, m.where(test(m, p, q), 1.0, 0.0), m.where(test(m, p, q), 0.0, 1.0)

    return Op(
        name,
        Shape.FOUR,
        partials,
        value=lambda m, p, q, a, b: m.where(test(m, p, q), a, b),
        symbol="where",
        doc=f"a where p {sign} q, else b.",
    )


WHERE_LESS = open_choice("where_less", lambda m, p, q: p < q, "<")
WHERE_LESS_EQUAL = open_choice("where_less_equal", lambda m, p, q: p <= q, "<=")
WHERE_EQUAL = open_choice("where_equal", lambda m, p, q: m.equal(p, q), "==")
# Each with the comparison instruction of a tape.
OPEN_CHOICES = {WHERE_LESS: "less", WHERE_LESS_EQUAL: "less_equal", WHERE_EQUAL: "equal"}


def step(m: Arithmetic, x: Any, y: Any, below: Any, above: Any) -> Any:
    """`above` where x > 0, `below` where x <= 0, y where x is NaN: NaN, as all its derivatives."""
    return m.where(x > 0.0, above, m.where(x <= 0.0, below, y))


def beyond(x: Any, zero: tuple[float, float]) -> Any:
    """x minus the zero of a function, which is not a float: the zero is given as a sum of two
    floats.

    Near its zero a function is as accurate as this difference.
    """
    nearest, rest = zero
    return (x - nearest) - rest


def flat(m: Arithmetic, x: Any, y: Any) -> tuple[Any]:
    """0, the slope of a piecewise constant function; NaN where x is NaN."""
    return (m.where(m.equal(x, x), 0.0, y),)


SIGN = Op(
    "sign",
    Shape.ONE,
    flat,
    textbook=lambda m, x, y: (0.0,),
    value=lambda m, x: m.where(x > 0.0, 1.0, m.where(x < 0.0, -1.0, x)),
    doc="-1, 0 or 1 as x is negative, zero or positive; its derivative is 0.",
)
FLOOR = Op(
    "floor",
    Shape.ONE,
    flat,
    textbook=lambda m, x, y: (0.0,),
    doc="The largest whole number that is not above x; its derivative is 0.",
)
CEIL = Op(
    "ceil",
    Shape.ONE,
    flat,
    textbook=lambda m, x, y: (0.0,),
    doc="The smallest whole number that is not below x; its derivative is 0.",
)
ABS = Op(
    "abs",
    Shape.ONE,
    lambda m, x, y: (m.sign(x),),
    symbol="|·|",
    doc="The absolute value of x; slope 0 at 0.",
)
COPYSIGN = Op(
    "copysign",
    Shape.TWO,
    lambda m, x, s, y: (m.copysign(1.0, x) * m.copysign(1.0, s), 0.0),
    doc="The size of x with the sign of s.",
)


def shared(m: Arithmetic, xs: Sequence[Any], y: Any) -> tuple[Any, ...]:
    """1/n to each of n operands that tie, NaN to a NaN operand, 0 to the others."""
    hits = [m.where(m.equal(x, y), m.constant(1.0), 0.0) for x in xs]
    share = 1.0 / m.total(hits)
    return tuple([m.where(m.equal(x, x), m.where(m.equal(x, y), share, 0.0), y) for x in xs])


def extreme(name: str, better: Callable[[Any, Any], Any], symbol: str, which: str) -> Op:
    """The extreme operand; NaN if any operand is NaN."""

    def value(m: Arithmetic, xs: Sequence[Any]) -> Any:
        return reduce(lambda y, x: m.where(m.equal(y, y), m.where(better(y, x), y, x), y), xs)

    return Op(
        name,
        Shape.MANY,
        shared,
        value=value,
        textbook=lambda m, xs, y: tuple([m.where(m.equal(x, y), 1.0, 0.0) for x in xs]),
        formula=lambda m, xs: getattr(m, name)(xs),
        symbol=symbol,
        doc=f"The {which} of xs; operands that tie share the derivative, a NaN stays.",
    )


MAXIMUM = extreme("maximum", lambda y, x: y >= x, "max", "largest")
MINIMUM = extreme("minimum", lambda y, x: y <= x, "min", "smallest")

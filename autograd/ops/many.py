"""Operations on any number of operands: sums, dot products, softmax and its relatives."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import accumulate
from typing import Any

from .op import Arithmetic, Op, Shape

Operands = Sequence[Any]

TOTAL = Op(
    "total",
    Shape.MANY,
    lambda m, xs, y: (1.0,) * len(xs),
    symbol="Σ",
    doc="The sum of xs, rounded once.",
)
MEAN = Op(
    "mean",
    Shape.MANY,
    lambda m, xs, y: (1.0 / len(xs),) * len(xs),
    value=lambda m, xs: m.total(xs) / len(xs),
    doc="The arithmetic mean of xs.",
)
DOT = Op(
    "dot",
    Shape.PAIRS,
    lambda m, a, b, y: (*b, *a),
    value=lambda m, a, b: m.total(map(operator.mul, a, b)),
    doc="The sum of the products of a and b, pair by pair.",
)


def others(xs: Operands, combine: Callable[[Any, Any], Any], start: float) -> list[Any]:
    """For each operand the combination of all others, by prefixes and suffixes: without subtraction
    or division.
    """
    before = accumulate(xs[:-1], combine, initial=start)
    after = reversed([*accumulate(xs[:0:-1], combine, initial=start)])
    return [*map(combine, before, after)]


PRODUCT = Op(
    "product",
    Shape.MANY,
    lambda m, xs, y: tuple(others(xs, operator.mul, 1.0)),
    value=lambda m, xs: reduce(operator.mul, xs),
    symbol="Π",
    doc="The product of xs.",
)


def shifted(m: Arithmetic, xs: Operands) -> tuple[Any, list[Any]]:
    """The largest operand and the exponentials of the distances to it.

    The shift is a plain number: it cancels, and a maximum would add its tie rule to the derivative.
    """
    top = m.largest(xs)
    return top, [exp_of_difference(m, x, top) for x in xs]


def exp_of_difference(m: Arithmetic, x: Any, y: Any) -> Any:
    """exp(x - y), corrected for the rounding error of the difference, which exp would amplify.

    The error is computed as in D. E. Knuth, The Art of Computer Programming 2, section 4.2.2,
    theorem B; it is a constant, since its derivatives are 0.
    """
    d = x - y
    z = d - x
    error = m.where(d > -800.0, (x - (d - z)) - (y + z), 0.0)
    e = m.exp(d)
    return e + e * m.constant(error)


def excess(m: Arithmetic, xs: Operands, top: Any, exponentials: Operands) -> Any:
    """The sum of the exponentials minus 1, accurate where one operand dominates, for any
    arithmetic.

    The largest operand's exponential is 1, with a slope: 1 is subtracted from it before the sum.
    """
    at_top = [m.equal(x, top) for x in xs]
    below = [m.where(hit, e - 1.0, e) for hit, e in zip(at_top, exponentials, strict=True)]
    return m.total(below) + (m.total([m.where(hit, 1.0, 0.0) for hit in at_top]) - 1.0)


def finite(m: Arithmetic, x: Any) -> Any:
    """Whether x is a finite number."""
    return m.equal(x - x, 0.0)


def logsumexp(m: Arithmetic, xs: Operands) -> Any:
    top, exponentials = shifted(m, xs)
    more = m.log1p(excess(m, xs, top, exponentials))
    return m.where(finite(m, top), top + more, top)


def shares(m: Arithmetic, xs: Operands, y: Any) -> tuple[Any, ...]:
    """softmax(xs), the partials of logsumexp."""
    _, exponentials = shifted(m, xs)
    whole = m.total(exponentials)
    return tuple([e / whole for e in exponentials])


def sum_of_exponentials(m: Arithmetic, xs: Operands) -> Any:
    """As a person would write it: without the shift by the largest."""
    return m.total([m.exp(x) for x in xs])


LOGSUMEXP = Op(
    "logsumexp",
    Shape.MANY,
    shares,
    value=logsumexp,
    textbook=lambda m, xs, y: tuple(named_shares(m, xs)),
    formula=lambda m, xs: m.log(sum_of_exponentials(m, xs)),
    doc="log(exp(x1) + ... + exp(xn)), without overflow.",
)


def softmax_partials(m: Arithmetic, xs: Operands, y: Any) -> tuple[Any, ...]:
    """y(1 - y) by the sum of the other shares, without cancellation; -y·share for the others."""
    first, *others = shares(m, xs, y)
    return (first * m.total([*others, 0.0]), *[-first * other for other in others])


def named_shares(m: Arithmetic, xs: Operands) -> list[Any]:
    """The softmax operations of xs, each with its own operand first."""
    return [m.softmax([x, *xs[:i], *xs[i + 1 :]]) for i, x in enumerate(xs)]


def softmax_textbook(m: Arithmetic, xs: Operands, y: Any) -> tuple[Any, ...]:
    return (y * (1.0 - y), *[-y * share for share in named_shares(m, xs)[1:]])


SOFTMAX = Op(
    "softmax",
    Shape.MANY,
    softmax_partials,
    value=lambda m, xs: shares(m, xs, None)[0],
    textbook=softmax_textbook,
    formula=lambda m, xs: m.exp(xs[0]) / sum_of_exponentials(m, xs),
    doc="The first operand's share of the sum of exponentials.",
)


def log_softmax(m: Arithmetic, xs: Operands) -> Any:
    top, exponentials = shifted(m, xs)
    return (xs[0] - top) - m.log1p(excess(m, xs, top, exponentials))


def log_softmax_partials(m: Arithmetic, xs: Operands, y: Any) -> tuple[Any, ...]:
    _, *rest = shares(m, xs, y)
    return (m.total([*rest, 0.0]), *[-share for share in rest])


LOG_SOFTMAX = Op(
    "log_softmax",
    Shape.MANY,
    log_softmax_partials,
    value=log_softmax,
    textbook=lambda m, xs, y: (1.0 - m.exp(y), *[-share for share in named_shares(m, xs)[1:]]),
    formula=lambda m, xs: xs[0] - m.log(sum_of_exponentials(m, xs)),
    doc="The logarithm of the first operand's share of the sum of exponentials.",
)


def cross_entropy(m: Arithmetic, logits: Operands, weights: Operands) -> Any:
    """The sum of each class's weight times its -log(share); a class of weight 0 contributes 0."""
    top, exponentials = shifted(m, logits)
    more = m.log1p(excess(m, logits, top, exponentials))
    return m.total(
        [
            m.where(m.equal(t, 0.0), 0.0, t * ((top - z) + more))
            for z, t in zip(logits, weights, strict=True)
        ]
    )


def cross_entropy_partials(
    m: Arithmetic, logits: Operands, weights: Operands, y: Any
) -> tuple[Any, ...]:
    """T·share - t for each logit, T the sum of weights: each exponential times the others' weights,
    less its weight times the others' exponentials, so that nothing cancels.
    """
    top, exponentials = shifted(m, logits)
    rest_of_top = excess(m, logits, top, exponentials)
    whole, more = 1.0 + rest_of_top, m.log1p(rest_of_top)
    other_exponentials = others(exponentials, operator.add, 0.0)
    other_weights = others(weights, operator.add, 0.0)
    wrt_logits = [
        (e * other_t - t * other_e) / whole
        for e, other_e, t, other_t in zip(
            exponentials, other_exponentials, weights, other_weights, strict=True
        )
    ]
    return (*wrt_logits, *[(top - z) + more for z in logits])


def cross_entropy_textbook(
    m: Arithmetic, logits: Operands, weights: Operands, y: Any
) -> tuple[Any, ...]:
    weight = m.total(weights)
    wrt_logits = [
        share * weight - t for share, t in zip(named_shares(m, logits), weights, strict=True)
    ]
    return (*wrt_logits, *[m.logsumexp(logits) - z for z in logits])


def cross_entropy_formula(m: Arithmetic, logits: Operands, weights: Operands) -> Any:
    shares = named_shares(m, logits)
    return -m.total([t * m.log(share) for t, share in zip(weights, shares, strict=True)])


CROSS_ENTROPY = Op(
    "cross_entropy",
    Shape.PAIRS,
    cross_entropy_partials,
    value=cross_entropy,
    textbook=cross_entropy_textbook,
    formula=cross_entropy_formula,
    doc="Minus the log of each class's softmax share, summed by the classes' weights.",
)

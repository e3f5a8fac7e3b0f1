"""Operations on any number of operands: sums, dot products, softmax and its relatives."""

from __future__ import annotations

import operator
from collections.abc import Sequence
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
    symbol="·",
    doc="The sum of the products of a and b, pair by pair.",
)


def shifted(m: Arithmetic, xs: Operands) -> tuple[Any, list[Any]]:
    """The largest operand and the exponentials of the distances to it.

    The shift is a plain number: it cancels, and a maximum would bring its ties into the derivative.
    """
    top = m.largest(xs)
    return top, [m.exp(x - top) for x in xs]


def excess(m: Arithmetic, xs: Operands) -> tuple[Any, Any]:
    """The largest operand and logsumexp(xs) minus it.

    By log1p of the others' sum, which is accurate where one operand dominates.
    """
    top, exponentials = shifted(m, xs)
    return top, m.log1p(m.total([*exponentials, -1.0]))


def finite(m: Arithmetic, x: Any) -> Any:
    """Whether x is a finite number."""
    return m.equal(x - x, 0.0)


def logsumexp(m: Arithmetic, xs: Operands) -> Any:
    top, more = excess(m, xs)
    return m.where(finite(m, top), top + more, top)


def shares(m: Arithmetic, xs: Operands, y: Any) -> tuple[Any, ...]:
    """softmax(xs), the partials of logsumexp."""
    _, exponentials = shifted(m, xs)
    whole = m.total(exponentials)
    return tuple([e / whole for e in exponentials])


LOGSUMEXP = Op(
    "logsumexp",
    Shape.MANY,
    shares,
    value=logsumexp,
    doc="log(exp(x1) + ... + exp(xn)), without overflow.",
)


def softmax_partials(m: Arithmetic, xs: Operands, y: Any) -> tuple[Any, ...]:
    """y(1 - y) by the other shares' sum, which cancels nothing; -y·share for the others."""
    first, *others = shares(m, xs, y)
    return (first * m.total([*others, 0.0]), *[-first * other for other in others])


def softmax_textbook(m: Arithmetic, xs: Operands, y: Any) -> tuple[Any, ...]:
    return (y * (1.0 - y), *[-y * share for share in shares(m, xs, y)[1:]])


SOFTMAX = Op(
    "softmax",
    Shape.MANY,
    softmax_partials,
    value=lambda m, xs: shares(m, xs, None)[0],
    textbook=softmax_textbook,
    doc="The first operand's share of the sum of exponentials.",
)


def others(xs: Operands) -> list[Any]:
    """For each operand the sum of the others, by additions alone."""
    before = accumulate(xs[:-1], initial=0.0)
    after = reversed([*accumulate(xs[:0:-1], initial=0.0)])
    return [*map(operator.add, before, after)]


def cross_entropy(m: Arithmetic, logits: Operands, weights: Operands) -> Any:
    """Sum each class's weight times its -log(share); a weight of 0 counts nothing."""
    top, more = excess(m, logits)
    return m.total(
        [
            m.where(m.equal(t, 0.0), 0.0, t * ((top - z) + more))
            for z, t in zip(logits, weights, strict=True)
        ]
    )


def cross_entropy_partials(
    m: Arithmetic, logits: Operands, weights: Operands, y: Any
) -> tuple[Any, ...]:
    """T·share - t for each logit, T the sum of weights, so written that nothing cancels."""
    top, exponentials = shifted(m, logits)
    rest_of_top, weight = m.total([*exponentials, -1.0]), m.total(weights)
    whole, more = 1.0 + rest_of_top, m.log1p(rest_of_top)
    wrt_logits = [
        (e * (weight - t) - t * rest) / whole
        for e, t, rest in zip(exponentials, weights, others(exponentials), strict=True)
    ]
    return (*wrt_logits, *[(top - z) + more for z in logits])


def cross_entropy_textbook(
    m: Arithmetic, logits: Operands, weights: Operands, y: Any
) -> tuple[Any, ...]:
    weight = m.total(weights)
    wrt_logits = [
        share * weight - t for share, t in zip(shares(m, logits, y), weights, strict=True)
    ]
    return (*wrt_logits, *[m.logsumexp(logits) - z for z in logits])


CROSS_ENTROPY = Op(
    "cross_entropy",
    Shape.PAIRS,
    cross_entropy_partials,
    value=cross_entropy,
    textbook=cross_entropy_textbook,
    doc="Minus the log of each class's softmax share, summed by the classes' weights.",
)

"""How accurate every operation is: python -m tests.benchmarks.accuracy [points] [name ...].

It stores the errors in accuracy.csv, where the documents have them from; with fewer points it
prints them only.

For each operation, over its whole domain (ordinary numbers, tails, next to singular points and
subnormals), the largest error of the value and of the first derivatives, in units of the last
place (ulp), against mpmath at 75 digits and more: 0.00 is a correctly rounded result. And the
largest error of orders 2 and 3 at ordinary points, relative to max(1, |f|, |derivative|). Beside
the points drawn, a twentieth as many lie around zeros of the value and of each derivative. An error
of more than 4 ulp does not count where the exact number is subnormal and it is below 1e-13 of the
smallest normal one, nor, in sums of terms of both signs (dot, logsumexp, cross_entropy), where
four roundings of the operands would move the result as far.
"""

from __future__ import annotations

import csv
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mpmath import mpf

from autograd import Value, gradients
from autograd.ops import TABLE, Op, Shape
from autograd.recording import evaluate
from tests.autograd.oracle import (
    CANCEL,
    COUNT,
    EPSILON,
    OPERATIONS,
    condition,
    directional,
    mixed,
    moderate,
    near_zeros,
    node,
    points,
    slope_at,
    ulps,
    value_at,
)

RECORD = Path(__file__).with_name("accuracy.csv")
HEADS = ("operation", "value", "derivative", "order 2", "order 3")
POINTS = 3000
SMALLEST = 2.3e-308
# Not the user's: what stands for choices and cuts, and what only rules call.
INTERNAL = {"branch", "detach", "where_less", "where_less_equal", "where_equal"}
INTERNAL |= {"power_less", "gaussian", "normal_cdf", "copysign", "tanh_slope"}


def error_in_ulp(op: Op, got: float, f: Any, operands: Sequence[float]) -> float:
    """The error, or 0.0 where the last place does not count."""
    want = f(operands)
    error = ulps(got, want)
    if error <= 4.0:
        return error
    distance = abs(mpf(got) - want)
    if abs(want) < SMALLEST and distance < 1e-13 * SMALLEST:
        return 0.0
    if op.name in CANCEL and distance <= 4 * EPSILON * condition(f, operands):
        return 0.0
    return error


def first_order(op: Op, count: int) -> tuple[float, float, tuple[float, ...]]:
    """The largest errors of value and slopes, and where the larger one is."""
    worst_value, worst_slope, where = 0.0, 0.0, ()

    def value(at: Sequence[float]) -> Any:
        return value_at(op, at)

    for operands in [*points(op, count, mixed), *near_zeros(op, value, count // 20)]:
        worst_value = max(worst_value, error_in_ulp(op, op(operands), value, operands))
    for slot in range(COUNT.get(op.shape, 8)):

        def slope(at: Sequence[float], slot: int = slot) -> Any:
            return slope_at(op, at, slot) if slot < len(at) else mpf(0)

        for operands in [*points(op, count, mixed), *near_zeros(op, slope, count // 20)]:
            if slot < len(operands):
                got = node(op, operands).local_derivatives[slot]
                error = error_in_ulp(op, got, slope, operands)
                if error > worst_slope:
                    worst_slope, where = error, operands
    return worst_value, worst_slope, where


def higher_orders(op: Op, count: int) -> tuple[float, float]:
    """The largest relative errors of orders 2 and 3 along random directions."""
    worst = [0.0, 0.0]
    for i, operands in enumerate(points(op, count, moderate, "higher")):
        xs = [Value(x) for x in operands]
        direction = [math.cos(i + 7 * k) for k in range(len(xs))]
        d = evaluate(op, tuple(xs))
        size = abs(d.data)
        for order in (1, 2, 3):
            slopes = gradients(d, xs, create_graph=True)
            d = sum([g * v for g, v in zip(slopes, direction, strict=True)], Value(0.0))
            if order > 1:
                want = directional(op, operands, direction, order)
                error = abs(mpf(d.data) - want) / max(1, abs(want), size)
                worst[order - 2] = max(worst[order - 2], float(error))
    return worst[0], worst[1]


def recorded() -> dict[str, list[str]]:
    """The stored errors by operation, as text: value, derivative, order 2, order 3."""
    with RECORD.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    return {name: errors for name, *errors in rows}


def store(found: dict[str, list[str]]) -> None:
    """Write errors in place of those that are stored, in the order of the table."""
    found = recorded() | found
    with RECORD.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADS)
        writer.writerows([[name, *found[name]] for name in TABLE if name in found])


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else POINTS
    names = sys.argv[2:] or [name for name in OPERATIONS if name not in INTERNAL]
    print(*HEADS, sep=",")
    found = {}
    started = time.perf_counter()
    for name in names:
        op = TABLE[name]
        # Of several operands fewer points: each has as many slopes.
        share = count if op.shape is Shape.ONE else max(1, count // 3)
        value, slope, where = first_order(op, share)
        second, third = higher_orders(op, max(1, count // 30))
        found[name] = [f"{value:.2f}", f"{slope:.2f}", f"{second:.1e}", f"{third:.1e}"]
        at = f"  derivative at {where}" if slope > 4.0 else ""
        print(f"{','.join([name, *found[name]])}{at}", flush=True)
    if count >= POINTS:
        store(found)
    print(f"\n{count} points an operation, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()

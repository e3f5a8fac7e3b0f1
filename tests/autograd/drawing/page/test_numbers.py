"""The page's numbers: the script writes and compares them as Python does."""

from __future__ import annotations

import json
import math
import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograd import numerals
from autograd.drawing.page import assembly

TABLE = json.loads((Path(__file__).parents[2] / "numerals.json").read_text(encoding="utf-8"))
NUMBER = "const number = x => (x.includes('/') ? x.split('/').reduce((a, b) => a / b) : Number(x));"


@pytest.fixture(scope="module")
def script(browser: Any) -> Iterator[Any]:
    """A function: what an expression of the page's numbers.js gives."""
    tab = browser.new_page()

    def evaluated(expression: str, given: Any) -> Any:
        text = f"given => {{ {assembly.source('numbers.js')}\n{NUMBER}\nreturn {expression}; }}"
        return tab.evaluate(text, given)

    yield evaluated
    tab.close()


@pytest.mark.parametrize("function", ["numeral", "brief", "plain", "percent"])
def test_numbers_are_those_of_the_table(script: Any, function: str) -> None:
    rows = TABLE[function]
    digits = "" if function == "percent" else ", digits"
    texts = script(f"given.map(([x, digits]) => {function}(number(x){digits}))", rows)
    assert texts == [row[-1] for row in rows]


def test_signs_are_those_of_the_table(script: Any) -> None:
    rows = TABLE["relation"]
    signs = script("given.map(([a, b, n]) => relation(number(a), number(b), n))", rows)
    assert signs == [row[-1] for row in rows]


def drawn(count: int) -> list[float]:
    """Floats of every size, and those between which rounding decides."""
    rng = random.Random(0)
    any_bits = [struct.unpack("<d", rng.randbytes(8))[0] for _ in range(count)]
    usual = [rng.uniform(-1, 1) * 10.0 ** rng.randint(-6, 7) for _ in range(count)]
    halves = [rng.randint(1, 10**6) / 2.0 ** rng.randint(0, 12) for _ in range(count)]
    edges = [c * 10.0**k for k in range(-8, 8) for c in (0.99995, 0.999949, 0.9995, 1.0, 9.9995)]
    return [*any_bits, *usual, *halves, *edges, *[-x for x in edges]]


@pytest.mark.parametrize("digits", [3, 4])
def test_any_number_is_written_as_python_writes_it(script: Any, digits: int) -> None:
    numbers = drawn(3000)
    given = [[word(x), digits] for x in numbers]
    each = "[numeral(number(x), n), brief(number(x), n), factor(number(x), n)]"
    texts = script(f"given.map(([x, n]) => {each})", given)
    for x, found in zip(numbers, texts, strict=True):
        want = [f(x, digits) for f in (numerals.numeral, numerals.brief, numerals.factor)]
        assert found == want, x


def test_any_product_and_sum_gets_the_sign_that_python_gives(script: Any) -> None:
    """Of the numbers as they are shown, exactly; half a unit is no `=`."""
    rng = random.Random(1)
    given, want = [], []
    for _ in range(5000):
        a, b = (rng.uniform(-1, 1) * 10.0 ** rng.randint(-5, 3) for _ in range(2))
        pairs = (numerals.shown_product([a, b]), a * b), (numerals.shown_total([a, b]), a + b)
        for recomputed, x in pairs:
            given.append([repr(float(recomputed)), repr(x)])
            want.append(numerals.relation(recomputed, x))
    assert script("given.map(([a, b]) => relation(number(a), number(b)))", given) == want
    assert {"=", "≈"} == set(want)


def word(x: float) -> str:
    """A float as JavaScript's Number() reads it."""
    return repr(x) if math.isfinite(x) else str(x).replace("inf", "Infinity").replace("nan", "NaN")


def test_operands_have_the_digits_that_python_gives_them(script: Any) -> None:
    """Of 1 − h², also where h is nearly 1, and of sums that cancel."""
    rng = random.Random(2)
    near = [1 - 10.0 ** rng.uniform(-14, 0) for _ in range(300)]
    given = [[repr(h), repr(1 - h * h)] for h in near]
    given += [[repr(a), repr(a - 0.5)] for a in (0.5 + rng.gauss(0, 1e-4) for _ in range(300))]
    squares, sums = given[:300], given[300:]
    square = "operandDigits(n => 1 - read(numeral(number(h), n)) ** 2, number(x))"
    found = script(f"given.map(([h, x]) => {square})", squares)
    want = [
        numerals.operand_digits(lambda n, h=h: 1 - numerals.shown(float(h), n) ** 2, float(x))
        for h, x in squares
    ]
    off = [a for a, b in zip(found, want, strict=True) if a != b]
    assert len(off) < 10, "binary floats decide otherwise at halves of the twelfth digit only"
    difference = "operandDigits(n => read(numeral(number(a), n)) - 0.5, number(x))"
    assert script(f"given.map(([a, x]) => {difference})", sums) == [
        numerals.operand_digits(
            lambda n, a=a: numerals.shown(float(a), n) - numerals.shown(0.5), float(x)
        )
        for a, x in sums
    ]
    assert max(want) > 8
    assert min(want) == 4

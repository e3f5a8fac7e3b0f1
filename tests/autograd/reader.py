"""A reader who does printed equations again: by mpmath, from the printed text and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import mpmath
from mpmath import mpf

NUMBER = r"−?(?:\d+(?:\.\d+)?(?:e−?\d+)?|∞)|NaN"
# Numbers with signs between them, at the end of a text: `ŷ1 −0.9725 × 0.0149` ends in a product.
CHAIN = re.compile(rf"(?:\(?(?:{NUMBER})\)?)(?: [×·+] \(?(?:{NUMBER})\)?)*$")
SIGNS = {"·": "*", "×": "*", "−": "-", "^": "**", "²": "**2", "√": "sqrt", "∛": "cube_root"}
SIGNS |= {"⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")"}


def softmax(*z: Any) -> Any:
    """The share of the first."""
    return mpmath.exp(z[0]) / sum(map(mpmath.exp, z))


def cross_entropy(*operands: Any) -> Any:
    """Of scores, then the weight of each class."""
    half = len(operands) // 2
    z, weights = operands[:half], operands[half:]
    whole = mpmath.log(sum(map(mpmath.exp, z)))
    return sum([weight * (whole - x) for weight, x in zip(weights, z, strict=True)])


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(mpmath, name) for name in dir(mpmath) if not name.startswith("_")},
    "softmax": softmax,
    "cross_entropy": cross_entropy,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "log_sigmoid": lambda x: -mpmath.log1p(mpmath.exp(-x)),
    "log2": lambda x: mpmath.log(x, 2),
    "softsign": lambda x: x / (1 + abs(x)),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "cube_root": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "relu": lambda x: max(x, mpf(0)),
    "gelu": lambda x: x * mpmath.ncdf(x),
    "normal_cdf": mpmath.ncdf,
}


def evaluated(formula: str, names: Mapping[str, str] | None = None) -> Any:
    """The number of a formula; None where it has names whose numbers are not among `names`."""
    names = names or {}
    code = re.sub(
        r"[^\W\d_][0-9]+", lambda m: f"({names[m[0]]})" if m[0] in names else m[0], formula
    )
    for sign, word in SIGNS.items():
        code = code.replace(sign, word)
    code = re.sub(r"\|([^|]*)\|", r"fabs(\1)", code)
    code = code.replace(", else ", " else ")
    code = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?(?:e-?\d+)?)", r"mpf('\1')", code)
    code = re.sub(r"\)\(", ")*(", code)
    unknown = (
        set(re.findall(r"(?<![\w.])[^\W\d_]\w*", code)) - FUNCTIONS.keys() - {"mpf", "if", "else"}
    )
    if unknown or not re.search(r"\d", formula) or "∂" in formula:
        return None
    with mpmath.workdps(60):
        return eval(code, {"mpf": mpf, "__builtins__": {}, **FUNCTIONS})


def agrees(recomputed: Any, result: str, digits: int) -> bool:
    """Whether a result, as it is written, is the recomputed number rounded to its last digit.

    A whole number has zeros behind it, up to so many digits; a half rounds either way, so that
    neither is what it gives.
    """
    text = result.replace("−", "-")
    mantissa, _, exponent = text.lstrip("-").partition("e")
    whole, _, decimals = mantissa.partition(".")
    places = len(decimals) or max(0, digits - len(whole))
    with mpmath.workdps(60):
        shown, unit = mpf(text), mpf(10) ** (int(exponent or 0) - places)
        if shown == 0:
            return bool(recomputed == 0)
        return bool(abs(recomputed - shown) < unit * (mpf(1) / 2 - mpf(10) ** -40))


def equations(line: str) -> Iterator[tuple[str, str, str]]:
    """Of a line each formula, the sign after it, and the number that it is said to be."""
    parts = re.split(r"(?:^| )([=≈]) ", line.strip().removesuffix("."))
    for left, sign, right in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
        if re.fullmatch(NUMBER, right):
            yield left, sign, right


def check(line: str, digits: int = 4, names: Mapping[str, str] | None = None) -> int:
    """How many equations of a line can be recomputed; AssertionError for one that says it wrongly.

    A formula that can't be read whole is read from where its last chain of numbers begins.
    """
    count = 0
    for left, sign, right in equations(line):
        # A formula may hold constants of its own, such as 0.5; the rest has digits to compute with.
        seen = right if re.search(r"[^\W\d_]\(", left) else f"{left} {right}"
        for text in re.findall(r"\d+\.\d+", seen):
            assert len(text.replace(".", "").lstrip("0")) >= digits, f"{text} is too short: {line}"
        recomputed = evaluated(left, names)
        if recomputed is None and (chain := CHAIN.search(left)) and re.search("[×·+]", chain[0]):
            recomputed = evaluated(chain[0])
        if recomputed is not None:
            count += 1
            same = agrees(recomputed, right, digits)
            assert same == (sign == "="), f"{left} is {mpmath.nstr(recomputed, 12)}: {line}"
    return count

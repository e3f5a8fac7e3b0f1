"""A tape as LaTeX."""

from __future__ import annotations

import re

from .notation import ATOM, POWER, PRODUCT, SIGN, SUM, Notation, Pattern
from .text import TEXT

SPECIAL = str.maketrans({c: f"\\{c}" for c in "_&%$#{}"} | {"\\": r"\backslash ", "^": r"\hat{}"})
FUNCTIONS = {"exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh"}  # LaTeX has these


def name(label: str) -> str:
    r"""A name, with the number at its end as a subscript and a hat as a hat.

    >>> name("w17"), name("ŷ1"), name("loss")
    ('w_{17}', '\\hat{y}_{1}', '\\mathrm{loss}')
    """
    letters, digits = re.fullmatch(r"(.*?)(\d*)", label, re.DOTALL).groups()  # type: ignore[union-attr]
    if letters == "ŷ":
        letters = r"\hat{y}"
    elif len(letters) != 1 or not letters.isalpha():
        letters = rf"\mathrm{{{letters.translate(SPECIAL)}}}"
    return f"{letters}_{{{digits}}}" if digits else letters


def number(x: float) -> str:
    return written(TEXT.number(x))


def written(text: str) -> str:
    r"""The numbers of a text in LaTeX.

    >>> written("−3.863e−4 · (−∞)")
    '-3.863\\cdot 10^{-4} · (-\\infty)'
    """
    text = text.replace("−", "-").replace("∞", r"\infty").replace("NaN", r"\mathrm{NaN}")
    return re.sub(r"e([+-]?)0*(\d+)", lambda m: rf"\cdot 10^{{{m[1].strip('+')}{m[2]}}}", text)


def call(function: str) -> Pattern:
    word = f"\\{function}" if function in FUNCTIONS else rf"\operatorname{{{name_of(function)}}}"
    return Pattern(word.replace("{", "{{").replace("}", "}}") + r"\left({all}\right)")


def name_of(function: str) -> str:
    return function.replace("_", r"\_")


LATEX = Notation(
    {
        **TEXT.rows,
        "sub": Pattern("{0} - {1}", SUM, (SUM, PRODUCT)),
        "mul": Pattern(r"{0} \cdot {1}", PRODUCT, (SIGN, PRODUCT)),
        "div": Pattern(r"\frac{{{0}}}{{{1}}}", PRODUCT),
        "mod": Pattern(r"{0} \bmod {1}", PRODUCT, (SIGN, POWER)),
        "neg": Pattern("-{0}", SIGN, (PRODUCT,)),
        "pow": Pattern("{0}^{{{1}}}", POWER, (ATOM, 0)),
        "abs": Pattern(r"\left|{0}\right|"),
        "sqrt": Pattern(r"\sqrt{{{0}}}"),
        "cbrt": Pattern(r"\sqrt[3]{{{0}}}"),
        "floor": Pattern(r"\lfloor {0} \rfloor"),
        "ceil": Pattern(r"\lceil {0} \rceil"),
        "less_equal": Pattern(r"{0} \le {1}", SUM, (SIGN,)),
        "either": Pattern(r"{0} \lor {1}", 0, (PRODUCT,)),
        "both": Pattern(r"{0} \land {1}", 0, (PRODUCT,)),
        "opposite": Pattern(r"\lnot {0}", SIGN, (PRODUCT,)),
        "where": Pattern(
            r"\begin{{cases}} {1} & \text{{if }} {0} \\ {2} & \text{{else}} \end{{cases}}", SUM
        ),
        "largest": Pattern(r"\max\left({all}\right)"),
        "maximum": Pattern(r"\max\left({all}\right)"),
        "minimum": Pattern(r"\min\left({all}\right)"),
    },
    call,
    r"\left({}\right)",
    number,
)

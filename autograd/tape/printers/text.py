"""A tape as plain text."""

from __future__ import annotations

import math

from .notation import ATOM, POWER, PRODUCT, SIGN, SUM, Notation, Pattern


def number(x: float) -> str:
    """A number with all its digits, whole ones without a point; minus is U+2212."""
    if math.isnan(x):
        return "NaN"
    size = abs(x)
    text = "∞" if math.isinf(x) else repr(size).removesuffix(".0")
    return ("−" if math.copysign(1.0, x) < 0 else "") + text


TEXT = Notation(
    {
        "add": Pattern("{0} + {1}", SUM, (SUM, PRODUCT)),
        "sub": Pattern("{0} − {1}", SUM, (SUM, PRODUCT)),
        "mul": Pattern("{0} · {1}", PRODUCT, (SIGN, PRODUCT)),
        "div": Pattern("{0}/{1}", PRODUCT, (SIGN, POWER)),
        "mod": Pattern("{0} mod {1}", PRODUCT, (SIGN, POWER)),
        "neg": Pattern("−{0}", SIGN, (PRODUCT,)),
        "pos": Pattern("{0}", SIGN, (SIGN,)),
        "pow": Pattern("{0}^{1}", POWER, (ATOM, ATOM)),
        "abs": Pattern("|{0}|"),
        "sqrt": Pattern("√({0})"),
        "cbrt": Pattern("∛({0})"),
        "floor": Pattern("⌊{0}⌋"),
        "ceil": Pattern("⌈{0}⌉"),
        "total": Pattern("{all}", SUM, (SIGN, PRODUCT), " + "),
        "dot": Pattern("{all}", SUM, (SIGN, PRODUCT), " + "),
        "less": Pattern("{0} < {1}", SUM, (SIGN,)),
        "less_equal": Pattern("{0} ≤ {1}", SUM, (SIGN,)),
        "equal": Pattern("{0} = {1}", SUM, (SIGN,)),
        "either": Pattern("{0} or {1}", 0, (PRODUCT,)),
        "both": Pattern("{0} and {1}", 0, (PRODUCT,)),
        "opposite": Pattern("not {0}", SIGN, (PRODUCT,)),
        "where": Pattern("({1} if {0}, else {2})"),
        "largest": Pattern("max({all})"),
        "maximum": Pattern("max({all})"),
        "minimum": Pattern("min({all})"),
        "constant": Pattern("{0}", SIGN, (SIGN,)),
    },
    lambda name: Pattern(name + "({all})"),
    "({})",
    number,
)

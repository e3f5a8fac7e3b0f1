"""A tape as plain text."""

from __future__ import annotations

import math

from .notation import ATOM, POWER, PRODUCT, SIGN, SUM, Notation, Row


def number(x: float) -> str:
    """A number with all its digits, whole ones without a point; minus is U+2212."""
    if math.isnan(x):
        return "NaN"
    size = abs(x)
    text = "∞" if math.isinf(x) else repr(size).removesuffix(".0")
    return ("−" if math.copysign(1.0, x) < 0 else "") + text


TEXT = Notation(
    {
        "add": Row("{0} + {1}", SUM, (SUM, PRODUCT)),
        "sub": Row("{0} − {1}", SUM, (SUM, PRODUCT)),
        "mul": Row("{0} · {1}", PRODUCT, (SIGN, PRODUCT)),
        "div": Row("{0}/{1}", PRODUCT, (SIGN, POWER)),
        "mod": Row("{0} mod {1}", PRODUCT, (SIGN, POWER)),
        "neg": Row("−{0}", SIGN, (PRODUCT,)),
        "pos": Row("{0}", SIGN, (SIGN,)),
        "pow": Row("{0}^{1}", POWER, (ATOM, ATOM)),
        "abs": Row("|{0}|"),
        "sqrt": Row("√({0})"),
        "cbrt": Row("∛({0})"),
        "floor": Row("⌊{0}⌋"),
        "ceil": Row("⌈{0}⌉"),
        "total": Row("{all}", SUM, (SIGN, PRODUCT), " + "),
        "dot": Row("{all}", SUM, (SIGN, PRODUCT), " + "),
        "less": Row("{0} < {1}", SUM, (SIGN,)),
        "less_equal": Row("{0} ≤ {1}", SUM, (SIGN,)),
        "equal": Row("{0} = {1}", SUM, (SIGN,)),
        "either": Row("{0} or {1}", 0, (PRODUCT,)),
        "both": Row("{0} and {1}", 0, (PRODUCT,)),
        "opposite": Row("not {0}", SIGN, (PRODUCT,)),
        "where": Row("({1} if {0}, else {2})"),
        "largest": Row("max({all})"),
        "maximum": Row("max({all})"),
        "minimum": Row("min({all})"),
        "constant": Row("{0}", SIGN, (SIGN,)),
    },
    lambda name: Row(name + "({all})"),
    "({})",
    number,
)

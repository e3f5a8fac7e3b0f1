"""JSON that was read from a file: no more than JSON says, and nothing that takes much of it.

The standard library's reader takes NaN, the last of two equal keys, whole numbers of any length
and 1e999 as infinity, and it recurses. What is refused here is refused before it is built.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from itertools import accumulate
from typing import Any

from .files import FormatError

DEEPEST = 32  # lists and objects in each other
DIGITS = 24  # of a whole number

# Everything but brackets: strings, also one that does not end, and what stands between.
BESIDE_BRACKETS = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[^"\[\]{}]++', re.DOTALL)
LEVELS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
ALIKE = bytes.maketrans(b"123456789E", b"000000000e")


def parse(content: bytes, where: str) -> Any:
    """The thing that a JSON text holds; FormatError that begins with `where` for any other text.

    >>> from autograd.strict_json import parse
    >>> parse(b'{"a": [1, 2.5, null]}', "a.json")
    {'a': [1, 2.5, None]}
    >>> parse(b'{"a": 1, "a": 2}', "a.json")
    Traceback (most recent call last):
    autograd.files.FormatError: a.json: the key 'a' is there twice
    """
    brackets = BESIDE_BRACKETS.sub(b"", content)
    depth = max(accumulate(map(LEVELS.__getitem__, brackets)), default=0)
    if depth > DEEPEST:
        raise FormatError(f"{where}: lists and objects in each other {depth} deep, not {DEEPEST}")

    def refuse(literal: str) -> Any:
        raise FormatError(f"{where}: {literal} is no number in JSON")

    def whole(literal: str) -> int:
        if len(literal.lstrip("-")) > DIGITS:
            raise FormatError(f"{where}: {literal[:20]}... has more than {DIGITS} digits")
        return int(literal)

    def number(literal: str) -> float:
        if math.isinf(float(literal)):
            raise FormatError(
                f"{where}: {literal[:20]}{'...' * (len(literal) > 20)} is past the range of floats"
            )
        return float(literal)

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = Counter([key for key, _ in pairs]).most_common(1)[0][0]
            raise FormatError(f"{where}: the key {twice!r:.60} is there twice")
        return found

    extreme = may_have_extremes(content)
    try:
        return json.loads(
            content.decode(),
            parse_constant=refuse,
            parse_int=whole if extreme else int,
            parse_float=number if extreme else float,
            object_pairs_hook=table,
        )
    except UnicodeDecodeError as error:
        raise FormatError(f"{where}: byte {error.start}: no UTF-8") from None
    except json.JSONDecodeError as error:
        raise FormatError(
            f"{where}: line {error.lineno}, column {error.colno}: no JSON: {error.msg}"
        ) from None


def may_have_extremes(content: bytes) -> bool:
    """Whether a number may be long or past the range of floats; false in nearly all texts.

    It saves calling a function for each number, which takes longer than all the rest.
    """
    shapes = content.translate(ALIKE, b"+")
    return b"0" * (DIGITS + 1) in shapes or b"e000" in shapes

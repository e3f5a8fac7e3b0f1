"""Strict JSON for files: standard JSON only, of bounded depth and bounded numbers.

The standard library's parser accepts NaN, duplicate keys, integers of any length and 1e999 as
infinity, and raises RecursionError for deep nesting. Here each of these is a FormatError.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from itertools import accumulate
from typing import Any

from .files import FormatError

DEEPEST = 32  # levels of nesting
DIGITS = 24  # of an integer

# Everything but brackets: strings, also an unterminated one, and the text between them. No
# alternative within a possessive group is possessive itself: PyPy's matcher finds too little then.
BESIDE_BRACKETS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[^"\[\]{}]++', re.DOTALL)
LEVELS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
ALIKE = bytes.maketrans(b"123456789E", b"000000000e")


def parse(content: bytes, where: str) -> Any:
    """The content of a JSON text; any other text is a FormatError that begins with `where`.

    >>> from autograd.strict_json import parse
    >>> parse(b'{"a": [1, 2.5, null]}', "a.json")
    {'a': [1, 2.5, None]}
    >>> parse(b'{"a": 1, "a": 2}', "a.json")
    Traceback (most recent call last):
    autograd.files.FormatError: a.json: duplicate key 'a'
    """
    brackets = BESIDE_BRACKETS.sub(b"", content)
    depth = max(accumulate(map(LEVELS.__getitem__, brackets)), default=0)
    if depth > DEEPEST:
        raise FormatError(f"{where}: nested {depth} levels deep; at most {DEEPEST} are accepted")

    def refuse(literal: str) -> Any:
        raise FormatError(f"{where}: {literal} is not a number in JSON")

    def whole(literal: str) -> int:
        if len(literal.lstrip("-")) > DIGITS:
            raise FormatError(f"{where}: {literal[:20]}... has more than {DIGITS} digits")
        return int(literal)

    def number(literal: str) -> float:
        if math.isinf(float(literal)):
            shown = literal if len(literal) <= 24 else f"{literal[:20]}..."
            raise FormatError(f"{where}: {shown} is out of the range of floats")
        return float(literal)

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = Counter([key for key, _ in pairs]).most_common(1)[0][0]
            raise FormatError(f"{where}: duplicate key {twice!r:.60}")
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
        raise FormatError(f"{where}: byte {error.start}: invalid UTF-8") from None
    except json.JSONDecodeError as error:
        raise FormatError(
            f"{where}: line {error.lineno}, column {error.colno}: invalid JSON: {error.msg}"
        ) from None


def may_have_extremes(content: bytes) -> bool:
    """Whether some number may be too long or out of range; False for nearly all files.

    It avoids a call of a Python function for each number, which would take most of the time.
    """
    shapes = content.translate(ALIKE, b"+")
    return b"0" * (DIGITS + 1) in shapes or b"e000" in shapes

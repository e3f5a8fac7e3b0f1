"""JSON as the standard library reads it, and nothing that is not JSON or takes much."""

from __future__ import annotations

import json
import math
import sys
import tracemalloc
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd.files import FormatError
from autograd.strict_json import DEEPEST, parse

things = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**24) + 1, 10**24 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(thing=things, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
@example(thing=['"[', "\\", "{" * 100, "]"], ascii_only=False, indent=None)
@example(thing=-0.0, ascii_only=True, indent=None)
@example(thing=[1.7976931348623157e308, 1, 10**24 - 1], ascii_only=True, indent=None)
@example(thing=["e000", "0" * 99, 0.1, 1], ascii_only=True, indent=None)
def test_what_is_written_is_read(thing: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(thing, ensure_ascii=ascii_only, indent=indent)
    assert repr(parse(text.encode(errors="surrogatepass"), "a.json")) == repr(thing)


def refused(content: bytes) -> str:
    with pytest.raises(FormatError, match=r"\Aa\.json: ") as raised:
        parse(content, "a.json")
    return str(raised.value).removeprefix("a.json: ")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1, column 1: invalid JSON: Expecting value"),
        (b"[1,\n 2", "line 2, column 3: invalid JSON: Expecting ',' delimiter"),
        (b"[] []", "line 1, column 4: invalid JSON: Extra data"),
        (b'{"a": 1, "b": {"c": 2, "c": 2}}', "duplicate key 'c'"),
        (b"[NaN]", "NaN is not a number in JSON"),
        (b"[-Infinity]", "-Infinity is not a number in JSON"),
        (b"1e999", "1e999 is out of the range of floats"),
        (b"-1" + b"0" * 24, "-1000000000000000000... has more than 24 digits"),
        (b"-1.7976931348623159E+308", "-1.7976931348623159E+308 is out of the range of floats"),
        (b"1" + b"0" * 309 + b".0", "10000000000000000000... is out of the range of floats"),
        (b"\xff", "byte 0: invalid UTF-8"),
        (b'"\xed\xa0\x80"', "byte 1: invalid UTF-8"),
        (b"\xef\xbb\xbf[]", "line 1, column 1: invalid JSON: Unexpected UTF-8 BOM"),
        ("[]".encode("utf-16"), "byte 0: invalid UTF-8"),
        (b"[1, 2,]", "invalid JSON"),
        (b"'a'", "invalid JSON"),
        (b'"\n"', "invalid JSON: Invalid control character"),
        (b"01", "invalid JSON"),
    ],
)
def test_what_is_no_json(content: bytes, message: str) -> None:
    assert message in refused(content)


PIECES = ['"', "\\", "[", "]", "{", "}", ":", ",", "0", "-", "9", ".", "e", "E+", "NaN", "null"]
PIECES += [" ", "\n", '"a":', "[1,", "{}", "\\u00e9", "ŷ", "9" * 25, "e999", "0" * 400]


def by_the_rules(text: str) -> Any:
    """By the standard library, with all checks as hooks; ValueError for what is refused."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise ValueError("twice")
        return dict(pairs)

    def short(literal: str) -> int:
        return int(literal) if len(literal.strip("-")) <= 24 else int("too long")

    def finite(literal: str) -> float:
        return float(literal) if math.isfinite(float(literal)) else float("too large")

    return json.loads(
        text, object_pairs_hook=once, parse_int=short, parse_float=finite, parse_constant=int
    )


@settings(max_examples=500)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=12))
def test_what_is_taken_is_what_the_rules_say(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        expected = by_the_rules(text)
    except ValueError:
        refused(text.encode())
    else:
        assert repr(parse(text.encode(), "a.json")) == repr(expected)


def test_depth() -> None:
    for left, right in ((b"[", b"]"), (b'{"a":', b"}")):
        assert parse(left * DEEPEST + b"1" + right * DEEPEST, "a.json")
        deep = left * (DEEPEST + 1) + b"1" + right * (DEEPEST + 1)
        assert refused(deep) == "nested 33 levels deep; at most 32 are accepted"
    for count in (10**5, 10 * sys.getrecursionlimit()):
        for content in (b"[" * count, b'{"a":[' * count, b"[" * count + b"]" * count):
            assert "levels deep; at most 32" in refused(content)


SIZE = 200_000
GREEDY = [
    *(b"[" + b"[]," * (SIZE // 3) + b"1]", b"[" + b"{}," * (SIZE // 3) + b"1]"),
    *(b"[" + b"1," * (SIZE // 2) + b"1]", b"9" * SIZE, b"1e" + b"9" * SIZE, b"[" * SIZE),
    *(b"0." + b"9" * SIZE, b'"' * SIZE, b'"' + b"\\" * SIZE, b'"' + b'\\"' * (SIZE // 2) + b'"'),
    b'{"a":' * (SIZE // 5),
    b"{" + b",".join(b'"%d":0' % i for i in range(SIZE // 9)) + b',"7":0}',
    b"{" + b",".join(b'"%d":0' % i for i in range(SIZE // 9)) + b',"22221":0}',
]


@pytest.mark.parametrize("content", GREEDY, ids=lambda content: repr(content[:12]))
def test_memory_stays_near_the_size_of_the_text(content: bytes) -> None:
    """A list that is empty takes 72 bytes and three of text."""
    tracemalloc.start()
    try:
        parse(content, "a.json")
    except FormatError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 100 * len(content)

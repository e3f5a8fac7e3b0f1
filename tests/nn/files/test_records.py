import json
import math
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.files import FormatError
from nn.files.description import Description, described_by, texts_of
from nn.files.records import plain, record_of
from nn.schema import Schema
from tests.nn.files.adversaries import plainest

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(int, st.integers(-(10**15), 10**15))


@dataclass(frozen=True)
class Inner:
    name: str
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Outer:
    inner: Inner
    others: dict[str, Inner]
    pair: tuple[str, float]
    either: str | tuple[float, ...]
    limit: float | None
    is_done: bool = False


# Every record of files, and one with all kinds of fields; new fields are among them by themselves.
@pytest.mark.parametrize("kind", [Outer, Schema, Description])
def test_there_and_back(kind):
    @given(st.from_type(kind))
    def check(record):
        text = json.dumps(plain(record), allow_nan=False)
        assert record_of(kind, json.loads(text), "a") == record

    check()


@given(st.from_type(Description))
def test_a_description_is_one_text(description):
    if description.format == 1:
        assert described_by(texts_of(description, "save"), "a.safetensors") == description
    else:
        with pytest.raises(FormatError, match="expected format 1, got"):
            described_by(texts_of(description, "save"), "a.safetensors")


RIGHT = plain(Outer(Inner("a", (1, 2)), {"b": Inner("c")}, ("d", 0.5), (1.0,), None))
WRONG = {
    "unknown": ({**RIGHT, "code": "x"}, r"^a: unknown 'code'; expected inner, others, pair"),
    "missing": ({"pair": ["d", 0.5]}, r"^a: missing 'inner'; expected inner"),
    "no object": ([], r"^a: expected an object, got \[\]"),
    "no text": ({**RIGHT, "inner": {"name": 1}}, r"^a\.inner\.name: expected a text, got 1$"),
    "no list": ({**RIGHT, "inner": {"name": "", "sizes": 1}}, r"inner\.sizes: expected a list"),
    "within": ({**RIGHT, "others": {"b": {"name": "", "sizes": [1, "x"]}}},
               r"^a\.others\.b\.sizes\[1\]: expected a whole number, got 'x'$"),
    "no whole number": ({**RIGHT, "inner": {"name": "", "sizes": [1.0]}}, "whole number, got 1.0"),
    "true is no number": ({**RIGHT, "limit": True}, r"limit: expected a number or null, got True"),
    "one is not true": ({**RIGHT, "is_done": 1}, r"is_done: expected true or false, got 1"),
    "of three": ({**RIGHT, "pair": ["d", 1.0, 2.0]}, r"^a\.pair: expected a list of 2, got"),
    "neither": ({**RIGHT, "either": {}}, r"either: expected a text or a list, got \{\}"),
    "null": ({**RIGHT, "inner": None}, r"inner: expected an object, got None"),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG)
def test_what_is_refused(fault):
    given, words = WRONG[fault]
    with pytest.raises(FormatError, match=words):
        record_of(Outer, given, "a")


def test_what_a_record_refuses_itself():
    @dataclass(frozen=True)
    class Positive:
        x: float

        def __post_init__(self):
            if self.x <= 0:
                raise ValueError("expected a positive x")

    globals()["Positive"] = Positive
    with pytest.raises(FormatError, match="a: expected a positive x"):
        record_of(Positive, {"x": -1}, "a")


def test_a_whole_number_is_a_float_where_one_is_meant():
    found = record_of(Outer, {**RIGHT, "limit": 2}, "a").limit
    assert (found, type(found)) == (2.0, float)


def test_fields_that_an_older_program_did_not_write_have_their_default():
    assert record_of(Schema, {}, "a") == Schema()


def records(kind):
    """A type with those of its fields that are records, at any depth."""
    yield kind
    for hint in get_type_hints(kind).values():
        for one in (hint, *get_args(hint)):
            yield from records(one) if is_dataclass(one) else ()


@pytest.mark.parametrize(
    "kind", dict.fromkeys(records(Description)), ids=lambda kind: kind.__name__
)
def test_numbers_and_words_that_are_not_there_are_not_made_up(kind):
    """A scale without its deviation is none of 1: answers would be wrong without a word."""
    whole = plainest(kind) | {
        field.name: plain(field.default) for field in fields(kind) if field.default is not MISSING
    }
    whole = plain(record_of(kind, whole, "a"))
    for name, value in whole.items():
        some = {other: part for other, part in whole.items() if other != name}
        if value is None or value is False or value in ("", []):
            continue
        with pytest.raises(FormatError, match=f"^a: missing '{name}'"):
            record_of(kind, some, "a")


def test_what_json_can_not_hold():
    description = Description(1, "MLP", None, Schema(lowest=(math.nan,)))
    with pytest.raises(ValueError, match="save: Out of range float values are not JSON compliant"):
        texts_of(description, "save")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "expected an object with a number as format"),
        ('{"format": 2}', "expected format 1, got 2; it was written by a newer chainrule"),
        ('{"format": 0}', "expected format 1, got 0$"),
        ('{"format": true}', "a number as format"),
        ('{"format": 1, "format": 1}', "key 'format'"),
        ('{"format": 1, "model": NaN}', "NaN"),
        ('{"format": 1, "model": ' + "[" * 99, "format: |chainrule: "),
        ("\ud800", "UTF-8"),
        ('{"format": 1, "model": "A", "architecture": null, "schema": {}, "code": ""}', "unknown"),
    ],
)
def test_texts_that_are_no_description(text, words):
    with pytest.raises(FormatError, match=words) as raised:
        described_by({"chainrule": text}, "a.safetensors")
    assert str(raised.value).startswith("a.safetensors: chainrule")


def test_a_file_of_another_program_has_none():
    assert described_by({"format": "pt"}, "a.safetensors") is None

"""Labels made harmless, cut and measured."""

import unicodedata
import xml.etree.ElementTree as ET
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.drawing.labels import clean, short, width

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("w17", "w17"),
        ("", ""),
        (" \t\n ", ""),
        ("a\r\n b\u2028c", "a b c"),
        ("nul\0del\x7fnext\x85", "nul\ufffddel\ufffdnext\ufffd"),
        ("\u202eevil\u2066", "\ufffdevil\ufffd"),
        ("\ud800", "\ufffd"),
        ("ŷ1 한글 שלום 😀 👩\u200d🔬", "ŷ1 한글 שלום 😀 👩\u200d🔬"),
    ],
)
def test_clean(text, cleaned):
    assert clean(text) == cleaned


@given(ANY_TEXT)
def test_a_clean_text_is_legal_in_xml_and_turns_no_direction(text):
    cleaned = clean(text)
    assert ET.fromstring(f"<a>{escape(cleaned)}</a>").text == (cleaned or None)
    assert not {unicodedata.category(character) for character in cleaned} & {"Cc", "Cs"}
    turning = {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}
    assert not {unicodedata.bidirectional(character) for character in cleaned} & turning


def test_short():
    assert short("x" * 24) == "x" * 24
    assert short("x" * 25) == "x" * 24 + "…"


def test_wide_letters_are_wide():
    assert width("한글", 10) == 20
    assert width("il", 10) < width("LI", 10) < width("MW", 10) == 20
    assert width("", 10) == 0

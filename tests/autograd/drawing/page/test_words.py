"""Particles of Korean after what is put into a text: after a consonant, a vowel, or ㄹ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from autograd.drawing.page import assembly


@pytest.fixture(scope="module")
def put_in(browser: Any) -> Iterator[Any]:
    """A function: the text of a template with a thing put in, in Korean."""
    tab = browser.new_page()

    def text(template: str, thing: str) -> Any:
        words = json.dumps({"ko": {"text": template}}, ensure_ascii=False)
        head = f"const DATA = {{words: {words}}}, S = {{language: 'ko'}};"
        source = assembly.source("words.js")
        return tab.evaluate(
            f"thing => {{ {head} {source} return say('text', {{x: thing}}); }}", thing
        )

    yield text
    tab.close()


@pytest.mark.parametrize(
    ("template", "thing", "text"),
    [
        ("{x}를 보세요", "w33", "w33을 보세요"),
        ("{x}을 보세요", "h5", "h5를 보세요"),
        ("{x}로 전달", "z1", "z1로 전달"),
        ("{x}로 전달", "z3", "z3으로 전달"),
        ("{x}으로 전달", "h2", "h2로 전달"),
        ("k = {x}라고 하면", "0.03471", "k = 0.03471이라고 하면"),
        ("{x}이라고 하면", "−0.02825", "−0.02825라고 하면"),
        ("{x}와 같습니다", "0.1343", "0.1343과 같습니다"),
        ("{x}가 틀림", "꽃", "꽃이 틀림"),
        ("{x}이 틀림", "노드", "노드가 틀림"),
        ("{x}은 50", "loss", "loss는 50"),
        ("{x}입니다", "w33", "w33입니다"),
        ("{x}이므로", "h5", "h5이므로"),
        ("값 {x}. 이 값", "h5", "값 h5. 이 값"),
    ],
)
def test_particles(put_in: Any, template: str, thing: str, text: str) -> None:
    assert put_in(template, thing) == text

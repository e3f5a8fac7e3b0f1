"""What a reader of the post asks, answered from the page alone."""

from __future__ import annotations

from typing import Any

import pytest


def said(tab: Any) -> str:
    return " ".join(tab.inner_text("body").replace("\u2009", " ").split())


QUESTIONS: dict[str, tuple[str, list[str]]] = {
    "what is ∂ŷ1/∂w33, and why": (
        "view=paths&node=w33",
        ["∂z1/∂w33 = h5 =", "∂ŷ1/∂z1 = ŷ1 · (1 − ŷ1)"],
    ),
    "is the post's k right": (
        "view=paths&node=w17",
        [
            "Is the post’s k · ∂h5/∂w17 right?",
            "another number. k is how ŷ1 changes with the weight w33",
        ],
    ),
    "which weights act through h5": ("view=paths&node=h5", ["directly: w17, w18, w19, w20"]),
    "why a sum of three products": (
        "view=paths&node=w17",
        ["3 paths.", "Softmax divides by the sum of all ez", "small changes add up"],
    ),
    "what would w33 + 0.1 do": (
        "view=paths&node=w33",
        ["+0.1 would change ŷ1 by", "+0.1 would change loss by", "it does by"],
    ),
    "why +=": (
        "step=43&node=h5&picked=1",
        ["+= adds them. A plain = would keep only the last."],
    ),
    "what goes wrong without the sort": (
        "step=43&order=unsorted",
        ["Done, and wrong", "What went wrong"],
    ),
    "why from the back": (
        "step=43",
        ["each node handed on once, when its own sum was complete", "starts at the back"],
    ),
    "the local derivative of a dot": ("step=1", ["Local derivatives", "∂s1/∂w1 = x1 ="]),
    "the local derivative of tanh": ("step=2", ["∂h1/∂s1 = 1 − h12"]),
    "which flowers are wrong": ("view=training", ["Wrong at this epoch:", "answer"]),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_questions(show: Any, network_file: Any, question: str) -> None:
    fragment, answers = QUESTIONS[question]
    text = said(show(network_file, fragment))
    for answer in answers:
        assert answer in text

"""Lessons: stops with a question for a number or a choice, and an explanation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...arguments import choices as accepted
from ...arguments import is_value, real, several, wrong
from ...cached import cached_property
from ...graph import count_paths, topological_order
from ...value import Value
from ..labels import clean
from ..languages import LANGUAGES
from .content import Content
from .lesson_texts import Formula, Piece, parse_formula, parse_text, pieces_json
from .states import States

CALL = 'explore(y, lesson=[Stop("What is ∂y/∂x?", answer="grad x")])'
Text = str | Mapping[str, str]


@dataclass(frozen=True)
class Stop:
    """One stop of a lesson on a page: a question, its answer, an explanation, and states of the
    page.

    Texts may contain numbers in braces, as in "h5 is {data h5}", which the page computes: "data
    h5", "grad w17" (∂output/∂w17), "grad h5 w17" (∂h5/∂w17), "local z1 h5", "path w17 2" (the
    product along its second path), "paths w17" (their number), "handed h5 1", "guess w33 0.1",
    "change w33 0.1", "error w33 0.1", and products or sums of these: "{local z1 h5 * grad z1 =}"
    shows the operation and its result, with "?" in place of "=" no result. A text is a string, or a
    dict with one string for each language: {"en": "...", "ko": "..."}.

    Args:
        question: the text of the question.
        answer: a number, or the expression of one, such as "grad w17"; with `choices`, the correct
            one; None for a stop without an answer.
        why: the text of the explanation.
        choices: texts to choose from; without them the answer is a number to type.
        before: the state of the page with the question: what follows # in the page's address, such
            as "view=paths&node=w17".
        after: the state of the page after the answer.

    Raises:
        TypeError or ValueError: for an invalid argument; names of nodes are checked by `explore`.

    >>> Stop("What is ∂y/∂x at x = {data x}?", answer="grad x", after="view=paths&node=x").answer
    'grad x'
    >>> Stop("Is y' ever 0?", answer="no", choices=["yes", "no"]).choices
    ('yes', 'no')
    """

    question: Text
    answer: Any = None
    why: Text = ""
    choices: Sequence[Text] = ()
    before: str = ""
    after: str = ""

    def __post_init__(self) -> None:
        call = 'choices=["yes", "no"]'
        object.__setattr__(self, "choices", several(self.choices, "Stop", "texts", call))
        for name in ("before", "after"):
            if not isinstance(state := getattr(self, name), str):
                advice = 'as in "view=paths&node=w17"'
                raise wrong("Stop", f"the state of an address as {name}", state, advice)
        self.texts  # noqa: B018 # a cached property: what can't be read raises here
        self.right  # noqa: B018
        if not self.question:
            raise ValueError("Stop: expected a question, got an empty text")

    @cached_property
    def texts(self) -> tuple[Mapping[str, tuple[Piece, ...]], ...]:
        """The pieces of question, why and choices by language."""
        return tuple([texts_of(text) for text in (self.question, self.why, *self.choices)])

    @cached_property
    def right(self) -> Formula | int | None:
        """The formula of the answer, or the number of the right choice."""
        if self.choices:
            return self._right_choice()
        if self.answer is None:
            return None
        if not isinstance(self.answer, str):
            if is_value(self.answer):
                raise wrong("Stop", "a number or a text as answer", self.answer, "use its .data")
            x = real(self.answer, "Stop")
            if not math.isfinite(x):
                raise ValueError(f"Stop: expected a finite number as answer, got {x}")
            return Formula((x,))
        formula = parse_formula(self.answer, "Stop: answer")
        if not formula.is_number:
            raise ValueError(f"Stop: expected a number as answer, got the word {self.answer!r}")
        return formula

    def _right_choice(self) -> int:
        if len(self.choices) == 1:
            raise ValueError(f"Stop: expected at least two choices, got {self.choices}")
        for i, choice in enumerate(self.choices):
            same = choice == self.answer
            if same or (isinstance(choice, Mapping) and self.answer in choice.values()):
                return i
        words = [one if isinstance(one, str) else next(iter(one.values())) for one in self.choices]
        hint = accepted(self.answer, words)
        raise ValueError(f"Stop: the answer {self.answer!r} is none of the choices{hint}")

    def json(self, states: States, number: int) -> dict[str, Any]:
        """As plain data for the page; ValueError if the graph has no such node or state.

        Args:
            states: the valid states of the page.
            number: the index of the stop in the lesson, for errors.
        """
        where = f"explore: stop {number}"
        before = states.check(self.before, f"{where}: before")
        after = states.check(self.after, f"{where}: after")
        terms = Terms(states, states.root(before))
        question, why, *choices = [pieces_json(text, terms.resolve, where) for text in self.texts]
        right = self.right
        answer = right.json(terms.resolve, where) if isinstance(right, Formula) else right
        return {
            "question": question,
            "why": why,
            "choices": choices,
            "answer": answer,
            "before": before,
            "after": after,
        }


class Terms:
    """The nodes of the terms of formulas, found in a graph and checked.

    Args:
        root: the number of the output.
    """

    def __init__(self, states: States, root: int) -> None:
        self.content, self.nodes = states.content, states.nodes
        self.root = self.content.roots[root]

    def resolve(self, where: str, name: str, words: tuple[str, ...]) -> list[Any]:
        """What follows the name of a term as numbers: nodes, slots, steps."""
        if name in ("data", "paths"):
            return [self.nodes.find(words[0], where)]
        if name == "grad":
            return [self.nodes.find(word, where) for word in words]
        if name == "local":
            return self._slot(words, where)
        if name in ("path", "handed"):
            return self._counted(name, words, where)
        if name in ("guess", "change", "error"):
            node = self.nodes.find(words[0], where)
            if name != "guess" and self.content.nodes[node].parents:
                raise ValueError(f"{where}: {words[0]} is computed; only a leaf can change alone")
            return [node, float(words[1])]
        return []

    def _slot(self, words: tuple[str, ...], where: str) -> list[int]:
        child, parent = [self.nodes.find(word, where) for word in words]
        parents = self.content.nodes[child].parents
        operand = self.content.nodes[parent]
        if operand not in parents:
            names = [self.content.names[self.content.number[one]] for one in parents]
            hint = accepted(words[1], names)
            raise ValueError(f"{where}: local: {words[1]} is no operand of {words[0]}{hint}")
        return [child, parents.index(operand)]

    def _counted(self, name: str, words: tuple[str, ...], where: str) -> list[int]:
        node, index = self.nodes.find(words[0], where), int(words[1])
        leaf = self.content.nodes[node]
        if name == "path":
            count, what = count_paths(self.root, leaf), "paths"
        else:
            count, what = count_uses(self.root, leaf), "uses"
        if index > count:
            output = self.content.names[self.content.number[self.root]]
            raise ValueError(
                f"{where}: {name} {words[0]} {index}: it has {count} {what} below {output}"
            )
        return [node, index - 1]


def count_uses(root: Value, node: Value) -> int:
    """How often a node is an operand below the root: the products that the sweep gives it."""
    return sum([one.parents.count(node) for one in topological_order(root)])


def texts_of(text: Any) -> Mapping[str, tuple[Piece, ...]]:
    """The pieces of a text by language; a plain text is for all of them."""
    if isinstance(text, Mapping):
        for language in text:
            if language not in LANGUAGES:
                raise ValueError(f"Stop: no language {language!r}{accepted(language, LANGUAGES)}")
        if not text:
            raise ValueError("Stop: expected a text for at least one language, got an empty dict")
    else:
        text = {LANGUAGES[0]: text}
    for one in text.values():
        if not isinstance(one, str):
            raise wrong("Stop", 'a text, or a dict as {"en": "...", "ko": "..."}', one)
    return {language: parse_text(clean(one), "Stop") for language, one in text.items()}


def lesson_json(
    content: Content, data: Mapping[str, Any], lesson: Iterable[Stop]
) -> list[dict[str, Any]]:
    """The stops as the page reads them, checked against its graph and its data."""
    stops = several(lesson, "explore", "Stops as lesson", CALL)
    for stop in stops:
        if not isinstance(stop, Stop):
            raise wrong("explore", "Stops as lesson", stop, f"as in {CALL}")
    states = States(content, data) if stops else None
    return [stop.json(states, i) for i, stop in enumerate(stops, start=1)] if states else []

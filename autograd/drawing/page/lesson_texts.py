"""The texts of a lesson: numbers in braces, such as {grad w17}, are computed by the page."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...arguments import choices

# Each term: what follows it, and what it is.
NODE, INDEX, STEP = "NAME", "NUMBER", "STEP"
TERMS: dict[str, tuple[tuple[tuple[str, ...], ...], str]] = {
    "data": (((NODE,),), "the value of a node"),
    "grad": (((NODE,), (NODE, NODE)), "∂output/∂NAME; of two names ∂first/∂second"),
    "local": (((NODE, NODE),), "the local derivative of the first by the second, its operand"),
    "path": (((NODE, INDEX),), "the product along one path from a node to the output"),
    "paths": (((NODE,),), "how many paths lead from a node to the output"),
    "handed": (((NODE, INDEX),), "the product that one of the nodes that use it hands a node"),
    "guess": (((NODE, STEP),), "grad × STEP"),
    "change": (((NODE, STEP),), "the true change of the output if a leaf grows by STEP"),
    "error": (((NODE, STEP),), "how far the guess is off, in per cent of the true change"),
    "leaves": (((),), "how many leaves the output depends on"),
    "products": (((),), "the multiplications of one sweep from the back"),
    "forward_products": (((),), "those of one sweep from the front for each leaf"),
    "wrong_gradients": (((),), "how many leaves get a wrong grad in the order of the state"),
    "wrong_rows": (((),), "how many rows are answered wrong"),
}
WORDS = {
    "output": "the name of the output",
    "row": "the number of the row",
    "truth": "the class of the row",
    "answer": "the class that the outputs answer",
}
TOKEN = re.compile(r'"([^"]*)"|(\S+)')
BRACES = re.compile(r"\{([^{}]*)\}")
Resolve = Callable[[str, str, tuple[str, ...]], list[Any]]


@dataclass(frozen=True)
class Formula:
    """A number: one term, or several multiplied or added.

    Args:
        terms: each a term's name and what follows it, or a number.
        sign: "*", "+" or "".
        shown: "=" shows the operation and its result, "?" leaves the result open, "" shows the
            result.
    """

    terms: tuple[tuple[str, ...] | float, ...]
    sign: str = ""
    shown: str = ""

    def json(self, resolve: Resolve, where: str) -> dict[str, Any]:
        """As the page reads it; resolve: nodes and numbers of a term."""
        terms = [
            term if isinstance(term, float) else [term[0], *resolve(where, term[0], term[1:])]
            for term in self.terms
        ]
        return {"terms": terms, "sign": self.sign, "shown": self.shown}

    @property
    def is_number(self) -> bool:
        return all([isinstance(term, float) or term[0] in TERMS for term in self.terms])


Piece = str | Formula


def parse_formula(text: str, where: str) -> Formula:
    """The formula of a text; ValueError where it is none."""
    tokens = [(quoted or bare, bool(quoted)) for quoted, bare in TOKEN.findall(text)]
    shown = tokens.pop()[0] if tokens and tokens[-1] in (("=", False), ("?", False)) else ""
    signs = sorted({word for word, quoted in tokens if word in ("*", "+") and not quoted})
    if len(signs) > 1:
        raise ValueError(f"{where}: {text!r} has both * and +; give it in two pieces")
    terms: list[list[str]] = [[]]
    for word, quoted in tokens:
        if word in signs and not quoted:
            terms.append([])
        else:
            terms[-1].append(word)
    found = [parse_term(one, text, where) for one in terms]
    return Formula(tuple(found), "".join(signs), shown)


def parse_term(words: list[str], text: str, where: str) -> tuple[str, ...] | float:
    if len(words) == 1 and (x := number_of(words[0])) is not None:
        return x
    name = words[0] if words else ""
    if name in WORDS and len(words) == 1 and text.strip() == name:
        return (name,)
    if name not in TERMS:
        hint = choices(name, [*TERMS, *WORDS]) if name else ""
        raise ValueError(f"{where}: {text!r} is no number of the page{hint}")
    forms, meaning = TERMS[name]
    for form in forms:
        if len(form) == len(words) - 1 and all(map(fits, form, words[1:])):
            return tuple(words)
    accepted = " or ".join([" ".join([name, *form]) for form in forms])
    raise ValueError(f"{where}: expected {accepted} ({meaning}), got {' '.join(words)!r}")


def fits(kind: str, word: str) -> bool:
    if kind == INDEX:
        return word.isascii() and word.isdigit() and int(word) > 0
    return kind == NODE or number_of(word) is not None


def number_of(word: str) -> float | None:
    try:
        x = float(word)
    except ValueError:
        return None
    return x if math.isfinite(x) else None


def parse_text(text: str, where: str) -> tuple[Piece, ...]:
    """The pieces of a text with formulas in braces; ValueError where one can't be read."""
    pieces: list[Piece] = []
    for i, piece in enumerate(BRACES.split(text)):
        if i % 2:
            pieces.append(parse_formula(piece, where))
        elif "{" in piece or "}" in piece:
            raise ValueError(f"{where}: a brace without its partner in {text!r:.60}")
        elif piece:
            pieces.append(piece)
    return tuple(pieces)


def pieces_json(
    texts: Mapping[str, tuple[Piece, ...]], resolve: Resolve, where: str
) -> dict[str, list[Any]]:
    """The texts of all languages as the page reads them."""
    return {
        language: [one if isinstance(one, str) else one.json(resolve, where) for one in pieces]
        for language, pieces in texts.items()
    }

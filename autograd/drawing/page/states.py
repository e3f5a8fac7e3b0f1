"""States of the page as its address holds them, such as `view=paths&node=w17`, checked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from ...arguments import choices
from ..labels import short
from .content import CONSTANT_LEAF, LEAF, Content

VIEWS = ("step", "paths", "training", "practice")
INSIGHTS = ("outputs", "curve", "cost", "evidence")  # what unfolds in a card
ORDERS = ("sorted", "unsorted", "again")
WIDTHS = ("value", "gradient")
MOST = 10**6  # steps and paths that an address may name
LONGEST_TRAINING = 10_000  # epochs
UNITS = ("product", "node", "layer")
SPEEDS = ("0.25", "0.5", "1", "2", "4")
EXPERIMENTS = ("rates", "zero", "equal", "saturated", "bias", "losses")
OPTIMIZERS = ("sgd", "momentum", "adam")
STARTS = ("drawn", "equal", "large")
WRONG = "wrong"  # the first row that is answered wrong


class Nodes:
    """The nodes of a page by their names in its address."""

    def __init__(self, content: Content) -> None:
        names = list(map(short, content.names))
        times = Counter(names)
        self.count = len(names)
        self.number = {
            name: i
            for i, (name, node) in enumerate(zip(names, content.nodes, strict=True))
            if times[name] == 1 and (content.kind[i] != CONSTANT_LEAF or node.label)
        }

    def find(self, word: str, where: str) -> int:
        """The number of a node; ValueError unless exactly one node has that name."""
        if word in self.number:
            return self.number[word]
        if word[:1] == "@" and word[1:].isdigit() and int(word[1:]) < self.count:
            return int(word[1:])
        hint = choices(word, list(self.number))
        raise ValueError(f"{where}: no node of this graph is called {word!r}{hint}")


class States:
    """The valid states of a page's address; data: those of the page."""

    def __init__(self, content: Content, data: Mapping[str, Any]) -> None:
        self.nodes = Nodes(content)
        self.content = content
        epochs = data["training"]["epochs"] if data["training"] else [0]
        trains = data["training"] or data["laboratory"]
        self.readers: dict[str, Callable[[str, str], Any]] = {
            "view": one_of(tuple([view for view in VIEWS if view != "training" or trains])),
            "root": whole(len(content.roots) - 1),
            "node": self.nodes.find,
            "picked": one_of(("0", "1")),
            "order": one_of(ORDERS),
            "step": whole(MOST),
            "path": whole(MOST),
            "row": self._row,
            "epoch": whole(LONGEST_TRAINING if data["laboratory"] else len(epochs) - 1),
            "width": one_of(WIDTHS),
            "insight": one_of(INSIGHTS),
            "part": whole(MOST),
            "by": one_of(UNITS),
            "speed": one_of(SPEEDS),
            "set": self._edits,
        }
        if data["laboratory"]:
            self.readers |= readers_of_training(data["laboratory"])

    def check(self, text: str, where: str) -> str:
        """The state as in an address, without what stands before #; ValueError for another."""
        text = text.rpartition("#")[2]
        for key, word in parse_qsl(text, keep_blank_values=True):
            if key not in self.readers:
                hint = choices(key, list(self.readers))
                raise ValueError(f"{where}: the page's address has no {key!r}{hint}")
            self.readers[key](word, f"{where}: {key}")
        return text

    def root(self, text: str) -> int:
        """The output of a state."""
        return int(dict(parse_qsl(text)).get("root", 0))

    def _row(self, word: str, where: str) -> None:
        rows = self.content.rows
        if word != WRONG or not (rows and rows.labels):
            whole(len(rows.numbers) - 1 if rows else 0)(word, where)

    def _edits(self, word: str, where: str) -> None:
        for edit in word.split(";"):
            name, _, x = edit.partition(":")
            node = self.nodes.find(name, where)
            if self.content.kind[node] != LEAF:
                raise ValueError(f"{where}: {name} is computed; only a leaf can be set")
            try:
                float(x)
            except ValueError:
                raise ValueError(f"{where}: expected NAME:NUMBER, got {edit!r}") from None


def readers_of_training(laboratory: Mapping[str, Any]) -> dict[str, Callable[[str, str], Any]]:
    """The valid states of a training that the page runs."""
    return {
        "experiment": one_of(EXPERIMENTS),
        "optimizer": one_of(OPTIMIZERS),
        "activation": one_of(tuple(laboratory["activations"])),
        "outputs": one_of(("softmax", "sigmoid", "linear")),
        "start": one_of(STARTS),
        "bias": one_of(("true", "false")),
        "zero": one_of(("true", "false")),
        "hidden": sizes,
        "lr": positive,
        "weights": whole(MOST),
        "batch": whole(MOST),
        "trained": whole(LONGEST_TRAINING),
    }


def sizes(word: str, where: str) -> None:
    if not re.fullmatch(r"[1-8](,[1-8])?", word):
        raise ValueError(f"{where}: expected one or two sizes from 1 to 8, as in 4,4; got {word!r}")


def positive(word: str, where: str) -> None:
    try:
        fits = 0.001 <= float(word) <= 10.0
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"{where}: expected a number from 0.001 to 10, got {word!r}")


def one_of(words: tuple[str, ...]) -> Callable[[str, str], Any]:
    def read(word: str, where: str) -> None:
        if word not in words:
            raise ValueError(f"{where}: got {word!r}{choices(word, words)}")

    return read


def whole(most: int) -> Callable[[str, str], Any]:
    def read(word: str, where: str) -> None:
        if not (word.isascii() and word.isdigit() and int(word) <= most):
            raise ValueError(f"{where}: expected a whole number from 0 to {most}, got {word!r}")

    return read

"""The interactive page of the Iris network, made beside the pages of the book, and links to it."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from sphinx.application import Sphinx

from nn import MLP, Adam, load_iris, train

PAGE = "iris.html"
STATE = re.compile(r"\[([^]]+)\]\((#[^)]+)\)")  # [words](#state)


def write(app: Sphinx, error: Exception | None) -> None:
    """Train the network of the walkthrough and write its page."""
    if error is None and app.builder.format == "html":
        iris = load_iris(seed=0)
        model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
        optimizer = Adam(model.parameters(), lr=0.03)
        history = train(model, iris.train, optimizer=optimizer, epochs=200, progress=False)
        history.explore(iris).save(Path(app.outdir) / PAGE)


def link(app: Sphinx, page: str, source: list[str]) -> None:
    """In the plans for a class, lead the links to states of the page to it."""
    if page.startswith("teaching"):
        source[0] = STATE.sub(
            lambda found: f'<a href="{PAGE}{escape(found[2])}">{found[1]}</a>', source[0]
        )


def setup(app: Sphinx) -> None:
    app.connect("source-read", link)
    app.connect("build-finished", write)

"""The interactive page of the Iris network, made beside the pages of the book."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

from autograd import explore
from nn import MLP, Adam, load_iris, train


def write(app: Sphinx, error: Exception | None) -> None:
    """Train the network of the walkthrough and write its page."""
    if error is None and app.builder.format == "html":
        iris = load_iris(seed=0)
        model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
        optimizer = Adam(model.parameters(), lr=0.03)
        history = train(model, iris.train, optimizer=optimizer, epochs=200, progress=False)
        explore(history, rows=iris.test).save(Path(app.outdir) / "iris.html")


def setup(app: Sphinx) -> None:
    app.connect("build-finished", write)

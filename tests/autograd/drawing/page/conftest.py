"""Pages opened in a browser, each watched for faults."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd import Value, explore
from nn import MLP, Adam, load_iris, train
from tests.browsers import missing


@pytest.fixture(scope="session")
def node() -> str:
    """The program that checks the JavaScript's form."""
    program = shutil.which("node")
    if program is None:
        missing("node")
    return program


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """A function that opens a Page; at the end none may have complained or asked the network.

    first_visit: whether nothing was seen before; else the lesson does not open by itself.
    """
    faults: list[str] = []
    contexts = []

    def open_page(
        page: Any, fragment: str = "", width: int = 1280, first_visit: bool = False, **options: Any
    ) -> Any:
        file = page if isinstance(page, Path) else page.save(tmp_path / "page.html")
        options = {"color_scheme": "light", "locale": "en-US", **options}
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        if not first_visit:
            context.add_init_script("Storage.prototype.getItem = () => 'seen'")
        tab = context.new_page()
        address = file.as_uri()
        tab.on("console", lambda message: faults.append(f"console: {message.text}"))
        tab.on("pageerror", lambda error: faults.append(f"error: {error}"))
        tab.on("dialog", lambda dialog: faults.append("dialog") or dialog.dismiss())
        tab.on(
            "request",
            lambda request: (
                None
                if request.url.split("#")[0] == address
                else faults.append(f"request: {request.url[:80]}")
            ),
        )
        tab.goto(address + (f"#{fragment}" if fragment else ""))
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def iris() -> Any:
    return load_iris(seed=0)


@pytest.fixture(scope="session")
def history(iris: Any) -> Any:
    """A training of the reference network that leaves a few flowers wrong."""
    model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=4)
    optimizer = Adam(model.parameters(), lr=0.05)
    return train(
        model, iris.train, optimizer=optimizer, epochs=30, engine="numpy", progress=False
    )  # fmt: skip


@pytest.fixture(scope="session")
def network_file(iris: Any, history: Any, tmp_path_factory: Any) -> Path:
    """The page of the training, all flowers."""
    file: Path = history.explore(iris).save(tmp_path_factory.mktemp("page") / "iris.html")
    return file


@pytest.fixture(scope="session")
def graph_file(tmp_path_factory: Any) -> Path:
    """The page of the README's example."""
    x, w = Value(0.5, label="x"), Value(-1.2, label="w")
    y = (x * w).tanh() + autograd.exp(x)
    y.label = "y"
    file: Path = explore(y).save(tmp_path_factory.mktemp("page") / "graph.html")
    return file


@pytest.fixture(scope="session")
def flower(iris: Any) -> Any:
    """A function: the graph of a flower as the page opens with it, untrained: its nodes by name."""
    untrained = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=4)

    def graph(row: int) -> dict[str, Value]:
        z = untrained(iris.rows[row])
        y = autograd.softmax(z)
        for i, share in enumerate(y, start=1):
            share.label = f"ŷ{i}"
        loss = autograd.cross_entropy(z, iris.labels[row])
        loss.label = "loss"
        from autograd.graph import topological_order

        return {node.label: node for node in topological_order(*y, loss) if node.label}

    return graph


@pytest.fixture(scope="session")
def long_file(iris: Any, tmp_path_factory: Any) -> Path:
    """The page of the reference network's training of 200 epochs, as the README has it."""
    model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
    optimizer = Adam(model.parameters(), lr=0.03)
    history = train(
        model, iris.train, optimizer=optimizer, epochs=200, engine="numpy", progress=False
    )  # fmt: skip
    file: Path = history.explore(iris).save(tmp_path_factory.mktemp("page") / "long.html")
    return file

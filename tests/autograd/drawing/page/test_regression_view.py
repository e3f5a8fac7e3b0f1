"""Training of a regression, in the browser: predicted numbers in the unit of the target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import explore
from autograd.numerals import numeral
from nn import MLP, Data, mean_absolute_error, predict, train
from tests.autograd.drawing.page.test_training_view import card

ROWS = [[0.1 * i, ((7 * i) % 11) / 5.0] for i in range(20)]


def data_of(targets: int) -> Any:
    labels = [[1000.0 * (a - k * b) + 20.5 for k in range(targets)] for a, b in ROWS]
    names = ["sold <b>", "cost"][:targets]
    flat = labels if targets > 1 else [label for (label,) in labels]
    data = Data(ROWS, flat, ["age", "size"], target_names=names)
    return data.split(test=5, seed=0).standardized()


@pytest.fixture(scope="module", params=[1, 2])
def run(request: Any, tmp_path_factory: Any) -> tuple[Any, Any, Path]:
    data = data_of(request.param)
    model = MLP(2, [3, request.param], activation="tanh", seed=0)
    history = train(model, data.train, validation=data.test, epochs=5, progress=False)
    file: Path = history.explore(data).save(tmp_path_factory.mktemp("page") / "numbers.html")
    return model, data, file


def test_numbers_are_those_of_the_model(show: Any, run: Any) -> None:
    model, data, file = run
    tab = show(file, "view=training&epoch=5&row=3")
    said = card(tab)
    if data.schema.targets == ("sold <b>",):
        for part, name in ((data.train, "train"), (data.test, "test")):
            error = numeral(mean_absolute_error(model, part))
            assert f"off on average, sold <b> ({name}) {error}" in said
    (answer,) = predict(model, [data.rows[3]])
    found, true = np.atleast_1d(answer), np.atleast_1d(data.targets[3])
    for name, x, y in zip(data.schema.targets, found, true, strict=True):
        line = f"{name}: predicted {numeral(x)}, true {numeral(y)}; residual {numeral(y - x)}."
        assert line in said
    assert "confusion" not in tab.content().split("</style>")[1].split("<script")[0]


def test_marks_are_rows_and_choose_them(show: Any, run: Any) -> None:
    _, data, file = run
    tab = show(file, "view=training")
    plots = tab.locator(".spread")
    assert plots.count() == 2 * len(data.schema.targets)
    for i in range(plots.count()):
        assert plots.nth(i).locator(".mark").count() == len(data)
        assert plots.nth(i).locator(".mark.test").count() == len(data.test)
    assert "sold <b>: true" in plots.first.get_attribute("aria-label")
    plots.first.locator(".mark").nth(7).dispatch_event("click")
    assert tab.get_by_label("Row", exact=True).input_value() == "7"
    assert "Row 8" in card(tab)
    chosen = plots.first.locator(".here")
    place = [float(chosen.get_attribute(name)) for name in ("cx", "cy")]
    mark = plots.first.locator(".mark").nth(7)
    assert place == pytest.approx([float(mark.get_attribute(n)) for n in ("cx", "cy")], abs=0.06)
    tab.get_by_role("slider", name="Weights after epoch").fill("0")
    assert card(tab).startswith("Epoch 0")


def test_a_model_alone_and_what_is_no_finite_number(show: Any) -> None:
    data = data_of(1)
    model = MLP(2, [3, 1], seed=0)
    train(model, data, epochs=1, progress=False)
    show(explore(model, data))
    raw = Data([[0.0, 1.0], [1.0, 0.0]], [0.5, 1.5])
    lost = MLP(2, [1], seed=0)
    history = train(lost, raw, epochs=1, progress=False)
    tab = show(history.explore(), "view=training&epoch=1")
    assert "off on average, y" in card(tab)
    lost["w1"].data = float("inf")
    history.snapshots.numbers[-1][0] = float("inf")
    assert "NaN" in card(show(history.explore(), "view=training&epoch=1"))
    more = MLP(2, [2], seed=0)  # of other outputs than targets
    show(explore(more, raw))

"""A row of one's own: its answer is the model's for the same numbers, in every view."""

from __future__ import annotations

from typing import Any

import pytest

from autograd import cross_entropy, explore, softmax
from nn import MLP, Data, predict, train


def shares_on(tab: Any) -> list[str]:
    found: list[str] = tab.locator(".shares .data").all_inner_texts()
    return found


@pytest.fixture(scope="module")
def shares_of(iris: Any, history: Any) -> Any:
    """A function: the untrained network's percentages for a flower in centimetres, and its loss."""
    untrained = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=4)

    def shares(measures: list[float], truth: int) -> tuple[list[str], float]:
        scale = zip(measures, iris.mean, iris.deviation, strict=True)
        z = untrained([(x - mean) / deviation for x, mean, deviation in scale])
        percents = [f"{100 * share.data:.1f} %" for share in softmax(z)]
        return percents, cross_entropy(z, truth).data

    return shares


def test_ones_own_flower(show: Any, network_file: Any, iris: Any, shares_of: Any, axe: Any) -> None:
    tab = show(network_file)
    tab.select_option("#menu-row", "own")
    fields = tab.locator(".own-field input")
    first = [iris.rows[0][i] * iris.deviation[i] + iris.mean[i] for i in range(4)]
    assert [float(one.input_value()) for one in fields.all()] == pytest.approx(first)
    assert tab.locator(".own-field label").first.inner_text() == "sepal length (cm)"
    for field, text in zip(fields.all(), ["6.3", "3,1", "4.9", "1.8"], strict=True):
        field.fill(text)
    want, _ = shares_of([6.3, 3.1, 4.9, 1.8], 0)
    assert shares_on(tab) == want
    tab.select_option("#menu-truth", "2")
    tab.wait_for_timeout(250)
    fragment = tab.evaluate("location.hash.slice(1)")
    assert fragment == "own=6.3;3.1;4.9;1.8&truth=2"
    _, loss = shares_of([6.3, 3.1, 4.9, 1.8], 2)
    for view in ("step", "paths", "training", "practice"):
        again = show(network_file, f"{fragment}&view={view}&step=99&root=3&node=loss")
        assert again.evaluate("document.querySelector('#menu-row').value") == "own"
        if view != "practice":
            assert shares_on(again) == want
            assert axe(again) == ""
        losses = again.locator("#picture .node", has_text="loss").locator(".data")
        assert float(losses.text_content().replace("−", "-")) == pytest.approx(loss, rel=1e-3)
    assert "virginica ✓" in again.locator("#picture .caption").all_text_contents()
    tab.get_by_role("button", name="← Flower 1").click()
    assert tab.locator(".own").count() == 0
    assert tab.evaluate("document.querySelector('#menu-row').value") == "0"
    tab.wait_for_timeout(250)
    assert "own" not in tab.evaluate("location.hash")


def test_what_is_odd_about_it(show: Any, network_file: Any, shares_of: Any) -> None:
    tab = show(network_file, "own=5.1;3.5;1.4;0.2&set=x1:2", width=390)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    length = tab.locator(".own-field input").nth(2)
    length.fill("1.4 cm?")
    assert "1.4, still counts" in tab.inner_text(".own .note")
    assert length.get_attribute("aria-invalid") == "true"
    length.fill("9")
    note = tab.inner_text(".own .note")
    assert "9 is outside what these rows have, 1 … 6.9" in note
    assert shares_on(tab) == shares_of([5.1, 3.5, 9, 0.2], 0)[0]  # x1 is turned no more
    for wrong in ("1;2;3", "1;2;3;x", "1;2;3;Infinity", ""):
        assert show(network_file, f"own={wrong}").locator(".own").count() == 0


def test_any_rows_have_one(show: Any) -> None:
    """Of a regression the number that is predicted, in its unit; of plain rows the outputs."""
    rows = [[float(i), float(7 * i % 11)] for i in range(20)]
    data = Data(rows, [3.0 * a - b for a, b in rows], ["width (mm)", "mass"])
    data = data.split(test=5, seed=0).standardized()
    model = MLP(2, [3, 1], activation="tanh", seed=1)
    history = train(model, data.train, validation=data.test, epochs=3, progress=False)
    tab = show(history.explore(data), "view=training&epoch=3")
    tab.select_option("#menu-row", "own")
    assert tab.locator(".own-field label").all_inner_texts() == ["width (mm)", "mass"]
    for field, text in zip(tab.locator(".own-field input").all(), ["2.5", "25"], strict=True):
        field.fill(text)
    scale = zip([2.5, 25.0], data.mean, data.deviation, strict=True)
    (want,) = predict(model, [[(x - mean) / deviation for x, mean, deviation in scale]])
    shown = tab.inner_text(".own li").split(": ")[1]
    assert float(shown.replace("−", "-")) == pytest.approx(want, rel=1e-3)
    assert "residual" not in tab.inner_text("#card")
    assert tab.locator(".spread .here").count() == 0
    plain = show(explore(MLP(2, [2, 2], seed=0), rows=[[0.5, 1.0]]))
    plain.select_option("#menu-row", "own")
    plain.locator(".own-field input").first.fill("-2")
    outputs = MLP(2, [2, 2], seed=0)([-2.0, 1.0])
    shown = [text.split(" = ")[1] for text in plain.locator(".own li").all_inner_texts()]
    numbers = [float(text.replace("−", "-")) for text in shown]
    assert numbers == pytest.approx([y.data for y in outputs], rel=1e-3)

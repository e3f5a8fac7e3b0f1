"""Training, in the browser."""

from __future__ import annotations

from typing import Any

import pytest

from autograd.numerals import numeral
from nn import accuracy, mean_loss


def card(tab: Any) -> str:
    return " ".join(tab.inner_text("#card").split())


def test_the_last_epoch_is_the_model(show: Any, network_file: Any, iris: Any, history: Any) -> None:
    tab = show(network_file, "view=training&epoch=30")
    model = history.snapshots.model
    said = card(tab)
    assert said.startswith("Epoch 30")
    for part, data in (("train", iris.train), ("test", iris.test)):
        right = round(accuracy(model, data) * len(data))
        assert (
            f"{numeral(mean_loss(model, data).data)} right answers ({part}) {right}/{len(data)}"
            in said
        )


def test_the_first_epoch_is_the_start(show: Any, network_file: Any, history: Any) -> None:
    tab = show(network_file, "view=training&epoch=30")
    tab.get_by_role("slider", name="Weights after epoch").fill("0")
    said = card(tab)
    assert said.startswith("Epoch 0")
    assert numeral(history["loss"][0]) in said


def test_wrong_flowers_can_be_chosen(show: Any, network_file: Any, iris: Any, history: Any) -> None:
    from nn import predict

    tab = show(network_file, "view=training&epoch=30")
    answers = predict(history.snapshots.model, iris.rows)
    truth = [iris.class_names[k] for k in iris.labels]
    wrong = [i for i, (a, b) in enumerate(zip(answers, truth, strict=True)) if a != b]
    buttons = tab.locator(".wrong-rows button")
    assert [int(text.split(":")[0]) - 1 for text in buttons.all_inner_texts()] == wrong
    assert wrong, "the fixture leaves some wrong"
    buttons.first.click()
    assert tab.get_by_label("Flower", exact=True).input_value() == str(wrong[0])
    said = card(tab)
    assert f"petal width {iris.rows[wrong[0]][3] * iris.deviation[3] + iris.mean[3]:.1f}" in said
    assert tab.locator(".map .mark.error").count() == len(wrong)


def test_confusion_counts_all_rows(show: Any, network_file: Any) -> None:
    tab = show(network_file, "view=training&epoch=30")
    cells = tab.locator(".confusion td").all_inner_texts()
    assert sum(map(int, cells)) == 150
    assert "All 150 rows (120 train + 30 test)" in card(tab)


def test_ground_and_chosen_mark_agree(
    show: Any, network_file: Any, iris: Any, history: Any
) -> None:
    """The map is drawn for the chosen flower's own other features, so its mark stands right."""
    from nn import predict

    for row in (0, 60, 120):
        tab = show(network_file, f"view=training&epoch=30&row={row}")
        ground = tab.evaluate(
            """() => {
                const here = document.querySelector('.map .here').getBoundingClientRect();
                const canvas = document.querySelector('canvas.ground');
                const box = canvas.getBoundingClientRect();
                const at = (from, size, low, all, count) =>
                    Math.floor(((from + size / 2 - low) / all) * count);
                const x = at(here.x, here.width, box.x, box.width, canvas.width);
                const y = at(here.y, here.height, box.y, box.height, canvas.height);
                const [pixel] = [canvas.getContext('2d').getImageData(x, y, 1, 1).data];
                const style = getComputedStyle(document.documentElement);
                const off = k => {
                    const text = style.getPropertyValue(`--class${k}`).trim();
                    const color = [1, 3, 5].map(i => parseInt(text.slice(i, i + 2), 16));
                    return color.reduce((sum, c, i) => sum + Math.abs(c - pixel[i]), 0);
                };
                return `class${[0, 1, 2].reduce((a, b) => (off(b) < off(a) ? b : a))}`;
            }"""
        )
        (answer,) = predict(history.snapshots.model, [iris.rows[row]])
        assert ground == f"class{iris.class_names.index(answer)}"


def test_a_turned_leaf_is_told_and_can_be_reset(show: Any, network_file: Any) -> None:
    tab = show(network_file, "view=training&set=w33:9")
    assert "A leaf was changed" in card(tab)
    tab.locator("#card").get_by_role("button", name="Reset").click()
    assert "A leaf was changed" not in card(tab)
    tab.get_by_role("slider", name="Weights after epoch").fill("3")
    assert card(tab).startswith("Epoch 3")


def test_it_speaks_of_the_optimizer_and_the_mean_loss(show: Any, network_file: Any) -> None:
    said = show(network_file, "view=training&epoch=30").inner_text("#lead")
    assert "Adam moves every weight, usually against the gradient of the mean loss" in said


@pytest.mark.parametrize("view", ["step", "paths"])
def test_the_epoch_is_one_for_all_views(show: Any, network_file: Any, view: str) -> None:
    tab = show(network_file, f"view={view}&epoch=10")
    tab.get_by_role("tab", name="Training").click()
    assert card(tab).startswith("Epoch 10")

"""Training in the page as one sees it: controls, links, one weight, experiments, Python."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import nn
from autograd import explore, gradients

MINUS = "\N{MINUS SIGN}"


def number(text: str) -> float:
    return float(text.replace(MINUS, "-"))


def waits(tab: Any, epochs: int) -> None:
    """Until so many epochs are trained and nothing runs."""
    status = tab.locator(".laboratory .status")
    status.filter(has_text=re.compile(rf"(Epoch|에포크) {epochs}\b")).wait_for()
    tab.locator("[data-key=lab-runTraining]").wait_for()


def address_holds(tab: Any, words: str) -> None:
    """Wait for the address, which is written a moment after a change."""
    for _ in range(200):
        if words in tab.evaluate("location.hash"):
            return
        tab.wait_for_timeout(20)
    raise AssertionError(f"{words} is not in {tab.evaluate('location.hash')}")


def model_of_history() -> Any:
    return nn.MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=4)


def test_the_page_trains_as_nn_does(show: Any, network_file: Path, iris: Any, history: Any) -> None:
    """The settings of the history are those of the page: 30 epochs end at its numbers."""
    tab = show(network_file, "view=training&trained=30&epoch=30")
    waits(tab, 30)
    loss = number(tab.locator(".status").inner_text().split("mean loss ")[1].split(" ")[0])
    assert loss == pytest.approx(history["loss"][-1], rel=1e-3)
    shown = tab.locator("#picture .edge title", has_text="w17:").text_content()
    last = history.snapshots.numbers[-1][16]
    assert number(re.findall(r"data (\S+),", shown)[0]) == pytest.approx(last, rel=1e-3)


def test_run_pause_step_epoch_reset(show: Any, network_file: Path) -> None:
    tab = show(network_file, "view=training&optimizer=sgd&lr=0.1&batch=16")
    tab.locator("[data-key=lab-oneEpoch]").click()
    waits(tab, 1)
    tab.locator("[data-key=lab-oneStep]").click()
    tab.locator(".status", has_text="Epoch 1 + 1/8").wait_for()
    tab.locator("[data-key=lab-oneEpoch]").click()
    waits(tab, 2)
    tab.locator("[data-key=lab-runTraining]").click()
    tab.locator("[data-key=lab-pauseTraining]").click()
    tab.locator("[data-key=lab-runTraining]").wait_for()
    assert int(re.findall(r"Epoch (\d+)", tab.locator(".status").inner_text())[0]) > 2
    address_holds(tab, "trained=")
    tab.locator("[data-key=lab-resetTraining]").click()
    assert "Press Run" in tab.locator(".status").inner_text()
    assert tab.locator("output").first.inner_text() == "0"


def test_a_hidden_tab_stops_it(show: Any, network_file: Path) -> None:
    tab = show(network_file, "view=training")
    tab.locator("[data-key=lab-runTraining]").click()
    tab.evaluate("Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})")
    tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    tab.locator("[data-key=lab-runTraining]").wait_for()


def test_another_network_is_on_the_page_and_in_the_address(show: Any, network_file: Path) -> None:
    tab = show(network_file, "view=training&theme=dark")
    tab.locator("[data-key=size-0]").select_option("2")
    tab.locator("#picture .node title", has_text="h6").wait_for(state="attached")
    assert tab.locator("#picture .node title", has_text="h7").count() == 0
    tab.locator("[data-key=size-1]").select_option("0")
    tab.locator(".choice", has_text="Activation").get_by_text("relu").click()
    address_holds(tab, "activation=relu")
    address = tab.evaluate("location.hash")
    assert all(word in address for word in ("hidden=2&", "activation=relu", "theme=dark"))
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    for name in ("step", "paths"):
        tab.locator(f"[data-key=tab-{name}]").click()
    again = show(network_file, address[1:] + "&view=training&trained=5&epoch=5")
    waits(again, 5)
    assert again.locator("#picture .node title", has_text="h2").count() == 1
    again.locator("[data-key=lab-asGiven]").click()
    again.locator("#picture .node title", has_text="h8").wait_for(state="attached")


def test_divergence_and_saturation_are_said(show: Any, network_file: Path) -> None:
    tab = show(network_file, "view=training&optimizer=sgd&lr=10&trained=40&epoch=40")
    tab.locator(".trouble", has_text="too large").wait_for()
    tab = show(network_file, "view=training&start=large&trained=1&epoch=1")
    tab.locator(".trouble", has_text="Saturated").wait_for()


def next_model(history: Any, epoch: int) -> Any:
    model = model_of_history()
    for parameter, x in zip(model.parameters(), history.snapshots.numbers[epoch], strict=True):
        parameter.data = x
    return model


def test_one_weight(show: Any, network_file: Path, iris: Any, history: Any) -> None:
    """Its gradients from all rows, their mean, and the next step are the engine's."""
    tab = show(network_file, "view=training&epoch=12&node=w17")
    model = next_model(history, 12)
    weight = model["w17"]
    each = [gradients(nn.cross_entropy(model(x), y), [weight])[0] for x, y in iris.train]
    mean = sum(each) / len(each)
    card = tab.locator("#card")
    card.locator(".strip .dot").nth(119).wait_for()
    assert card.locator(".strip .dot").count() == 120
    shown = card.locator(".strip + p .grad, .strip ~ p .grad").first.inner_text()
    assert number(shown) == pytest.approx(mean, rel=1e-3)
    after = history.snapshots.numbers[13][16]
    steps = card.locator("details[data-key=panel-weightStory] .formula p").all_inner_texts()
    assert number(steps[-1].split("=")[-1].strip()) == pytest.approx(after, rel=1e-3)
    guess, truth = re.findall(r": (\S+) by the linear guess, (\S+) in truth", card.inner_text())[1]
    moved = next_model(history, 13)
    loss_before = nn.mean_loss(model, iris.train, nn.cross_entropy).data
    loss_after = nn.mean_loss(moved, iris.train, nn.cross_entropy).data
    assert number(truth) == pytest.approx(loss_after - loss_before, rel=1e-3)
    assert number(guess) < 0


def test_the_next_step_of_sgd_is_written_out(show: Any, network_file: Path) -> None:
    tab = show(network_file, "view=training&optimizer=sgd&lr=0.1&trained=3&epoch=2&node=w17")
    waits(tab, 3)
    names, numbers = tab.locator("details[data-key=panel-weightStory] .formula p").all_inner_texts()
    assert "lr · g" in names
    x, gradient, after = re.fullmatch(r"= (\S+) − 0\.1 · \(?([^\s)]+)\)? = (\S+)", numbers).groups()  # type: ignore[union-attr]
    assert number(after) == pytest.approx(number(x) - 0.1 * number(gradient), abs=2e-4)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_experiment_is_a_link_with_a_panel(
    show: Any, network_file: Path, axe: Any, language: str, width: int
) -> None:
    tab = show(network_file, f"view=training&language={language}", width=width)
    names = ["rates", "zero", "equal", "saturated", "bias", "losses"]
    for name in names:
        if width < 1000 and not tab.locator(f"[data-key=experiment-{name}]").is_visible():
            tab.locator("details[data-key=panel-experiments] summary").click()
        tab.locator(f"[data-key=experiment-{name}]").click()
        tab.locator("div.experiment").wait_for()
        assert f"experiment={name}" in tab.evaluate("location.hash")
        assert tab.locator(f"[data-key=experiment-{name}]").get_attribute("aria-current") == "true"
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert tab.evaluate(overflow) <= 0, name
    assert axe(tab) == ""


def test_without_zero_grad_the_gradients_are_summed(show: Any, network_file: Path) -> None:
    tab = show(network_file, "view=training&experiment=zero&optimizer=sgd&lr=0.1&node=w17")
    done, forgotten = tab.locator("div.experiment table").all()
    for kind, table in ((True, done), (False, forgotten)):
        sums = [number(x) for x in table.locator("tbody td.grad").all_inner_texts()]
        model = model_of_history()
        optimizer = nn.SGD(model.parameters(), lr=0.1)
        expected = []
        for _ in range(3):
            if kind:
                optimizer.zero_grad()
            nn.mean_loss(model, nn.load_iris(seed=0).train, nn.cross_entropy).backward()
            expected.append(model["w17"].grad)
            optimizer.step()
        assert sums == pytest.approx(expected, rel=1e-3)


def test_sigmoid_outputs_beside_softmax(show: Any, network_file: Path, iris: Any) -> None:
    tab = show(network_file, "view=training&experiment=losses&row=70&epoch=3")
    cells = tab.locator("div.experiment tbody td").all_inner_texts()
    import torch

    z = torch.tensor([0.0] * 3, dtype=torch.float64)
    names = tab.locator("div.experiment tbody th").all_inner_texts()
    z = torch.tensor([number(x.split("=")[1]) for x in names], dtype=torch.float64)
    z.requires_grad_(True)
    target = torch.tensor([float(cells[6 * 0 + 5 * k]) for k in range(3)], dtype=torch.float64)
    torch.nn.functional.cross_entropy(z[None], target[None]).backward()
    assert [number(cells[5 * k + 2]) for k in range(3)] == pytest.approx(z.grad.tolist(), abs=2e-3)
    z.grad = None
    torch.mean((torch.sigmoid(z) - target) ** 2).backward()
    assert [number(cells[5 * k + 4]) for k in range(3)] == pytest.approx(z.grad.tolist(), abs=2e-3)


@pytest.mark.parametrize(
    "settings",
    [
        "trained=4&epoch=4",
        "hidden=3&activation=relu&optimizer=sgd&lr=0.1&batch=16&weights=7&trained=4&epoch=4",
        "optimizer=momentum&lr=0.05&zero=false&start=equal&bias=true&trained=3&epoch=3",
        "outputs=sigmoid&optimizer=sgd&lr=1&trained=3&epoch=3&start=large",
    ],
)
def test_the_copied_python_ends_at_the_same_numbers(
    show: Any, network_file: Path, iris: Any, settings: str
) -> None:
    tab = show(network_file, f"view=training&{settings}")
    waits(tab, int(re.findall(r"trained=(\d+)", settings)[0]))
    tab.locator("details[data-key=panel-python] summary").click()
    text = tab.locator("textarea").input_value()
    assert "import nn" in text
    text = re.sub(r"data = \.\.\..*", "data = nn.load_iris(seed=0)", text)
    text = text.replace("optimizer, epochs", "optimizer, progress=False, epochs")
    names: dict[str, Any] = {}
    exec(text, names)
    last = text.strip().splitlines()[-1].lstrip("# ")
    for name, x in re.findall(r"(\w+) = ([^,\s]+)", last):
        assert names["model"][name].data == pytest.approx(float(x), rel=1e-9, abs=1e-9)


def test_a_regression_trains_in_the_page(show: Any) -> None:
    rows = [[i / 10, (i * i % 7) / 7] for i in range(30)]
    data = nn.Data(rows, [2 * a - b + 5 for a, b in rows]).split(seed=0).standardized()
    page = explore(nn.MLP(2, [3, 1], activation="tanh", seed=0), data)
    tab = show(page, "view=training&trained=20&epoch=20&node=w1")
    waits(tab, 20)
    assert tab.locator("details[data-key=panel-weightStory]").count() == 1
    assert "Mean loss of each epoch" in tab.locator("#card").inner_text()

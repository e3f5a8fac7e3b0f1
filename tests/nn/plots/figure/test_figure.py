"""draw_training: what it says of a run, and what it leaves out."""

import re
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from sklearn.metrics import r2_score

from autograd.drawing.palette import DARK, LIGHT
from autograd.numerals import numeral, percent, plain
from nn import (
    MLP,
    Adam,
    Data,
    History,
    accuracy,
    confusion_matrix,
    draw_training,
    mse,
    predict,
    predict_proba,
    train,
)
from nn.plots.figure import panels
from nn.plots.figure.facts import facts_of, spread
from nn.plots.figure.numbers import predicted, residuals
from nn.plots.figure.picture import panels_of

pytest.importorskip("matplotlib", exc_type=ImportError)
SVG = "{http://www.w3.org/2000/svg}"


def flowers(classes=3, features=("sepal", "petal length (cm)", "petal width (cm)"), rows=24):
    """Rows whose classes overlap a little, split and standardized."""
    table, labels = [], []
    for i in range(rows):
        k = i % classes
        wobble = ((7 * i) % 11 - 5) / 4.0
        table.append([k + wobble * (j + 1) / 3.0 for j in range(len(features))])
        labels.append(f"kind {k + 1}")
    return Data(table, labels, features).split(test=6, seed=0).standardized()


def run(data, epochs=4, validation=True, **options):
    model = MLP(len(data.feature_names), [3, len(data.class_names)], activation="tanh", seed=0)
    tried = data.test if validation else None
    return train(
        model, data.train, optimizer=Adam(model.parameters(), lr=0.05), epochs=epochs,
        validation=tried, progress=False, **options,
    )  # fmt: skip


@pytest.fixture(scope="module")
def history():
    return run(flowers())


@pytest.fixture(scope="module")
def figure(history):
    return draw_training(history)


def right_answers(history, data):
    """How many rows of training and of validation are right, counted without the figure's facts."""
    model = history.snapshots.model
    return [round(accuracy(model, part) * len(part)) for part in (data.train, data.test)]


def texts(figure):
    return [t.text for t in ET.fromstring(figure.svg).iter(f"{SVG}text")]


def test_titles_state_the_results(history, figure):
    right = right_answers(history, flowers())
    assert 0 < sum(right) < 24
    said = (
        f"{right[0]} of 18 training rows and {right[1]} of 6 validation rows right after 4 epochs"
    )
    assert repr(figure) == f"<TrainingFigure: {said}>"
    shown = texts(figure)
    assert said in shown
    loss = history["loss"]
    assert f"Loss falls from {numeral(loss[0])} to {numeral(loss[-1])}" in shown
    assert f"{right[0]} of 18 and {right[1]} of 6 correct" in shown
    assert f"{24 - sum(right)} of 24 mistaken" in shown
    assert "Answers by petal length, petal width" in shown
    assert "petal length, cm" in shown
    root = ET.fromstring(figure.svg)
    description = root.find(f"{SVG}desc").text
    assert f"Loss falls from {numeral(loss[0])} to {numeral(loss[-1])}." in description


@pytest.mark.parametrize(("classes", "guess"), [(2, "50.0 %"), (3, "33.3 %"), (4, "25.0 %")])
def test_ticks_have_the_digits_of_all_percentages(classes, guess):
    shown = texts(draw_training(run(flowers(classes=classes))))
    assert [text for text in shown if text.endswith(" %")] == ["0.0 %", guess, "100.0 %"]


def test_facts_are_those_of_the_model(history):
    facts = facts_of(history, None)
    assert facts.confusion == confusion_matrix(facts.model, facts.rows)
    assert facts.probabilities == predict_proba(facts.model, facts.rows)
    assert sum(map(sum, facts.confusion)) == 24
    wrong = [i for i in range(24) if facts.predictions[i] != facts.rows.labels[i]]
    assert len(facts.mistakes) == len(wrong) > 0
    sure = [mistake.probability for mistake in facts.mistakes]
    assert sure == sorted(sure, reverse=True)
    first = facts.mistakes[0]
    part = facts.parts[["train", "validation"].index(first.part)]
    i = part[first.number - 1]
    assert (first.true, first.predicted) == (
        facts.names[facts.rows.labels[i]],
        facts.names[facts.predictions[i]],
    )
    raw = flowers()
    whole = [*raw.train.rows, *raw.test.rows]
    assert facts.rows.rows == whole
    assert facts.place(0) == pytest.approx(
        [raw.mean[k] + raw.deviation[k] * whole[0][k] for k in (1, 2)]
    )


def test_the_map_is_the_models_answers(history):
    facts = facts_of(history, ["sepal", "petal width (cm)"])
    assert facts.features == (0, 2)
    xs, ys, shares = facts.probability_map()
    assert len(shares) == len(ys)
    assert {len(line) for line in shares} == {len(xs)}
    rows = facts.rows.rows
    middle = sum(row[1] for row in rows) / len(rows)
    mean, deviation = facts.rows.mean, facts.rows.deviation
    x, y = xs[10], ys[20]
    row = [(x - mean[0]) / deviation[0], middle, (y - mean[2]) / deviation[2]]
    assert shares[20][10] == pytest.approx(predict_proba(facts.model, [row])[0], rel=1e-9)


def test_mistakes_are_listed(history, figure):
    shown = texts(figure)
    facts = facts_of(history, None)
    mistake = facts.mistakes[0]
    assert len(facts.mistakes) == 24 - sum(right_answers(history, flowers())) <= panels.LISTED
    assert "What it still gets wrong" in shown
    sure = f"{mistake.true} → {mistake.predicted}, {percent(mistake.probability)} sure"
    assert sure in shown
    x, y = map(plain, mistake.place)
    assert f"{mistake.part} {mistake.number}: petal length {x}, petal width {y}" in shown
    assert not [text for text in shown if text.startswith("…")], "all of them have room"


def test_many_and_no_mistakes():
    many = flowers(rows=48)
    never = run(many, epochs=1)
    wrong = 48 - sum(right_answers(never, many))
    assert f"… {wrong - panels.LISTED} more" in texts(draw_training(never))
    data = Data([[float(i), 0.0] for i in (-3, -2, 2, 3)], ["a", "a", "b", "b"])
    model = MLP(2, [2], bias=False, seed=0)
    done = train(model, data, optimizer=Adam(model.parameters(), lr=0.5), epochs=20, progress=False)
    shown = texts(draw_training(done))
    assert "It gets nothing wrong" in shown
    assert "ground: the answer where the others are at their mean" not in shown
    assert "4 of 4 correct" in shown
    assert not [text for text in shown if "solid" in text], "one line needs no legend"


def test_weights_that_moved_most(history, figure):
    kept = history.snapshots
    moved = [abs(end - start) for start, end in zip(kept.numbers[0], kept.numbers[-1], strict=True)]
    far = sorted(range(len(moved)), key=lambda i: -moved[i])[:3]
    names = [kept.parameters[i].label for i in far]
    shown = texts(figure)
    assert f"{len(moved)} parameters; {', '.join(names)} moved most" in shown
    assert set(names) <= set(shown)


def test_a_regression_has_panels_of_its_own():
    data = Data([[0.0], [1.0], [2.0]], [0.1, 0.9, 2.2])
    model = MLP(1, [1], seed=0)
    history = train(model, data, loss=mse, epochs=1, progress=False)
    shown = [getattr(panel, "func", panel) for panel in panels_of(facts_of(history, None))]
    assert shown == [panels.loss, panels.weights, predicted, residuals]
    figure = draw_training(history)
    said = r"<TrainingFigure: y off by [\d.]+ on training after 1 epoch>"
    assert re.fullmatch(said, repr(figure))
    assert draw_training(history, phone=True).svg.count("<svg") == 1


def test_what_has_no_room_is_left_out(monkeypatch):
    four = facts_of(run(flowers(classes=4)), None)
    assert panels.regions not in panels_of(four)
    monkeypatch.setattr(panels, "CLASSES", 3)
    assert panels.confusion not in panels_of(four)
    one = facts_of(run(flowers(features=("x",)), validation=False), None)
    assert panels.regions not in panels_of(one)
    assert one.mistakes[0].place is None
    assert draw_training(one.history).svg
    one.history.snapshots.numbers.clear()
    assert panels.weights not in panels_of(one)
    assert draw_training(one.history).svg


@pytest.mark.parametrize(
    ("losses", "title"),
    [
        ([2.0, 1.0], "Loss falls from 2.000 to 1.000"),
        ([-1.0, 2.0], "Loss goes from −1.000 to 2.000"),
        ([1.0, 1.0], "Loss goes from 1.000 to 1.000"),
        ([2.0, float("nan")], "Loss goes from 2.000 to NaN"),
    ],
)
def test_a_loss_that_does_not_fall(losses, title):
    data = Data([[0.0, 1.0], [1.0, 0.0]], [0, 1])
    history = train(MLP(2, [2], seed=0), data, epochs=2, progress=False)
    history.columns["loss"][:] = losses
    assert title in texts(draw_training(history))


@pytest.mark.parametrize("phone", [False, True])
def test_the_svg_is_whole(history, phone):
    figure = draw_training(history, phone=phone)
    root = ET.fromstring(figure.svg)
    assert root.get("role") == "img"
    assert float(root.get("width")) == (390 if phone else 830)
    title, description = root.get("aria-labelledby").split()
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    assert {title, description} < set(ids)
    uses, clips = [*root.iter(f"{SVG}use")], re.findall(r"url\(#([^)]*)\)", figure.svg)
    assert uses
    assert clips
    for use in uses:
        assert use.get("{http://www.w3.org/1999/xlink}href")[1:] in ids
    assert set(clips) <= set(ids)
    assert not re.findall(r"<(script|image|a|foreignObject)\b", figure.svg)
    (sheet,) = re.findall("<style>(.*?)</style>", figure.svg, re.DOTALL)
    rules = sheet.replace("@media (prefers-color-scheme:dark){", "")
    assert all(s.startswith(".cr-train ") for s in re.findall(r"([^{}]+)\{", rules))
    assert draw_training(history, phone=phone).svg == figure.svg  # no date, no chance


def test_every_colour_has_a_dark_twin(history, figure):
    body = figure.svg.partition("</style>")[2]
    used = set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", body))
    assert {LIGHT["ink"], LIGHT["data"], LIGHT["grad"]} <= used <= set(LIGHT.values())
    assert DARK["data"] in figure.svg
    definitions = re.findall(r"<defs>.*?</defs>", body, re.DOTALL)
    assert definitions
    assert "stroke: #" not in "".join(definitions)


def test_files(history, figure, tmp_path):
    assert figure.save(tmp_path / "run.svg").read_text("utf-8") == figure.svg
    assert figure.save(tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")
    assert figure.save(tmp_path / "run.pdf").read_bytes().startswith(b"%PDF")
    assert figure._repr_mimebundle_().keys() == {"image/svg+xml", "image/png", "text/plain"}


def test_hostile_names_are_text():
    name = "<script>\0 & $x^2$"
    data = Data([[0.0, 1.0], [1.0, 0.0]], [0, 1], [name, "b"], [name, "한글"])
    history = train(MLP(2, [2], seed=0), data, epochs=1, progress=False)
    shown = texts(draw_training(history))
    assert any("<script>" in text for text in shown)
    assert "<script>" not in draw_training(history).svg


def test_errors(history, monkeypatch):
    with pytest.raises(ValueError, match="expected the History that train returns"):
        draw_training(History())
    with pytest.raises(ValueError, match=r"two of sepal, petal length \(cm\), .* got \['rose'\]"):
        draw_training(history, features=["rose"])
    with pytest.raises(ValueError, match="two of sepal"):
        draw_training(history, features=["sepal", "rose"])
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r'pip install "chainrule\[plot\]"'):
        draw_training(history)


def test_ends_are_kept_apart():
    assert panels.apart([3.0, 1.0, 1.1], 0.5) == [3.0, 1.0, 1.5]
    assert spread([2.0, 2.0], 3) == [1.0, 2.0, 3.0]


def numbers_run(targets, validation=True, unit=1000.0):
    """A regression of one or several targets, from its rows to its history."""
    table = flowers(rows=24)
    labels = [[unit * (row[0] + k * row[1]) + 7.0 for k in range(targets)] for row in table.rows]
    labels = labels if targets > 1 else [label for (label,) in labels]
    names = ["sold <b>", "cost", "third"][:targets]
    data = Data(table.rows, labels, table.feature_names, target_names=names)
    data = data.split(test=6, seed=0).standardized()
    model = MLP(3, [3, targets], activation="tanh", seed=0)
    tried = data.test if validation else None
    return train(model, data, validation=tried, epochs=4, progress=False), data


@pytest.mark.parametrize("targets", [1, 2, 3])
@pytest.mark.parametrize("phone", [False, True])
def test_a_regression_shows_predicted_against_true_in_the_unit_of_the_target(targets, phone):
    history, data = numbers_run(targets)
    model, facts = history.snapshots.model, facts_of(history, None)
    figure = draw_training(history, phone=phone)
    shown = texts(figure)
    assert "confusion" not in figure.svg
    for part, rows in enumerate((data.train, data.test)):
        found, true = predict(model, rows), rows.targets
        found, true = [np.array(x).reshape(len(rows), -1) for x in (found, true)]
        for k, target in enumerate(facts.targets):
            pairs = list(zip(found[:, k], true[:, k], strict=True))
            assert target.pairs(part) == pairs
            assert target.r2(part) == pytest.approx(r2_score(true[:, k], found[:, k]))
            assert target.error(part) == pytest.approx(abs(true - found)[:, k].mean())
    assert len(facts.targets) == targets
    assert [t.name for t in facts.targets] == ["sold <b>", "cost", "third"][:targets]
    measured = ", validation ".join([numeral(facts.targets[0].r2(part), 3) for part in (0, 1)])
    assert ("" if targets == 1 else "sold <b>: ") + f"R² {measured}" in shown
    assert sum("R²" in text for text in shown) == min(targets, 2)
    assert "true sold <b>" in shown
    assert "of the standardized target" in shown
    # The diagonal, and the points where they are in the unit.
    axis = next(a for a in figure.figure.axes if "R²" in a.get_title(loc="left"))
    (line,) = axis.lines
    assert list(line.get_xdata()) == list(line.get_ydata()) == list(axis.get_xlim())
    points = [tuple(point) for marks in axis.collections for point in marks.get_offsets()]
    assert points == [pair for part in (0, 1) for pair in facts.targets[0].pairs(part)]
    left = next(a for a in figure.figure.axes if "esiduals" in a.get_title(loc="left"))
    offsets = [tuple(point) for marks in left.collections for point in marks.get_offsets()]
    np.testing.assert_allclose(offsets, [(x, y - x) for x, y in points])


def test_a_regression_without_validation_or_scale():
    history, _ = numbers_run(1, validation=False)
    assert "validation" not in draw_training(history).svg
    raw = Data([[0.0], [1.0], [2.0]], [0.5, 2.5, 3.5])
    history = train(MLP(1, [1], seed=0), raw, epochs=2, progress=False)
    assert "standardized" not in draw_training(history).svg
    assert "true y" in draw_training(history).svg
    same = Data([[0.0], [1.0], [2.0]], [0.5, 0.5, 0.5])
    history = train(MLP(1, [1], seed=0), same, epochs=2, progress=False)
    assert "R² NaN" in draw_training(history).svg


def test_a_regression_by_pairs_and_one_that_has_grown_beyond_floats():
    pairs = [([0.0], [0.5, 2.0]), ([1.0], [1.5, 3.0])]
    history = train(MLP(1, [2], seed=0), pairs, epochs=2, progress=False)
    assert "true y1" in draw_training(history).svg
    model = history.snapshots.model
    model["w1"].data = float("inf")
    assert draw_training(history).svg

"""A regression from the numbers of a table to answers in their unit."""

import csv
import io
import json
import random
import warnings
from fractions import Fraction
from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets, metrics
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler

import nn
from nn import (
    MLP,
    Adam,
    Data,
    Module,
    accuracy,
    cross_entropy,
    hinge,
    load,
    load_csv,
    mean_absolute_error,
    mean_loss,
    mse,
    predict,
    score,
    train,
)
from nn.__main__ import main
from tests.autograd.installed import BACKENDS

X, Y = datasets.load_diabetes(return_X_y=True)


def data_of(*targets, rows=80):
    labels = np.stack([scale * Y + shift for scale, shift in targets], axis=1)
    labels = labels if len(targets) > 1 else labels[:, 0]
    return Data(X[:rows], labels[:rows]).split(test=0.25, seed=0).standardized()


@pytest.mark.parametrize("engine", ["eager", *BACKENDS, "auto"])
@pytest.mark.parametrize("targets", [[(1.0, 0.0)], [(1.0, 0.0), (-1000.0, 5.0)]])
def test_answers_and_their_errors_are_in_the_unit_of_the_target(engine, targets):
    data = data_of(*targets)
    model = MLP(10, [4, len(targets)], activation="tanh", seed=0)
    history = train(model, data.train, epochs=3, engine=engine, progress=False)
    assert set(history) == {"epoch", "loss", "lr"}
    assert history["loss"][0] < 3.0  # of numbers whose mean square is 1
    true = np.array([[a * y + b for a, b in targets] for y in Y[data.parts[1]]])
    true = true if len(targets) > 1 else true[:, 0]
    np.testing.assert_allclose(data.test.targets, true, rtol=1e-12)
    found = predict(model, data.test)
    outputs = model(data.test.rows)
    scales = data.schema.target_scales
    for answer, z in zip(found, outputs, strict=True):
        zs = z if len(targets) > 1 else [z]
        expected = [s.mean + s.deviation * y.data for s, y in zip(scales, zs, strict=True)]
        assert answer == (expected if len(targets) > 1 else expected[0])
    assert score(model, data.test) == pytest.approx(metrics.r2_score(true, found), rel=1e-12)
    expected = metrics.mean_absolute_error(true, found)
    assert mean_absolute_error(model, data.test) == pytest.approx(expected, rel=1e-12)
    for ask in (score, mean_absolute_error):
        assert ask(model, list(data.test)) == pytest.approx(ask(model, data.test), rel=1e-12)
        raw = Data(X[data.parts[1]], true, regression=True)
        assert ask(model, raw) == pytest.approx(ask(model, data.test), rel=1e-9)


@pytest.mark.parametrize("unit", [1.0, 100.0])
@pytest.mark.parametrize("count", [1, 3])
def test_outputs_that_are_none_of_a_target_have_no_unit(unit, count):
    """As of a loss that learns a deviation too: they are no answers where a target has a unit."""
    rows = [[1.0], [2.0], [3.0], [4.5]]
    data = Data(rows, [[unit * row[0] + 0.5, -row[0]] for row in rows])
    data = data.standardized() if unit > 1.0 else data
    model = MLP(1, [count], activation="tanh", seed=0)
    train(model, data, lambda z, t: (t[0] - z[0] if count > 1 else t[0] - z) ** 2, progress=False)
    if unit > 1.0:
        with pytest.raises(ValueError, match=rf"^predict: .*each target, y1, y2, .* got {count};"):
            predict(model, rows, raw=True)
    else:
        one = model(rows[0])
        assert predict(model, rows)[0] == ([z.data for z in one] if count > 1 else one.data)


def test_the_unit_of_the_target_changes_nothing_that_is_learned():
    data, other = data_of((1.0, 0.0)), data_of((1024.0, 0.0))
    models = [MLP(10, [4, 1], seed=0) for _ in range(2)]
    for model, rows in zip(models, (data, other), strict=True):
        train(model, rows.train, epochs=3, progress=False)
    assert models[0].state_dict() == models[1].state_dict()
    assert [1024.0 * y for y in predict(models[0], data)] == predict(models[1], other)


def test_a_score_is_the_accuracy_of_classes():
    corners = Data([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["a", "b", "a"])
    model = MLP(2, [2], seed=0)
    assert score(model, corners) == accuracy(model, corners)
    with pytest.raises(ValueError, match=r"^mean_absolute_error: .* one of classes; accuracy\("):
        mean_absolute_error(model, corners)


def test_the_loss_follows_from_the_labels():
    data = data_of((1.0, 0.0)).train
    by_default, by_name = [MLP(10, [3, 1], seed=0) for _ in range(2)]
    one = train(by_default, data, epochs=2, progress=False)
    two = train(by_name, data, mse, epochs=2, progress=False)
    assert one.columns == two.columns
    assert mean_loss(by_default, data).data == mean_loss(by_name, data, mse).data

    def function(row):
        return by_name(row)

    assert mean_loss(function, data).data == mean_loss(by_name, data, mse).data
    classes = Data([[0.0], [1.0]], [0, 1])
    by_default, by_name = [MLP(1, [2], seed=0) for _ in range(2)]
    one = train(by_default, classes, epochs=2, progress=False)
    assert one.columns == train(by_name, classes, cross_entropy, epochs=2, progress=False).columns
    smooth = [([0.0], [0.9, 0.1]), ([1.0], [0.2, 0.8])]  # weights of classes
    train(MLP(1, [2], seed=0), smooth, epochs=1, progress=False)
    several = MLP(1, [2], seed=0)
    train(several, [([0.0], [0.5, 3.0]), ([1.0], [2.0, 8.0])], epochs=1, progress=False)
    assert several.regression


def test_what_looks_like_classes_are_numbers_to_a_model_of_numbers():
    data = data_of((1.0, 0.0))
    model = MLP(10, [3, 1], seed=0)
    train(model, data.train, epochs=1, progress=False)
    few = Data(X[:3], [151, 75, 141])
    assert not few.regression
    found = predict(model, few)
    assert mean_absolute_error(model, few) == pytest.approx(
        metrics.mean_absolute_error([151, 75, 141], found)
    )
    train(model, few, epochs=1, progress=False)
    assert (model.regression, model.schema) == (True, data.schema)
    for ask in (score, mean_absolute_error):
        with pytest.raises(
            ValueError, match=f"^{ask.__name__}: expected numbers as labels, got th"
        ):
            ask(model, Data(X[:2], ["low", "high"]))
        with pytest.raises(
            ValueError, match=f"^{ask.__name__}: row 0: expected 1 finite numbers a"
        ):
            ask(model, [(data.rows[0], [1.0, 2.0])])
        with pytest.raises(ValueError, match=f"^{ask.__name__}: expected at least one row"):
            ask(model, [])
    with pytest.raises(ValueError, match=r"^score: expected at least two rows"):
        score(model, few.matched(model.schema)._take([0]))
    for ask in (nn.predict_proba, accuracy):
        with pytest.raises(
            ValueError,
            match=r"predicts classes, got one of numbers; .*score\(model, data\) is its R²",
        ):
            ask(model, data)


def test_a_model_takes_the_names_of_targets_from_a_frame():
    frame = pd.DataFrame({"age": [20.0, 30.0, 55.0, 61.0], "height": [1.7, 1.8, 1.6, 1.9]})
    data = Data(frame, "height").standardized()
    model = MLP(1, [1], seed=0)
    train(model, data, epochs=1, progress=False)
    assert model.schema == data.schema
    assert model.schema.targets == ("height",)
    assert predict(model, frame[["age"]], raw=True) == predict(model, data)


class Own(Module):
    """A model whose outputs are others than its targets."""

    def __init__(self):
        self.body = MLP(10, [1], seed=0)

    def __call__(self, row):
        return self.body(row)


def test_a_model_of_ones_own():
    data = data_of((1.0, 0.0))
    model, body = Own(), MLP(10, [1], seed=0)
    for one in (model, body):
        train(one, data.train, optimizer=Adam(one.parameters()), epochs=2, progress=False)
    assert predict(model, data.test) == predict(body, data.test)
    assert score(model, data.test) == score(body, data.test)


def test_data_that_has_parts_is_trained_on_the_first(capsys):
    data = data_of((1.0, 0.0))
    one, two = [MLP(10, [1], seed=0) for _ in range(2)]
    whole = train(one, data, epochs=2)
    assert "trained on data.train, 60 rows; data.test, 20 rows, is left" in capsys.readouterr().out
    part = train(two, data.train, epochs=2)
    assert "data.train" not in capsys.readouterr().out
    assert (whole.columns, one.state_dict()) == (part.columns, two.state_dict())
    assert whole.note.startswith("trained on data.train, 60 rows")
    assert "data.train, 60 rows" in repr(whole)
    assert part.note == ""
    assert len(whole.snapshots.rows()) == 60
    quiet = train(one, data, epochs=1, progress=False)
    assert capsys.readouterr().out == ""
    assert quiet.note == whole.note


@pytest.mark.uncovered
def test_training_with_nothing_set_predicts_as_well_as_scikit_learn(tmp_path, capsys):
    """The mean R² over five splits of scikit-learn's patients, less what a seed may cost."""
    whole, path = Data(X, Y), tmp_path / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[*whole.feature_names, "y"], *np.column_stack([X, Y]).tolist()])
    found, commanded, expected = [], [], []
    for seed in range(5):
        data = whole.split(test=0.2, seed=seed).standardized()
        model = MLP(10, [8, 1], seed=seed)
        train(model, data, engine="numpy", progress=False)
        found.append(score(model, data.test))
        words = ["--target", "y", "--seed", str(seed), "--engine", "numpy", "--json"]
        assert main(["train", str(path), *words]) == 0
        commanded.append(json.loads(capsys.readouterr().out)["r2"]["test"])
        peer = MLPRegressor(hidden_layer_sizes=(8,), random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            peer.fit(data.train.rows, data.train.labels)
        expected.append(peer.score(data.test.rows, data.test.labels))
    assert min(np.mean(found), np.mean(commanded)) > np.mean(expected) - 0.02


def test_several_targets_by_the_names_of_columns(tmp_path, capsys):
    """The same of a frame, a file and the shell, missing numbers among them."""
    rng = random.Random(0)
    table = {name: [round(rng.gauss(5, 2), 3) for _ in range(60)] for name in "abc"}
    table["u"] = [3.0 * x for x in table["a"]]
    table["v"] = [x - y for x, y in zip(table["b"], table["c"], strict=True)]
    frame = pd.DataFrame(table)
    path = tmp_path / "t.csv"
    frame.to_csv(path, index=False)
    by_hand = Data(frame[["a", "b", "c"]], frame[["v", "u"]])
    for data in (Data(frame, ["v", "u"]), Data(frame, ("v", "u")), load_csv(path, ["v", "u"])):
        assert (data.rows, data.labels, data.schema) == (
            by_hand.rows,
            by_hand.labels,
            by_hand.schema,
        )
    assert Data(frame, ["u"]).labels == Data(frame, "u").labels == load_csv(path, ["u"]).labels
    assert Data(frame.iloc[:2], ["x", "y"]).class_names == ("x", "y")  # labels
    model = tmp_path / "m.safetensors"
    words = ["train", str(path), "--target", "v", "--target", "u", "--engine", "numpy"]
    assert main([*words, "--save", str(model)]) == 0
    said = capsys.readouterr().out
    assert "Target v, u: 2 numbers to predict.\n" in said
    assert "in units of v, u, as the mean of these." in said
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["target"] == ["v", "u"]
    assert main(["predict", str(model), str(path)]) == 0
    found = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert found[0] == ["v", "u"]
    answers = predict(load(model), by_hand)
    assert [[float(x) for x in row] for row in found[1:]] == answers
    assert score(load(model), Data(frame, ["u", "v"])) == pytest.approx(score(load(model), by_hand))
    for cell in ("", "NA"):
        path.write_text(f"a,u,v\n1,2,3\n2,{cell},4\n3,1,1\n")
        kept = load_csv(path, ["u", "v"], missing="drop")
        assert kept.labels == [[2.0, 3.0], [1.0, 1.0]]
        assert kept.missing.rows == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["u", "u"], "line 1: targets: expected distinct names, got 'u' twice"),
        (["u", "w"], "line 1: no column 'w'; accepted: a, u, v"),
        (["u", "a", "v"], "line 1: expected at least one column beside 'u', 'a', 'v'"),
        (["u", "v", "--classes"], "line 1: expected one target of classes, got u, v"),
        (["u", "v", "--drop", "v"], "line 1: 'v' can't be both target and dropped"),
    ],
)
def test_targets_that_are_none(tmp_path, capsys, words, message):
    path = tmp_path / "t.csv"
    path.write_text("a,u,v\n1,2,3\n2,3,4\n3,1,x\n")
    named = [word for word in words if not word.startswith("--")]
    named = named[:2] if "--drop" in words else named
    targets = [part for name in named for part in ("--target", name)]
    assert main(["train", str(path), *targets, *words[len(named) :]]) == 1
    assert message in capsys.readouterr().err
    with pytest.raises(ValueError, match=r"line 4, v: expected a number .*got 'x'"):
        load_csv(path, ["u", "v"])
    with pytest.raises(ValueError, match="Data: no column 'w'"):
        Data(pd.DataFrame({"a": [1.0] * 3, "u": [2.0] * 3}), ["u", "w"])
    with pytest.raises(ValueError, match="at least one name of a column as target, got none"):
        load_csv(path, [])
    with pytest.raises(TypeError, match=r"load_csv: expected .*as target, got int 3"):
        load_csv(path, 3)


def test_data_far_from_any_scale_is_warned_of():
    """R² is far below 0 then; the same data standardized is not, nor is what is near that scale."""
    X, y = datasets.load_diabetes(return_X_y=True, scaled=False)
    raw = Data(X, y, [f"c{j}" for j in range(10)], target_names=["progression"])
    raw = raw.split(test=0.2, seed=0)
    model = MLP(10, [8, 1], seed=0)
    with pytest.warns(UserWarning, match=r"^train: .* not standardized.*column c0 \(mean 48") as w:
        history = train(model, raw, epochs=20, progress=False)
    assert w[0].filename == __file__
    assert len(w) == 1
    assert "data.standardized()" in history.note
    assert "still falling" not in history.note  # which would mislead
    with pytest.warns(UserWarning, match=r"long: target progression \(mean 15.*, deviation 7"):
        train(MLP(10, [8, 1], seed=0), Data(StandardScaler().fit_transform(X), y.tolist(),
              target_names=["progression"]), epochs=1, progress=False)  # fmt: skip
    with pytest.warns(UserWarning, match=r"column x1 \(mean 5.000e−5, deviation 5"):
        train(MLP(1, [2], seed=0), Data([[1e-4], [0.0]], [0, 1]), epochs=1, progress=False)
    for data in (raw.standardized(), Data([[5.1], [0.2]], [0.5, 2.5]), [([900.0], 1.5)] * 2):
        width = len(data.rows[0]) if isinstance(data, Data) else 1
        train(MLP(width, [1], seed=0), data, epochs=1, progress=False)  # warnings are errors
    known = MLP(10, [8, 1], seed=0)
    train(known, raw.standardized(), epochs=1, progress=False)
    train(known, raw, epochs=1, progress=False)  # which is brought to the model's scale


def two_targets(order, rename=str):
    """Data of a table with two targets of different units."""
    rng = random.Random(0)
    rows = [[rng.gauss(0, 1), rng.gauss(0, 1)] for _ in range(40)]
    table = {"t1": [a + b for a, b in rows], "t2": [1000.0 * a + 7.0 for a, _ in rows]}
    return Data(rows, pd.DataFrame({rename(name): table[name] for name in order})).standardized()


@pytest.mark.parametrize("measure", [score, mean_absolute_error, mean_loss])
def test_targets_go_by_name(measure):
    data, other = two_targets(["t1", "t2"]), two_targets(["t2", "t1"])
    model = MLP(2, [2], seed=0)
    train(model, data, epochs=30, progress=False, engine="eager")
    plain = getattr(measure(model, data), "data", measure(model, data))
    swapped = measure(model, other)
    assert getattr(swapped, "data", swapped) == pytest.approx(plain, rel=1e-9)
    np.testing.assert_allclose(other.matched(model.schema).labels, data.labels)
    for given in (
        two_targets(["t1", "t2"], lambda name: name.replace("2", "3")),
        two_targets(["t1"]),
    ):
        with pytest.raises(ValueError, match=r": expected the targets .* t1, t2, got t1"):
            measure(model, given)


def test_training_and_validation_take_targets_by_name():
    data, other = two_targets(["t1", "t2"]), two_targets(["t2", "t1"])
    found = []
    for validation in (data, other):
        model = MLP(2, [2], seed=0)
        train(model, data, epochs=3, progress=False, engine="eager")
        history = train(
            model, validation, validation=validation, epochs=3, progress=False, engine="eager"
        )
        found.append((*history["loss"], *history["validation_loss"], *predict(model, data)[0]))
    assert found[1] == pytest.approx(found[0], rel=1e-9)


def test_another_target_of_one_is_refused():
    model = MLP(1, [1], seed=0)
    data = Data([[0.0], [1.0]], [0.5, 1.5], target_names=["p"])
    train(model, data, epochs=1, progress=False, engine="eager")
    for labels in ([0.5, 1.5], [3, 4]):  # which look like classes
        other = Data([[0.0], [1.0]], labels, target_names=["q"])
        for use in (score, mean_absolute_error, partial(train, epochs=1, progress=False)):
            with pytest.raises(ValueError, match=r"on, p, got q; .* target_names=\['p'\]\)$"):
                use(model, other)
    assert score(model, Data([[0.0], [1.0]], [0.5, 1.5])) == score(model, data)
    assert score(model, Data(other.rows, [0.5, 1.5], target_names=["p"])) == score(model, data)


@pytest.mark.parametrize("loss", [cross_entropy, partial(cross_entropy), hinge])
@pytest.mark.parametrize("part", ["data", "validation"])
def test_losses_of_classes_take_no_targets(loss, part):
    """Standardized targets would be taken for weights of classes, and the loss is negative."""
    data = two_targets(["t1", "t2"])
    labels = [k % 2 for k in range(len(data))]
    pairs = {"data": Data(data.rows, labels), "validation": Data(data.rows, labels), part: data}
    with pytest.raises(ValueError, match=r"^train: expected classes as labels, .*, t1, t2; nn.mse"):
        train(MLP(2, [2], seed=0), **pairs, loss=loss, epochs=1, progress=False)
    with pytest.raises(ValueError, match=r"^mean_loss: expected classes as labels"):
        mean_loss(MLP(2, [2], seed=0), data, loss)


def test_weights_of_classes_are_no_targets():
    weights = Data([[0.0], [1.0]], [[0.25, 0.75], [1.0, 0.0]], regression=True)
    model = MLP(1, [2], bias=False, seed=0)
    expected = mean_loss(model, list(weights), cross_entropy).data
    assert mean_loss(model, weights, cross_entropy).data == expected


@pytest.mark.parametrize("unit", [1e-300, 1.0, 1e200, 1e305, 1.7e308 / 49.0])
@pytest.mark.parametrize("standardized", [True, False])
def test_scores_have_no_unit_and_errors_have_that_of_the_target(unit, standardized):
    """R² is that of scikit-learn on numbers near 1; their unit may be any that floats can have."""
    rows = [[k / 25.0 - 1.0] for k in range(50)]
    numbers = [float(k + (k % 3)) if k < 48 else float(k) for k in range(50)]
    exact = [Fraction(y) * Fraction(unit) for y in numbers]
    data = Data(rows, [unit * y for y in numbers], target_names=["y"])
    data = data.standardized() if standardized else data
    model = MLP(1, [1], seed=0)
    model.schema = data.schema
    if standardized:
        train(model, data, epochs=5, progress=False, engine="eager")
    else:
        model["w1"].data, model["b1"].data = 20.0 * unit, 24.0 * unit
    scale = model.schema.target_scales[0]
    answers = [
        Fraction(scale.mean) + Fraction(scale.deviation) * Fraction(z.data)
        for z in model(data.rows)
    ]
    near_one = [[float(y / Fraction(unit)) for y in part] for part in (exact, answers)]
    assert score(model, data) == pytest.approx(metrics.r2_score(*near_one), rel=1e-6)
    error = sum([abs(a - b) for a, b in zip(exact, answers, strict=True)]) / 50
    assert mean_absolute_error(model, data) == pytest.approx(float(error), rel=1e-6)


def test_predictions_past_all_bounds_have_a_score():
    model = MLP(1, [1], bias=False)
    model["w1"].data = 1e300
    model.schema = Data([[0.0]], [0.5]).schema
    assert score(model, [([1.0], 1e-10), ([2.0], 2e-10)]) < -1e290
    assert score(model, [([1.0], 1e300), ([2.0], 2e300)]) == 1.0

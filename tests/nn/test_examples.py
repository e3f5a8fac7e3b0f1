"""The examples of the README for nn, run as they stand."""

import copy
import json
import pickle
import random

import pytest

import autograd
from autograd import Value
from nn import (
    MLP,
    SGD,
    Adam,
    AdamW,
    Data,
    History,
    Layer,
    Module,
    Neuron,
    accuracy,
    binary_cross_entropy,
    classification_report,
    clip_norm,
    clip_value,
    confusion_matrix,
    cross_entropy,
    hinge,
    huber,
    load_csv,
    load_iris,
    mean_loss,
    mse,
    predict,
    predict_proba,
    probabilities,
    schedules,
    train,
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    datasets = pytest.importorskip("sklearn.datasets")
    found = datasets.load_iris()
    rows = [
        ",".join([*map(str, row), found.target_names[k]])
        for row, k in zip(found.data.tolist(), found.target, strict=True)
    ]
    header = "sepal length,sepal width,petal length,petal width,species"
    (tmp_path / "flowers.csv").write_text("\n".join([header, *rows]) + "\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_own_data_end_to_end(folder, capsys):
    data = load_csv("flowers.csv", target="species").split(test=0.2, seed=0).standardized()
    model = MLP(4, [8, 3], activation="tanh", seed=0)
    history = train(model, data.train, optimizer=Adam(model.parameters(), lr=0.03), engine="numpy")
    print(history, accuracy(model, data.test))
    rows = data.standardize([[5.1, 3.5, 1.4, 0.2]])  # in centimeters, as in the file
    print(predict(model, rows), predict_proba(model, rows))
    autograd.draw(model.probabilities(rows[0]), max_nodes=None).save("flower.svg")

    assert accuracy(model, data.test) > 0.9
    assert predict(model, rows) == ["setosa"]
    assert "['setosa'] [[0.9" in capsys.readouterr().out
    assert (folder / "flower.svg").read_text().rstrip().endswith("</svg>")


def test_all_that_train_can(folder):
    data = load_csv("flowers.csv", target="species").split(test=30, seed=0).standardized()
    part = data.train.split(test=20, seed=0)
    model = MLP(4, [8, 8, 3], activation=["gelu", "tanh"], seed=0)
    history = train(
        model,
        part.train,
        cross_entropy,
        AdamW(model.parameters(), lr=0.03, weight_decay=0.01),
        epochs=200,
        batch_size=20,
        seed=0,
        validation=part.test,
        patience=20,
        schedule=schedules.warm_up(10, then=schedules.cosine(1000)),
        clip_norm=1.0,
        class_weight="balanced",
        engine="numpy",
        progress=False,
    )
    assert history["accuracy"][-1] > 0.9
    assert accuracy(model, data.test) > 0.9
    assert "versicolor" in classification_report(model, data.test)
    other = MLP(4, [8, 8, 3], activation=["gelu", "tanh"])
    other.load_state_dict(json.loads(json.dumps(model.state_dict())))
    row = data.test.rows[0]
    for twin in (other, copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert [z.data for z in twin(row)] == [z.data for z in model(row)]


def test_a_line_through_points():
    data = Data([[x / 10] for x in range(-10, 11)], [x / 5 - 1 for x in range(-10, 11)])
    model = Neuron(1, activation="linear", seed=0)
    train(model, data, mse, SGD(model.parameters(), lr=0.1, momentum=0.9), progress=False)
    assert predict(model, [[0.25]]) == pytest.approx([-0.5], abs=0.01)
    train(model, data, huber, SGD(model.parameters(), lr=0.1), epochs=5, progress=False)
    assert predict(model, [[0.25]]) == pytest.approx([-0.5], abs=0.01)


def test_a_network_of_ones_own():
    class Residual(Module):
        def __init__(self):
            self.body = Layer(4, 4, "tanh", seed=0)
            self.head = Layer(4, 3, "linear", seed=1)
            self.scale = Value(1.0, label="scale")

        def __call__(self, row):
            return self.head([x + self.scale * y for x, y in zip(row, self.body(row), strict=True)])

    iris = load_iris()
    model = Residual()
    train(
        model,
        iris.train,
        optimizer=Adam(model.parameters(), lr=0.05),
        engine="numpy",
        progress=False,
    )
    assert accuracy(model, iris.test) > 0.9
    assert sum(y.data for y in probabilities(model(iris.test.rows[0]))) == pytest.approx(1.0)
    assert model.summary().splitlines()[-1].split() == ["total", "36"]


def test_two_classes_with_one_output():
    corners = [([0.0, 0.0], 0), ([0.0, 1.0], 1), ([1.0, 0.0], 1), ([1.0, 1.0], 0)]
    model = MLP(2, [4, 1], activation="tanh", seed=0)
    train(
        model,
        corners,
        binary_cross_entropy,
        Adam(model.parameters(), lr=0.1),
        epochs=200,
        engine="python",
        progress=False,
    )
    assert predict(model, [row for row, _ in corners]) == [0, 1, 1, 0]


def test_the_loop_by_hand():
    iris = load_iris(seed=0)
    model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
    optimizer, shuffler = SGD(model.parameters(), lr=0.5, momentum=0.9), random.Random(0)
    schedule = schedules.step(20, 0.5)
    for _ in range(10):
        for batch in iris.train.batches(32, shuffler):
            optimizer.lr = 0.5 * schedule(optimizer.steps)
            optimizer.zero_grad()
            loss = mean_loss(model, batch)
            loss.backward()
            clip_value(model.parameters(), 0.5)
            clip_norm(model.parameters(), 1.0)
            optimizer.step()
    print(mean_loss(model, iris.test).data, confusion_matrix(model, iris.test))

    assert accuracy(model, iris.test) > 0.85
    assert optimizer.lr == 0.25  # after 40 steps


def test_micrograds_moons():
    make_moons = pytest.importorskip("sklearn.datasets").make_moons
    data = Data(*make_moons(n_samples=100, noise=0.1, random_state=0))
    model = MLP(2, [16, 16, 1], seed=1337)
    history = train(
        model,
        data,
        hinge,
        SGD(model.parameters(), lr=1.0, weight_decay=2e-4),  # the L2 term 1e-4·Σp²
        epochs=100,
        schedule=lambda step: 1.0 - 0.9 * step / 100,
        engine="numpy",
        progress=False,
    )
    assert isinstance(history, History)
    assert accuracy(model, data) == 1.0

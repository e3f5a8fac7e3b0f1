"""Accuracy and reports: those of scikit-learn."""

import builtins

import pytest
from sklearn import metrics

from nn import (
    MLP,
    SGD,
    Data,
    accuracy,
    classification_report,
    confusion_matrix,
    load_iris,
    predict,
    train,
)

CORNERS = Data(
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["same", "differ", "differ", "same"]
)


def test_accuracy():
    model = MLP(1, [2], bias=False)
    model["w1"].data, model["w2"].data = 1.0, -1.0
    assert accuracy(model, [([1.0], 0), ([2.0], 1), ([-1.0], 1), ([-3.0], 0)]) == 0.5
    with pytest.raises(ValueError, match="accuracy: expected at least one row"):
        accuracy(model, [])


def test_reports_are_scikit_learns():
    iris = load_iris(0)
    model = MLP(4, [3], seed=0)
    train(model, iris.train, epochs=3, progress=False)
    true = [iris.class_names[k] for k in iris.test.labels]
    found = predict(model, iris.test)
    expected = metrics.confusion_matrix(true, found, labels=iris.class_names)
    assert confusion_matrix(model, iris.test) == expected.tolist()
    assert accuracy(model, iris.test) == metrics.accuracy_score(true, found)
    report = metrics.classification_report(true, found, zero_division=0.0)
    assert classification_report(model, iris.test) == report


def test_labels_of_hinge_and_smoothed_ones_are_classes():
    model = MLP(1, [1], bias=False)
    model["w1"].data = 1.0
    assert accuracy(model, [([1.0], 1), ([-1.0], -1), ([-2.0], 0), ([-2.0], 1)]) == 0.75
    pair = MLP(1, [2], seed=0)
    smoothed = [([1.0], [0.9, 0.1]), ([-1.0], [0.2, 0.8])]
    train(pair, smoothed, optimizer=SGD(pair.parameters(), lr=1.0), epochs=20, progress=False)
    assert predict(pair, [[1.0], [-1.0]]) == [0, 1]
    assert accuracy(pair, smoothed) == 1.0


def test_reports_without_names():
    model = MLP(1, [3], bias=False)
    for name, weight in (("w1", 1.0), ("w2", -1.0), ("w3", 0.0)):
        model[name].data = weight
    pairs = [([1.0], 0), ([2.0], 1), ([-1.0], 1)]
    assert confusion_matrix(model, pairs) == [[1, 0], [1, 1]]
    assert confusion_matrix(model, [*pairs, ([1.0], 2)])[2] == [1, 0, 0]
    assert classification_report(model, pairs).split()[4:6] == ["0", "0.50"]
    report = classification_report(model, [*pairs, ([1.0], 2)]).splitlines()
    assert report[4].split() == ["2", "0.00", "0.00", "0.00", "1"]  # never found
    with pytest.raises(ValueError, match="confusion_matrix: expected at least one row"):
        confusion_matrix(model, [])


def test_without_scikit_learn_the_error_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name.partition(".")[0] == "sklearn":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    for ask in (confusion_matrix, classification_report):
        with pytest.raises(ImportError, match=rf'{ask.__name__} needs .* "chainrule\[iris\]"'):
            ask(MLP(2, [2]), CORNERS)

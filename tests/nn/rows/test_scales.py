"""Rows of any scale meet a model of any scale: what the units are changes nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import datasets
from sklearn.preprocessing import StandardScaler

import autograd
import nn
from nn import MLP, Data, accuracy, mean_absolute_error, mean_loss, predict, predict_proba, train
from nn.rows.scales import composed, converted, in_unit
from nn.schema import Scale, Schema

X, Y = datasets.load_diabetes(return_X_y=True, scaled=False)
COLUMNS = datasets.load_diabetes().feature_names
SCALES = st.lists(
    st.builds(Scale, st.floats(-1e3, 1e3), st.floats(1e-3, 1e3)), min_size=3, max_size=3
)
ROWS = st.lists(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3), min_size=1, max_size=5)


@given(ROWS, SCALES, SCALES)
def test_there_and_back(rows, one, other):
    names = ("a", "b", "c")
    found = converted(converted(rows, one, other, names), other, one, names)
    there = converted(rows, one, other, names)
    for first, row, moved in zip(rows, found, there, strict=True):
        room = [
            1e-11 * (abs(x) + abs(a.mean / a.deviation) + abs(b.mean / a.deviation))
            for x, a, b in zip(first, one, other, strict=True)
        ]
        assert all(abs(x - z) <= r + 1e-12 for x, z, r in zip(first, row, room, strict=True))
        scale = [abs(a.mean) + abs(a.deviation * x) for x, a in zip(first, one, strict=True)]
        for u, v, size, b in zip(
            in_unit(first, one), in_unit(moved, other), scale, other, strict=True
        ):
            assert abs(u - v) <= 1e-12 * (size + abs(b.mean) + 1.0)
    assert converted(rows, one, one, names) is rows


@given(ROWS, SCALES, SCALES)
def test_scales_compose(rows, outer, inner):
    for row in rows:
        twice, once = in_unit(in_unit(row, inner), outer), in_unit(row, composed(outer, inner))
        np.testing.assert_allclose(twice, once, rtol=1e-9, atol=1e-6)


def test_labels_of_a_regression_are_standardized_with_the_columns():
    data = Data(X, Y, COLUMNS, target_names=["progression"]).split(test=0.3, seed=0).standardized()
    rows, target = StandardScaler(), StandardScaler()
    rows.fit(X[data.parts[0]])
    target.fit(Y[data.parts[0]].reshape(-1, 1))
    np.testing.assert_allclose(data.rows, rows.transform(X), rtol=1e-9, atol=1e-12)
    expected = target.transform(Y.reshape(-1, 1)).ravel()
    np.testing.assert_allclose(data.labels, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(data.targets, Y, rtol=1e-12)
    np.testing.assert_allclose(data.standardized().targets, Y, rtol=1e-12)
    (scale,) = data.schema.target_scales
    assert scale == Scale(*map(pytest.approx, (target.mean_[0], target.scale_[0])))
    assert data.train.schema == data.test.schema == data.schema
    assert data.schema.lowest == tuple(map(min, zip(*data.train.rows, strict=True)))
    assert data.schema.highest == tuple(map(max, zip(*data.train.rows, strict=True)))
    classes = Data([[0.0], [1.0]], ["a", "b"]).standardized()
    assert (classes.labels, classes.targets) == ([0, 1], ["a", "b"])


def in_units(raw, kind):
    """The same data: raw, standardized by itself, by others, or moved by somebody."""
    if kind == "raw":
        return raw
    if kind == "standardized":
        return raw.standardized()
    return raw.standardized().split(test=7, seed=1).standardized()


KINDS = ("raw", "standardized", "twice")


@pytest.mark.filterwarnings("ignore:train. the data was not standardized")  # on purpose
@pytest.mark.parametrize("trained_on", KINDS)
@pytest.mark.parametrize("regression", [True, False])
def test_a_data_is_brought_to_the_scale_of_the_model(trained_on, regression):
    labels = Y if regression else ["high" if y > 140 else "low" for y in Y]
    raw = Data(X[:60] - X.mean(0), labels[:60], COLUMNS, regression=regression)
    model = MLP(10, [4, 1 if regression else 2], activation="tanh", seed=0)
    given = in_units(raw, trained_on)
    given.parts = None
    train(model, given, epochs=2, progress=False)
    assert model.schema == given.schema
    asked = [predict, mean_loss, mean_absolute_error, nn.score]
    asked = asked if regression else [accuracy, mean_loss, predict_proba, nn.score]
    for kind in KINDS:
        data = in_units(raw, kind)
        for ask in asked:
            found, expected = ask(model, data), ask(model, given)
            if ask is mean_loss:
                found, expected = found.data, expected.data
            np.testing.assert_allclose(found, expected, rtol=1e-7)
        backwards = Data(
            [row[::-1] for row in data.rows], data.labels, COLUMNS[::-1], data.class_names
        )
        backwards.schema = replace(
            data.schema,
            feature_names=tuple(COLUMNS[::-1]),
            feature_scales=data.schema.feature_scales[::-1],
            lowest=data.schema.lowest[::-1],
            highest=data.schema.highest[::-1],
        )
        assert predict(model, backwards) == predict(model, data)
    ask = predict if regression else predict_proba
    np.testing.assert_allclose(ask(model, raw.rows, raw=True), ask(model, raw), rtol=1e-12)


def test_raw_rows_need_a_scale():
    model = MLP(2, [2], seed=0)
    with pytest.raises(ValueError, match=r"^predict: the model has no scale .* train\(model, Data"):
        predict(model, [[1.0, 2.0]], raw=True)
    train(model, [([0.0, 1.0], 0), ([1.0, 0.0], 1)], epochs=1, progress=False)
    with pytest.raises(ValueError, match=r"^predict_proba: the model has no scale"):
        predict_proba(model, [[1.0, 2.0]], raw=True)
    data = Data([[0.0, 10.0], [2.0, 30.0]], [0, 1], ["a", "b"]).standardized()
    train(model, data, epochs=1, progress=False)
    assert predict(model, [[0.0, 10.0], [2.0, 30.0]], raw=True) == predict(model, data.rows)
    with pytest.raises(ValueError, match=r"^predict: row 1, b: expected a finite number, got"):
        predict(model, [[0.0, 10.0], [2.0, None]], raw=True)
    with pytest.raises(ValueError, match=r"^predict: row 0: expected 2 numbers \(a, b\), got 1"):
        predict(model, [[0.0]], raw=True)


def test_a_further_training_is_in_the_scale_of_the_first():
    raw = Data(X[:40], Y[:40], COLUMNS)
    first, again = raw.standardized(), raw.split(test=10, seed=0).standardized()
    models = [MLP(10, [1], seed=0) for _ in range(2)]
    for model, data in zip(models, (first, again), strict=True):
        train(model, first, epochs=1, progress=False)
        schema = model.schema
        train(
            model,
            Data(X[:40], Y[:40]) if data is first else again.matched(schema),
            epochs=1,
            progress=False,
        )
        assert model.schema == schema == first.schema
    by_pairs = MLP(10, [1], seed=0)
    train(by_pairs, list(first), epochs=1, progress=False)
    assert by_pairs.schema == Schema(regression=True)
    train(by_pairs, first, epochs=1, progress=False)
    assert by_pairs.schema == first.schema


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 9), st.booleans())
def test_validation_is_brought_too(seed, several):
    labels = np.stack([Y, 2.0 * Y], axis=1) if several else Y
    data = Data(X[:30], labels[:30], COLUMNS).split(test=8, seed=seed)
    histories = []
    for validation in (data.standardized().test, data.test, data.test.standardized()):
        model = MLP(10, [2 if several else 1], seed=0)
        histories.append(
            train(model, data.standardized().train, validation=validation, epochs=2, progress=False)
        )
    for history in histories[1:]:
        np.testing.assert_allclose(
            history["validation_loss"], histories[0]["validation_loss"], rtol=1e-9
        )


def test_a_page_of_rows_alone_has_the_names_and_units_of_the_model():
    data = Data(X[:20], Y[:20], COLUMNS).standardized()
    model = MLP(10, [1], seed=0)
    page = autograd.explore(model, data.rows).html
    assert '"features":[]' in page
    train(model, data, epochs=1, progress=False)
    page = autograd.explore(model, data.rows).html
    assert '"features":["age","sex","bmi",' in page
    assert f'"scale":[[{data.mean[0]!r},' in page
    with pytest.raises(TypeError, match="explore: expected"):
        autograd.explore(model, 3.0)

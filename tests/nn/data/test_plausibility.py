"""Raw rows are told from standardized ones, and held-out rows are never accused."""

import warnings

import numpy as np
import pytest
from sklearn import datasets
from sklearn.model_selection import train_test_split

from nn import MLP, Data, accuracy, load_iris, predict, predict_proba, score, train
from nn.data.plausibility import suspicion

DRAW = np.random.default_rng(0)
SETS = {
    "iris": datasets.load_iris().data,
    "wine": datasets.load_wine().data,
    "breast cancer": datasets.load_breast_cancer().data,
    "diabetes": datasets.load_diabetes().data,  # raw rows are near their mean there
    "diabetes in its units": datasets.load_diabetes(scaled=False).data,
    "rare words, one column each": np.hstack(
        [30.0 + 5.0 * DRAW.normal(size=(400, 2)), 1.0 * (DRAW.random((400, 12)) < 0.02)]
    ),
}


def splits(X):
    """Schemas of standardized training parts of many sizes, with raw held-out rows."""
    for seed in range(12):
        for size in (0.2, 0.5, 0.8):
            train_part, test_part = train_test_split(X, test_size=size, random_state=seed)
            data = Data(train_part, [0] * len(train_part)).standardized()
            yield data, test_part.tolist()


@pytest.mark.parametrize("name", SETS)
def test_raw_rows_are_found_and_held_out_rows_never_accused(name):
    rows_found = []
    for data, raw in splits(SETS[name]):
        held_out = data.standardize(raw)
        assert suspicion(data.schema, held_out, "predict", raw=False) == ""
        assert suspicion(data.schema, held_out, "predict", raw=True) == ""
        assert "raw=True" in suspicion(data.schema, raw, "predict", raw=False)
        for row in held_out[:40]:  # nor any of them alone
            assert suspicion(data.schema, [row], "predict", raw=False) == ""
        alone = [suspicion(data.schema, [row], "predict", raw=False) for row in raw[:40]]
        rows_found += ["raw=True" in message for message in alone]
        twice = data.standardize(held_out)
        if not name.startswith("rare"):  # whose second standardizing changes little
            assert "standardized before" in suspicion(data.schema, twice, "predict", raw=True)
    assert np.mean(rows_found) > 0.9


def test_the_mean_is_no_raw_row():
    data = Data(SETS["diabetes"], [0] * len(SETS["diabetes"])).standardized()
    assert suspicion(data.schema, [[0.0] * 10], "predict", raw=False) == ""
    grid = [[x, y, *[3e-17] * 8] for x in np.linspace(-2, 2, 9) for y in np.linspace(-2, 2, 9)]
    assert suspicion(data.schema, grid, "predict", raw=False) == ""


def trained():
    iris = load_iris(seed=0)
    model = MLP(4, [3], seed=0)
    train(model, iris.train, epochs=1, progress=False)
    return model, iris, datasets.load_iris().data


@pytest.mark.parametrize("ask", [predict, predict_proba])
def test_the_warning_comes_once_and_names_what_to_write(ask):
    model, iris, raw = trained()
    ask(model, iris.test)
    ask(model, iris.test.rows)
    ask(model, raw, raw=True)
    with pytest.warns(
        UserWarning, match=rf"^{ask.__name__}: .* raw.* {ask.__name__}\(model, rows, r"
    ) as w:
        ask(model, raw)
    assert w[0].filename == __file__
    ask(model, raw)  # once for a model
    with pytest.warns(UserWarning, match="raw=True"):
        ask(trained()[0], raw)


def test_pairs_a_data_that_was_standardized_twice_and_other_units():
    model, iris, raw = trained()
    with pytest.warns(UserWarning, match=r"^accuracy: .* raw rows write accuracy\(model, D"):
        accuracy(model, list(zip(raw.tolist(), datasets.load_iris().target, strict=True)))
    model, iris, raw = trained()
    assert accuracy(model, Data(raw, datasets.load_iris().target)) == accuracy(model, iris)
    with pytest.warns(UserWarning, match=r"^score: .*standardized before, .* data.standardized\("):
        score(model, Data(iris.rows, iris.labels))
    model, iris, raw = trained()
    with pytest.warns(UserWarning, match="^predict: .* far outside .* another unit"):
        predict(model, 1000.0 * raw, raw=True)
    model, iris, raw = trained()
    with pytest.warns(UserWarning, match="^predict: .* far outside .* another unit"):
        predict(model, 1000.0 * raw)


def test_models_that_nothing_was_taken_out_of_take_all_rows():
    raw = datasets.load_wine().data
    for data in (Data(raw, datasets.load_wine().target), [(raw[0], 0), (raw[1], 1)]):
        model = MLP(13, [3], seed=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of raw data
            train(model, data, epochs=1, progress=False)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            predict(model, raw)
            predict(model, 1000.0 * raw)


@pytest.mark.parametrize("ask", [predict, predict_proba, score, accuracy])
def test_one_absurd_number_is_named_in_its_unit(ask):
    """Of raw rows and others; the warning stands at the line of the caller."""
    _, iris, raw = trained()
    raw[120] = raw[120] * [1.0, 1.0, 1e4, 1.0]
    labels = datasets.load_iris().target
    forms = [Data(raw, labels), Data(raw, labels, iris.feature_names).standardized()]
    if ask in (predict, predict_proba):
        forms += [raw, iris.standardize(raw)]
    for rows in forms:
        model = trained()[0]
        settings = {"raw": True} if rows is raw else {}
        pattern = (
            r"row 120, petal length \(cm\): 57000 lies far outside of .* trained on, 1.0\d* to"
        )
        with pytest.warns(UserWarning, match=pattern) as w:
            ask(model, rows, **settings)
        assert w[0].filename == __file__
        assert ("raw=True" in str(w[0].message)) is isinstance(rows, list)  # not where it is so
        assert "Data(X, y)" not in str(w[0].message)
    pairs = list(zip(iris.standardize(raw), labels, strict=True))
    if ask in (score, accuracy):
        with pytest.warns(UserWarning, match=rf"write {ask.__name__}\(model, Data\(X, y\)\)"):
            ask(trained()[0], pairs)

"""MLPClassifier: classes by name, frames, and the network behind it drawn, explored and saved."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn: chainrule[sklearn]")

from sklearn.datasets import load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import nn
from autograd import explore
from nn import MLPClassifier, draw_network

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
IRIS = load_iris(as_frame=True)
FRAME, WORDS = IRIS.data, IRIS.target_names[IRIS.target]
SMALL = {"hidden_layer_sizes": (4, 4), "activation": "tanh", "random_state": 0}


def polars(frame):
    pl = pytest.importorskip("polars", reason="needs polars")
    return pl.DataFrame({name: frame[name].to_numpy() for name in frame})


@pytest.mark.parametrize("form", [lambda frame: frame, polars], ids=["pandas", "polars"])
def test_a_frame_goes_in_and_names_come_out(form, tmp_path):
    """In the units of the frame, which are those of the model."""
    frame = form(FRAME)
    found = MLPClassifier(solver="lbfgs", **SMALL).fit(frame, WORDS)
    assert found.feature_names_in_.tolist() == list(FRAME.columns)
    assert found.classes_.tolist() == list(IRIS.target_names)
    answers = found.predict(frame)
    assert (answers == WORDS).mean() > 0.95
    schema = found.model_.schema
    assert schema.feature_names == tuple(FRAME.columns)
    assert schema.class_names == tuple(IRIS.target_names)
    assert nn.predict(found.model_, frame) == answers.tolist()
    shares = nn.predict_proba(found.model_, frame)
    np.testing.assert_allclose(found.predict_proba(frame), shares, rtol=1e-9, atol=1e-12)
    path = tmp_path / "flowers.safetensors"
    nn.save(found.model_, path)
    again = nn.load(path)
    assert nn.predict(again, frame) == answers.tolist()
    assert again.schema == schema


def test_it_is_drawn_and_explored_with_the_names_of_the_frame():
    scaler = StandardScaler().set_output(transform="pandas")
    pipe = make_pipeline(scaler, MLPClassifier(max_iter=20, **SMALL)).fit(FRAME, WORDS)
    model = pipe[-1].model_
    row = pipe[0].transform(FRAME).iloc[0]
    for shown in (
        draw_network(model, row, highlight="w17").svg,
        explore(model, rows=pipe[0].transform(FRAME)[:5]).html,
    ):
        assert "sepal length" in shown
        assert "versicolor" in shown


@pytest.mark.parametrize(
    ("classes", "names"),
    [
        ([0, 1, 2], ()),
        ([0, 1], ()),
        ([1, 2, 3], ("1", "2", "3")),
        ([-1, 1], ("-1", "1")),
        ([False, True], ("False", "True")),
        (["b", "a", "c"], ("a", "b", "c")),
        ([2.0, 5.0], ("2.0", "5.0")),
    ],
)
def test_classes_of_any_kind(classes, names):
    labels = np.array([classes[i % len(classes)] for i in range(len(FRAME))])
    found = MLPClassifier(max_iter=3, **SMALL).fit(FRAME, labels)
    assert found.classes_.tolist() == sorted(set(classes))
    assert found.model_.schema.class_names == names
    answers = found.predict(FRAME)
    assert set(answers) <= set(classes)
    assert [str(x) for x in nn.predict(found.model_, FRAME)] == [str(x) for x in answers]
    proba = found.predict_proba(FRAME)
    assert proba.shape == (len(FRAME), len(classes))
    np.testing.assert_allclose(proba.sum(axis=1), 1.0)
    np.testing.assert_allclose(np.exp(found.predict_log_proba(FRAME)), proba)
    series = pd.Series(labels, name="kind")
    again = MLPClassifier(max_iter=3, **SMALL).fit(FRAME, series)
    assert again.predict(FRAME).tolist() == answers.tolist()


def test_columns_without_names_have_none_in_the_model():
    found = MLPClassifier(max_iter=2, **SMALL).fit(FRAME.to_numpy(), WORDS)
    assert found.model_.schema.feature_names == ()


def test_classes_that_do_not_fit():
    with pytest.raises(ValueError, match="expected at least two classes, got one class, 'a'"):
        MLPClassifier().fit(FRAME, ["a"] * 150)
    found = MLPClassifier(warm_start=True, max_iter=2, **SMALL).fit(FRAME, WORDS)
    with pytest.raises(ValueError, match="expected the classes of the first call"):
        found.fit(FRAME[:100], WORDS[:100])
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        MLPClassifier().fit(FRAME, np.linspace(0.0, 1.0, 150))
    with pytest.raises(ValueError, match="y should be a 1d array"):
        MLPClassifier().fit(FRAME, np.eye(3)[IRIS.target])


def test_partial_fit_and_its_classes():
    found = MLPClassifier(**SMALL)
    with pytest.raises(ValueError, match="partial_fit: expected classes at the first call"):
        found.partial_fit(FRAME, WORDS)
    found.partial_fit(FRAME[:50], WORDS[:50], classes=["virginica", "setosa", "versicolor"])
    found.partial_fit(FRAME, WORDS)
    assert found.classes_.tolist() == list(IRIS.target_names)
    assert found.model_.schema.class_names == tuple(IRIS.target_names)
    with pytest.raises(ValueError, match="expected the classes of the first call"):
        found.partial_fit(FRAME, ["rose"] * 150)
    with pytest.raises(ValueError, match="expected the classes of the first call"):
        found.partial_fit(FRAME, WORDS, classes=["setosa", "rose"])

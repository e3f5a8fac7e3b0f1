"""MLPRegressor: numbers in their unit, several targets, and the network behind it."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn: chainrule[sklearn]")

from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge

import nn
from nn import MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
FRAME, NUMBERS = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
SMALL = {"hidden_layer_sizes": (4,), "activation": "tanh", "max_iter": 30, "random_state": 0}


def test_without_hidden_layers_it_is_a_ridge_regression():
    """The oracle is a solution in closed form, which has the least loss of all.

    SciPy ends where a step lowers the loss by less than 2e-9 of it. That settles half as many
    digits of the coefficients, which are held by the slopes of the loss.
    """
    rows = (FRAME - FRAME.mean()) / FRAME.std()
    found = MLPRegressor((), solver="lbfgs", alpha=20.0, tol=1e-9, max_iter=1000)
    found.fit(rows, NUMBERS)
    wanted = Ridge(alpha=20.0).fit(rows, NUMBERS)

    def objective(weights, bias):
        off = rows @ weights + bias - NUMBERS
        slopes = np.append(rows.T @ off + 20.0 * weights, off.sum())
        return (off @ off + 20.0 * weights @ weights) / (2 * len(rows)), slopes / len(rows)

    least, _ = objective(wanted.coef_, wanted.intercept_)
    loss, slopes = objective(found.coefs_[0][:, 0], found.intercepts_[0][0])
    assert found.loss_ == pytest.approx(loss, rel=1e-12)
    assert least * (1.0 - 1e-12) <= loss <= least * (1.0 + 1e-8)
    _, at_zero = objective(np.zeros(rows.shape[1]), 0.0)
    assert abs(slopes).max() <= 1e-4 * abs(at_zero).max()


def test_the_network_answers_as_the_estimator_in_the_unit_of_the_target(tmp_path):
    found = MLPRegressor(solver="lbfgs", **SMALL).fit(FRAME, NUMBERS)
    schema = found.model_.schema
    assert (schema.regression, schema.target_names) == (True, ("target",))
    assert schema.feature_names == tuple(FRAME.columns)
    answers = found.predict(FRAME)
    np.testing.assert_allclose(nn.predict(found.model_, FRAME), answers, rtol=1e-9)
    nn.save(found.model_, tmp_path / "model.safetensors")
    again = nn.load(tmp_path / "model.safetensors")
    assert nn.predict(again, FRAME[:5]) == nn.predict(found.model_, FRAME[:5])


def test_several_targets():
    targets = pd.DataFrame({"low": NUMBERS, "high": 2.0 * NUMBERS + 1.0})
    found = MLPRegressor(solver="lbfgs", **SMALL).fit(FRAME, targets)
    assert found.model_.schema.target_names == ("low", "high")
    assert found.predict(FRAME).shape == (len(FRAME), 2)
    assert (found.n_outputs_, found.out_activation_) == (2, "identity")
    np.testing.assert_allclose(nn.predict(found.model_, FRAME), found.predict(FRAME), rtol=1e-9)
    plain = MLPRegressor(solver="lbfgs", **SMALL).fit(FRAME, targets.to_numpy())
    assert plain.model_.schema.target_names == ()
    stopped = MLPRegressor(early_stopping=True, **SMALL).fit(FRAME, targets)
    assert len(stopped.validation_scores_) == stopped.n_iter_
    alone = MLPRegressor(**SMALL)
    with pytest.warns(Warning, match="column-vector y was passed"):
        alone.fit(FRAME, targets[["low"]])
    assert alone.predict(FRAME).shape == (len(FRAME),)


def test_zeros_and_ones_are_numbers():
    found = MLPRegressor(**SMALL).fit(FRAME, np.arange(len(FRAME)) % 2)
    assert found.model_.regression
    assert found.predict(FRAME).dtype == np.float64

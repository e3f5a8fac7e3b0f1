"""Both estimators: settings, weights, going on, early stopping, copies, company."""

import pickle
import random
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn: chainrule[sklearn]")

import sklearn.neural_network as peers
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import nn
from nn import MLPClassifier, MLPRegressor
from nn.estimators import solvers

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
ROOT = Path(nn.__file__).parents[1]
SOURCE = np.random.RandomState(0)
ROWS = SOURCE.normal(size=(30, 3))
NUMBERS = ROWS[:, 0] - ROWS[:, 1] ** 2
WORDS = np.where(NUMBERS > 0, "up", np.where(NUMBERS > -1, "flat", "down"))
BOTH = [(MLPClassifier, WORDS), (MLPRegressor, NUMBERS)]
SMALL = {"hidden_layer_sizes": (5,), "max_iter": 20, "random_state": 0}
both = pytest.mark.parametrize(("kind", "labels"), BOTH, ids=["classes", "numbers"])


def bits(estimator):
    """All numbers that were found."""
    arrays = [part.tobytes() for part in estimator.coefs_ + estimator.intercepts_]
    return arrays, estimator.loss_curve_, estimator.n_iter_, estimator.predict(ROWS).tolist()


@both
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_again_copied_and_pickled_it_is_the_same_to_the_bit(kind, labels, solver):
    found = kind(solver=solver, **SMALL).fit(ROWS, labels)
    wanted = bits(found)
    assert bits(pickle.loads(pickle.dumps(found))) == wanted
    assert bits(clone(found).fit(ROWS, labels)) == wanted
    assert bits(found.fit(ROWS, labels)) == wanted


@both
@pytest.mark.parametrize("engine", ["eager", "python", "numpy", "native"])
def test_engines_agree(kind, labels, engine):
    if engine == "native":
        pytest.importorskip("llvmlite", reason="needs llvmlite: chainrule[native]")
    for solver in ("adam", "lbfgs"):
        given = {**SMALL, "max_iter": 5, "solver": solver}
        wanted = kind(**given).fit(ROWS, labels)
        found = kind(engine=engine, **given).fit(ROWS, labels)
        np.testing.assert_allclose(found.loss_curve_, wanted.loss_curve_, rtol=1e-9)
        np.testing.assert_allclose(found.coefs_[0], wanted.coefs_[0], rtol=1e-6, atol=1e-9)


@both
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_whole_weights_are_repeated_rows(kind, labels, solver):
    """One batch holds all of them; a weight of 0 is a row that is not there."""
    weights = np.random.RandomState(2).randint(0, 4, size=len(ROWS))
    given = {"solver": solver, "alpha": 0.1, **SMALL}
    weighted = kind(**given).fit(ROWS, labels, sample_weight=weights)
    repeated = kind(**given).fit(np.repeat(ROWS, weights, axis=0), np.repeat(labels, weights))
    np.testing.assert_allclose(weighted.loss_curve_, repeated.loss_curve_, rtol=1e-12)
    for found, wanted in zip(weighted.coefs_, repeated.coefs_, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-10)


def test_settings_are_checked_in_fit():
    cases = [
        ({"solver": "adm"}, "solver: no 'adm'; did you mean 'adam'"),
        ({"solver": 3}, "solver: no 3"),
        ({"engine": "nativ"}, "engine: no 'nativ'; did you mean 'native'"),
        ({"activation": "logistics"}, "unknown activation 'logistics'; did you mean 'logistic'"),
        ({"alpha": -1.0}, "alpha: expected a finite number of at least 0, got -1.0"),
        ({"tol": "x"}, "tol: expected a finite number"),
        ({"learning_rate_init": 0.0}, "learning_rate_init: expected a positive number"),
        ({"validation_fraction": 1.0}, "validation_fraction: expected a share below 1"),
        ({"max_iter": 0}, "max_iter: expected a whole number of at least 1, got 0"),
        ({"n_iter_no_change": 0.5}, "n_iter_no_change: expected a whole number"),
        ({"batch_size": 0}, r"batch_size \('auto' or a number\): expected a whole number"),
        ({"hidden_layer_sizes": (3, 0)}, "hidden_layer_sizes: expected a whole number"),
        ({"hidden_layer_sizes": "3"}, "hidden_layer_sizes: expected a whole number"),
        ({"activation": ["tanh", "relu"]}, "expected one activation for each of the 1 layers"),
        ({"random_state": "x"}, "cannot be used to seed"),
    ]
    for (kind, labels), (given, message) in [(pair, case) for pair in BOTH for case in cases]:
        with pytest.raises(ValueError, match=message):
            kind(**given).fit(ROWS, labels)
    for setting in ("shuffle", "warm_start", "early_stopping", "bias"):
        with pytest.raises(TypeError, match=f"MLPClassifier: expected True or False as {setting}"):
            MLPClassifier(**{setting: 1}).fit(ROWS, WORDS)
        MLPClassifier(**SMALL, **{setting: np.False_}).fit(ROWS, WORDS)
    with pytest.raises(ValueError, match=r"non-zero|got zeros"):  # scikit-learn's, or ours
        MLPClassifier().fit(ROWS, WORDS, np.zeros(30))
    for weights in np.eye(30):  # to train on, or held out
        with pytest.raises(ValueError, match="sample_weight: expected weights above 0 among"):
            MLPRegressor(early_stopping=True, random_state=0).fit(ROWS, NUMBERS, weights)


def test_the_forms_of_networks():
    for sizes in (4, [4], np.array([4]), (4,)):
        model = MLPRegressor(**{**SMALL, "hidden_layer_sizes": sizes}).fit(ROWS, NUMBERS).model_
        assert model.nouts == [4, 1]
    found = MLPRegressor((), bias=False, solver="lbfgs").fit(ROWS, NUMBERS)
    assert (found.model_.nouts, found.intercepts_[0].tolist(), found.n_layers_) == ([1], [0.0], 2)
    found = MLPClassifier((3, 2), ["gelu", "logistic"], max_iter=3).fit(ROWS, WORDS)
    assert found.model_.activation == ["gelu", "sigmoid"]
    assert repr(found) == "MLPClassifier(activation=['gelu', 'logistic'], hidden_layer_sizes=(3, 2),\n              max_iter=3)"  # fmt: skip  # noqa: E501


@both
def test_it_ends_where_the_loss_no_longer_falls(kind, labels):
    given = {**SMALL, "max_iter": 300, "tol": 0.01, "n_iter_no_change": 3}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = kind(**given).fit(ROWS, labels)
    assert found.n_iter_ == len(found.loss_curve_) < 300
    least = np.minimum.accumulate(found.loss_curve_)
    falls = [loss <= low - 0.01 for loss, low in zip(found.loss_curve_[1:], least, strict=False)]
    assert falls[-4:] == [False] * 4
    given = {**given, "n_iter_no_change": np.inf, "max_iter": 40}
    with pytest.warns(ConvergenceWarning, match="after 40 iterations the optimization has not"):
        assert kind(**given).fit(ROWS, labels).n_iter_ == 40
    with pytest.warns(ConvergenceWarning, match="after 2 iterations"):
        kind(solver="lbfgs", max_iter=2).fit(ROWS, labels)


@both
def test_warm_start_goes_on_and_a_new_fit_does_not(kind, labels):
    found = kind(warm_start=True, solver="sgd", **SMALL)
    first = found.fit(ROWS, labels).loss_curve_
    second = found.fit(ROWS, labels).loss_curve_
    peer = getattr(peers, kind.__name__)(warm_start=True, solver="sgd", **SMALL)
    peer.fit(ROWS, labels).fit(ROWS, labels)
    np.testing.assert_allclose(second, peer.loss_curve_, rtol=1e-9)
    assert (second[:20], len(second), found.n_iter_) == (first, 40, 20)
    found.set_params(hidden_layer_sizes=(4,))
    with pytest.raises(ValueError, match="other layers are fitted with warm_start=False"):
        found.fit(ROWS, labels)
    assert len(found.set_params(warm_start=False).fit(ROWS, labels).loss_curve_) == 20


@both
def test_partial_fit_is_an_epoch_with_the_same_optimizer(kind, labels):
    found = kind(**SMALL)
    peer = getattr(peers, kind.__name__)(**SMALL)
    for part in (slice(0, 15), slice(15, 30), slice(0, 30)):
        given = {"classes": np.unique(WORDS)} if kind is MLPClassifier else {}
        found.partial_fit(ROWS[part], labels[part], **given)
        peer.partial_fit(ROWS[part], labels[part], **given)
    np.testing.assert_allclose(found.loss_curve_, peer.loss_curve_, rtol=1e-6)
    np.testing.assert_allclose(found.coefs_[0], peer.coefs_[0], rtol=1e-4, atol=1e-6)
    assert (found.n_iter_, found.validation_scores_) == (1, None)
    assert not hasattr(kind(solver="lbfgs"), "partial_fit")
    with pytest.raises(ValueError, match="partial_fit: expected early_stopping=False"):
        kind(early_stopping=True, **SMALL).partial_fit(ROWS, labels, **given)


@both
def test_partial_fit_after_another_solver_moves_the_network_that_is_there(kind, labels):
    given = {"classes": np.unique(WORDS)} if kind is MLPClassifier else {}
    found = kind(**SMALL).fit(ROWS, labels)
    found.set_params(solver="lbfgs").fit(ROWS, labels).set_params(solver="adam")
    before = found.coefs_[0].copy()
    assert (found.partial_fit(ROWS, labels, **given).coefs_[0] != before).any()


@both
def test_early_stopping_keeps_the_best(kind, labels):
    given = {**SMALL, "max_iter": 150, "early_stopping": True, "validation_fraction": 0.2}
    given["learning_rate_init"] = 0.05
    found = kind(**given, n_iter_no_change=4).fit(ROWS, labels)
    best = int(np.argmax(found.validation_scores_))
    assert found.n_iter_ == len(found.validation_scores_) < 150
    assert found.best_loss_ is None
    again = kind(**{**given, "max_iter": best + 1}).fit(ROWS, labels)
    np.testing.assert_allclose(again.coefs_[0], found.coefs_[0], rtol=1e-7)
    with pytest.raises(ValueError, match="expected at least two rows to validate on, got 1 of 30"):
        kind(**{**given, "validation_fraction": 0.01}).fit(ROWS, labels)
    weights = np.random.RandomState(0).uniform(size=30)
    wanted = getattr(peers, kind.__name__)(**given).fit(ROWS, labels, weights)
    found = kind(**given).fit(ROWS, labels, weights)
    np.testing.assert_allclose(found.validation_scores_, wanted.validation_scores_, rtol=1e-3)


def test_a_batch_of_more_rows_than_there_are():
    with pytest.warns(UserWarning, match="batch_size is 99, and there are 30 rows"):
        found = MLPRegressor(batch_size=99, **SMALL).fit(ROWS, NUMBERS)
    assert bits(found) == bits(MLPRegressor(**SMALL).fit(ROWS, NUMBERS))


def test_ctrl_c_leaves_a_network_that_predicts(monkeypatch):
    train = solvers.train

    def interrupted(*arguments, **given):
        def interrupt(history):
            raise KeyboardInterrupt

        return train(*arguments, **{**given, "callbacks": [interrupt]})

    monkeypatch.setattr(solvers, "train", interrupted)
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        found = MLPClassifier(**SMALL).fit(ROWS, WORDS)
    assert (found.n_iter_, len(found.predict(ROWS))) == (1, 30)


def test_verbose_shows_progress(capsys):
    MLPClassifier(verbose=True, **SMALL).fit(ROWS, WORDS)
    assert "epoch 20/20  loss " in capsys.readouterr().out
    MLPClassifier(**SMALL).fit(ROWS, WORDS)
    assert capsys.readouterr().out == ""


@both
def test_what_is_not_fitted_says_so(kind, labels):
    with pytest.raises(NotFittedError):
        kind().predict(ROWS)
    for name in ("coefs_", "intercepts_", "n_layers_", "n_outputs_"):
        assert not hasattr(kind(), name)


def test_random_numbers_of_others_are_left_alone():
    random.seed(1)
    np.random.seed(1)
    before = random.getstate(), np.random.get_state()[1].tolist()
    MLPClassifier(**SMALL).fit(ROWS, WORDS)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


@pytest.mark.uncovered
def test_in_company():
    rows, labels = load_iris(return_X_y=True)
    made = make_pipeline(StandardScaler(), MLPClassifier((8,), solver="lbfgs", random_state=0))
    assert cross_val_score(made, rows, labels, cv=3).mean() > 0.9
    grid = {"mlpclassifier__alpha": [1e-4, 1.0], "mlpclassifier__hidden_layer_sizes": [(3,), (6,)]}
    search = GridSearchCV(made, grid, cv=3).fit(rows, labels)
    assert search.best_score_ > 0.9
    assert search.best_estimator_[-1].model_.nin == 4
    rows, labels = load_diabetes(return_X_y=True)
    made = make_pipeline(StandardScaler(), MLPRegressor((3,), solver="lbfgs", alpha=10.0))
    assert cross_val_score(made, rows, labels, cv=3).mean() > 0.35


@pytest.mark.parametrize("name", ["MLPClassifier", "MLPRegressor"])
def test_without_scikit_learn_nn_works_and_they_name_the_extra(name):
    message = f'{name} needs scikit-learn: pip install "chainrule[sklearn]"'
    code = f"""
import sys
sys.modules["sklearn"] = None
import nn
from nn import *
print({name!r} in dir(nn))
try:
    from nn import {name}
except ImportError as error:
    print(error)
"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.splitlines() == ["True", message]


def test_importing_nn_imports_no_scikit_learn():
    code = "import sys, nn; print(any('sklearn' in name for name in sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout == "False\n"
    with pytest.raises(AttributeError, match=re.escape("module 'nn' has no attribute 'MLPKlass'")):
        nn.MLPKlass  # noqa: B018

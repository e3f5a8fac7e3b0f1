"""The objective, its gradient and the steps are those of scikit-learn's networks."""

import random
from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn: chainrule[sklearn]")

import sklearn.neural_network as peers
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils import shuffle

import nn
from autograd import Value
from nn.estimators.network import Form, objective_program, set_numbers
from nn.estimators.settings import known
from nn.estimators.solvers import Problem, order_of
from nn.losses import binary_cross_entropy, cross_entropy, mean_loss
from nn.objectives import half_squares, objective_of

LOSSES = {"logistic": binary_cross_entropy, "softmax": cross_entropy, "identity": half_squares}


def peer_of(kind, activation, sizes, layers, alpha):
    """scikit-learn's network with these weights and biases."""
    peer = peers.MLPRegressor if kind == "identity" else peers.MLPClassifier
    peer = peer(hidden_layer_sizes=sizes[1:-1], activation=activation, alpha=alpha)
    peer.n_layers_, peer.out_activation_ = len(sizes), kind
    peer.coefs_ = [weights for weights, _ in layers]
    peer.intercepts_ = [biases for _, biases in layers]
    return peer


def by_peer(peer, problem):
    """Its loss, and the gradient by the weights and biases of each layer."""
    layers = range(peer.n_layers_ - 1)
    slots = [[None] * len(layers) for _ in range(3)]
    found = peer._backprop(
        problem.rows, problem.labels, problem.weights, [problem.rows, *slots[0]], *slots
    )
    return found[0], list(zip(*found[1:], strict=True))


@given(
    kind=st.sampled_from(list(LOSSES)),
    activation=st.sampled_from(["identity", "logistic", "tanh", "relu"]),
    hidden=st.lists(st.integers(1, 4), max_size=2),
    alpha=st.sampled_from([0.0, 1e-4, 0.5]),
    targets=st.integers(1, 2),
    weighted=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_objective_and_gradient_are_scikit_learns(
    kind, activation, hidden, alpha, targets, weighted, seed
):
    source = np.random.RandomState(seed)
    sizes, count = (3, *hidden, {"softmax": 3, "identity": targets}.get(kind, 1)), 7
    form = Form(sizes, known(activation, "test"), True)
    numbers = source.normal(size=sum((a + 1) * b for a, b in pairwise(sizes)))
    labels = {
        "softmax": np.eye(3)[source.randint(3, size=count)],
        "logistic": source.randint(2, size=(count, 1)).astype(float),
        "identity": source.normal(size=(count, targets)),
    }[kind]
    weights = source.uniform(0.1, 3.0, size=count) if weighted else None
    problem = Problem(source.normal(size=(count, 3)), labels, weights, LOSSES[kind], alpha)
    program = objective_program(form, LOSSES[kind], "python")
    given = [*numbers, problem.factor(count)]
    table = np.hstack([problem.rows, labels])
    loss, slopes = program.value_and_grad(table, parameters=given, sample_weight=weights)
    want, gradients = by_peer(
        peer_of(kind, activation, sizes, form.layers(numbers), alpha), problem
    )
    if kind == "identity":  # scikit-learn's is the mean over the targets, its gradient of the sum
        squares = sum(np.sum(layer**2) for layer, _ in form.layers(numbers))
        penalty = problem.factor(count) * squares
        want = targets * (want - penalty) + penalty
    assert loss == pytest.approx(want, rel=1e-10, abs=1e-12)
    for found, wanted in zip(form.layers(np.array(slopes[:-1])), gradients, strict=True):
        for part, wanted_part in zip(found, wanted, strict=True):
            np.testing.assert_allclose(part, wanted_part, rtol=1e-10, atol=1e-12)
    if not weighted:  # as train and the engine eager have it, row by row
        model = form.model()
        set_numbers(model, numbers)
        objective = objective_of(model, LOSSES[kind], Value(problem.factor(count)))
        rows = labels.tolist() if labels.shape[1] > 1 else labels[:, 0].tolist()
        pairs = list(zip(problem.rows.tolist(), rows, strict=True))
        assert mean_loss(model, pairs, objective).data == pytest.approx(want, rel=1e-10, abs=1e-12)


def test_the_order_of_rows_is_scikit_learns():
    found, order = order_of(np.random.RandomState(3), True), np.arange(9)
    source = np.random.RandomState(3)
    for _ in range(4):
        order = shuffle(order, random_state=source)
        rows = list(range(9))
        found.shuffle(rows)
        assert rows == order.tolist()
    rows = list(range(9))
    order_of(source, False).shuffle(rows)
    assert rows == list(range(9))
    assert isinstance(found, random.Random)


SETTINGS = [
    {},
    {"solver": "sgd", "learning_rate_init": 0.05},
    {"batch_size": 7},
    {"batch_size": 7, "shuffle": False, "solver": "sgd"},
    {"activation": "tanh", "alpha": 0.1},
    {"activation": "logistic", "hidden_layer_sizes": (5, 4)},
    {"activation": "identity", "hidden_layer_sizes": 3, "learning_rate_init": 0.01},
    {"early_stopping": True, "validation_fraction": 0.3, "n_iter_no_change": 3},
    {"tol": 0.02, "n_iter_no_change": 2, "batch_size": 7},
    {"solver": "lbfgs"},
]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("kind", ["two classes", "three classes", "numbers"])
@pytest.mark.parametrize("given", SETTINGS, ids=str)
def test_both_go_the_same_way(kind, given):
    """From the same numbers through the same batches.

    They differ in last bits; with Adam, whose eps scikit-learn has elsewhere, in the fifth digit.
    """
    source = np.random.RandomState(5)
    rows = source.normal(size=(42, 3))
    labels = source.normal(size=42) + rows[:, 0] ** 2
    if kind != "numbers":
        labels = np.digitize(labels, [0.5] if kind == "two classes" else [0.0, 1.0])
    name = "MLPRegressor" if kind == "numbers" else "MLPClassifier"
    given = {"hidden_layer_sizes": (6,), "max_iter": 12, "random_state": 1, "alpha": 1e-3, **given}
    ours = getattr(nn, name)(**given).fit(rows, labels)
    peer = getattr(peers, name)(**given).fit(rows, labels)
    assert ours.n_iter_ == peer.n_iter_
    adam = given.get("solver", "adam") == "adam"
    close = {"rtol": 1e-3, "atol": 1e-4} if adam else {"rtol": 1e-8, "atol": 1e-9}
    np.testing.assert_allclose(ours.loss_, peer.loss_, **close)
    for part, wanted in zip(
        ours.coefs_ + ours.intercepts_, peer.coefs_ + peer.intercepts_, strict=True
    ):
        np.testing.assert_allclose(part, wanted, **close)
    if given.get("solver") != "lbfgs":
        np.testing.assert_allclose(ours.loss_curve_, peer.loss_curve_, **close)
        assert (ours.best_loss_ is None) == (peer.best_loss_ is None)
        if given.get("early_stopping"):
            np.testing.assert_allclose(ours.validation_scores_, peer.validation_scores_, **close)
        else:
            assert ours.best_loss_ == pytest.approx(peer.best_loss_, rel=1e-3)
            assert ours.validation_scores_ is peer.validation_scores_ is None
    np.testing.assert_allclose(ours.predict(rows), peer.predict(rows), **close)
    assert ours.score(rows, labels) == pytest.approx(peer.score(rows, labels), abs=1e-3)
    assert (ours.n_layers_, ours.n_outputs_, ours.out_activation_) == (
        peer.n_layers_, peer.n_outputs_, peer.out_activation_,
    )  # fmt: skip
    if kind != "numbers":
        np.testing.assert_allclose(ours.predict_proba(rows), peer.predict_proba(rows), **close)
        np.testing.assert_allclose(
            ours.predict_log_proba(rows), peer.predict_log_proba(rows), **close
        )

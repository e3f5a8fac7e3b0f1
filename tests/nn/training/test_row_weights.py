import math

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight

from nn import MLP, SGD, Data, cross_entropy, train
from nn.training.row_weights import weighted

ROWS = [[1.0, 0.5], [-1.0, 2.0], [0.3, 0.3], [2.0, -1.0], [0.0, 1.0]]
DATA = Data(ROWS, ["a", "b", "a", "a", "b"])
PAIRS = list(DATA)


def after(data, **settings):
    """The parameters after a few steps, which are linear in the gradient."""
    model = MLP(2, [2], seed=0)
    history = train(
        model, data, optimizer=SGD(model.parameters(), lr=0.1), progress=False, **settings
    )
    return [p.data for p in model.parameters()], history


def test_a_weight_is_as_many_rows():
    repeated = [PAIRS[i] for i in (0, 0, 0, 1, 3, 3)]
    numbers, history = after(DATA, sample_weight=[3, 1, 0, 2, 0], epochs=5)
    expected, expected_history = after(repeated, epochs=5)
    assert numbers == pytest.approx(expected, rel=1e-13)
    assert history["loss"] == pytest.approx(expected_history["loss"], rel=1e-13)
    by_class, _ = after(DATA, class_weight={"b": 2}, epochs=5)
    expected, _ = after([*PAIRS, PAIRS[1], PAIRS[4]], epochs=5)
    assert by_class == pytest.approx(expected, rel=1e-13)


def test_weights_multiply():
    both = weighted(PAIRS, ("a", "b"), {0: 2.0, "b": 0.5}, [1, 2, 3, 4, 5])
    assert both == (PAIRS, [2.0, 1.0, 6.0, 8.0, 2.5])
    assert weighted(PAIRS, ("a", "b"), {"a": 0.0}, None) == ([PAIRS[1], PAIRS[4]], [1.0, 1.0])
    assert weighted(PAIRS, (), None, None) == (PAIRS, None)


def test_balanced_is_scikit_learns():
    labels = np.array(DATA.labels)
    expected = compute_class_weight("balanced", classes=np.array([0, 1]), y=labels)[labels]
    assert weighted(PAIRS, (), "balanced", None)[1] == pytest.approx(expected.tolist(), rel=1e-15)


def test_in_batches_each_batch_has_a_weighted_mean():
    numbers, history = after(DATA, sample_weight=[1, 2, 3, 4, 5], batch_size=2, epochs=3)
    assert all(math.isfinite(x) for x in numbers)
    model = MLP(2, [2], seed=0)
    (whole_epoch,) = DATA.batches(5, 0)
    pairs = list(whole_epoch)
    weights = [ROWS.index(row) + 1 for row, _ in pairs]
    optimizer, losses = SGD(model.parameters(), lr=0.1), []
    for batch in (range(2), range(2, 4), range(4, 5)):
        optimizer.zero_grad()
        total = sum(weights[i] for i in batch)
        loss = sum(cross_entropy(model(pairs[i][0]), pairs[i][1]) * weights[i] for i in batch)
        (loss / total).backward()
        optimizer.step()
        losses.append(loss.data / 15)
    assert history["loss"][0] == pytest.approx(sum(losses), rel=1e-12)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sample_weight": [1.0] * 4}, "one weight for each of the 5 rows, got 4"),
        (
            {"sample_weight": [1, 1, -1, 1, 1]},
            "sample_weight 2: expected a finite number .* got -1",
        ),
        ({"sample_weight": [1, math.nan, 1, 1, 1]}, "sample_weight 1: .* got nan"),
        ({"sample_weight": [0] * 5}, "expected at least one row, got none"),
        ({"class_weight": {"c": 1.0}}, "class_weight: no class 'c'; accepted: a, b"),
        ({"class_weight": {2: 1.0}}, "class_weight: no class 2; accepted: a, b"),
        ({"class_weight": {"a": -1.0}}, "class_weight of 'a': expected a finite number"),
        ({"class_weight": "balance"}, "a weight for each class or 'balanced', got 'balance'"),
        ({"class_weight": [1.0, 2.0]}, "a weight for each class or 'balanced', got"),
    ],
)
def test_what_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        train(MLP(2, [2]), DATA, progress=False, **settings)


def test_class_weights_of_what_has_no_classes():
    for label in (0.5, [0.9, 0.1]):
        with pytest.raises(ValueError, match=r"class_weight: expected classes 0, 1, .* got"):
            train(MLP(2, [2]), [([0.0, 1.0], label)], class_weight={0: 1.0}, progress=False)
    with pytest.raises(ValueError, match="class_weight: no class 1; accepted: 0"):
        train(MLP(2, [2]), [([0.0, 1.0], 0)], class_weight={1: 1.0}, progress=False)


@pytest.mark.parametrize("weights", [1.0, "11111", {0: 1.0, 1: 1.0}, {1.0, 2.0}])
def test_weights_of_rows_have_an_order(weights):
    with pytest.raises(TypeError, match="sample_weight: expected one weight for each row, got"):
        train(MLP(2, [2]), DATA, sample_weight=weights, progress=False)


def test_weights_whose_sum_is_no_float():
    for settings in ({}, {"class_weight": {"a": 1e300}}):
        with pytest.raises(ValueError, match="the sum of all weights overflows"):
            train(MLP(2, [2]), DATA, sample_weight=[1e308] * 5, progress=False, **settings)


def test_weights_that_are_truth_values_of_numpy():
    chosen = np.array([True, False, True, False, False])
    assert weighted(PAIRS, (), None, chosen) == ([PAIRS[0], PAIRS[2]], [1.0, 1.0])
    assert weighted(PAIRS, (), None, list(chosen)) == ([PAIRS[0], PAIRS[2]], [1.0, 1.0])


def test_a_number_that_may_be_a_name_is_refused():
    """Of the classes 1, 2, 3 the one of index 1 is called 2."""
    data = Data([[0.0], [1.0], [2.0]], [1, 2, 3])
    settings = {"epochs": 2, "progress": False, "engine": "eager"}
    with pytest.raises(
        ValueError, match=r"class_weight: 1 may be the index .*give names: \{'1': 2"
    ):
        train(MLP(1, [3], seed=0), data, class_weight={1: 2.0}, **settings)
    first, second = MLP(1, [3], seed=0), MLP(1, [3], seed=0)
    train(first, data, class_weight={"1": 2.0}, **settings)
    train(second, data, sample_weight=[2.0, 1.0, 1.0], **settings)
    assert first.state_dict() == second.state_dict()

import random

import numpy as np
import pytest

from nn import MLP, Layer, Neuron


def weights(model):
    return [p.data for p in model.parameters()]


@pytest.mark.parametrize(
    ("options", "bound"),
    [
        ({"activation": "tanh"}, (6 / 24) ** 0.5),
        ({"activation": "relu"}, 1.0),  # micrograd's
        ({"activation": "leaky_relu"}, (6 / 20) ** 0.5),
        ({"activation": "gelu"}, (6 / 20) ** 0.5),
        ({"activation": "relu", "init": "xavier"}, (6 / 24) ** 0.5),
        ({"activation": "tanh", "init": "he"}, (6 / 20) ** 0.5),
        ({"activation": "tanh", "init": "uniform"}, 1.0),
    ],
)
def test_weights_fill_their_interval_and_biases_are_zero(options, bound):
    layer = Layer(20, 4, seed=1, **options)
    drawn = [w.data for neuron in layer.neurons for w in neuron.w]
    assert 0.9 * bound < max(drawn) <= bound
    assert -bound <= min(drawn) < -0.9 * bound
    assert [neuron.b.data for neuron in layer.neurons] == [0.0] * 4


def test_the_last_layer_is_drawn_as_the_others():
    assert max(abs(p.data) for p in MLP(2, [3, 50], seed=0).layers[1].parameters()) > 0.95


def test_each_layer_is_drawn_for_its_activation():
    model = MLP(50, [50, 50, 50], activation=["tanh", "relu"], seed=0)
    largest = [max(abs(p.data) for p in layer.parameters()) for layer in model.layers]
    for found, bound in zip(largest, [(6 / 100) ** 0.5, 1.0, 1.0], strict=True):
        assert 0.98 * bound < found <= bound


def test_a_seed_fixes_the_weights():
    assert weights(MLP(2, [3, 1], seed=5)) == weights(MLP(2, [3, 1], seed=np.int64(5)))
    assert weights(MLP(2, [3, 1], seed=5)) != weights(MLP(2, [3, 1], seed=6))
    assert len(set(weights(MLP(3, [3, 3], bias=False, seed=0)))) == 18


def test_without_a_seed_pythons_own_random_is_drawn_from():
    random.seed(7)
    first = weights(Neuron(3))
    random.seed(7)
    assert weights(Neuron(3)) == first
    assert weights(Neuron(3)) != first
    assert weights(Neuron(3, seed=random.Random(7))) == first


def test_what_is_refused():
    with pytest.raises(ValueError, match="unknown init 'xavierr'; did you mean 'xavier'"):
        MLP(2, [2], init="xavierr")
    with pytest.raises(TypeError, match=r"MLP: expected a whole number, .* as seed"):
        MLP(2, [2], seed="0")

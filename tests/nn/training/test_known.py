"""What is this package's own is told from what may do anything."""

import functools
import random

import pytest

import autograd
from autograd import Value
from nn import MLP, Layer, Module, Neuron, cross_entropy, huber, mse, train
from nn.activations import ACTIVATIONS
from nn.losses import OF_CLASSES, OF_NUMBERS
from nn.training.known import are_known


def own(z, t):
    return (z - t) ** 2


class Changed(MLP):
    pass


class Callable:
    __hash__ = None

    def __call__(self, z, t):
        return own(z, t)


def with_attribute(name, value):
    model = MLP(2, [3, 1], seed=0)
    setattr(model.layers[0].neurons[1], name, value)
    return model


def cyclic():
    model = MLP(2, [1], seed=0)
    model.kept = [model]
    return model


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_network_and_loss_of_this_package_is_known(activation):
    for loss in (*OF_CLASSES, *OF_NUMBERS, functools.partial(huber, delta=2.0)):
        for output in ("linear", "softmax"):
            model = MLP(3, [4, 2], activation=[activation], seed=1, output=output)
            assert are_known(model, loss)
    assert are_known(Layer(2, 2), Neuron(2), cyclic())


def test_a_network_stays_known_when_it_was_trained():
    model = MLP(1, [2], seed=0)
    train(model, [([0.0], 0), ([1.0], 1)], epochs=1, progress=False)
    assert are_known(model, cross_entropy)


@pytest.mark.parametrize(
    "thing",
    [
        own,
        Callable(),
        functools.partial(own),
        functools.partial(huber, delta=Callable()),
        lambda z, t: mse(t, z),
        random.Random(0),
        Changed(2, [1], seed=0),
        MLP(2, [2, 1], activation=lambda x: x * random.random(), seed=0),
        with_attribute("function", own),
        with_attribute("__call__", autograd.tanh),
        with_attribute("state", {"calls": 1}),
        with_attribute("state", [Callable()]),
        with_attribute("state", Value(1.0) * 2.0),
        with_attribute("parameters", 1),
    ],
)
def test_what_may_do_anything_is_not_known(thing):
    assert not are_known(thing)
    assert not are_known(MLP(2, [1], seed=0), mse, [thing])


@pytest.mark.parametrize("kind", [MLP, Layer, Neuron, Module])
def test_no_network_is_known_where_a_class_has_another_method(kind, monkeypatch):
    model = MLP(2, [1], seed=0)
    monkeypatch.setattr(kind, "__call__", lambda self, x: x)
    assert not are_known(model)
    monkeypatch.undo()
    assert are_known(model)

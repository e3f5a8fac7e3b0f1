"""What micrograd's README and demo notebook do runs here after changing the import.

The texts are micrograd's own (A. Karpathy, MIT licence); the numbers are those that micrograd
gives, and are compared with it again where it is installed.
"""

import sys
from types import ModuleType

import pytest

import autograd
import nn

README = """
a = Value(-4.0)
b = Value(2.0)
c = a + b
d = a * b + b**3
c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f
printed = [f'{g.data:.4f}']
g.backward()
printed += [f'{a.grad:.4f}', f'{b.grad:.4f}']
"""

DEMO = """
import random
import numpy as np
from sklearn.datasets import make_moons
np.random.seed(1337)
random.seed(1337)

X, y = make_moons(n_samples=100, noise=0.1)
y = y*2 - 1 # make y be -1 or 1

# initialize a model
model = MLP(2, [16, 16, 1]) # 2-layer neural network
str(model)

# loss function
def loss(batch_size=None):

    # inline DataLoader :)
    if batch_size is None:
        Xb, yb = X, y
    else:
        ri = np.random.permutation(X.shape[0])[:batch_size]
        Xb, yb = X[ri], y[ri]
    inputs = [list(map(Value, xrow)) for xrow in Xb]

    # forward the model to get scores
    scores = list(map(model, inputs))

    # svm "max-margin" loss
    losses = [(1 + -yi*scorei).relu() for yi, scorei in zip(yb, scores)]
    data_loss = sum(losses) * (1.0 / len(losses))
    # L2 regularization
    alpha = 1e-4
    reg_loss = alpha * sum((p*p for p in model.parameters()))
    total_loss = data_loss + reg_loss

    # also get accuracy
    accuracy = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(yb, scores)]
    return total_loss, sum(accuracy) / len(accuracy)

# optimization
printed = [len(model.parameters())]
for k in range(STEPS):

    # forward
    total_loss, acc = loss(BATCH)

    # backward
    model.zero_grad()
    total_loss.backward()

    # update (sgd)
    learning_rate = 1.0 - 0.9*k/100
    for p in model.parameters():
        p.data -= learning_rate * p.grad

    printed += [total_loss.data, acc * 100]
"""


def micrograd():
    """Micrograd's engine and networks, deep enough a stack for its recursive sweep."""
    engine = pytest.importorskip("micrograd.engine", exc_type=ImportError)
    networks: ModuleType = pytest.importorskip("micrograd.nn", exc_type=ImportError)
    return {"Value": engine.Value, "MLP": networks.MLP, "Neuron": networks.Neuron}


def ours():
    return {"Value": autograd.Value, "MLP": nn.MLP, "Neuron": nn.Neuron}


def run(text, names, **more):
    namespace = {**names, **more}
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        exec(text, namespace)
    finally:
        sys.setrecursionlimit(limit)
    return namespace["printed"]


@pytest.fixture(params=[ours, micrograd])
def names(request):
    return request.param()


def test_readme(names):
    assert run(README, names) == ["24.7041", "138.8338", "645.5773"]


def test_demo_prints_the_numbers_of_the_notebook(names):
    """The notebook's stored output: step 0 loss 0.8958441028683222, accuracy 50.0%, and so on."""
    assert run(DEMO, names, STEPS=3, BATCH=None) == pytest.approx(
        [337, 0.8958441028683222, 50.0, 1.7235905336972022, 81.0, 0.7429006313851131, 77.0],
        rel=1e-12,
    )


def test_demo_on_batches(names):
    assert run(DEMO, names, STEPS=2, BATCH=10)[0] == 337


def test_demo_reaches_all_points():
    assert 100.0 in run(DEMO, ours(), STEPS=60, BATCH=None)[2::2]


def test_neuron(names):
    Value, Neuron = names["Value"], names["Neuron"]
    n = Neuron(2)
    x = [Value(1.0), Value(-2.0)]
    y = n(x)
    y.backward()
    total = n.w[0].data - 2.0 * n.w[1].data + n.b.data
    assert y.data == pytest.approx(max(total, 0.0))
    assert n.parameters() == [*n.w, n.b]
    assert [p.grad for p in n.parameters()] == ([1.0, -2.0, 1.0] if total > 0 else [0.0] * 3)

import math

import numpy as np
import pytest

import autograd
from autograd import Value, check_gradients
from nn import MLP, binary_cross_entropy, cross_entropy, hinge, huber, mean_loss, mse


def test_cross_entropy_is_the_engines():
    z = [Value(2.0), Value(1.0), Value(-1.0)]
    for target in (0, 2, [0.9, 0.05, 0.05]):
        assert cross_entropy(z, target).data == autograd.cross_entropy(z, target).data
    shares = [math.exp(v.data) for v in z]
    assert cross_entropy(z, 1).data == pytest.approx(-math.log(shares[1] / sum(shares)), rel=1e-15)


def test_a_second_softmax_is_refused():
    model = MLP(2, [3], output="softmax", seed=0)
    with pytest.raises(ValueError, match="double softmax"):
        cross_entropy(model([1.0, 2.0]), 0)
    with pytest.raises(ValueError, match="double softmax"):
        cross_entropy(autograd.softmax([Value(1.0), Value(2.0)]), 0)


def test_a_label_out_of_range():
    z = [Value(1.0), Value(2.0), Value(3.0)]
    for label in (3, -1):
        with pytest.raises(ValueError, match=f"class from 0 to 2, got {label}"):
            cross_entropy(z, label)


def test_a_single_output_is_refused():
    for outputs in (Value(1.0), [Value(1.0)]):
        with pytest.raises(ValueError, match="one logit for each class, at least two, got one"):
            cross_entropy(outputs, 0)


def test_mean_loss():
    model = MLP(2, [3], seed=0)
    pairs = [([1.0, 2.0], 0), ([0.5, -1.0], 2)]
    each = [cross_entropy(model(row), label).data for row, label in pairs]
    assert mean_loss(model, pairs).data == math.fsum(each) / 2
    squared = mean_loss(MLP(2, [1], seed=0), [([1.0, 2.0], 1.0)], lambda y, t: (y - t) ** 2)
    assert squared.data == (MLP(2, [1], seed=0)([1.0, 2.0]).data - 1.0) ** 2


def in_torch(function, outputs, target):
    """PyTorch's loss of one row and its derivatives by the outputs."""
    torch = pytest.importorskip("torch", exc_type=ImportError)
    xs = torch.tensor(outputs, dtype=torch.float64, requires_grad=True)
    loss = function(torch.nn.functional, xs, torch.tensor(target, dtype=torch.float64))
    loss.backward()
    return loss.item(), xs.grad.tolist()


@pytest.mark.parametrize(
    ("ours", "theirs", "outputs", "target"),
    [
        (mse, lambda F, x, t: F.mse_loss(x, t), [1.5], [-0.5]),
        (mse, lambda F, x, t: F.mse_loss(x, t), [1.5, 0.0, 3.0], [-0.5, 1.0, 3.0]),
        (huber, lambda F, x, t: F.huber_loss(x, t), [1.5, 0.4, 3.0, -2.0], [-0.5, 1.0, 3.0, -1.0]),
        (
            lambda x, t: huber(x, t, delta=0.25),
            lambda F, x, t: F.huber_loss(x, t, delta=0.25),
            [1.5, 0.4, -3.0],
            [1.25, 1.0, 3.0],
        ),
    ],
)
def test_losses_of_numbers_are_pytorchs(ours, theirs, outputs, target):
    xs = [Value(x) for x in outputs]
    loss = ours(xs, target)
    loss.backward()
    value, slopes = in_torch(theirs, outputs, target)
    assert loss.data == pytest.approx(value, rel=1e-14)
    assert [x.grad for x in xs] == pytest.approx(slopes, rel=1e-14)


@pytest.mark.parametrize("z", [-800.0, -40.0, -1.5, 0.0, 2.0, 40.0])
@pytest.mark.parametrize("t", [0, 1, 0.3])
def test_binary_cross_entropy_is_pytorchs(z, t):
    x = Value(z)
    loss = binary_cross_entropy(x, t)
    loss.backward()
    value, (slope,) = in_torch(
        lambda F, x, t: F.binary_cross_entropy_with_logits(x, t), [z], [float(t)]
    )
    assert loss.data == pytest.approx(value, rel=1e-12, abs=1e-16)
    assert x.grad == pytest.approx(slope, rel=1e-12, abs=1e-16)
    assert loss.op.name == "cross_entropy"  # one node in the picture


def test_binary_cross_entropy_is_accurate_where_the_answer_is_right():
    x = Value(40.0)
    loss = binary_cross_entropy(x, 1)
    loss.backward()
    assert loss.data == pytest.approx(math.exp(-40.0), rel=1e-14)
    assert x.grad == pytest.approx(-math.exp(-40.0), rel=1e-14)


def test_hinge_is_micrograds():
    for score in (-2.0, 0.25, 1.0, 3.0):
        for label, sign in ((1, 1), (-1, -1), (0, -1), (1.0, 1)):
            x, y = Value(score), Value(score)
            loss, theirs = hinge(x, label), (1 + -sign * y).relu()
            loss.backward()
            theirs.backward()
            assert (loss.data, x.grad) == (theirs.data, y.grad)


@pytest.mark.parametrize("loss", [mse, huber, binary_cross_entropy, hinge])
def test_a_label_may_be_a_value(loss):
    for label in (0.0, 1.0):
        assert loss(Value(0.3), Value(label)).data == loss(Value(0.3), label).data
        assert loss([Value(0.3)], label).data == loss(Value(0.3), label).data  # in a list
    if loss is not hinge:
        assert check_gradients(loss, 0.3, 0.9)


@pytest.mark.parametrize("loss", [binary_cross_entropy, hinge])
def test_losses_of_one_output_refuse_several(loss):
    with pytest.raises(TypeError, match=f"{loss.__name__}: .* single output, got 2; .* use cross_"):
        loss([Value(1.0), Value(2.0)], 0)


@pytest.mark.parametrize(
    ("loss", "label", "message"),
    [
        (hinge, 2, "hinge: expected 1 or -1 .* as label, got 2"),
        (hinge, 0.5, "got 0.5"),
        (binary_cross_entropy, -1, "expected a label from 0 to 1, got -1"),
        (binary_cross_entropy, math.nan, "got nan"),
        (binary_cross_entropy, "1", r"expected a real number, got str '1'; use float\(text\)"),
        (mse, [1.0, 2.0], "mse: expected one target for each of 1 outputs, got 2"),
        (huber, [], "huber: expected one target for each of 1 outputs, got 0"),
        (lambda y, t: huber(y, t, delta=0.0), 1.0, "huber: expected a positive delta, got 0.0"),
        (lambda y, t: huber(y, t, delta=math.nan), 1.0, "huber: expected a positive delta"),
        (lambda y, t: huber(y, t, delta="1"), 1.0, "huber: expected a real number, got str '1'"),
        (lambda y, t: huber(y, t, delta=10**400), 1.0, "huber: expected a positive delta, got 10"),
    ],
)
def test_what_losses_refuse(loss, label, message):
    with pytest.raises((TypeError, ValueError), match=message):
        loss(Value(1.0), label)


def test_label_smoothing_through_the_weights_is_pytorchs():
    z, smoothing = [2.0, -1.0, 0.5], 0.15
    weights = [smoothing / 3 + (1 - smoothing if k == 1 else 0.0) for k in range(3)]
    xs = [Value(x) for x in z]
    loss = cross_entropy(xs, weights)
    loss.backward()
    value, slopes = in_torch(
        lambda F, x, t: F.cross_entropy(x, t.long(), label_smoothing=smoothing), z, 1
    )
    assert loss.data == pytest.approx(value, rel=1e-14)
    assert [x.grad for x in xs] == pytest.approx(slopes, rel=1e-13)


@pytest.mark.parametrize("label", [1.0, np.float64(1.0), math.nan])
def test_a_class_is_a_whole_number(label):
    with pytest.raises(TypeError, match=r"got float.* whole numbers: Data\(X, y, regression=Fa"):
        cross_entropy([Value(1.0), Value(2.0)], label)


def test_weights_in_an_array_and_words_as_label():
    logits, weights = [Value(2.0), Value(1.0)], [0.25, 0.75]
    found = cross_entropy(logits, np.array(weights))
    assert found.data == cross_entropy(logits, weights).data
    with pytest.raises(TypeError, match=r"got str 'ash'; nn.Data\(X, y\) numbers classes by their"):
        cross_entropy(logits, "ash")

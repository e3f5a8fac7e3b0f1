import math
from fractions import Fraction

import pytest

from autograd import Value, check_gradients
from nn import MLP, SGD, Adam
from nn.optimizers import adam, sgd

START, SCALES = (1.5, -0.3, 0.02), (1.0, 30.0, 0.001)


def trajectory(optimizer_of, steps=30):
    """The parameters after each step down sum(s·p⁴ + p), a loss with slopes of every size."""
    parameters = [Value(x) for x in START]
    optimizer = optimizer_of(parameters)
    path = []
    for _ in range(steps):
        optimizer.zero_grad()
        sum(s * p**4 + p for s, p in zip(SCALES, parameters, strict=True)).backward()
        optimizer.step()
        path.append([p.data for p in parameters])
    return path


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("SGD", {"lr": 0.01}),
        ("Adam", {"lr": 0.05}),
        ("Adam", {"lr": 0.05, "betas": (0.5, 0.9), "eps": 1e-3}),
    ],
)
def test_trajectories_are_pytorchs(name, settings):
    torch = pytest.importorskip("torch", exc_type=ImportError)
    parameters = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in START]
    theirs = getattr(torch.optim, name)(parameters, **settings)
    ours = trajectory(lambda ps: {"SGD": SGD, "Adam": Adam}[name](ps, **settings))
    for row in ours:
        theirs.zero_grad()
        sum(s * p**4 + p for s, p in zip(SCALES, parameters, strict=True)).backward()
        theirs.step()
        assert row == pytest.approx([p.item() for p in parameters], rel=1e-12)


def test_sgd_in_exact_arithmetic():
    new, state = sgd(Fraction(1, 3), Fraction(1, 7), (), 1, lr=Fraction(1, 10))
    assert (new, state) == (Fraction(1, 3) - Fraction(1, 70), ())


def test_adam_by_hand():
    """Algorithm 1 of the paper, written out for two steps."""
    new, state = adam(1.0, 0.5, (0.0, 0.0), 1, lr=0.1, betas=(0.5, 0.75), eps=0.0)
    assert state == (0.25, 0.0625)  # means 0.5·0.5 and 0.25·0.25
    assert new == 1.0 - 0.1  # 0.25/0.5 over the root of 0.0625/0.25: the first step is lr
    new, state = adam(new, -1.0, state, 2, lr=0.1, betas=(0.5, 0.75), eps=0.0)
    assert state == (-0.375, 0.296875)
    mean, square = -0.375 / 0.75, 0.296875 / 0.4375
    assert new == pytest.approx(0.9 - 0.1 * mean / math.sqrt(square), rel=1e-15)


def test_rules_run_on_values_too():
    """What the rules give can be differentiated: they are in generic arithmetic."""

    def after_two_steps(parameter, gradient, lr):
        state = (0.0, 0.0)
        for step in (1, 2):
            parameter, state = adam(parameter, gradient * parameter, state, step, lr=lr)
        return sgd(parameter, gradient, (), 3, lr=lr)[0]

    assert check_gradients(after_two_steps, 1.2, 0.7, 0.1)


@pytest.mark.parametrize("make", [SGD, Adam])
def test_a_gradient_that_is_not_finite_is_refused_and_nothing_moves(make):
    model = MLP(2, [2], bias=False, seed=0)
    optimizer = make(model.parameters(), lr=0.1)
    before = [p.data for p in model.parameters()]
    for bad in (math.nan, math.inf, -math.inf):
        for p in model.parameters():
            p.grad = 1.0
        model["w3"].grad = bad
        with pytest.raises(FloatingPointError, match=rf"gradient of w3 is {bad} in step 1"):
            optimizer.step()
        assert [p.data for p in model.parameters()] == before
        assert optimizer.steps == 0
    nameless = Value(1.0)
    nameless.grad = math.nan
    with pytest.raises(FloatingPointError, match="gradient of parameter 0 is nan"):
        make([nameless]).step()


@pytest.mark.parametrize("make", [SGD, Adam])
def test_bad_settings(make):
    for lr in (0, -0.1, math.nan, math.inf, "0.1", None):
        with pytest.raises(
            ValueError, match=f"{make.__name__}: expected a positive finite number as lr"
        ):
            make([Value(1.0)], lr=lr)
    with pytest.raises(ValueError, match="at least one parameter, got none"):
        make([])
    with pytest.raises(TypeError, match=r"as in model.parameters\(\), got MLP"):
        make(MLP(1, [1]))
    with pytest.raises(TypeError, match="got Value"):
        make(Value(1.0))
    with pytest.raises(TypeError, match=r"expected leaf Values, got 1\.0 as number 1"):
        make([Value(1.0), 1.0])
    with pytest.raises(TypeError, match="expected leaf Values"):
        make([Value(1.0) * 2.0])


def test_bad_settings_of_adam():
    for betas in ((1.0, 0.9), (0.9, -0.1), (0.9,), (math.nan, 0.9)):
        with pytest.raises(ValueError, match="as betas"):
            Adam([Value(1.0)], betas=betas)
    for eps in (-1e-8, math.nan):
        with pytest.raises(ValueError, match="as eps"):
            Adam([Value(1.0)], eps=eps)


def test_the_learning_rate_can_be_set_between_steps():
    w = Value(1.0)
    optimizer = SGD([w], lr=0.5)
    optimizer.lr = 0.25
    w.grad = 1.0
    optimizer.step()
    assert w.data == 0.75
    with pytest.raises(ValueError, match="lr, got -1"):
        optimizer.lr = -1
    assert optimizer.lr == 0.25


def test_repr():
    assert repr(SGD([Value(1.0)], lr=0.5)) == "SGD(1 parameters, lr=0.5)"
    assert repr(Adam([Value(1.0)])) == (
        "Adam(1 parameters, lr=0.001, betas=(0.9, 0.999), eps=1e-08)"
    )

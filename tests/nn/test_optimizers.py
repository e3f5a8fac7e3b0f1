import json
import math
from fractions import Fraction

import numpy as np
import pytest

import nn
from autograd import Value, check_gradients
from nn import MLP, SGD, Adam, AdamW, clip_norm, clip_value
from nn.optimizers import adam, adamw, sgd
from tests.nn import record_torch

RECORDED = json.loads(record_torch.TRAJECTORIES.read_text(encoding="utf-8"))


def trajectory(name, settings, clipping):
    """The parameters after each step, as record_torch has it of PyTorch."""
    parameters = [Value(x) for x in record_torch.START]
    optimizer = getattr(nn, name)(parameters, **settings)
    path = []
    for _ in range(record_torch.STEPS):
        optimizer.zero_grad()
        record_torch.loss(parameters).backward()
        if "norm" in clipping:
            clip_norm(parameters, clipping["norm"])
        if "value" in clipping:
            clip_value(parameters, clipping["value"])
        optimizer.step()
        path.append([p.data for p in parameters])
    return path


def test_every_case_is_recorded():
    cases = [[one["name"], one["settings"], one["clipping"]] for one in RECORDED]
    assert cases == [list(case) for case in record_torch.CASES]


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda one: f"{one['name']}, {one['settings']}")
def test_trajectories_are_those_recorded_of_pytorch(recorded):
    ours = trajectory(recorded["name"], recorded["settings"], recorded["clipping"])
    for row, theirs in zip(ours, recorded["path"], strict=True):
        assert row == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("case", record_torch.CASES, ids=str)
def test_trajectories_are_pytorchs(case):
    pytest.importorskip("torch", exc_type=ImportError)
    for row, theirs in zip(trajectory(*case), record_torch.trajectory(*case), strict=True):
        assert row == pytest.approx(theirs, rel=1e-12)


def test_sgd_in_exact_arithmetic():
    third, tenth = Fraction(1, 3), Fraction(1, 10)
    assert sgd(third, Fraction(1, 7), (0,), 1, lr=tenth) == (
        third - Fraction(1, 70),
        (Fraction(1, 7),),
    )
    new, (velocity,) = sgd(third, 1, (4,), 2, lr=tenth, momentum=Fraction(1, 2), weight_decay=6)
    assert velocity == 2 + (1 + 6 * third)
    assert new == third - tenth * velocity
    ahead, state = sgd(
        third, 1, (4,), 2, lr=tenth, momentum=Fraction(1, 2), weight_decay=6, nesterov=True
    )
    assert (ahead, state) == (third - tenth * (3 + velocity / 2), (velocity,))


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
        parameter, state = adamw(parameter, gradient, state, 3, lr=lr, weight_decay=0.3)
        return sgd(parameter, gradient, (0.4,), 4, lr=lr, momentum=0.9, weight_decay=0.1)[0]

    assert check_gradients(after_two_steps, 1.2, 0.7, 0.1)


@pytest.mark.parametrize("make", [SGD, Adam, AdamW])
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


@pytest.mark.parametrize("make", [SGD, Adam, AdamW])
def test_bad_settings(make):
    for lr in (-0.1, math.nan, math.inf, "0.1", None):
        with pytest.raises(
            ValueError, match=f"{make.__name__}: lr: expected a finite number of at least 0, got"
        ):
            make([Value(1.0)], lr=lr)
    with pytest.raises(ValueError, match=f"{make.__name__}: lr: expected a positive number, got 0"):
        make([Value(1.0)], lr=0.0)
    with pytest.raises(ValueError, match="at least one parameter, got none"):
        make([])
    with pytest.raises(TypeError, match=r"of the model, got MLP.*\(model\.parameters\(\)"):
        make(MLP(1, [1]))
    with pytest.raises(TypeError, match="got Value"):
        make(Value(1.0))
    with pytest.raises(TypeError, match=r"expected leaf Values as number 1, got float 1\.0"):
        make([Value(1.0), 1.0])
    with pytest.raises(TypeError, match="expected leaf Values"):
        make([Value(1.0) * 2.0])
    w, b = Value(1.0, label="w"), Value(1.0)
    with pytest.raises(
        ValueError, match=r"every parameter once, got .*'w'\) as number 0 and as nu"
    ):
        make([w, b, w])
    make([w, b, Value(1.0)])  # numbers may be equal


def test_bad_settings_of_adam():
    for betas in ((1.0, 0.9), (0.9, -0.1), (0.9,), (math.nan, 0.9)):
        with pytest.raises(ValueError, match="as betas"):
            Adam([Value(1.0)], betas=betas)
    for eps in (-1e-8, math.nan):
        with pytest.raises(ValueError, match="Adam: eps: expected a finite"):
            Adam([Value(1.0)], eps=eps)


def test_the_learning_rate_can_be_set_between_steps():
    w = Value(1.0)
    optimizer = SGD([w], lr=0.5)
    optimizer.lr = 0.25
    w.grad = 1.0
    optimizer.step()
    assert w.data == 0.75
    with pytest.raises(ValueError, match=r"SGD: lr: .*got -1"):
        optimizer.lr = -1
    assert optimizer.lr == 0.25
    optimizer.lr = 0  # where a schedule may end
    optimizer.step()
    assert w.data == 0.75


def test_bad_settings_of_the_others():
    for name in ("momentum", "weight_decay"):
        for bad in (-0.1, math.nan, math.inf):
            with pytest.raises(ValueError, match=f"SGD: {name}: expected a finite number of at le"):
                SGD([Value(1.0)], **{name: bad})
    with pytest.raises(
        ValueError, match=r"expected a positive momentum with nesterov=True, got 0\.0"
    ):
        SGD([Value(1.0)], nesterov=True)
    with pytest.raises(ValueError, match="AdamW: weight_decay"):
        AdamW([Value(1.0)], weight_decay=-1)
    with pytest.raises(ValueError, match="AdamW: expected two numbers"):
        AdamW([Value(1.0)], betas=(1.0, 0.9))


def test_an_optimizer_goes_back_to_a_checkpoint():
    case = ("Adam", {"lr": 0.05}, {})
    parameters = [Value(x) for x in record_torch.START]
    optimizer, path = Adam(parameters, lr=0.05), []
    for step in range(9):
        if step == 3:
            checkpoint = optimizer.checkpoint()
        if step in (5, 7):
            optimizer.restore(checkpoint)
        optimizer.zero_grad()
        record_torch.loss(parameters).backward()
        optimizer.step()
        path.append([p.data for p in parameters])
    assert path[3:5] == path[5:7] == path[7:]
    assert path[:5] == trajectory(*case)[:5]


def test_repr():
    assert repr(SGD([Value(1.0)], lr=0.5)) == (
        "SGD(1 parameters, lr=0.5, momentum=0.0, nesterov=False, weight_decay=0.0)"
    )
    assert repr(Adam([Value(1.0)])) == (
        "Adam(1 parameters, lr=0.001, betas=(0.9, 0.999), eps=1e-08)"
    )


@pytest.mark.parametrize("kind", [SGD, Adam, AdamW])
def test_settings_that_are_not_there(kind):
    with pytest.raises(TypeError, match="learning_rate"):
        kind([Value(1.0)], learning_rate=0.1)


@pytest.mark.parametrize("betas", [(math.nan, 0.9), "ab", 0.9, (0.9, "0.9"), (0.9,), (0.9, 1.0)])
def test_betas_are_two_numbers(betas):
    message = (
        r"Adam: expected (two numbers from 0|a sequence of two numbers|a real number, got str)"
    )
    with pytest.raises((TypeError, ValueError), match=message):
        Adam([Value(1.0)], betas=betas)


def test_betas_of_an_array_are_numbers():
    assert Adam([Value(1.0)], betas=np.array([0.5, 0.25])).settings["betas"] == (0.5, 0.25)

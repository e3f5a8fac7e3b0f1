import copy
import math
import pickle

import pytest

from autograd import Value
from nn import SGD, schedules

PYTORCH = [
    (schedules.constant, lambda lr, o: lr.ConstantLR(o, factor=1.0)),
    (schedules.step(3, 0.5), lambda lr, o: lr.StepLR(o, step_size=3, gamma=0.5)),
    (schedules.cosine(12), lambda lr, o: lr.CosineAnnealingLR(o, T_max=12)),
    (schedules.cosine(12, 0.1), lambda lr, o: lr.CosineAnnealingLR(o, T_max=12, eta_min=0.1)),
    (schedules.warm_up(4), lambda lr, o: lr.LinearLR(o, start_factor=0.25, total_iters=3)),
]


@pytest.mark.parametrize(("ours", "theirs"), PYTORCH)
def test_factors_are_pytorchs(ours, theirs):
    torch = pytest.importorskip("torch", exc_type=ImportError)
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    scheduler = theirs(torch.optim.lr_scheduler, optimizer)
    for step in range(13):
        assert ours(step) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12, abs=1e-15)
        optimizer.step()
        scheduler.step()


def test_factors():
    assert [schedules.constant(k) for k in (0, 7, 10**6)] == [1.0] * 3
    assert [schedules.step(2)(k) for k in range(5)] == pytest.approx([1, 1, 0.1, 0.1, 0.01])
    cosine = schedules.cosine(10, end=0.2)
    for k in range(11):
        assert cosine(k) == pytest.approx(0.2 + 0.8 * math.cos(math.pi * k / 20) ** 2, rel=1e-14)
    assert cosine(11) == cosine(1000) == 0.2
    assert [schedules.warm_up(2)(k) for k in range(4)] == [0.5, 1.0, 1.0, 1.0]
    then = schedules.warm_up(2, then=schedules.step(1, 0.5))
    assert [then(k) for k in range(5)] == [0.5, 1.0, 1.0, 0.5, 0.25]


def test_by_hand():
    w = Value(0.0)
    optimizer, schedule = SGD([w], lr=0.1), schedules.step(1, 0.5)
    for _ in range(3):
        optimizer.lr = 0.1 * schedule(optimizer.steps)
        w.grad = -1.0
        optimizer.step()
    assert w.data == pytest.approx(0.1 + 0.05 + 0.025)


@pytest.mark.parametrize("make", [schedules.step, schedules.cosine, schedules.warm_up])
def test_a_count_that_is_none(make):
    for steps in (0, -1, 2.5, None):
        with pytest.raises(ValueError, match=f"^{make.__name__}: .* at least 1, got {steps}"):
            make(steps)


@pytest.mark.parametrize("again", [lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy])
def test_they_pickle_and_copy(again):
    for schedule, shown in [
        (schedules.step(2, 0.5), "step(2, 0.5)"),
        (schedules.cosine(4), "cosine(4, 0.0)"),
        (schedules.warm_up(2, schedules.cosine(4, end=0.1)), "warm_up(2, cosine(4, 0.1))"),
        (schedules.warm_up(2), "warm_up(2, constant)"),
    ]:
        assert [again(schedule)(k) for k in range(8)] == [schedule(k) for k in range(8)]
        assert repr(again(schedule)) == repr(schedule) == shown
    assert again(schedules.constant) is schedules.constant

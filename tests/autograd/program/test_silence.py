"""What a traced function takes from elsewhere, or gives away, is never frozen without a word."""

import copy
import pickle
from threading import Thread

import numpy as np
import pytest

import autograd
from autograd import compile, grad, jit

POINT = np.array([1.0, 2.0, 3.0])


def in_thread(call):
    found = []
    thread = Thread(target=lambda: found.append(call()))
    thread.start()
    thread.join()
    return found[0]


def test_a_thread_that_a_function_starts_may_call_a_jitted_one():
    def f(x):
        inner = jit(lambda y: np.sum(y * x))
        return in_thread(lambda: inner(np.ones(3)))

    assert grad(f)(POINT).tolist() == [1.0, 1.0, 1.0]
    assert jit(lambda x: f(x) + x[0])(POINT) == 7.0
    assert f(POINT) == 6.0


@pytest.mark.parametrize(
    "taken",
    [
        copy.copy,
        copy.deepcopy,
        lambda x: copy.deepcopy([x])[0],
        lambda x: pickle.loads(pickle.dumps(x)),
    ],
)
def test_copies_are_refused_while_a_function_is_traced(taken):
    words = r"copied or pickled while its function is traced, in .*test_silence\.py"
    with pytest.raises(TypeError, match=words):
        jit(lambda x: taken(x[0]) + x[1])(POINT)
    with pytest.raises(TypeError, match=words):
        compile(lambda a, b: taken(a) + b, 2)


def test_a_value_of_a_finished_trace_is_refused():
    stored = []

    def f(x):
        if not stored:
            stored.append(x[0] * 2.0)
        return np.sum(x) * stored[0]

    g = jit(f)
    assert g(POINT) == 12.0
    with pytest.raises(TypeError, match="a Value kept from an earlier trace"):
        g(np.ones(4))


def test_two_values_are_not_compared_while_a_function_is_traced():
    for f in (
        lambda x: np.where(x == x[::-1], 1.0, 0.0) @ x,
        lambda x: x[0] * float(x[0] == x[1]),
        lambda x: x[0] * float(x[0] in [x[1], x[2]]),
        lambda x: x[0] * float(x[0] != x[1]),
    ):
        with pytest.raises(TypeError, match=r"by identity.*test_silence\.py|autograd\.where"):
            jit(f)(POINT)


def test_numpys_bools_are_numbers_as_pythons_are():
    assert grad(lambda x: x[0] * (POINT > 0)[1])(POINT).tolist() == [1.0, 0.0, 0.0]
    assert autograd.Value(2.0) * np.True_ == 2.0
    assert autograd.exp(np.False_) == 1.0

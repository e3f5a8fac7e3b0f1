"""no_grad and anomaly: what they change, for whom, and what they say."""

from __future__ import annotations

import asyncio
import itertools
import math
import pickle
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import autograd
from autograd import Value, anomaly, enable_grad, gradients, modes, no_grad, nodes


def test_no_grad_gives_leaves() -> None:
    x, y = Value(2.0), Value(3.0)
    with no_grad():
        results = [
            *(x * y, x * 2.0, 2.0 * x, -x, x.tanh(), autograd.total([x, y])),
            *(autograd.dot([x], [y]), autograd.where(True, x, y), autograd.softmax([x, y])[0]),
        ]
    for result in results:
        assert (result.parents, result.local_derivatives, result.op) == ((), (), None)
    assert [results[0].data, results[4].data] == [6.0, math.tanh(2.0)]
    assert (x * y).parents == (x, y)
    assert not modes.active


def test_no_grad_decorates_and_nests_and_ends_with_an_error() -> None:
    x = Value(2.0)

    @no_grad()
    def square() -> Value:
        return x * x

    assert square().parents == ()
    with no_grad():
        with no_grad():
            pass
        assert (x * x).parents == ()
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert (x * x).parents == (x, x)
    assert not modes.active


def test_modes_hold_for_their_own_thread_and_task_only() -> None:
    x, found = Value(2.0), []
    with no_grad():
        thread = threading.Thread(target=lambda: found.append((x * x).parents))
        thread.start()
        thread.join()
    assert found == [(x, x)]

    async def quiet(entered: asyncio.Event, leave: asyncio.Event) -> tuple[Value, ...]:
        with no_grad():
            entered.set()
            await leave.wait()
            return (x * x).parents

    async def both() -> tuple[tuple[Value, ...], tuple[Value, ...]]:
        entered, leave = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(quiet(entered, leave))
        await entered.wait()
        here = (x * x).parents
        leave.set()
        return here, await task

    # In a thread of its own: a browser test may have left an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: asyncio.run(both())).result() == ((x, x), ())


def test_modes_may_be_left_in_any_order() -> None:
    x = Value(2.0)

    def batches() -> Iterator[Value]:
        with no_grad():
            yield x * x
            yield x * x

    for order in itertools.permutations(range(3)):
        generators = [batches() for _ in order]
        assert [next(generator).parents for generator in generators] == [(), (), ()]
        with anomaly(), enable_grad():
            assert (x * x).parents == (x, x)
        for i in order:
            assert (x * x).parents == ()
            generators[i].close()
        assert (x * x).parents == (x, x)
        assert not modes.active


def test_a_mode_may_be_left_in_another_thread() -> None:
    x = Value(2.0)

    def batches() -> Iterator[Value]:
        with no_grad():
            yield x * x

    generator = batches()
    thread = threading.Thread(target=next, args=(generator,))
    thread.start()
    thread.join()
    assert (x * x).parents == (x, x)
    generator.close()
    assert not modes.active
    assert (x * x).parents == (x, x)


def test_a_task_that_outlives_a_mode_leaves_it_with_the_one_that_entered() -> None:
    x = Value(2.0)

    async def work(leave: asyncio.Event) -> list[int]:
        before = len((x * x).parents)
        await leave.wait()
        with anomaly():  # another mode is open: what counts is still what is open
            return [before, len((x * x).parents)]

    async def main() -> list[int]:
        leave = asyncio.Event()
        with no_grad():
            task = asyncio.create_task(work(leave))
            await asyncio.sleep(0)
        leave.set()
        return await task

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: asyncio.run(main())).result() == [0, 2]


def test_modes_decorate_generators_and_async_functions() -> None:
    x = Value(2.0)

    @no_grad()
    def batches() -> Generator[Value, Any, str]:
        try:
            received = yield x * x
        except KeyError:
            received = x * x
        try:
            yield received * x
            yield x * x
        finally:
            closed.append((x * x).parents)
        return "end"

    closed: list[Any] = []
    steps = batches()
    assert next(steps).parents == ()
    assert (x * x).parents == (x, x)  # between the steps it is off
    assert steps.send(x * 3.0).parents == ()
    assert next(steps).parents == ()
    with pytest.raises(StopIteration, match="end"):
        next(steps)
    steps = batches()
    next(steps)
    assert steps.throw(KeyError()).data == 8.0
    steps.close()
    assert closed == [(), ()]
    assert list(no_grad()(lambda: iter([1, 2]))()) == [1, 2]

    @no_grad()
    async def answer() -> Value:
        await asyncio.sleep(0)
        return x * x

    @no_grad()
    async def stream() -> AsyncGenerator[Value, Any]:
        try:
            received = yield x * x
        except KeyError:
            received = x * x
        try:
            yield received * x
        finally:
            closed.append((x * x).parents)

    async def main() -> list[Any]:
        found: list[Any] = [(await answer()).parents]
        values = stream()
        found.append((await anext(values)).parents)
        between = (x * x).parents
        found.append((await values.asend(x * 3.0)).parents)
        found += [[one.parents async for one in values], between]
        values = stream()
        await anext(values)
        found.append((await values.athrow(KeyError())).parents)
        await values.aclose()
        return found

    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(lambda: asyncio.run(main())).result()
    assert found == [(), (), (), [], (x, x), ()]
    assert closed == [(), (), (), ()]
    assert not modes.active


def test_anomaly_sees_what_no_grad_computes_and_decorates_too() -> None:
    @anomaly()
    def wrong() -> Iterator[Value]:
        yield Value(1.0) * 2.0
        yield Value(0.0).log()

    steps = wrong()
    assert next(steps).data == 2.0
    assert math.isinf(Value(0.0).log().data)
    with pytest.raises(FloatingPointError, match="log"):
        next(steps)
    for outer, inner in ((anomaly, no_grad), (no_grad, anomaly)):
        with outer(), inner(), pytest.raises(FloatingPointError):
            Value(0.0).log()


TRANSFORMS: list[Callable[[], Any]] = [
    lambda: autograd.grad(lambda x: x * x * x)(3.0),
    lambda: autograd.grad(autograd.grad(lambda x: x * x * x))(3.0),
    lambda: autograd.value_and_grad(lambda x, y: x * x * y)(3.0, 2.0),
    lambda: autograd.jvp(lambda x: x * x)((3.0,), (1.0,)),
    lambda: autograd.vjp(lambda x: x * x)(3.0)[1](2.0),
    lambda: autograd.hvp(lambda x: x * x * x)((3.0,), (1.0,)),
    lambda: autograd.jacobian(lambda x, y: [x * y, x])(3.0, 2.0),
    lambda: autograd.hessian(lambda x, y: x * x * y)(3.0, 2.0),
    lambda: autograd.check_gradients(lambda x: x.tanh(), 0.5, order=2),
    lambda: autograd.compile(lambda x: x * x, 1, backend="python")([[3.0]]),
    lambda: autograd.compile(autograd.grad(lambda x: x * x), 1, backend="python")([[3.0]]),
]


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_transforms_record_for_themselves(transform: Any) -> None:
    want = transform()
    with no_grad():
        assert transform() == want


def test_results_of_transforms_are_leaves_inside_no_grad() -> None:
    x = Value(3.0)
    with no_grad():
        y, slope = autograd.value_and_grad(lambda a: a * x)(x)
        _, pullback = autograd.vjp(lambda a: [a * x, a])(x)
        results = [y, slope, *autograd.jvp(lambda a: a * x)((x,), (x,)), *pullback([1.0, x])]
        assert (x * x).parents == ()
    assert [result.data for result in results] == [9.0, 3.0, 9.0, 9.0, 6.0]
    assert [result.parents for result in results] == [()] * 5


def test_detach_leaves_the_graph() -> None:
    x = Value(3.0, label="x")
    y = x * x
    loose = y.detach()
    assert (loose.data, loose.parents, loose.op) == (9.0, (), None)
    assert gradients(y * loose, [x]) == (54.0,)


def test_anomaly_names_the_first_node_that_is_not_finite() -> None:
    p, q = Value(0.0, label="p"), Value(2.0)
    with anomaly():
        with pytest.raises(FloatingPointError) as caught:
            p.log() * q
        assert "log(p = 0.0) is -inf" in str(caught.value)
        assert f"{__file__}, line " in str(caught.value)
        with pytest.raises(FloatingPointError, match=r"dot\(2\.0, 2\.0, p = 0\.0, nan\) is nan"):
            autograd.dot([q, q], [p, Value(math.nan)])
        assert (q * q).data == 4.0
    assert math.isinf(p.log().data)


def test_anomaly_names_the_first_gradient_that_is_not_finite() -> None:
    x = Value(0.0, label="x")
    with anomaly():
        root = x.sqrt()
        root.label = "root"
        y = root * 2.0
        for sweep in (y.backward, lambda: gradients(y, [x])):
            with pytest.raises(FloatingPointError) as caught:
                sweep()
            said = str(caught.value)
            assert "the gradient of x = 0.0, operand 0 of 'root' = sqrt(x = 0.0), is inf" in said
            assert "local derivative inf times adjoint 2.0" in said
            assert f"computed in {__file__}, line " in said
        assert (x.grad, y.grad) == (0.0, 0.0)  # the error comes before anything is changed
    seed, z = Value(3.0), Value(2.0)
    with anomaly():
        slopes = gradients(z * z, [z], create_graph=True, seed=seed)
        assert [slope.data for slope in slopes] == [12.0]
        assert gradients(z * z, [x]) == (0.0,)
    outside = x.sqrt()
    with anomaly(), pytest.raises(FloatingPointError, match=r"computed outside anomaly\(\)"):
        outside.backward()


def test_anomaly_does_not_complain_of_a_constants_slot() -> None:
    with anomaly():
        x = Value(-1.0)
        y = x**2
        assert math.isnan(y.local_derivatives[1])
        y.backward()
        assert x.grad == -2.0
        assert gradients(y, [x]) == (-2.0,)
    with no_grad():
        y.backward()
    assert x.grad == -4.0


def test_anomaly_does_not_complain_of_a_constants_slot_in_a_graph_of_derivatives() -> None:
    x = Value(-1.0)
    with anomaly():
        assert gradients(x**2, [x], create_graph=True)[0].data == -2.0


def test_while_a_function_is_traced_numbers_are_not_given_away() -> None:
    x, y = Value(1.0), Value(2.0)
    with modes.traced():
        for read in (lambda: x.data, x.item, lambda: bool(x < y), lambda: 1.0 if x > 0 else 2.0):
            with pytest.raises(TypeError, match=rf"traced, in {__file__}, line .*autograd\.where"):
                read()
        for condition, taken in [(x < y, 1.0), (x > y, 2.0), (x <= 1, 1.0), (x >= y, 2.0)]:
            chosen = autograd.where(condition, x, 2.0)
            assert len(chosen.parents) == 4
            assert chosen._number == taken
        equal = nodes.equal(x, 1.0)
        assert autograd.where(equal, x, y)._number == 1.0
        for loose in (x.detach(), nodes.constant(x)):
            assert loose.parents == (x,)
            assert loose.local_derivatives == (0.0,)
        with no_grad(), pytest.raises(TypeError, match=r"no_grad was entered while .* traced"):
            x * y
    chosen.backward()
    assert (x.grad, y.grad) == (0.0, 0.0)


def test_while_a_function_is_traced_a_sweep_gives_no_numbers() -> None:
    x = Value(2.0)
    for sweep in (
        (x * x).backward,
        lambda: gradients(x * x, [x]),
        lambda: autograd.adjoints(x * x),
    ):
        with modes.traced(), pytest.raises(TypeError, match=rf"traced, in {__file__}, line .*grad"):
            sweep()
    with modes.traced():
        assert gradients(x * x, [x], create_graph=True, seed=Value(3.0))[0]._number == 12.0


def test_a_thread_of_a_traced_function_decides_by_no_number_either() -> None:
    decisions: list[Callable[[Value], Any]] = [
        lambda x: x if x > 0 else -x,
        lambda x: x * x.data,
        lambda x: max(x, x * x),
    ]
    with ThreadPoolExecutor(1) as pool:
        for decide in decisions:
            with pytest.raises(TypeError, match="function is traced"):
                autograd.compile(lambda x, f=decide: pool.submit(f, x).result(), 1)
        program = autograd.compile(
            lambda x: pool.submit(lambda: autograd.where(x > 0, x, -x)).result(), 1
        )
        assert list(program([[2.0], [-3.0]])) == [2.0, 3.0]
        with modes.traced():  # a NaN that has nothing to do with a traced function is a number
            assert pool.submit(lambda: math.isnan(Value(math.nan).data)).result()


def test_a_choice_inside_no_grad_keeps_nothing_of_what_was_compared() -> None:
    with no_grad():
        x = Value(1.0)
        for y in (autograd.where(x > 0, x, 2.0), (x > 0) * 1.0, nodes.constant(x)):
            assert (y.parents, getattr(y, "operands", ())) == ((), ())
        for _ in range(100_000):
            x = autograd.where(x > 0, x * 1.0, x)
        assert pickle.loads(pickle.dumps(x)).data == 1.0

"""Sums over partitions on two worker processes: the numbers of one machine, also where one dies."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("distributed", reason='needs Dask: pip install "chainrule[cluster]"')
pytest.importorskip("scipy", reason='needs SciPy: pip install "chainrule[scipy]"')

import dask
import dask.array as da
from scipy import optimize

import autograd
from autograd import Value, compile, partitioned
from autograd.distributed import sums
from autograd.program import Program
from tests.clusters import Client, sent, two_workers, waits_once

ROWS = np.random.default_rng(0).normal(size=(101, 3))
ROWS[:, 2] = ROWS @ [1.0, -2.0, 0.5] > 0.2
WEIGHTS = np.random.default_rng(1).uniform(size=101)
CUTS = [0, 20, 21, 70, 101]
PARTS = [slice(a, b) for a, b in pairwise(CUTS)]
CHUNKS = ((20, 1, 49, 31), (2, 1))  # also in columns, which a program takes together
AT = np.array([0.3, -0.4, 0.1])


def likelihood(backend: str = "numpy") -> Program:
    """The negative logarithm of the likelihood of a logistic regression, with a fixed factor."""
    w = [Value(x, name) for x, name in zip([0.5, -0.25, 0.0], ["w1", "w2", "b"], strict=True)]
    scale = Value(2.0)

    def loss(x1: Value, x2: Value, y: Value) -> Value:
        z = w[0] * x1 + w[1] * x2 + w[2]
        return (autograd.softplus(z) - y * z) * scale

    return compile(loss, ["x1", "x2", "y"], w, backend)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with two_workers() as client:
        yield client


@pytest.fixture(scope="module")
def frames() -> Any:
    """Dask's data frames, which need PyArrow; arrays do without."""
    return pytest.importorskip("dask.dataframe", exc_type=ImportError)


@pytest.fixture(params=["array", "frame"])
def table(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """The rows and the weights, in four partitions."""
    if request.param == "array":
        return da.from_array(ROWS, chunks=CHUNKS), da.from_array(WEIGHTS, chunks=CHUNKS[:1])
    frames = request.getfixturevalue("frames")
    frame = pandas_frame().assign(weight=WEIGHTS)
    found = frames.from_map(lambda part: frame.iloc[part], PARTS)
    return found[["x1", "x2", "y"]], found["weight"]


def pandas_frame() -> Any:
    import pandas as pd

    return pd.DataFrame(ROWS, columns=["x1", "x2", "y"])


def in_order(of_a_part: Any) -> Any:
    """What partitions give, added in their order."""
    total = None
    for part in PARTS:
        found = of_a_part(part)
        total = found if total is None else total + found
    return total


@pytest.mark.parametrize("backend", ["python", "native"])
def test_bits_are_those_of_the_partitions_in_their_order(
    backend: str, client: Client, table: tuple[Any, Any]
) -> None:
    if backend == "native":
        pytest.importorskip("llvmlite", reason='needs pip install "chainrule[native]"')
    (X, weights), program = table, likelihood(backend)
    there = partitioned(program, client)

    def added(method: str, *given: Any) -> Any:
        def of(part: slice) -> Any:
            found = getattr(program, method)(
                ROWS[part], *given, reduction="sum", sample_weight=WEIGHTS[part], parameters=AT
            )
            several = found if isinstance(found, tuple) else (found,)
            return np.concatenate([np.ravel(one) for one in several])

        return in_order(of)

    settings: dict[str, Any] = {"reduction": "sum", "sample_weight": weights, "parameters": AT}
    loss, slopes = there.value_and_grad(X, **settings)
    assert [loss, *slopes] == added("value_and_grad").tolist()
    assert there.value(X, **settings) == loss
    np.testing.assert_array_equal(np.ravel(there.hessian(X, **settings)), added("hessian"))
    vectors = [[1.0, 0.0, 2.0], [0.0, -1.0, 0.5]]
    np.testing.assert_array_equal(
        np.ravel(there.hvp(X, vectors, **settings)), added("hvp", vectors)
    )
    product = there.vjp(X, weights, AT)
    np.testing.assert_array_equal(
        product,
        in_order(lambda part: np.array(program.vjp(ROWS[part], WEIGHTS[part], parameters=AT))),
    )


def test_means_and_forms_are_those_of_one_machine(client: Client, table: tuple[Any, Any]) -> None:
    X, weights = table
    for program in (likelihood("python"), likelihood()):
        there = partitioned(program, client)
        for near, far in ((None, None), (WEIGHTS, weights)):
            for parameters in (None, AT, AT.tolist()):
                for method, given in (
                    ("value", ()),
                    ("value_and_grad", ()),
                    ("hessian", ()),
                    ("hvp", ([1.0, 0.0, 2.0],)),
                ):
                    here = {"sample_weight": near, "parameters": parameters}
                    wanted = getattr(program, method)(ROWS, *given, **here)
                    here["sample_weight"] = far
                    found = getattr(there, method)(X, *given, **here)
                    alike(found, wanted)


def alike(found: Any, wanted: Any) -> None:
    """The same form, and up to rounding the same numbers."""
    assert type(found) is type(wanted)
    if isinstance(wanted, (tuple, list)):
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            alike(one, other)
    else:
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-15)


def fitted(value_and_grad: Any, callback: Any = None) -> Any:
    return optimize.minimize(value_and_grad, np.zeros(3), jac=True, callback=callback)


def with_one_that_waits(folder: Path) -> Any:
    """The rows as an array, whose third partition waits in this folder when it is first made."""

    def block(part: slice) -> Any:
        if part == PARTS[2]:
            waits_once(str(folder))
        return ROWS[part]

    blocks = [
        da.from_delayed(dask.delayed(block)(part), (rows, 3), float)
        for part, rows in zip(PARTS, CHUNKS[0], strict=True)
    ]
    return da.concatenate(blocks)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")
def test_a_likelihood_while_workers_are_killed(client: Client, tmp_path: Path) -> None:
    """One in the midst of a partition, one that has partitions in memory."""
    program = likelihood()
    there = partitioned(program, client)
    X = with_one_that_waits(tmp_path)
    with sent(signal.SIGKILL, tmp_path):
        first = there.value_and_grad(X, parameters=AT)
    calm = da.from_array(ROWS, chunks=CHUNKS)
    again = there.value_and_grad(calm, parameters=AT)
    assert (first[0], first[1].tolist()) == (again[0], again[1].tolist())

    persisted = calm.persist()
    pids: list[int] = []

    def kill_once(_: Any) -> None:
        if not pids:
            pids.extend(client.run(os.getpid).values())
            os.kill(pids[0], signal.SIGKILL)

    far = fitted(lambda w: there.value_and_grad(persisted, parameters=w), kill_once)
    undisturbed = fitted(lambda w: there.value_and_grad(persisted, parameters=w))
    near = fitted(lambda w: program.value_and_grad(ROWS, parameters=w))
    assert pids
    assert (far.fun, far.x.tolist()) == (undisturbed.fun, undisturbed.x.tolist())
    assert far.success
    np.testing.assert_allclose(far.x, near.x, rtol=1e-6)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGSTOP on Windows")
def test_a_worker_that_never_answers(tmp_path: Path) -> None:
    """The scheduler gives it up, after a time that is Dask's setting, and another one sums."""
    X, program = with_one_that_waits(tmp_path), likelihood()
    with (
        dask.config.set({"distributed.scheduler.worker-ttl": "2s"}),
        two_workers() as client,
        sent(signal.SIGSTOP, tmp_path),
    ):
        loss, slopes = partitioned(program, client).value_and_grad(X, parameters=AT)
    calm = in_order(
        lambda part: np.hstack(program.value_and_grad(ROWS[part], "sum", parameters=AT))
    )
    assert [loss, *slopes] == (calm / len(ROWS)).tolist()


def test_empty_partitions_and_none(client: Client, frames: Any) -> None:
    frame = pandas_frame()
    X = frames.from_pandas(frame, npartitions=4)
    there = partitioned(likelihood(), client)
    some = X[X["x1"] > frame["x1"].iloc[:26].max()]  # none of the first partition
    alike(there.value(some), likelihood().value(some.compute()))
    with pytest.raises(ValueError, match=r"value: expected at least one row, got none"):
        there.value(X[X["x1"] > 100.0])


def test_what_is_refused(client: Client) -> None:
    there = partitioned(likelihood(), client)
    X = da.from_array(ROWS, chunks=CHUNKS)
    with pytest.raises(TypeError, match="value: expected a Dask array or data frame as X, got"):
        there.value(ROWS)
    with pytest.raises(TypeError, match="value: expected a Dask array or data frame as sample_w"):
        there.value(X, sample_weight=WEIGHTS)
    with pytest.raises(TypeError, match="vjp: expected a Dask array or data frame as adjoints"):
        there.vjp(X, None)
    with pytest.raises(ValueError, match="sample_weight: expected 4 partitions as in X, got 1"):
        there.value(X, sample_weight=da.from_array(WEIGHTS))
    with pytest.raises(ValueError, match=r"sample_weight: expected a positive sum, got 0\.0"):
        there.value(X, sample_weight=da.zeros(101, chunks=CHUNKS[:1]))
    with pytest.raises(ValueError, match="value: expected reduction='mean' or 'sum', got None"):
        there.value(X, None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="hvp: vector: expected one number for each of the 3"):
        there.hvp(X, [1.0])
    two = compile(lambda x1, x2, y: [x1, x2], 3, backend="python")
    with pytest.raises(ValueError, match="hessian: this program has no parameters"):
        partitioned(two, client).hessian(X)
    with pytest.raises(ValueError, match="value: expected a function of one value"):
        partitioned(two, client).value(X)
    assert repr(there).startswith("Partitioned(Program(3 inputs, 3 parameters")


def compilations() -> int:
    from autograd.program import program

    return len(program._arrived)


def test_one_compilation_in_each_process() -> None:
    """Whatever the numbers, and however many calls; in processes that are new."""
    X = da.from_array(ROWS, chunks=CHUNKS)
    with two_workers() as client:
        there = partitioned(likelihood(), client)
        for parameters in (AT, AT * 2.0):
            there.value_and_grad(X, parameters=parameters)
            there.hessian(X, parameters=parameters)
        counts = {*client.run(compilations).values()}
    assert counts <= {0, 1}  # 0 in a process that got no partition
    assert 1 in counts


def test_the_sums_of_a_partition() -> None:
    """In this process: what workers compute."""
    program = likelihood("python")
    written, X = pickle.dumps(program), ROWS[:20]
    weights, vector = WEIGHTS[:20], [1.0, 0.0, 2.0]
    loss, slopes = program.value_and_grad(X, "sum", sample_weight=weights)
    found = sums(written, "value_and_grad", {"reduction": "sum"}, X, weights)
    assert found is not None
    assert found.tolist() == [weights.sum(), loss, *slopes]
    for method, settings, beside, first, wanted in (
        ("vjp", {}, weights, 20.0, program.vjp(X, weights)),
        (
            "hvp",
            {"reduction": "sum", "vector": [vector]},
            None,
            20.0,
            program.hvp(X, [vector], "sum"),
        ),
    ):
        found = sums(written, method, settings, X, beside)
        assert found is not None
        assert found.tolist() == [first, *np.ravel(wanted).tolist()]
    assert sums(written, "value", {"reduction": "sum"}, X[:0], None) is None


def test_a_program_of_other_numbers_shares_what_is_compiled() -> None:
    program = likelihood("python")
    other = program.at([1.0, 2.0, 3.0, 4.0])
    assert [leaf.data for leaf in other.parameters] == [1.0, 2.0, 3.0]
    assert program.parameters[0].data == 0.5
    assert other._backends is program._backends
    assert pickle.loads(pickle.dumps(other)).value(ROWS) == other.value(ROWS) != program.value(ROWS)

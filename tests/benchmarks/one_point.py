"""What one call of jit takes, beside heyoka, CasADi and JAX: python -m tests.benchmarks.one_point.

Rosenbrock's function with its gradient at one point, an array of N numbers, in one process on one
thread. Before anything is timed, results are compared. Given are medians of processor time over
rounds, in each of which every peer has its turn; and their ratios, with the bounds that we hold
ourselves to. Needs heyoka, casadi and jax from PyPI, and llvmlite.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from itertools import pairwise
from statistics import median
from typing import Any

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import casadi
import heyoka
import jax
import numpy as np

from autograd import Value, jit, value_and_grad
from autograd.program.native import NativePoint
from tests.benchmarks.native import processor

jax.config.update("jax_enable_x64", True)
ROUNDS = 31
# For each N: the most that ours may take of heyoka's time, and what is wanted; of JAX's below.
OF_HEYOKA = {2: (1.3, 0.8), 30: (1.3, 0.8), 300: (2.5, 1.0)}
OF_JAX = (0.1, 0.05)
Array = np.ndarray[Any, Any]


def rosenbrock(x: Any) -> Any:
    return (100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2).sum()


def as_products(x: Any) -> Any:
    a, b = x[1:] - x[:-1] * x[:-1], 1.0 - x[:-1]
    return (100.0 * a * a + b * b).sum()


def by_heyoka(count: int) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Its two calls: that makes an array of value and gradient, and that fills one."""
    x = heyoka.make_vars(*[f"x{i:03}" for i in range(count)])
    y = heyoka.sum([100.0 * (b - a**2.0) ** 2.0 + (1.0 - a) ** 2.0 for a, b in pairwise(x)])
    slopes = heyoka.diff_tensors([y], diff_args=x).gradient
    function, room = heyoka.cfunc([y, *slopes], vars=x), np.empty(count + 1)
    return function, lambda x: function(x, outputs=room)


def by_casadi(count: int) -> Callable[[Array], Any]:
    """Its buffers, the fastest call: it reads the array and fills two others."""
    x = casadi.SX.sym("x", count)
    y = casadi.sumsqr(10.0 * (x[1:] - x[:-1] ** 2)) + casadi.sumsqr(1.0 - x[:-1])
    buffer, run = casadi.Function("f", [x], [y, casadi.gradient(y, x)]).buffer()
    given, value, slopes = np.empty(count), np.empty(1), np.empty(count)
    buffer.set_arg(0, memoryview(given))
    buffer.set_res(0, memoryview(value))
    buffer.set_res(1, memoryview(slopes))

    def call(x: Array) -> Any:
        given[:] = x
        run()
        return value, slopes

    call.kept = buffer  # type: ignore[attr-defined]
    return call


def by_ctypes(f: Any, x: Array) -> Callable[[Array], Any]:
    """Our code by the call that is there where python_call can't be."""
    run = f.program(x).run
    assert isinstance(run, NativePoint)
    return lambda x: run((x,))


def compared(calls: dict[str, Callable[[], Any]]) -> None:
    """Stop where a peer gives another value or gradient than ours."""
    flat = {name: np.hstack([np.ravel(y) for y in call()]) for name, call in calls.items()}
    wanted = flat["jit"]
    for name, found in flat.items():
        if not np.allclose(found, wanted, rtol=1e-11, atol=1e-11):
            raise SystemExit(f"{name} gives another result: nothing was timed")


def microseconds(calls: dict[str, Callable[[], Any]], repetitions: int) -> dict[str, float]:
    """Medians of the processor time of a call."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            began = time.process_time()
            for _ in range(repetitions):
                call()
            found[name].append((time.process_time() - began) / repetitions * 1e6)
    return {name: median(times) for name, times in found.items()}


def line(count: int) -> None:
    x = np.linspace(-0.9, 1.1, count)
    ours, products = jit(value_and_grad(rosenbrock)), jit(value_and_grad(as_products))
    one = Value(1.0)
    with_leaf = jit(value_and_grad(lambda x: as_products(x) * one))
    theirs = jax.jit(jax.value_and_grad(rosenbrock))
    makes, fills = by_heyoka(count)
    by_ours, by_buffer = by_ctypes(products, x), by_casadi(count)
    numbers = x.tolist()
    on_list = jit(lambda x: value_and_grad(as_products)(np.array(x)))
    calls: dict[str, Callable[[], Any]] = {
        "jit": lambda: ours(x),
        "jit, written as products": lambda: products(x),
        "jit, by a Value from outside": lambda: with_leaf(x),
        "jit, of a list": lambda: on_list(numbers),
        "jit, through ctypes": lambda: by_ours(x),
        "heyoka": lambda: makes(x),
        "heyoka, outputs given": lambda: fills(x),
        "CasADi, buffers": lambda: by_buffer(x),
        "JAX": lambda: jax.block_until_ready(theirs(x)),
    }
    for _ in range(2):
        compared({name: call for name, call in calls.items() if "heyoka" not in name})
        compared({"jit": calls["jit"], "heyoka": lambda: [makes(x)], "fills": lambda: [fills(x)]})
    found = microseconds(calls, 2000 if count > 100 else 10_000)
    print(f"Rosenbrock with gradient, N = {count}")
    for name, time_of in found.items():
        print(f"  {name:32} {time_of:8.2f} us")
    of_heyoka = found["jit"] / min(found["heyoka"], found["heyoka, outputs given"])
    for peer, ratio, bounds in (
        ("the faster call of heyoka", of_heyoka, OF_HEYOKA[count]),
        ("JAX", found["jit"] / found["JAX"], OF_JAX),
    ):
        print(f"  jit / {peer:26} {ratio:8.3f}    at most {bounds[0]}, wanted {bounds[1]}")


def main() -> None:
    print(f"{processor()}, Python {platform.python_version()}")
    print(*[f"{name} {version(name)}" for name in ("llvmlite", "numpy", "heyoka", "casadi", "jax")])
    for count in OF_HEYOKA:
        line(count)


if __name__ == "__main__":
    main()

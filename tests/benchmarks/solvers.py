"""Solvers with derivatives from here and with differences: python -m tests.benchmarks.solvers.

For each: calls of the function, the time of the whole run (the best of five; code is compiled
before), and the digits that the answer has. Solvers stop at their own default tolerances.
"""

from __future__ import annotations

import ctypes
import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from scipy import LowLevelCallable
from scipy.integrate import quad
from scipy.optimize import least_squares, minimize, root, rosen, rosen_hess
from threadpoolctl import threadpool_limits

from autograd import (
    compile,
    exp,
    grad,
    hessian,
    hvp,
    jacobian,
    jit,
    sin,
    softplus,
    value_and_grad,
)
from tests.autograd.problems import (
    CHAIN,
    ESTIMATES,
    Counted,
    energy,
    residuals,
    tridiagonal,
)

RUNS = 5
NUMBERS = ctypes.POINTER(ctypes.c_double)


def best(run: Callable[[], Any]) -> float:
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return min(times)


def polished(x: Any, gradient: Callable[..., Any], matrix: Callable[..., Any]) -> Any:
    """A root of the gradient, by steps of Newton from near it."""
    for _ in range(4):
        x = x - np.linalg.solve(matrix(x), gradient(x))
    return x


def line(name: str, f: Callable[..., Any], truth: Any, solve: Callable[..., Any]) -> None:
    counted = Counted(f)
    found = solve(counted).x
    calls, seconds = counted.calls, best(lambda: solve(f))
    off = np.max(np.abs(found / truth - 1.0))
    print(f"  {name:36} {calls:5} calls {seconds * 1e3:9.2f} ms  {-np.log10(off):4.1f} digits")


def minima(name: str, f: Callable[..., Any], start: Any) -> None:
    """Of a function of 30 variables."""
    print(f"{name}, {len(start)} variables")
    both, slope, bend, product = value_and_grad(f), grad(f), hessian(f), hvp(f)
    code, matrix, along = jit(both), jit(bend), jit(product)
    code(start), matrix(start), along(start, start)
    near = minimize(code, start, jac=True, hess=matrix, method="trust-exact").x
    truth = polished(near, slope, bend)
    for method in ("BFGS", "L-BFGS-B"):
        run = partial(minimize, x0=start, method=method)
        line(f"{method}, differences", f, truth, run)
        line(f"{method}, grad", f, truth, partial(run, jac=slope))
        line(f"{method}, jit", code, truth, partial(run, jac=True))
    for method, kind, here, fast in (
        ("trust-exact", "hess", bend, matrix),
        ("Newton-CG", "hessp", product, along),
    ):
        run = partial(minimize, x0=start, method=method, jac=True)
        line(f"{method}, {kind}", both, truth, partial(run, **{kind: here}))
        line(f"{method}, {kind}, jit", code, truth, partial(run, **{kind: fast}))


def several(name: str, f: Callable[..., Any], truth: Any, solve: Callable[..., Any]) -> None:
    """A fit or a root: with differences, with the Jacobian, with it as machine code."""
    print(name)
    slopes = jacobian(f)
    code, fast = jit(f), jit(slopes)
    code(truth), fast(truth)
    line("differences", f, truth, solve)
    line("jacobian", f, truth, partial(solve, jac=slopes))
    line("jit", code, truth, partial(solve, jac=fast))


def rows() -> None:
    """What a boosting library wants of a loss, for 100,000 rows."""
    print("first and second derivative of a logistic loss, 100,000 rows")

    def loss(score: Any, label: Any) -> Any:
        return softplus(score) - label * score

    def by_hand(scores: Any, labels: Any) -> Any:
        shares = 1.0 / (1.0 + np.exp(-scores))
        return shares - labels, shares * (1.0 - shares)

    slope = grad(loss, argnums=0)
    bend = grad(slope, argnums=0)
    program = compile(lambda score, label: [slope(score, label), bend(score, label)], 2)
    random = np.random.default_rng(0)
    scores, labels = random.normal(size=100_000), random.integers(0, 2, 100_000).astype(float)

    def ours() -> Any:
        return program(np.column_stack([scores, labels])).T

    np.testing.assert_allclose(ours(), by_hand(scores, labels), rtol=1e-12, atol=1e-15)
    for name, run in (
        ("by hand in NumPy", lambda: by_hand(scores, labels)),
        (f"compile, {program.backend}", ours),
    ):
        print(f"  {name:36}             {best(run) * 1e3:9.2f} ms")


def sparse(size: int) -> None:
    """The Hessian of Rosenbrock's chain, three diagonals, and a minimum by it."""
    print(f"Rosenbrock's chain, {size:,} variables, sparse")
    start = np.full(size, 0.5)
    both, second = jit(value_and_grad(rosen)), jit(hessian(rosen, sparse=True))
    began = time.process_time()
    found = second(start)
    compiled = time.process_time() - began
    np.testing.assert_allclose(found.toarray(), rosen_hess(start), rtol=1e-12, atol=1e-10)
    both(start)
    code = second.program(start)
    room = np.empty(found.nnz)
    places = [array.ctypes.data_as(NUMBERS) for array in (start, room)]
    function = ctypes.CFUNCTYPE(None, NUMBERS, NUMBERS, NUMBERS)(code.address)
    solve = partial(minimize, both, start, jac=True, method="trust-constr", options={"gtol": 1e-8})
    for name, run in (
        ("jit(hessian(f, sparse=True))", lambda: second(start)),
        ("its code, by address", lambda: function(places[0], None, places[1])),
        ("trust-constr with it", lambda: solve(hess=second)),
    ):
        print(f"  {name:36}             {best(run) * 1e3:9.3f} ms")
    print(f"  compiled in {compiled:.1f} s")


def integral() -> None:
    """One that SciPy computes by calls of a function: of Python, and of machine code."""
    print("quad of exp(-a t) sin(t)**2 from 0 to 30")

    def by_hand(t: float, a: float) -> float:
        return math.exp(-a * t) * math.sin(t) ** 2

    program = jit(lambda t, a: exp(-a * t) * sin(t) ** 2).program(0.0, 0.0)
    kind = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int, NUMBERS, ctypes.c_void_p)
    code = LowLevelCallable(kind(program.scalar_address))
    wanted = quad(by_hand, 0.0, 30.0, args=(0.3,))[0]
    np.testing.assert_allclose(quad(code, 0.0, 30.0, args=(0.3,))[0], wanted, rtol=1e-12)
    for name, f in (("by hand in Python", by_hand), ("LowLevelCallable of jit's code", code)):
        seconds = best(lambda f=f: quad(f, 0.0, 30.0, args=(0.3,)))
        print(f"  {name:36}             {seconds * 1e3:9.4f} ms")


def main() -> None:
    with threadpool_limits(1):  # two threads of BLAS wait for each other on small matrices
        run()


def run() -> None:
    minima("hanging chain", energy, CHAIN)
    minima("Rosenbrock", rosen, np.linspace(-1.0, 1.0, 30))
    several(
        "NIST Misra1a, least_squares",
        residuals,
        ESTIMATES,
        partial(least_squares, x0=[250.0, 5e-4], x_scale=ESTIMATES),
    )
    start = np.full(30, -1.0)
    near = root(tridiagonal, start, jac=jacobian(tridiagonal)).x
    truth = polished(near, tridiagonal, jacobian(tridiagonal))
    several(
        "Broyden's equations, 30 unknowns, root",
        tridiagonal,
        truth,
        partial(root, x0=start),
    )
    rows()
    sparse(1_000)
    integral()


if __name__ == "__main__":
    main()

"""A likelihood over ten million rows in four partitions on two workers, beside one machine."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from scipy.optimize import minimize

from autograd import Value, compile, partitioned, softplus
from tests.clusters import two_workers

ROWS = 10_000_000


def main() -> None:
    import dask.array as da

    w = [Value(0.0), Value(0.0)]

    def loss(x1: Value, x2: Value, y: Value) -> Value:
        z = w[0] * x1 + w[1] * x2
        return softplus(z) - y * z

    def fitted(of: Any, table: Any) -> Any:
        begun = time.perf_counter()
        found = minimize(lambda at: of.value_and_grad(table, parameters=at), np.zeros(2), jac=True)
        print(f"{found.nfev} calls, {time.perf_counter() - begun:.1f} s, {found.x}, {found.fun!r}")

    program = compile(loss, ["x1", "x2", "y"], w)
    X = da.random.default_rng(0).normal(size=(ROWS, 2), chunks=(ROWS // 4, 2))
    noise = da.random.default_rng(1).logistic(size=(ROWS, 1), chunks=(ROWS // 4, 1))
    signs = (X @ np.array([[1.0], [-2.0]]) + noise > 0.0).astype(float)
    table = da.concatenate([X, signs], axis=1)
    with two_workers() as client:
        far = table.persist()
        fitted(partitioned(program, client), far)
        fitted(program, far.compute())


if __name__ == "__main__":
    main()

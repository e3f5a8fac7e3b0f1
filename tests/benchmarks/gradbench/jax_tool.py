"""gradbench's JAX tool, made to wait for its results and to compute in float64.

python -m tests.benchmarks.gradbench.jax_tool PATH, with PATH that of gradbench's checkout. JAX
returns before a result is computed, and the tool stops its clock without waiting. And its ode
computes in float32, since the switch to float64 is in other modules. All else is run as it is.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax


def waiting(timed: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator of gradbench's, on a function that waits."""

    def with_options(**options: Any) -> Callable[..., Any]:
        decorate = timed(**options)
        return lambda f: decorate(lambda given: jax.block_until_ready(f(given)))

    return with_options


def main() -> None:
    package = Path(sys.argv[1]) / "python" / "gradbench"
    folder = package / "gradbench" / "tools" / "jax"
    sys.path[:0] = [str(folder), str(package)]
    from gradbench import wrap

    jax.config.update("jax_enable_x64", True)
    wrap.function, wrap.multiple_runs = waiting(wrap.function), waiting(wrap.multiple_runs)
    sys.argv = ["run.py", "--multithreaded"]  # else it chooses a processor core for itself
    runpy.run_path(str(folder / "run.py"), run_name="__main__")


if __name__ == "__main__":
    main()

"""gradbench's evals, with our tool beside others, as one table.

    git clone https://github.com/gradbench/gradbench
    make -C gradbench/cpp
    python -m tests.benchmarks.gradbench --gradbench gradbench [--quick] [eval ...]

needs llvmlite, scipy, pydantic and dataclasses-json; g++ and make for gradbench's hand-written C++
(tools/manual, -O3 -march=native), which validates our outputs too; torch and jax for its tools of
these names. Each runs on one thread. An input goes to all tools in turn, several times; given is
the least time of all runs, and for ours the seconds of the first run with all that is compiled
before it: less where an earlier input has had the same code.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from .session import Answer, Process, Row, session
from .tool import NAMES

OURS, MANUAL, JAX, PYTORCH = "chainrule", "C++", "JAX", "PyTorch"
ROOT = Path(__file__).parents[3]
# The arguments of each eval: quick, and larger.
SIZES = {
    "hello": ("", ""),
    "lse": ("-n 10000 160000", "-n 2500 20000 160000 1280000"),
    "llsq": ("-n 1024", "-n 16 128 1024 16392"),
    "kmeans": ("-k 10 100 -n 1000 -d 8", "-k 10 100 1000 -n 1000 10000 -d 8 16"),
    "gmm": ("-d 2 10 -k 5 25", "-d 2 10 20 32 64 -k 5 25 100"),
    "ba": ("--max 1", "--max 5"),
    "ht": ("--model small --min 1 --max 2", "--model big --max 8"),
    "det": ("-l 5 8", "-l 5 6 7 8 9 10 11"),
    "lstm": ("-l 2 -c 1024", "-l 2 4 6 -c 1024 4096"),
    "ode": ("-n 1000 -s 1 10", "-n 1000 10000 100000 -s 1 10 100"),
    "particle": ("", ""),
    "saddle": ("", ""),
}
NOTES = """\
- JAX's tool is made to wait for its results and to compute in float64 (jax_tool.py).
- det: ours computes each minor once, the C++ one each time it occurs.
- ht: ours moves the vertices to which a measured point belongs, the others all of them.
- ode: the C++ gradient is a closed formula and solves no equation.
- particle, saddle: of these tools only ours has them."""


def tools_of(checkout: Path) -> list[Process]:
    """Ours, and those that can run here."""
    python = sys.executable
    package = checkout / "python" / "gradbench"
    here = f"{ROOT}{os.pathsep}{package}"
    torch = str(package / "gradbench" / "tools" / "pytorch" / "run.py")
    found = [Process(OURS, [python, "-m", "tests.benchmarks.gradbench.tool"], ROOT, str(ROOT))]
    manual = [python, str(package / "gradbench" / "cpp.py"), "manual"]
    found.append(Process(MANUAL, manual, checkout, str(package)))
    if find_spec("jax"):
        command = [python, "-m", "tests.benchmarks.gradbench.jax_tool", str(checkout)]
        found.append(Process(JAX, command, ROOT, here))
    if find_spec("torch"):
        found.append(Process(PYTORCH, [python, torch], checkout, str(package)))
    return found


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def versions() -> str:
    compiler = subprocess.run(["g++", "--version"], capture_output=True, text=True, check=False)
    parts = [f"Python {platform.python_version()}", compiler.stdout.partition("\n")[0]]
    parts += [
        f"{name} {version(name)}"
        for name in ("numpy", "llvmlite", "jax", "torch")
        if find_spec(name)
    ]
    return f"{processor()}, one thread; {', '.join(parts)}"


def cell(answer: Answer | None) -> str:
    """Milliseconds, or why there are none."""
    if answer is None:
        return ""
    if not answer.runs:
        return answer.problem
    return f"{answer.seconds * 1e3:.4g}" + (f" ({answer.problem})" if answer.problem else "")


def line(row: Row) -> str:
    """Ours, the first run of ours, then each other with the quotient of ours by it."""
    ours = row.answers[OURS]
    cells = [row.module, row.function, row.description, cell(ours), f"{ours.first:.2f}"]
    for name in (MANUAL, JAX, PYTORCH):
        answer = row.answers.get(name)
        both = answer is not None and answer.runs and ours.runs
        cells += [cell(answer), f"{ours.seconds / answer.seconds:.2f}" if both else ""]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.gradbench")
    parser.add_argument("--gradbench", type=Path, required=True, help="gradbench's checkout")
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("evals", nargs="*", choices=[*NAMES, []], help="all, if none is named")
    options = parser.parse_args()
    checkout = options.gradbench.resolve()
    rounds, seconds, limit = (3, 0.1, 60.0) if options.quick else (3, 0.5, 300.0)
    print(versions())
    print()
    heads = ["eval", "function", "input", "ours, ms", "first, s"]
    for name in (MANUAL, JAX, PYTORCH):
        heads += [f"{name}, ms", "ours / it"]
    print(f"| {' | '.join(heads)} |")
    print("|---" * 3 + "|--:" * (len(heads) - 3) + "|", flush=True)
    package = str(checkout / "python" / "gradbench")
    for name in options.evals or SIZES:
        arguments = SIZES[name][0 if options.quick else 1].split()
        command = [sys.executable, "-m", f"gradbench.evals.{name}.run", *arguments]
        evaluator, tools = Process(name, command, checkout, package), tools_of(checkout)
        try:
            for row in session(evaluator, tools, rounds, seconds, limit):
                print(line(row), flush=True)
        finally:
            for process in (evaluator, *tools):
                process.end()
    print()
    print(NOTES)


if __name__ == "__main__":
    main()

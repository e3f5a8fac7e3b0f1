"""Our tool for gradbench: python -m tests.benchmarks.gradbench.tool.

gradbench (github.com/gradbench/gradbench) compares tools of automatic differentiation. An eval of
its own sends messages, one JSON object a line, and validates what comes back. Each module of
`evals` is one of its evals, written with our public API; each function there takes the input of a
message, compiles what it needs, and returns what is then run and timed.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from importlib import import_module
from typing import Any

PACKAGE = "tests.benchmarks.gradbench.evals"
NAMES = (
    *("ba", "det", "gmm", "hello", "ht", "kmeans"),
    *("llsq", "lse", "lstm", "ode", "particle", "saddle"),
)


def respond(message: dict[str, Any]) -> dict[str, Any]:
    """The response to a message; an error is one with `"success": false`."""
    response: dict[str, Any] = {"id": message["id"]}
    try:
        if message["kind"] == "start":
            response["tool"] = "chainrule"
        elif message["kind"] == "define":
            response["success"] = message["module"] in NAMES
        elif message["kind"] == "evaluate":
            response |= evaluate(message["module"], message["function"], message["input"])
    except Exception:
        response |= {"success": False, "error": traceback.format_exc()}
    return response


def evaluate(module: str, function: str, given: Any) -> dict[str, Any]:
    """The output of a function and the nanoseconds of each run.

    The timing "prepare" is that of tracing, compiling and a first run.
    """
    if module not in NAMES:
        raise ValueError(f"expected a module of {', '.join(NAMES)}, got {module!r}")
    runs, seconds = 1, 0.0
    if isinstance(given, dict):
        runs, seconds = given.get("min_runs", 1), given.get("min_seconds", 0.0)
    began = time.perf_counter_ns()
    run = getattr(import_module(f"{PACKAGE}.{module}"), function)(given)
    run()
    timings = [{"name": "prepare", "nanoseconds": time.perf_counter_ns() - began}]
    spent = 0
    while len(timings) <= runs or spent < seconds * 1e9:
        began = time.perf_counter_ns()
        output = run()
        took = time.perf_counter_ns() - began
        spent += took
        timings.append({"name": "evaluate", "nanoseconds": took})
    return {"success": True, "output": plain(output), "timings": timings}


def plain(output: Any) -> Any:
    """What a function gives as JSON has it: arrays and their numbers as lists of numbers.

    A function whose result is larger than what the protocol wants of it gives an object with a
    method `shown`.
    """
    if hasattr(output, "shown"):
        return output.shown()
    if isinstance(output, dict):
        return {name: plain(part) for name, part in output.items()}
    return output.tolist() if hasattr(output, "tolist") else output


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(respond(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()

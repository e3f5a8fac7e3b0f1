"""One eval of gradbench and several tools: each message goes to all of them, in turns.

gradbench's own intermediary connects an eval with one tool. Here the eval gets the responses of the
first tool, which is ours, and validates them; the outputs of the others are compared with these.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
TOLERANCE = 1e-4  # gradbench's own


class Process:
    """A program that reads and writes lines of JSON."""

    def __init__(self, name: str, command: Sequence[str], folder: Path, paths: str) -> None:
        self.name = name
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | ONE_THREAD | {"PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def send(self, message: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def receive(self, seconds: float | None = None) -> Any:
        """The next line; None if the program has ended, or is ended here after so many seconds."""
        assert self._process.stdout is not None
        timer = threading.Timer(seconds or 0.0, self._process.kill)
        if seconds is not None:
            timer.start()
        line = self._process.stdout.readline()
        timer.cancel()
        return json.loads(line) if line else None

    def ask(self, message: Any, seconds: float) -> Any:
        try:
            self.send(message)
        except BrokenPipeError:
            return None
        return self.receive(seconds)

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@dataclass
class Answer:
    """What a tool gave for one message: the output, and the seconds of each run.

    problem: why there is none, or what is wrong with it; empty if nothing is.
    first: seconds of the first run with all that precedes it, such as compiling.
    """

    output: Any = None
    runs: list[float] = field(default_factory=list)
    first: float = 0.0
    problem: str = ""

    @property
    def seconds(self) -> float:
        return min(self.runs)

    def add(self, response: Any) -> None:
        if response is None:
            self.problem = "took too long"
            return
        if not response.get("success"):
            self.problem = "failed"
            return
        self.output = response["output"]
        timings = response["timings"]
        runs = [t["nanoseconds"] / 1e9 for t in timings if t["name"] == "evaluate"]
        if not self.runs:
            prepared = [t["nanoseconds"] / 1e9 for t in timings if t["name"] == "prepare"]
            self.first = sum(prepared) or runs[0]
        self.runs += runs[1:] or runs  # the first one may have compiled


@dataclass
class Row:
    """A message and what each tool gave for it."""

    module: str
    function: str
    description: str
    answers: dict[str, Answer]


def session(
    evaluator: Process, tools: list[Process], rounds: int, seconds: float, limit: float
) -> Iterator[Row]:
    """Connect an eval with tools; give each of its inputs, with their answers, once validated.

    rounds: how often each tool gets a message, one after the other.
    seconds: how long a tool repeats a function in a round.
    limit: after so many seconds without an answer a tool is ended; one that needs a tenth of them
        gets a message once.
    """
    ours, working = tools[0], [*tools]
    row: Row | None = None
    while (message := evaluator.receive()) is not None:
        kind, response = message["kind"], {"id": message["id"], "success": False}
        if kind == "evaluate":
            if isinstance(message["input"], dict):
                message["input"] |= {"min_runs": 3, "min_seconds": seconds}
            answers = {tool.name: Answer() for tool in working}
            description = message.get("description", "")
            row = Row(message["module"], message["function"], description, answers)
            slow: list[Process] = []
            for _ in range(rounds):
                for tool in [tool for tool in working if tool not in slow]:
                    began = time.perf_counter()
                    found = tool.ask(message, limit)
                    answers[tool.name].add(found)
                    if tool is ours and found is not None:
                        response = found
                    if found is None:
                        working.remove(tool)
                    elif time.perf_counter() - began > 0.1 * limit:
                        slow.append(tool)
        else:
            found = {tool: tool.ask(message, limit) for tool in working}
            if kind == "define":
                working = [tool for tool in working if (found[tool] or response).get("success")]
            response["success"] = ours in working
        if kind == "analysis" and row is not None and not message["valid"]:
            row.answers[ours.name].problem = "invalid"
        evaluator.send(response)
        if row is not None and (kind == "analysis" or not response["success"]):
            compare(row.answers, ours.name)
            yield row
            row = None


def compare(answers: dict[str, Answer], name: str) -> None:
    """Note where a tool's output is not that of the named one."""
    expected = answers[name].output
    for answer in answers.values():
        if not answer.problem and expected is not None and not alike(expected, answer.output):
            answer.problem = "differs"


def alike(a: Any, b: Any) -> bool:
    """Whether two outputs agree, by gradbench's measure: an error is relative to 1 or more."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(alike(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(alike, a, b))
    return bool(abs(a - b) <= TOLERANCE * max(1.0, abs(a) + abs(b)))

"""A session with an eval and tools that are lists of messages, without gradbench."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.gradbench.__main__ import cell, line
from tests.benchmarks.gradbench.session import Answer, Process, Row, alike, session
from tests.benchmarks.gradbench.tool import respond


class Eval:
    """Sends messages, keeps the responses, and finds an output valid if it is that number."""

    def __init__(self, expected: float) -> None:
        self.expected, self.responses = expected, []
        x = {"x": [0.0]}
        self.messages: list[Any] = [
            {"id": 0, "kind": "start"},
            {"id": 1, "kind": "define", "module": "lse"},
            {"id": 2, "kind": "evaluate", "module": "lse", "function": "primal", "input": x},
        ]

    def receive(self) -> Any:
        return self.messages.pop(0) if self.messages else None

    def send(self, response: Any) -> None:
        self.responses.append(response)
        if "output" in response:
            valid = response["output"] == self.expected
            self.messages.append({"id": 3, "kind": "analysis", "of": 2, "valid": valid})


class Tool:
    """Answers each `evaluate` with the next of its outputs; without one it has taken too long."""

    def __init__(self, name: str, *outputs: Any, defined: bool = True) -> None:
        self.name, self.outputs, self.defined, self.asked = name, [*outputs], defined, 0

    def ask(self, message: Any, seconds: float) -> Any:
        if message["kind"] != "evaluate":
            return {"id": message["id"], "success": self.defined}
        self.asked += 1
        if not self.outputs:
            return None
        runs = [{"name": "evaluate", "nanoseconds": n} for n in (9_000_000, 4_000_000, 2_000_000)]
        return {"id": 2, "success": True, "output": self.outputs.pop(0), "timings": runs}


class Ours(Tool):
    def ask(self, message: Any, seconds: float) -> Any:
        return respond(message)


def rows(expected: float, *tools: Any) -> tuple[list[Row], Eval]:
    evaluator = Eval(expected)
    return [*session(evaluator, [*tools], 2, 0.0, 60.0)], evaluator  # type: ignore[arg-type]


def test_a_row_has_the_answer_of_each_tool() -> None:
    one, other = Tool("one", 0.0, 0.0), Tool("other", 1.0, 1.0)
    absent, slow = Tool("absent", defined=False), Tool("slow", 0.0)
    [row], evaluator = rows(0.0, Ours("chainrule"), one, other, absent, slow)
    assert row.answers.keys() == {"chainrule", "one", "other", "slow"}
    assert row.answers["one"].first == 0.009
    assert row.answers["one"].seconds == 0.002  # the least, without the first run
    problems = {name: answer.problem for name, answer in row.answers.items()}
    assert problems == {"chainrule": "", "one": "", "other": "differs", "slow": "took too long"}
    assert (one.asked, absent.asked, slow.asked) == (2, 0, 2)
    assert [response["id"] for response in evaluator.responses] == [0, 1, 2, 3]
    assert evaluator.responses[2]["output"] == 0.0


def test_what_the_eval_refuses_is_marked() -> None:
    [row], _ = rows(5.0, Ours("chainrule"))
    assert row.answers["chainrule"].problem == "invalid"
    assert "(invalid)" in line(row)


def test_the_session_goes_on_where_ours_has_no_answer() -> None:
    [row], evaluator = rows(0.0, Tool("chainrule"), Tool("C++", 0.0, 0.0))
    assert evaluator.responses[-1] == {"id": 2, "success": False}
    assert "| took too long |" in line(row)


def test_a_cell() -> None:
    assert cell(None) == ""
    assert cell(Answer(runs=[0.0021, 0.002])) == "2"
    assert cell(Answer(runs=[0.002], problem="differs")) == "2 (differs)"
    assert cell(Answer(problem="failed")) == "failed"


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (1.0, 1.0 + 1e-4, True),
        (1.0, 1.001, False),
        (1e6, 1e6 + 100.0, True),
        ([1.0, 2.0], [1.0], False),
        ({"a": [1]}, {"a": [1.0]}, True),
        ({"a": 1.0}, {"b": 1.0}, False),
        (float("nan"), 1.0, False),
    ],
)
def test_what_is_alike(a: Any, b: Any, same: bool) -> None:
    assert alike(a, b) is same
    assert alike(b, a) is same


def test_a_process_is_asked_line_by_line_and_ended_if_it_is_slow() -> None:
    code = "import time\nfor line in open(0):\n  print(line, end='', flush=True)\n  time.sleep(60)"
    process = Process("echo", [sys.executable, "-c", code], Path.cwd(), "")
    try:
        assert process.ask({"id": 1}, 60.0) == {"id": 1}
        assert process.ask({"id": 2}, 0.05) is None
        assert process.ask({"id": 3}, 1.0) is None
    finally:
        process.end()

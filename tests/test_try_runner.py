"""What runs the code of the page in which Python runs, and the page's examples, in this Python."""

from __future__ import annotations

import importlib.util
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.try_page import EXAMPLES, ROOT, SOURCE

RUNNER = SOURCE / "page" / "runner.py"


@pytest.fixture(scope="module")
def runner() -> Any:
    spec = importlib.util.spec_from_file_location("runner", RUNNER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(runner: Any) -> Callable[[str], list[tuple[str, str, int]]]:
    """A function: what code sends, with neighboring pieces of text as one."""

    def shown(code: str) -> list[tuple[str, str, int]]:
        found: list[tuple[str, str, int]] = []

        def send(kind: str, content: str, line: int) -> None:
            if found and kind == found[-1][0] == "text":
                content = found.pop()[1] + content
            found.append((kind, content, line))

        runner.run(code, send)
        return found

    return shown


def kinds(sent: list[tuple[str, str, int]]) -> list[str]:
    return [kind for kind, _, _ in sent]


def test_every_expression_is_shown_as_at_the_prompt(run: Any) -> None:
    assert run(
        '"""What it is for."""\n1 + 1\nNone\nx = 3\nfor i in range(2):\n    i\nprint("ŷ")'
    ) == [("text", "2\n0\n1\nŷ\n", 0)]
    assert run("'a text'\n...") == [("text", "Ellipsis\n", 0)]
    assert run("") == run("# nothing") == []


def test_pictures_and_pages_come_in_their_order(run: Any) -> None:
    sent = run(
        "from autograd import *\nx = Value(2.0, label='x')\nprint(1)\ndraw(x * x)\n"
        "explore(x * x)\nprint(2)\nx + x\nkept = draw(x)"
    )
    assert kinds(sent) == ["text", "picture", "page", "text", "picture"]
    assert sent[1][1].startswith("<svg")
    assert sent[2][1].startswith("<!doctype html>")
    assert sent[3][1] == "2\nValue(data=4.0, grad=0.0)\n"


def test_runs_share_nothing(run: Any) -> None:
    assert run("x = 1") == []
    assert run("x")[0][1].endswith("NameError: name 'x' is not defined\n")
    hook = sys.displayhook
    run("1 / 0")
    assert sys.displayhook is hook


@pytest.mark.parametrize(
    ("code", "line", "text"),
    [
        (
            "def f(x):\n    return x / 0\n\nf(1)",
            2,
            'Traceback (most recent call last):\n  File "try.py", line 4, in <module>\n    f(1)\n'
            '    ~^^^\n  File "try.py", line 2, in f\n    return x / 0\n           ~~^~~\n'
            "ZeroDivisionError: division by zero\n",
        ),
        (
            "from autograd import log\n\nlog('0')",
            3,
            'Traceback (most recent call last):\n  File "try.py", line 3, in <module>\n'
            "    log('0')\n"
            "TypeError: log: expected a real number, got str '0'; use float(text)\n",
        ),
        (
            "x = 1\nif x\n    pass",
            2,
            "  File \"try.py\", line 2\n    if x\n        ^\nSyntaxError: expected ':'\n",
        ),
        ("raise SystemExit(3)", 1, None),
        ("input()", 1, None),
        ("def f(): return f()\nf()", 1, None),
    ],
)
def test_an_error_has_the_lines_of_the_user_alone(
    run: Any, code: str, line: int, text: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    [(kind, found, at)] = run(code)
    assert (kind, at) == ("error", line)
    files = set(re.findall(r'File "([^"]*)"', found))
    assert files == {"try.py"}
    if text:
        # Python 3.13 underlines calls otherwise.
        marks = re.compile(r"^ *[~^]+\n", re.MULTILINE)
        assert marks.sub("", found) == marks.sub("", text)
    assert len(found) < 1500


@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("import pack_age", "Only chainrule and Python's library are in this page.\n"),
        ("input('x = ')", "typed into this page while code runs: write it into the code\n"),
    ],
)
def test_what_a_page_does_not_have_is_named(run: Any, code: str, end: str) -> None:
    [(kind, found, line)] = run(code)
    assert (kind, line) == ("error", 1)
    assert found.endswith(end)


def test_an_error_that_came_from_another_is_shown_with_it(run: Any) -> None:
    code = (
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError('no') from error"
    )
    [(_, found, line)] = run(code)
    assert line == 4
    assert (
        found.index("ZeroDivisionError") < found.index("direct cause") < found.index("ValueError")
    )


def test_what_has_no_end_is_cut(run: Any, runner: Any) -> None:
    [(_, text, _)] = run("for i in range(100_000):\n    print('words', i)")
    assert len(text) < runner.LONGEST + 100
    assert text.endswith("(More than 100,000 characters: the rest is not shown.)\n")
    sent = run("from autograd import *\nfor i in range(40):\n    draw(Value(1.0))\nprint('end')")
    assert kinds(sent) == ["picture"] * runner.MOST + ["text"]
    assert sent[-1][1] == "(More than 30 pictures: the rest is not shown.)\nend\n"


def test_text_comes_while_a_run_goes_on(runner: Any) -> None:
    sent: list[str] = []
    code = "import time\nfor i in range(4):\n    print(i)\n    time.sleep(0.06)"
    runner.run(code, lambda kind, content, line: sent.append(content))
    assert len(sent) > 1
    assert "".join(sent) == "0\n1\n2\n3\n"


PURE = """
import sys
for name in ("numpy", "scipy", "sklearn", "matplotlib", "llvmlite", "pandas"):
    sys.modules[name] = None
sys.path.insert(0, sys.argv[1])
import runner
from tests.try_page import examples
for name, code in examples().items():
    sent = []
    runner.run(code, lambda kind, content, line: sent.append(kind + ": " + content[:2000]))
    print("=====", name, *sent, sep="\\n")
"""


def test_the_examples_run_on_the_pure_core(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PURE, str(RUNNER.parent)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CHAINRULE_DOT": "graphviz-pure"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    first, *found = done.stdout.split("=====")
    assert first == ""
    assert [text.split()[0] for text in found] == EXAMPLES
    assert len(EXAMPLES) == 10
    for text in found:
        assert "\nerror: " not in text
        assert "\npicture: <svg" in text


def test_every_example_file_is_listed_and_has_its_name_in_both_languages() -> None:
    assert sorted(path.stem for path in (SOURCE / "examples").glob("*.py")) == sorted(EXAMPLES)
    words = (SOURCE / "page" / "words.js").read_text("utf-8")
    english, korean = re.findall(r"^  (?:en|ko): \{\n(.*?)^  \}", words, re.DOTALL | re.MULTILINE)
    keys = [re.findall(r"^    (\w+):", part, re.MULTILINE) for part in (english, korean)]
    assert keys[0] == keys[1]
    assert set(EXAMPLES) <= set(keys[0])
    marks = [re.findall(r"\{(\w+)\}|^    (\w+):", part, re.MULTILINE) for part in (english, korean)]
    assert sorted(marks[0]) == sorted(marks[1])
    assert len(re.findall("[가-힣]", korean)) > 200

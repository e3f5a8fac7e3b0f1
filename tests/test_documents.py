"""The documents: code runs as printed, stored output is current, links lead somewhere."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests import papers
from tests.papers import (
    DOCUMENTS,
    FENCE,
    IMAGES,
    PAGES,
    ROOT,
    Prompt,
    blocks,
    outputs,
    renewed,
    same,
    workshop,
)

PAPERS = [*DOCUMENTS, "notebooks/cluster.md", "CONTRIBUTING.md", "CHANGELOG.md"]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.uncovered
@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name != "README.md"])
def test_code_runs_as_printed_and_prints_what_is_stored(name):
    with workshop():
        for block, stored, printed in outputs(read(name), name):
            assert same(printed, stored), (
                f"{name}, line {block.line}: stored\n{stored}\nbut this was printed\n{printed}"
                "\n`python -m tests.papers` stores it"
            )


@pytest.mark.parametrize("name", ["README.md", *PAGES])
def test_blocks_can_be_pasted_into_a_plain_prompt(name):
    """Each is whole there, with a blank line after a compound statement and none inside."""
    prompt = Prompt(run=False)
    for block in blocks(read(name)):
        if block.language == "python":
            prompt.paste(block.text)
            assert not prompt.errors, f"{name}, line {block.line}"


@pytest.mark.uncovered
def test_the_readme_runs_in_a_plain_prompt():
    """Line by line, from an empty prompt; it prints what is stored and no error."""
    prompt, printed = Prompt(), ""
    with workshop():
        for block in blocks(read("README.md")):
            if block.language == "python":
                printed = prompt.paste(block.text)
            elif block.language == "text":
                assert same(printed, block.text), f"line {block.line}: {printed}"
            assert not prompt.errors, "".join(prompt.errors)


@pytest.mark.parametrize("name", PAPERS)
def test_links_lead_somewhere(name):
    for target in re.findall(r"\]\(([^)]+)\)", FENCE.sub("", read(name))):
        if not target.startswith(("https://", "#")):
            assert ((ROOT / name).parent / target).exists(), target


def test_the_two_commands():
    """What `.ci/run` takes out of the README and runs."""
    commands = [
        line for line in read("README.md").splitlines() if line.startswith("python3 -m venv")
    ]
    assert [command.rpartition("-m ")[2] for command in commands] == ["nn", "pytest -q"]


@pytest.mark.parametrize("name", ["README.md", "notebooks/peers.md"])
def test_the_number_of_operations_is_that_of_their_table(name):
    """Of those that users call, whose errors are recorded."""
    figures = (ROOT / "tests" / "benchmarks" / "accuracy.csv").read_text(encoding="utf-8")
    assert f"| operations | {len(figures.splitlines()) - 1}, one table entry each |" in read(name)


@pytest.mark.uncovered
def test_pictures_are_current():
    """Byte by byte where they were made; elsewhere a C library may differ in a printed digit."""
    with workshop() as folder:
        names = papers.draw_pictures()
        assert sorted(names) == sorted(os.listdir(IMAGES))
        for name in names:
            drawn, stored = (path / name for path in (folder, IMAGES))
            if sys.platform == "linux" and name != "training.svg":  # Matplotlib's change
                assert drawn.read_bytes() == stored.read_bytes(), "run `python -m tests.papers`"
            assert drawn.read_text("utf-8").count("<text") == stored.read_text("utf-8").count(
                "<text"
            )


WIDTH, SMALLEST = 830, 11  # of a page of a repository, and of texts on it, in pixels


def smallest_text(svg):
    """The size of the smallest text where a picture is no wider than the page."""
    sizes = re.findall(r'font-size(?:="|: )([\d.]+)', svg.partition("</style>")[2])
    wide = float(re.search(r'<svg [^>]*width="([\d.]+)', svg)[1])
    return min(map(float, sizes)) * min(1.0, WIDTH / wide)


@pytest.mark.parametrize("name", re.findall(r"!\[[^]]*\]\(([^)]*)\)", read("README.md")))
def test_texts_of_pictures_can_be_read_on_a_page_of_a_repository(name):
    assert smallest_text(read(name)) >= SMALLEST


def test_the_measure_of_texts_measures():
    text = (
        '<svg width="{}"><style>font-size="1"</style><text font-size="{}"/><text font-size="20"/>'
    )
    assert smallest_text(text.format(415, 12)) == 12
    assert smallest_text(text.format(1660, 12)) == 6


def test_the_picture_of_the_whole_network_shows_the_weights_that_the_text_is_about():
    svg = read("notebooks/images/iris.svg")
    assert all(f">{name}</text>" in svg for name in ("w17", "w33", "h5", "z1"))
    assert ">w44</text>" not in svg


@pytest.fixture
def extended(tmp_path):
    """A copy of the engine and its tests, to which CONTRIBUTING's blocks were added as they say."""
    for part in ("autograd", "nn", "tests/autograd"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("__init__", "browsers", "clusters", "conftest"):
        shutil.copy(ROOT / "tests" / f"{file}.py", tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for block in blocks(read("CONTRIBUTING.md")):
        place = re.match(r"# (autograd/\S+\.py), (?:at the end|after (.+))\n", block.text)
        if place:
            path, line = tmp_path / place[1], place[2]
            text, added = path.read_text("utf-8"), block.text[place.end() :]
            if line is None:
                text += added
            else:
                found = re.search(rf"^( *){re.escape(line)}\n", text, re.MULTILINE)
                assert found, f"{place[1]} has no line {line}"
                text = text[: found.end()] + found[1] + added + text[found.end() :]
            if place[1] == "autograd/functions.py":
                name = added.partition(" =")[0]
                text = text.replace("__all__ = [\n", f'__all__ = [\n    "{name}",\n')
            path.write_text(text, "utf-8")
    return tmp_path


def run(folder, *words):
    done = subprocess.run(
        [sys.executable, "-W", "error", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_operation_is_added_as_contributing_says(extended):
    example = [block for block in blocks(read("CONTRIBUTING.md")) if block.language == "python"][-1]
    (expected,) = [block for block in blocks(read("CONTRIBUTING.md")) if block.language == "text"]
    assert same(run(extended, "-c", example.text), expected.text)


def test_an_added_operation_is_right_to_order_three(extended):
    """Against exact derivatives: with r = √(x² + 4) they are y/r, 2/r³ and -6x/r⁵."""
    code = """
        from autograd import grad, squareplus as f
        for x in (-3.0, -0.5, 0.0, 0.5, 3.0):
            r = (x * x + 4.0) ** 0.5
            got = f(x), grad(f)(x), grad(grad(f))(x), grad(grad(grad(f)))(x)
            want = (x + r) / 2, (x + r) / 2 / r, 2 / r**3, -6 * x / r**5
            assert all(abs(g - w) < 1e-15 for g, w in zip(got, want, strict=True)), (x, got, want)
    """
    run(extended, "-c", "if True:" + code)


def test_the_tests_of_the_table_take_an_added_operation_up(extended):
    words = ["-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "--assert=plain", "-k"]
    words += ["squareplus", "tests/autograd"]
    found = re.search(r"(\d+) passed", run(extended, *words))
    assert found
    assert int(found[1]) >= 10


# The checks themselves.

DOCUMENT = """
```python
x = 2
print(x, 0.25)
```

```text
2 0.25
```

Words.

```text
not an output
```

```python
print(x + 1)
```
"""


def test_blocks_run_in_one_namespace():
    found = [(stored, printed) for _, stored, printed in outputs(DOCUMENT, "here")]
    assert found == [("2 0.25\n", "2 0.25\n")]


def test_an_error_names_the_line_of_the_document():
    with pytest.raises(ZeroDivisionError) as error:
        list(outputs("Words.\n\n```python\nx = 1\nx / 0\n```\n", "here.md"))
    assert (str(error.traceback[-1].path).endswith("here.md"), error.traceback[-1].lineno) == (
        True,
        4,
    )


def test_what_is_not_current_is_renewed():
    assert renewed(DOCUMENT, "here") == DOCUMENT
    stale = DOCUMENT.replace("2 0.25\n", "2 0.26\nand more\n")
    assert renewed(stale, "here") == DOCUMENT


def test_console_blocks_run_commands():
    ((_, stored, printed),) = outputs("```console\n$ chainrule --help\nold\n```\n", "here")
    assert stored == "old\n"
    assert printed.startswith("usage: chainrule")
    with pytest.raises(ValueError, match="no console block may run 'rm'"):
        list(outputs("```console\n$ rm -r .\n```\n", "here"))


@pytest.mark.parametrize(
    ("printed", "stored", "equal"),
    [
        ("loss 0.5322 a", "loss 0.5322 a", True),
        ("loss 0.53221", "loss 0.53222", True),
        ("loss 0.5322", "loss 0.5332", False),
        ("loss 0.5322", "loss -0.5322", False),
        ("loss 0.5322", "loss 0.5323", True),
        ("loss 3.863e−4", "loss 3.862e−4", True),
        ("loss 3.863e−4", "loss 3.863e−5", False),
        ("loss 3.863e−4", "loss 3.873e−4", False),
        ("loss −0.5322", "loss -0.5322", True),
        ("w17 = 1", "w18 = 1", False),
        ("a 1", "b 1", False),
        ("a 1 2", "a 1", False),
        ("2.25 seconds.", "31 seconds.", True),
        ("about 1,767 calls", "about 960 calls", True),
        ("off by about 2e-07", "off by about 1.5e-8", True),
        ("about every 2", "about every 3", False),
        ("on 2026-11-27 23:37 UTC", "on 1999-01-02 00:00 UTC", True),
        ("1e-05", "1.00001e-05", True),
    ],
)
def test_what_counts_as_the_same(printed, stored, equal):
    assert same(printed, stored) is equal


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("for x in [1]:\n    print(x)\nprint(2)\n", True),
        ("for x in [1]:\n    print(x)\n\nprint(2)\n", False),
        ("class A:\n    x = 1\n\n    y = 2\n", True),
        ("f(1,\n  2)\n", False),
    ],
)
def test_what_can_be_pasted(text, errors):
    prompt = Prompt(run=False)
    assert prompt.paste(text) == ""
    assert bool(prompt.errors) is errors


def test_a_prompt_shows_what_is_printed_and_errors():
    prompt = Prompt()
    assert prompt.paste("x = 1\nx\nprint(x + 1)\n") == "2\n"
    assert not prompt.errors
    prompt.paste("x / 0\n")
    assert "ZeroDivisionError" in prompt.errors[-1]

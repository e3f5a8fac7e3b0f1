"""The notebooks run in a fresh kernel, without a warning, and give the outputs that are stored."""

import ast
import re

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from tests.papers import NOTEBOOKS, execute, same, workshop


def printed(cell):
    """What a cell printed and what stands for its result, as text."""
    return "".join(
        [output.get("text") or output["data"]["text/plain"] for output in cell.get("outputs", [])]
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_gives_what_is_stored(path):
    stored = nbformat.read(path, as_version=4)
    nbformat.validate(stored)
    with workshop():
        fresh = execute(path)
    for number, (new, old) in enumerate(zip(fresh.cells, stored.cells, strict=True)):
        for output in new.get("outputs", []):
            assert output.get("name") != "stderr", f"cell {number}: {output['text']}"
        assert same(printed(new), printed(old)), (
            f"cell {number}: stored\n{printed(old)}\nbut it gives\n{printed(new)}"
            "\n`python -m tests.papers` stores it"
        )
        assert [sorted(output.get("data", {})) for output in new.get("outputs", [])] == [
            sorted(output.get("data", {})) for output in old.get("outputs", [])
        ]


def test_there_is_a_notebook():
    assert "walkthrough.ipynb" in [path.name for path in NOTEBOOKS]


def test_a_warning_fails(tmp_path):
    source = "import warnings\nwarnings.warn('careful')"
    cells = [nbformat.v4.new_code_cell(source)]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    path = tmp_path / "bad.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    with pytest.raises(CellExecutionError, match=r"UserWarning.*careful"):
        execute(path)


@pytest.mark.parametrize("command", ["exit 3", "{bad} 1", "ls nothing > /dev/null 2>&1 || false"])
def test_a_command_that_fails_fails(tmp_path, command):
    cells = [nbformat.v4.new_code_cell(f"bad = 'exit'\n!true\n!{command}")]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    path = tmp_path / "bad.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    with pytest.raises(CellExecutionError, match=r"exit code [123]"):
        execute(path)


def test_a_cell_is_left_out_where_its_package_is_missing(tmp_path):
    needs, kept = "no_such_package", {"needs": "no_such_package"}
    stored = nbformat.v4.new_output("stream", name="stdout", text="as stored")
    cells = [
        nbformat.v4.new_code_cell(f"import {needs}", metadata=kept, outputs=[stored]),
        nbformat.v4.new_code_cell("print(1 + 1)", metadata={"needs": "math"}),
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    path = tmp_path / "optional.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    assert [printed(cell).strip() for cell in execute(path).cells] == ["as stored", "2"]


LESSONS = {
    path.name: nbformat.read(path, as_version=4)
    for path in NOTEBOOKS
    if path.name.startswith("walkthrough")
}
HANGUL = re.compile("[가-힣]")
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]+\$", re.DOTALL)


def sources(notebook, kind):
    return {cell.id: cell.source for cell in notebook.cells if cell.cell_type == kind}


def drawn(notebook):
    """The pictures of a notebook as SVG, by their cells."""
    return {
        cell.id: output["data"]["image/svg+xml"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/svg+xml" in output.get("data", {})
    }


def test_both_languages_have_the_same_lesson():
    english, korean = (LESSONS[f"walkthrough{end}"] for end in (".ipynb", ".ko.ipynb"))
    assert [cell.id for cell in english.cells] == [cell.id for cell in korean.cells]
    formulas = [
        [
            sorted(re.findall(r"\$\$.*?\$\$|\$[^$]+\$", text, re.DOTALL))
            for text in sources(lesson, "markdown").values()
        ]
        for lesson in (english, korean)
    ]
    assert formulas[0] == formulas[1]
    assert sum(map(len, formulas[0])) > 30


def test_figures_speak_the_language_of_their_notebook():
    """But those of which every text is a name or a formula."""
    english, korean = (drawn(LESSONS[f"walkthrough{end}"]) for end in (".ipynb", ".ko.ipynb"))
    assert english.keys() == korean.keys()
    assert len(english) == 6
    for svg in english.values():
        assert not HANGUL.search(svg)
    for cell, svg in korean.items():
        assert HANGUL.search(svg), cell
        words = " ".join(re.findall(r"<text[^>]*>([^<]*)<", svg))
        assert not re.search(r"\b(epoch|accuracy|train|layer|median|square|dashed)\b", words), cell


@pytest.mark.parametrize("name", LESSONS)
def test_formulas_are_typeset(name):
    for text in sources(LESSONS[name], "markdown").values():
        plain = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`", "", text, flags=re.DOTALL)
        assert not re.search(r"∂\S*/∂|\w\^\w|[²³]", plain), plain


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_imports_stand_where_they_are_first_used(path):
    for source in sources(nbformat.read(path, as_version=4), "code").values():
        python = re.sub(r"(?m)^!.*$", "", source)  # without commands of the shell
        tree = ast.parse(python)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = {(a.asname or a.name).partition(".")[0] for a in node.names}
                assert names <= used, source


@pytest.mark.parametrize("name", LESSONS)
def test_pages_are_opened_and_not_stored(name):
    lesson = LESSONS[name]
    calls = [text for text in sources(lesson, "code").values() if "explore(" in text]
    assert len(calls) == 3
    assert sum("<Page:" in printed(cell) for cell in lesson.cells) == 3
    assert not [cell for cell in lesson.cells if "<iframe" in str(cell.get("outputs", []))]
    assert len(str(lesson)) < 1_200_000


@pytest.mark.parametrize("name", LESSONS)
def test_experiments_are_run_by_train_and_drawn(name):
    lesson = LESSONS[name]
    code, figures = sources(lesson, "code"), drawn(lesson)
    assert "train(" in code["rates-runs"]
    assert "train(" in code["saturation-runs"]
    assert {"rates-runs", "saturation-figure"} <= figures.keys()
    assert len(re.findall(r"lr = ", figures["rates-runs"])) >= 3


def test_a_page_is_not_stored(tmp_path):
    source = "from autograd import Value, explore\nexplore(Value(1.0, label='x'))"
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)], metadata=kernel)
    path = tmp_path / "page.ipynb"
    nbformat.write(notebook, path)
    ((output,),) = [cell.outputs for cell in execute(path).cells]
    assert output.data == {"text/plain": "<Page: x>"}

"""The notebooks run in a fresh kernel, without a warning, and give the outputs that are stored."""

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

"""The benchmarks, from the docstrings of their modules."""

from __future__ import annotations

import ast
from pathlib import Path

from .operations import table

FOLDER = Path(__file__).parents[2] / "tests" / "benchmarks"


def measured(path: Path) -> str:
    """What a benchmark measures: the first sentence of its module, without its command."""
    paragraph = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n\n")[0]
    sentence = " ".join(paragraph.partition(": python -m")[0].split()).partition(". ")[0]
    return sentence.rstrip(".").replace("python -m tests.benchmarks.", "")


def programs() -> dict[str, Path]:
    """The modules that are run, by the words after `python -m tests.benchmarks.`."""
    paths = [*sorted(FOLDER.glob("*.py")), FOLDER / "gradbench" / "__main__.py"]
    runs = [path for path in paths if 'if __name__ == "__main__":' in path.read_text("utf-8")]
    found = {path.parent.name if path.stem == "__main__" else path.stem: path for path in runs}
    return {name: path for name, path in found.items() if name != FOLDER.name}


def markdown() -> str:
    """A row for each benchmark: what it measures, and its command."""
    rows = [
        (measured(path), f"`python -m tests.benchmarks.{name}`")
        for name, path in programs().items()
    ]
    return table(("what is measured", "command"), rows)

"""Docstrings and comments use the terms of the field: objects return and raise, not speak."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*(ROOT / "autograd").rglob("*.py"), *(ROOT / "nn").rglob("*.py")])
SPOKEN = re.compile(
    r"\b(told|tells?|asks?|asked|says?|said|knows?|wants?|thinks?|so many|nobody|somebody)\b",
    re.IGNORECASE,
)


def prose_in(text: str) -> list[str]:
    """The docstrings and comments of a source."""
    described = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, described)]
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return [*filter(None, map(ast.get_docstring, nodes)), *comments]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_objects_do_not_speak(path: Path) -> None:
    prose = prose_in(path.read_text(encoding="utf-8"))
    assert [(word[0], text[:60]) for text in prose for word in SPOKEN.finditer(text)] == []


@pytest.mark.parametrize("line", ['"""It knows the shape."""', "x = 1  # so many numbers"])
def test_prose_is_found_wherever_it_stands(line: str) -> None:
    assert any(SPOKEN.search(text) for text in prose_in(line + "\n"))

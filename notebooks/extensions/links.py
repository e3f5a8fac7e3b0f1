"""Links of documents that the book includes lead to its pages."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

# Documents elsewhere in the project: the page of the book that shows them.
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
    "autograd/README.md": "decisions.md",
    "autograd/program/README.md": "machine-code.md",
}
TARGET = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def redirect(app: Sphinx, path: Path, page: str, content: list[str]) -> None:
    """Change the links of an included document: to pages, or to source files from the book."""
    root = Path(app.srcdir).parent
    folder = (Path(app.srcdir) / path).resolve().parent

    def target(found: re.Match[str]) -> str:
        there = (folder / found[1]).resolve().relative_to(root.resolve()).as_posix()
        if there in PAGES:
            return f"]({PAGES[there]}"
        return (
            f"]({there.removeprefix('notebooks/')}"
            if there.startswith("notebooks/")
            else f"](../{there}"
        )

    content[0] = TARGET.sub(target, content[0])


def setup(app: Sphinx) -> None:
    app.connect("include-read", redirect)

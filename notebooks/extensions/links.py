"""Documents from elsewhere in the project as pages of the book, their links led to its pages."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
    "autograd/README.md": "decisions.md",
    "autograd/program/README.md": "machine-code.md",
}
TARGET = re.compile(r"\]\((?!https?://|#)([^)#]+)")
DECISIONS = "autograd/README.md"
PARTS = ("Conventions", "Accuracy")  # sections of the decisions that are pages of their own


def document(path: str) -> str:
    """A document with its links: to pages of the book, or to source files from it."""
    folder = (ROOT / path).parent

    def target(found: re.Match[str]) -> str:
        there = (folder / found[1]).resolve().relative_to(ROOT.resolve()).as_posix()
        if there in PAGES:
            return f"]({PAGES[there]}"
        page = there.removeprefix("notebooks/")
        return f"]({page}" if page != there else f"](../{there}"

    return TARGET.sub(target, (ROOT / path).read_text("utf-8"))


def sections(text: str) -> dict[str, str]:
    """The text below each heading of the second level, by the heading; what is before by ""."""
    parts = re.split(r"^## (.+)\n", f"\n{text}", flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def part(name: str) -> str:
    """A section of the decisions."""
    return sections(document(DECISIONS))[name]


def decisions() -> str:
    """The decisions without the sections that are pages of their own."""
    first, *others = [
        (name, text) for name, text in sections(document(DECISIONS)).items() if name not in PARTS
    ]
    return first[1] + "".join([f"## {name}\n{text}" for name, text in others])

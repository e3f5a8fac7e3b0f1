"""The part of the book that is made from the program: tables, references, pages, formulas.

A page has a line `<!-- book: NAME -->` where the text that a function of GENERATED returns is to
stand.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from sphinx.application import Sphinx

from . import benchmarks, commands, lesson, links, mathml, names, operations, stored

GENERATED = {
    **{path: partial(links.document, path) for path in links.PAGES},
    **{name: partial(links.part, name) for name in links.PARTS},
    "decisions": links.decisions,
    "accuracy": operations.accuracy,
    "benchmarks": benchmarks.markdown,
    "commands": commands.markdown,
    "names of autograd": lambda: names.markdown("autograd"),
    "names of nn": lambda: names.markdown("nn"),
    "operations": operations.markdown,
}
MARK = re.compile(r"^<!-- book: (.+) -->$", re.MULTILINE)


def fill(app: Sphinx, page: str, source: list[str]) -> None:
    """Put generated text into a page."""
    source[0] = MARK.sub(lambda found: GENERATED[found[1]](), source[0])


def language(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """The language of a page for screen readers, which its name ends with."""
    if page.endswith(".ko"):
        context["language"] = "ko"


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("source-read", fill)
    app.connect("html-page-context", language)
    for part in (lesson, mathml, names, stored):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

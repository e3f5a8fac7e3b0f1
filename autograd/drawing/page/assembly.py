"""One HTML file from the page's sources and its data, with a content security policy that lets
nothing else run.

Style and script are named by their hashes; no other source of anything is allowed, so the file
loads nothing and a label can run nothing.
"""

from __future__ import annotations

import base64
import hashlib
import html
import itertools
import json
from importlib import resources
from typing import Any

from ..languages import LANGUAGES

# In the order in which they are read; each may use what comes before it. Those of PAGE run again
# where the page is opened with another network; FIRST make its data.
FIRST = ("readers", "laboratory/random", "laboratory/architecture")
PAGE = (
    *("dom", "store", "numbers", "graph", "engine", "arithmetic", "sweeps", "chains", "words"),
    *("formulas", "laboratory/course"),
    *("motion/positions", "motion/code", "motion/flight"),
    *("state", "address", "laboratory/setup", "axes", "parts"),
    *("lights", "picture", "frame", "stops", "panels", "network", "places", "groups"),
    *("turn", "step"),
    *("paths", "training", "answers", "regression"),
    *("insight/panel", "insight/outputs", "insight/curve", "insight/cost", "insight/evidence"),
    *("practice/questions", "practice/checking", "practice/practice", "flower/flower"),
    *("link/link", "table", "controls", "transport"),
    *("laboratory/training", "laboratory/running", "laboratory/curves", "laboratory/panel"),
    *("laboratory/weight", "laboratory/experiments", "laboratory/python"),
    *("lesson/terms", "lesson/checking", "lesson/panel", "main"),
)
LAST = ("start",)
MODULES = (*FIRST, *PAGE, *LAST)


def source(name: str) -> str:
    """The text of a source of the page."""
    return resources.files(__package__).joinpath("web", *name.split("/")).read_text("utf-8")


def folders() -> list[str]:
    """The page's own folder, "", and the folders of its parts, each with a style and words."""
    entries = resources.files(__package__).joinpath("web").iterdir()
    return ["", *sorted([f"{entry.name}/" for entry in entries if entry.is_dir()])]


def style() -> str:
    """All style sheets as one."""
    return "".join([source(f"{folder}page.css") for folder in folders()])


def words() -> dict[str, dict[str, str]]:
    """The page's texts by language and key; {name} in a text is a placeholder.

    Raises:
        ValueError: if two folders have the same key.
    """
    found: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for language, folder in itertools.product(LANGUAGES, folders()):
        texts = json.loads(source(f"{folder}words.{language}.json"))
        if twice := found[language].keys() & texts.keys():
            raise ValueError(f"{folder}words.{language}.json: {sorted(twice)} are there already")
        found[language] |= texts
    return found


def script(operations: str) -> str:
    """All JavaScript as one function, without global names."""
    first, page, last = [
        "\n".join([source(f"{m}.js") for m in part]) for part in (FIRST, PAGE, LAST)
    ]
    page = f"function page(DATA, address, kept) {{\n{page}\nreturn endPage;\n}}\n"
    return f"(() => {{\n'use strict';\n{operations}\n{first}\n{page}\n{last}\n}})();\n"


def assembled(title: str, data: dict[str, Any], operations: str) -> str:
    """The whole file."""
    sheet, code = style(), script(operations)
    policy = (
        f"default-src 'none'; script-src {digest(code)}; style-src {digest(sheet)}; "
        "base-uri 'none'; form-action 'none'"
    )
    text = source("page.html")
    for mark, content in (
        ("{{policy}}", policy),
        ("{{title}}", html.escape(title)),
        ("{{style}}", sheet),
        ("{{data}}", as_json({**data, "words": words()})),
        ("{{script}}", code),
    ):
        before, after = text.split(mark)
        text = before + content + after
    return text


def digest(text: str) -> str:
    """The source expression that allows exactly this text."""
    hashed = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{hashed}'"


def as_json(data: dict[str, Any]) -> str:
    """JSON that can stand in a script element: `<`, `>` and `&` are escaped."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text

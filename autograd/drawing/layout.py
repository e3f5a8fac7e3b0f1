"""Running a layout program: a Graphviz that the user has, or the one in a Python package.

It is run here and not by the `graphviz` package, which has no time limit and does not find the
second one.

Where no program can be run, as in a browser, a Python module lays out: CHAINRULE_DOT is then
`module://` and its name, as MPLBACKEND names a backend of Matplotlib. The module has a function
`lay_out(source, form)`, of the DOT text and "svg" or "plain", which returns the output of
`dot -Tsvg` or `dot -Tplain`, and raises where it can't.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib import import_module, metadata
from pathlib import Path

CHOICE = "CHAINRULE_DOT"  # the environment variable that names the program to use, and no other
PACKAGED = "graphviz-pure"
MODULE = "module://"  # how a choice begins that names a module in place of a program
SECONDS = 60.0

HOW_TO_INSTALL = (
    f'Install one with: pip install "chainrule[draw]" (it brings {PACKAGED}), or install Graphviz '
    f"from your system (https://graphviz.org/download), or set {CHOICE} to the path of a `dot`. "
    'The source needs none: drawing.save("graph.dot").'
)

# The output formats, and how a complete output of each ends.
ENDS = {"svg": b"</svg>", "plain": b"stop"}
NAMES = {"svg": "SVG", "plain": "plain output"}


def lay_out(source: str, form: str = "svg") -> str:
    """The output of the first available layout program for the DOT source: svg or plain numbers.

    Raises:
        RuntimeError: if none works, with all that was tried and how to install a program.
    """
    tried = []
    for name in [os.environ[CHOICE]] if os.environ.get(CHOICE) else ["dot", PACKAGED]:
        is_module = name.startswith(MODULE)
        program = name if is_module else find(name)
        if program is None:
            tried.append(f"{name}: not found")
            continue
        made, complaint = (call if is_module else run)(program, source, form)
        if not complaint:
            return made.decode(errors="replace")
        tried.append(f"{program}: {complaint}")
    chosen = f" ({CHOICE} is set)" if os.environ.get(CHOICE) else ""
    attempts = "".join(f"\n  {attempt}" for attempt in tried)
    raise RuntimeError(
        f"no layout program gave a picture. Tried{chosen}:{attempts}\n{HOW_TO_INSTALL}"
    )


def find(name: str) -> str | None:
    """The path of a layout program, or None. The packaged one is often not on PATH."""
    if name == PACKAGED:
        try:
            files = metadata.files(PACKAGED) or []
        except metadata.PackageNotFoundError:
            files = []
        for path in [Path(str(file.locate())) for file in files if file.stem == PACKAGED]:
            if path.is_file():
                return str(path)
    return shutil.which(name)


def run(program: str, source: str, form: str) -> tuple[bytes, str]:
    """The output, and the reason if it failed.

    Only exit code 0 with a whole picture counts: empty input gives 0 and no output, a label that
    can't be parsed gives a picture without the label and another code.
    """
    try:
        result = subprocess.run(
            [program, f"-T{form}"],
            input=source.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return b"", f"not done after {SECONDS:g} seconds; draw fewer nodes"
    except OSError as error:
        return b"", f"can't be run: {error}"
    if result.returncode == 0 and is_whole(result.stdout, form):
        return result.stdout, ""
    stderr = result.stderr.decode(errors="replace").strip()
    complaint = f"exit code {result.returncode}, no whole {NAMES[form]}; stderr: "
    return b"", complaint + (stderr[-500:] or "empty")


def call(name: str, source: str, form: str) -> tuple[bytes, str]:
    """The same of a module in place of a program; its exceptions are what went wrong."""
    try:
        made = import_module(name.removeprefix(MODULE)).lay_out(source, form).encode()
    except Exception as error:
        return b"", f"{type(error).__name__}: {error}"
    return (made, "") if is_whole(made, form) else (b"", f"no whole {NAMES[form]}")


def is_whole(made: bytes, form: str) -> bool:
    return made.rstrip().endswith(ENDS[form])

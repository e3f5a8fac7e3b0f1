"""Builds the page in which Python runs: `python -m tests.try_page FOLDER`, or `build(folder)`.

The folder then holds all that the page loads, so that it needs no other host and works offline: the
page, the engine as a wheel, Pyodide and a Graphviz in WebAssembly, in the versions that
notebooks/try/package-lock.json pins. A web server must serve it, since browsers load no modules
from files: `python -m http.server`.
"""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "notebooks" / "try"
# Of the packages of npm, what the page loads, and the folder where it looks.
FILES = {
    "pyodide": [
        *("pyodide/pyodide.mjs", "pyodide/pyodide.asm.mjs", "pyodide/pyodide.asm.wasm"),
        *("pyodide/python_stdlib.zip", "pyodide/pyodide-lock.json"),
    ],
    "graphviz": ["@viz-js/viz/dist/viz.js"],
}
EXAMPLES = [
    *("neuron", "paths", "saturated", "operation", "second", "softmax", "anomaly", "xor"),
    *("derive", "compile"),
]


class UnavailableError(Exception):
    """What the page is made of can't be had here; says why."""


def build(folder: Path, wheel: Path | None = None) -> bool:
    """Whether the page was built into a folder; if not, a printed line says why.

    wheel: the engine; if None, it is built.
    """
    with tempfile.TemporaryDirectory() as work:
        try:
            wheels = [wheel or engine_wheel(Path(work)), installed_wheel("graphviz", Path(work))]
            packages = npm_packages(Path(work))
        except UnavailableError as error:
            print(f"The page in which Python runs is left out: {error}")
            return False
        shutil.copytree(SOURCE / "page", folder, dirs_exist_ok=True)
        for part, files in FILES.items():
            (folder / part).mkdir(exist_ok=True)
            for file in files:
                shutil.copy(packages / file, folder / part)
        for path in wheels:
            shutil.copy(path, folder)
    contents = {
        "wheels": [path.name for path in wheels],
        "examples": examples(),
        "versions": {"pyodide": version("pyodide"), "viz": version("@viz-js/viz")},
    }
    text = json.dumps(contents, ensure_ascii=False, indent=1)
    (folder / "contents.json").write_text(text, encoding="utf-8")
    return True


def examples() -> dict[str, str]:
    """The code of the examples by name, in the order in which the page lists them."""
    folder = SOURCE / "examples"
    return {name: (folder / f"{name}.py").read_text("utf-8").rstrip() for name in EXAMPLES}


def version(package: str) -> str:
    """The version of a package of npm, as it is pinned."""
    pinned: dict[str, str] = json.loads((SOURCE / "package.json").read_text("utf-8"))[
        "dependencies"
    ]
    return pinned[package]


def npm_packages(work: Path) -> Path:
    """The folder of the packages that package-lock.json names, checked by its hashes."""
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError("npm is not installed")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCE / name, work)
    run([npm, "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"], work)
    return work / "node_modules"


def engine_wheel(work: Path) -> Path:
    """The wheel of this project."""
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(work)], ROOT)
    (wheel,) = work.glob("*.whl")
    return wheel


def installed_wheel(package: str, work: Path) -> Path:
    """A pure package that is installed here as a wheel again: the version that the tests try."""
    try:
        found = importlib.metadata.distribution(package)
    except importlib.metadata.PackageNotFoundError:
        raise UnavailableError(f"the package {package} is not installed") from None
    wheel = work / f"{package}-{found.version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in found.files or []:
            if file.suffix != ".pyc" and ".." not in file.parts:
                archive.write(str(file.locate()), str(file))
    return wheel


def run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if done.returncode:
        what = " ".join([Path(command[0]).name, *command[1:4]])
        raise UnavailableError(f"{what} failed: {(done.stderr or done.stdout).strip()[-300:]}")


if __name__ == "__main__":
    [target] = sys.argv[1:]
    Path(target).mkdir(parents=True, exist_ok=True)
    raise SystemExit(not build(Path(target)))

"""The build of the page in which Python runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests import try_page
from tests.try_page import SOURCE, UnavailableError, build


def test_the_versions_are_pinned() -> None:
    pinned = json.loads((SOURCE / "package.json").read_text("utf-8"))["dependencies"]
    locked = json.loads((SOURCE / "package-lock.json").read_text("utf-8"))["packages"]
    for name, version in pinned.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in entry for path, entry in locked.items() if path)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("npm_packages", "npm is not installed"),
        ("installed_wheel", "the package graphviz is not installed"),
        ("engine_wheel", "python -m hatchling build failed: No module named hatchling"),
    ],
)
def test_where_something_is_missing_the_page_is_left_out(
    name: str, complaint: str, monkeypatch: Any, tmp_path: Path, capsys: Any
) -> None:
    def missing(*given: Any) -> Path:
        raise UnavailableError(complaint)

    for other in ("npm_packages", "engine_wheel", "installed_wheel"):
        monkeypatch.setattr(try_page, other, lambda *given: tmp_path / "nothing")
    monkeypatch.setattr(try_page, name, missing)
    assert not build(tmp_path / "page")
    assert capsys.readouterr().out == f"The page in which Python runs is left out: {complaint}\n"
    assert not (tmp_path / "page").exists()


def test_what_is_missing_is_named(monkeypatch: Any, tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="package no_such_package is not installed"):
        try_page.installed_wheel("no_such_package", tmp_path)
    with pytest.raises(
        UnavailableError, match=r"python\S* -c 1/0 failed: (?s:.*)ZeroDivisionError"
    ):
        try_page.run([sys.executable, "-c", "1/0"], tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnavailableError, match="npm is not installed"):
        try_page.npm_packages(tmp_path)


def test_a_package_is_a_wheel_again(tmp_path: Path) -> None:
    wheel = try_page.installed_wheel("graphviz", tmp_path)
    target = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    code = "import graphviz; print(graphviz.__file__, graphviz.Digraph().source)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(target)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.startswith(f"{target}{os.sep}graphviz")

"""The import name `autograd` is also another distribution's: a mixture of both must say so."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nn._identity
from autograd import _identity
from autograd._identity import THEIRS

ROOT = Path(__file__).parents[1]


def test_what_is_refused(tmp_path: Path) -> None:
    _identity.check(str(tmp_path))
    (tmp_path / "tracer.py").touch()
    with pytest.raises(ImportError, match="belongs to another distribution"):
        _identity.check(str(tmp_path))
    with pytest.raises(ImportError, match="expected chainrule's own package"):
        nn._identity.check(pytest)


def run(code: str, *folders: Path) -> subprocess.CompletedProcess[str]:
    """A Python that finds packages in these folders first, in this order."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders)), "PYTHONUTF8": "1"},
        cwd=folders[0],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def copy(package: str, folder: Path) -> Path:
    """A copy of one of the packages, as an installer would put it there."""
    found = folder / package
    shutil.copytree(ROOT / package, found, ignore=shutil.ignore_patterns("__pycache__"))
    return found


def test_alone_it_starts(tmp_path: Path) -> None:
    copy("autograd", tmp_path)
    copy("nn", tmp_path)
    done = run("import nn, autograd; print(autograd.__file__)", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "autograd" / "__init__.py")


@pytest.mark.parametrize("theirs", THEIRS)
@pytest.mark.parametrize("imported", ["autograd", "nn"])
def test_installed_over_the_other_one(tmp_path: Path, theirs: str, imported: str) -> None:
    stray = copy("autograd", tmp_path) / theirs
    copy("nn", tmp_path)
    stray.parent.mkdir(exist_ok=True)
    stray.touch()
    done = run(f"import {imported}", tmp_path)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"ImportError: autograd: {stray} belongs to another distribution")
    assert "pip uninstall -y autograd chainrule" in last


def test_the_other_one_installed_over_it(tmp_path: Path) -> None:
    theirs = copy("autograd", tmp_path) / "__init__.py"
    copy("nn", tmp_path)
    theirs.write_text("def grad(f): ...\n")
    check_refusal(run("import nn", tmp_path), theirs)


def test_the_other_one_found_first(tmp_path: Path) -> None:
    theirs = tmp_path / "first" / "autograd" / "__init__.py"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("def grad(f): ...\n")
    check_refusal(run("import nn", tmp_path / "first", ROOT), theirs)


def check_refusal(done: subprocess.CompletedProcess[str], theirs: Path) -> None:
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ImportError: nn: expected chainrule's own package `autograd`")
    assert f"got {theirs}," in last
    assert "pip uninstall -y autograd chainrule" in last

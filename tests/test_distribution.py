"""What is published: the sdist and the wheel have the files of the tree, and show the README."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

import autograd

pytest.importorskip("hatchling", reason='builds; needs pip install -e ".[dev]"')
pytest.importorskip("hatch_fancy_pypi_readme", reason='builds; needs pip install -e ".[dev]"')

ROOT = Path(__file__).parents[1]
PACKAGES = ["autograd", "nn"]
FOLDERS = [*PACKAGES, "notebooks", "tests"]
ALONE = {
    *("CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "README.md"),
    *("pyproject.toml", ".gitignore", "PKG-INFO"),
}


def build(tree: Path, target: str, folder: Path) -> Path:
    """The distribution that is built of a tree, without a network."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder), "-t", target]
    done = subprocess.run(command, cwd=tree, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = folder.iterdir()
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree of the sdist."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(build(ROOT, "sdist", tmp_path_factory.mktemp("sdist"))) as archive:
        archive.extractall(folder, filter="data")
    (tree,) = folder.iterdir()
    return tree


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(name))


def files(tree: Path, *folders: str) -> set[str]:
    """The files of folders, but what Python and tools leave there."""
    left = {"__pycache__", ".ipynb_checkpoints", "_build"}
    paths = [path for folder in folders for path in (tree / folder).rglob("*") if path.is_file()]
    relative = [path.relative_to(tree) for path in paths]
    return {path.as_posix() for path in relative if not left & {*path.parts}}


def test_the_wheel_has_the_packages_alone(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == {name for name in files(ROOT, *PACKAGES) if not name.endswith(".md")}
    assert {f"{package}/py.typed" for package in PACKAGES} <= names
    assert wheel.name == f"chainrule-{autograd.__version__}-py3-none-any.whl"


def test_the_sdist_has_what_the_tests_need_and_no_more(unpacked: Path) -> None:
    assert files(unpacked, *FOLDERS) == files(ROOT, *FOLDERS)
    assert {path.name for path in unpacked.iterdir()} == {*FOLDERS, *ALONE}


def test_the_sdist_gives_the_same_wheel(unpacked: Path, wheel: Path, tmp_path: Path) -> None:
    assert build(unpacked, "wheel", tmp_path).read_bytes() == wheel.read_bytes()


def test_there_is_one_version(metadata: Message) -> None:
    assert metadata["Version"] == autograd.__version__
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert re.findall(r"(?m)^version: (.+)$", citation) == [autograd.__version__]


def test_the_description_leads_nowhere_but_to_addresses(metadata: Message) -> None:
    """An index of packages shows it without the files that relative links name."""
    payload = metadata.get_payload(decode=True)
    assert isinstance(payload, bytes)
    text = payload.decode("utf-8")
    prose = re.sub(r"(?ms)^```.*?^```$", "", text)
    assert prose.count("#") > 3
    assert [to for to in re.findall(r"\]\(([^)]*)\)", prose) if not to.startswith("https:")] == []
    readme = (ROOT / "README.md").read_text("utf-8")
    for shown in re.findall(r"!\[([^]]*)\]", readme):
        assert f"*Picture: {shown}.*" in text
    fences = [re.findall(r"(?ms)^```.*?^```$", each) for each in (text, readme)]
    assert fences[0] == fences[1]

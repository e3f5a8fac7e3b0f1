"""Files are written whole or not at all, whatever happens meanwhile, as `open` would have them."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autograd.files import FormatError, opened, path_of, refuse_unwritable, write

ROOT = Path(__file__).parents[2]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("content", ["ŷ\n", "ŷ\r\n".encode(), b"", bytes(range(256))])
def test_what_was_written_is_read(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "a.bin"
    for before in (None, b"x" * 1000):
        if before is not None:
            path.write_bytes(before)
        write(path, content)
        data = content if isinstance(content, bytes) else content.encode()
        with opened(path) as (file, size):
            assert (file.read(), size) == (data, len(data))
    assert names(tmp_path) == ["a.bin"]


class InterruptionError(Exception):
    """What happens in the middle."""


@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left", "x.tmp"), InterruptionError()])
@pytest.mark.parametrize("before", [None, b"old"])
def test_what_fails_in_the_middle_leaves_what_was_there(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    error: Exception,
    before: bytes | None,
) -> None:
    path = tmp_path / "graph.json"
    if before is not None:
        path.write_bytes(before)

    def failing(*arguments: Any) -> Any:
        raise error

    monkeypatch.setattr(os, step, failing)
    with pytest.raises(type(error)) as raised:
        write(path, b"new")
    monkeypatch.undo()
    if isinstance(raised.value, OSError):
        assert raised.value.filename == str(path)
        assert str(raised.value) == f"[Errno 28] No space left: {str(path)!r}"
    assert names(tmp_path) == ([] if before is None else ["graph.json"])
    assert before is None or path.read_bytes() == before


KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from autograd.files import write
path, kills = Path(sys.argv[1]), int(sys.argv[2])
versions = [bytes([65 + i]) * size for i, size in enumerate((3_000, 300_000, 1))]
rng = random.Random(0)
write(path, versions[0])
found, cut = set(), 0
for _ in range(kills):
    done, report = os.pipe()
    child = os.fork()
    if not child:
        while True:
            for version in versions:
                write(path, version)
                os.write(report, b".")
    start = time.monotonic()
    writes = rng.randrange(1, 4)
    for _ in range(writes):
        os.read(done, 1)
    time.sleep(rng.uniform(0.0, 2.0) * (time.monotonic() - start) / writes)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    content = path.read_bytes()
    assert content in versions, len(content)
    found.add(content[:1])
    for one in (done, report):
        os.close(one)
    for other in path.parent.glob(".*.tmp"):
        cut += 1
        other.unlink()
print(len(found), cut, *path.parent.iterdir())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a child that is killed needs fork")
def test_killed_at_any_moment_a_whole_file_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), "100"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert not done.returncode, done.stderr
    found, cut, *left = done.stdout.split()
    assert int(found) > 1  # it was killed between writes of different contents
    assert int(cut) > 0  # and within a write
    assert left == [str(path)]


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name == "nt", reason="Windows has permissions of another kind")
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002, 0o000])
@pytest.mark.parametrize("mode", [None, 0o600, 0o644, 0o666, 0o755])
def test_permissions_are_those_that_open_would_leave(
    tmp_path: Path, mask: int, mode: int | None
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    with umask(mask):
        for path in (ours, theirs):
            if mode is not None:
                path.write_bytes(b"old")
                path.chmod(mode)
        write(ours, b"new")
        theirs.write_bytes(b"new")
    for part in ("st_mode", "st_uid", "st_gid"):
        assert getattr(ours.stat(), part) == getattr(theirs.stat(), part)


@pytest.mark.skipif(os.name == "nt", reason="Windows has owners of another kind")
def test_the_owner_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    asked: list[tuple[int, int]] = []

    def chown(path: Path, user: int, group: int) -> None:
        asked.append((user, group))
        raise PermissionError

    monkeypatch.setattr(os, "chown", chown)
    write(path, b"new")
    assert asked == [(path.stat().st_uid, path.stat().st_gid)]
    assert path.read_bytes() == b"new"


def test_what_open_would_refuse_to_write_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    plain = os.open

    def guarded(name: Any, flags: int, *mode: int) -> int:
        if Path(name) == path and flags & (os.O_WRONLY | os.O_RDWR):
            raise PermissionError(errno.EACCES, "Permission denied", str(name))
        return plain(name, flags, *mode)

    monkeypatch.setattr(os, "open", guarded)
    with pytest.raises(PermissionError) as raised:
        write(path, b"new")
    assert raised.value.filename == str(path)
    assert (names(tmp_path), path.read_bytes()) == (["a.bin"], b"old")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_links_are_followed(tmp_path: Path) -> None:
    inner, outer = tmp_path / "inner", tmp_path / "outer"
    for folder in (inner, outer):
        folder.mkdir()
    (outer / "link").symlink_to("../inner/other")
    (inner / "other").symlink_to("file")
    (outer / "loop").symlink_to("loop")
    (outer / "lost").symlink_to("nowhere/file")
    for content in (b"first", b"second"):  # where nothing is there yet, and where something is
        write(outer / "link", content)
        assert (inner / "file").read_bytes() == content
        assert (names(inner), (outer / "link").is_symlink()) == (["file", "other"], True)
    for name, kind in (("loop", OSError), ("lost", FileNotFoundError)):
        for act in (lambda path: write(path, b""), refuse_unwritable):
            with pytest.raises(kind) as raised:
                act(outer / name)
            assert raised.value.filename == str(outer / name)
    assert names(outer) == ["link", "loop", "lost"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes with names")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    refuse_unwritable(path)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    write(path, b"through")
    reader.join()
    assert got == [b"through"]
    assert stat.S_ISFIFO(path.stat().st_mode)
    with pytest.raises(FormatError, match="pipe: expected a file, got a device or a pipe"):
        opened(path).__enter__()


@pytest.mark.skipif(not hasattr(os, "O_DIRECTORY"), reason="Windows opens no folders")
def test_the_folder_is_put_on_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    errors: list[int] = []
    plain = os.fsync

    def fsync(descriptor: int) -> None:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        synced.append("folder" if folder else "file")
        if folder and errors:
            raise OSError(errors[-1], "of this file system")
        plain(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    for _ in range(2):
        synced.clear()
        write(tmp_path / "a.bin", b"new")
        assert synced == ["file", "folder"]
        errors.append(errno.EINVAL)
    errors.append(errno.EIO)
    with pytest.raises(OSError, match=r"a\.bin"):
        write(tmp_path / "a.bin", b"newer")


@pytest.mark.skipif(not hasattr(os, "O_DIRECTORY"), reason="Windows opens no folders")
def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = os.open

    def guarded(name: Any, flags: int, *mode: int) -> int:
        if Path(name) == tmp_path:
            raise PermissionError
        return plain(name, flags, *mode)

    monkeypatch.setattr(os, "open", guarded)
    write(tmp_path / "a.bin", b"new")
    assert (tmp_path / "a.bin").read_bytes() == b"new"


def test_where_no_folder_can_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_DIRECTORY", raising=False)
    write(tmp_path / "a.bin", b"new")
    assert (tmp_path / "a.bin").read_bytes() == b"new"


def test_where_no_file_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for name, kind in [
        ("", IsADirectoryError),
        ("nowhere/a", FileNotFoundError),
        ("file/a", NotADirectoryError),
        ("x" * 300, OSError),
    ]:
        for act in (lambda path: write(path, b""), refuse_unwritable):
            with pytest.raises(kind, match=name or "folder"):
                act(tmp_path / name)
    with pytest.raises(FileNotFoundError), opened(tmp_path / "nowhere"):
        pass
    with pytest.raises(IsADirectoryError), opened(tmp_path):
        pass
    assert names(tmp_path) == ["file"]


def test_names_of_files() -> None:
    for name in ("a/b.svg", Path("a/b.svg")):
        assert path_of(name, "save", "save(y)") == Path("a/b.svg")
    with pytest.raises(TypeError, match=r"save: expected the name of a file, got int 3; as in f"):
        path_of(3, "save", "f()")
    with pytest.raises(ValueError, match="save: a name of a file has no zero character"):
        path_of("a\0", "save", "f()")

"""Files: written whole or not at all, read without trust in what they say of themselves."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from .arguments import wrong


class FormatError(ValueError):
    """A file that is not what it should be: which file, where in it, and what is wrong."""


def path_of(path: Any, where: str, call: str) -> Path:
    """A path that a function was given; `call` is what to write in its place."""
    if not isinstance(path, (str, os.PathLike)):
        raise wrong(where, "the name of a file", path, f"as in {call}")
    if "\0" in os.fsdecode(path):
        raise ValueError(f"{where}: a name of a file has no zero character, got {path!r:.60}")
    return Path(os.fsdecode(path))


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """A file to read, and its size in bytes: no more than that is there, whatever it claims.

    Raises FormatError where the size is not known beforehand, as of a pipe.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise FormatError(f"{path}: expected a file, got a device or a pipe, which has no size")
    with open(path, "rb") as file:
        yield file, os.fstat(file.fileno()).st_size


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all: whoever looks finds the old one or the new one.

    It is written under another name in the same folder, put on the disk, and renamed. Symbolic
    links are followed, and permissions are those that `open` would leave. A process that is killed
    may leave the other name behind, `.{16 hexadecimal digits}.tmp`, never half a file.

    Raises OSError that names the path.
    """
    refuse_what_is_no_file(path)
    data = content.encode() if isinstance(content, str) else content
    try:
        present = stat_of(path)
        if not replaceable(present):
            path.write_bytes(data)
        else:
            replace(Path(os.path.realpath(path)), data, present)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error  # not the other name


def replace(path: Path, data: bytes, present: os.stat_result | None) -> None:
    """Put a new file in the place of the present one, if there is one."""
    if present is not None:
        os.close(os.open(path, os.O_WRONLY))  # what `open` would refuse to write is not replaced
    mode = 0o666 if present is None else stat.S_IMODE(present.st_mode)
    temporary = path.with_name(f".{os.urandom(8).hex()}.tmp")
    try:
        with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            if present is not None:
                keep_owner(temporary, present)
                temporary.chmod(mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def keep_owner(path: Path, present: os.stat_result) -> None:
    """Give a file the owner and group of the one that it replaces, as far as that is allowed."""
    with suppress(PermissionError, AttributeError):  # Windows has no owners of this kind
        os.chown(path, present.st_uid, present.st_gid)


def sync_folder(folder: Path) -> None:
    """Put a folder on the disk: in it stands which file has the name."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows opens no folders
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except PermissionError:  # a folder may be written in that may not be read
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # what a file system says that has no such thing
            raise
    finally:
        os.close(descriptor)


def replaceable(present: os.stat_result | None) -> bool:
    """Whether a new file may take the place of what is there: not that of a device or a pipe."""
    return present is None or stat.S_ISREG(present.st_mode)


def stat_of(path: Path) -> os.stat_result | None:
    """What is behind a path, links followed; None where nothing is."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def refuse_unwritable(path: Path) -> None:
    """Raise OSError that names the path where `write` would: seen before there is a content."""
    import tempfile  # here, since it takes longer to import than all of this

    refuse_what_is_no_file(path)
    try:
        if replaceable(stat_of(path)):
            with tempfile.TemporaryFile(dir=Path(os.path.realpath(path)).parent):
                pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def refuse_what_is_no_file(path: Path) -> None:
    folder = path.parent
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{path} can't be written: {folder} is a file, not a folder")
    if not folder.is_dir():
        raise FileNotFoundError(f"{path} can't be written: there is no folder {folder}")
    if path.is_dir():
        raise IsADirectoryError(f"{path} can't be written: it is a folder")

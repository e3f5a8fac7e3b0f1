"""Atomic writing of files, and reading in bounded memory."""

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
    """A file with invalid content; the message names the file, the place in it, and the fault."""


def path_of(path: Any, where: str, call: str) -> Path:
    """The path that was given as an argument of `where`; `call` is an example of a right call."""
    if not isinstance(path, (str, os.PathLike)):
        raise wrong(where, "the name of a file", path, f"as in {call}")
    if "\0" in os.fsdecode(path):
        raise ValueError(f"{where}: a name of a file has no zero character, got {path!r:.60}")
    return Path(os.fsdecode(path))


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """A file opened for reading, and its size in bytes, which bounds the memory for reading it.

    Raises:
        FormatError: if it is a device or a pipe, whose size is unknown.
        OSError: if it can't be opened, with the path.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise FormatError(f"{path}: expected a file, got a device or a pipe, whose size is unknown")
    try:
        file = open(path, "rb")  # noqa: SIM115  closed below
    except OSError as error:
        raise type(error)(f"{path}: {error.strerror}") from None
    with file:
        yield file, os.fstat(file.fileno()).st_size


def write(path: Path, content: str | bytes) -> None:
    """Write a file atomically: at any moment either the old content is there or the new one.

    The content goes to a temporary file in the same folder, which is synced to the disk and
    renamed. Symbolic links are followed; permissions are the same as after `open(path, "w")`. A
    killed process may leave the temporary file, `.{16 hexadecimal digits}.tmp`, never half a file.

    Raises:
        OSError: if it can't be written, with the path.
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
        raise OSError(error.errno, error.strerror, str(path)) from error  # not the temporary name


def replace(path: Path, data: bytes, present: os.stat_result | None) -> None:
    """Replace a file, if it exists, by a new one."""
    if present is not None:
        os.close(os.open(path, os.O_WRONLY))  # raises where a plain open for writing would
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
    """Set the owner and group of a file to those of the file it replaces, where permitted."""
    with suppress(PermissionError, AttributeError):  # Windows has no owners of this kind
        os.chown(path, present.st_uid, present.st_gid)


def sync_folder(folder: Path) -> None:
    """Sync a folder, that is, the names of the files in it, to the disk."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows opens no folders
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except PermissionError:  # a folder without read permission may still be writable
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # from file systems without sync of folders
            raise
    finally:
        os.close(descriptor)


def replaceable(present: os.stat_result | None) -> bool:
    """Whether a new file may replace the present one: devices and pipes are written in place."""
    return present is None or stat.S_ISREG(present.st_mode)


def stat_of(path: Path) -> os.stat_result | None:
    """The status of the file at a path, links followed; None where there is none."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def refuse_unwritable(path: Path) -> None:
    """Raise the OSError that `write` would raise, before the content is computed."""
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

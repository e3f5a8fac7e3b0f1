"""Writing files whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..arguments import wrong


def path_of(path: Any) -> Path:
    """A path that `save` was given."""
    if not isinstance(path, (str, os.PathLike)):
        raise wrong("save", "the name of a file", path, 'as in save("picture.svg")')
    return Path(path)


def write(path: Path, content: str | bytes) -> None:
    """Write a file under a temporary name and rename it, so that no reader meets half a file."""
    refuse_what_is_no_file(path)
    temporary = path.with_name(f".{os.urandom(8).hex()}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error  # not the temporary name
    finally:
        temporary.unlink(missing_ok=True)


def refuse_unwritable(path: Path) -> None:
    """Raise OSError that names the path where `write` would: seen before there is a content."""
    import tempfile  # here, since it takes longer to import than all of this

    refuse_what_is_no_file(path)
    try:
        path.lstat()  # whether the name can be one at all
    except FileNotFoundError:
        pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        with tempfile.TemporaryFile(dir=path.parent):
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

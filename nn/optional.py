"""Optional packages: the error where one is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def optional(package: str, extra: str, name: str) -> Iterator[None]:
    """Imports of an optional package in its body; ImportError with what to install.

    extra: chainrule's extra that has it; name: the public function, for errors.
    """
    try:
        yield
    except ImportError as error:
        raise ImportError(f'{name} needs {package}: pip install "chainrule[{extra}]"') from error

"""Optional packages: the error where one is not installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from autograd.lazy import lazily


@contextmanager
def optional(package: str, extra: str, name: str) -> Iterator[None]:
    """Imports of an optional package in its body; ImportError with what to install.

    Args:
        extra: chainrule's extra that has it; name: the public function, for errors.
    """
    try:
        yield
    except ImportError as error:
        raise ImportError(f'{name} needs {package}: pip install "chainrule[{extra}]"') from error


def optional_names(
    package: str, modules: Mapping[str, str], needs: str, extra: str
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The `__getattr__` and the `__dir__` of a package for names that need an optional one.

    Args:
        modules: the module of each name, which is loaded at the first use.
    """
    load, listed = lazily(package, modules)

    def load_optional(name: str) -> Any:
        with optional(needs, extra, name):
            return load(name)

    return load_optional, listed

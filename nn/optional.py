"""Optional packages: the error where one is not installed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from autograd.locks import LOADING


@contextmanager
def optional(package: str, extra: str, name: str) -> Iterator[None]:
    """Imports of an optional package in its body; ImportError with what to install.

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

    modules: name -> module that has it, which is loaded at the first use (PEP 562).
    """

    def load(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        with LOADING, optional(needs, extra, name):
            found = getattr(import_module(modules[name], package), name)
        setattr(sys.modules[package], name, found)
        return found

    def listed() -> list[str]:
        return sorted({*vars(sys.modules[package]), *modules})

    return load, listed

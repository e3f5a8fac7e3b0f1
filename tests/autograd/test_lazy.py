"""Names that load at their first use."""

from __future__ import annotations

import importlib
import os
import pydoc
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

import autograd
from tests.autograd.isolated import forked, isolated


def test_a_name_loads_when_it_is_asked_for() -> None:
    code = (
        "import sys, autograd\n"
        "print('autograd.derivation' in sys.modules, callable(autograd.derive),"
        " 'autograd.derivation' in sys.modules, 'derive' in vars(autograd))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "True", "True", "True"]


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'autograd' has no attribute 'derivative'"):
        autograd.derivative  # noqa: B018


def test_dir_and_help_list_what_has_not_loaded_yet() -> None:
    assert {"draw", "explore", "compile"} <= set(dir(autograd))
    code = (
        "import autograd, pydoc, sys\n"
        "missing = set(autograd.__all__) - set(dir(autograd))\n"
        "assert not missing and 'autograd.drawing' not in sys.modules, missing\n"
        "print(pydoc.render_doc(autograd, renderer=pydoc.plaintext))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    for name in autograd.__all__:
        assert re.search(rf"^    (?:class )?{name}\(", done.stdout, re.MULTILINE), name


@pytest.mark.parametrize("name", ["nn", "nn.schedules"])
def test_dir_and_help_list_what_nn_has(name: str) -> None:
    module = importlib.import_module(name)
    shown = pydoc.render_doc(module, renderer=pydoc.plaintext)
    assert set(module.__all__) <= set(dir(module))
    for public in module.__all__:
        listed = re.search(rf"^    (?:class )?{public}\(", shown, re.MULTILINE)
        assert bool(listed) is not isinstance(getattr(module, public), ModuleType), public


class Slow:
    """Finds no module, but takes its time over some."""

    def __init__(self, name: str) -> None:
        self.name, self.begun = name, threading.Event()

    def find_spec(self, name: str, path: Any, target: Any = None) -> None:
        if name == self.name and not self.begun.is_set():
            self.begun.set()
            threading.Event().wait(0.5)


def loading() -> None:
    """Each name that loads at its first use, and each backend, while another thread loads it."""

    def compiled(backend: str) -> None:
        assert list(autograd.compile(lambda x: x * x, 1, backend=backend)([[3.0]])) == [9.0]

    uses: dict[str, Callable[[], object]] = {
        "autograd.chains": lambda: autograd.paths,
        "autograd.derivation": lambda: autograd.derive,
        "autograd.drawing.page": lambda: autograd.explore,
        "autograd.program.python_backend": lambda: compiled("python"),
        "autograd.program.numpy_backend": lambda: compiled("numpy"),
        "autograd.program.native.backend": lambda: compiled("native"),
    }
    for name, use in uses.items():
        assert name not in sys.modules
        slow = Slow(name)
        sys.meta_path.insert(0, slow)
        other = threading.Thread(target=use)
        other.start()
        assert slow.begun.wait(10.0)
        forked(use)
        other.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_child_loads_what_another_thread_was_loading() -> None:
    pytest.importorskip("llvmlite", reason='needs llvmlite: pip install "chainrule[native]"')
    isolated(loading)

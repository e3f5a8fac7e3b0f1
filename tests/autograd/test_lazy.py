"""Names that load at their first use."""

from __future__ import annotations

import pydoc
import re
import subprocess
import sys
from types import ModuleType

import pytest

import autograd
import nn
import nn.schedules


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
    code = (
        "import autograd, pydoc, sys\n"
        "missing = set(autograd.__all__) - set(dir(autograd))\n"
        "assert not missing and 'autograd.drawing' not in sys.modules, missing\n"
        "print(pydoc.render_doc(autograd, renderer=pydoc.plaintext))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    for name in autograd.__all__:
        assert re.search(rf"^    (?:class )?{name}\(", done.stdout, re.MULTILINE), name


@pytest.mark.parametrize("module", [nn, nn.schedules])
def test_dir_and_help_list_what_nn_has(module: ModuleType) -> None:
    shown = pydoc.render_doc(module, renderer=pydoc.plaintext)
    assert set(module.__all__) <= set(dir(module))
    for name in module.__all__:
        assert name == "schedules" or re.search(rf"^    (?:class )?{name}\(", shown, re.MULTILINE)

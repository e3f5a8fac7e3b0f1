"""Names that load at their first use."""

from __future__ import annotations

import subprocess
import sys

import pytest

import autograd


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

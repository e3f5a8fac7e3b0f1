"""Errors and warnings point at the line of the user's, however many calls of ours lie between."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from autograd.callers import is_ours, user_frame, user_line, warn


def calling(f: Callable[..., Any], *packages: str) -> Callable[..., Any]:
    """f, called by functions of modules with these names, the last of them first."""
    for name in packages:
        scope = {"__name__": name, "f": f}
        exec("def call(*xs):\n    return f(*xs)", scope)
        f = scope["call"]  # type: ignore[assignment]
    return f


DEEP = [(), ("autograd",), ("nn.training.loop", "autograd.calls", "nn"), ("autograd.x",) * 50]


@pytest.mark.parametrize("packages", DEEP)
def test_a_warning_is_at_the_line_that_called(packages: tuple[str, ...]) -> None:
    f = calling(warn, *packages)
    line = sys._getframe().f_lineno + 2
    with pytest.warns(UserWarning, match="^so$") as found:
        f("so")
    assert [(one.filename, one.lineno) for one in found] == [(__file__, line)]


@pytest.mark.parametrize("packages", DEEP)
def test_so_is_the_line_in_an_error(packages: tuple[str, ...]) -> None:
    f = calling(user_line, *packages)
    assert f() == f"{__file__}, line {sys._getframe().f_lineno}"


def test_libraries_through_which_a_user_calls_are_passed() -> None:
    through = calling(user_frame, "autograd.value", "numpy.lib", "autograd", "scipy.optimize")
    assert through() is sys._getframe()
    assert calling(user_frame, "autograd.value", "numbers")().f_globals["__name__"] == "numbers"


@pytest.mark.parametrize("package", ["nnlib", "autograd_extras", "__main__", ""])
def test_other_packages_are_the_users(package: str) -> None:
    frame = calling(lambda: sys._getframe(1), package)()
    assert not is_ours(frame)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        calling(warn, "nn", package, "autograd")("so")
    assert [one.filename for one in found] == ["<string>"]

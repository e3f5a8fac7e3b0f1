"""The examples in docstrings of all modules run; public names: tests/test_docstrings.py."""

import doctest
import importlib
import importlib.util
import pkgutil

import pytest

import nn
from tests.papers import workshop

MODULES = ["nn", *(module.name for module in pkgutil.walk_packages(nn.__path__, "nn."))]
if importlib.util.find_spec("llvmlite") is None:  # on which these two stand
    MODULES = [name for name in MODULES if not name.endswith((".native", ".traced_rules"))]

if importlib.util.find_spec("distributed") is None:
    MODULES = [name for name in MODULES if name != "nn.search.driver"]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run_as_printed(name):
    module = importlib.import_module(name)
    with workshop():
        failed, _ = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for name in MODULES for test in finder.find(importlib.import_module(name))]
    assert sum([len(test.examples) for test in found]) > 30

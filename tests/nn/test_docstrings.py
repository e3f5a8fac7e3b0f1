"""The examples in docstrings run: those of modules, methods and names that are not public.

Those of public names run in tests/test_docstrings.py, with public names only.
"""

import doctest
import importlib
import importlib.util
import pkgutil

import pytest

import nn
from tests.papers import workshop
from tests.test_docstrings import NAMED, NAMES

MODULES = ["nn", *(module.name for module in pkgutil.walk_packages(nn.__path__, "nn."))]
if importlib.util.find_spec("llvmlite") is None:  # on which these two stand
    MODULES = [name for name in MODULES if not name.endswith((".native", ".traced_rules"))]

if importlib.util.find_spec("distributed") is None:
    MODULES = [name for name in MODULES if name != "nn.search.driver"]

PUBLIC = {f"{NAMES[name].__module__}.{NAMES[name].__qualname__}" for name in NAMED}


@pytest.mark.parametrize("name", MODULES)
def test_examples_run_as_printed(name):
    found = doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name))
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    with workshop():
        for test in [test for test in found if test.name not in PUBLIC]:
            assert runner.run(test).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for name in MODULES for test in finder.find(importlib.import_module(name))]
    assert sum([len(test.examples) for test in found]) > 30

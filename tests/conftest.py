"""What every test may rely on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from autograd.ops import TABLE
from tests.browsers import launched, missing

# The same examples in every run: a run that fails, fails again. No test asserts how long it takes.
settings.register_profile("project", deadline=None, derandomize=True)
settings.register_profile(
    "search", deadline=None
)  # others in every run: --hypothesis-profile=search
settings.load_profile("project")


def pytest_configure(config: pytest.Config) -> None:
    """Coverage measures the processes of the run, and not what their tests start."""
    if hasattr(config, "workerinput"):
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


@pytest.fixture(autouse=True)
def same_table() -> Iterator[None]:
    """Operations that a test makes are gone after it: many tests run over the table."""
    before = dict(TABLE)
    yield
    TABLE.clear()
    TABLE.update(before)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium; closed after a file, since no other event loop can run while it is open."""
    with launched() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def axe() -> Any:
    """A function: the barriers that axe-core finds on a page, in words; none is ""."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-core")
    checker = Axe()

    def barriers(tab: Any) -> str:
        found = checker.run(tab).response["violations"]
        return "\n".join(f"{v['id']}: {n['html'][:150]}" for v in found for n in v["nodes"][:4])

    return barriers

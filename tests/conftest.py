"""What every test may rely on."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from autograd.ops import TABLE

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

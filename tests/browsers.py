"""A browser for the tests of pages: Chromium, by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

PROGRAM = "CHAINRULE_CHROMIUM"  # the environment variable that names a browser
NAMES = ["chromium", "chromium-browser", "google-chrome"]
INSTALL = "pip install playwright axe-playwright-python && apt-get install -y chromium nodejs"
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def missing(what: str) -> None:
    """Skip; under CI fail."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no {what}: {INSTALL}")


@contextmanager
def launched() -> Iterator[Any]:
    """Chromium; Playwright keeps an event loop running while it is open."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    program = os.environ.get(PROGRAM) or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield chromium
        chromium.close()

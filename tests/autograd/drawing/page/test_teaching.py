"""The plans for a class, notebooks/teaching.md: every address in them opens what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[4] / "notebooks"


@pytest.mark.parametrize("plan", ["teaching.md", "teaching.ko.md"])
def test_every_address_of_the_plan_opens(show: Any, long_file: Path, plan: str) -> None:
    addresses = re.findall(r"\]\(#(\S+)\)", (FOLDER / plan).read_text(encoding="utf-8"))
    assert len(addresses) == 12
    tab = show(long_file)
    for address in addresses:
        tab.goto(long_file.as_uri() + "#" + address)
        words = dict(word.split("=") for word in address.split("&"))
        assert tab.locator(f"#tab-{words.get('view', 'step')}[aria-selected=true]").count() == 1
        if "experiment" in words:
            tab.locator("div.experiment").wait_for()  # not while it trains
        else:
            assert tab.locator("div.experiment").count() == 0
        assert tab.evaluate("document.documentElement.lang") == words.get("language", "en")
        if "node" in words:
            assert tab.locator("#menu-node option:checked").inner_text() == words["node"]

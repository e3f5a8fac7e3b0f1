"""Copy link: the address goes to the clipboard, or into a field where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograd import Value, explore


def test_the_address_is_copied(show: Any, network_file: Any) -> None:
    tab = show(
        network_file, "view=paths&node=w5", permissions=["clipboard-read", "clipboard-write"]
    )
    tab.get_by_role("button", name="+0.1").click()
    tab.get_by_role("button", name="Copy link").click()
    tab.wait_for_selector(".link p")
    assert "Copied. The address holds everything" in tab.inner_text(".link")
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert copied == tab.evaluate("location.href")
    assert "node=w5" in copied
    assert "set=w5:" in copied
    tab.get_by_role("button", name="Close").click()
    assert tab.locator(".link").inner_text() == ""
    tab.get_by_role("button", name="Copy link").click()
    tab.select_option("#menu-row", "3")
    assert tab.locator(".link").inner_text() == ""  # it is no more what is seen


def test_without_a_clipboard_it_stands_in_a_field(
    show: Any, browser: Any, graph_file: Path, axe: Any
) -> None:
    tab = show(graph_file, "view=paths")
    tab.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    tab.get_by_role("button", name="Copy link").click()
    field = tab.locator("#link")
    field.wait_for()
    assert field.input_value() == tab.evaluate("location.href")
    assert tab.evaluate("getSelection().toString()") == field.input_value()
    assert axe(tab) == ""

    frame_tab = browser.new_page()
    frame_tab.set_content(explore(Value(0.5, "x").tanh())._repr_html_())
    frame = frame_tab.frame_locator("iframe")
    frame.get_by_role("tab", name="Practice").click()
    frame.locator(".answer").fill("0.5")
    frame.get_by_role("button", name="Check").click()
    frame.get_by_role("button", name="Copy link").click()
    frame.locator("#link").wait_for()
    assert frame.locator("#link").input_value() == "#view=practice&answer=0.5"
    assert "behind the address of the saved page" in frame.locator(".link").inner_text()
    frame_tab.close()

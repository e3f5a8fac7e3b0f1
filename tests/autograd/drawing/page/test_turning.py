"""Turning leaves, in the browser."""

from __future__ import annotations

import re
from typing import Any

import pytest

from autograd import Value, adjoints, explore, log, numerals
from autograd.numerals import numeral, relation


def card(tab: Any) -> str:
    return " ".join(tab.inner_text("#card").split())


def signed(x: float) -> str:
    return ("+" if x > 0 else "") + numeral(x)


def test_plus_a_tenth_guess_and_truth(show: Any, network_file: Any, flower: Any) -> None:
    """Before any turn the page says what +0.1 would do; after it, what it did."""
    before = flower(0)
    slope = adjoints(before["loss"])[before["w33"]]
    start = before["w33"].data
    before["w33"].data = start + 0.1
    after = flower(0)
    before["w33"].data = start
    change = after["loss"].data - before["loss"].data
    tab = show(network_file, "view=paths&node=w33")
    said = card(tab)
    off = numeral(100 * abs(0.1 * slope - change) / abs(change), 3)
    guess, exact = (re.escape(signed(x)) for x in (0.1 * slope, change))
    sign = relation(numerals.shown_product([slope, 0.1]), 0.1 * slope)
    assert re.search(
        rf"\+0.1 would change loss by {numeral(slope)} × 0.1 {sign} {guess}; "
        rf"it does by {exact} \(off by (≈ )?{off} %\)\.",
        said,
    )
    tab.get_by_role("button", name="+0.1").click()
    row = tab.locator(".changes tbody tr", has_text="loss").locator("td").all_inner_texts()
    shown = [text.removeprefix("≈ ") for text in row]
    assert shown == [numeral(slope), "0.1000", numeral(0.1 * slope), numeral(change), f"{off} %"]
    assert tab.inner_text(".turn output") == numeral(start + 0.1)


def test_everything_follows_a_turn(show: Any, network_file: Any, flower: Any) -> None:
    tab = show(network_file, "view=paths&node=w17&set=w17:2")
    nodes = flower(0)
    start = nodes["w17"].data
    nodes["w17"].data = 2.0
    turned = flower(0)
    nodes["w17"].data = start
    want = adjoints(turned["ŷ1"])[turned["w17"]]
    assert card(tab).startswith(f"∂ŷ1 / ∂w17 = {numeral(want)}")
    assert numeral(turned["ŷ1"].data) in tab.text_content("#picture")
    change = tab.locator(".changes td").nth(1).inner_text()
    assert change == numeral(2.0 - start), "from the given number, also on a page opened so"


def test_tangent_and_axes_stay_while_the_point_moves(show: Any, graph_file: Any) -> None:
    tab = show(graph_file, "view=paths&node=x")

    def drawn() -> tuple[Any, ...]:
        svg = tab.locator(".turn .plot")
        still = svg.locator(".tangent, .curve, text, .start").evaluate_all(
            "parts => parts.map(part => part.outerHTML)"
        )
        return still, svg.locator(".now").get_attribute("cx")

    before = drawn()
    tab.get_by_role("slider", name="Value of x").fill("1.25")
    after = drawn()
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_undo_and_reset(show: Any, graph_file: Any) -> None:
    tab = show(graph_file, "view=paths&node=x")
    more = tab.get_by_role("button", name="+0.1")
    more.click()
    more.click()
    assert tab.inner_text(".turn output") == "0.7000"
    tab.get_by_role("button", name="Undo").click()
    assert tab.inner_text(".turn output") == "0.6000"
    tab.locator(".turn").get_by_role("button", name="Reset").click()
    assert tab.inner_text(".turn output") == "0.5000"
    assert tab.locator(".tag").count() == 0
    tab.get_by_role("slider", name="Value of x").focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    tab.get_by_role("button", name="Undo").click()
    assert tab.inner_text(".turn output") == "0.5400"


def test_the_slider_starts_at_the_exact_number_and_covers_it(show: Any) -> None:
    w = Value(3.5217348, "w41")
    tab = show(explore(w.tanh()), "view=paths&node=w41")
    slider = tab.get_by_role("slider", name="Value of w41")
    low, value, high = [
        float(slider.evaluate(f"input => input.{name}")) for name in ("min", "value", "max")
    ]
    assert low < value < high
    assert value == w.data
    assert tab.inner_text(".turn output") == numeral(w.data)
    assert "−" not in tab.locator(".changes").inner_text()


def test_a_slider_keeps_the_focus_while_it_is_turned(show: Any, graph_file: Any) -> None:
    tab = show(graph_file, "view=paths&node=x")
    slider = tab.get_by_role("slider", name="Value of x")
    slider.focus()
    for _ in range(5):
        tab.keyboard.press("ArrowRight")
    assert slider.evaluate("input => input === document.activeElement")
    assert tab.inner_text(".turn output") == "0.7000"
    assert tab.get_by_role("tab", name="Paths").get_attribute("aria-selected") == "true"


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_when_a_tag_appears(show: Any, network_file: Any, width: int) -> None:
    tab = show(network_file, "view=paths&node=w17", width)
    place = "() => document.querySelector('#picture').getBoundingClientRect().y + scrollY"
    before = tab.evaluate(place)
    tab.get_by_role("button", name="+0.1").click()
    assert tab.locator(".tag").inner_text().startswith("w17 = ")
    assert tab.evaluate(place) == before


def test_a_curve_has_gaps_where_it_is_not_finite(show: Any) -> None:
    x = Value(0.5, "x")
    tab = show(explore(log(x)), "view=paths&node=x")
    assert "NaN" not in tab.locator(".turn .plot").inner_html()
    tab.get_by_role("slider", name="Value of x").fill("-1")
    assert "first number that is not finite" in card(tab)
    assert "NaN" not in tab.locator(".turn .plot").inner_html()


def test_what_only_python_can_compute_can_not_be_turned(show: Any) -> None:
    from autograd import operation

    own = operation("own_turned", value=lambda x: 3.0 * x, partials=lambda m, x, y: (3.0,))
    x = Value(1.0, "x")
    tab = show(explore(own(x) * 2.0), "view=paths&node=x&set=x:5")
    said = card(tab)
    assert "is a Python function" in said
    assert tab.get_by_role("slider").count() == 0
    assert "∂v2 / ∂x = 6.000" in said

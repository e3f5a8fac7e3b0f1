"""Products that travel into sums, in the browser: positions, layers, the pace, the code's line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

import autograd
from autograd import Value, explore
from autograd.graph import topological_order
from autograd.numerals import numeral

LIT = "() => [...document.querySelectorAll('.code code')].findIndex(line => line.matches('.lit'))"
GRADS = """() => Object.fromEntries([...document.querySelectorAll('#picture .node title')]
    .map(title => /^(\\S+?)(?: = \\S+)?: data .*, grad (.*)$/.exec(title.textContent).slice(1)))"""
FLYING = """() => [...document.querySelectorAll('.flight .product')]
    .map(one => [one.textContent, one.getAttribute('transform')])"""


def address(tab: Any) -> str:
    tab.wait_for_timeout(200)
    found: str = tab.evaluate("location.hash.slice(1)")
    return found


def pause(tab: Any) -> None:
    """From here on time passes by `run_for` only."""
    tab.clock.install(time=0)
    tab.clock.pause_at(1000)


def card(tab: Any) -> str:
    return " ".join(tab.inner_text("#card").replace("\u2009", " ").split())


@pytest.fixture
def tangled() -> Value:
    """A graph whose nodes are used several times, and one twice by the same node."""
    x, w = Value(0.5, "x"), Value(-1.2, "w")
    square = x * x
    square.label = "square"
    b = (square * w).tanh() + square
    b.label = "b"
    y = b * b + square.exp()
    y.label = "y"
    return y


def partial_sums(root: Value) -> Iterator[tuple[int, dict[str, str]]]:
    """The visit and the sums: as each visit begins, and after each product of it."""
    order = topological_order(root)
    grad = dict.fromkeys(order, 0.0)
    grad[root] = 1.0
    received = {root}
    names = {node: node.label for node in order}

    def shown() -> dict[str, str]:
        return {n: numeral(grad[node]) for node, n in names.items() if n and node in received}

    visits = [node for node in reversed(order) if node.parents]
    for visit, node in enumerate(visits, start=1):
        yield visit, shown()
        for parent, local in zip(node.parents, node.local_derivatives, strict=True):
            grad[parent] += local * grad[node]
            received.add(parent)
            yield visit, shown()


def test_by_product_the_sums_are_the_engines_and_all_ways_back_lead_there(
    show: Any, tangled: Value
) -> None:
    tab = show(explore(tangled), "step=7&by=product", reduced_motion="reduce")
    seen = []
    wanted = list(partial_sums(tangled))
    for visit, sums in wanted:
        tab.keyboard.press("ArrowRight")
        grads = tab.evaluate(GRADS)
        assert {name: grads[name] for name in sums} == sums
        assert all(grads[name] == "·" for name in ("x", "w", "square", "b") if name not in sums)
        assert f"Step {7 + visit}/14" in card(tab)
        seen.append(tab.inner_text("#card"))
    assert tab.get_by_role("button", name="Next step").get_attribute("aria-disabled") == "true"
    for text in seen[-2::-1]:
        tab.keyboard.press("ArrowLeft")
        assert tab.inner_text("#card") == text
    tab.keyboard.press("ArrowLeft")
    assert "Step 7/14" in card(tab)


def test_a_position_between_two_visits_stays_in_the_address(show: Any, tangled: Value) -> None:
    page = explore(tangled)
    tab = show(page, "step=13&by=product", reduced_motion="reduce")
    whole = card(tab)
    tab.keyboard.press("ArrowLeft")
    tab.get_by_label("Speed", exact=True).select_option("0.25")
    assert "1 of 2 products handed on" in card(tab)
    assert "not handed on yet" in card(tab)
    assert "." in tab.inner_text("#live")
    fragment = address(tab)
    assert fragment == "step=13&part=1&by=product&speed=0.25"
    again = show(page, fragment)
    assert card(again) == card(tab)
    assert again.get_by_label("Speed", exact=True).input_value() == "0.25"
    for rest in ("", "&part=2", "&part=99", "&part=-1", "&part=x", "&by=x&speed=3"):
        assert card(show(page, f"by=product&step=13{rest}")) == whole
    again.get_by_role("button", name="node", exact=True).click()
    again.keyboard.press("ArrowRight")
    assert address(again) == "step=13&speed=0.25"


def test_by_layer(show: Any, network_file: Any, graph_file: Any) -> None:
    """Of a network its columns, of another graph what is equally far from the output."""
    for file, last, stops in (
        (network_file, 43, [8, 16, 19, 23, 24, 27, 35, 43]),
        (graph_file, 8, [1, 3, 4, 5, 7, 8]),
    ):
        tab = show(file, "by=layer", reduced_motion="reduce")
        for stop in stops:
            tab.keyboard.press("ArrowRight")
            assert f"Step {stop}/{last}" in card(tab)
        for stop in [*stops[-2::-1], 0, 0]:
            tab.keyboard.press("ArrowLeft")
            assert f"Step {stop}/{last}" in card(tab)
    tab = show(network_file, "by=layer&step=26", reduced_motion="reduce")
    tab.keyboard.press("ArrowLeft")
    assert "Step 24/43" in card(tab)


def test_a_product_travels_and_then_the_sum_grows(show: Any, graph_file: Any) -> None:
    """And the line of the code whose turn it is is lit; the page may be shown anew meanwhile."""
    tab = show(graph_file, "step=7")
    pause(tab)
    tab.keyboard.press("ArrowRight")
    tab.clock.run_for(80)
    assert tab.evaluate(LIT) == 0
    assert tab.evaluate(GRADS)["x"] == "1.649"
    tab.clock.run_for(150)
    assert tab.evaluate(LIT) == 1
    (text, place), (other, _) = tab.evaluate(FLYING)
    assert sorted([text, other]) == sorted(["−0.8539", "0.3558"])
    product = tab.locator(".flight .product").first.element_handle()
    tab.locator("summary", has_text="Where its grad").click()
    tab.get_by_role("button", name="한국어").click()
    tab.get_by_role("button", name="English").click()
    tab.clock.run_for(150)
    assert tab.evaluate(FLYING)[0][1] != place
    assert tab.evaluate(GRADS)["x"] == "1.649"
    tab.clock.run_for(320)
    assert tab.evaluate(LIT) == 2
    assert tab.evaluate(GRADS)["x"] == "0.7948"
    assert tab.locator("#picture .grown").count() == 2
    tab.clock.run_for(300)
    assert tab.evaluate(FLYING) == []
    assert not product.evaluate("one => one.isConnected")
    assert tab.evaluate(LIT) == 2


def test_another_press_lands_what_is_under_way(show: Any, network_file: Any) -> None:
    tab = show(network_file, "step=24&by=layer")
    pause(tab)
    tab.keyboard.press("ArrowRight")
    tab.clock.run_for(300)
    assert len(tab.evaluate(FLYING)) == 24
    assert not any(text for text, _ in tab.evaluate(FLYING))
    tab.keyboard.press("ArrowRight")
    tab.clock.run_for(1000)
    assert len(tab.evaluate(FLYING)) == 8 * 4  # the second wave: a sum hands on what it got
    tab.keyboard.press("ArrowLeft")
    tab.clock.run_for(50)
    assert tab.evaluate(FLYING) == []
    tab.keyboard.press("ArrowRight")
    tab.clock.run_for(300)
    tab.get_by_role("tab", name="Paths").click()
    tab.clock.run_for(50)
    assert tab.evaluate(FLYING) == []


@pytest.mark.parametrize("speed", ["0.25", "1", "4"])
def test_the_speed_is_the_pace(show: Any, graph_file: Any, speed: str) -> None:
    tab = show(graph_file)
    pause(tab)
    tab.get_by_label("Speed", exact=True).select_option(speed)
    tab.get_by_role("button", name="Play").click()
    tab.clock.run_for(math.ceil(6 * 900 / float(speed)) + 20)
    assert "Step 6/8" in card(tab)
    tab.clock.run_for(math.ceil(0.3 * 900 / float(speed)))
    assert len(tab.evaluate(FLYING)) == 1


def test_play_waits_until_all_waves_have_arrived(show: Any, network_file: Any) -> None:
    tab = show(network_file, "step=27&by=layer")
    pause(tab)
    tab.keyboard.press("Space")
    tab.clock.run_for(2500)
    assert "Step 35/43" in card(tab)
    tab.clock.run_for(500)
    assert "Step 43/43" in card(tab)


def test_with_reduced_motion_only_the_ends_are_shown(show: Any, graph_file: Any) -> None:
    tab = show(graph_file, "step=7", reduced_motion="reduce")
    pause(tab)
    tab.keyboard.press("ArrowRight")
    tab.clock.run_for(30)
    assert tab.evaluate(FLYING) == []
    assert tab.evaluate(GRADS)["x"] == "0.7948"
    assert tab.evaluate(LIT) == 2


@pytest.mark.parametrize("order", ["sorted", "unsorted", "again"])
def test_the_code_that_is_shown_does_what_the_page_shows(
    show: Any, tangled: Value, order: str
) -> None:
    tab = show(explore(tangled), f"order={order}&by=product", reduced_motion="reduce")
    tab.keyboard.press("End")
    code = "\n".join(tab.locator(".code code").all_text_contents())
    copies: dict[Value, SimpleNamespace] = {}
    for value in topological_order(tangled):
        copies[value] = SimpleNamespace(
            grad=0.0,
            parents=[copies[parent] for parent in value.parents],
            local_derivatives=value.local_derivatives,
        )
    root = copies[tangled]
    root.grad = 1.0
    names: dict[str, Any] = {"order": [*copies.values()], "visited": Visited()}
    exec(code, names)
    if order != "sorted":
        names["visit"](root)
    grads = tab.evaluate(GRADS)
    for value, copy in copies.items():
        if value.label:
            assert grads[value.label] == numeral(copy.grad)
    assert (grads["x"] == numeral(autograd.adjoints(tangled)[topological_order(tangled)[0]])) == (
        order == "sorted"
    )
    assert tab.evaluate(LIT) == 2
    while "1 of" not in (said := card(tab)) and "0 of" not in said:
        tab.keyboard.press("ArrowLeft")
    assert tab.evaluate(LIT) == (2 if "1 of" in said else 0)
    assert len(tab.locator(".code [aria-current]").all()) == 1
    tab.keyboard.press("Home")
    assert tab.evaluate(LIT) == -1
    tab.keyboard.press("ArrowRight")
    assert tab.locator(".code .lit").text_content().startswith("    node.data")


class Visited(list[Any]):
    """A set of things without a hash."""

    add = list.append

    def __contains__(self, thing: object) -> bool:
        return any(one is thing for one in self)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(show: Any, axe: Any, network_file: Any, scheme: str) -> None:
    fragment = "step=31&part=3&by=product&language=" + ("en" if scheme == "light" else "ko")
    for width in (390, 1280):
        tab = show(network_file, fragment, width=width, color_scheme=scheme)
        assert axe(tab) == ""
        assert tab.evaluate("document.documentElement.scrollWidth") <= width

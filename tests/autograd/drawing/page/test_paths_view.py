"""Paths, in the browser."""

from __future__ import annotations

from typing import Any

import pytest

from autograd import Value, adjoints, explore, gradients, numerals, paths
from autograd.numerals import factor, numeral, relation


def card(tab: Any) -> str:
    text: str = tab.inner_text("#card")
    return " ".join(text.replace("\u2009", " ").split())


def product(a: float, b: float) -> str:
    """a × b with its result, and ≈ where what is shown does not give it."""
    sign = relation(numerals.shown_product([a, b]), a * b)
    return f"{numeral(a)} × {factor(b)} {sign} {numeral(a * b)}"


def test_paths_are_those_of_the_engine(show: Any, network_file: Any, flower: Any) -> None:
    nodes = flower(0)
    tab = show(network_file, "view=paths&node=w17")
    shown = tab.locator(".paths button > .grad").all_inner_texts()
    assert shown == [numeral(path.product) for path in paths(nodes["ŷ1"], nodes["w17"])]
    gradient = adjoints(nodes["ŷ1"])[nodes["w17"]]
    said = card(tab)
    assert said.startswith(f"∂ŷ1 / ∂w17 = {numeral(gradient)} 3 paths.")
    assert f"✓ The backward sweep gives {numeral(gradient)}: the same number." in said


def test_the_grouped_form_and_the_posts_k(show: Any, network_file: Any, flower: Any) -> None:
    nodes = flower(0)
    said = card(show(network_file, "view=paths&node=w17"))
    outer = adjoints(nodes["ŷ1"])
    (inner,) = gradients(nodes["h5"], [nodes["w17"]])
    assert "Grouped at h5, which every path passes" in said
    assert f"= {product(outer[nodes['h5']], inner)}" in said
    k = outer[nodes["w33"]]
    assert f"With k = ∂ŷ1/∂w33 = {numeral(k)}: k × ∂h5/∂w17 = {product(k, inner)}" in said
    assert f"The gradient is {numeral(outer[nodes['w17']])}, which is another number." in said
    assert "Softmax divides by the sum of all ez, so every z changes ŷ1." in said


def test_factors_have_names_rules_and_numbers(show: Any, network_file: Any, flower: Any) -> None:
    nodes = flower(0)
    said = card(show(network_file, "view=paths&node=w33"))
    assert f"∂z1/∂w33 = h5 = {numeral(nodes['h5'].data)}" in said
    y = numeral(nodes["ŷ1"].data)
    assert f"∂ŷ1/∂z1 = ŷ1 · (1 − ŷ1) = {y} · (1 − {y}) = " in said
    assert "Is the post’s k" not in said, "w33 is k itself"


def test_a_node_shows_what_acts_through_it(show: Any, network_file: Any) -> None:
    tab = show(network_file, "view=paths&node=h5")
    said = card(tab)
    assert "What acts on ŷ1 through h5 directly: w17, w18, w19, w20" in said
    assert tab.locator("#picture .edge.before").count() == 4
    assert set(filter(None, tab.locator("#picture .word").all_text_contents())) == {
        "w17", "w18", "w19", "w20",
    }  # fmt: skip


def test_one_path_is_seen_alone(show: Any, network_file: Any) -> None:
    tab = show(network_file, "view=paths&node=w17")
    together = tab.locator("#picture .edge.path").count()
    second = tab.locator(".paths button").nth(1)
    second.focus()
    tab.keyboard.press("Enter")
    assert second.get_attribute("aria-pressed") == "true"
    assert second.evaluate("button => button === document.activeElement")
    assert tab.locator("#picture .edge.path").count() == 3
    assert together == 1 + 2 * 3  # from w17 to h5, then by three ways
    tab.keyboard.press("Enter")
    assert tab.locator("#picture .edge.path").count() == together


def test_path_alone_would_say(show: Any, graph_file: Any) -> None:
    said = card(show(graph_file, "view=paths&node=x"))
    assert "Path 2 alone would say 1.649: 2.07 times the true gradient." in said
    assert "Why a sum: x acts on y by several paths at once, through v1, v3." in said


def test_more_paths_than_can_be_listed(show: Any) -> None:
    x = Value(0.5, "x")
    y = x
    for _ in range(70):
        y = y + y * 0.01
    y.label = "y"
    tab = show(explore(y), "view=paths")
    said = card(tab)
    assert "1 180 591 620 717 411 303 424 paths, the largest 20 of them here." in said
    assert "the other 1 180 591 620 717 411 303 416 together" in said
    tab.get_by_role("button", name="Show 12 more").click()
    assert "the other 1 180 591 620 717 411 303 404 together" in card(tab)
    got = tab.locator(".paths button > .grad").all_inner_texts()
    assert got == [numeral(path.product) for path in paths(y, x).largest(20)]


def test_many_but_listable_paths_come_largest_first(show: Any, network_file: Any) -> None:
    tab = show(network_file, "view=paths&node=w1")
    tab.get_by_role("button", name="Show 4 more").click()
    sizes = [
        abs(float(text.replace("−", "-")))
        for text in tab.locator(".paths button > .grad").all_inner_texts()
    ]
    assert len(sizes) == 12
    assert sizes == sorted(sizes, reverse=True)
    assert "Largest first" in card(tab)


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("view=paths&node=ŷ2", "No path: ŷ1 does not depend on ŷ2."),
        ("view=paths&node=ŷ1", "ŷ1 itself: ∂ŷ1/∂ŷ1 = 1."),
    ],
)
def test_no_path_and_no_way_to_go(show: Any, network_file: Any, fragment: str, said: str) -> None:
    assert said in card(show(network_file, fragment))


def test_the_selection_is_one_for_all_views(show: Any, network_file: Any) -> None:
    tab = show(network_file, "view=paths")
    tab.get_by_label("Node", exact=True).select_option(label="w20")
    tab.get_by_label("Output", exact=True).select_option("2")
    tab.get_by_role("tab", name="Step").click()
    tab.keyboard.press("ArrowRight")
    tab.get_by_role("tab", name="Paths").click()
    assert card(tab).startswith("∂ŷ3 / ∂w20")

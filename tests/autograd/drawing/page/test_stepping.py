"""Step, in the browser: forward and back, the ledger, keys, play, and the wrong orders."""

from __future__ import annotations

from typing import Any

import pytest

from autograd import Value, adjoints, explore
from autograd.numerals import numeral

FORWARD = 23  # operations of the reference network with shares and loss


def card(tab: Any) -> str:
    text: str = tab.inner_text("#card")
    return " ".join(text.replace("\u2009", " ").split())


def step(tab: Any) -> str:
    return card(tab).split("Step ")[1].split()[0]


def test_the_start_says_what_to_do(show: Any, graph_file: Any) -> None:
    tab = show(graph_file)
    assert "The inputs and weights have their numbers" in tab.inner_text("#lead")
    assert step(tab) == "0/8"


def test_while_nothing_is_chosen_the_three_largest_weights_are_named(
    show: Any, network_file: Any, history: Any
) -> None:
    tab = show(network_file, "epoch=30")
    sizes = {w.label: abs(w.data) for w in history.snapshots.model.parameters()}
    named = [word for word in tab.locator("#picture text.word").all_text_contents() if word]
    assert sorted(named) == sorted(sorted(sizes, key=sizes.__getitem__)[-3:])
    tab.keyboard.press("ArrowRight")
    assert not any(tab.locator("#picture text.word").all_text_contents())


def test_forward_shows_formula_numbers_and_local_derivatives(show: Any, graph_file: Any) -> None:
    tab = show(graph_file, "step=2")
    said = card(tab)
    assert "v2 = tanh(v1) = tanh(−0.6000) = −0.5370" in said
    assert "∂v2/∂v1 = 1 − v22 = 1 − (−0.5370)2 = 0.7116" in said


def test_backward_is_a_ledger(show: Any, graph_file: Any) -> None:
    tab = show(graph_file, "step=8")
    said = card(tab)
    assert "parent.grad += local derivative × grad" in said
    assert "x.grad += −1.200 × 0.7116 = −0.8539" in said
    assert "before + handed = after: 1.649 + (−0.8539) ≈ 0.7948 complete: 2/2" in said
    assert "One sweep gave all gradients of y, 2 in all" in said


def test_a_sum_that_is_not_complete_is_shown_as_such(show: Any, graph_file: Any) -> None:
    tab = show(graph_file, "step=6")
    assert "0 + 1.649 = 1.649 so far 1/2" in card(tab)
    part = tab.locator("#picture .grad.part")
    assert part.all_text_contents() == ["1.649"]
    assert part.evaluate("text => getComputedStyle(text).fontStyle") == "italic"


def test_keys(show: Any, graph_file: Any) -> None:
    tab = show(graph_file)
    for key, want in [
        ("ArrowRight", "1/8"),
        ("ArrowRight", "2/8"),
        ("ArrowLeft", "1/8"),
        ("End", "8/8"),
        ("ArrowRight", "8/8"),
        ("Home", "0/8"),
        ("ArrowLeft", "0/8"),
    ]:
        tab.keyboard.press(key)
        assert step(tab) == want


def test_buttons_keep_the_focus_at_the_last_step(show: Any, graph_file: Any) -> None:
    tab = show(graph_file, "step=7")
    following = tab.get_by_role("button", name="Next step")
    following.click()
    tab.keyboard.press("Enter")
    assert step(tab) == "8/8"
    assert following.evaluate("button => button === document.activeElement")
    assert following.get_attribute("aria-disabled") == "true"


def test_an_arrow_does_not_leave_step(show: Any, graph_file: Any) -> None:
    """Neither after a click on the tab nor from the keyboard; Enter opens another view."""
    tab = show(graph_file)
    tab.get_by_role("tab", name="Step").click()
    tab.keyboard.press("ArrowRight")
    assert step(tab) == "1/8"
    tab.get_by_role("tab", name="Step").focus()
    tab.keyboard.press("ArrowRight")
    assert tab.get_by_role("tab", name="Step").get_attribute("aria-selected") == "true"
    tab.keyboard.press("Enter")
    assert tab.get_by_role("tab", name="Paths").get_attribute("aria-selected") == "true"


def test_play_goes_on_and_stops(show: Any, graph_file: Any) -> None:
    tab = show(graph_file)
    tab.clock.install()
    tab.keyboard.press("Space")
    tab.clock.run_for(2000)
    assert step(tab) == "2/8"
    tab.keyboard.press("Space")
    tab.clock.run_for(5000)
    assert step(tab) == "2/8"
    tab.get_by_role("button", name="Play").click()
    tab.clock.run_for(60_000)
    assert step(tab) == "8/8"
    assert tab.get_by_role("button", name="Play").count() == 1


def test_play_ends_when_the_view_changes(show: Any, graph_file: Any) -> None:
    tab = show(graph_file)
    tab.clock.install()
    tab.get_by_role("button", name="Play").click()
    tab.clock.run_for(1000)
    tab.get_by_role("tab", name="Paths").click()
    tab.clock.run_for(5000)
    tab.get_by_role("tab", name="Step").click()
    assert step(tab) == "1/8"


def test_the_slider_stops_play_and_rapid_steps_are_all_taken(show: Any, network_file: Any) -> None:
    tab = show(network_file)
    tab.clock.install()
    tab.get_by_role("button", name="Play").click()
    tab.clock.run_for(1000)
    tab.get_by_role("slider", name="Step", exact=True).fill("30")
    tab.clock.run_for(5000)
    assert step(tab) == "30/43"
    tab.evaluate(
        "() => { for (let i = 0; i < 300; i++) document.body.dispatchEvent(new KeyboardEvent("
        "'keydown', {key: i % 3 ? 'ArrowRight' : 'ArrowLeft', bubbles: true})); }"
    )
    assert step(tab) == "43/43"


def test_all_outputs_are_computed(show: Any, network_file: Any, flower: Any) -> None:
    tab = show(network_file, f"step={FORWARD}")
    texts = tab.locator("#picture .node .data").all_text_contents()
    for name in ("ŷ1", "ŷ2", "ŷ3", "loss"):
        assert numeral(flower(0)[name].data) in texts


def test_every_number_of_every_output_is_pythons(show: Any, network_file: Any, flower: Any) -> None:
    """Values and gradients, recomputed by the page, digit by digit."""
    tab = show(network_file)
    tab.click("#all summary")
    nodes = flower(0)
    for i, root in enumerate(["ŷ1", "ŷ2", "ŷ3", "loss"]):
        tab.get_by_label("Output", exact=True).select_option(str(i))
        gradients = adjoints(nodes[root])
        rows = tab.evaluate(
            "() => [...document.querySelectorAll('#all tbody tr')].map(row => "
            "[...row.children].map(cell => cell.textContent))"
        )
        checked = 0
        for name, _, _, data, grad in rows:
            if name in nodes:
                assert data == numeral(nodes[name].data)
                want = gradients.get(nodes[name])
                assert grad == ("0" if want is None else numeral(want)), (root, name)
                checked += 1
        assert checked == 63


def test_a_picked_node_shows_its_card_and_the_step_waits(show: Any, network_file: Any) -> None:
    tab = show(network_file, "step=30")
    tab.get_by_label("Node", exact=True).select_option(label="h5")
    said = card(tab)
    assert "h5 tanh" in said
    assert "h5 is used by 3 nodes, so it is handed 3 products, and += adds them" in said
    tab.get_by_role("button", name="Back to step 30").click()
    assert "h5 tanh" not in card(tab)
    tab.keyboard.press("ArrowRight")
    assert step(tab) == "31/43"


def test_clicks_on_circle_bead_and_line_pick(show: Any, network_file: Any) -> None:
    tab = show(network_file)
    tab.locator("#picture .node", has_text="h5").last.click(position={"x": 60, "y": 20})
    assert "h5 tanh" in card(tab)
    tab.locator("#picture .bead").nth(4).click()
    assert "s5 dot" in card(tab)
    tab.locator("#picture .edge.weight .hit").nth(16).dispatch_event("click")
    assert "w17 a leaf" in card(tab)


def test_without_the_sort_the_number_goes_wrong(show: Any, network_file: Any, flower: Any) -> None:
    tab = show(network_file)
    tab.get_by_label("Order of the sweep", exact=True).select_option("unsorted")
    said = card(tab)
    assert "✗ h5 hands on too early: it was handed 1 of 3 products" in said
    tab.keyboard.press("End")
    said = card(tab)
    assert "✗ Done, and wrong: " in said
    assert "What went wrong" in said
    assert "≠" in tab.text_content("#picture")
    assert numeral(adjoints(flower(0)["ŷ1"])[flower(0)["w17"]]) in said
    tab.get_by_label("Order of the sweep", exact=True).select_option("sorted")
    tab.keyboard.press("End")
    assert "One sweep gave all gradients of ŷ1, 44 of weights and 4 of inputs" in card(tab)


def test_a_whole_sum_again_counts_twice(show: Any, graph_file: Any) -> None:
    a = Value(1.5, "a")
    b = a * a
    b.label = "b"
    y = b + b.exp() + b
    y.label = "y"
    tab = show(explore(y), "order=again")
    tab.keyboard.press("End")
    assert "✗ b hands on again, visit " in card(tab)
    assert "wrong: 1 of 1 gradients (1 in all) differ" in card(tab)


def test_an_order_that_happens_to_be_right_says_so(show: Any) -> None:
    x = Value(0.5, "x")
    tab = show(explore(x.exp().tanh()), "order=unsorted")
    tab.keyboard.press("End")
    assert "this order happens to be right" in card(tab)


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_one_sentence_is_spoken_for_each_step(
    show: Any, network_file: Any, flower: Any, locale: str
) -> None:
    tab = show(network_file, "step=10", locale=locale)
    live = tab.locator("[aria-live=polite]")
    tab.keyboard.press("ArrowRight")
    assert live.inner_text() == f"s6 = {numeral(flower(0)['h6'].parents[0].data)}"
    tab.keyboard.press("End")
    assert "grad" in live.inner_text()


def test_constants_are_called_by_the_numbers_of_the_row(show: Any, network_file: Any) -> None:
    """In the loss, which leaves them out, and where they stand in menus and the table."""
    for row, share in ((0, "ŷ1"), (60, "ŷ2"), (120, "ŷ3")):
        tab = show(network_file, f"row={row}&root=3&step={FORWARD}")
        assert f"loss = −log({share})" in card(tab)
        menu = tab.locator("#menu-node optgroup").last.locator("option").all_text_contents()
        assert menu == [str(int(name == share)) for name in ("ŷ1", "ŷ2", "ŷ3")]
        tab.click("#all summary")
        loss = tab.locator("#all tbody tr", has_text="cross_entropy").inner_text()
        assert f"z1, z2, z3, {', '.join(menu)}" in loss

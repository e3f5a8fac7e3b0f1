"""What readers of the page stumbled over, in the browser: each once, with its kin."""

from __future__ import annotations

import re
from typing import Any

import pytest

from autograd import Value, explore, softmax
from nn import MLP, Adam, train

PHONE = 390


def card(tab: Any) -> str:
    text: str = tab.inner_text("#card")
    return " ".join(text.replace("\u2009", " ").split())


def names(tab: Any, group: int) -> list[str]:
    found: list[str] = (
        tab.locator("#menu-node optgroup").nth(group).locator("option").all_inner_texts()
    )
    return found


def box(tab: Any, selector: str) -> Any:
    return tab.locator(selector).first.bounding_box()


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("order", ["unsorted", "again"])
def test_each_order_is_explained(show: Any, network_file: Any, order: str, language: str) -> None:
    tab = show(network_file, f"order={order}&language={language}")
    said = tab.inner_text(".about")
    if order == "again":
        assert "b = a + a, c = b + b" in said
        assert "8" in said
        assert {"124", "20"} <= set(re.findall(r"\d+", said)), "visits of a recursion and a sweep"
    assert "recursion" not in tab.inner_text(".order")


def test_the_known_example_of_a_whole_sum_again(show: Any) -> None:
    """a.grad becomes 8 in that order, as the page says, and is 4."""
    a = Value(3.0, "a")
    b = a + a
    b.label = "b"
    c = b + b
    c.label = "c"
    tab = show(explore(c), "order=again&step=99")
    assert tab.locator(".wrong-sums tbody tr").inner_text().split() == ["a", "8.000", "4.000"]


def test_a_count_never_says_complete_beside_a_wrong_number(show: Any, network_file: Any) -> None:
    tab = show(network_file, "order=again")
    last = int(tab.locator("#transport input").get_attribute("max"))
    for step in range(23, last + 1, 4):
        tab.get_by_role("slider", name="Step", exact=True).fill(str(step))
        for n, due in re.findall(r"complete: (\d+)/(\d+)", card(tab)):
            assert n == due
    said = card(tab)
    assert "12 handed, 1 due" in said
    assert not re.search(r"\d\. time", said)
    tab = show(network_file, "order=unsorted&step=43&node=x1&picked=1")
    assert "4/4 handed, not all of them right" in card(tab)


def test_rows_without_parts_have_no_empty_brackets(show: Any, iris: Any) -> None:
    model = MLP(4, [3, 3], activation="tanh", seed=0)
    history = train(
        model, iris.train, optimizer=Adam(model.parameters(), lr=0.05), epochs=2, progress=False
    )
    text = show(history.explore(iris.train), "view=training").inner_text("body")
    assert not re.search(r"\(\s*\)|\d \)", text)
    assert "All 120 rows: " in text


@pytest.mark.parametrize("x", [4.0, 5.0, 6.0])
def test_a_saturated_number_never_reads_as_1(show: Any, x: float) -> None:
    h = MLP(1, [1, 1], activation="tanh", bias=False, seed=0)
    h.parameters()[0].data = 1.0
    for width in (PHONE, 1280):
        tab = show(explore(h, rows=[[x]]), "step=99", width)
        shown = tab.locator("#picture .data").all_text_contents()
        assert not {"1.00", "1.000"} & set(shown)
        assert any(text.startswith("0.99") for text in shown)


def test_it_opens_where_gradients_are_large(show: Any, network_file: Any, iris: Any) -> None:
    tab = show(network_file, "view=paths")
    start = abs(float(tab.inner_text(".equation > .grad").replace("−", "-")))
    assert start > 0.001
    assert tab.get_by_role("slider", name="Weights after epoch").input_value() == "0"
    tab.get_by_role("button", name="trained").click()
    assert tab.get_by_role("slider", name="Weights after epoch").input_value() == "30"
    tab.get_by_role("button", name="start").click()
    assert tab.get_by_role("slider", name="Weights after epoch").input_value() == "0"


def test_a_model_opens_at_the_row_that_it_knows_least(show: Any, iris: Any, history: Any) -> None:
    model = history.snapshots.model
    own = [
        softmax(model(row))[label].data
        for row, label in zip(iris.test.rows, iris.test.labels, strict=True)
    ]
    worst = own.index(min(own))
    tab = show(explore(model, rows=iris.test))
    assert tab.get_by_label("Flower", exact=True).input_value() == str(worst)
    assert tab.get_by_label("Output", exact=True).input_value() == str(iris.test.labels[worst])


@pytest.mark.parametrize("fragment", ["view=paths&node=w1", "view=training", "step=43&node=h5"])
def test_the_picture_stays_in_view_while_one_reads(
    show: Any, network_file: Any, fragment: str
) -> None:
    tab = show(network_file, fragment)
    tab.mouse.move(1100, 600)
    end = "() => document.querySelector('#card').lastElementChild.getBoundingClientRect().bottom"
    for _ in range(30):
        if tab.evaluate(end) <= 900:
            break
        tab.mouse.wheel(0, 200)
        tab.wait_for_timeout(40)
    assert tab.evaluate(end) <= 900, "all of the card was read"
    place = box(tab, "#picture svg")
    assert place["y"] > -40
    assert place["y"] + place["height"] < 900


def test_the_working_node_is_seen_above_the_sheet(show: Any, network_file: Any) -> None:
    tab = show(network_file, width=PHONE)
    assert box(tab, "#picture")["y"] < 0.35 * 900
    for _ in range(43):
        tab.keyboard.press("ArrowRight")
        place, bar = box(tab, ".node.working"), box(tab, "#transport")
        assert place["y"] >= 0
        assert place["y"] + place["height"] <= bar["y"]
        assert bar["y"] + bar["height"] <= box(tab, "#card")["y"] < 600
        assert box(tab, "#card h2")["y"] < 900


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_outputs_off_the_path_are_as_clear_as_others(
    show: Any, network_file: Any, scheme: str
) -> None:
    for view in ("step=43", "view=paths", "view=training"):
        tab = show(network_file, view, color_scheme=scheme)
        faded = "node => [node, node.querySelector('.data')].map(e => getComputedStyle(e).opacity)"
        nodes = tab.locator("#picture .node.outside")
        assert nodes.count() == 3
        for i in range(3):
            assert nodes.nth(i).evaluate(faded) == ["1", "1"]


def test_a_path_has_one_arrow_for_each_factor(show: Any, network_file: Any) -> None:
    tab = show(network_file, "view=paths&node=w17")
    routes = tab.locator(".paths .route").all_inner_texts()
    products = tab.locator(".paths .factors").all_inner_texts()
    assert "".join(routes[0].split()) == "w17→s5→h5→z1→ŷ1"
    for route, text in zip(routes, products, strict=True):
        assert route.count("→") == text.count("×") + 1


def test_the_map_has_numbers_and_marks_have_their_own_answers(
    show: Any, network_file: Any, iris: Any, history: Any
) -> None:
    from nn import predict

    tab = show(network_file, "view=training&epoch=30")
    answers = predict(history.snapshots.model, iris.rows)
    marks = tab.locator(".map .mark").evaluate_all("marks => marks.map(m => m.classList[1])")
    assert marks == [f"class{iris.class_names.index(answer)}" for answer in answers]
    numbers = [float(text) for text in tab.locator(".map text").all_text_contents()]
    lengths = [row[2] * iris.deviation[2] + iris.mean[2] for row in iris.rows]
    assert numbers[0] == pytest.approx(min(lengths), abs=0.01)
    assert numbers[2] == pytest.approx(max(lengths), abs=0.01)
    assert len(numbers) == 6


def test_a_weight_has_its_product_and_a_turned_one_both_gradients(
    show: Any, network_file: Any
) -> None:
    tab = show(network_file, "step=43&node=w33&picked=1")
    said = card(tab)
    assert "Where its grad comes from" in said
    assert "w33 is used once, so its grad is this one product." in said
    before = tab.inner_text(".two .grad").split()[0]
    assert f"the slope {before} of the tangent is the gradient there" in said
    assert "Now, at" not in said
    tab.get_by_role("button", name="+0.1").click()
    now = tab.inner_text(".two .grad").split()[0]
    assert now != before
    assert f"the slope {before} of the tangent is the gradient there" in card(tab)
    assert f"the gradient is {now}." in card(tab)


def test_a_list_that_is_cut_says_so(show: Any, network_file: Any) -> None:
    tab = show(network_file, "view=training")
    wrong = int(re.findall(r"Wrong at this epoch: (\d+)", card(tab))[0])
    assert wrong > 40
    assert card(tab).endswith(f"and {wrong - 40} more")
    tab = show(network_file, "order=again&step=999")
    wrong = int(re.findall(r"wrong: (\d+) of 48", card(tab))[0])
    assert f"and {wrong - 12} more" in card(tab)
    leaves = [Value(float(i), f"x{i}") for i in range(40)]
    y = leaves[0]
    for leaf in leaves[1:]:
        y = y + leaf
    assert "and 15 more" in card(show(explore(y)))


def test_a_changed_order_keeps_the_focus(show: Any, network_file: Any) -> None:
    tab = show(network_file)
    menu = tab.get_by_label("Order of the sweep", exact=True)
    menu.focus()
    menu.select_option("unsorted")
    assert menu.evaluate("menu => menu === document.activeElement")


def test_the_menu_of_nodes_is_in_the_order_of_names(show: Any, network_file: Any) -> None:
    found = names(show(network_file), 0)
    assert found == [f"w{i}" for i in range(1, 45)] + [f"x{i}" for i in range(1, 5)]


def test_a_graph_has_its_expression_and_numbers_on_its_edges(show: Any, graph_file: Any) -> None:
    tab = show(graph_file)
    said = card(tab)
    for line in ("v1 = x · w", "v2 = tanh(v1)", "y = v2 + v3"):
        assert line in said
    for width in (PHONE, 1280):
        tab = show(graph_file, "view=paths", width)
        over = """() => {
            const all = selector => [...document.querySelectorAll(selector)];
            const boxes = selector => all(selector).map(one => one.getBoundingClientRect());
            const hit = (a, b) =>
                a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
            const labels = boxes('#picture .label');
            return boxes('#picture .chip rect').filter(a => labels.some(b => hit(a, b))).length;
        }"""
        assert tab.evaluate(over) == 0


def test_chips_lie_on_their_lines(show: Any, graph_file: Any) -> None:
    tab = show(graph_file, "view=paths")
    off = """() => {
        const lines = [...document.querySelectorAll('#picture .edge .line')];
        const chips = [...document.querySelectorAll('#picture .chip rect')];
        return chips.map((chip, i) => {
            const [x, y, w] = ['x', 'y', 'width'].map(name => Number(chip.getAttribute(name)));
            const length = lines[i].getTotalLength();
            const at = share => lines[i].getPointAtLength(share * length);
            const all = Array.from({length: 101}, (_, k) => at(k / 100));
            return Math.min(...all.map(p => Math.hypot(p.x - x - w / 2, p.y - y - 10)));
        });
    }"""
    assert max(tab.evaluate(off)) < 3


def test_a_graph_that_fits_the_screen_is_not_said_to_be_larger(show: Any) -> None:
    x = Value(0.5, "x")
    y = x
    for _ in range(6):
        y = y.tanh()
    for height, larger in ((1366, False), (500, True)):
        tab = show(explore(y), width=800)
        tab.set_viewport_size({"width": 801, "height": height})
        tab.wait_for_timeout(60)
        assert tab.locator("#wide").is_visible() is larger


@pytest.mark.parametrize("language", ["en", "ko"])
def test_play_is_called_play_and_moves_nothing(show: Any, network_file: Any, language: str) -> None:
    tab = show(network_file, f"language={language}")
    assert "▶" not in tab.inner_text("body")
    name = tab.inner_text(".play")
    assert name in tab.inner_text("#lead")
    before = box(tab, "[data-key=go-next]")
    tab.locator(".play").click()
    assert tab.inner_text(".play") != name
    assert box(tab, "[data-key=go-next]") == before


def test_local_derivatives_carry_their_sign_in_every_picture(
    show: Any, network_file: Any, graph_file: Any
) -> None:
    for file in (network_file, graph_file):
        chips = show(file, "view=paths").locator("#picture .chip.lit text").all_text_contents()
        assert chips
        assert all(text.startswith("∂ ") for text in chips)

"""The page's layout: the picture in view, the sheet, panels that fold, zoom, and no cut; in the
browser.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd import Value, explore
from autograd.drawing.page import content

PHONE = 390
BOX = """one => {
    const {x, y, right, bottom} = one.getBoundingClientRect();
    return [x, y, right, bottom];
}"""


@pytest.fixture(scope="module")
def large_file(tmp_path_factory: Any) -> Path:
    """A graph of some seventy nodes, larger than any frame."""
    leaves = [Value(i / 10, f"x{i}") for i in range(14)]
    y = leaves[0]
    for leaf in leaves[1:]:
        y = y * leaf + autograd.tanh(leaf) * 0.5
    y.label = "y"
    file: Path = explore(y).save(tmp_path_factory.mktemp("page") / "large.html")
    return file


@pytest.fixture(scope="module")
def groups_file(tmp_path_factory: Any) -> Path:
    """A graph of too many nodes to be drawn one by one."""
    y = autograd.total([Value(float(i) / 1e3).exp() for i in range(1100)]).tanh()
    file: Path = explore(y).save(tmp_path_factory.mktemp("page") / "groups.html")
    return file


@pytest.fixture(scope="module")
def few_groups_file(tmp_path_factory: Any) -> Path:
    """The same in small: axe takes a minute for a page of thousands of nodes."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(content, "PLACED", 200)
        y = autograd.total([Value(float(i) / 1e2).exp() for i in range(110)]).tanh()
        file: Path = explore(y).save(tmp_path_factory.mktemp("page") / "groups.html")
    return file


def is_seen(tab: Any, selector: str) -> bool:
    """Whether the middle of an element, and its ends, are on the screen with nothing over them."""
    seen: bool = tab.evaluate(
        """selector => {
            const one = document.querySelector(selector);
            const {left, right, top, bottom} = one.getBoundingClientRect();
            const within = y => {
                const found = document.elementFromPoint((left + right) / 2, y);
                return found !== null && (one.contains(found) || found.closest('#picture svg'));
            };
            return Boolean(within(top + 3) && within((top + bottom) / 2) && within(bottom - 3));
        }""",
        selector,
    )
    return seen


@pytest.mark.parametrize("width", [320, PHONE, 800, 1280])
@pytest.mark.parametrize("name", ["network_file", "large_file"])
def test_the_working_node_is_seen_at_every_step(
    show: Any, request: Any, name: str, width: int
) -> None:
    tab = show(request.getfixturevalue(name), width=width)
    last = int(tab.get_by_role("slider", name="Step", exact=True).get_attribute("max"))
    sheets = 3 if width <= 1000 else 1
    for sheet in range(sheets):
        if sheet:
            tab.locator(".handle").press("Enter")
        for step in range(1, last, 5):
            tab.get_by_role("slider", name="Step", exact=True).fill(str(step))
            assert is_seen(tab, ".node.working > :is(rect, circle):not(.hit)"), (sheet, step)
            assert is_seen(tab, "[data-key=go-next]")


def test_the_stage_and_the_card_scroll_side_by_side(show: Any, network_file: Any) -> None:
    """Whatever the height of the menus: both end with the window, and the page does not scroll."""
    for height in (700, 900, 1200):
        tab = show(network_file, "view=paths&node=w1")
        tab.set_viewport_size({"width": 1280, "height": height})
        tab.wait_for_timeout(60)
        assert tab.evaluate("document.documentElement.scrollHeight") == height
        assert tab.locator("#card").evaluate(BOX)[3] <= height - 10
        card = tab.locator("#card")
        card.evaluate("card => card.scrollTo(0, 1e6)")
        assert card.evaluate("card => card.scrollTop") > 50
        assert tab.locator("#picture").evaluate(BOX)[1] < 300


def test_the_sheet_is_as_high_as_its_handle_has_it(show: Any, network_file: Any) -> None:
    tab = show(network_file, "step=30", PHONE)
    handle = tab.locator(".handle")

    def height() -> float:
        top: float = tab.locator("#card").evaluate(BOX)[1]
        return round((900 - top) / 900, 2)

    found = [height()]
    for key in ("Enter", "Enter", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown"):
        handle.press(key)
        found.append(height())
    assert found == [0.4, 0.72, 0.2, 0.4, 0.72, 0.72, 0.4]
    assert handle.evaluate("one => one === document.activeElement")
    for share, want in ((0.7, 0.72), (0.27, 0.2), (0.5, 0.4)):
        x, y, right, bottom = handle.evaluate(BOX)
        tab.mouse.move((x + right) / 2, (y + bottom) / 2)
        tab.mouse.down()
        tab.mouse.move((x + right) / 2, 900 * (1 - share), steps=5)
        assert height() == pytest.approx(share, abs=0.03), "it follows the finger"
        tab.mouse.up()
        assert height() == want
    assert show(network_file).locator(".handle").is_hidden()


def test_panels_fold_and_stay_folded(show: Any, network_file: Any) -> None:
    tab = show(network_file, "view=paths&node=w17")
    tab.get_by_text("The factors: local derivatives by name").click()
    factors = tab.locator("[data-key=panel-factors] ul")
    assert factors.is_hidden()
    tab.get_by_label("Node", exact=True).select_option(label="w33")
    assert factors.is_hidden()
    tab.get_by_role("tab", name="Step").click()
    tab.get_by_role("tab", name="Paths").click()
    assert factors.is_hidden()
    summary = tab.locator("[data-key=fold-factors]")
    summary.focus()
    tab.keyboard.press("Enter")
    assert factors.is_visible()
    assert summary.evaluate("one => one === document.activeElement")


def test_more_than_eight_paths_fold(show: Any, network_file: Any) -> None:
    tab = show(network_file, "view=paths&node=w1")
    rows = tab.locator(".paths li")
    assert rows.count() == 8
    tab.get_by_role("button", name="Show 4 more").click()
    assert rows.count() == 12
    tab.get_by_label("Node", exact=True).select_option(label="w2")
    assert rows.count() == 12
    tab.get_by_role("button", name="Show fewer").click()
    assert rows.count() == 8
    tab.get_by_label("Node", exact=True).select_option(label="w17")
    assert rows.count() == 3


def percent(tab: Any) -> int:
    return int(tab.inner_text("#frame output").split()[0])


def scale(tab: Any) -> float:
    found: float = tab.locator("#picture .node text").first.evaluate("one => one.getScreenCTM().a")
    return found


def test_a_graph_is_zoomed_by_buttons_keys_and_wheel(show: Any, large_file: Any) -> None:
    tab = show(large_file, "step=20")
    assert (percent(tab), scale(tab)) == (100, 1)
    assert "scroll it" in tab.inner_text("#frame")
    tab.get_by_role("button", name="Zoom in").click()
    assert percent(tab) == 125
    assert scale(tab) == pytest.approx(1.25)
    tab.get_by_role("button", name="Zoom out").click()
    tab.keyboard.press("-")
    assert percent(tab) == 80
    tab.keyboard.press("+")
    assert percent(tab) == 100
    tab.get_by_role("button", name="Fit").click()
    fitted = percent(tab)
    assert fitted < 100
    frame, drawing = (tab.locator(one).evaluate(BOX) for one in ("#picture", "#picture svg"))
    assert drawing[2] <= frame[2] + 1
    assert drawing[3] <= frame[3] + 1
    assert "scroll it" not in tab.inner_text("#frame")
    tab.keyboard.press("0")
    assert percent(tab) == 100
    tab.keyboard.press("0")
    assert percent(tab) == fitted
    tab.keyboard.press("0")
    x, y = 500, 400
    under = "([x, y]) => document.elementFromPoint(x, y).closest('.node')?.textContent"
    node = tab.locator(".node.working").evaluate(BOX)
    x, y = (node[0] + node[2]) / 2, (node[1] + node[3]) / 2
    tab.mouse.move(x, y)
    tab.keyboard.down("Control")
    tab.mouse.wheel(0, -100)
    tab.keyboard.up("Control")
    tab.wait_for_timeout(60)
    assert percent(tab) == 140
    assert tab.evaluate(under, [x, y]).startswith(tab.locator(".node.working").text_content()[:3])
    tab.mouse.wheel(0, 100)
    tab.wait_for_timeout(60)
    assert percent(tab) == 140, "without Ctrl the wheel scrolls"


def test_two_fingers_zoom(show: Any, large_file: Any) -> None:
    tab = show(large_file, "step=20", PHONE, has_touch=True)
    tab.evaluate(
        """() => {
            const target = document.querySelector('#picture svg');
            const send = (name, apart) => {
                const touch = (identifier, x) =>
                    new Touch({identifier, target, clientX: x, clientY: 300});
                const touches = apart ? [touch(0, 200 - apart), touch(1, 200 + apart)] : [];
                const options = {touches, bubbles: true, cancelable: true};
                target.dispatchEvent(new TouchEvent(name, options));
            };
            send('touchstart', 50);
            send('touchmove', 75);
            send('touchmove', 100);
            send('touchend', 0);
            send('touchstart', 100);
            send('touchmove', 80);
            send('touchend', 0);
        }"""
    )
    assert percent(tab) == 160


def test_a_network_that_fits_has_no_zoom(show: Any, network_file: Any) -> None:
    tab = show(network_file)
    assert tab.locator("#frame").is_hidden()
    tab.keyboard.press("+")
    assert scale(tab) == 1


REACHED = """() => {
    const stop = one => one?.closest?.('#picture [role=button]');
    const all = [...document.querySelectorAll('#picture [role=button]')];
    const found = new Set([document.querySelector('#picture [tabindex="0"]')]);
    for (const one of found) {
        for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) {
            one.focus();
            one.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
            found.add(stop(document.activeElement));
        }
    }
    const name = one => one.querySelector('title').textContent;
    return [all.filter(one => !found.has(one)).map(name), all.length];
}"""


@pytest.mark.parametrize("width", [320, PHONE, 1280])
@pytest.mark.parametrize(
    ("name", "count"), [("network_file", 71), ("large_file", 79), ("groups_file", 4)]
)
def test_arrows_reach_every_node_and_weight(
    show: Any, request: Any, name: str, count: int, width: int
) -> None:
    missed, all_stops = show(request.getfixturevalue(name), width=width).evaluate(REACHED)
    assert missed == []
    assert all_stops == count


def test_arrows_go_to_the_nearest_and_enter_picks(show: Any, network_file: Any, axe: Any) -> None:
    tab = show(network_file)
    assert tab.locator("#picture [tabindex='0']").count() == 1
    tab.locator("#picture [tabindex='0']").focus()
    focused = "() => document.activeElement.querySelector('title').textContent.split(/[ :]/)[0]"

    def after(*keys: str) -> list[str]:
        seen = []
        for key in keys:
            tab.keyboard.press(key)
            seen.append(tab.evaluate(focused))
        return seen

    assert tab.evaluate(focused) == "x1"
    assert after("ArrowDown", "ArrowDown", "ArrowUp") == ["x2", "x3", "x2"]
    assert after("ArrowRight")[0].startswith("w")
    weight = tab.evaluate(focused)
    tab.keyboard.press("Enter")
    assert tab.locator("#card h2").inner_text().split() == [weight, "a", "leaf"]
    assert tab.evaluate(focused) == weight
    assert tab.locator("#picture .edge.chosen").count() == 1
    assert axe(tab) == ""


def test_a_click_into_the_picture_leaves_the_arrows_to_the_steps(
    show: Any, network_file: Any
) -> None:
    tab = show(network_file, "step=3")
    tab.get_by_label("Flower", exact=True).focus()
    tab.locator("#picture .node", has_text="h5").last.click(position={"x": 60, "y": 20})
    tab.keyboard.press("ArrowRight")
    assert "Step 4/43" in tab.inner_text("#card")
    assert tab.get_by_label("Flower", exact=True).input_value() == "0"


CUT = """() => {
    const width = document.documentElement.clientWidth;
    const found = [];
    const within = one => one.closest('.bounded, #all, .scroll, .edits, .unseen, .none, option');
    for (const one of document.querySelectorAll('body *')) {
        if (within(one) || !one.getClientRects().length) continue;
        const {left, right} = one.getBoundingClientRect();
        const hides = one instanceof HTMLElement && !one.matches('select, .result')
            && getComputedStyle(one).overflowX !== 'visible'
            && one.scrollWidth > one.clientWidth + 1;
        if (left < -1 || right > width + 1 || hides)
            found.push(one.outerHTML.slice(0, 120));
    }
    return found;
}"""


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_is_cut_at_320_pixels(
    show: Any, network_file: Any, large_file: Any, groups_file: Any, language: str
) -> None:
    views = ["step=30", "view=paths&node=w17", "view=paths&node=w1", "view=training"]
    for file, fragments in [
        (network_file, views),
        (large_file, views[:2]),
        (groups_file, views[:2]),
    ]:
        for fragment in fragments:
            tab = show(file, f"{fragment}&language={language}", 320)
            assert tab.evaluate("document.documentElement.scrollWidth") <= 320
            assert tab.evaluate(CUT) == [], fragment


@pytest.mark.parametrize("name", ["large_file", "few_groups_file"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_is_found_on_large_graphs(
    show: Any, axe: Any, request: Any, name: str, scheme: str
) -> None:
    for width in (PHONE, 1280):
        tab = show(request.getfixturevalue(name), "step=40", width, color_scheme=scheme)
        for key in ("zoom-fit", "zoom-in"):
            tab.locator(f"[data-key={key}]").click()
        assert axe(tab) == ""
        tab.get_by_role("tab", name="Paths").click()
        tab.locator("summary").first.click()
        assert axe(tab) == ""


CONTRAST = """selector => [...document.querySelectorAll(selector)].map(one => {
    const light = text => text.match(/\\d+/g).slice(0, 3).map(Number).map(x => x / 255)
        .map(x => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4))
        .reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
    let opacity = 1;
    for (let up = one; up; up = up.parentElement) opacity *= getComputedStyle(up).opacity;
    const [a, b] = [getComputedStyle(one).fill, getComputedStyle(document.body).backgroundColor];
    const [x, y] = [light(a), light(b)].sort((x, y) => y - x);
    return opacity < 1 ? 0 : (x + 0.05) / (y + 0.05);
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_in_the_picture_are_never_faint(
    show: Any, network_file: Any, large_file: Any, scheme: str
) -> None:
    for file in (network_file, large_file):
        for view in ("step=43", "view=paths"):
            tab = show(file, view, color_scheme=scheme)
            numbers = ".node :is(.data, .grad, .label), .chip:not(.none) text"
            found = [x for x in tab.evaluate(CONTRAST, numbers) if x]
            assert len(found) > 20
            assert min(found) >= 4.5


def test_local_derivatives_and_gradients_have_two_colors(
    show: Any, network_file: Any, large_file: Any
) -> None:
    color = "one => getComputedStyle(one)[one.closest('svg') ? 'fill' : 'color']"
    for file in (network_file, large_file):
        local: set[str] = set()
        grad: set[str] = set()
        for view in ("step=30", "view=paths", "step=43"):
            tab = show(file, view)
            for selector, found in (
                (":is(.local, .chip:not(.none) text)", local),
                (":is(#card, #picture) .grad:not(.none)", grad),
            ):
                for one in tab.locator(selector).all():
                    found.add(one.evaluate(color))
        assert len(local) == len(grad) == 1
        assert local != grad


def test_with_reduced_motion_nothing_moves(show: Any, network_file: Any) -> None:
    moving = """() => [...document.querySelectorAll('*')].filter(one => {
        const {transitionDuration, animationName} = getComputedStyle(one);
        return animationName !== 'none' || /[1-9]/.test(transitionDuration);
    }).length"""
    assert show(network_file, reduced_motion="reduce").evaluate(moving) == 0
    assert show(network_file).evaluate(moving) > 0


def test_the_slope_of_a_saturated_tanh_can_be_checked(show: Any) -> None:
    """1 − h² with as many digits of h as give it, never 1 − 1.000²."""
    for x in (2.0, 4.0, 5.5, 9.0):
        y = Value(x, "x").tanh()
        y.label = "h"
        said = " ".join(show(explore(y), "step=1").inner_text("#card").split())
        (operand, sign, result) = re.findall(r"1 − h2 = 1 − ([\d.]+)2 ([=≈]) ([\d.e−]+)", said)[0]
        found = 1 - Decimal(operand) ** 2
        shown = Decimal(result.replace("−", "-"))
        assert operand.startswith("0.9")
        assert sign == "=" or x == 2.0
        assert abs(found - shown) <= abs(shown) / 100

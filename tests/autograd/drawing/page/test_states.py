"""States and addresses, languages, widths and themes, accessibility; in the browser."""

from __future__ import annotations

from typing import Any

import pytest

import autograd
from autograd import Value, explore, relu
from nn import MLP

VIEWS = ["step&step=30", "paths&node=w17", "training"]
WIDTHS = [320, 360, 390, 640, 768, 1000, 1280, 1440]


def card(tab: Any) -> str:
    return " ".join(tab.inner_text("#card").split())


NONSENSE = [
    "node=__proto__", "node=constructor", "node=@999999", "node=@-1", "row=9999", "row=-1",
    "row=abc", "step=abc", "step=99999999999", "step=-1", "edit=1", "set=w17", "set=w17:abc",
    "set=__proto__:1", "set=h5:3", "set=w17:Infinity", "epoch=1000", "epoch=-5", "epoch=7.5",
    "view=x", "root=9", "order=toString", "path=99", "theme=__proto__", "language=xx", "%%%", "&=&",
]  # fmt: skip


def go_to(tab: Any, fragment: str) -> None:
    """Change the address of an open page, and wait until the page has read it."""
    tab.evaluate(
        "fragment => new Promise(done => { addEventListener('hashchange', () => done(), "
        "{once: true}); location.hash = fragment; })",
        fragment,
    )


def test_nonsense_in_the_address_is_ignored(show: Any, network_file: Any) -> None:
    tab = show(network_file, "view=paths")
    plain = card(tab)
    for fragment in NONSENSE:
        go_to(tab, f"view=paths&{fragment}")
        assert card(tab) == plain, fragment
    both = show(network_file, "view=paths&" + "&".join(NONSENSE))
    assert card(both) == plain


def test_the_address_carries_the_state(show: Any, network_file: Any) -> None:
    tab = show(network_file, "view=paths")
    tab.get_by_label("Node", exact=True).select_option(label="w20")
    tab.get_by_label("Output", exact=True).select_option("1")
    tab.get_by_label("Flower", exact=True).select_option("100")
    tab.get_by_role("button", name="+0.1").click()
    tab.wait_for_timeout(300)
    fragment = tab.evaluate("location.hash")
    assert card(show(network_file, fragment.removeprefix("#"))) == card(tab)


def test_a_changed_address_changes_the_page(show: Any, network_file: Any) -> None:
    tab = show(network_file)
    tab.evaluate("location.hash = 'view=paths&node=w33'")
    tab.wait_for_function("document.querySelector('#card').innerText.includes('w33')")
    assert tab.get_by_role("tab", name="Paths").get_attribute("aria-selected") == "true"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_is_never_wider_than_the_screen(
    show: Any, network_file: Any, language: str
) -> None:
    tab = show(network_file, f"language={language}")
    for view in VIEWS:
        go_to(tab, f"view={view}&language={language}")
        for width in WIDTHS:
            tab.set_viewport_size({"width": width, "height": 900})
            tab.wait_for_timeout(60)
            wide = tab.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, view


def test_a_picture_that_is_cut_says_so(show: Any, network_file: Any) -> None:
    wide = explore(MLP(2, [9, 2], seed=0), rows=[[1.0, 2.0]])
    assert "scroll it" in show(wide, width=320).inner_text("#wide")
    assert show(network_file, width=320).locator("#wide").is_hidden()


def test_text_is_never_scaled(show: Any, network_file: Any) -> None:
    for width in (320, 1280):
        tab = show(network_file, "view=paths&node=w17", width)
        sizes = tab.locator("svg text").evaluate_all(
            "texts => texts.map(text => parseFloat(getComputedStyle(text).fontSize) * "
            "text.getScreenCTM().a)"
        )
        assert min(sizes) >= 11


@pytest.mark.parametrize("width", [390, 1280])
def test_controls_are_large_enough(show: Any, network_file: Any, width: int) -> None:
    for view in VIEWS:
        tab = show(network_file, f"view={view}", width)
        heights = tab.evaluate(
            "() => [...document.querySelectorAll('button, select, input, summary')]"
            ".filter(one => one.getClientRects().length)"
            ".map(one => [one.getBoundingClientRect().height, one.outerHTML])"
        )
        assert len(heights) > 10
        assert min(heights)[0] >= 32, min(heights)


def test_the_sticky_bar_has_a_line_of_result(show: Any, network_file: Any) -> None:
    tab = show(network_file, "step=30", 390)
    bar = tab.locator("#transport")
    assert bar.evaluate("bar => getComputedStyle(bar).position") == "sticky"
    assert "grad" in bar.locator(".result").inner_text()
    tab.evaluate("document.querySelector('#legend').scrollIntoView({block: 'center'})")
    last = tab.locator("#picture .node").last.bounding_box()
    assert last["y"] + last["height"] <= bar.bounding_box()["y"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("view", VIEWS)
def test_no_barrier_is_found(
    show: Any, axe: Any, network_file: Any, view: str, language: str, theme: str
) -> None:
    tab = show(network_file, f"view={view}&language={language}&theme={theme}")
    tab.click("#all summary")
    tab.wait_for_selector("#all td")
    assert axe(tab) == ""


def test_no_barrier_is_found_on_a_graph_and_a_phone(show: Any, axe: Any, graph_file: Any) -> None:
    for fragment in ("step=6", "view=paths"):
        assert axe(show(graph_file, fragment, 390)) == ""


def test_language_is_the_browsers_until_it_is_switched(show: Any, graph_file: Any) -> None:
    tab = show(graph_file, locale="ko-KR")
    assert tab.inner_text("h1") == "역전파, 숫자 하나씩"
    assert tab.get_attribute("html", "lang") == "ko"
    tab.get_by_role("button", name="English").click()
    assert tab.inner_text("h1") == "Backpropagation, one number at a time"
    assert tab.get_attribute("html", "lang") == "en"


def test_korean_says_it_well(show: Any, network_file: Any) -> None:
    """Whole views hold no English sentence and none of the poor wordings of the trial page."""
    for view in VIEWS:
        tab = show(network_file, f"view={view}&language=ko")
        tab.evaluate("document.querySelector('.code')?.remove()")
        said = tab.inner_text("body")
        for poor in (
            "조금 돌리면",
            "자기 데이터",
            "나누어 줍니다",
            "아직 더하는 중",
            "시험",
            "길로",
            "기울어진",
            "단추",
            "인수",
            "k인가",
            "답의",
        ):
            assert poor not in said, (view, poor)
        for english in ("the ", "Click", "path", "node", "before"):
            assert english not in said, (view, english)


def test_themes(show: Any, graph_file: Any) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    dark, light = "rgb(17, 21, 27)", "rgb(255, 255, 255)"
    assert show(graph_file, color_scheme="dark").evaluate(ground) == dark
    assert show(graph_file).evaluate(ground) == light
    tab = show(graph_file)
    tab.get_by_role("button", name="Dark").click()
    assert tab.evaluate(ground) == dark
    tab = show(graph_file, color_scheme="dark")
    tab.get_by_role("button", name="Light").click()
    assert tab.evaluate(ground) == light


def test_nothing_moves_with_reduced_motion(show: Any, network_file: Any) -> None:
    duration = "getComputedStyle(document.querySelector('#picture .edge .line')).transitionDuration"
    assert show(network_file, reduced_motion="reduce").evaluate(duration) == "0s"
    assert show(network_file).evaluate(duration) == "0.15s, 0.15s"


def test_without_javascript_one_sentence_says_so(show: Any, graph_file: Any) -> None:
    tab = show(graph_file, java_script_enabled=False)
    assert "computes with JavaScript" in tab.locator("noscript").inner_text()


def test_hostile_labels_are_text(show: Any) -> None:
    labels = [
        *("<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>"),
        *("javascript:alert(3)", "{0}", "⟨{y}⟩", "__proto__", "\u202eevil", "a" * 500, "'\"&amp;"),
    ]
    leaves = [Value(float(i + 1), label) for i, label in enumerate(labels)]
    y = autograd.total(leaves).exp()
    y.label = "constructor"
    page = explore(y)
    for fragment in ("step=3", "view=paths"):
        tab = show(page, fragment)
        tab.click("#all summary")
        tab.wait_for_selector("#all td")
        assert tab.locator("img, script:not(body > script)").count() == 0
        assert tab.locator("[style]").count() <= 4, "only rail and picture, by script"
        for label in ("<img src=x onerror=alert…", "{0}", "__proto__"):
            assert label in tab.inner_text("#all")


def test_one_leaf(show: Any) -> None:
    tab = show(explore(Value(1.0, "x")))
    assert "Nothing to differentiate" in tab.inner_text("#lead")
    tab.keyboard.press("ArrowRight")
    tab.get_by_role("tab", name="Paths").click()
    assert "∂x/∂x = 1" in card(tab)


def test_every_gradient_zero_names_the_node(show: Any) -> None:
    x, w = Value(-1.0, "x"), Value(2.0, "w")
    y = relu(x * w)
    y.label = "y"
    assert "Every gradient of y is 0: the local derivatives of y are 0." in card(show(explore(y)))


def test_where_it_broke(show: Any) -> None:
    x = Value(-1.0, "x")
    y = autograd.log(x) * 2.0
    tab = show(explore(y), "step=4")
    assert "⚠ The first number that is not finite: v1, of −1.000." in card(tab)
    assert tab.locator("#picture .node.broken").count() == 1
    assert tab.locator("#picture .node.reached").count() == 2


def test_a_deep_graph_follows_the_working_node(show: Any) -> None:
    y = Value(0.5, "x")
    for _ in range(300):
        y = y.tanh()
    tab = show(explore(y), "step=150")
    box = tab.locator("#picture").bounding_box()
    node = tab.locator("#picture .working").bounding_box()
    assert box["x"] <= node["x"] <= box["x"] + box["width"]
    tab.keyboard.press("End")
    assert "One sweep gave all gradients of v300, 1 in all" in card(tab)


def test_a_large_graph_opens_on_its_groups(show: Any) -> None:
    y = autograd.total([Value(float(i) / 1e3).exp() for i in range(1100)])
    tab = show(explore(y), "step=5")
    assert tab.locator("#picture .node").count() == 3
    assert "×1100" in tab.text_content("#picture")
    assert "shown in groups" in tab.inner_text("#below")
    tab.get_by_role("tab", name="Paths").click()
    assert "1 path." in card(tab)


def test_in_a_notebook_it_works_in_its_frame(browser: Any, graph_file: Any) -> None:
    x = Value(0.5, "x")
    tab = browser.new_page()
    faults: list[str] = []
    tab.on("console", lambda message: faults.append(message.text))
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.set_content(f"<div>{explore(x.exp().tanh())._repr_html_()}</div>")
    frame = tab.frame_locator("iframe")
    frame.get_by_role("button", name="Last step").click()
    assert "Step 4/4" in frame.locator("#card").inner_text()
    frame.get_by_role("tab", name="Paths").click()
    frame.get_by_role("button", name="+0.1").click()
    tab.wait_for_timeout(300)
    assert frame.locator(".tag").inner_text() == "x = 0.6000"
    tab.close()
    assert faults == []


def test_the_true_class_is_marked(show: Any, network_file: Any) -> None:
    tab = show(network_file, "row=60")
    captions = tab.locator("#picture .caption").all_text_contents()
    assert "versicolor ✓" in captions
    assert "setosa" in captions

"""The guided lesson in the browser: asked, answered by the engine's numbers, refused, linked."""

from __future__ import annotations

import re
from typing import Any

import pytest

import autograd
from autograd import Stop, Value, explore, gradients
from autograd.drawing.page.network_lesson import network_lesson
from autograd.numerals import numeral
from nn import MLP
from tests.autograd.drawing.page.equations import COLLECT, faults
from tests.autograd.drawing.page.test_states import go_to

STOPS = 20
NEXT, SHOW = "[data-key=lesson-next]", "[data-key=lesson-show]"


def said(tab: Any, selector: str = ".lesson") -> str:
    return " ".join(tab.inner_text(selector).replace("\u2009", " ").split())


def status(tab: Any) -> str:
    return said(tab, "#lesson-status")


def equations(tab: Any) -> list[str]:
    """The equations on the page, its own and those of the lesson, that are not so.

    A cell that begins with ≈ is a result whose operands stand in the cells beside it.
    """
    lines = [[*line, ""] for line in tab.evaluate(COLLECT)[0] if not line[1].startswith("≈")]
    return faults(lines)[0]


def type_number(tab: Any, text: str) -> str:
    """What the lesson says of a text that is typed as the answer."""
    tab.locator(".lesson-number input").fill(text)
    tab.keyboard.press("Enter")
    return status(tab)


def choose(tab: Any, number: int) -> str:
    tab.click(f"[data-key=lesson-choice{number}]")
    return status(tab)


def answers_of(graph: dict[str, Value]) -> list[float | int | None]:
    """What is right at each stop: a number (float) by the engine, or a choice (int)."""
    y, w17, w33, h5, s5 = (
        graph["ŷ1"], graph["w17"], graph["w33"], graph["h5"], graph["h5"].parents[0]
    )  # fmt: skip
    d17, d33, dh = gradients(y, [w17, w33, h5])
    (z2,) = gradients(graph["z2"], [w17])
    (of_z2,) = gradients(y, [graph["z2"]])
    (slope,) = gradients(h5, [s5])
    assert d17 == pytest.approx(dh * gradients(h5, [w17])[0])
    experiments = [2, 1, 0, 2, 1, 0]
    numbers = [slope, d33, z2 * of_z2, 1, 2, dh, 2, 2, 0.1 * d33, 1.0]
    return [1, *numbers, 2, 1, *experiments, None]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_stop_is_answered_by_the_engine(
    show: Any, axe: Any, network_file: Any, flower: Any, language: str, width: int
) -> None:
    tab = show(network_file, f"lesson=1&language={language}", width)
    for number, answer in enumerate(answers_of(flower(0)), start=1):
        count = said(tab, ".lesson-head .muted")
        assert count in (f"{number} of {STOPS}", f"{STOPS}개 중 {number}번")
        question = said(tab, ".lesson .question")
        assert "{" not in question
        assert "NaN" not in question
        if answer is None:
            break
        refused = (
            choose(tab, (answer + 1) % 2) if isinstance(answer, int) else type_number(tab, "7")
        )
        assert refused.startswith("✗")
        assert tab.locator(NEXT).count() == 0
        ended = (
            choose(tab, answer) if isinstance(answer, int) else type_number(tab, numeral(answer))
        )
        assert ended.startswith("✓")
        assert isinstance(answer, int) or numeral(answer) in ended or answer == 1
        assert len(re.findall(r"[.?!](?= |$)|다\.", ended)) <= 5, "right, and up to three sentences"
        assert said(tab, ".lesson .question") == question, "its numbers stay when the view changes"
        assert equations(tab) == []
        place = tab.locator("#picture svg").bounding_box()
        assert place["y"] < 0.42 * 900, "the lesson leaves the picture in view"
        if number in (1, 4):
            assert axe(tab) == ""
        tab.keyboard.press("Enter")
    if language == "ko":
        assert not re.search(r"\b(the|path|node|weights)\b", said(tab))
    tab.click(NEXT)
    assert tab.locator(".lesson").count() == 0


def test_every_stop_has_its_link(show: Any, network_file: Any) -> None:
    tab, again = show(network_file, "lesson=1"), show(network_file)
    for number in range(1, STOPS + 1):
        question = said(tab, ".lesson .question")
        shown = said(tab, "#card")
        if number > 1:
            tab.wait_for_timeout(200)
            assert tab.evaluate("location.hash") == f"#lesson={number}"
        go_to(again, f"lesson={number}")
        assert said(again, ".lesson .question") == question
        assert said(again, "#card") == shown
        if number < STOPS:
            tab.click("[data-key=lessonForward]")
    for nonsense in ("lesson=21", "lesson=-1", "lesson=x", "lesson="):
        go_to(again, nonsense)
        assert again.locator(".lesson").count() == 0


def test_what_a_reader_changes_at_a_stop_is_in_its_link(show: Any, network_file: Any) -> None:
    tab = show(network_file, "lesson=12")
    assert said(tab, ".tag").startswith("w18 = ")
    tab.get_by_role("button", name="Reset").first.click()
    tab.get_by_label("Flower", exact=True).select_option("100")
    tab.get_by_role("tab", name="Training").click()
    tab.wait_for_timeout(200)
    fragment = tab.evaluate("location.hash").removeprefix("#")
    again = show(network_file, fragment)
    assert again.locator(".tag").count() == 0
    assert said(again, "#card") == said(tab, "#card")
    assert said(again) == said(tab)


def test_it_opens_a_first_visit_and_never_again_unless_asked(show: Any, network_file: Any) -> None:
    tab = show(network_file, first_visit=True)
    assert "k = ∂ŷ1/∂w33. Is that right?" in said(tab)
    tab.click("[data-key=lesson-lessonLeave]")
    assert tab.locator(".lesson").count() == 0
    tab.wait_for_timeout(200)
    assert "lesson" not in tab.evaluate("location.hash")
    address = tab.url.split("#")[0]
    tab.goto("about:blank")
    tab.goto(address)
    assert tab.locator("#picture .node").count() > 0
    assert tab.locator(".lesson").count() == 0
    tab.get_by_role("button", name="Lesson", exact=True).click()
    assert "1 of 20" in said(tab)
    assert show(network_file, "view=paths", first_visit=True).locator(".lesson").count() == 0


def test_without_storage_it_opens_when_asked(browser: Any, iris: Any, history: Any) -> None:
    tab = browser.new_page(locale="en-US")
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.set_content(history.explore(iris)._repr_html_())
    frame = tab.frame_locator("iframe")
    assert frame.locator("#picture .node").count() > 0
    assert frame.locator(".lesson").count() == 0
    frame.get_by_role("button", name="Lesson", exact=True).click()
    frame.locator("[data-key=lessonForward]").click()
    frame.locator(".lesson-number input").fill("1 - h5^2")
    frame.locator(".lesson-number input").press("Enter")
    assert frame.locator("#lesson-status").inner_text().startswith("✓")
    frame.locator("[data-key=lesson-lessonLeave]").click()
    assert frame.locator(".lesson").count() == 0
    tab.close()
    assert faults == []


TYPED = [
    ("{exact}", "✓"), ("{three}", "✓"), ("{two}", "✓"), ("{ascii}", "✓"), ("{comma}", "✓"),
    ("h5 * ŷ1 * (1 - ŷ1)", "✓"), ("h5·ŷ1·(1 − ŷ1)", "✓"), ("h5 × (ŷ1 − ŷ1²)", "✓"),
    ("{one}", "Nearly"), ("{opposite}", "The size is right"), ("{double}", "it is smaller"),
    ("{half}", "it is larger"), ("5", "Not yet: the sign"), ("", "Type a number"),
    ("h55", "Type a number"), ("alert(1)", "Type a number"), ("0/0", "Type a number"),
    ("1e", "Type a number"), ("constructor", "Type a number"), ("((", "Type a number"),
]  # fmt: skip


def test_an_answer_is_right_within_its_digits(show: Any, network_file: Any, flower: Any) -> None:
    graph = flower(0)
    (x,) = gradients(graph["ŷ1"], [graph["w33"]])
    assert x < 0.0
    given = {
        "exact": repr(x), "three": numeral(x, 3), "two": numeral(x, 2), "one": numeral(x, 1),
        "ascii": f"{x:.3e}", "comma": numeral(x).replace(".", ","), "opposite": numeral(-x),
        "double": numeral(2 * x), "half": numeral(x / 2),
    }  # fmt: skip
    tab = show(network_file, "lesson=3")
    for text, verdict in TYPED:
        assert verdict in type_number(tab, text.format(**given)), text
        if verdict == "✓":
            go_to(tab, "lesson=1")
            go_to(tab, "lesson=3")
            tab.reload()  # which knows of no answer


def test_show_me_needs_no_guess_and_the_lesson_folds(show: Any, network_file: Any) -> None:
    for width in (1280, 390, 320):
        tab = show(network_file, "lesson=3", width)
        open_height = tab.locator(".lesson").bounding_box()["height"]
        tab.click(SHOW)
        assert "It is −0.0" in status(tab)
        assert tab.evaluate("document.activeElement.dataset.key") == "lesson-next"
        assert tab.locator(".dots .shown").count() == 1
        tab.click("[data-key=lesson-lessonFold]")
        line = tab.locator(".lesson").bounding_box()
        assert line["height"] < 46 < open_height
        assert tab.locator("#card").is_visible()
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        tab.click("[data-key=lesson-lessonFold]")
        assert "It is −0.0" in status(tab)


def test_the_lesson_is_walked_by_keyboard(show: Any, network_file: Any) -> None:
    tab = show(network_file, "lesson=2")
    tab.focus("#lesson-question")
    tab.keyboard.press("Tab")
    tab.keyboard.type("1-h5^2")
    tab.keyboard.press("Enter")
    assert status(tab).startswith("✓")
    tab.keyboard.press("Enter")
    assert "3 of 20" in said(tab)
    assert tab.evaluate("document.activeElement.id") == "lesson-question"


def test_a_lesson_of_ones_own_on_any_graph(show: Any, axe: Any) -> None:
    x, w = Value(0.5, label="x"), Value(-1.2, label="w")
    y = (x * w).tanh() + x.exp()
    y.label = "y"
    y_of_x = gradients(y, [x])[0]
    stops = [
        Stop(
            {"en": "What is ∂{output}/∂x at x = {data x}?", "ko": "∂{output}/∂x의 값은?"},
            answer="grad x",
            why="{paths x} paths: {path x 1 + path x 2 =}.",
            after="https://example.org/page.html#view=paths&node=x",
        ),
        Stop("<img src=x onerror=alert(1)> 2 + 2?", answer=4),
        Stop(
            "Does y grow with w? {grad w * 0.1 ?}", "yes", choices=["no", "yes"], before="set=w:1"
        ),
    ]
    tab = show(explore(y, lesson=stops), "lesson=1")
    assert "∂y/∂x at x = 0.5000?" in said(tab)
    assert type_number(tab, numeral(y_of_x)).startswith(f"✓ Right: {numeral(y_of_x)}. 2 paths:")
    assert tab.get_by_role("tab", name="Paths").get_attribute("aria-selected") == "true"
    assert axe(tab) == ""
    tab.click(NEXT)
    assert "<img src=x onerror=alert(1)>" in said(tab)
    assert tab.locator("img").count() == 0
    assert type_number(tab, "3.9").startswith("✗")
    assert type_number(tab, "4").startswith("✓")
    tab.click(NEXT)
    assert said(tab, ".tag") == "w = 1.000"
    assert choose(tab, 1).startswith("✓")
    tab = show(explore(y, lesson=stops), "lesson=1&language=ko")
    assert "∂y/∂x의 값은?" in said(tab)
    tab.click("[data-key=lessonForward]")
    assert "2 + 2?" in said(tab), "a plain text stands in every language"


def test_no_lesson(show: Any, iris: Any, history: Any, graph_file: Any) -> None:
    for page in (history.explore(iris, lesson=[]), graph_file):
        tab = show(page, "lesson=1", first_visit=True)
        assert tab.locator("#picture .node").count() > 0
        assert tab.locator(".lesson, .lesson-open").count() == 0


MODELS: dict[str, Any] = {
    "one hidden layer": (lambda: MLP(4, [3, 3], activation="tanh", seed=0), 18),
    "two classes, one output": (lambda: MLP(4, [3, 1], activation="sigmoid", seed=0), 8),
    "relu": (lambda: MLP(4, [4, 4, 3], activation="relu", seed=0), 16),
    "no hidden layer": (lambda: MLP(4, [3], seed=0), 0),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_network_of_another_shape_has_the_stops_that_fit(show: Any, iris: Any, name: str) -> None:
    make, most = MODELS[name]
    model = make()
    rows = iris.test if name != "two classes, one output" else iris.test.rows[:5]
    page = explore(model, rows=rows)
    count = len(page._number["lesson"])
    assert (count > 0) == (most > 0)
    assert count <= most
    tab = show(page, "lesson=1")
    for _ in range(count):
        if tab.locator(SHOW).count():
            tab.click(SHOW)
            assert status(tab)
        assert equations(tab) == []
        assert not re.search(r"NaN|undefined|[{}<>]", said(tab))
        tab.click(NEXT)


def test_a_network_whose_names_do_not_stand_in_formulas_has_no_lesson() -> None:
    model = MLP(2, [2, 2], activation="tanh", seed=0)
    for parameter in model.parameters():
        parameter.label = "a weight"
    page = explore(model, rows=[[1.0, 2.0]])
    assert network_lesson(page._content) == []


Y = Value(0.5, "x").tanh() * Value(2.0, "w")
Y.label = "y"
REFUSED: dict[str, Any] = {
    "question": (lambda: Stop(1.5), TypeError, "Stop: expected a text"),
    "empty": (lambda: Stop(""), ValueError, "Stop: expected a question, got an empty text"),
    "language": (lambda: Stop({"de": "Was?"}), ValueError, "no language 'de'; accepted: en, ko"),
    "brace": (lambda: Stop("{grad x"), ValueError, "a brace without its partner"),
    "term": (lambda: Stop("{gard x}"), ValueError, "did you mean 'grad'?"),
    "form": (lambda: Stop("{path x}"), ValueError, "expected path NAME NUMBER"),
    "both signs": (lambda: Stop("{data x * data x + 1 =}"), ValueError, "both * and +"),
    "answer": (lambda: Stop("?", "x"), ValueError, "'x' is no number of the page"),
    "word": (lambda: Stop("?", "output"), ValueError, "expected a number as answer"),
    "nan": (lambda: Stop("?", float("nan")), ValueError, "a finite number"),
    "value": (lambda: Stop("?", Y), TypeError, "use its .data"),
    "choices": (lambda: Stop("?", "yep", choices=["yes", "no"]), ValueError, "none of the choices"),
    "one choice": (lambda: Stop("?", "yes", choices=["yes"]), ValueError, "at least two choices"),
    "state": (lambda: Stop("?", 1, before=3), TypeError, "as in \"view=paths&node=w17\""),
    "stop": (lambda: explore(Y, lesson=["?"]), TypeError, "explore: expected Stops as lesson"),
    "stops": (lambda: explore(Y, lesson=Stop("?")), TypeError, "Stops as lesson"),
    "node": (
        lambda: explore(Y, lesson=[Stop("?", 1), Stop("?", "grad ww")]),
        ValueError,
        "explore: stop 2: no node of this graph is called 'ww'; did you mean 'w'?",
    ),
    "operand": (lambda: explore(Y, lesson=[Stop("?", "local y x")]), ValueError, "no operand of y"),
    "path": (lambda: explore(Y, lesson=[Stop("?", "path x 2")]), ValueError, "has 1 paths below y"),
    "leaf": (lambda: explore(Y, lesson=[Stop("?", "change y 1")]), ValueError, "only a leaf"),
    "view": (lambda: explore(Y, lesson=[Stop("?", 1, before="view=training")]), ValueError, "view"),
    "key": (lambda: explore(Y, lesson=[Stop("?", 1, after="nod=x")]), ValueError, "'node'?"),
    "place": (lambda: explore(Y, lesson=[Stop("?", 1, after="node=x9")]), ValueError, "1: after"),
    "set": (lambda: explore(Y, lesson=[Stop("?", 1, after="set=y:1")]), ValueError, "only a leaf"),
    "edit": (lambda: explore(Y, lesson=[Stop("?", 1, after="set=w:q")]), ValueError, "NAME:NUMBER"),
    "row": (lambda: explore(Y, lesson=[Stop("?", 1, after="row=1")]), ValueError, "from 0 to 0"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_stop_refuses(name: str) -> None:
    make, kind, words = REFUSED[name]
    with pytest.raises(kind, match=re.escape(words)):
        make()


def test_nodes_of_any_name_can_be_named() -> None:
    a, b = Value(2.0, "petal width"), Value(3.0)
    y = a * b
    page = explore(y, lesson=[Stop('{data "petal width" * data @1 =}', "grad @0")])
    assert page._number["lesson"][0]["answer"]["terms"] == [["grad", 0]]


def test_the_states_of_stops_are_those_of_the_page(show: Any, network_file: Any) -> None:
    from autograd.drawing.page import assembly, states

    tab = show(network_file)
    tabs = tab.locator("[role=tab]").evaluate_all("tabs => tabs.map(tab => tab.id.slice(4))")
    assert list(states.VIEWS) == tabs
    code = "".join([assembly.source(f"{name}.js") for name in assembly.PAGE])
    readers = re.search(r"const READERS = \{(.*?)\n\}", code, re.S)
    insights = re.search(r"insight: oneOf\(\[(.*?)\]", code)
    assert readers is not None
    assert insights is not None
    assert re.findall(r"\w+", insights[1]) == list(states.INSIGHTS)
    keys = set(re.findall(r"^  (\w+):", readers[1], re.M)) | {"picked", "set", "insight"}
    page = autograd.explore(Y)
    assert set(states.States(page._content, page._number).readers) == keys - {"language", "theme"}

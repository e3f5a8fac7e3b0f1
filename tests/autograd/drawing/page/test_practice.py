"""Practice: every question's answer is the engine's; right answers are accepted, wrong ones not."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any

import pytest

import autograd
from autograd import Value, gradients
from autograd.drawing.page import assembly
from autograd.drawing.page.content import Content
from autograd.drawing.page.operations import printed
from autograd.drawing.page.subjects import of_model
from autograd.numerals import numeral

from .equations import WALK, faults

COUNT = 60  # questions of each graph; of the network more

# What is asked, as plain data, and what is said of some answers to it.
ASK = """(root, number) => {
    Object.assign(state, DEFAULTS, {root});
    const run = current();
    const one = questionOf(run, rootNode(), number);
    const again = questionOf(run, rootNode(), number);
    if (!one) return null;
    const plain = q => ({...q, choices: q.choices?.map(({make, x, right}) =>
        ({text: formulaText(make()), x, right: Boolean(right)}))});
    if (JSON.stringify(plain(one)) !== JSON.stringify(plain(again))) throw new Error(number);
    const says = text => practiceVerdictOf(one, text);
    const tries = one.choices ? {} : {
        three: says(numeral(one.answer, 3)),
        four: says(numeral(one.answer)),
        ascii: says(String(one.answer)),
        sum: says(`${one.answer} + 0 * 7`),
        shown: one.others.every(x => x === null || !Number.isFinite(x) || says(String(x)).right),
        far: says(String(one.answer * 1.2 + (one.answer === 0))),
        sign: says(String(-one.answer)),
        mistakes: one.mistakes.map(([x]) => [x, says(String(x))]),
    };
    return {...plain(one), tries};
}"""


@pytest.fixture(scope="module")
def ask(browser: Any) -> Iterator[Any]:
    """A function: the questions of a graph, each asked of the page's script alone."""
    tab = browser.new_page()

    def asked(content: Content, root: int, numbers: list[int]) -> list[dict[str, Any]]:
        data = assembly.as_json({**content.json(), "words": assembly.words()})
        tab.set_content(f'<script type="application/json" id="data">{data}</script><p id="card">')
        before = assembly.MODULES[: assembly.MODULES.index("main")]
        sources = "\n".join([assembly.source(f"{name}.js") for name in before])
        element = "document.getElementById('data').textContent"
        given = f"const BASE = JSON.parse({element}), DATA = BASE, address = '', kept = {{}};"
        text = f"{printed(content.kinds)}\n{given}\n{sources}\n"
        text += f"return numbers.map(n => ask({root}, n));"
        found: list[dict[str, Any]] = tab.evaluate(
            f"numbers => {{ const ask = {ASK};\n{text} }}", numbers
        )
        return found

    yield asked
    tab.close()


def network(iris: Any) -> Content:
    from nn import MLP

    return of_model(MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=4), iris)


def small() -> Content:
    x, w = Value(0.5, "x"), Value(-1.2, "w")
    return Content([(x * w).tanh() + autograd.exp(x)])


def deep() -> Content:
    """Thousands of nodes in a row, more paths than can be counted one by one."""
    y, w = Value(0.3, "x"), Value(0.9, "w")
    for _ in range(1500):
        y = (w * y + y).tanh()
    return Content([y])


def anything(seed: int) -> Content:
    """A graph of operations of many kinds, one on the other."""
    rng = random.Random(seed)
    nodes: list[Value] = [Value(rng.uniform(-2, 2), name) for name in "abc"]
    for _ in range(12):
        f = rng.choice([autograd.tanh, autograd.sigmoid, autograd.exp, autograd.sin, abs])
        g = rng.choice([lambda x, y: x * y, lambda x, y: x - y, lambda x, y: x / y, autograd.hypot])
        x, y = rng.choice(nodes[-4:]), rng.choice(nodes)
        nodes.append(f(x) if rng.random() < 0.4 else g(x, y))
    return Content([nodes[-1] * nodes[-2]])


def check(content: Content, root: int, one: dict[str, Any]) -> None:
    """A question against the engine."""
    nodes = content.nodes
    top, start, end = content.roots[root], nodes[one["start"]], nodes[one["end"]]
    locals_of = [nodes[node].local_derivatives[slot] for node, slot in one["edges"]]
    if one["kind"] != "sum":
        place = start
        for node, slot in one["edges"]:
            assert nodes[node].parents[slot] is place
            place = nodes[node]
        assert place is end
    if one["kind"] in ("factor", "slot", "name"):
        node, slot = one["asked"]
        want = nodes[node].local_derivatives[slot]
        assert [node, slot] in one["edges"]
    elif one["kind"] == "product":
        want = math.prod(locals_of)
    elif one["kind"] == "sum":
        want = gradients(end, [start])[0]
        assert end is top
        assert 2 <= len(one["paths"]) == len({str(path) for path in one["paths"]})
    else:
        node, slot = one["edges"][0]
        grads = gradients(top, nodes)
        uses = [
            (child, k) for child, own in enumerate(nodes) for k, p in enumerate(own.parents)
            if p is start
        ]  # fmt: skip
        uses.sort(key=lambda use: (-use[0], use[1]))
        handed = [nodes[child].local_derivatives[k] * grads[child] for child, k in uses]
        place = uses.index((node, slot))
        assert place > 0
        assert one["asked"]["before"] == pytest.approx(sum(handed[:place]), rel=1e-9, abs=1e-300)
        want = sum(handed[: place + 1])
    if one["kind"] == "name":
        right = one["choices"][one["answer"]]
        assert [choice["right"] for choice in one["choices"]].count(True) == 1
        assert right["right"]
        assert right["x"] == pytest.approx(want, rel=1e-12)
        shown = [numeral(choice["x"]) for choice in one["choices"] if choice["x"] is not None]
        assert len(set(shown)) == len(shown)
        assert len({choice["text"] for choice in one["choices"]}) == len(one["choices"]) >= 2
    else:
        size = sum(map(abs, one.get("products", [want])))
        assert one["answer"] == pytest.approx(want, rel=1e-9, abs=1e-12 * size)


def check_verdicts(one: dict[str, Any]) -> None:
    tries = one["tries"]
    if not tries:
        return
    for spelling in ("three", "four", "ascii", "sum"):
        assert tries[spelling].get("right"), (spelling, one)
    assert tries["shown"], one
    others = [x for x in one["others"] if x is not None]
    if all(abs(x - one["answer"]) < 0.01 * abs(one["answer"]) for x in others):
        assert not tries["far"].get("done"), one
        if one["answer"] != 0:
            assert tries["sign"]["word"] == "verdictSign", one
    away = [(y, 0.05 * abs(y)) for y in (one["answer"], *others)]
    for x, said in tries["mistakes"]:
        if x is not None and all([abs(x - y) > near for y, near in away]):
            assert not said.get("done"), one


def test_every_answer_is_the_engines(ask: Any, iris: Any) -> None:
    contents = [(network(iris), 0), (network(iris), 3), (small(), 0), (deep(), 0)]
    contents += [(anything(seed), 0) for seed in range(6)]
    kinds = set()
    for content, root in contents:
        count = 4 * COUNT if content.network and root == 0 else COUNT
        asked = ask(content, root, list(range(1, count + 1)))
        for one in asked:
            assert one is not None
            check(content, root, one)
            check_verdicts(one)
        kinds |= {one["kind"] for one in asked}
        if content.network is not None:
            assert len({str(one) for one in asked}) > 0.7 * len(asked)
            trivial = [
                one for one in asked if one["answer"] in (0, 1, -1) and not one.get("choices")
            ]
            assert trivial == []
    assert kinds == {"factor", "name", "product", "sum", "increment", "slot"}


def test_where_there_is_nothing_to_ask(ask: Any, show: Any) -> None:
    """All numbers are NaN, or there is no operation; of trivial ones alone there are questions."""
    x = Value(-1.0, "x")
    assert ask(Content([x.log() * x.log()]), 0, [1, 2, 3]) == [None] * 3
    tab = show(autograd.explore(Value(2.0, "a")), "view=practice")
    assert "no operation" in tab.inner_text("#card")
    (one,) = ask(Content([x + Value(2.0, "y")]), 0, [1])
    assert one["answer"] == 1


def test_a_question_is_answered(show: Any, network_file: Any, flower: Any, axe: Any) -> None:
    tab = show(network_file, "view=practice")
    card = tab.locator("#card")
    text = card.inner_text()
    assert "∂s7/∂h4?" in text
    answer = flower(0)["w28"].data
    assert tab.locator("#picture .chip:not(.none)").count() == 0
    tab.locator(".answer").fill("hello")
    tab.keyboard.press("Enter")
    assert "no number" in card.inner_text()
    tab.locator(".answer").fill(f"{-answer:.4f}")
    tab.get_by_role("button", name="Check").click()
    assert "the sign is not" in card.inner_text()
    assert "0 of 1" in card.inner_text()
    tab.get_by_role("button", name="Hint").click()
    lit = tab.locator("#picture .edge.path")
    assert lit.count() == 1
    assert tab.locator("#picture .node.on").count() >= 2
    assert axe(tab) == ""
    tab.locator(".answer").fill(f"{answer:.3f}")
    tab.keyboard.press("Enter")
    assert "✓ Right." in card.inner_text()
    assert "0 of 1" in card.inner_text()  # the first try counts
    assert "∂s7/∂h4 = w28 = " in card.inner_text()
    assert lit.count() == 4
    tab.keyboard.press("Enter")  # goes on
    assert "Question 2" in card.inner_text()
    assert tab.evaluate("document.querySelector('.answer').getAttribute('aria-pressed')") == "false"
    tab.wait_for_timeout(250)
    assert "task=2" in tab.evaluate("location.hash")
    right = tab.locator(".choices button", has_text="−ŷ1 · ŷ2")
    right.focus()
    tab.keyboard.press("Enter")
    assert "1 of 2" in card.inner_text()
    assert "in a row: 1" in card.inner_text()
    assert "Right." in tab.inner_text(".verdict")
    next_one = tab.get_by_role("button", name="Next question")
    next_one.focus()
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.className") == "answer"
    tab.get_by_role("button", name="Show the answer").click()
    assert "This is the answer" in card.inner_text()
    assert "1 of 3" in card.inner_text()
    tab.wait_for_timeout(250)
    again = show(network_file, tab.evaluate("location.hash.slice(1)"))
    assert "This is the answer" in again.inner_text("#card")
    again.get_by_role("button", name="Next question").click()
    again.select_option("#menu-row", "7")
    assert "Question 4" in again.inner_text("#card")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_equations_of_the_answers_hold(show: Any, network_file: Any, language: str) -> None:
    tab = show(network_file, f"language={language}")
    fragments = [
        f"language={language}&view=practice&task={task}&row={task}&epoch=9{more}"
        for task in range(1, 25)
        for more in ("", "&answer=show")
    ]
    lines, _ = tab.evaluate(WALK, fragments)
    wrong, count = faults(lines)
    assert wrong == []
    assert count > 20


def test_on_a_phone_the_picture_stays_in_view(show: Any, network_file: Any, axe: Any) -> None:
    for width in (390, 320):
        tab = show(network_file, "view=practice&task=4&language=ko", width=width)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        tab.locator("[data-key=hint]").click()
        place = "document.querySelector('#picture .node.on').getBoundingClientRect()"
        sheet = "document.querySelector('#card').getBoundingClientRect().top"
        assert tab.evaluate(f"{place}.top > 0 && {place}.top < {sheet}")
        tab.locator("[data-key=reveal]").click()
        assert axe(tab) == ""

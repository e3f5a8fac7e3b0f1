"""The page's store: what is remembered, and that what is seen depends on the state alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from autograd.drawing.page import assembly


@pytest.fixture(scope="module")
def script(browser: Any) -> Iterator[Any]:
    """A function: what statements return that may use the page's dom.js and store.js."""
    tab = browser.new_page()
    tab.set_content("<main></main>")
    sources = assembly.source("dom.js") + assembly.source("store.js")

    yield lambda text: tab.evaluate(f"() => {{ {sources}\n{text} }}")
    tab.close()


def test_a_result_is_remembered_until_what_it_read_has_changed(script: Any) -> None:
    found = script("""
        Object.assign(state, {a: 1, b: 2, chosen: 'a'});
        let count = 0;
        const f = remembered(k => (count++, k * S[S.chosen]));
        const seen = [f(10), f(10), f(20), count];
        state.b = 5;                      // not read
        seen.push(f(10), count);
        state.a = 3;
        seen.push(f(10), f(20), count);
        state.chosen = 'b';
        seen.push(f(10), count);
        state.a = 0;                      // not read any more
        seen.push(f(10), count);
        return seen;
    """)
    assert found == [10, 10, 20, 2, 10, 2, 30, 60, 4, 50, 5, 50, 5]


def test_a_result_of_results_is_computed_again_only_where_they_differ(script: Any) -> None:
    found = script("""
        Object.assign(state, {x: 1, list: [1, 2]});
        let count = 0;
        const sign = remembered(() => Math.sign(S.x));
        const word = remembered(() => (count++, `sign ${sign()}`));
        const even = remembered(() => S.list.filter(x => x % 2 === 0), sameList);
        const sum = remembered(() => (count++, even().reduce((a, b) => a + b, 0)));
        const seen = [word(), sum(), count];
        state.x = 7;
        state.list = [3, 2];
        seen.push(word(), sum(), count);
        state.x = -7;
        state.list = [3, 4];
        seen.push(word(), sum(), count);
        return seen;
    """)
    assert found == ["sign 1", 2, 2, "sign 1", 2, 2, "sign -1", 4, 4]


def test_a_failure_is_not_remembered(script: Any) -> None:
    found = script("""
        state.x = 0;
        const f = remembered(() => { if (!S.x) throw new Error('no'); return S.x; });
        let thrown = 0;
        try { f(); } catch { thrown++; }
        state.x = 4;
        return [thrown, f(), reads];
    """)
    assert found == [1, 4, None]


def test_elements_stay_while_they_are_turned_into_others(script: Any) -> None:
    """The focus, a dragged slider and scrolling stay; listeners are those given last."""
    found = script("""
        const main = document.querySelector('main');
        const said = [];
        const view = (n, more) => [
          more && h('p', 'before'),
          h('label', {title: `n ${n}`}, ['n = ', h('b', n)]),
          button('more', () => said.push(n), `more ${n}`),
          h('input', {type: 'range', 'data-key': 'x', min: 0, max: 100, value: n}),
          h('input', {type: 'text', 'data-key': 'free'}),
          n > 1 && h('ul', [h('li', 'last')]),
        ];
        show(main, view(1));
        const [label, press, range, free] = main.children;
        press.focus();
        free.value = 'typed';
        range.value = 50;
        show(main, view(2, true));
        press.click();
        const same = [label, press, range, free].map(one => [...main.children].indexOf(one));
        const fixed = whole(h('p', 'whole'));
        show(main, fixed, view(3));
        show(main, h('p', 'other'), fixed);
        return [same, document.activeElement === press || main.outerHTML, said, range.value,
          free.value, label.outerHTML, fixed.textContent, main.children.length];
    """)
    label = '<label title="n 3">n = <b>3</b></label>'
    assert found[0] == [1, 2, 3, 4]
    assert found[2:] == [[2], "3", "typed", label, "whole", 2]


SEEN = """() => [...document.querySelectorAll('body > *:not(script):not(noscript)')]
    .map(one => {
        const copy = one.cloneNode(true);
        for (const one of copy.querySelectorAll('.none, .visit')) one.remove();
        return copy.outerHTML;
    })
    .join('\\n')
    .replace(/(data-key="undo"[^>]*aria-disabled=)"\\w+"/g, '$1').replace(/ class=""/g, '')"""

# Presses buttons, chooses from menus and moves sliders, one after the other.
WALK = """numbers => {
    for (const number of numbers) {
        const all = [...document.querySelectorAll('button, select, input, #picture .node, .mark')]
            .filter(one => !/^(go-play|choice-(dark|light|auto)|zoom-.*|sheet|all-paths)$/
                .test(one.dataset.key))
            .filter(one => !/^(lab-(run|one)|lesson-(show|check|choice|input|lessonFold))/
                .test(one.dataset.key));
        const one = all[Math.floor(number * all.length)];
        const rest = (number * all.length) % 1;
        const tell = name => one.dispatchEvent(new Event(name, {bubbles: true}));
        if (one.localName === 'select') {
            one.value = one.options[Math.floor(rest * one.options.length)].value;
            tell('change');
        } else if (one.localName === 'input') {
            one.value = Number(one.min) + rest * (one.max - one.min);
            tell('input');
            tell('change');
        } else one.dispatchEvent(new MouseEvent('click', {bubbles: true}));
    }
}"""


# After the page has written it.
ADDRESS = "() => new Promise(done => setTimeout(() => done(location.hash), 250))"


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_seen_depends_on_the_state_alone(
    show: Any, network_file: Any, graph_file: Any, width: int
) -> None:
    """However one came to a state, the page is the one that its address opens."""
    rng = random.Random(width)
    for file in (network_file, graph_file):
        tab = show(file, width=width, reduced_motion="reduce")
        fresh = show(file, width=width)
        for _ in range(8):
            tab.evaluate(WALK, [rng.random() for _ in range(6)])
            fragment = tab.evaluate(ADDRESS)
            fresh.goto("about:blank")
            fresh.goto(file.as_uri() + fragment)
            assert tab.evaluate(SEEN) == fresh.evaluate(SEEN), fragment

"""Every view and control of pages with numbers and data of any kind: nothing breaks or is empty."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import pytest

import autograd
from autograd import Value, explore, operation
from autograd.drawing.page import content
from autograd.ops import TABLE
from autograd.recording import evaluate
from nn import MLP, SGD, Data, binary_cross_entropy, mse, train
from tests.autograd.tape.running import COUNT, OPERATIONS, SPECIAL

# Goes through views, outputs, nodes, rows, orders, steps and epochs, presses every button (of those
# that are numbered the first and the last), moves every slider to its ends; after each it looks for
# what no page may show.
DRIVE = r"""async () => {
    const all = (selector, one = document) => [...one.querySelectorAll(selector)];
    const problems = new Map();
    let count = 0;
    const report = (what, where) => { if (!problems.has(what)) problems.set(what, where); };
    const EMPTY = /\(\s*[,;+)]|[,:]\s*[.,;:)]|undefined|\bnull\b|\[object|\{\w+\}/;
    const NAMED = 'button, option, label, th, h1, h2, h3, dt, dd, li, figcaption, summary, '
        + 'caption, output, [role=tab], .note, .tag, .label, .bead-name';
    const LINES = 'p, li, h1, h2, h3, td, th, dt, dd, title, text, figcaption, option, button, '
        + 'div, span';
    const look = where => {
        count++;
        for (const one of all('svg, svg *, input, progress')) {
            for (const {name, value} of one.attributes) {
                if (!/^aria-|^class$/.test(name) && /NaN|Infinity|undefined|null/.test(value)) {
                    report(`${one.localName} ${name}="${value}"`, where);
                }
            }
        }
        for (const one of all('body, body *')) {
            for (const {name, value} of one.attributes) {
                if (!/^aria-(label|valuetext)$|^title$|^label$/.test(name)) continue;
                if (!value.trim() || EMPTY.test(value) || / {2}/.test(value)) {
                    report(`${one.localName} ${name}="${value}"`, where);
                }
            }
        }
        for (const one of all(NAMED)) {
            const text = one.textContent.trim();
            if (text || one.getAttribute('aria-label')) continue;
            report(`empty ${one.outerHTML.slice(0, 120)}`, where);
        }
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const lines = new Set();
        while (walker.nextNode()) {
            const line = walker.currentNode.parentElement.closest(LINES);
            if (line && !line.closest('script, style')) lines.add(line);
        }
        for (const line of lines) {
            if (!EMPTY.test(line.textContent)) continue;
            report(`text: ${line.textContent.slice(0, 160)}`, where);
        }
    };
    const choose = (select, value) => {
        select.value = value;
        select.dispatchEvent(new Event('change', {bubbles: true}));
    };
    const some = (list, most) => list.filter((_, i) => i % Math.ceil(list.length / most) === 0);
    const values = (id, most) => {
        const select = document.getElementById(id);
        return select ? some([...select.options].map(option => option.value), most) : [];
    };
    const kind = key => key.replace(/\d+$/, '');
    const ends = keys => keys.filter(key => {
        const same = keys.filter(other => kind(other) === kind(key));
        return key === same[0] || key === same.at(-1);
    });
    const press = (selector, where) => {
        for (const key of ends(all(selector).map(one => one.dataset.key).filter(Boolean))) {
            const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
            if (!button || button.localName !== 'button') continue;
            button.click();
            look(`${where} [${key}]`);
        }
    };
    const slide = (selector, where) => {
        for (const key of all(selector).map(one => one.dataset.key)) {
            for (const part of [0, 1]) {
                const input = document.querySelector(`[data-key="${key}"]`);
                if (!input) continue;
                const [low, high] = [Number(input.min), Number(input.max)];
                input.value = low * (1 - part) + high * part;
                input.dispatchEvent(new Event('input', {bubbles: true}));
                input.dispatchEvent(new Event('change', {bubbles: true}));
                look(`${where} [${key} at ${part}]`);
            }
        }
    };
    const tab = view => document.querySelector(`[data-key="tab-${view}"]`);
    look('start');
    document.querySelector('#all').open = true;
    await new Promise(done => setTimeout(done, 20));
    for (const language of ['ko', 'en']) {
        document.querySelector(`[data-key="choice-${language}"]`).click();
        const large = all('option').length > 70;
        const most = language === 'ko' ? 1 : large ? 2 : 3;
        const roots = values('menu-root', large ? 1 : Math.min(most, 2));
        for (const root of roots.length ? roots : ['0']) {
            if (roots.length) choose(document.getElementById('menu-root'), root);
            for (const view of ['step', 'paths', 'training']) {
                if (!tab(view)) continue;
                tab(view).click();
                const where = `${language} root ${root} ${view}`;
                look(where);
                const orders = view === 'step' ? values('menu-order', Math.min(most, 3)) : [];
                for (const order of orders) {
                    choose(document.getElementById('menu-order'), order);
                    for (const key of ['go-first', 'go-next', 'go-last', 'go-previous']) {
                        document.querySelector(`[data-key="${key}"]`).click();
                        look(`${where} ${order} ${key}`);
                    }
                    const slider = document.querySelector('[data-key="go-slider"]');
                    const steps = Array.from({length: Number(slider.max) + 1}, (_, step) => step);
                    for (const step of some(steps, 2 * most)) {
                        slider.value = step;
                        slider.dispatchEvent(new Event('input', {bubbles: true}));
                        look(`${where} ${order} ${step}`);
                    }
                }
                for (const [i, node] of values('menu-node', most).entries()) {
                    choose(document.getElementById('menu-node'), node);
                    look(`${where} node ${node}`);
                    if (i > 1) continue;
                    slide('#card input[type=range]', `${where} node ${node}`);
                    press('#card button', `${where} node ${node}`);
                    if (tab(view).getAttribute('aria-selected') !== 'true') tab(view).click();
                }
                for (const row of values('menu-row', most)) {
                    choose(document.getElementById('menu-row'), row);
                    look(`${where} row ${row}`);
                }
                slide('#epochs input[type=range]', where);
                press('#epochs button, #below button', where);
                press('#card button', where);
            }
        }
    }
    press('#bar button', 'bar');
    press('#settings button', 'settings');
    return [[...problems].map(([what, where]) => `${where}: ${what}`), count];
}"""


def of_numbers(*numbers: float) -> Any:
    """A graph with sums, products, quotients and functions of these leaves."""
    leaves = [Value(x, f"x{i}") for i, x in enumerate(numbers)]
    y = autograd.total([leaf * 2.0 + leaf * leaf - 1.0 / leaf for leaf in leaves])
    z = autograd.total([autograd.tanh(leaf) * autograd.exp(leaf) for leaf in leaves]) + y
    return explore([z, autograd.log(leaves[0]), autograd.softmax(leaves)[0]])


def of_operations(numbers: Sequence[float]) -> Any:
    leaves = [Value(x, f"a{i}") for i, x in enumerate(numbers)]
    roots = []
    for i, name in enumerate(OPERATIONS):
        count = COUNT[TABLE[name].shape]
        roots.append(
            evaluate(TABLE[name], tuple([leaves[(i + j) % len(leaves)] for j in range(count)]))
        )
    return explore([autograd.total(roots), *roots[::9]])


def of_products(size: float) -> Any:
    """Numbers that are finite, with gradients that are not, or that vanish."""
    x = Value(1.0 / size / size, "x")
    return explore(x * size * size * size + x * size * size * -size)


def of_training(
    data: Any, layers: Sequence[int], validation: Any = None, epochs: int = 3, **settings: Any
) -> Any:
    lr = settings.pop("lr", 0.1)
    loss = settings.pop("loss", None)
    model = MLP(len(data.rows[0]), list(layers), activation="tanh", seed=0, **settings)
    given = {"loss": loss} if loss else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return train(
            model, data, optimizer=SGD(model.parameters(), lr=lr), epochs=epochs,
            validation=validation, progress=False, **given,
        ).explore()  # fmt: skip


def spots(count: int, classes: int = 2, width: int = 2, size: float = 1.0) -> Data:
    rows = [[size * math.sin(3.7 * i + j) for j in range(width)] for i in range(count)]
    return Data(rows, [i % classes for i in range(count)])


def of_groups() -> Any:
    leaves = [Value(float(i), f"x{i}") for i in range(120)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "PLACED", 200)  # or it would be 2000 nodes that are shown in groups
        return explore(autograd.total([leaf.log() for leaf in leaves]))


def of_own_operation() -> Any:
    own = operation("own_driven", value=lambda x: math.inf, partials=lambda m, x, y: (math.nan,))
    return explore(own(Value(1.0, "x")) * 2.0)


PAGES: dict[str, Callable[[], Any]] = {
    "NaN": lambda: of_numbers(math.nan),
    "infinity": lambda: of_numbers(math.inf, -math.inf),
    "one infinity": lambda: of_numbers(-math.inf, 1.0),
    "largest": lambda: of_numbers(1e308, -1.7e308),
    "zeros": lambda: of_numbers(0.0, -0.0),
    "subnormal": lambda: of_numbers(5e-324, -1e-310),
    "mixed": lambda: of_numbers(1e308, 1e-308, -0.0, math.nan),
    "operations of usual numbers": lambda: of_operations([0.3, -0.7, 1.2]),
    "operations of special numbers": lambda: of_operations(SPECIAL),
    "operations of large numbers": lambda: of_operations([1e308, -1e308, 1e200, 5e-324]),
    "gradients overflow": lambda: of_products(1e150),
    "gradients vanish": lambda: of_products(1e-150),
    "a leaf": lambda: explore(Value(1.0, "x")),
    "a leaf that is NaN": lambda: explore(Value(math.nan)),
    "blank labels": lambda: explore(Value(1.0, " ") * Value(2.0, "\t") + Value(0.5)),
    "roots apart": lambda: explore([Value(1.0, "x").exp(), Value(2.0, "y"), Value(0.5) * 3.0]),
    "constants only": lambda: explore(Value(2.0, "x") * 0.0),
    "groups": of_groups,
    "own operation": of_own_operation,
    "rows without labels": lambda: explore(MLP(2, [2, 2], seed=0), rows=[[1.0, 2.0], [3.0, 4.0]]),
    "rows of any numbers": lambda: explore(
        MLP(2, [2, 2], activation="tanh", seed=0),
        rows=[[math.nan, 1.0], [math.inf, -0.0], [1e308, 5e-324]],
    ),
    "no validation": lambda: of_training(spots(6), [3, 2]),
    "validation": lambda: of_training(spots(6), [3, 2], validation=spots(3)),
    "one row": lambda: of_training(spots(1), [2]),
    "one class": lambda: of_training(Data([[1.0, 2.0], [2.0, 1.0]], [0, 0]), [2, 2]),
    "one feature": lambda: of_training(spots(5, width=1), [2]),
    "four classes": lambda: of_training(spots(9, classes=4, width=3), [3, 4]),
    "one output": lambda: of_training(spots(4), [2, 1], loss=binary_cross_entropy),
    "one epoch": lambda: of_training(spots(4), [2], epochs=1),
    "regression": lambda: of_training(
        Data([[1.0, 2.0], [0.5, 1.0]], [0.5, 1.5]), [2, 1], loss=mse
    ),
    "equal rows": lambda: of_training(Data([[1.0, 1.0], [1.0, 1.0]], [0, 1]), [2]),
    "large features": lambda: of_training(spots(4, size=1e308), [2, 2]),
    "diverged": lambda: of_training(spots(4, size=1e3), [2], lr=1e300),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_nothing_breaks_and_nothing_is_empty(show: Any, name: str) -> None:
    tab = show(PAGES[name]())
    problems, count = tab.evaluate(DRIVE)
    assert problems == []
    assert count > 10


def test_the_drive_finds_what_is_planted(show: Any) -> None:
    """A name that no page may show, an empty button and an attribute that is no number."""
    tab = show(explore(Value(1.0, "undefined").exp()))
    tab.evaluate(
        "document.querySelector('#lead').insertAdjacentHTML('beforeend', '<button></button>"
        '<input aria-label="x" data-x="NaN">\')'
    )
    problems, _ = tab.evaluate(DRIVE)
    said = "\n".join(problems)
    for planted in ("text: ", "undefined", "empty <button", 'input data-x="NaN"'):
        assert planted in said


def test_the_reference_network_on_a_phone(show: Any, iris: Any, history: Any) -> None:
    problems, _ = show(history.explore(iris.test), width=390).evaluate(DRIVE)
    assert problems == []

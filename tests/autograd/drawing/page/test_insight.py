"""What is to be seen and not only told: both kinds of outputs, curves, costs, evidence."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

import autograd
from autograd import Value, explore, gradients, jacobian, paths
from autograd.graph import topological_order
from autograd.numerals import factor, numeral, relation, shown_product
from nn import MLP, Data, train


def card(tab: Any) -> str:
    return " ".join(tab.inner_text("#card").replace("\u2009", " ").split())


def read(text: str) -> float:
    return float(text.replace("−", "-"))


def sigmoid(x: Any) -> Any:
    return 1.0 / (1.0 + autograd.exp(-x))


# Softmax beside sigmoids.


def test_softmax_beside_sigmoids(show: Any, network_file: Any, flower: Any) -> None:
    nodes = flower(0)
    z = [nodes[f"z{i}"].data for i in (1, 2, 3)]
    tab = show(network_file, "view=paths&node=w17&insight=outputs")
    found = [
        [cell.split("\n")[-1] for cell in row.locator("td").all_inner_texts()]
        for row in tab.locator(".jacobian tbody tr").all()
    ]
    softmax = jacobian(autograd.softmax)(z)
    logistic = jacobian(lambda xs: [sigmoid(x) for x in xs])(z)
    assert found[:3] == [[numeral(x, 3) for x in row] for row in softmax]
    assert found[3:] == [[numeral(x, 3) if x else "0" for x in row] for row in logistic]
    assert all(logistic[i][j] == 0.0 for i in range(3) for j in range(3) if i != j)

    numbers = tab.locator(".outputs tbody tr").nth(1).locator("td").all_inner_texts()
    share = autograd.softmax(z)[1]
    assert numbers == [numeral(z[1]), numeral(share), numeral(1 / (1 + math.exp(-z[1])))]
    said = card(tab)
    assert "Softmax or sigmoid: 3 or 1 paths from w17 to ŷ1" in said
    (gradient,) = gradients(nodes["ŷ1"], [nodes["w17"]])
    assert f"Softmax: 3 paths, through z1, z2, z3. ∂ŷ1/∂w17 = {numeral(gradient)}" in said
    (inner,) = gradients(nodes["z1"], [nodes["w17"]])
    outer = logistic[0][0]
    sign = relation(shown_product([outer, inner]), outer * inner)
    product = f"{numeral(outer)} × {factor(inner)} {sign} {numeral(outer * inner)}"
    assert f"Sigmoid: 1, through z1 alone. ∂σ(z1)/∂w17 = {product}" in said
    assert len(list(paths(nodes["ŷ1"], nodes["w17"]))) == 3
    assert len(list(paths(nodes["z1"], nodes["w17"]))) == 1


def test_a_cell_lights_its_path(show: Any, network_file: Any, flower: Any) -> None:
    nodes = flower(0)
    tab = show(network_file, "insight=outputs&picked=1&node=ŷ1")  # from the view of steps too
    cells = tab.locator(".jacobian button")
    assert cells.count() == 9
    assert tab.locator(".jacobian [aria-pressed=true]").count() == 0
    cells.nth(3 * 2 + 1).click()
    assert tab.get_by_role("tab", name="Paths").get_attribute("aria-selected") == "true"
    assert tab.locator("#picture .edge.path").count() == 1
    assert cells.nth(3 * 2 + 1).get_attribute("aria-pressed") == "true"
    y2, y3 = numeral(nodes["ŷ2"].data), numeral(nodes["ŷ3"].data)
    said = card(tab)
    assert said.count(f"∂ŷ3/∂z2 = −ŷ3 · ŷ2 = −{y3} · {y2} ") == 2  # among the factors too
    assert "∂σ(z3)/∂z2 = 0. The sigmoid of z3 does not depend on z2: no path." in said
    cells.nth(3 * 1 + 1).focus()
    tab.keyboard.press("Enter")
    assert f"∂ŷ2/∂z2 = ŷ2 · (1 − ŷ2) = {y2} · (1 − {y2})" in card(tab)
    assert "∂σ(z2)/∂z2 = σ(z2) · (1 − σ(z2)) = " in card(tab)
    assert "Softmax or sigmoid: 3 or 1 paths from w17 to ŷ2" in card(tab)
    tab.get_by_role("tab", name="Step").click()
    assert tab.locator(".jacobian").count() == 2, "what is open stays open"


# The curve of a node.


@pytest.fixture(scope="module")
def curves_file(tmp_path_factory: Any) -> Path:
    """One graph of nodes with one operand, at points where they pass on much, little, nothing."""
    sharp, level = Value(7.0, "sharp"), Value(0.5, "level")
    nodes = {
        "t": sharp.tanh(),
        "u": level.tanh(),
        "g": sigmoid_of(Value(-6.0, "a")),
        "r": autograd.relu(Value(-1.5, "b")),
        "q": Value(0.001, "c") ** 2,
        "l": autograd.log(Value(200.0, "d")),
        "n": -Value(3.0, "e"),
        "p": Value(1.0, "f") * Value(2.0, "g2"),
    }
    for name, node in nodes.items():
        node.label = name
    file: Path = explore(list(nodes.values())).save(tmp_path_factory.mktemp("page") / "curves.html")
    return file


def sigmoid_of(x: Value) -> Value:
    return autograd.sigmoid(x)


@pytest.mark.parametrize("view", ["paths", "step"])
def test_how_much_a_node_passes_on(show: Any, curves_file: Path, view: str) -> None:
    wanted = {
        "t": (mpmath.sech(7) ** 2, ": saturated"),
        "u": (mpmath.sech(0.5) ** 2, ""),
        "g": (mpmath.exp(6) / (1 + mpmath.exp(6)) ** 2, ": saturated"),
        "r": (0.0, ": nothing"),
        "q": (0.002, ": next to nothing"),
        "l": (0.005, ": next to nothing"),
        "n": None,
        "p": None,
    }
    tab = show(curves_file, f"view={view}&step=100&insight=curve")
    for i, (name, want) in enumerate(wanted.items()):
        tab.get_by_label("Output", exact=True).select_option(str(i))
        tab.get_by_label("Node", exact=True).select_option(label=name)
        panel = tab.locator("[data-key=insight-curve]")
        assert panel.count() == (want is not None), name
        if want is None:
            continue
        passed, state = want
        title = panel.locator("summary").inner_text()
        assert title.endswith(f"passes {numeral(float(passed))} of what it receives{state}"), name
        assert panel.locator(".plot .curve").count() == 1
        assert panel.locator(".plot .tangent").count() == 1
        assert "NaN" not in panel.locator(".plot").inner_html()


def test_the_point_is_on_the_curve_and_its_numbers_hold(show: Any, curves_file: Path) -> None:
    tab = show(curves_file, "view=paths&node=t&insight=curve")
    said = card(tab)
    y = math.tanh(7.0)
    written = re.search(r"sharp = 7\.000, t = (0\.9+\d+)", said)
    assert written
    assert abs(float(written[1]) - y) < 1e-3 * (1 - y), "enough digits"
    assert re.search(rf"= 1 − 0\.9+\d+2 = {numeral(1 - y * y)}", said), "holds as it is shown"
    point, *line = tab.evaluate(
        """() => {
            const dot = document.querySelector('.plot .start');
            const points = document.querySelector('.plot .curve').getAttribute('points');
            const all = points.split(' ').map(pair => pair.split(',').map(Number));
            return [[Number(dot.getAttribute('cx')), Number(dot.getAttribute('cy'))], ...all];
        }"""
    )
    assert min(math.dist(point, other) for other in line) < 2.0


def test_what_a_saturated_neuron_hands_on(show: Any, network_file: Any) -> None:
    tab = show(network_file, "view=paths&node=h3&set=w9:-40&insight=curve")
    said = card(tab)
    assert "The curve of tanh: passes" in said
    assert ": saturated" in said
    assert re.search(r"h3 receives \S+ and hands on to s3: \S+ × \S+ [=≈] ", said)
    tab.get_by_role("tab", name="Step").click()
    assert "and hands on to s3" not in card(tab), "not before its sum is complete"


# What it costs.


@pytest.mark.parametrize("root", ["ŷ1", "loss"])
def test_multiplications_are_counted(show: Any, network_file: Any, flower: Any, root: str) -> None:
    nodes = flower(0)
    y = nodes[root]
    leaves = [nodes[f"w{i}"] for i in range(1, 45)] + [nodes[f"x{i}"] for i in range(1, 5)]
    on_paths = [
        {edge for path in paths(y, leaf) for edge in zip(path.nodes, path.nodes[1:], strict=False)}
        for leaf in leaves
    ]
    back = len(set().union(*on_paths))
    tab = show(network_file, f"root={['ŷ1', 'ŷ2', 'ŷ3', 'loss'].index(root)}&insight=cost")
    counts = [text.replace("\u2009", "") for text in tab.locator(".cost b").all_inner_texts()]
    assert list(map(int, counts)) == [back, 48 * back, sum(map(len, on_paths))]
    operations = [node for node in topological_order(y) if node.parents]
    assert f"So {len(operations)} computed values wait in memory" in card(tab)
    widths = [float(bar.get_attribute("width")) for bar in tab.locator(".cost .bar rect").all()]
    assert widths == [
        pytest.approx(max(1.0, 100 * int(count) / int(counts[1])), abs=0.01) for count in counts
    ]


def test_costs_of_any_graph(show: Any, graph_file: Any) -> None:
    tab = show(graph_file, "insight=cost")  # y = tanh(x w) + exp(x): 6 edges, x reaches 5, w 3
    assert tab.locator(".cost b").all_inner_texts() == ["6", "12", "8"]
    assert tab.locator(".jacobian, .evidence").count() == 0
    tab.get_by_role("tab", name="Paths").click()
    assert tab.locator(".cost b").all_inner_texts() == ["6", "12", "8"]


def test_of_a_constant_nothing_is_multiplied(show: Any) -> None:
    x = Value(3.0, "x")
    tab = show(explore(x * 2.0 + 1.0), "insight=cost")
    assert tab.locator(".cost b").all_inner_texts() == ["2", "2", "2"]
    assert "Of a single leaf both cost the same." in card(tab)


# Why a row is answered as it is.


class Outside:
    """The trained network in NumPy, with measures in centimeters."""

    def __init__(self, history: Any, iris: Any) -> None:
        self.layers = [
            np.array([[w.data for w in neuron.w] for neuron in layer.neurons])
            for layer in history.snapshots.model.layers
        ]
        self.mean, self.deviation = np.array(iris.mean), np.array(iris.deviation)
        self.rows = np.array(iris.rows) * self.deviation + self.mean

    def scores(self, rows: Any) -> Any:
        x = (np.atleast_2d(rows) - self.mean) / self.deviation
        *hidden, last = self.layers
        for layer in hidden:
            x = np.tanh(x @ layer.T)
        return x @ last.T

    def answers(self, rows: Any) -> Any:
        return self.scores(rows).argmax(axis=1)

    def loss(self, row: Any, label: int) -> float:
        z = self.scores(row)[0]
        return float(np.log(np.exp(z).sum()) - z[label])

    def changed(self, row: int, measure: int, by: Any) -> Any:
        by = np.atleast_1d(by)
        rows = np.tile(self.rows[row], (len(by), 1))
        rows[:, measure] += by
        return rows


@pytest.fixture(scope="module")
def outside(history: Any, iris: Any) -> Outside:
    return Outside(history, iris)


MEASURES = ["sepal length", "sepal width", "petal length", "petal width"]
LINE = re.compile(r"(.*?) [\d.]+ → ([\d.]+) cm, ([+−])([\d.]+) mm: (\w+)( ✓)?")


def test_the_smallest_changes_that_turn_an_answer(
    show: Any, network_file: Any, iris: Any, outside: Outside
) -> None:
    answers = outside.answers(outside.rows)
    wrong = np.flatnonzero(answers != np.array(iris.labels))
    assert len(wrong) > 1
    tab = show(network_file, "view=training&epoch=30&insight=evidence")
    for row in [*wrong[:3], 0, 60, 120]:
        tab.get_by_label("Flower", exact=True).select_option(str(row))
        lines = tab.locator(".turns li").all_inner_texts()
        assert len(lines) == 4
        sizes = []
        for text in lines:
            (measure,) = [k for k, name in enumerate(MEASURES) if text.startswith(name)]
            column = outside.rows[:, measure]
            there = np.linspace(column.min(), column.max(), 4001)
            turns = outside.answers(outside.changed(row, measure, there - column[row]))
            away = np.abs(there - column[row])[turns != answers[row]]
            found = LINE.fullmatch(" ".join(text.split()))
            if found is None:
                assert "no answer but this one" in text
                assert len(away) == 0
                continue
            _, to, sign, millimeters, name, right = found.groups()
            by = float(millimeters) / 10 * (1 if sign == "+" else -1)
            assert float(to) == pytest.approx(column[row] + by, abs=1e-6)
            (turned,) = outside.answers(outside.changed(row, measure, by))
            assert iris.class_names[turned] == name
            assert turned != answers[row]
            assert bool(right) == (turned == iris.labels[row])
            assert abs(by) <= 1.1 * min(away) + 1e-9, "none is smaller; two digits, rounded up"
            assert abs(by) > min(away) - 2 * (there[1] - there[0])
            sizes.append(abs(by))
        assert sizes == sorted(sizes)
        first = tab.locator(".evidence .note").first.inner_text()
        if sizes:
            assert f"{numeral(10 * sizes[0], 2).rstrip('0').rstrip('.')} mm" in first


def test_a_change_can_be_tried(show: Any, network_file: Any, iris: Any, outside: Outside) -> None:
    wrong = np.flatnonzero(outside.answers(outside.rows) != np.array(iris.labels))
    tab = show(network_file, f"view=training&epoch=30&row={wrong[0]}")
    first = tab.locator(".turns button").first
    found = LINE.fullmatch(" ".join(first.inner_text().split()))
    assert found
    first.click()
    assert first.get_attribute("aria-pressed") == "true"
    measure = MEASURES.index(found[1])
    tag = tab.locator(".tag").inner_text()
    x = (float(found[2]) - outside.mean[measure]) / outside.deviation[measure]
    assert tag.startswith(f"x{measure + 1}")
    assert read(tag.split("= ")[1]) == pytest.approx(x, abs=2e-4)
    assert tab.locator(".map .tried").count() == (2 if measure in (2, 3) else 0)
    after = tab.locator(".evidence").inner_text()
    assert "Now, with this change: setosa" in after
    tab.locator(".turns button").nth(1).click()
    assert tab.locator(".turns [aria-pressed=true]").count() == 1, "one measure at a time"
    tab.locator(".turns button").nth(1).click()
    assert tab.locator(".tag").count() == 0
    assert tab.locator(".wrong-rows [aria-pressed=true]").count() == 1


def test_measures_are_compared(show: Any, network_file: Any, iris: Any, outside: Outside) -> None:
    labels = np.array(iris.labels)
    row = int(np.flatnonzero(outside.answers(outside.rows) != labels)[0])
    tab = show(network_file, f"view=training&epoch=30&row={row}")
    lines = tab.locator(".compared tbody tr").all()
    scores = outside.scores(outside.rows[row])[0]
    rival = max({0, 1, 2} - {labels[row]}, key=lambda k: scores[k])
    for measure, line in enumerate(lines):
        here, own, other, slope = map(read, line.locator("td").all_inner_texts())
        assert here == pytest.approx(outside.rows[row, measure])
        for shown, k in ((own, labels[row]), (other, rival)):
            want = outside.rows[labels == k, measure].mean()
            assert shown == pytest.approx(want, rel=5e-3)
        step = 1e-4  # millimeters
        ends = [outside.changed(row, measure, by / 10)[0] for by in (step, -step)]
        up, down = [outside.loss(end, labels[row]) for end in ends]
        assert slope == pytest.approx((up - down) / (2 * step), rel=5e-3)
        nearer = line.locator("td").nth(1 if abs(own - here) < abs(other - here) else 2)
        assert "nearer" in (nearer.get_attribute("class") or "")
    distance = np.linalg.norm(np.array(iris.rows) - iris.rows[row], axis=1)
    distance[row] = np.inf
    few = labels[np.argsort(distance)[:5]]
    said = tab.locator(".evidence").inner_text()
    for k in set(few):
        assert f"{(few == k).sum()} {iris.class_names[k]}" in said.split("nearest: ")[1]
    for k, name in enumerate(iris.class_names):
        nearest = int(np.argmin(np.where(labels == k, distance, np.inf)))
        assert f"{nearest + 1}: {name}, distance {numeral(float(distance[nearest]), 3)}" in said
    tab.locator(".evidence [data-key^=nearest]").first.click()
    assert int(tab.get_by_label("Flower", exact=True).input_value()) != row


# Together.


def test_one_is_open_and_the_address_holds_it(show: Any, network_file: Any) -> None:
    tab = show(network_file, "view=paths&node=h5")
    assert tab.locator("[data-key^=insight-][open]").count() == 0
    tab.locator("[data-key=open-curve]").click()
    tab.wait_for_function("() => location.hash.includes('insight=curve')")
    tab.locator("[data-key=open-cost]").click()
    tab.wait_for_function("() => location.hash.includes('insight=cost')")
    assert tab.locator("[data-key^=insight-][open]").count() == 1
    tab.locator("[data-key=open-cost]").press("Enter")
    tab.wait_for_function("() => !location.hash.includes('insight')")
    assert tab.locator("[data-key^=insight-][open]").count() == 0


def test_other_pages_have_what_makes_sense(show: Any) -> None:
    numbers = [[0.1 * i, (7 * i) % 11 / 5.0] for i in range(12)]
    data = Data(numbers, [a - b for a, b in numbers], ["age", "size"])
    model = MLP(2, [3, 1], activation="tanh", seed=0)
    history = train(model, data, epochs=2, progress=False)
    for fragment in ("view=training", "view=paths", "view=step"):
        tab = show(history.explore(data), fragment + "&insight=evidence")
        assert tab.locator(".jacobian, .evidence").count() == 0
    assert tab.locator("[data-key=open-cost]").count() == 1

    binary = Data(numbers, [i % 2 for i in range(12)])
    tab = show(explore(MLP(2, [2, 1], seed=0), binary), "view=paths&insight=evidence")
    assert tab.locator(".jacobian").count() == 0
    lines = tab.locator(".turns li").all_inner_texts()
    assert len(lines) == 2
    assert all(line.startswith("x") and "cm" not in line for line in lines)


@pytest.mark.parametrize(
    "fragment",
    [
        "view=paths&node=z2&insight=outputs",
        "view=step&step=100&picked=1&node=h3&insight=curve",
        "view=step&insight=cost",
        "view=training&epoch=30&row=0&insight=evidence",
    ],
)
def test_no_barriers_and_no_cut(show: Any, network_file: Any, axe: Any, fragment: str) -> None:
    tab = show(network_file, fragment, 390, color_scheme="dark", locale="ko-KR")
    assert tab.locator("[data-key^=insight-][open]").count() == 1
    assert axe(tab) == ""
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")

"""The texts of pictures in two languages: complete, and the same numbers."""

import ast
import math
import re
from pathlib import Path

import pytest

import autograd
import nn
from autograd import Value, dot, draw, log, paths, relu, softmax, total
from autograd.drawing.korean import KOREAN as OF_GRAPHS
from autograd.drawing.languages import words_of
from nn import MLP, Adam, Data, draw_network, draw_training, schedules, train
from nn.plots.korean import KOREAN as OF_NETWORKS

HANGUL = re.compile("[가-힣]")
# Words that Korean keeps: names of attributes, and what the literature does not translate.
KEPT = {"data", "grad", "loss", "weight", "bias", "root", "open", "name", "gradient", "log"}
FOLDERS = {
    "autograd/drawing": (Path(autograd.__file__).parent / "drawing", OF_GRAPHS),
    "nn/plots": (Path(nn.__file__).parent / "plots", OF_NETWORKS),
}


def templates(folder):
    """What is given to a function of words, where it stands there as it is."""
    for path in folder.glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                function = node.func
                name = getattr(function, "attr", getattr(function, "id", ""))
                if name in ("words", "texts"):
                    yield node.args[0].value


@pytest.mark.parametrize("part", FOLDERS)
def test_every_text_has_a_translation(part):
    folder, table = FOLDERS[part]
    found = set(templates(folder))
    assert len(found) > 20
    assert found <= table.keys()


@pytest.mark.parametrize("part", FOLDERS)
def test_a_translation_has_the_same_places(part):
    for english, korean in FOLDERS[part][1].items():
        count = english.count("{}")
        places = set(re.findall(r"\{(\d*)\}", korean))
        if "" in places:
            assert korean.count("{}") == count, english
        elif count:
            assert {int(place) for place in places} == set(range(count)), english
        assert HANGUL.search(korean) or not set(re.findall("[a-z]{2,}", korean)) - KEPT, english


def texts(svg):
    """The texts that are seen, those of pointers, and the description."""
    plain = re.sub("<style.*?</style>", "", svg, flags=re.DOTALL)
    found = re.findall(r"<(?:text|title|desc)\b[^>]*>(.*?)</(?:text|title|desc)>", plain, re.DOTALL)
    return [re.sub("<[^>]*>|\u200b", "", text) for text in found]


def numbers(svg):
    return sorted(re.findall(r"−?\d+\.\d+(?:e−?\d+)?", " ".join(texts(svg))))


def graphs():
    x, w = Value(0.5, label="x"), Value(-1.2, label="w")
    y = (x * w).tanh() + x * 2.0
    y.label = "y"
    shares = softmax([dot([x, w], [w, x]), y, x])
    dead = relu(x * -1.0)
    chosen = [Value(i / 7, label=f"w{i}") for i in range(40)]
    neuron = dot(chosen, [x] * 40).tanh()
    neuron.label = "h"
    no = log(x * 0.0) * w
    yield y, {}
    yield y, {"step": 0}
    yield y, {"step": 2}
    yield y, {"highlight": paths(y, x)}
    yield y, {"highlight": [paths(y, w), x]}
    yield [y, dead], {"highlight": paths(y, dead)}
    yield shares, {"direction": "TB"}
    yield dead, {}
    yield Value(1.0), {}
    yield no, {}
    yield neuron * y, {}
    yield neuron * y, {"open": True, "max_nodes": 9}
    yield total([x * k for k in range(100)]), {"max_nodes": 5}


@pytest.mark.parametrize("case", range(13))
def test_a_graph_in_korean_has_the_same_numbers(case):
    y, options = list(graphs())[case]
    english, korean = (draw(y, language=k, **options).svg for k in ("en", "ko"))
    assert numbers(english) == numbers(korean)
    assert ' lang="ko"' in korean
    assert ' lang="' not in english
    shown = " ".join(texts(korean))
    assert HANGUL.search(shown)
    for word in ("square", "leaf · ", "dashed", "operation", "derivative", " of ", "gradient is"):
        assert word not in shown
    assert not HANGUL.search(english)


def run(regression=False, classes=3):
    rows = [[(i % 3) + (7 * i % 11) / 9, i / 20, (i * i % 5) / 2] for i in range(36)]
    labels = (
        [i % 3 + 0.5 * i for i in range(36)]
        if regression
        else [f"k{i % classes}" for i in range(36)]
    )
    data = Data(rows, labels, ["가로", "세로", "높이"]).split(test=6, seed=0).standardized()
    model = MLP(3, [3, 1 if regression else classes], activation="tanh", seed=0)
    optimizer = Adam(model.parameters(), lr=0.05)
    history = train(
        model, data.train, optimizer=optimizer, epochs=3, validation=data.test, progress=False,
        schedule=schedules.cosine(3),
    )  # fmt: skip
    return model, data, history


ENGLISH = (
    r"\b(?:epoch|solid|dashed|train|validation|true|answer|guess\w*|wrong|learning|seeds|parameters"
    r"|path|sum|of|the)\b"
)


@pytest.mark.uncovered
@pytest.mark.parametrize("regression", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_a_training_in_korean_has_the_same_numbers(regression, phone):
    _, _, history = run(regression)
    english, korean = (draw_training(history, phone=phone, language=k).svg for k in ("en", "ko"))
    assert not re.findall(ENGLISH, " ".join(texts(korean)))
    assert numbers(english) == numbers(korean)
    if not phone:
        assert history.plot(language="ko").svg == korean


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize(
    "options",
    [{}, {"edges": "gradients"}, {"edges": "gradients", "label": 1}, {"highlight": "w1"},
     {"highlight": "w10"}, {"highlight": "h2"}, {"highlight": "w1", "label": 0}],
)  # fmt: skip
def test_a_network_in_korean_has_the_same_numbers(options, phone):
    model, data, _ = run()
    english, korean = (
        draw_network(model, data.rows[0], data=data, phone=phone, language=k, **options).svg
        for k in ("en", "ko")
    )
    assert numbers(english) == numbers(korean)
    assert HANGUL.search(" ".join(texts(korean)))
    assert not re.findall(ENGLISH, " ".join(texts(korean)))


def test_networks_without_a_row_large_or_without_a_path():
    for model, options in (
        (MLP(2, [2, 2], output="sigmoid", seed=0), {"x": [1.0, 2.0], "highlight": "w7"}),
        (MLP(2, [2, 2], bias=False, seed=0), {"highlight": "w1"}),
        (MLP(20, [17, 2], seed=0), {"x": [0.1] * 20, "edges": "gradients"}),
        (MLP(20, [17, 2], seed=0), {}),
        (
            MLP(3, [6, 6, 6, 3], activation="tanh", seed=3),
            {"x": [0.1, 0.2, 0.3], "highlight": "w2"},
        ),
    ):
        svg = draw_network(model, language="ko", **options).svg
        assert not re.findall(ENGLISH, " ".join(texts(svg)))


@pytest.mark.parametrize("language", ["fr", "", None, 3, ["ko"], math.nan])
def test_other_languages_are_refused(language):
    model, _, history = run(classes=2)
    for function, call in (
        ("draw", lambda: draw(Value(1.0), language=language)),
        ("draw_network", lambda: draw_network(model, language=language)),
        ("draw_training", lambda: draw_training(history, language=language)),
    ):
        with pytest.raises(ValueError, match=f"^{function}: expected the language 'en' or 'ko'"):
            call()
    assert words_of("en", {}, "draw")("{} and {}", 1, 2) == "1 and 2"

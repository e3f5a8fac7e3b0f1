"""explore and the Page: what it takes, what it holds, what it refuses."""

from __future__ import annotations

import html
import itertools
import json
import math
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd import Value, explore, operation
from autograd.drawing.page import assembly
from autograd.drawing.page.content import Content
from nn import MLP, Data, train


def data_of(page: Any) -> dict[str, Any]:
    text = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.html)
    assert text
    found: dict[str, Any] = json.loads(text[1])
    return found


def test_the_page_is_one_file_under_a_strict_policy(iris: Any, history: Any) -> None:
    text = history.explore(iris).html
    assert len(text.encode()) < 600_000
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    style, code = re.findall(r"<style>(.*?)</style>|<script>(.*?)</script>", text, re.DOTALL)
    assert policy == (
        f"default-src 'none'; script-src {assembly.digest(code[1])}; "
        f"style-src {assembly.digest(style[0])}; base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert not re.search(r"<[^>]+\s(style|on\w+)=", text.split("<script")[0])


def test_saving_names_the_file_and_refuses_others(tmp_path: Path) -> None:
    page = explore(Value(1.0, "x").exp())
    assert page.save(tmp_path / "a.html").read_text(encoding="utf-8") == page.html
    assert page.save(str(tmp_path / "b.HTM")).exists()
    with pytest.raises(ValueError, match=r"ends in \.html, got 'a\.svg'"):
        page.save(tmp_path / "a.svg")
    with pytest.raises(FileNotFoundError):
        page.save(tmp_path / "none" / "a.html")


def test_a_notebook_shows_it_in_a_frame() -> None:
    page = explore(Value(1.0, "x").exp())
    (inner,) = re.findall(r'srcdoc="([^"]*)"', page._repr_html_())
    assert html.unescape(inner) == page.html


def test_no_grad_is_touched() -> None:
    x = Value(2.0, "x")
    y = x * x
    x.grad, y.grad = 7.0, 5.0
    assert explore(y).html
    assert (x.grad, y.grad) == (7.0, 5.0)


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        (3.0, "expected a Value or a sequence of Values, got float 3.0"),
        ("loss", "got str 'loss'"),
        ([Value(1.0), 2.0], "expected Values, got float 2.0; a plain number has no graph"),
        (MLP(1, [1], seed=0), r"expected rows .* explore\(model, rows=iris.test\)"),
    ],
)
def test_what_can_not_be_explored_is_refused(subject: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        explore(subject)


def test_more_refusals() -> None:
    with pytest.raises(ValueError, match="at least one Value, got an empty sequence"):
        explore([])
    with pytest.raises(TypeError, match="expected rows only together with a model"):
        explore(Value(1.0), rows=[[1.0]])
    with pytest.raises(ValueError, match="at least one row, got none"):
        explore(MLP(1, [1], seed=0), rows=[])
    x = Value(1.0)
    y = x.exp()
    x.data = 2.0
    with pytest.raises(ValueError, match=r"explore: .*a leaf was changed since"):
        explore(y)


def test_a_history_without_parameters_says_why() -> None:
    model = MLP(40, [40], activation="tanh", seed=0)
    rows = [([0.0] * 40, 0), ([1.0] * 40, 1)]
    history = train(model, rows, epochs=1, progress=False)
    with pytest.raises(ValueError, match=r"up to 1,000.*; explore\(model, rows=\.\.\.\)"):
        history.explore()


def test_names_are_those_of_paths() -> None:
    x = Value(0.5, "x")
    y = (x * 2.0).tanh() + x
    assert data_of(explore(y))["names"] == ["x", "2", "v1", "v2", "v3"]


def test_several_roots_are_each_there_once() -> None:
    x = Value(0.5, "x")
    a, b = x.exp(), x.sin()
    found = data_of(explore([a, b, a]))
    assert [found["names"][i] for i in found["roots"]] == ["v1", "v2"]


def test_a_model_gets_shares_and_loss(iris: Any) -> None:
    model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
    found = data_of(explore(model, rows=iris.test))
    assert [found["names"][i] for i in found["roots"]] == ["ŷ1", "ŷ2", "ŷ3", "loss"]
    assert len(found["rows"]["numbers"]) == 30
    assert found["rows"]["labels"] == iris.test.labels
    assert found["training"] is None


@pytest.mark.parametrize("rows", [[[1.0, 2.0]], Data([[1.0, 2.0]], [0.5])])
def test_rows_without_classes_show_the_outputs(rows: Any) -> None:
    found = data_of(explore(MLP(2, [2, 1], seed=0), rows=rows))
    assert [found["names"][i] for i in found["roots"]] == ["z1"]
    assert found["loss"] is None


def test_one_output_is_the_logit_of_class_1() -> None:
    model = MLP(2, [2, 1], activation="tanh", seed=0)
    content = data_of(explore(model, rows=Data([[1.0, 2.0], [0.0, 1.0]], [1, 0])))
    assert [content["names"][i] for i in content["roots"]] == ["ŷ1", "ŷ2", "loss"]
    assert content["network"]["shares"]


def test_shares_of_the_model_are_kept() -> None:
    model = MLP(2, [2, 2], activation="tanh", seed=0, output="softmax")
    content = data_of(explore(model, rows=Data([[1.0, 2.0], [0.0, 1.0]], [1, 0])))
    assert len(content["roots"]) == 2


def test_numbers_that_are_not_finite_are_words() -> None:
    x = Value(math.inf, "x")
    found = data_of(explore([x * 1.0, Value(math.nan) * 1.0, Value(-math.inf) * 1.0]))
    assert {"Infinity", "NaN", "-Infinity"} <= set(map(str, found["data"]))


def test_an_operation_of_the_users_own_is_shown_as_recorded() -> None:
    own = operation("own_explored", value=math.sinh, partials=lambda m, x, y: (m.cosh(x),))
    x = Value(1.0, "x")
    found = data_of(explore(own(x) * 2.0))
    assert found["recorded"][1][0] == math.sinh(1.0)


def test_large_graphs_get_no_places() -> None:
    y = autograd.total([Value(float(i)).exp() for i in range(1100)])
    content = Content([y])
    assert content.json()["places"] is None


def test_epochs_are_thinned_and_the_last_one_kept() -> None:
    model = MLP(1, [1, 2], seed=0)
    history = train(model, [([0.0], 0), ([1.0], 1)], epochs=450, progress=False)
    training = data_of(history.explore())["training"]
    assert training["epochs"][:3] == [0, 3, 6]
    assert training["epochs"][-1] == 450
    assert training["optimizer"] == "Adam"


def test_labels_can_not_leave_their_script_element() -> None:
    x = Value(1.0, "</script><script>alert(1)</script>")
    y = x.exp()
    y.label = "<!--"
    text = explore(y).html
    assert text.count("</script>") == 2
    assert "<!--" not in text


PARSED = """
const { readFileSync } = require("fs"), { Script } = require("vm");
for (const file of process.argv.slice(1)) new Script(readFileSync(file, "utf8"), file);
"""


def test_the_javascript_is_well_formed(node: str, tmp_path: Path) -> None:
    """Each module by itself; one process parses all, and its error has the place."""
    files = []
    for name in assembly.MODULES:
        file = tmp_path / f"{name.replace('/', '.')}.js"
        file.write_text("'use strict';\n" + assembly.source(f"{name}.js"), encoding="utf-8")
        files.append(str(file))
    subprocess.run([node, "-e", PARSED, *files], check=True)


def test_no_two_modules_have_the_same_name() -> None:
    """All modules are one function, in which a second name takes the place of the first."""
    first: dict[str, str] = {}
    for module in assembly.MODULES:
        text = assembly.source(f"{module}.js")
        for name in re.findall(
            r"^(?:const|let|class|(?:async )?function) (\w+)", text, re.MULTILINE
        ):
            assert first.setdefault(name, module) == module, name


def test_every_module_is_on_the_page() -> None:
    folder = Path(assembly.__file__).parent / "web"
    modules = [file.relative_to(folder).with_suffix("").as_posix() for file in folder.rglob("*.js")]
    assert sorted(modules) == sorted(assembly.MODULES)
    for file in folder.rglob("*.*"):
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 300, file


def test_no_folder_has_a_style_for_what_another_one_shows() -> None:
    """A class that stands alone in a rule is of one folder, or of the page."""
    for folder, other in itertools.permutations(assembly.folders()[1:], 2):
        sheet = assembly.source(f"{folder}page.css")
        styled = re.findall(r"(?:^|[},])\s*\.([\w-]+)(?=\s*[{,])", sheet)
        names = [name for name in assembly.MODULES if name.startswith(other)]
        code = [assembly.source(f"{name}.js") for name in names]
        shown = re.findall(r"'[a-z]\w*((?:\.[\w-]+)+)'", "".join(code))
        assert not set(styled) & set("".join(shown).split(".")), (folder, other)


def test_no_line_of_the_javascript_is_wider_than_100_columns() -> None:
    for name in assembly.MODULES:
        for line in assembly.source(f"{name}.js").splitlines():
            assert len(line) <= 100, (name, line)


def test_the_languages_have_the_same_texts_with_the_same_things_put_in() -> None:
    def things(texts: dict[str, str]) -> dict[str, set[str]]:
        return {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in texts.items()}

    english, *others = assembly.words().values()
    assert all(english.values())
    for texts in others:
        assert things(texts) == things(english)
        assert all(texts.values())


def test_every_text_is_used_and_none_is_missing() -> None:
    code = "".join([assembly.source(f"{name}.js") for name in assembly.MODULES])
    texts = assembly.words()["en"]
    asked = set(re.findall(r"\b(?:t0|t|withNames|say)\(\s*'(\w+)'", code))
    assert len(asked) > 50
    assert asked <= set(texts)
    named = set(re.findall(r"\w+", code))
    features = {key for key in texts if key.startswith("feature ")}
    composed = {key for key in texts if " " in key} - features
    for key in composed:  # t0(`choice ${name}`)
        prefix, name = key.split(" ")
        assert f"`{prefix} ${{" in code
        assert name in named
    assert texts.keys() - features - composed <= named


def test_a_blank_label_is_the_nodes_place() -> None:
    assert data_of(explore(Value(1.0, " ").exp()))["names"] == ["@0", "v1"]

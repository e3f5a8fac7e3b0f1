"""Models as files: raw rows in, shares and names of classes out, as predict_proba gives them."""

import json
import math
import subprocess

import pytest

import nn
from autograd import Value
from nn import MLP, Adam, Data, Module, mse, predict, predict_proba, train
from nn.__main__ import main
from tests.autograd.exporting.languages import FAST, STRICT, compiled_by, in_python, needs

ROWS = [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3], [5.9, 2.8, 4.3, 1.3]]


@pytest.fixture(scope="module")
def model():
    iris = nn.load_iris(seed=0)
    made = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
    train(made, iris.train, optimizer=Adam(made.parameters(), lr=0.03), epochs=60, progress=False)
    return made


def module(path):
    return in_python(path.read_text(encoding="utf-8"))


def test_iris_in_python(model, tmp_path):
    found = module(nn.export(model, tmp_path / "iris.py"))
    for row, name, shares in zip(
        ROWS, predict(model, ROWS, raw=True), predict_proba(model, ROWS, raw=True), strict=True
    ):
        assert found["classify"](row) == (name, shares)
    assert found["classify"]([math.nan] * 4)[0] is None


def test_iris_in_c_by_the_line_in_its_head(model, tmp_path):
    needs("cc", "gcc")
    text = nn.export(model, tmp_path / "iris.c").read_text(encoding="utf-8")
    (command,) = [line.strip(" *") for line in text.splitlines() if " cc " in line]
    done = subprocess.run(command, shell=True, cwd=tmp_path, check=True, capture_output=True)
    assert b"class: " in done.stdout
    assert done.stdout.endswith(b"self-test passed\n")
    caller = tmp_path / "caller.c"
    caller.write_text(
        "#include <stdio.h>\n#include <math.h>\n"
        "void iris(const double *inputs, double *outputs);\n"
        "const char *iris_class(const double *outputs);\n"
        "int main(void) {\n    double x[4] = {5.1, 3.5, 1.4, 0.2};\n    iris(x, x);\n"
        '    printf("%s %.17g ", iris_class(x), x[0]);\n    x[1] = NAN;\n'
        "    return iris_class(x) != 0;\n}\n"
    )
    command = ["gcc", *FAST, *STRICT, "caller.c", "iris.c", "-lm", "-o", "caller"]
    subprocess.run(command, cwd=tmp_path, check=True)
    done = subprocess.run(["./caller"], cwd=tmp_path, check=True, capture_output=True, text=True)
    name, share = done.stdout.split()
    assert (name, float(share)) == ("setosa", predict_proba(model, ROWS[:1], raw=True)[0][0])


def test_iris_in_javascript(model, tmp_path):
    needs("node")
    nn.export(model, tmp_path / "iris.js")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    code = (
        f"import {{ classify }} from './iris.js'; console.log(JSON.stringify({ROWS}.map(classify)))"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", code],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert [one["name"] for one in found] == predict(model, ROWS, raw=True)
    for one, shares in zip(found, predict_proba(model, ROWS, raw=True), strict=True):
        assert one["shares"] == pytest.approx(shares, rel=1e-14)


def test_iris_on_a_microcontroller_is_under_4_kb(model, tmp_path):
    """An ATmega328P, as on an Arduino Uno: code and constants, with the library and a caller."""
    needs("avr-gcc", "avr-size", everywhere=False)
    nn.export(model, tmp_path / "iris.c", float32=True)
    (tmp_path / "main.c").write_text(
        "void iris(const float *inputs, float *outputs);\n"
        "const char *iris_class(const float *outputs);\n"
        "float numbers[4];\nconst char *volatile name;\n"
        "int main(void) {\n    iris(numbers, numbers);\n    name = iris_class(numbers);\n"
        "    for (;;)\n        ;\n}\n"
    )
    command = ["avr-gcc", "-std=c99", "-Os", "-mrelax", "-mmcu=atmega328p", "-Werror", "-Wall"]
    command += ["iris.c", "main.c", "-lm", "-o", "iris.elf"]
    subprocess.run(command, cwd=tmp_path, check=True)
    size = subprocess.run(
        ["avr-size", "iris.elf"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    text, data = size.stdout.splitlines()[1].split()[:2]
    assert int(text) + int(data) < 4096


def test_floats_answer_as_doubles_do(model, tmp_path):
    needs("gcc")
    text = nn.export(model, tmp_path / "f.c", float32=True, name="program").read_text("utf-8")
    f = compiled_by("gcc", text, tmp_path, 3, "-Wdouble-promotion")
    for row, shares in zip(ROWS, predict_proba(model, ROWS, raw=True), strict=True):
        assert f(row) == pytest.approx(shares, rel=1e-4, abs=1e-6)


def test_a_regression_answers_in_its_unit(tmp_path):
    rows = [[x / 10, x % 3] for x in range(30)]
    data = Data(rows, [[100.0 * a + b, 7.0 - a] for a, b in rows], target_names=["p", "q"])
    model = MLP(2, [3, 2], activation="tanh", seed=0)
    train(model, data.standardized(), mse, epochs=5, progress=False)
    path = nn.export(model, tmp_path / "f.py", derivatives="jacobian")
    outputs, jacobian = module(path)["f"]([1.5, 2.0])
    assert outputs == predict(model, [[1.5, 2.0]], raw=True)[0]
    assert len(jacobian) == 4
    step = 1e-6
    moved = predict(model, [[1.5 + step, 2.0]], raw=True)[0]
    assert jacobian[::2] == pytest.approx(
        [(b - a) / step for a, b in zip(outputs, moved, strict=True)], rel=1e-3
    )
    text = path.read_text(encoding="utf-8")
    assert "[0] p" in text
    assert "classify" not in text


def test_words_and_missing_values(tmp_path):
    words = [["ab"[i % 2], float(i % 5)] for i in range(20)]
    words[3][1], words[7][0] = None, None
    data = Data(words, ["xy"[i % 2] for i in range(20)], ["letter", "size"], missing="mean")
    model = MLP(3, [3, 2], seed=0)
    train(model, data.standardized(), epochs=3, progress=False)
    path = nn.export(model, tmp_path / "f.py")
    f = module(path)["f"]
    nan = math.nan
    for raw, given in ((["b", 2.0], [0.0, 1.0, 2.0]), ([None, None], [nan, nan, nan])):
        assert f(given) == predict_proba(model, [raw], raw=True)[0]
    head = path.read_text(encoding="utf-8").split("import math")[0]
    assert "letter=a is 1 where letter is a, else 0; " in head
    assert "missing value in letter, size" in head


@pytest.mark.parametrize(
    ("sizes", "output"), [([3, 1], "linear"), ([2], "softmax"), ([1], "linear")]
)
def test_models_without_a_schema(sizes, output, tmp_path):
    model = MLP(2, sizes, output=output, seed=0)
    found = module(nn.export(model, tmp_path / "f.py"))["classify"]([0.5, -1.0])
    assert found == ("01"[predict(model, [[0.5, -1.0]])[0]], predict_proba(model, [[0.5, -1.0]])[0])


def test_an_own_module_of_unknown_width_is_refused(tmp_path):
    class Line(Module):
        def __init__(self):
            self.w = Value(2.0, "w")

        def __call__(self, row):
            return self.w * row[0]

    with pytest.raises(ValueError, match=r"number of inputs is known.*autograd\.compile"):
        nn.export(Line(), tmp_path / "f.py")


def test_the_command(model, tmp_path, capsys):
    nn.save(model, tmp_path / "iris.safetensors")
    words = ["export", str(tmp_path / "iris.safetensors"), str(tmp_path / "flower.c")]
    assert main([*words, "--float32", "--derivatives", "jacobian", "--name", "iris"]) == 0
    assert capsys.readouterr().out == f"Wrote {tmp_path / 'flower.c'}.\n"
    text = (tmp_path / "flower.c").read_text(encoding="utf-8")
    assert "void iris(const float *inputs, float *outputs, float *jacobian);" in text
    with pytest.raises(SystemExit):
        main([*words[:2], "iris.txt"])
    assert "ends in .c" in capsys.readouterr().err

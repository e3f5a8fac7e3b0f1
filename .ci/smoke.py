"""What an installed chainrule does in an environment of its own: `python -I smoke.py [draw]`.

With nothing else installed all of the engine but pictures; with the extra `draw` these too.
"""

from __future__ import annotations

import importlib.metadata
import importlib.resources
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import autograd
import nn
from autograd import Value, compile, derive, draw, exp, explore, export, grad, hessian, paths


def engine() -> None:
    """Values, derivatives, programs and files."""
    x, w = Value(0.5, label="x"), Value(-1.2, label="w")
    y = (x * w).tanh() + exp(x)
    y.label = "y"
    y.backward()
    assert (round(x.grad, 4), round(w.grad, 4)) == (0.7948, 0.3558)
    assert grad(grad(lambda t: t**3))(2.0) == 12.0
    assert hessian(lambda u: u[0] * u[0] * u[1])([1.0, 2.0]) == [[4.0, 2.0], [2.0, 0.0]]
    assert paths(y, x).count == 2
    assert "y" in str(derive(y, x))
    program = compile(lambda u, v: u * v.sin(), 2, backend="python")
    assert program([[2.0, 0.0], [1.0, 0.0]]) == [0.0, 0.0]
    assert "sin" in export(program, "program.c").read_text("utf-8")
    autograd.save(y, "y.json")
    assert autograd.load("y.json").data == y.data


def networks() -> None:
    """A training by the eager engine and a model in a file, with the same answers."""
    rows = [[a, b] for a in (0.0, 1.0) for b in (0.0, 1.0)]
    data = nn.Data(rows, [int(a != b) for a, b in rows])
    model = nn.MLP(2, [3, 2], seed=0)
    history = nn.train(
        model, data, optimizer=nn.Adam(model.parameters(), lr=0.1), epochs=5, progress=False
    )
    assert history["loss"][-1] < history["loss"][0]
    nn.save(model, "xor.safetensors")
    assert nn.predict(nn.load("xor.safetensors"), rows) == nn.predict(model, rows)
    history.explore(data).save("training.html")
    assert "</html>" in Path("training.html").read_text("utf-8")


def pictures() -> None:
    """The layout program and the converter that come with the extra."""
    x = Value(0.5, label="x")
    draw(x.tanh()).save("graph.svg")
    draw(x.tanh()).save("graph.png")
    explore(x.tanh()).save("graph.html")
    assert Path("graph.png").read_bytes().startswith(b"\x89PNG")
    assert "tanh" in Path("graph.svg").read_text("utf-8")


def installation() -> None:
    """The one version, the marks of types, every public name, the command."""
    version = importlib.metadata.version("chainrule")
    assert version == autograd.__version__ == nn.__version__
    for package in (autograd, nn):
        assert "site-packages" in str(package.__file__)
        assert importlib.resources.files(package).joinpath("py.typed").is_file()
        assert set(package.__all__) <= set(dir(package))
        for name in package.__all__:
            getattr(package, name)
    command = Path(sysconfig.get_path("scripts"), "chainrule")
    if os.name == "posix" and sys.platform != "emscripten":
        found = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
        assert found.stdout == f"chainrule {version}\n"


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    installation()
    engine()
    networks()
    if "draw" in sys.argv:
        pictures()
    os.chdir("/")
extras = " with the extra draw" if "draw" in sys.argv else ""
print(f"chainrule {autograd.__version__}{extras}, Python {sys.version.split()[0]}: good")

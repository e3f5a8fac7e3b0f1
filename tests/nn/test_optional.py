"""Optional packages: the functions that need one say what to install."""

import re
import sys

import pytest

from nn import (
    MLP,
    Data,
    classification_report,
    confusion_matrix,
    draw_training,
    load_iris,
    score,
    train,
)

DATA = Data([[0.0], [1.0], [2.0]], [0.5, 1.5, 2.75])
CALLS = {
    "load_iris": (load_iris, "sklearn", "scikit-learn", "iris"),
    "split": (lambda: DATA.split(1), "sklearn.model_selection", "scikit-learn", "iris"),
    "score": (lambda: score(MODEL, DATA), "sklearn", "scikit-learn", "iris"),
    "confusion_matrix": (lambda: confusion_matrix(MODEL, DATA), "sklearn", "scikit-learn", "iris"),
    "classification_report": (
        lambda: classification_report(MODEL, DATA),
        "sklearn",
        "scikit-learn",
        "iris",
    ),
    "draw_training": (lambda: draw_training(HISTORY), "matplotlib", "Matplotlib", "plot"),
}
MODEL = MLP(1, [1], seed=0)
HISTORY = train(MODEL, DATA, epochs=1, progress=False)


@pytest.mark.parametrize("name", CALLS)
def test_the_error_says_what_to_install(name, monkeypatch):
    call, module, package, extra = CALLS[name]
    monkeypatch.setitem(sys.modules, module, None)
    message = f'{name} needs {package}: pip install "chainrule[{extra}]"'
    with pytest.raises(ImportError, match=f"^{re.escape(message)}$"):
        call()

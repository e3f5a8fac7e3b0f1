"""Record PyTorch's float64 gradients of random programs in torch_answers.json.

    python -m tests.autograd.record_torch

The test of the sweep compares with these, and with PyTorch itself where it is installed.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.autograd.programs import ARITHMETIC, Program, draw, run

ANSWERS = Path(__file__).with_name("torch_answers.json")
ARITY = {
    "add": 2,
    "sub": 2,
    "mul": 2,
    "quotient": 2,
    "neg": 1,
    "tanh": 1,
    "sigmoid": 1,
    "sin": 1,
    "bell": 1,
    "softplus": 1,
    "relu": 1,
    "root": 1,
    "logsumexp": 3,
    "dot": 4,
    "mean": 3,
    "share": 3,
    "largest": 2,
    "loss": 3,
}


def programs(count: int = 60) -> list[dict[str, Any]]:
    """Random programs with the numbers that their leaves hold."""
    rng = random.Random(20)
    return [
        {
            "leaves": [round(rng.uniform(-2.0, 2.0), 3) for _ in range(4)],
            "steps": draw(rng, 4, rng.randint(1, 25), ARITY),
        }
        for _ in range(count)
    ]


def torch_functions() -> dict[str, Callable[..., Any]]:
    """What the names mean, in PyTorch."""
    import torch

    functional = torch.nn.functional
    return {
        **ARITHMETIC,
        "quotient": lambda a, b: a / (b * b + 1.0),
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "sin": torch.sin,
        "bell": lambda a: torch.exp(-a * a),
        "softplus": functional.softplus,
        "relu": torch.relu,
        "root": lambda a: (a * a + 1.0) ** 0.5,
        "logsumexp": lambda *xs: torch.logsumexp(torch.stack(xs), 0),
        "dot": lambda a, b, c, d: torch.dot(torch.stack([a, b]), torch.stack([c, d])),
        "mean": lambda *xs: torch.stack(xs).mean(),
        "share": lambda *xs: torch.softmax(torch.stack(xs), 0)[1],
        "largest": torch.maximum,
        "loss": lambda *xs: functional.cross_entropy(torch.stack(xs), torch.tensor(2)),
    }


def answer(leaves: list[float], steps: Program) -> dict[str, Any]:
    """The result and its gradient by PyTorch."""
    import torch

    xs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in leaves]
    result = run(steps, xs, torch_functions())[-1]
    slopes = torch.autograd.grad(result, xs, allow_unused=True)
    return {"value": result.item(), "slopes": [0.0 if g is None else g.item() for g in slopes]}


def main() -> None:
    recorded = [{**program, **answer(**program)} for program in programs()]
    assert all(math.isfinite(x) for one in recorded for x in (one["value"], *one["slopes"]))
    lines = ",\n".join(json.dumps(one) for one in recorded)
    part = ANSWERS.with_suffix(".part")
    part.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    part.replace(ANSWERS)


if __name__ == "__main__":
    main()

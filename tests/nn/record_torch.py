"""Record PyTorch's float64 steps of its optimizers in torch_trajectories.json.

    python -m tests.nn.record_torch

The test of the optimizers compares with these, and with PyTorch itself where it is installed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TRAJECTORIES = Path(__file__).with_name("torch_trajectories.json")
START, SCALES = (1.5, -0.3, 0.02), (1.0, 30.0, 0.001)
STEPS = 30

# Optimizer, settings, and how gradients are clipped before each step.
CASES: list[tuple[str, dict[str, Any], dict[str, float]]] = [
    ("SGD", {"lr": 0.01}, {}),
    ("SGD", {"lr": 0.01, "momentum": 0.9}, {}),
    ("SGD", {"lr": 0.01, "momentum": 0.5, "nesterov": True}, {}),
    ("SGD", {"lr": 0.01, "weight_decay": 0.1}, {}),
    ("SGD", {"lr": 0.01, "momentum": 0.9, "nesterov": True, "weight_decay": 0.3}, {}),
    ("Adam", {"lr": 0.05}, {}),
    ("Adam", {"lr": 0.05, "betas": [0.5, 0.9], "eps": 1e-3}, {}),
    ("AdamW", {"lr": 0.05}, {}),
    ("AdamW", {"lr": 0.05, "weight_decay": 0.5, "betas": [0.5, 0.9]}, {}),
    ("SGD", {"lr": 0.1}, {"norm": 1.0}),
    ("SGD", {"lr": 0.1, "momentum": 0.5}, {"value": 0.25}),
]


def loss(parameters: Any) -> Any:
    """sum(s·p⁴ + p), which has slopes of every size."""
    return sum(s * p**4 + p for s, p in zip(SCALES, parameters, strict=True))


def trajectory(
    name: str, settings: dict[str, Any], clipping: dict[str, float]
) -> list[list[float]]:
    """The parameters after each step down the loss, by PyTorch."""
    import torch

    parameters = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in START]
    optimizer = getattr(torch.optim, name)(parameters, **settings)
    path = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(parameters).backward()
        if "norm" in clipping:
            torch.nn.utils.clip_grad_norm_(parameters, clipping["norm"])
        if "value" in clipping:
            torch.nn.utils.clip_grad_value_(parameters, clipping["value"])
        optimizer.step()
        path.append([p.item() for p in parameters])
    return path


def main() -> None:
    recorded = [
        {"name": name, "settings": settings, "clipping": clipping, "path": trajectory(*case)}
        for case in CASES
        for name, settings, clipping in [case]
    ]
    lines = ",\n".join([json.dumps(one) for one in recorded])
    part = TRAJECTORIES.with_suffix(".part")
    part.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    part.replace(TRAJECTORIES)


if __name__ == "__main__":
    main()

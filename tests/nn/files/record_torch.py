"""Record files that PyTorch wrote, with the answers of their networks, in torch_files.json.

To do so, run python -m tests.nn.files.record_torch.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).with_name("torch_files.json")
KINDS = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}
ROWS = [[0.5, -1.0, 2.0], [0.0, 0.25, -0.75]]


def recorded(kind: str) -> dict[str, Any]:
    """A Sequential of three Linear and tanh in numbers of this kind."""
    import safetensors.torch
    import torch

    torch.manual_seed(0)
    sizes, layers = [3, 4, 4, 2], []
    for i in range(3):
        layers += [torch.nn.Linear(sizes[i], sizes[i + 1]), torch.nn.Tanh()]
    network = torch.nn.Sequential(*layers[:-1]).to(getattr(torch, KINDS[kind]))
    content = safetensors.torch.save(network.state_dict())
    outputs = network.double()(torch.tensor(ROWS, dtype=torch.float64)).tolist()
    return {"file": base64.b64encode(content).decode(), "outputs": outputs}


if __name__ == "__main__":
    lines = ",\n".join([f'"{kind}": {json.dumps(recorded(kind))}' for kind in KINDS])
    RECORDED.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")

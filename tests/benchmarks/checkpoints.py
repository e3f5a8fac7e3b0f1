"""What a checkpoint costs: seconds of a training without and with one every 10 epochs.

The file is written at most 100 times. Each writing waits until the file and its folder are on the
disk; the last column is without that wait. Where a training takes as long as the disk varies, the
difference says nothing. Takes half a minute.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from nn import MLP, Adam, load_iris, train

CASES = [("eager", 100), ("numpy", 1_000), ("native", 1_000), ("native", 100_000)]
EVERY = 10


def seconds(engine: str, epochs: int, every: int, path: Path | None) -> float:
    """The time of a training of the Iris network from its start."""
    if path is not None:
        path.unlink(missing_ok=True)
    model = MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0)
    optimizer, rows = Adam(model.parameters(), lr=0.05), load_iris(0).train
    begin = time.perf_counter()
    train(
        model, rows, optimizer=optimizer, epochs=epochs, engine=engine, progress=False,
        checkpoint=path, checkpoint_every=every,
    )  # fmt: skip
    return time.perf_counter() - begin


def main() -> None:
    print("engine   epochs  writings    none    with  each ms  each ms, no wait")
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        path = Path(folder) / "run.safetensors"
        for engine, epochs in CASES:
            every = max(EVERY, epochs // 100)
            count = epochs // every
            seconds(engine, 10, every, None)  # compiled from here on
            none = statistics.median([seconds(engine, epochs, every, None) for _ in range(3)])
            kept = statistics.median([seconds(engine, epochs, every, path) for _ in range(3)])
            with patch.object(os, "fsync", lambda file: None):
                short = statistics.median([seconds(engine, epochs, every, path) for _ in range(3)])
            each, rest = [1000.0 * (found - none) / count for found in (kept, short)]
            row = (
                f"{engine:<7} {epochs:7,} {count:9} {none:7.3f} {kept:7.3f} {each:8.2f} {rest:9.2f}"
            )
            print(row, flush=True)


if __name__ == "__main__":
    main()

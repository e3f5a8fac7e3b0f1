"""What no_grad and anomaly cost while they are off: python -m tests.benchmarks.modes.

A full-batch Iris step with the engine as it is, and with a copy of it in which a new node does not
depend on whether a mode is active; in processes of their own, in turn.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHECK = "return modes.inspect(node) if modes.active else node"
STEP = """
import gc, time
from tests.benchmarks.speed import our_step
from nn import MLP
step = our_step(MLP(4, [4, 4, 3], activation="tanh", bias=False, seed=0))
step()
times = []
for _ in range(25):
    gc.collect()
    started = time.process_time()
    step()
    times.append(time.process_time() - started)
print(min(times))
"""


def seconds(folder: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-c", STEP], cwd=folder, check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for folder in ("autograd", "nn", "tests"):
            shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("*.pyc"))
        places = 0
        for path in (copy / "autograd").glob("*.py"):
            text = path.read_text(encoding="utf-8")
            places += text.count(CHECK)
            path.write_text(text.replace(CHECK, "return node"), encoding="utf-8")
        assert places == 5
        ratios = [seconds(ROOT) / seconds(copy) for _ in range(11)]
    print(f"the modes while off: {statistics.median(ratios) - 1.0:+.1%} of a step")


if __name__ == "__main__":
    main()

"""Speed beside peers, in one table: python -m tests.benchmarks [--gradbench PATH].

Runs the benchmarks of speed in turn, each in a process of its own; what each measures and needs is
in its module. Those that compare with gradbench run where PATH, a checkout of it, is given.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

BENCHMARKS = (
    "one_point",
    "rows",
    "training",
    "estimators",
    "derivatives",
    "compiling",
    "loops",
    "speed",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--gradbench", metavar="PATH", help="a checkout of gradbench")
    path = parser.parse_args().gradbench
    commands = [[name] for name in BENCHMARKS]
    if path:
        commands.append(["gradbench", "--gradbench", path, "--quick", "lse", "kmeans", "ba"])
    failed = []
    for command in commands:
        print(f"\n# {' '.join(command)}", flush=True)
        module, *options = command
        run = subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{module}", *options], check=False
        )
        if run.returncode:
            failed.append(module)
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()

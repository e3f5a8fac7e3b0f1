"""What a benchmark ran on: the processor, and the versions of Python and of packages."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path


def processor() -> str:
    """Its name, where the system has it."""
    facts = Path("/proc/cpuinfo")
    if not facts.exists():
        return platform.processor()
    names = [line for line in facts.read_text().splitlines() if line.startswith("model name")]
    return names[0].partition(":")[2].strip() if names else platform.processor()


def versions(*packages: str) -> str:
    """Python's version and those of the packages, in one line."""
    names = [f"{name} {version(name)}" for name in packages]
    return ", ".join([f"Python {platform.python_version()}", *names])

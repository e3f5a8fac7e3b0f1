"""Runs what may hang in a Python of its own, for a limited time, so that the suite never hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def isolated(function: Callable[[], object], seconds: float = 120.0) -> None:
    """Call a function of a test module in a new Python; fail where it raises or takes too long."""
    code = f"from {function.__module__} import {function.__name__} as f; f()"
    running = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # so that its children can be ended with it
    )
    try:
        printed, _ = running.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        printed, _ = running.communicate()
        raise AssertionError(f"{code} hangs; it printed {printed}") from None
    assert running.returncode == 0, printed


def forked(function: Callable[[], object], seconds: float = 30.0) -> None:
    """Call a function in a forked child; fail where it raises there or takes too long."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            function()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert status == 0, f"the child failed: {function}"
            return
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise AssertionError(f"the child hangs: {function}")

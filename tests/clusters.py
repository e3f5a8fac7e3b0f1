"""Two worker processes on loopback, and what may happen to them in mid-run."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed", reason='needs Dask: pip install "chainrule[cluster]"')

from distributed import Client, LocalCluster

LIMIT = 300.0  # seconds after which something is wrong, on the slowest machine


@contextmanager
def two_workers(**settings: Any) -> Iterator[Client]:
    """A client of two worker processes of one thread each, whose nannies replace them."""
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",
            **settings,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def waits_once(folder: str) -> None:
    """In a worker: wait for what the test does to this process; what repeats it goes on."""
    own = Path(folder, f"{os.getpid()}.waits")
    own.touch()
    until(lambda: Path(folder, "done").exists())


def until(condition: Any) -> None:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() < begun + LIMIT
        time.sleep(0.02)


@contextmanager
def sent(number: signal.Signals, folder: Path) -> Iterator[None]:
    """A context in which the first process that waits in this folder gets a signal."""
    pids: list[int] = []

    def send() -> None:
        until(lambda: [*folder.glob("*.waits")])
        pids.append(int(next(folder.glob("*.waits")).stem))
        os.kill(pids[0], number)
        (folder / "done").touch()

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        if number != signal.SIGKILL:
            with suppress(ProcessLookupError):  # where its nanny was quicker
                os.kill(pids[0], signal.SIGKILL)
    assert pids

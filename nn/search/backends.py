"""Backends of joblib for the fits of a search: serial, in processes, or on a cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joblib.parallel import (  # type: ignore[import-untyped]  # has no stubs
    LokyBackend,
    ParallelBackendBase,
)
from sklearn.base import BaseEstimator  # type: ignore[import-untyped]  # as above

Callback = Callable[[Any], None]


def counting(bar: Any, batch: Any, callback: Callback) -> Callback:
    """The callback of joblib for a batch of fits, which also moves the bar by their number."""

    def called(out: Any) -> None:
        if bar is not None:
            bar.update(len(batch))
        callback(out)

    return called


@dataclass(frozen=True)
class Outcome:
    """The results of a batch, or the exception that it raised."""

    results: Any = None
    error: Exception | None = None

    def result(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.results


class Here(ParallelBackendBase):  # type: ignore[misc]  # has no stubs
    """The serial backend: each fit runs when it is submitted, in this thread.

    With one job joblib would make no parallel call, and report no progress: so there are two jobs,
    of which the second is idle.
    """

    supports_retrieve_callback = True

    def __init__(self, bar: Any) -> None:
        super().__init__(nesting_level=0)
        self.bar = bar

    def effective_n_jobs(self, n_jobs: int | None) -> int:
        return 2

    def submit(self, func: Any, callback: Callback) -> Any:
        try:
            found = Outcome(func())
        except Exception as error:
            found = Outcome(error=error)
        counting(self.bar, func, callback)(found)
        return found

    def retrieve_result_callback(self, out: Any) -> Any:
        return out.result()

    def get_nested_backend(self) -> tuple[Any, None]:
        """The backend for estimators with their own jobs: the default one."""
        return LokyBackend(nesting_level=0), None


class Processes(LokyBackend):  # type: ignore[misc]  # has no stubs
    """The processes of joblib, with a bar."""

    def __init__(self, bar: Any) -> None:
        super().__init__(nesting_level=0)
        self.bar = bar

    def submit(self, func: Any, callback: Callback) -> Any:
        return super().submit(func, counting(self.bar, func, callback))


class Cluster(ParallelBackendBase):  # type: ignore[misc]  # has no stubs
    """The workers of a Dask cluster, by a driver."""

    supports_retrieve_callback = True

    def __init__(self, driver: Any, bar: Any) -> None:
        super().__init__(nesting_level=0)
        self.driver, self.bar = driver, bar
        self.running: set[Any] = set()

    def effective_n_jobs(self, n_jobs: int | None) -> int:
        """The number of threads of all workers; one job would be done here."""
        threads: int = sum(self.driver.client.nthreads().values())
        return max(2, threads)

    def submit(self, func: Any, callback: Callback) -> Any:
        # Also objects defined in a notebook.
        import cloudpickle  # type: ignore[import-untyped]  # has no stubs

        loop = self.driver.client.loop.asyncio_loop
        found = asyncio.run_coroutine_threadsafe(self._answer(func, cloudpickle.dumps(func)), loop)
        self.running.add(found)
        found.add_done_callback(self.running.discard)
        found.add_done_callback(counting(self.bar, func, callback))
        return found

    async def _answer(self, func: Any, work: bytes) -> Any:
        from distributed import KilledWorker

        try:
            fine, found = await self.driver.answer(work)
        except KilledWorker as error:
            fit, (_, *others), named = func.items[0]
            return [fit(Lost(str(error)), *others, **named)]
        if not fine:
            raise found
        return found

    def retrieve_result_callback(self, out: Any) -> Any:
        return out.result()

    def abort_everything(self, ensure_ready: bool = True) -> None:
        for future in [*self.running]:
            future.cancel()


class Lost(BaseEstimator):  # type: ignore[misc]  # has no stubs
    """The replacement of an estimator that killed its workers: it fails with an error."""

    def __init__(self, reason: str = "") -> None:
        self.reason = reason

    def set_params(self, **parameters: Any) -> Lost:
        return self

    def fit(self, *given: Any, **named: Any) -> Lost:
        raise RuntimeError(f"its workers died, as they do where memory ends: {self.reason}")

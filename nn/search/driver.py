"""Tasks on the workers of a Dask cluster: each has its data with it, and is submitted again to
another worker where no answer comes.
"""

from __future__ import annotations

import asyncio
import pickle
from dataclasses import dataclass, field
from typing import Any

import dask
from distributed import KilledWorker

Copies = dict["asyncio.Task[Any]", Any]  # with the futures of Dask, whose types are partial
# Dask warns of large tasks; these contain their rows by design.
ANY_SIZE = {"distributed.admin.large-graph-warning-threshold": "1 PB"}


def run(work: bytes) -> tuple[bool, Any]:
    """In a worker: whether a pickled function gives a result, and it, or what it raises.

    What the function raises is an answer: it would raise it again.
    """
    function = pickle.loads(work)
    try:
        return True, function()
    except Exception as error:
        return False, error


@dataclass
class Driver:
    """Submits tasks and waits for their answers, in the event loop of the client.

    Rejected: data that is scattered before, and tasks that refer to it. Where the one worker that
    has it is gone, so is the data; a task that has its own can be repeated anywhere.

    Args:
        client: of dask.distributed.
        timeout: after how many seconds without an answer a task is submitted to another worker too,
            and after twice as many again; the first answer counts.
        retries: how often, and how often a task is repeated whose worker is gone.
        silent: the workers that owe an answer, each with the key of what was submitted.
    """

    client: Any
    timeout: float
    retries: int
    silent: dict[str, str] = field(default_factory=dict)

    async def answer(self, work: bytes) -> tuple[bool, Any]:
        """What `run` gives in a worker.

        Raises KilledWorker where workers die of it, again and again; and what Dask raises.
        """
        copies: Copies = {}
        limit, again = self.timeout, True
        try:
            await self._submit(work, copies)
            while True:
                done, _ = await asyncio.wait(
                    copies, timeout=limit, return_when=asyncio.FIRST_COMPLETED
                )
                if not done:
                    limit *= 2.0
                    await self._submit_elsewhere(work, copies)
                for task in done:
                    key = copies[task].key
                    self.silent = {at: owed for at, owed in self.silent.items() if owed != key}
                    try:
                        found: tuple[bool, Any] = task.result()
                        return found
                    except KilledWorker:
                        # It may have waited beside one that killed them: once more, from zero.
                        copies.pop(task).release()
                        if not again:
                            raise
                        again = False
                        await self._submit(work, copies)
        finally:
            for task, future in copies.items():
                task.cancel()
                future.release()

    async def _submit(
        self, work: bytes, copies: Copies, avoided: frozenset[str] = frozenset()
    ) -> None:
        """Submit it, to none of the workers to avoid; to one that owes answers if all do."""
        left = [at for at in await self.client.nthreads() if at not in avoided]
        left = [at for at in left if at not in self.silent] or left
        chosen = bool(avoided or self.silent)
        with dask.config.set(ANY_SIZE):
            future = self.client.submit(
                run,
                work,
                pure=False,
                retries=self.retries,
                workers=left if chosen else None,
                allow_other_workers=chosen,  # where none of them is left
            )
        copies[asyncio.ensure_future(outcome(future))] = future

    async def _submit_elsewhere(self, work: bytes, copies: Copies) -> None:
        """Submit it to another worker than those that have it, if there is one."""
        futures = {future.key: future for future in copies.values()}
        holding = await self.client.who_has([*futures.values()])  # a result that does not arrive
        places = {at: key for key, all_at in holding.items() for at in all_at}
        for at, keys in (await self.client.processing()).items():
            places.update([(at, key) for key in keys if key in futures])
        self.silent |= places
        others = {*await self.client.nthreads()} - {*places}
        if places and others and len(copies) <= self.retries:
            await self._submit(work, copies, frozenset(places))


async def outcome(future: Any) -> Any:
    """The result of a task, on this side."""
    return await future

"""Workers beyond this process, by Dask distributed: a few on this machine, or those of a scheduler
that is there. The only place that knows Dask, loaded when somebody asks for workers.

Dask gives tasks out, takes those of a lost worker to another, and gives one up that took several
workers with it. What fails everywhere is handed back as such: the rest goes on.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import struct
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from access15.errors import Access15Error, ConfigError
from access15.remarks import Remark
from access15.sources.streets.extract import describe_state

_Asked = TypeVar("_Asked")
_Found = TypeVar("_Found")
MOST_WORKERS: Final = 1000
_ADDRESS: Final = re.compile(r"(?:tcp|tls|ucx|ws|wss)://(?:\[[^\]/]+\]|[^\[\]:/\s]+):(\d{1,5})/?")
_WAIT_S: Final = 15.0  # for a scheduler, and for its first worker
_LEFT_S: Final = 30.0  # without any worker: those that a machine begins anew are there by then
_MOST_ANEW: Final = 10
_PAUSE_S: Final = 0.02
_ASK_AGAIN_S: Final = 1.0
_RETRIES: Final = 2  # of a task that failed: a full memory or a slow disk may have passed
_SAME: Final = ("access15", "rules", "python", "libraries")


@dataclass(frozen=True)
class Wanted:
    """Which workers are asked for: some on this machine, or those of a scheduler.

    Parameters
    ----------
    workers : int, optional
        Processes of this machine.
    scheduler : str, optional
        Address such as ``tcp://10.0.0.5:8786``.
    """

    workers: int | None = None
    scheduler: str | None = None

    def __bool__(self) -> bool:
        return self.workers is not None or self.scheduler is not None


@dataclass(frozen=True)
class Failed(Generic[_Asked]):
    """A task that failed wherever it was tried.

    Parameters
    ----------
    asked : object
        What it was given.
    reason : str
        What went wrong.
    is_deadly : bool, optional
        Whether workers ended while they had it.
    """

    asked: _Asked
    reason: str
    is_deadly: bool = False


def read_wanted(workers: int | None, scheduler: str | None) -> Wanted:
    """Check which workers are asked for; all faults at once, and whether Dask is there."""
    problems: list[str] = []
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        problems.append(Remark("cluster_workers", value=workers, most=MOST_WORKERS))
    if scheduler is not None:
        found = _ADDRESS.fullmatch(scheduler.strip())
        if found is None or not 0 < int(found[1]) < 65_536:
            problems.append(Remark("cluster_address", value=scheduler[:80]))
    if workers is not None and scheduler is not None:
        problems.append(Remark("cluster_twice"))
    if problems:
        raise ConfigError(Remark("cluster_unusable"), problems)
    wanted = Wanted(workers, None if scheduler is None else scheduler.strip())
    if wanted:
        for name in ("distributed", "pyarrow"):
            try:
                import_module(name)
            except ImportError as error:
                raise ConfigError(Remark("cluster_extra_missing", name=name)) from error
    return wanted


class Cluster:
    """Workers that tasks can be given to."""

    def __init__(
        self, client: Any, address: str, begin_anew: Callable[[], object] | None = None
    ) -> None:
        self._client = client
        self.address = address
        self._begin_anew = begin_anew
        self._n_anew = 0

    @property
    def dashboard(self) -> str:
        """Address at which what the workers do can be seen."""
        return str(self._client.dashboard_link)

    def count(self) -> int:
        """How many workers there are."""
        return int(self._client.scheduler_info(n_workers=0)["n_workers"])

    def close(self) -> None:
        """End the workers and their scheduler."""
        self._client.shutdown()

    def check(self, seen: Path) -> None:
        """Refuse workers with another access15, Python or library, and those that do not see a
        folder: they would find other numbers, or nothing.
        """
        ours = describe_state("area")
        try:
            told = self._client.run(_describe_worker, seen, on_error="return")
        except OSError as error:
            raise Access15Error(Remark("cluster_gone", scheduler=self.address)) from error
        problems: list[str] = []
        for worker, state in told.items():
            if isinstance(state, BaseException):
                reason = f"{type(state).__name__}: {state}"[:200]
                problems.append(Remark("worker_without", worker=worker, reason=reason))
                continue
            problems += [
                Remark("worker_differs", worker=worker, what=key, theirs=state[key], ours=ours[key])
                for key in _SAME
                if state[key] != ours[key]
            ]
            if not state["sees"]:
                problems.append(Remark("worker_blind", worker=worker, folder=seen))
        if problems:
            raise Access15Error(Remark("workers_unusable", n=len(problems)), problems)

    def measure(self, ask: Callable[[], _Found]) -> dict[str, _Found]:
        """What each worker answers, by its address."""
        told: dict[str, _Found] = self._client.run(ask)
        return told

    def walk(
        self,
        work: Callable[[_Asked], _Found],
        tasks: Sequence[_Asked],
        names: Sequence[str],
    ) -> Iterator[tuple[int, _Found | Failed[_Asked]]]:
        """Give every task to a worker; the number of each, and what it found, as they end."""
        suspects: dict[int, Failed[_Asked]] = {}
        for i, found in self._finish(work, tasks, names, range(len(tasks))):
            if isinstance(found, Failed) and found.is_deadly:
                suspects[i] = found
            else:
                yield i, found
        if len(suspects) == 1:
            yield from suspects.items()
            return
        # Tasks that wait on a worker which another one ends share the blame: where several are
        # blamed, each is tried again with none beside it.
        for i in suspects:
            yield from self._finish(work, tasks, names, [i])

    def _finish(
        self,
        work: Callable[[_Asked], _Found],
        tasks: Sequence[_Asked],
        names: Sequence[str],
        asked: Sequence[int],
    ) -> Iterator[tuple[int, _Found | Failed[_Asked]]]:
        """Give some tasks to workers at once; the number of each, and what it found."""
        from distributed import as_completed  # noqa: PLC0415 - only who asks for workers has it

        # Keys of one group: of many alike the scheduler hands each worker one at a time.
        group = f"tiles-{os.urandom(4).hex()}"
        futures = self._client.map(
            work,
            [tasks[i] for i in asked],
            key=[(group, names[i]) for i in asked],
            retries=_RETRIES,
            pure=False,
        )
        number = {future.key: i for i, future in zip(asked, futures, strict=True)}
        futures_left = as_completed(futures, with_results=True, raise_errors=False)
        del futures  # what was taken is given up by the workers
        try:
            while futures_left.count():
                self._wait_for(futures_left)
                future, found = next(futures_left)
                i = number[future.key]
                if future.status == "finished":
                    yield i, found
                elif future.status == "error":
                    yield i, _describe_failure(tasks[i], future)
                else:  # cancelled or lost: nobody is there who knows of it
                    raise Access15Error(Remark("cluster_gone", scheduler=self.address))
        except OSError as error:
            raise Access15Error(Remark("cluster_gone", scheduler=self.address)) from error

    def _wait_for(self, futures_left: Any) -> None:
        """Wait for a task to end, but not for ever where no worker is left."""
        seen_s = asked_s = time.monotonic()
        while not futures_left.has_ready():
            time.sleep(_PAUSE_S)
            now_s = time.monotonic()
            if now_s - asked_s < _ASK_AGAIN_S:
                continue
            asked_s = now_s
            if self.count():
                seen_s = now_s
            elif now_s - seen_s < _LEFT_S:
                continue
            elif self._begin_anew is not None and self._n_anew < _MOST_ANEW:
                self._begin_anew()
                self._n_anew += 1
                seen_s = now_s
            else:
                raise Access15Error(
                    Remark("cluster_deserted", scheduler=self.address, seconds=_LEFT_S)
                )


@contextmanager
def opened_cluster(wanted: Wanted, scratch: Path) -> Iterator[Cluster]:
    """Workers as asked for; those of this machine end with this, others are left as they were.

    What Dask notes of its own on this machine goes into `scratch`.
    """
    import dask  # noqa: PLC0415 - only who asks for workers has it
    from distributed import Client, LocalCluster  # noqa: PLC0415
    from distributed.utils import LoopRunner  # noqa: PLC0415
    from distributed.versions import VersionMismatchWarning  # noqa: PLC0415

    quiet = {
        # one task at a time for each: only what a worker was at is blamed for its end
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.comm.timeouts.connect": f"{_WAIT_S:g}s",
        "distributed.admin.large-graph-warning-threshold": "1GB",
    }
    with dask.config.set(quiet), _silenced(), warnings.catch_warnings():
        warnings.simplefilter("ignore", VersionMismatchWarning)  # told by `Cluster.check`
        if wanted.scheduler is None:
            n = wanted.workers or 1
            threads = str(max((os.cpu_count() or 1) // n, 1))
            _watch_silently()
            with (
                LocalCluster(
                    n_workers=n,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",
                    worker_dashboard_address=None,
                    silence_logs="CRITICAL",
                    local_directory=str(scratch),
                    env={"NUMBA_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
                ) as local,
                Client(local) as client,
            ):
                # Dask begins a worker anew that ends, but not one that ends while it begins
                def begin_anew() -> None:
                    local.scale(0)
                    local.scale(n)

                yield Cluster(client, str(client.scheduler.address), begin_anew)
            return
        try:
            LoopRunner().run_sync(_greet, wanted.scheduler)
            client = Client(wanted.scheduler, timeout=_WAIT_S)
        except (MemoryError, struct.error) as error:  # lengths of what is none of Dask's messages
            raise Access15Error(Remark("cluster_foreign", scheduler=wanted.scheduler)) from error
        except (OSError, ValueError) as error:
            raise Access15Error(
                Remark("cluster_unreachable", scheduler=wanted.scheduler, seconds=_WAIT_S)
            ) from error
        try:
            try:
                client.wait_for_workers(1, timeout=_WAIT_S)
            except TimeoutError as error:
                raise Access15Error(
                    Remark("cluster_idle", scheduler=wanted.scheduler, seconds=_WAIT_S)
                ) from error
            yield Cluster(client, wanted.scheduler)
        finally:
            with suppress(OSError, TimeoutError):
                client.close(timeout=2)


async def _greet(scheduler: str) -> None:
    """Meet a scheduler; Dask alone waits without end for one that listens and says nothing."""
    from distributed import Security  # noqa: PLC0415 - only who asks for workers has it
    from distributed.comm import connect  # noqa: PLC0415

    secured = Security().get_connection_args("client")
    met = await asyncio.wait_for(connect(scheduler, timeout=_WAIT_S, **secured), _WAIT_S)
    await met.close()


def _watch_silently() -> None:
    """Start what watches over resources of processes such that, when all are stopped at once, it
    says nothing of those that the system takes back.
    """
    name, ignored = "PYTHONWARNINGS", "ignore:resource_tracker"
    before = os.environ.get(name)
    os.environ[name] = ignored if not before else f"{before},{ignored}"
    try:
        resource_tracker.ensure_running()
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


@contextmanager
def _silenced() -> Iterator[None]:
    """Leave what Dask notes of lost workers and schedulers unsaid: it is told in a sentence."""
    own = [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]
    levels = {name: logging.getLogger(name).level for name in own}
    for name in levels:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _describe_worker(seen: Path) -> dict[str, Any]:
    """What of a worker decides on its numbers, and whether it sees a folder."""
    return {**describe_state("area"), "sees": seen.is_dir()}


def _describe_failure(asked: _Asked, future: Any) -> Failed[_Asked]:
    """What went wrong with a task, in a line."""
    from distributed import KilledWorker  # noqa: PLC0415 - only who asks for workers has it

    error = future.exception()
    if isinstance(error, KilledWorker):
        remark = Remark("tile_kills", worker=error.last_worker.address)
        return Failed(asked, remark, is_deadly=True)
    if isinstance(error, Access15Error):
        return Failed(asked, error.summary)
    return Failed(asked, f"{type(error).__name__}: {error}"[:300])

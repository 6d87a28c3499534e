"""Clusters that compute items: a Dask scheduler with its workers, or jobs of SLURM.

What runs there is the same Python function as here: the workers need Topline and the packages of
its extra `cluster`, in the same versions, and no folder in common with the caller.
"""

import shutil
import signal
import subprocess
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from importlib import import_module
from typing import Final, Protocol, TypeVar, cast
from uuid import uuid4

from topline.errors import ToplineError, UsageError
from topline.simulate.processes import given_up

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_SECONDS_TO_CONNECT: Final = 10
_SECONDS_FOR_WORKERS: Final = 60
_ONE_THREAD: Final = "export POLARS_MAX_THREADS=1"


class _Future(Protocol):
    key: str
    status: str

    def result(self) -> object: ...
    def exception(self) -> BaseException | None: ...
    def release(self) -> None: ...


class _Client(Protocol):
    def map(
        self, func: object, items: Sequence[object], *, key: list[str], pure: bool
    ) -> list[_Future]: ...
    def cancel(self, futures: list[_Future]) -> object: ...
    def wait_for_workers(self, n_workers: int, timeout: float | None = None) -> object: ...
    def close(self) -> object: ...


class _Distributed(Protocol):
    def Client(  # noqa: N802
        self, address: object, *, timeout: float
    ) -> _Client: ...
    def as_completed(self, futures: list[_Future]) -> Iterable[_Future]: ...


class _SlurmCluster(Protocol):
    def adapt(self, *, minimum_jobs: int, maximum_jobs: int) -> object: ...
    def job_script(self) -> str: ...


class _Jobqueue(Protocol):
    def SLURMCluster(  # noqa: N802
        self,
        *,
        cores: int,
        processes: int,
        memory: str,
        job_script_prologue: list[str],
    ) -> AbstractContextManager[_SlurmCluster]: ...


class _Config(Protocol):
    def get(self, key: str, default: object = None) -> object: ...


@dataclass(frozen=True, slots=True)
class Dask:
    """A Dask scheduler that runs already, with the workers that it has or will have."""

    address: str
    """Such as "tcp://10.0.0.1:8786"."""

    def run(
        self, task: Callable[[Item], Outcome], items: Sequence[Item]
    ) -> Generator[tuple[Item, Outcome]]:
        """Yield the outcomes as they come; task, items and outcomes are pickled.

        Raises
        ------
        UsageError
            No scheduler answers at the address, or it has no worker.
        ToplineError
            An item lost several workers, or the scheduler was lost.
        RuntimeError
            The task raised, or could not be read, in a worker.
        """
        if not items:
            return
        distributed = _distributed()
        try:
            client = distributed.Client(self.address, timeout=_SECONDS_TO_CONNECT)
        except (OSError, ValueError) as error:
            msg = (
                f"no Dask scheduler answers at {self.address} ({error}); give the address that "
                "`dask scheduler` prints, such as tcp://10.0.0.1:8786, or the word slurm"
            )
            raise UsageError(msg) from error
        with closing(client):
            try:
                client.wait_for_workers(1, timeout=_SECONDS_FOR_WORKERS)
            except TimeoutError as error:
                msg = (
                    f"the Dask scheduler at {self.address} has no workers after "
                    f"{_SECONDS_FOR_WORKERS} s; start one: dask worker {self.address}"
                )
                raise UsageError(msg) from error
            yield from _run_on(distributed, client, task, items)


@dataclass(frozen=True, slots=True)
class Slurm:
    """Jobs of SLURM, submitted when the run begins and cancelled when it ends.

    Partition, account, time and memory come from Dask's configuration (`jobqueue.slurm`, such as in
    ~/.config/dask/jobqueue.yaml); without it, a job has one processor and 2 GB.
    """

    jobs: int

    def run(
        self, task: Callable[[Item], Outcome], items: Sequence[Item]
    ) -> Generator[tuple[Item, Outcome]]:
        """Yield the outcomes as they come, however long the jobs wait in the queue.

        Raises
        ------
        UsageError
            SLURM's commands are not here, or it refuses the job.
        ToplineError
            An item lost several workers.
        RuntimeError
            The task raised, or could not be read, in a worker.
        """
        if not items:
            return
        if shutil.which("sbatch") is None:
            msg = "SLURM's command sbatch is not here; run it where jobs are submitted"
            raise UsageError(msg)
        distributed = _distributed()
        jobqueue = _jobqueue()
        config = cast("_Config", _package("dask.config"))
        cores = int(str(config.get("jobqueue.slurm.cores") or 1))
        with jobqueue.SLURMCluster(
            cores=cores,
            processes=int(str(config.get("jobqueue.slurm.processes") or cores)),
            memory=str(config.get("jobqueue.slurm.memory") or "2 GB"),
            job_script_prologue=[_ONE_THREAD, *_lines(config)],
        ) as cluster:
            _try_submission(cluster.job_script())
            jobs = min(self.jobs, len(items))
            cluster.adapt(minimum_jobs=jobs, maximum_jobs=jobs)  # a lost job is submitted again
            client = distributed.Client(cluster, timeout=_SECONDS_TO_CONNECT)
            with closing(client):
                yield from _run_on(distributed, client, task, items)


def _lines(config: _Config) -> list[str]:
    lines = cast("list[object] | None", config.get("jobqueue.slurm.job-script-prologue"))
    return [str(line) for line in lines or []]


def _try_submission(script: str) -> None:
    """Let SLURM say whether it would take the job: a refusal later on would only be logged."""
    tried = subprocess.run(
        ["sbatch", "--test-only"], input=script, text=True, capture_output=True, check=False
    )
    if tried.returncode:
        msg = (
            f"SLURM refuses the job ({tried.stderr.strip()}); its partition, account, time and "
            f"memory come from ~/.config/dask/jobqueue.yaml. The job:\n{script}"
        )
        raise UsageError(msg)


def _package(name: str) -> object:
    try:
        return import_module(name)
    except ImportError as error:
        msg = f'a cluster needs {error.name}: pip install "topline[cluster]"'
        raise UsageError(msg) from error


def _distributed() -> _Distributed:
    return cast("_Distributed", _package("distributed"))


def _jobqueue() -> _Jobqueue:
    """Import it, and take back Ctrl-C: its import (0.9.0) makes an interrupt an exit with 0."""
    before = signal.getsignal(signal.SIGINT)
    package = cast("_Jobqueue", _package("dask_jobqueue"))
    signal.signal(signal.SIGINT, before)
    return package


def _run_on(
    distributed: _Distributed,
    client: _Client,
    task: Callable[[Item], Outcome],
    items: Sequence[Item],
) -> Generator[tuple[Item, Outcome]]:
    """Submit everything; the scheduler begins again what a lost worker had."""
    run = uuid4().hex  # equal keys are the same task to a scheduler, of whatever caller
    keys = [f"topline-{run}-{place}" for place in range(len(items))]
    item_of = dict(zip(keys, items, strict=True))
    futures = client.map(task, items, key=keys, pure=False)
    try:
        for future in distributed.as_completed(futures):
            item = item_of[future.key]
            if future.status != "finished":
                raise _error_of(future, item)
            outcome = cast("Outcome", future.result())
            future.release()
            yield item, outcome
    finally:
        client.cancel(futures)


def _error_of(future: _Future, item: object) -> Exception:
    if future.status != "error":
        return ToplineError(
            f"{item}: the cluster's scheduler was lost; run it again: the parts done are kept"
        )
    error = future.exception()
    if type(error).__name__ == "KilledWorker":
        return given_up(item, str(error).split(".")[0])
    return RuntimeError(f"{item}: in a worker: {type(error).__name__}: {error}")

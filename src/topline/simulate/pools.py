"""Where parts are computed: here, in processes of this machine, or on a cluster.

Every pool takes a task and its items and yields each item with its outcome as soon as it is there,
in no order. A worker that ends without an answer (killed, out of memory, its machine gone) is
replaced and its item begun again; an item that loses several is given up with a message. Closing
the iteration early ends what is still running.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from topline.errors import UsageError
from topline.simulate.clusters import Dask, Slurm
from topline.simulate.processes import Processes, processors

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Pool(Protocol):
    """A place to compute."""

    def run(
        self, task: Callable[[Item], Outcome], items: Sequence[Item]
    ) -> Generator[tuple[Item, Outcome]]:
        """Yield each item with what the task returns for it."""
        ...


@dataclass(frozen=True, slots=True)
class InProcess:
    """The calling process, one item after the other."""

    def run(
        self, task: Callable[[Item], Outcome], items: Sequence[Item]
    ) -> Generator[tuple[Item, Outcome]]:
        """Yield the outcomes in the order of the items.

        Examples
        --------
        >>> list(InProcess().run(abs, [-1, 2]))
        [(-1, 1), (2, 2)]
        """
        for item in items:
            yield item, task(item)


def pool_of(workers: int | None = None, cluster: str | None = None) -> Pool:
    """Choose where to compute from what a command line says.

    Parameters
    ----------
    workers
        Processes of this machine, or jobs of SLURM, at least 1. By default one for each processor
        of this machine; a single one is the calling process itself.
    cluster
        Address of a Dask scheduler, such as "tcp://10.0.0.1:8786", or "slurm". A scheduler has the
        workers that it has: `workers` plays no part then.

    Raises
    ------
    UsageError
        Less than one worker, or an address that is none.

    Examples
    --------
    >>> pool_of(1), pool_of(8), pool_of(cluster="tcp://10.0.0.1:8786")
    (InProcess(), Processes(workers=8), Dask(address='tcp://10.0.0.1:8786'))
    """
    workers = processors() if workers is None else workers
    if workers < 1:
        msg = f"{workers} workers; expected at least 1"
        raise UsageError(msg)
    if cluster == "slurm":
        return Slurm(workers)
    if cluster is not None:
        return Dask(cluster)
    return InProcess() if workers == 1 else Processes(workers)

"""Many trials in parts: each computed anywhere, written whole, and never computed twice.

The trials 0 to n - 1 are cut into ranges of the same size. A part is one Parquet file named by its
range and by a digest of everything that decides its numbers; it takes its name only when its last
byte is written, so that whatever interrupts a run leaves whole parts, and the same call goes on
from there. Only the calling process writes: workers need no folder in common with it.

Results are read back from the parts in the order of trials. They are the same bytes however many
workers there were, wherever they ran and however often the run was interrupted, provided that
`work` depends on nothing but the range it is given.
"""

import os
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from traceback import format_exc

import polars as pl

from topline.errors import DataError, ProtocolError, ToplineError, UsageError
from topline.simulate.pools import Pool

Work = Callable[[int, int], pl.DataFrame]
Progress = Callable[[int, int], None]

_DECIDE_NUMBERS = ("topline", "polars", "numpy")
_ERRORS = {kind.__name__: kind for kind in (ToplineError, DataError, ProtocolError, UsageError)}


@dataclass(frozen=True)
class Part:
    """The trials from `start` up to, and without, `stop`."""

    start: int
    stop: int

    def __str__(self) -> str:
        """Name the trials."""
        return f"trials {self.start} to {self.stop - 1}"

    def file(self, folder: Path, digest: str) -> Path:
        """Return where the part is kept."""
        return folder / f"trials-{self.start:09}-{self.stop:09}-{digest}.parquet"


@dataclass(frozen=True)
class _Fault:
    """What went wrong with a part, in words that travel between processes and machines."""

    kind: str
    message: str
    trace: str = ""


def compute_parts(  # noqa: PLR0913 - what, where and who is told
    work: Work,
    trials: int,
    *,
    size: int,
    folder: Path,
    digest: str,
    pool: Pool,
    progress: Progress,
) -> pl.DataFrame:
    """Compute all trials part by part, without those that an earlier run has left in the folder.

    Parameters
    ----------
    work
        Takes `start` and `stop`, returns the rows of these trials. It is sent to other processes:
        a function of a module, or a `functools.partial` of one.
    trials
        Number of trials, at least 1.
    size
        Trials in a part, at least 1. Parts of another size are not found again.
    folder
        Where the parts are; made if need be. Files of other digests are left alone.
    digest
        Stands for all that decides the numbers: letters and digits. The number of trials need not
        be in it: parts of a full size serve a longer run as well.
    pool
        Where to compute, from `topline.simulate.pools.pool_of`.
    progress
        Told the trials done and the trials of all, at the start and after each part.

    Returns
    -------
    DataFrame
        The rows of all parts, in the order of trials.

    Raises
    ------
    ToplineError
        `work` raised it (the same class, its message with the trials before it), or the processes
        of a part ended again and again.
    RuntimeError
        `work` raised anything else; the message holds the traceback.
    UsageError
        The workers have other versions of the packages, or the cluster cannot be reached.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from topline.simulate.pools import InProcess
    >>> def squares(start: int, stop: int) -> pl.DataFrame:
    ...     return pl.DataFrame({"trial": range(start, stop)}).with_columns(x=pl.col("trial") ** 2)
    >>> with TemporaryDirectory() as folder:
    ...     rows = compute_parts(
    ...         squares, 5, size=2, folder=Path(folder), digest="a1", pool=InProcess(),
    ...         progress=lambda done, of: print(f"{done} of {of}"),
    ...     )
    0 of 5
    2 of 5
    4 of 5
    5 of 5
    >>> rows["x"].to_list()
    [0, 1, 4, 9, 16]
    """
    parts = split_trials(trials, size)
    if not digest.isalnum():
        msg = f"digest is {digest!r}; expected letters and digits, as it names files"
        raise ValueError(msg)
    folder.mkdir(parents=True, exist_ok=True)
    missing = [part for part in parts if not _is_whole(part.file(folder, digest))]
    done = trials - sum(part.stop - part.start for part in missing)
    progress(done, trials)
    task = partial(_compute_part, work, _versions())
    with closing(pool.run(task, missing)) as outcomes:
        for part, outcome in outcomes:
            if isinstance(outcome, _Fault):
                raise _error_of(part, outcome)
            _write_whole(part.file(folder, digest), outcome)
            done += part.stop - part.start
            progress(done, trials)
    return pl.concat([pl.read_parquet(part.file(folder, digest)) for part in parts], rechunk=True)


def split_trials(trials: int, size: int) -> list[Part]:
    """Cut the trials into parts of a size; the last may be smaller.

    Examples
    --------
    >>> [str(part) for part in split_trials(5, 2)]
    ['trials 0 to 1', 'trials 2 to 3', 'trials 4 to 4']
    """
    if trials < 1 or size < 1:
        msg = f"{trials} trials in parts of {size}; expected at least 1 of each"
        raise ValueError(msg)
    return [Part(start, min(start + size, trials)) for start in range(0, trials, size)]


def _versions() -> tuple[tuple[str, str], ...]:
    return tuple((package, version(package)) for package in _DECIDE_NUMBERS)


def _compute_part(work: Work, asked: tuple[tuple[str, str], ...], part: Part) -> bytes | _Fault:
    """Compute a part where the worker is: the bytes of its file, or what went wrong."""
    here = _versions()
    if here != asked:
        theirs, ours = (" ".join(f"{name} {of}" for name, of in each) for each in (here, asked))
        return _Fault("UsageError", f"the worker has {theirs}; expected {ours}, as here")
    try:
        content = BytesIO()
        work(part.start, part.stop).write_parquet(content)
        return content.getvalue()
    except ToplineError as error:
        kind = next(cls.__name__ for cls in type(error).__mro__ if cls.__name__ in _ERRORS)
        return _Fault(kind, str(error))
    except Exception as error:
        return _Fault(type(error).__name__, str(error), format_exc())


def _error_of(part: Part, fault: _Fault) -> Exception:
    if fault.trace:
        return RuntimeError(f"{part}: {fault.kind}: {fault.message}\n\n{fault.trace}")
    return _ERRORS[fault.kind](f"{part}: {fault.message}")


def _is_whole(file: Path) -> bool:
    """Tell whether a part is there; one that cannot be read is computed again."""
    try:
        pl.read_parquet(file)
    except (OSError, pl.exceptions.PolarsError):
        return False
    return True


def _write_whole(file: Path, content: bytes) -> None:
    """Write beside the file, and give it its name when all bytes are on the disk."""
    number, draft = tempfile.mkstemp(prefix=".", suffix=".draft", dir=file.parent)
    try:
        with os.fdopen(number, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(draft).chmod(0o644)
        Path(draft).replace(file)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise

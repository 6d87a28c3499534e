"""Processes of this machine that compute items and may be lost.

They are spawned, not forked: a fork of a process with threads, as Polars has, may stand still. Each
has its own pipe, so that the loss of one is seen at once and harms no other: where a process is
killed, the standard library's pool waits for ever and its executor gives up on all.
"""

import os
import pickle
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from traceback import format_exc
from typing import Final, TypeVar, cast

from topline.errors import ToplineError

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_LOSSES: Final = 3
_SECONDS_TO_END: Final = 5
_SPAWN: Final = get_context("spawn")


@dataclass(frozen=True, slots=True)
class Processes:
    """Processes of this machine, which share its processors between them."""

    workers: int

    def run(
        self, task: Callable[[Item], Outcome], items: Sequence[Item]
    ) -> Generator[tuple[Item, Outcome]]:
        """Yield the outcomes as they come; task, items and outcomes are pickled.

        Raises
        ------
        ToplineError
            An item lost three workers.
        RuntimeError
            The task raised, or could not be read, in a worker; the message holds the traceback.
        """
        crew: list[_Worker] = []
        try:
            for _ in items[: self.workers]:
                crew.append(_Worker(pickle.dumps(task), max(1, processors() // self.workers)))
            for place, answer in _answers(crew, items):
                if answer.trace:
                    msg = f"{items[place]}: {answer.trace}"
                    raise RuntimeError(msg)
                yield items[place], cast("Outcome", answer.outcome)
        finally:
            for worker in crew:
                worker.end()


@dataclass(frozen=True, slots=True)
class _Answer:
    outcome: object
    trace: str = ""


class _Worker:
    """A spawned process, the pipe to it, and the place of the item it works on."""

    def __init__(self, task: bytes, threads: int) -> None:
        self._arguments = task, threads
        self._start()

    def _start(self) -> None:
        self.place: int | None = None
        self.pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, *self._arguments), daemon=True)
        with _interrupts_ignored():
            self._process.start()
        theirs.close()

    def begin(self, place: int, item: object) -> None:
        """Send an item; if the process is gone, the next answer says so."""
        self.place = place
        with suppress(OSError):
            self.pipe.send(item)

    def answer(self) -> _Answer | None:
        """Receive what was computed; None where the process ended instead."""
        self.place = None
        try:
            return cast("_Answer", self.pipe.recv())
        except (EOFError, OSError):
            return None

    def end(self) -> int | None:
        """End the process, whatever it does, and return its exit code."""
        self.pipe.close()
        self._process.terminate()
        self._process.join()
        return self._process.exitcode

    def replace(self) -> int | None:
        """Put a new process in the place of one that has ended; return the exit code of that."""
        self._process.join(_SECONDS_TO_END)
        code = self.end()
        self._start()
        return code


def _answers(crew: Sequence[_Worker], items: Sequence[object]) -> Generator[tuple[int, _Answer]]:
    """Keep all workers busy until every item has its answer."""
    waiting, losses = deque(range(len(items))), Counter[int]()
    while True:
        for worker in crew:
            if waiting and worker.place is None:
                place = waiting.popleft()
                worker.begin(place, items[place])
        busy = [worker for worker in crew if worker.place is not None]
        if not busy:
            return
        ready = wait([worker.pipe for worker in busy])
        for worker in [worker for worker in busy if worker.pipe in ready]:
            place = cast("int", worker.place)
            answer = worker.answer()
            if answer is not None:
                yield place, answer
                continue
            losses[place] += 1
            waiting.appendleft(place)
            code = worker.replace()
            if losses[place] == _LOSSES:
                raise given_up(items[place], _how(code))


def _serve(pipe: Connection, task: bytes, threads: int) -> None:
    """Answer items until the pipe closes; runs in the spawned process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the calling process to handle
    os.environ.setdefault("POLARS_MAX_THREADS", str(threads))  # read when Polars is imported
    with suppress(EOFError, OSError):
        while True:
            item = pipe.recv()
            pipe.send(_answer(task, item))


def _answer(task: bytes, item: object) -> _Answer:
    try:
        return _Answer(pickle.loads(task)(item))
    except Exception:
        return _Answer(None, format_exc())


def _how(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


@contextmanager
def _interrupts_ignored() -> Generator[None]:
    """Let a process that starts inherit that Ctrl-C does nothing; only a main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def given_up(item: object, how: str) -> ToplineError:
    """Make the error for an item whose workers end again and again."""
    return ToplineError(
        f"{item}: one worker after the other ended before it was done ({how}), as happens when "
        "memory runs out; take fewer workers and run it again: the parts that are done are kept"
    )


def processors() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

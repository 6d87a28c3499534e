"""Time of the documents and pictures of the bundled study: by format, and on several threads.

Run: python benchmarks/bench_formats.py
"""

import contextlib
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from topline.displays.documents.formats import Format, Formats
from topline.displays.documents.imprint import imprint_of
from topline.displays.figure import Figure
from topline.displays.write import write_displays
from topline.protocol.read import read_protocol
from topline.sdtm.read import read_sdtm
from topline.studies import study_folder
from topline.trial import Trial, analyse_trial

RUNS = 3


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Median CPU and wall seconds of a call."""
    cpu: list[float] = []
    wall: list[float] = []
    for _ in range(RUNS):
        before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
        work()
        wall.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_SELF)
        cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(cpu), statistics.median(wall)


def written(trial: Trial, chosen: tuple[Format, ...], threads: int) -> tuple[float, float, int]:
    """Return the seconds of writing the displays, and the bytes of the files."""
    imprint = imprint_of(trial.protocol.study, "benchmark")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def work() -> None:
            write_displays(trial.displays, folder, Formats(chosen), imprint)

        with patch("os.cpu_count", return_value=threads):
            cpu, wall = seconds(work)
        return cpu, wall, sum(path.stat().st_size for path in folder.iterdir())


def main() -> None:
    study = study_folder("cabotem")
    trial = analyse_trial(read_protocol(study), read_sdtm(study / "data"))
    figures = sum(isinstance(display, Figure) for display in trial.displays)
    print(f"{len(trial.displays) - figures} tables, {figures} figures; medians of {RUNS}")
    print(f"{'format':10}{'threads':>8}{'CPU s':>8}{'wall s':>8}{'MB':>8}")
    for chosen in (*((form,) for form in Format), tuple(Format)):
        for threads in (1, 2) if len(chosen) > 1 or chosen[0] in {"pdf", "png", "tiff"} else (2,):
            cpu, wall, size = written(trial, chosen, threads)
            name = chosen[0] if len(chosen) == 1 else "all"
            print(f"{name:10}{threads:8}{cpu:8.2f}{wall:8.2f}{size / 1e6:8.2f}")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()

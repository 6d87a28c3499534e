"""Time of whole processes: help, import, and the whole way on the bundled study.

Run: python benchmarks/bench_start.py
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5


def seconds(command: list[str]) -> tuple[float, float]:
    """Median CPU and wall seconds of a command in a process of its own."""
    cpu: list[float] = []
    wall: list[float] = []
    for _ in range(RUNS):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        wall.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(cpu), statistics.median(wall)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "demo")
        commands = {
            "import topline": [sys.executable, "-c", "import topline"],
            "topline --help": [sys.executable, "-m", "topline", "--help"],
            "topline demo": [sys.executable, "-m", "topline", "demo", "--out", out],
        }
        print(f"{'command':16}{'CPU s':>8}{'wall s':>8}   (medians of {RUNS})")
        for name, command in commands.items():
            cpu, wall = seconds(command)
            print(f"{name:16}{cpu:8.2f}{wall:8.2f}")


if __name__ == "__main__":
    main()

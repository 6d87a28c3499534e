"""Workers that are killed, interrupted or lost with their cluster."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.simulate.test_parts import files, run, silent, sums
from topline.errors import ToplineError, UsageError
from topline.simulate import clusters
from topline.simulate.clusters import Dask, Slurm
from topline.simulate.parts import compute_parts
from topline.simulate.pools import InProcess, Processes, pool_of


def killed_once(marks: Path, start: int, stop: int) -> pl.DataFrame:
    """End the worker the first time that trial 6 comes."""
    if start == 6 and not (marks / "killed").exists():
        (marks / "killed").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return sums(start, stop)


def always_killed(start: int, stop: int) -> pl.DataFrame:
    if start == 6:
        os.kill(os.getpid(), signal.SIGKILL)
    return sums(start, stop)


def slow(marks: Path, start: int, stop: int) -> pl.DataFrame:
    """Leave the number of the process, and take as long as it takes to be interrupted."""
    (marks / str(os.getpid())).touch()
    time.sleep(0.2 if start == 0 else 60)
    return sums(start, stop)


def slow_pid(marks: Path, item: int) -> int:
    (marks / str(os.getpid())).touch()
    time.sleep(0 if item == 0 else 60)
    return item


def files_of_one_process(folder: Path) -> dict[str, bytes]:
    compute_parts(
        sums, 20, size=3, folder=folder, digest="a1", pool=InProcess(), progress=silent
    )  # fmt: skip
    return files(folder)


def interrupted_run(folder: str, marks: str) -> None:
    run(partial(slow, Path(marks)), Path(folder), Processes(2))


INTERRUPTED = """
import signal, sys
sys.path[:0] = ["src", "."]
from tests.simulate.test_pools import interrupted_run
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupted_run(*sys.argv[1:])
"""


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_killed_process_is_replaced_and_the_answer_is_the_same(tmp_path: Path) -> None:
    rows = run(partial(killed_once, tmp_path), tmp_path / "parts", Processes(2))
    assert (tmp_path / "killed").exists()
    assert_frame_equal(rows, sums(0, 10))


def test_a_part_that_always_ends_its_process_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToplineError, match=r"trials 6 to 8: .*\(signal 9\).*fewer workers"):
        run(always_killed, tmp_path, Processes(2))
    assert all(pl.read_parquet(path).height for path in tmp_path.iterdir())


def test_an_interrupt_leaves_whole_parts_and_no_process(tmp_path: Path) -> None:
    parts, marks, script = tmp_path / "parts", tmp_path / "marks", tmp_path / "run.py"
    marks.mkdir()
    script.write_text(INTERRUPTED)
    command = [sys.executable, str(script), str(parts), str(marks)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True) as running:
        while running.poll() is None and not list(parts.glob("trials-*")):
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=20)
    assert said.decode().count("KeyboardInterrupt") == said.decode().count("Traceback") == 1
    assert not [path.name for path in marks.iterdir() if alive(int(path.name))]
    assert list(files(parts)) == ["trials-000000000-000000003-a1.parquet"]
    assert_frame_equal(run(sums, parts, InProcess()), sums(0, 10))


def test_a_run_that_is_left_ends_its_processes(tmp_path: Path) -> None:
    outcomes = Processes(2).run(partial(slow_pid, tmp_path), range(4))
    next(outcomes)
    outcomes.close()
    assert len(list(tmp_path.iterdir())) >= 1
    assert not [path.name for path in tmp_path.iterdir() if alive(int(path.name))]


def test_the_command_line_chooses_the_pool() -> None:
    assert pool_of(1) == InProcess()
    assert pool_of(3) == Processes(3)
    assert pool_of(5, "slurm") == Slurm(5)
    assert pool_of(None, "tcp://h:8786") == Dask("tcp://h:8786")
    with pytest.raises(UsageError, match="0 workers; expected at least 1"):
        pool_of(0)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere://x", "tcp://no.such.invalid:1"])
def test_an_address_without_a_scheduler_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(clusters, "_SECONDS_TO_CONNECT", 1)
    with pytest.raises(UsageError, match=f"no Dask scheduler answers at {address}"):
        run(sums, tmp_path, Dask(address))


def test_a_missing_package_is_said_with_the_extra_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r'pip install "topline\[cluster\]"'):
        run(sums, tmp_path, Dask("tcp://127.0.0.1:9"))


@pytest.mark.slow
def test_a_dask_cluster_that_loses_a_worker_gives_the_same_answer(tmp_path: Path) -> None:
    from dask import config
    from distributed import LocalCluster

    with (
        config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
    ):
        told: list[int] = []
        rows = compute_parts(
            partial(killed_once, tmp_path), 20, size=3, folder=tmp_path / "parts", digest="a1",
            pool=Dask(cluster.scheduler_address), progress=lambda done, _of: told.append(done),
        )  # fmt: skip
        assert (tmp_path / "killed").exists()
        assert_frame_equal(rows, sums(0, 20))
        assert told[0] == 0
        assert told[-1] == 20
        # The part named is the killing one or one that waited at the same workers.
        with pytest.raises(ToplineError, match=r"trials \d+ to \d+: one worker after the other"):
            run(always_killed, tmp_path / "never", Dask(cluster.scheduler_address))
    assert files(tmp_path / "parts") == files_of_one_process(tmp_path / "alone")


def executable(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/bash\n{text}")
    path.chmod(0o755)


def test_slurm_without_its_commands_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="sbatch is not here"):
        run(sums, tmp_path / "parts", Slurm(2))


@pytest.mark.slow
def test_a_job_that_slurm_refuses_is_shown_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executable(tmp_path / "sbatch", "echo 'sbatch: error: invalid partition' >&2; exit 1")
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), os.environ["PATH"]]))
    with pytest.raises(UsageError, match=r"(?s)invalid partition.*#SBATCH --mem=2G"):
        run(sums, tmp_path / "parts", Slurm(2))


@pytest.mark.slow
def test_jobs_of_slurm_compute_the_parts_and_are_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the place of SLURM, commands that start the job's script on this machine."""
    executable(
        tmp_path / "sbatch",
        f"""[ "$1" = --test-only ] && exit 0
cp "$1" {tmp_path}/job-$$
setsid bash {tmp_path}/job-$$ > {tmp_path}/log-$$ 2>&1 &
echo "Submitted batch job $!" """,
    )
    executable(tmp_path / "scancel", f'echo "$@" >> {tmp_path}/cancelled; kill -- "-$1"')
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), os.environ["PATH"]]))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path("src").resolve()), str(Path.cwd())]))
    interrupt = signal.getsignal(signal.SIGINT)
    rows = run(sums, tmp_path / "parts", Slurm(1))
    assert_frame_equal(rows, sums(0, 10))
    job = int((tmp_path / "cancelled").read_text())
    while alive(job):
        time.sleep(0.05)
    assert signal.getsignal(signal.SIGINT) is interrupt

"""Trials in parts: whole, in order, the same bytes wherever they are computed."""

import os
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from topline.errors import DataError, UsageError
from topline.simulate import parts as parts_module
from topline.simulate.parts import compute_parts, split_trials
from topline.simulate.pools import InProcess, Pool, Processes


def sums(start: int, stop: int) -> pl.DataFrame:
    """Two rows a trial, of numbers that belong to the trial alone."""
    drawn = [
        np.random.Generator(np.random.Philox(key=[7, t])).random(2) for t in range(start, stop)
    ]
    return pl.DataFrame({"trial": np.repeat(np.arange(start, stop), 2), "x": np.concatenate(drawn)})


def marked_sums(marks: Path, start: int, stop: int) -> pl.DataFrame:
    (marks / f"{start}-{stop}").touch()
    return sums(start, stop)


def refusing(start: int, stop: int) -> pl.DataFrame:
    if stop > 6:
        msg = "DM: no subjects"
        raise DataError(msg)
    return sums(start, stop)


def faulty(start: int, stop: int) -> pl.DataFrame:
    return pl.DataFrame({"trial": [1 // (start - start) + stop]})


def silent(_done: int, _of: int) -> None:
    """Tell nobody."""


def run(work: parts_module.Work, folder: Path, pool: Pool, digest: str = "a1") -> pl.DataFrame:
    return compute_parts(work, 10, size=3, folder=folder, digest=digest, pool=pool, progress=silent)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("workers", [2, 8])
def test_any_number_of_workers_writes_the_same_bytes(tmp_path: Path, workers: int) -> None:
    alone = run(sums, tmp_path / "one", InProcess())
    together = run(sums, tmp_path / "many", Processes(workers))
    assert_frame_equal(alone, together)
    assert files(tmp_path / "one") == files(tmp_path / "many")


def test_rows_are_those_of_one_call_for_all_trials(tmp_path: Path) -> None:
    assert_frame_equal(run(sums, tmp_path, Processes(2)), sums(0, 10))


def test_parts_are_named_by_range_and_digest(tmp_path: Path) -> None:
    run(sums, tmp_path, InProcess())
    ranges = ["000000000-000000003", "000000003-000000006", "000000006-000000009"]
    names = [f"trials-{each}-a1.parquet" for each in [*ranges, "000000009-000000010"]]
    assert sorted(files(tmp_path)) == names


def test_parts_cover_each_trial_once() -> None:
    trials = [t for part in split_trials(10, 4) for t in range(part.start, part.stop)]
    assert trials == list(range(10))


@pytest.mark.parametrize(("trials", "size"), [(0, 1), (1, 0), (-1, 5)])
def test_no_trials_or_no_size_is_refused(trials: int, size: int) -> None:
    with pytest.raises(ValueError, match=f"{trials} trials in parts of {size}"):
        split_trials(trials, size)


def test_a_digest_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        run(sums, tmp_path, InProcess(), digest="../up")


def resumed(folder: Path, marks: Path) -> list[str]:
    """Run again and name the ranges that were computed."""
    marks.mkdir(exist_ok=True)
    rows = run(partial(marked_sums, marks), folder, InProcess())
    assert_frame_equal(rows, sums(0, 10))
    return sorted(path.name for path in marks.iterdir())


def test_a_second_run_computes_what_is_missing(tmp_path: Path) -> None:
    run(sums, tmp_path / "parts", InProcess())
    before = files(tmp_path / "parts")
    (tmp_path / "parts" / "trials-000000003-000000006-a1.parquet").unlink()
    assert resumed(tmp_path / "parts", tmp_path / "marks") == ["3-6"]
    assert files(tmp_path / "parts") == before


def test_a_part_that_cannot_be_read_is_computed_again(tmp_path: Path) -> None:
    run(sums, tmp_path / "parts", InProcess())
    file = tmp_path / "parts" / "trials-000000006-000000009-a1.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert resumed(tmp_path / "parts", tmp_path / "marks") == ["6-9"]
    assert file.read_bytes() == whole


def test_parts_of_another_digest_are_neither_used_nor_removed(tmp_path: Path) -> None:
    run(sums, tmp_path / "parts", InProcess(), digest="b2")
    assert len(resumed(tmp_path / "parts", tmp_path / "marks")) == 4
    assert len(files(tmp_path / "parts")) == 8


def test_progress_starts_with_what_is_there_and_ends_with_all(tmp_path: Path) -> None:
    run(sums, tmp_path, InProcess())
    (tmp_path / "trials-000000000-000000003-a1.parquet").unlink()
    (tmp_path / "trials-000000009-000000010-a1.parquet").unlink()
    told: list[tuple[int, int]] = []
    compute_parts(
        sums, 10, size=3, folder=tmp_path, digest="a1", pool=InProcess(),
        progress=lambda done, of: told.append((done, of)),
    )  # fmt: skip
    assert told == [(6, 10), (9, 10), (10, 10)]


@pytest.mark.parametrize("pool", [InProcess(), Processes(2)])
def test_an_error_about_the_data_keeps_its_class_and_names_the_trials(
    tmp_path: Path, pool: Pool
) -> None:
    with pytest.raises(DataError, match=r"^trials \d to \d: DM: no subjects$"):
        run(refusing, tmp_path, pool)
    assert all(pl.read_parquet(path).height == 6 for path in tmp_path.iterdir())


@pytest.mark.parametrize("pool", [InProcess(), Processes(2)])
def test_a_fault_comes_with_its_traceback_from_where_it_was(tmp_path: Path, pool: Pool) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)trials \d to \d: ZeroDivisionError.*in faulty"):
        run(faulty, tmp_path, pool)
    assert files(tmp_path) == {}


def test_what_cannot_be_written_whole_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_number: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(sums, tmp_path, InProcess())
    assert files(tmp_path) == {}


def test_workers_with_other_versions_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts_module, "version", lambda _package: "99.9")
    with pytest.raises(UsageError, match=r"the worker has topline .*; expected topline 99\.9"):
        run(sums, tmp_path, Processes(2))

"""Both studies go the whole way, with no change of code between them."""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import polars as pl
import pytest

from topline.output import digest
from topline.trial import run


def outputs(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def once(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """Run a study once, and return the folder of its outputs."""

    @cache
    def outcome(study: str) -> Path:
        out = tmp_path_factory.mktemp("runs") / study
        run(request.getfixturevalue(study), out)
        return out

    return outcome


@pytest.mark.parametrize("study", ["cabotem", "pilot"])
def test_two_runs_are_the_same_bytes_on_one_thread_or_three(
    study: str, once: Callable[[str], Path], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder: Path = request.getfixturevalue(study)
    command = [sys.executable, "-m", "topline", "run", str(folder), "--out", str(tmp_path / "two")]
    subprocess.run(command, env=os.environ | {"POLARS_MAX_THREADS": "3"}, check=True)
    first = outputs(once(study))
    assert first == outputs(tmp_path / "two")
    assert {"report.html", "results.parquet", "results.json", "queries.csv"} <= set(first)
    assert {"adam/adsl.parquet", "adam/adrs.csv", "adam/adtte.csv", "adam/adae.csv"} <= set(first)
    manifest = json.loads((once(study) / "manifest.json").read_text())
    del first["manifest.json"]
    assert manifest["outputs"] == first


def shuffled(folder: Path, copy: Path) -> Path:
    shutil.copytree(folder, copy)
    for path in (copy / "data").iterdir():
        if path.suffix == ".parquet":
            pl.read_parquet(path).sample(fraction=1, shuffle=True, seed=1).write_parquet(path)
        if path.suffix == ".csv":
            header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
            Random(1).shuffle(rows)
            path.write_text("".join([header, *rows]), encoding="utf-8")
    return copy


@pytest.mark.parametrize("study", ["cabotem", "pilot"])
def test_order_of_rows_changes_nothing(
    study: str, once: Callable[[str], Path], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder: Path = request.getfixturevalue(study)
    run(shuffled(folder, tmp_path / "study"), tmp_path / "shuffled")
    ordered, other = outputs(once(study)), outputs(tmp_path / "shuffled")
    queries = [name for name in ordered if name.startswith(("queries", "listings", "manifest"))]
    for name in [*queries, "report.html"]:  # these name the row of the file, or the files' hashes
        del ordered[name], other[name]
    assert ordered == other


def test_aggregate_output_names_no_patient(cabotem: Path, tmp_path: Path) -> None:
    trial = run(cabotem, tmp_path / "out", patient_level=False)
    subjects = trial.adam["ADSL"]["USUBJID"].to_list()
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [s for s in subjects if s.encode() in content], path.name


def test_cutoff_of_the_call_takes_precedence(
    cabotem: Path, once: Callable[[str], Path], tmp_path: Path
) -> None:
    early = run(cabotem, tmp_path / "early", cutoff=dt.date(2022, 12, 31))
    everyone = pl.read_parquet(once("cabotem") / "adam" / "adsl.parquet")
    assert early.adam["ADTTE"]["ADT"].max() == dt.date(2022, 12, 31)
    assert early.adam["ADSL"].height < everyone.height
    assert early.collected.after_cut.height > 0

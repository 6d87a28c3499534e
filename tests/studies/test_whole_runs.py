"""Both studies go the whole way, with no change of code between them."""

import json
import shutil
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


@pytest.mark.parametrize("study", ["cabotem", "pilot"])
def test_two_runs_are_the_same_bytes(
    study: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder: Path = request.getfixturevalue(study)
    for name in ("first", "second"):
        run(folder, tmp_path / name)
    first = outputs(tmp_path / "first")
    assert first == outputs(tmp_path / "second")
    assert {"report.html", "results.parquet", "results.json", "queries.csv"} <= set(first)
    assert {"adam/adsl.parquet", "adam/adrs.csv", "adam/adtte.csv", "adam/adae.csv"} <= set(first)
    manifest = json.loads((tmp_path / "first" / "manifest.json").read_text())
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
    study: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder: Path = request.getfixturevalue(study)
    run(folder, tmp_path / "ordered")
    run(shuffled(folder, tmp_path / "study"), tmp_path / "shuffled")
    ordered, other = outputs(tmp_path / "ordered"), outputs(tmp_path / "shuffled")
    queries = [name for name in ordered if name.startswith(("queries", "listings", "manifest"))]
    for name in [*queries, "report.html"]:  # these name the row of the file, or the files' hashes
        ordered.pop(name), other.pop(name)
    assert ordered == other


def test_aggregate_output_names_no_patient(cabotem: Path, tmp_path: Path) -> None:
    trial = run(cabotem, tmp_path / "out", patient_level=False)
    subjects = trial.adam["ADSL"]["USUBJID"].to_list()
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [s for s in subjects if s.encode() in content], path.name


def test_cutoff_of_the_call_takes_precedence(cabotem: Path, tmp_path: Path) -> None:
    import datetime as dt

    early = run(cabotem, tmp_path / "early", cutoff=dt.date(2022, 12, 31))
    whole = run(cabotem, tmp_path / "whole")
    assert early.adam["ADTTE"]["ADT"].max() == dt.date(2022, 12, 31)
    assert early.adam["ADSL"].height < whole.adam["ADSL"].height
    assert early.collected.after_cut.height > 0

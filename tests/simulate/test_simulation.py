"""A simulation is the same whoever computes it, and goes on where it was interrupted."""

import json
from pathlib import Path

import polars as pl
import pytest

from tests.simulate.truths import a_truth, cabotem
from topline.errors import DataError, UsageError
from topline.output import digest
from topline.protocol.read import read_protocol
from topline.sdtm.read import read_sdtm
from topline.simulate import simulation
from topline.simulate.pools import Pool, pool_of
from topline.simulate.report import simulation_html, simulation_text
from topline.simulate.simulation import run_simulation, simulate
from topline.simulate.study import write_simulated_study
from topline.studies import study_folder
from topline.trial import analyse_trial

STUDY = study_folder("cabotem")
TRUTH = STUDY / "truth.yaml"
FILES = ("characteristics.parquet", "characteristics.csv", "characteristics.json",
         "trials.parquet", "report.html")  # fmt: skip


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "PART", 2)


def bytes_of(out: Path) -> dict[str, str]:
    return {name: digest(out / name) for name in FILES}


def run(out: Path, pool: Pool | None = None) -> dict[str, str]:
    run_simulation(STUDY, TRUTH, out, trials=5, seed=4, pool=pool)
    return bytes_of(out)


@pytest.mark.usefixtures("small_parts")
def test_workers_and_interruptions_change_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(tmp_path / "whole")
    assert run(tmp_path / "two", pool_of(2)) == whole

    asked: list[tuple[int, int]] = []
    plain = simulation.estimate_trials

    def breaks(protocol: object, truth: object, seed: int, start: int, stop: int) -> pl.DataFrame:
        asked.append((start, stop))
        if start == 2 and len(asked) == 2:
            msg = "the power went"
            raise DataError(msg)
        return plain(protocol, truth, seed, start, stop)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(simulation, "estimate_trials", breaks)
    out = tmp_path / "resumed"
    with pytest.raises(DataError, match="the power went"):
        run(out)
    assert not out.exists()
    assert run(out) == whole
    assert asked == [(0, 2), (2, 4), (2, 4), (4, 5)]
    assert not (tmp_path / "resumed.parts").exists()


@pytest.mark.usefixtures("small_parts")
def test_parts_of_another_truth_are_not_taken(tmp_path: Path) -> None:
    told: list[int] = []

    def first(done: int, of: int) -> None:
        assert of == 2
        told.append(done)

    for patients in (3, 4, 3):
        accrual = a_truth().accrual.model_copy(update={"patients": patients})
        truth = a_truth(accrual=accrual)
        simulate(cabotem(), truth, trials=2, seed=1, parts=tmp_path, progress=first)
    assert told == [0, 2, 0, 2, 2]


def test_varied_protocols_stand_side_by_side(tmp_path: Path) -> None:
    path = "schedule.tumor_assessment.every"
    found = simulate(
        cabotem(),
        a_truth(),
        trials=2,
        seed=1,
        parts=tmp_path,
        variations=[f"{path}=4 weeks,8 weeks"],
    )
    labels = found.characteristics["variation"].unique(maintain_order=True).to_list()
    assert labels == [f"{path}=4 weeks", f"{path}=8 weeks"]
    assert f"ORR, rate, %\n  {path}=4 weeks: " in simulation_text(found)
    assert found.left_out["PFS-MGMT"] == "curves by a variable are not simulated"


def test_a_simulation_of_nobody_is_told_and_drawn(tmp_path: Path) -> None:
    accrual = a_truth().accrual.model_copy(update={"patients": 0})
    found = simulate(cabotem(), a_truth(accrual=accrual), trials=2, seed=1, parts=tmp_path)
    assert set(found.characteristics["measure"]) == {"subjects"}
    assert "2 simulated trials" in simulation_text(found)
    assert "No patient here is real" in simulation_html(found)


@pytest.mark.parametrize(("trials", "seed"), [(0, 1), (1_000_000, 1), (1, -1), (1, 2**64)])
def test_numbers_out_of_range_are_told(trials: int, seed: int, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected"):
        simulate(cabotem(), a_truth(), trials=trials, seed=seed, parts=tmp_path)


def test_one_patient_a_trial(tmp_path: Path) -> None:
    accrual = a_truth().accrual.model_copy(update={"patients": 1})
    found = simulate(cabotem(), a_truth(accrual=accrual), trials=3, seed=1, parts=tmp_path)
    subjects = found.characteristics.filter(analysis="ORR", measure="subjects")
    assert subjects["value"].item() == 1


def test_a_simulated_study_runs_like_any_other(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    patients = write_simulated_study(STUDY, TRUTH, folder, seed=4, trial=3)
    assert patients == 37
    collected = read_sdtm(folder / "data")
    assert collected.queries.height == 0
    protocol = read_protocol(folder)
    assert protocol.study.notice is not None
    assert protocol.study.notice.startswith("Simulated trial.")
    assert protocol.model_copy(update={"study": read_protocol(STUDY).study}) == read_protocol(STUDY)
    trial = analyse_trial(protocol, collected)
    rows = trial.results.rows
    responders = rows.filter(analysis_id="ORR", statistic="responders", by="")["value"].item()
    run_simulation(STUDY, TRUTH, tmp_path / "out", trials=4, seed=4)
    trials = pl.read_parquet(tmp_path / "out" / "trials.parquet")
    same = trials.filter(trial=3, analysis="ORR", statistic="responders")["value"].item()
    assert responders == same
    facts = json.loads((folder / "manifest.json").read_text())["facts"]
    assert facts == {"seed": "4", "trial": "3"}


def test_a_later_trial_takes_the_place_of_an_earlier(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    for trial in (1, 2):
        write_simulated_study(STUDY, TRUTH, folder, seed=4, trial=trial)
    assert "Trial 2 of seed 4" in (folder / "README.md").read_text()
    with pytest.raises(UsageError, match="expected a trial from 0"):
        write_simulated_study(STUDY, TRUTH, folder, seed=4, trial=-1)

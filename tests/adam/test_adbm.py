"""Biomarkers from records to ADBM: every assay, and what cannot be evaluated."""

import polars as pl
import pytest

from tests.adam.study import protocol, treated
from topline.adam.adam import Adam, derive_adam
from topline.adam.biomarker_listings import derive_not_evaluable
from topline.errors import ProtocolError
from topline.protocol.references import broken_references

TREATED = {"01": ("2024-01-10", "2024-06-30"), "02": ("2024-01-10", "2024-06-30")}
MGMT = {
    "assay": "h-score",
    "label": "MGMT",
    "from": "MI",
    "tests": {
        "weak": "INT1", "moderate": "INT2", "strong": "INT3", "control": "INTCTRL",
        "score": "HSCORE",
    },
    "categories": {"bounds": [50, 100], "groups": [["LOW", [1, 2]], ["HIGH", [3]]]},
    "reader_rows": {"MGMTA": "A", "MGMTB": "B"},
}  # fmt: skip
CMET = {
    "assay": "tiers",
    "label": "c-MET",
    "from": "MI",
    "where": "MITSTDTL = 'c-MET'",
    "tests": {"tier": "SCORE4", "control": "INTCTRL"},
}
METH = {
    "assay": "methylation-specific pcr",
    "label": "MGMT promoter",
    "from": "GF",
    "tests": {"methylated": "BM", "unmethylated": "BU", "methylated_bp": "BP", "call": "CALL"},
    "pcr": {"methylated_bp": 80},
}
VEGF = {"assay": "concentration", "label": "VEGF-A", "from": "LB", "test": "VEGF", "unit": "pg/mL"}
CGA = {
    "assay": "serum marker", "label": "CgA", "from": "LB", "test": "CGA", "response": "CGARESP",
}  # fmt: skip


def derived(biomarkers: dict[str, object], **domains: str) -> Adam:
    return derive_adam(protocol(biomarkers=biomarkers), treated(TREATED, **domains))


def rows(adam: Adam, parameter: str, *columns: str) -> list[tuple[object, ...]]:
    return adam["ADBM"].filter(PARAMCD=parameter).select("USUBJID", *columns).rows()


def rules(adam: Adam) -> list[tuple[object, ...]]:
    found = adam.queries.filter(pl.col("domain") == "ADBM")
    return found.select("rule", "subject", "record", "found").rows()


def stain(who: str, reader: str, weak: float, moderate: float, strong: float) -> str:
    tests = {"INT1": weak, "INT2": moderate, "INT3": strong}
    return "".join(f"{who}  {code}  {value}  {reader}  BASE\n" for code, value in tests.items())


MI = "ID  MITESTCD  MISTRESC  MIEVALID  VISIT\n"


# H-score = weak + 2 x moderate + 3 x strong (McCarty 1985); mean of two readers;
# categories as the bundled trial's report has them: < 50, 51 to 100, > 100
@pytest.mark.parametrize(
    ("first", "second", "score", "category", "group"),
    [
        ((50, 0, 0), (50, 0, 0), 50.0, "1", "LOW"),  # a bound belongs to the lower one
        ((51, 0, 0), (50, 0, 0), 50.5, "2", "LOW"),
        ((50, 25, 0), (50, 25, 0), 100.0, "2", "LOW"),
        ((50, 25, 0), (52, 25, 0), 101.0, "3", "HIGH"),
        ((0, 0, 100), (0, 0, 100), 300.0, "3", "HIGH"),
        ((0, 0, 0), (0, 0, 0), 0.0, "1", "LOW"),
    ],
)
def test_h_score_is_the_mean_of_readers_and_has_its_category(
    first: tuple[float, ...],
    second: tuple[float, ...],
    score: float,
    category: str,
    group: str,
) -> None:
    text = MI + stain("01", "A", *first) + stain("01", "B", *second) + "01  INTCTRL  Y  .  BASE"
    adam = derived({"MGMT": MGMT}, MI=text)
    assert rows(adam, "MGMT", "AVAL", "AVALCAT1", "AVALCAT2") == [("01", score, category, group)]


def test_each_reader_has_rows_of_their_own() -> None:
    text = (
        MI + stain("01", "A", 40, 0, 0) + stain("01", "B", 20, 10, 30) + "01  INTCTRL  Y  .  BASE"
    )
    adam = derived({"MGMT": MGMT}, MI=text)
    assert rows(adam, "MGMTA", "AVAL", "AVALCAT2") == [("01", 40.0, "LOW")]
    assert rows(adam, "MGMTB", "AVAL", "AVALCAT2") == [("01", 130.0, "HIGH")]
    assert rows(adam, "MGMT", "AVAL", "NREADING") == [("01", 85.0, 2)]


@pytest.mark.parametrize(
    ("control", "reason"),
    [
        ("01  INTCTRL  N  .  BASE", "no internal control"),
        ("", "internal control not recorded"),
    ],
)
def test_sample_without_control_is_a_row_without_score(control: str, reason: str) -> None:
    text = MI + stain("01", "A", 40, 0, 0) + stain("01", "B", 40, 0, 0) + control
    adam = derived({"MGMT": MGMT}, MI=text)
    assert rows(adam, "MGMT", "AVAL", "AVALCAT2", "AREASON") == [("01", None, None, reason)]


def test_percentages_above_100_leave_the_reader_out_and_are_listed() -> None:
    text = (
        MI + stain("01", "A", 60, 41, 0) + stain("01", "B", 60, 40, 0) + "01  INTCTRL  Y  .  BASE"
    )
    adam = derived({"MGMT": MGMT}, MI=text)
    assert rows(adam, "MGMT", "AVAL", "NREADING") == [("01", 140.0, 1)]
    said = "MGMT, A: percentages add up to 101, more than 100"
    assert rules(adam) == [("ADBM.percent", "01", "MISEQ=1", said)]


def test_reported_score_that_is_not_the_computed_one_is_listed() -> None:
    text = MI + stain("01", "A", 40, 0, 0) + "01  HSCORE  45  A  BASE\n01  INTCTRL  Y  .  BASE"
    adam = derived({"MGMT": MGMT}, MI=text)
    assert rows(adam, "MGMT", "AVAL") == [("01", 40.0)]
    assert [rule for rule, *_ in rules(adam)] == ["ADBM.reported"]


def test_results_that_contradict_each_other_are_not_used() -> None:
    text = MI + stain("01", "A", 40, 0, 0) + "01  INT1  50  A  BASE\n01  INTCTRL  Y  .  BASE"
    adam = derived({"MGMT": MGMT}, MI=text)
    assert rows(adam, "MGMT", "AVAL", "AREASON") == [("01", None, "no weak staining")]
    assert [(rule, record) for rule, _, record, _ in rules(adam)] == [
        ("ADBM.percent", "MISEQ=1"),
        ("ADBM.twice", "MISEQ=1"),
        ("ADBM.twice", "MISEQ=4"),
    ]


TIERS = "ID  MITESTCD  MITSTDTL  MISTRESC  MISTAT\n"


@pytest.mark.parametrize(
    ("tier", "name", "sign"),
    [
        ("0", "NONE", "NEGATIVE"),
        ("1", "WEAK", "POSITIVE"),
        ("2", "MODERATE", "POSITIVE"),
        ("3", "STRONG", "POSITIVE"),
    ],
)
def test_tier_is_named_and_any_staining_is_positive(tier: str, name: str, sign: str) -> None:
    text = f"{TIERS}01  SCORE4  c-MET  {tier}  .\n01  INTCTRL  c-MET  Y  ."
    adam = derived({"CMET": CMET}, MI=text)
    assert rows(adam, "CMET", "AVALCAT1", "AVALCAT2") == [("01", name, sign)]


@pytest.mark.parametrize("tier", ["4", "-1", "1.5", "weak"])
def test_impossible_tier_is_a_query_and_no_score(tier: str) -> None:
    text = f"{TIERS}01  SCORE4  c-MET  {tier}  .\n01  INTCTRL  c-MET  Y  ."
    adam = derived({"CMET": CMET}, MI=text)
    assert [row[1:3] for row in rows(adam, "CMET", "AVAL", "AVALCAT1")] == [(None, None)]
    assert [(who, record) for _, who, record, _ in rules(adam)] == [("01", "MISEQ=1")]


def test_sample_not_done_for_want_of_control_stays_a_row() -> None:
    text = TIERS + "01  SCORE4  c-MET  .  NOT DONE\n01  INTCTRL  c-MET  N  ."
    adam = derived({"CMET": CMET}, MI=text)
    assert rows(adam, "CMET", "AVAL", "AREASON") == [("01", None, "no internal control")]


GF = "ID  GFTESTCD  GFSTRESC\n"


@pytest.mark.parametrize(
    ("bands", "call", "reason"),
    [
        ({"BM": "Y", "BU": "Y"}, "METHYLATED", None),
        ({"BM": "N", "BU": "Y"}, "UNMETHYLATED", None),
        ({"BM": "N", "BU": "N"}, None, "no band of the right size in either reaction"),
        ({"BM": "Y", "BU": "N", "BP": "85"}, "METHYLATED", None),
        (
            {"BM": "Y", "BU": "N", "BP": "86"},
            None,
            "band of 86 bp in the methylated reaction, expected 80 +- 5 bp",
        ),
        ({"BU": "Y"}, None, "methylated reaction not read"),
    ],
)
def test_methylation_is_called_from_the_bands(
    bands: dict[str, str], call: str | None, reason: str | None
) -> None:
    text = GF + "\n".join(f"01  {test}  {result}" for test, result in bands.items())
    adam = derived({"METH": METH}, GF=text)
    assert rows(adam, "METH", "AVALCAT1", "AREASON") == [("01", call, reason)]


def test_reported_call_that_the_bands_do_not_give_is_listed() -> None:
    adam = derived({"METH": METH}, GF=GF + "01  BM  N\n01  BU  Y\n01  CALL  METHYLATED")
    assert rows(adam, "METH", "AVALC") == [("01", "UNMETHYLATED")]
    said = "METH: METHYLATED reported, UNMETHYLATED by the bands"
    assert rules(adam) == [("ADBM.reported", "01", "GFSEQ=3", said)]


def test_word_that_is_neither_yes_nor_no_is_listed_and_not_used() -> None:
    adam = derived({"METH": METH}, GF=GF + "01  BM  MAYBE\n01  BU  Y")
    assert rows(adam, "METH", "AREASON") == [("01", "methylated reaction not read")]
    assert [rule for rule, *_ in rules(adam)] == ["ADBM.result"]


DEFICIENT = {
    "assay": "deficiency", "label": "MGMT deficiency", "expression": "MGMT", "low": ["LOW"],
    "methylation": "METH", "concordance": "SAME",
}  # fmt: skip


# Kleene's logic: low OR methylated; concordant: low and methylated, or neither
@pytest.mark.parametrize(
    ("percent", "band", "deficient", "same"),
    [
        (10, "Y", "DEFICIENT", "CONCORDANT"),
        (10, "N", "DEFICIENT", "DISCORDANT"),
        (10, None, "DEFICIENT", None),
        (None, "Y", "DEFICIENT", None),
        (None, "N", None, None),
        (150, "Y", "DEFICIENT", "DISCORDANT"),
        (150, "N", "NOT DEFICIENT", "CONCORDANT"),
        (150, None, None, None),
    ],
)
def test_deficiency_is_low_expression_or_methylation(
    percent: float | None, band: str | None, deficient: str | None, same: str | None
) -> None:
    cells = (percent or 0, 0, 0) if percent != 150 else (0, 0, 50)
    control = "N" if percent is None else "Y"
    mi = MI + stain("01", "A", *cells) + f"01  INTCTRL  {control}  .  BASE"
    bands = {"Y": ("Y", "Y"), "N": ("N", "Y"), None: ("N", "N")}[band]
    gf = f"ID  GFTESTCD  GFSTRESC  VISIT\n01  BM  {bands[0]}  BASE\n01  BU  {bands[1]}  BASE"
    adam = derived({"MGMT": MGMT, "METH": METH, "DEF": DEFICIENT}, MI=mi, GF=gf)
    assert rows(adam, "DEF", "AVALCAT1") == [("01", deficient)]
    assert rows(adam, "SAME", "AVALCAT1") == [("01", same)]


LB = "ID  LBTESTCD  LBSTRESC  LBSTRESU  LBSTNRHI  LBDTC  VISIT\n"


def test_concentration_has_baseline_and_change() -> None:
    text = (
        LB
        + "01  VEGF  200  pg/mL  .  2024-01-08  SCREENING\n"
        + "01  VEGF  150  pg/mL  .  2024-03-08  WEEK 8"
    )
    adam = derived({"VEGF": VEGF}, LB=text)
    assert rows(adam, "VEGF", "AVAL", "BASE", "CHG", "PCHG", "ABLFL") == [
        ("01", 200.0, 200.0, None, None, "Y"),
        ("01", 150.0, 200.0, -50.0, -25.0, None),
    ]


@pytest.mark.parametrize(
    ("result", "option", "value", "kind"),
    [
        ("< 15.6", "limit", 15.6, "BELOW LIMIT"),
        ("<15.6", "half the limit", 7.8, "BELOW LIMIT"),
        ("< 15.6", "not used", None, None),
        ("> 1000", "limit", 1000.0, "ABOVE LIMIT"),
        ("> 1000", "half the limit", 1000.0, "ABOVE LIMIT"),
        ("20", "not used", 20.0, "QUANTIFIED"),
    ],
)
def test_result_beyond_the_assay_is_flagged(
    result: str, option: str, value: float | None, kind: str | None
) -> None:
    text = f"{LB}01  VEGF  {result}  pg/mL  .  2024-01-08  SCREENING"
    adam = derived({"VEGF": {**VEGF, "out_of_range": option}}, LB=text)
    assert rows(adam, "VEGF", "AVAL", "AVALCAT1") == [("01", value, kind)]


@pytest.mark.parametrize("unit", ["ng/mL", "."])
def test_concentration_in_another_unit_is_a_query(unit: str) -> None:
    adam = derived({"VEGF": VEGF}, LB=f"{LB}01  VEGF  200  {unit}  .  2024-01-08  SCREENING")
    assert rows(adam, "VEGF", "AVAL") == [("01", None)]
    assert [(rule, record) for rule, _, record, _ in rules(adam)] == [("ADBM.result", "LBSEQ=1")]


# Multiples of ULN; > 50 % or normal again counts, among those elevated and measured again
@pytest.mark.parametrize(
    ("baseline", "later", "response"),
    [
        (400, 200, "NEITHER"),  # exactly half
        (400, 199, "MAJOR REDUCTION OR NORMALIZATION"),
        (150, 101, "NEITHER"),
        (150, 100, "MAJOR REDUCTION OR NORMALIZATION"),  # normal is up to ULN
        (100, 20, None),  # not elevated
        (101, None, None),  # not repeated
    ],
)
def test_cga_response_is_a_major_reduction_or_normalization(
    baseline: float, later: float | None, response: str | None
) -> None:
    text = f"{LB}01  CGA  {baseline}  ng/mL  100  2024-01-08  SCREENING\n"
    if later is not None:
        text += f"01  CGA  {later}  ng/mL  100  2024-03-08  WEEK 8"
    adam = derived({"CGA": CGA}, LB=text)
    assert rows(adam, "CGARESP", "AVALCAT1") == [("01", response)]


def test_lowest_multiple_after_baseline_is_a_derived_row() -> None:
    text = "".join(
        f"01  CGA  {value}  ng/mL  100  {day}  {day}\n"
        for day, value in {"2024-01-08": 400, "2024-03-08": 250, "2024-05-08": 300}.items()
    )
    adam = derived({"CGA": CGA}, LB=LB + text)
    lowest = adam["ADBM"].filter(DTYPE="MINIMUM").select("PARAMCD", "AVAL", "ADY").rows()
    assert lowest == [("CGA", 2.5, 59)]


def test_marker_without_upper_limit_is_a_query() -> None:
    adam = derived({"CGA": CGA}, LB=f"{LB}02  CGA  400  ng/mL  .  2024-01-08  SCREENING")
    assert rows(adam, "CGA", "AVAL", "AREASON") == [("02", None, "no upper limit of normal")]
    assert [(rule, who, record) for rule, who, record, _ in rules(adam)] == [
        ("ADBM.uln", "02", "LBSEQ=1")
    ]


def test_second_sample_of_a_visit_is_listed_and_does_not_count() -> None:
    text = (
        LB
        + "01  VEGF  200  pg/mL  .  2024-01-07  SCREENING\n"
        + "01  VEGF  210  pg/mL  .  2024-01-08  SCREENING"
    )
    adam = derived({"VEGF": VEGF}, LB=text)
    assert rows(adam, "VEGF", "AVAL", "ANL01FL") == [("01", 200.0, "Y"), ("01", 210.0, None)]
    assert [(rule, record) for rule, _, record, _ in rules(adam)] == [("ADBM.several", "LBSEQ=2")]


def test_subject_variables_are_taken_from_biomarkers_and_split_at_the_median() -> None:
    text = LB + "".join(
        f"{who}  VEGF  {value}  pg/mL  .  2024-01-08  SCREENING\n"
        for who, value in {"01": 100, "02": 300}.items()
    )
    plan = protocol(
        biomarkers={"VEGF": VEGF},
        variables={
            "VEGFBL": {
                "label": "VEGF-A", "dataset": "ADBM", "where": "PARAMCD = 'VEGF' AND ABLFL = 'Y'",
                "type": "number",
            },
            "VEGFGR": {"label": "VEGF-A", "median_of": "VEGFBL"},
        },
    )  # fmt: skip
    adsl = derive_adam(plan, treated(TREATED, LB=text))["ADSL"]
    assert adsl.select("VEGFBL", "VEGFGR").rows() == [(100.0, "LOW"), (300.0, "HIGH")]


def test_protocol_without_biomarkers_makes_no_dataset() -> None:
    adam = derive_adam(protocol(), treated(TREATED))
    assert "ADBM" not in adam.datasets


def test_variable_of_a_dataset_that_is_not_made_is_refused() -> None:
    plan = protocol(variables={"X": {"label": "X", "dataset": "ADBM", "where": "PARAMCD = 'A'"}})
    with pytest.raises(ProtocolError, match="ADBM is not made; the protocol has no biomarkers"):
        derive_adam(plan, treated(TREATED))


def test_order_of_records_changes_nothing() -> None:
    text = stain("01", "A", 60, 41, 0) + stain("02", "B", 60, 40, 0)
    lines = [f"{line}  {i}" for i, line in enumerate(text.splitlines(), 1)]
    head = MI.rstrip() + "  MISEQ\n"
    one, other = (
        derived({"MGMT": MGMT}, MI=head + "\n".join(order)) for order in (lines, lines[::-1])
    )
    assert one["ADBM"].equals(other["ADBM"])
    assert one.queries.equals(other.queries)


def test_samples_without_a_result_are_listed_with_the_reason() -> None:
    adam = derived({"METH": METH}, GF=GF + "01  BM  N\n01  BU  N\n02  BM  Y")
    listed = derive_not_evaluable(adam["ADBM"]).select("USUBJID", "PARAMCD", "AREASON").rows()
    assert listed == [("01", "METH", "no band of the right size in either reaction")]


@pytest.mark.parametrize(
    ("biomarkers", "found", "expected"),
    [
        ({"DEF": DEFICIENT}, "'MGMT'", "one of the biomarkers by h-score before it: none"),
        (
            {"METH": METH, "DEF": {**DEFICIENT, "expression": "METH"}},
            "'METH'",
            "one of the biomarkers by h-score before it: none",
        ),
        (
            {"MGMT": MGMT, "MGMTA": METH, "DEF": {**DEFICIENT, "methylation": "MGMTA"}},
            "MGMTA a second time",
            "a name of its own",
        ),
    ],
)
def test_deficiency_names_biomarkers_before_it_and_names_are_unique(
    biomarkers: dict[str, object], found: str, expected: str
) -> None:
    broken = broken_references(protocol(biomarkers=biomarkers))
    assert (found, expected) in [(what, needs) for _, what, needs, _ in broken]

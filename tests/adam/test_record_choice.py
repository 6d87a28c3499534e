"""Words, windows before a day, courses under way: which records a variable is taken from."""

import datetime as dt
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from tests.adam.study import protocol, study, treated
from topline.adam.adam import derive_adam
from topline.adam.adsl import derive_adsl
from topline.adam.record_choice import limits_of
from topline.adam.variables import find_unusable_values
from topline.errors import ProtocolError
from topline.protocol.variables import Window
from topline.sdtm.collected import Sdtm

DOSES = {"01": ("2024-03-31", "2024-06-01"), "02": ("2024-03-31", "2024-06-01")}


def data(**domains: str | pl.DataFrame) -> Sdtm:
    return treated(DOSES, **domains)


def value(variable: dict[str, Any], **domains: str | pl.DataFrame) -> object:
    plan = protocol(variables={"X": {"label": "X", **variable}})
    return derive_adsl(plan, data(**domains))["X"].to_list()[0]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        ({"at_most": "28 days"}, "2024-03-03", "2024-03-31"),
        ({"at_most": "4 weeks"}, "2024-03-03", "2024-03-31"),
        ({"at_most": "1 month"}, "2024-02-29", "2024-03-31"),  # the last day of a shorter month
        ({"at_most": "12 months"}, "2023-03-31", "2024-03-31"),
        ({"at_most": "1 year"}, "2023-03-31", "2024-03-31"),
        ({"at_most": "3 months", "at_least": "1 month"}, "2023-12-31", "2024-02-29"),
        ({"at_least": "2 months"}, "0001-01-01", "2024-01-31"),
        ({"at_most": "1.5 months"}, "2024-02-15", "2024-03-31"),  # 45.7 days: 45 at most
        ({"at_least": "1.5 months"}, "0001-01-01", "2024-02-14"),  # and 46 at least
    ],
)
def test_windows_count_calendar_months_and_whole_days(
    window: dict[str, str], first: str, last: str
) -> None:
    limits = limits_of(Window.model_validate(window))
    row = pl.DataFrame({"TRTSDT": [day("2024-03-31")]}).select(
        first=limits[0], last=limits[1]
    )  # fmt: skip
    assert row.row(0) == (day(first), day(last))


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2024-03-02", None), ("2024-03-03", "Y"), ("2024-03-31", "Y"), ("2024-04-01", None),
        ("2024-03", None),  # by the first day that it can mean
        (".", None),
    ],
)  # fmt: skip
def test_records_within_28_days_before_the_first_dose(date: str, expected: str | None) -> None:
    variable = {"from": "PR", "within": {"at_most": "28 days"}, "take": "any"}
    assert value(variable, PR=f"ID  PRTRT  PRSTDTC\n01  Scan  {date}") == expected


def test_a_window_can_end_at_any_date_above() -> None:
    variables = {
        "PDDT": {"label": "PD", "from": "MH", "value": "MHSTDTC", "type": "date"},
        "HALFDT": {"label": "Half", "rule": "COALESCE(PDDT, TRTSDT)", "type": "date"},
        "N": {"label": "N", "from": "PR", "within": {"before": "HALFDT"}, "take": "count"},
    }
    sdtm = data(
        MH="ID  MHTERM  MHSTDTC\n01  PD  2024-01-15",
        PR="ID  PRTRT  PRSTDTC\n01  A  2024-01-15\n01  B  2024-01-16\n02  C  2024-03-31",
    )
    assert derive_adsl(protocol(variables=variables), sdtm)["N"].to_list() == [1, 1]


@pytest.mark.parametrize("name", ["LATER", "NODATE", "SEX"])
def test_a_window_before_what_is_no_date_is_refused_in_words(name: str) -> None:
    variables = {
        "NODATE": {"label": "N", "from": "MH", "value": "MHSTDTC"},
        "X": {"label": "X", "from": "PR", "within": {"before": name}, "take": "any"},
        "LATER": {"label": "L", "from": "MH", "value": "MHSTDTC", "type": "date"},
    }
    sdtm = data(MH="ID  MHTERM  MHSTDTC\n01  PD  2024-01-15")
    words = "no column LATER" if name == "LATER" else f"{name} of ADSL is no date; say type: date"
    with pytest.raises(ProtocolError, match=rf"variables\.X: .*{words}"):
        derive_adsl(protocol(variables=variables), sdtm)


# A medication from one date to another, and whether it was under way on 2024-03-31
COURSES = [
    ("2024-01-01", ".", ".", "Y"),
    ("2024-03-31", ".", ".", "Y"),
    ("2024-04-01", ".", ".", "N"),
    ("2024-01-01", "2024-03-31", ".", "Y"),
    ("2024-01-01", "2024-03-30", ".", "N"),
    ("2024-01-01", "2024-04", ".", "Y"),
    ("2024-01-01", "2024-03", ".", None),
    ("2024-01-01", "2024-02", ".", "N"),
    ("2024-03", ".", ".", "Y"),  # on the 31st at the latest
    ("2024", ".", ".", None),
    (".", ".", ".", None),
    (".", "2024-03-30", ".", "N"),
    ("2024-01-01", ".", "BEFORE", "N"),
    ("2024-01-01", ".", "ONGOING", "Y"),
]


@pytest.mark.parametrize(("start", "end", "says", "expected"), COURSES)
def test_under_way_on_a_day(start: str, end: str, says: str, expected: str | None) -> None:
    cm = f"ID  CMTRT  CMSTDTC  CMENDTC  CMENRTPT\n01  A  {start}  {end}  {says}"
    variable = {"from": "CM", "ongoing_on": "TRTSDT", "take": "occurred"}
    # outside of the day there is no such record, which here means no
    assert value({**variable, "otherwise": "N"}, CM=cm) == expected
    counted = {"Y": "Y", None: "Y", "N": None}[expected]  # what is open counts where there is no U
    assert value({**variable, "take": "any"}, CM=cm) == counted


def test_a_condition_of_unknown_start_began_before_and_a_procedure_lasts_a_day() -> None:
    variable = {"ongoing_on": "TRTSDT", "take": "occurred", "otherwise": "N"}
    assert value({"from": "MH", **variable}, MH="ID  MHTERM\n01  Asthma") == "Y"
    for date, expected in (("2024-03-31", "Y"), ("2024-03-30", "N")):
        pr = f"ID  PRTRT  PRSTDTC\n01  Dialysis  {date}"
        assert value({"from": "PR", **variable}, PR=pr) == expected


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"CMDECOD": ["WARFARIN"]}, "Y"),
        ({"CMDECOD": ["warfarin", "HEPARIN"]}, "Y"),
        ({"CMDECOD": ["WARF"]}, None),
        ({"CMCLAS": ["ANTITHROMBOTIC"], "CMDECOD": ["HEPARIN"]}, "Y"),  # either column
    ],
)
def test_words_in_any_case(terms: dict[str, list[str]], expected: str | None) -> None:
    cm = "ID  CMTRT  CMDECOD  CMCLAS\n01  Coumadin  Warfarin  Antithrombotic\n01  X  .  ."
    assert value({"from": "CM", "terms": terms, "take": "any"}, CM=cm) == expected


def test_words_in_a_column_that_nobody_has() -> None:
    variable = {"from": "CM", "terms": {"CMDECODE": ["A"]}, "take": "any"}
    with pytest.raises(ProtocolError, match=r"terms\.CMDECODE.*did you mean CMDECOD\?"):
        value(variable, CM="ID  CMTRT\n01  A")


# What the records of a question say, and what follows
ANSWERS = [
    (["Y  ."], "Y"), ([".  ."], "Y"), (["N  ."], "N"), (["U  ."], None), ([".  NOT DONE"], None),
    (["N  .", "Y  ."], "Y"), (["N  .", "U  ."], None), (["U  .", "Y  ."], "Y"),
]  # fmt: skip


@pytest.mark.parametrize(("records", "expected"), ANSWERS)
def test_occurred_knows_denied_from_unknown(records: list[str], expected: str | None) -> None:
    mh = "\n".join(["ID  MHTERM  MHOCCUR  MHSTAT", *(f"01  HIV  {record}" for record in records)])
    assert value({"from": "MH", "take": "occurred", "otherwise": "N"}, MH=mh) == expected


def test_no_record_means_no_only_for_those_who_were_asked() -> None:
    variable = {"from": "MH", "terms": {"MHTERM": ["HIV"]}, "take": "occurred"}
    other = "ID  MHTERM  MHCAT\n01  Asthma  GENERAL"
    assert value(variable, MH=other) is None
    assert value({**variable, "otherwise": "N"}, MH=other) == "N"
    of_others = "ID  MHTERM  MHCAT\n02  Asthma  GENERAL"
    assert value({**variable, "otherwise": "N"}, MH=of_others) is None
    asked = {**variable, "otherwise": "N", "asked": "MHCAT = 'INFECTION'"}
    assert value(asked, MH=other) is None
    assert value(asked, MH=f"{other}\n01  HCV  INFECTION") == "N"


@pytest.mark.parametrize(
    ("results", "expected"),
    [(["POSITIVE"], "Y"), (["NEGATIVE"], "N"), (["NEGATIVE", "POSITIVE"], "Y"),
     (["."], None), (["NEGATIVE", "."], None)],
)  # fmt: skip
def test_occurred_can_ask_for_a_result(results: list[str], expected: str | None) -> None:
    lb = "\n".join(["ID  LBTESTCD  LBSTRESC", *(f"01  HBSAG  {result}" for result in results)])
    variable = {"from": "LB", "value": "LBSTRESC = 'POSITIVE'", "take": "occurred"}
    assert value(variable, LB=lb) == expected


def test_a_count_of_those_never_asked_is_unknown() -> None:
    variable = {"from": "TU", "where": "TUSTRESC = 'TARGET'", "take": "count"}
    tu = "ID  TULNKID  TUSTRESC\n01  N1  NON-TARGET"
    assert value(variable, TU=tu) == 0
    assert value({**variable, "asked": "TUSTRESC IS NOT NULL"}, TU=tu) == 0
    others = "ID  TULNKID  TUSTRESC\n02  N1  NON-TARGET"
    assert value(variable, TU=others) == 0
    assert value({**variable, "asked": "TUSTRESC IS NOT NULL"}, TU=others) is None
    assert value({**variable, "asked": "TUSTRESC IS NOT NULL"}) is None


DEPOT = {"from": "CM", "value": "CMDOSE", "take": "unchanged", "within": {"at_most": "2 months"}}
# Doses from one day to another; the time is 2024-01-31 to 2024-03-31
DOSING = [
    (["60  2023-01-01  ."], "Y"),
    (["60  2024-01-31  ."], "Y"),
    (["60  2024-02-01  ."], "N"),
    (["60  2023-01-01  2024-03-31"], "Y"),
    (["60  2023-01-01  2024-03-30"], "N"),
    (["60  2023-01-01  2024-01-31", "90  2024-01-31  ."], "Y"),
    (["60  2023-01-01  2024-01-31", "90  2024-02-01  ."], "N"),
    (["60  2023-01-01  2024-03-31", "90  2024-03-31  ."], "Y"),  # changed on the last day
    (["60  2023-01-01  .", "90  2024-03-01  ."], "N"),  # two doses at once
    (["60  2023-01-01  2024-02-15", "60  2024-02-16  ."], "Y"),
    (["60  2023-01-01  2024-02-15", "60  2024-02-17  ."], "N"),
    (["60  2024-01  ."], "Y"),  # begun on the 31st at the latest
    (["60  2024-02  ."], "N"),
    (["60  2024  ."], None),
    (["60  2023-01-01  2024-03"], None),
    ([".  2023-01-01  ."], None),
    (["60  2020-01-01  2020-06-01"], "N"),
]


@pytest.mark.parametrize(("doses", "expected"), DOSING)
def test_unchanged_all_through(doses: list[str], expected: str | None) -> None:
    rows = [f"01  A  {dose}" for dose in doses]
    cm = "\n".join(["ID  CMTRT  CMDOSE  CMSTDTC  CMENDTC", *rows])
    assert value(DEPOT, CM=cm) == expected
    mixed = "\n".join(["ID  CMTRT  CMDOSE  CMSTDTC  CMENDTC", *reversed(rows)])
    assert value(DEPOT, CM=mixed) == expected


@pytest.mark.parametrize(("gap", "expected"), [("27 days", "N"), ("28 days", "Y")])
def test_single_injections_are_one_course_up_to_a_gap(gap: str, expected: str) -> None:
    days = ["2024-01-05", "2024-02-03", "2024-03-03"]  # each 29 days after, 28 of them without
    cm = "\n".join(["ID  CMTRT  CMDOSE  CMSTDTC  CMENDTC", *(f"01  A  60  {d}  {d}" for d in days)])
    assert value({**DEPOT, "gap": gap}, CM=cm) == expected


def test_nobody_without_records_or_without_the_day_is_stable() -> None:
    assert value(DEPOT) is None
    assert value(DEPOT, CM="ID  CMTRT  CMDOSE  CMSTDTC\n02  A  60  2023-01-01") is None
    sdtm = treated(
        DOSES, EX="ID  EXSTDTC\n02  2024-03-31", CM="ID  CMTRT  CMDOSE  CMSTDTC\n01  A  6  2020"
    )
    plan = protocol(variables={"X": {"label": "X", **DEPOT}})
    assert derive_adsl(plan, sdtm)["X"].to_list() == [None, None]


HGB = {"from": "LB", "value": "LBSTRESN", "take": "last", "type": "number", "unit": "g/L"}


@pytest.mark.parametrize(
    ("unit", "expected"),
    # 130 g/dL are 1300 g/L; mmol/L are of the monomer, 16114.5 g/mol; kPa is no concentration
    [
        ("g/L", 130.0),
        ("G/L", 130.0),
        ("g / L", 130.0),
        ("g/dL", 1300.0),
        ("mmol/L", 130 * 16.1145),
        ("kPa", None),
        ("furlong", None),
        (".", None),
    ],
)
def test_values_in_another_unit_are_converted_or_are_no_values_and_listed(
    unit: str, expected: float | None
) -> None:
    plan = protocol(variables={"X": {"label": "Hemoglobin", **HGB, "same_unit": True}})
    cell = unit.replace(" / ", "/")
    sdtm = data(LB=f"ID  LBTESTCD  LBSTRESN  LBSTRESU\n01  HGB  130  {cell}")
    adsl = derive_adsl(plan, sdtm)
    assert adsl["X"].to_list() == [pytest.approx(expected) if expected else None, None]
    queries = find_unusable_values(plan, sdtm, adsl)
    found = f"130.0 {'without a unit' if unit == '.' else unit}"
    wanted = "values in g/L, or a unit that converts (Hemoglobin)"
    listed = [("01", "LBSEQ=1", "ADSL.X.unit", found, wanted)]
    columns = ["subject", "record", "rule", "found", "expected"]
    assert queries.select(columns).rows() == ([] if expected else listed)


def test_creatinine_is_converted_as_in_the_laboratory_part() -> None:
    creatinine = {**HGB, "unit": "umol/L", "same_unit": True}
    lb = "ID  LBTESTCD  LBSTRESN  LBSTRESU\n01  CREAT  1  mg/dL"
    # 10 mg/L over 113.12 g/mol
    assert value(creatinine, LB=lb) == pytest.approx(10_000 / 113.12)


def test_a_computed_value_is_not_converted() -> None:
    doubled = {**HGB, "value": "LBSTRESN * 2", "same_unit": True}
    lb = "ID  LBTESTCD  LBSTRESN  LBSTRESU\n01  HGB  13  g/dL"
    assert value(doubled, LB=lb) is None


def test_the_last_value_in_a_unit_that_converts_is_taken() -> None:
    lb = """
        ID  LBTESTCD  LBSTRESN  LBSTRESU  LBDTC
        01  HGB       130       g/L       2024-01-01
        01  HGB       12.9      g/dL      2024-01-08
        01  HGB       13.5      furlong   2024-01-09
    """
    assert value({**HGB, "same_unit": True}, LB=lb) == pytest.approx(129)


def test_micro_is_micro_in_either_letter() -> None:
    creatinine = {**HGB, "unit": "umol/L", "same_unit": True}
    for letter in ("\u00b5", "\u03bc"):
        lb = f"ID  LBTESTCD  LBSTRESN  LBSTRESU\n01  CREAT  80  {letter}mol/L"
        assert value(creatinine, LB=lb) == 80


def test_same_unit_needs_a_value_that_has_one() -> None:
    variable = {**HGB, "value": "VISITNUM", "same_unit": True}
    with pytest.raises(ProtocolError, match=r"variables\.X\.same_unit: VISITNUM names no result"):
        value(variable, LB="ID  LBTESTCD\n01  HGB")


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ({"from": "LB", "value": "LBSTRESN", "otherwise": "N"}, "otherwise only with take: occ"),
        ({"from": "LB", "take": "any", "asked": "TRUE"}, "asked only with take: occurred or"),
        ({"from": "CM", "take": "unchanged", "value": "CMDOSE"}, "the time to look at"),
        ({**DEPOT, "ongoing_on": "TRTSDT"}, "within alone"),
        ({"from": "LB", "value": "LBSTRESN", "same_unit": True}, "a unit to compare with"),
        (
            {"from": "PR", "take": "any", "within": {"at_most": "1 week", "at_least": "1 month"}},
            "no longer than at_most",
        ),
        ({"from": "PR", "take": "any", "within": {"at_most": "soon"}}, "a number and a unit"),
        ({"formula": "qtcf", "of": {"qt_ms": "QTBL"}}, "qt_ms, rr_ms or qt_ms, heart_rate_bpm"),
    ],
)
def test_options_that_do_not_go_together_are_refused_in_words(
    variable: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        protocol(variables={"X": {"label": "X", **variable}})


def test_formulas_take_the_variables_above_and_say_nothing_of_what_is_impossible() -> None:
    variables = {
        "AGE": {"label": "Age", "type": "number"},
        "CREAT": {"label": "C", "from": "LB", "value": "LBSTRESN", "type": "number"},
        "WEIGHT": {"label": "W", "from": "VS", "value": "VSSTRESC"},  # text that holds a number
        "CRCL": {
            "label": "CrCl",
            "formula": "creatinine clearance",
            "of": {"creatinine_umol_l": "CREAT", "age_years": "AGE", "weight_kg": "WEIGHT",
                   "sex": "SEX"},
        },
        "BMI": {
            "label": "BMI",
            "formula": "body mass index",
            "of": {"height_cm": "CREAT", "weight_kg": "WEIGHT"},
        },
        "LOW": {"label": "Low", "rule": "CRCL < 60", "type": "flag"},
    }  # fmt: skip
    sdtm = study(
        DM="ID  ARMCD  AGE  SEX\n01  A  80  M\n02  A  80  .\n03  A  80  F",
        LB="ID  LBTESTCD  LBSTRESN\n01  CREAT  88.4\n02  CREAT  88.4\n03  CREAT  88.4",
        VS="ID  VSTESTCD  VSSTRESC\n01  WEIGHT  72\n02  WEIGHT  72\n03  WEIGHT  72",
    )
    adsl = derive_adam(protocol(variables=variables), sdtm)["ADSL"]
    # Cockcroft and Gault: (140 - 80) x 72 / (72 x 1 mg/dL) in a man, 85 % of it in a woman
    assert adsl["CRCL"].to_list() == [60, None, 51]
    assert adsl["LOW"].to_list() == [None, None, "Y"]
    assert adsl["BMI"].to_list()[0] == pytest.approx(72 / 0.884**2)


@pytest.mark.parametrize(
    ("formula", "of", "expected"),
    [
        ("qtcf", {"qt_ms": "A", "rr_ms": "B"}, 500.0),  # 400 / cube root of 0.512
        ("qtcb", {"qt_ms": "A", "rr_ms": "B"}, 400 / 0.512**0.5),
        ("qtcf", {"qt_ms": "A", "heart_rate_bpm": "C"}, 400.0),  # 60 a minute: RR of 1 s
        ("body surface area", {"height_cm": "D", "weight_kg": "E"}, 2.0),  # Mosteller
        ("glomerular filtration rate", {"creatinine_mg_dl": "F", "age_years": "G", "sex": "H"},
         80.2),  # 142 x (1.09 / 0.9)^-1.2 x 0.9938^55
    ],
)  # fmt: skip
def test_formulas_of_the_bedside(formula: str, of: dict[str, str], expected: float) -> None:
    numbers = {"A": "400", "B": "512", "C": "60", "D": "180", "E": "80", "F": "1.09", "G": "55"}
    variables: dict[str, object] = {
        name: {"label": name, "rule": number, "type": "number"} for name, number in numbers.items()
    }
    variables |= {"H": {"label": "H", "rule": "'M'"}}
    variables |= {"X": {"label": "X", "formula": formula, "of": of}}
    adsl = derive_adsl(protocol(variables=variables), data())
    assert adsl["X"].to_list()[0] == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2023-06-01", "2024-06-01", 12.0),  # 366 days: by 30.4375 days a month it is 12.02
        ("2023-06-01", "2024-05-31", 11 + 30 / 31),
        ("2023-06-01", "2024-06-02", 12 + 1 / 30),
        ("2022-01-10", "2022-03-10", 2.0),  # 59 days
        ("2022-01-31", "2022-02-28", 1.0),
        ("2022-01-31", "2022-02-27", 27 / 28),
        ("2024-02-29", "2025-02-28", 12.0),
        ("2022-03-10", "2022-03-10", 0.0),
        ("2022-03-10", "2022-02-10", -1.0),
    ],
)
def test_calendar_months_between_two_dates(start: str, end: str, months: float) -> None:
    variables = {
        "A": {"label": "A", "rule": f"DATE '{start}'", "type": "date"},
        "B": {"label": "B", "rule": f"DATE '{end}'", "type": "date"},
        "X": {"label": "X", "between": ["A", "B"], "unit": "calendar months"},
    }
    adsl = derive_adsl(protocol(variables=variables), data())
    assert adsl["X"].to_list() == [pytest.approx(months)] * 2

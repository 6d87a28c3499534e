from datetime import date

import polars as pl
import pytest

from topline.sdtm.dates import earliest, is_date, latest, precision, study_day

# SDTMIG 3.4, section 4.4.1 and 4.4.2: precision by what is given; a hyphen for what is not
DATES = [
    # text, earliest, latest, precision
    ("2014", date(2014, 1, 1), date(2014, 12, 31), "year"),
    ("2014-03", date(2014, 3, 1), date(2014, 3, 31), "month"),
    ("2014-03-05", date(2014, 3, 5), date(2014, 3, 5), "day"),
    ("2014-03-05T11:45", date(2014, 3, 5), date(2014, 3, 5), "time"),
    ("2014-03-05T11", date(2014, 3, 5), date(2014, 3, 5), "time"),
    ("2014-03-05T11:45:30.5", date(2014, 3, 5), date(2014, 3, 5), "time"),
    ("2014---05", date(2014, 1, 5), date(2014, 12, 5), "year"),
    ("2012-02", date(2012, 2, 1), date(2012, 2, 29), "month"),  # leap year
    ("2014-03-05T23:45+02:00", date(2014, 3, 5), date(2014, 3, 5), "time"),  # the patient's day
    ("2014-03-05T23:45Z", date(2014, 3, 5), date(2014, 3, 5), "time"),
    ("--05-12", None, None, None),  # no year
    (None, None, None, None),
]


@pytest.mark.parametrize(("text", "first", "last", "known"), DATES)
def test_partial_date_means_these_days(
    text: str | None, first: date | None, last: date | None, known: str | None
) -> None:
    frame = pl.DataFrame({"D": [text]}, schema={"D": pl.String})
    row = frame.select(e=earliest("D"), l=latest("D"), p=precision(pl.col("D"))).row(0)
    assert row == (first, last, known)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        *[(text, True) for text, *_ in DATES if text],
        ("2014-02-30", False),  # not on the calendar
        ("2013-02-29", False),  # no leap year
        ("2014-13", False),
        ("2014-00-10", False),
        ("05MAR2014", False),  # SAS date9
        ("05/03/2014", False),  # 5 March or May 3?
        ("19787", False),  # SAS day number
        ("2014-3-5", False),
        ("2014-03-", False),
        ("2014-03-05 11:45", False),
        ("2014-03-05T25:00", False),
        ("2014-03-05T11:61", False),
        ("0214-03-05", False),  # year mistyped
        ("3014-03-05", False),
        ("2014-03-05Z", False),  # an offset without a time
        ("2014-03-05/2014-03-07", False),  # an interval is not one date
        ("UNK", False),
    ],
)
def test_date_follows_iso_8601_and_the_calendar(text: str, *, valid: bool) -> None:
    assert pl.DataFrame({"D": [text]}).select(is_date("D")).item() is valid


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2021, 1, 31), -1),  # the day before treatment
        (date(2021, 2, 1), 1),  # the first day of treatment; no day 0
        (date(2021, 2, 2), 2),
        (date(2021, 1, 1), -31),
        (None, None),
    ],
)
def test_study_day_has_no_day_zero(day: date | None, expected: int | None) -> None:
    frame = pl.DataFrame({"DT": [day]}, schema={"DT": pl.Date})
    assert frame.select(study_day(pl.col("DT"), pl.lit(date(2021, 2, 1)))).item() == expected


def test_expressions_keep_the_name_of_their_column() -> None:
    frame = pl.DataFrame({"AESTDTC": ["2014"]})
    for expression in (earliest, latest, precision):
        assert frame.select(expression("AESTDTC")).columns == ["AESTDTC"]

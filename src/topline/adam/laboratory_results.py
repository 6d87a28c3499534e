"""Results as collected in LB, EG or VS: number, unit and limits of normal, and the parameter.

A number comes from the standardized variables; where they have none, from those as reported. Within
a parameter all results are brought to one unit. A result in a unit that does not convert keeps its
own and is compared with no other.
"""

from typing import Literal

import polars as pl

from topline.adam.beyond_range import OutOfRange, at_limit, beyond_range
from topline.adam.core import domain
from topline.adam.expressions import refuse
from topline.adam.unit_factors import derive_unit_factors
from topline.clinical.ctcae.recognition import derive_tests
from topline.clinical.ctcae.units import Analyte, parse_unit, read_analytes
from topline.errors import ProtocolError, UsageError
from topline.protocol.laboratory import Laboratory
from topline.sdtm.collected import Sdtm

_TEXTS = ("TESTCD", "TEST", "CAT", "SPEC", "NRIND", "STAT", "FAST", "DTC")
_STANDARD = ("STRESN", "STRESU", "STNRLO", "STNRHI")
_REPORTED = ("ORRES", "ORRESU", "ORNRLO", "ORNRHI")
_UNIT = 1
"""Place of the unit among number, unit and limits of normal."""


def read_results(sdtm: Sdtm, source: str) -> pl.DataFrame:
    """Read the records of a domain under names that LB, EG and VS share.

    Parameters
    ----------
    sdtm
        Collected data.
    source
        LB, EG or VS.

    Returns
    -------
    DataFrame
        One row a record: AVAL, AVALU, ANRLO, ANRHI as they were collected, AVALC, SRCVAR, SRCSEQ
        and, without the domain's prefix, the variables that say what it is.
    """
    records = domain(sdtm, source)

    def given(name: str) -> pl.Expr:
        known = f"{source}{name}" in records.columns
        return pl.col(f"{source}{name}") if known else pl.lit(None, pl.String)

    def number(name: str) -> pl.Expr:
        found = given(name).cast(pl.Float64, strict=False)
        return pl.when(found.is_finite()).then(found)

    standard, reported = (number(name).is_not_null() for name in ("STRESN", "ORRES"))
    as_reported = ~standard & reported

    def either(place: int) -> pl.Expr:
        kind = given if place == _UNIT else number
        return pl.when(as_reported).then(kind(_REPORTED[place])).otherwise(kind(_STANDARD[place]))

    return records.select(
        "USUBJID",
        *(given(name).alias(name) for name in _TEXTS),
        AVISIT=pl.col("VISIT"),
        AVISITN=pl.col("VISITNUM"),
        AVAL=either(0),
        AVALC=pl.coalesce(given("STRESC"), given("ORRES")),
        AVALU=either(_UNIT).str.strip_chars(),
        ANRLO=either(2),
        ANRHI=either(3),
        SRCVAR=pl.when(standard)
        .then(pl.lit(f"{source}STRESN"))
        .when(reported)
        .then(pl.lit(f"{source}ORRES"))
        .otherwise(pl.lit(f"{source}STRESC")),
        SRCSEQ=given("SEQ").cast(pl.Int64),
    )


def with_limits(
    rows: pl.DataFrame, option: Literal["query", OutOfRange], source: str
) -> pl.DataFrame:
    """Read results beyond the range of their assay, such as <3.42, as the protocol says.

    Parameters
    ----------
    rows
        As `read_results` gives them.
    option
        What stands for such a result; query: nothing.
    source
        LB, EG or VS.

    Returns
    -------
    DataFrame
        The same rows with AVALCAT1: the side that the result is of; null with `query`.
    """
    if option == "query":
        return rows.with_columns(AVALCAT1=pl.lit(None, pl.String))
    side, limit = beyond_range(pl.col("AVALC"))
    told = pl.col("AVAL").is_null() & side.is_not_null()
    number = at_limit(side, limit, option)
    return rows.with_columns(
        AVALCAT1=pl.when(told).then(side),
        AVAL=pl.when(told).then(number).otherwise("AVAL"),
        SRCVAR=pl.when(told).then(pl.lit(f"{source}STRESC")).otherwise("SRCVAR"),
    )


def add_parameters(rows: pl.DataFrame, laboratory: Laboratory) -> pl.DataFrame:
    """Add PARAMCD, PARAM, PARAMN and PARCAT1, and bring results to their parameter's unit.

    Results of one test in blood, serum or plasma are one parameter; those in each other specimen
    are another. `own_unit` is that of the record, `factor` leads from it to the parameter's, and
    AREASON says why there is none.

    Raises
    ------
    ProtocolError
        A unit of the protocol is unknown, or an option of grading names what is not there.
    """
    _check_units(laboratory, rows["AVALU"].unique().to_list())
    fluid = _fluid().alias("fluid")
    kinds = rows.group_by("TESTCD", fluid).agg(
        size=pl.len(), name=_most_frequent("TEST"), PARCAT1=_most_frequent("CAT"),
        usual=_most_frequent("AVALU"),
    )  # fmt: skip
    kinds = kinds.sort("TESTCD", pl.col("fluid") != "", "size", "fluid", descending=_ORDER)
    codes = _codes(kinds.select("TESTCD", "fluid").rows())
    kinds = kinds.with_columns(PARAMCD=pl.Series(codes, dtype=pl.String))
    places = {code: place for place, code in enumerate(laboratory.tests)}
    place = pl.col("PARAMCD").replace_strict(places, default=len(places), return_dtype=pl.Int64)
    kinds = kinds.sort(place, "PARAMCD").with_columns(
        PARAMN=pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    )
    kinds = _named(kinds, laboratory)
    joined = rows.with_columns(fluid).join(
        kinds.drop("size", "name", "usual"), on=["TESTCD", "fluid"], how="left", nulls_equal=True
    )
    return _in_one_unit(joined, laboratory)


def find_analytes(rows: pl.DataFrame, laboratory: Laboratory) -> dict[str, Analyte]:
    """Return what CTCAE takes each test for, by test code; tests that it does not know are out.

    Raises
    ------
    ProtocolError
        An option of grading names a term, a reading or an analyte that is not there.
    """
    keys = rows.select(test="TESTCD", specimen="SPEC", unit="AVALU").unique()
    try:
        known = derive_tests(keys, laboratory.grading).filter(pl.col("analyte").is_not_null())
    except UsageError as error:
        msg = f"laboratory.grading.{error}"
        raise ProtocolError(msg) from error
    analytes = read_analytes()
    return {test: analytes[name] for test, name in known.select("test", "analyte").iter_rows()}


def _check_units(laboratory: Laboratory, collected: list[str | None]) -> None:
    """Refuse units of the protocol that nobody knows and no result has."""
    refuse(
        [
            f"laboratory.tests.{code}.unit: found {test.unit}, which no result has and which is "
            "not known as a unit, such as g/L or 10^9/L"
            for code, test in laboratory.tests.items()
            if test.unit and test.unit not in collected and not parse_unit(test.unit)
        ]
    )


_ORDER = (False, False, True, False)


def _fluid() -> pl.Expr:
    """Return the specimen; empty for blood, its parts, and where none is named."""
    named = pl.col("SPEC").str.strip_chars().str.to_uppercase().fill_null("")
    return pl.when(named.str.contains("BLOOD|SERUM|PLASMA")).then(pl.lit("")).otherwise(named)


def _most_frequent(column: str) -> pl.Expr:
    """Return the most frequent value, the first by name of equally frequent ones."""
    return pl.col(column).drop_nulls().mode().sort().first()


def _codes(kinds: list[tuple[str | None, str]]) -> list[str]:
    """Return a code for each test and specimen: the test's for its first, others with a letter.

    Examples
    --------
    >>> _codes([("GLUC", ""), ("GLUC", "URINE"), ("PROT", "URINE")])
    ['GLUC', 'GLUCU', 'PROT']
    """
    taken = {test for test, _ in kinds}
    first: set[str | None] = set()
    codes: list[str] = []
    for test, fluid in kinds:
        code = test or "MISSING"
        if test in first:
            letters = [*(c for c in fluid if c.isalnum()), *"23456789"]
            code = next(c for c in (f"{code[:7]}{end}" for end in letters) if c not in taken)
        first.add(test)
        taken.add(code)
        codes.append(code)
    return codes


def _named(kinds: pl.DataFrame, laboratory: Laboratory) -> pl.DataFrame:
    """Add PARAM, such as Hemoglobin (g/L), and the unit of each parameter."""
    told = laboratory.tests
    labels = {code: test.label for code, test in told.items() if test.label}
    units = {code: test.unit for code, test in told.items() if test.unit}
    code = pl.col("PARAMCD")
    label = pl.coalesce(
        code.replace_strict(labels, default=None, return_dtype=pl.String),
        pl.concat_str(
            pl.coalesce("name", code),
            pl.when(pl.col("fluid") != "").then(
                pl.format(", {}", pl.col("fluid").str.to_lowercase())
            ),
            ignore_nulls=True,
        ),
    )
    unit = pl.coalesce(code.replace_strict(units, default=None, return_dtype=pl.String), "usual")
    bracketed = pl.when(unit != "1").then(pl.format(" ({})", unit))
    return kinds.with_columns(unit=unit, PARAM=pl.concat_str(label, bracketed, ignore_nulls=True))


def _in_one_unit(rows: pl.DataFrame, laboratory: Laboratory) -> pl.DataFrame:
    """Convert results and limits to the parameter's unit, where their own is another.

    `own_unit` and `factor`, from it to the parameter's, lead back: the guideline rounds its bounds
    in each unit, so that results are graded in their own.
    """
    other = pl.col("AVALU").ne_missing(pl.col("unit"))
    wanted = rows.filter(other).select("TESTCD", "AVALU", "unit").unique()
    if wanted.is_empty():
        return rows.with_columns(
            own_unit="AVALU", factor=pl.lit(1.0), AREASON=pl.lit(None, pl.String)
        )
    factors = derive_unit_factors(wanted, find_analytes(rows, laboratory))
    joined = rows.join(factors, on=["TESTCD", "AVALU", "unit"], how="left", nulls_equal=True)
    converts = pl.col("factor").is_not_null()
    apart = other & ~converts & pl.col("AVAL").is_not_null()
    factor = pl.col("factor").fill_null(1.0)
    return joined.with_columns(
        pl.col("AVAL", "ANRLO", "ANRHI") * factor,
        AVALU=pl.when(converts).then("unit").otherwise("AVALU"),
        own_unit="AVALU",
        factor=factor,
        AREASON=pl.when(apart).then(
            pl.format("unit {} among results in {}", *_shown("AVALU", "unit"))
        ),
    )


def _shown(*units: str) -> list[pl.Expr]:
    return [pl.col(unit).fill_null("missing") for unit in units]

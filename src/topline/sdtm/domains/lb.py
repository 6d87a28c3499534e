"""LB: laboratory results, one record a test, specimen and time (SDTMIG 3.4, section 6.3.5.5)."""

import dataframely as dy
import polars as pl

from topline.sdtm.domain import Domain, count, key, number, text, value_not_used, when


class LB(Domain):
    """Laboratory test results."""

    LBSEQ = count("Sequence number", "required")
    LBSPID = text("Sponsor's identifier")
    LBTESTCD = key("Short name of the test")
    LBTEST = text("Name of the test", "required")
    LBCAT = text("Category", "expected")
    LBORRES = text("Result as reported", "expected")
    LBORRESU = text("Unit as reported", "expected")
    LBORNRLO = text("Lower limit of normal, unit as reported")
    LBORNRHI = text("Upper limit of normal, unit as reported")
    LBSTRESC = text("Result in standard unit, as text", "expected")
    LBSTRESN = number("Result in standard unit", "expected")
    LBSTRESU = text("Standard unit", "expected")
    LBSTNRLO = number("Lower limit of normal, standard unit", "expected")
    LBSTNRHI = number("Upper limit of normal, standard unit", "expected")
    LBNRIND = text("Position against the normal range")
    LBSTAT = text("Not done", terms=("NOT DONE",))
    LBREASND = text("Reason why not done")
    LBSPEC = text("Specimen")
    LBMETHOD = text("Method")
    LBBLFL = text("Baseline flag", terms=("Y",))
    LBFAST = text("Fasting")
    VISITNUM = number("Visit number", "expected")
    VISIT = text("Visit name")
    EPOCH = text("Epoch")
    LBDTC = when("Collection of the specimen", "expected")
    LBDY = count("Study day of the collection")

    @dy.rule()
    def result_or_not_done(cls) -> pl.Expr:
        """Give a result unless LBSTAT is NOT DONE, and not both."""
        result = pl.coalesce("LBORRES", "LBSTRESC", pl.col("LBSTRESN").cast(pl.String))
        return result.is_null() == pl.col("LBSTAT").is_not_null()

    @dy.rule()
    def number_has_unit(cls) -> pl.Expr:
        """LBSTRESU says the unit of LBSTRESN, as it does in other records of the test."""
        elsewhere = pl.col("LBSTRESU").is_not_null().any().over("LBTESTCD", "LBSPEC")
        missing = pl.col("LBSTRESN").is_not_null() & pl.col("LBSTRESU").is_null()
        return ~(elsewhere & missing)

    @dy.rule()
    def one_unit_a_test(cls) -> pl.Expr:
        """LBSTRESU is the same unit in all records of a test and specimen."""
        usual = pl.col("LBSTRESU").drop_nulls().mode().sort().first()
        return pl.col("LBSTRESU") == usual.over("LBTESTCD", "LBSPEC")

    @dy.rule()
    @value_not_used("LBSTNRLO", "LBSTNRHI")
    def range_in_order(cls) -> pl.Expr:
        """LBSTNRLO, the lower limit of normal, is not above LBSTNRHI, the upper."""
        return pl.col("LBSTNRLO") <= pl.col("LBSTNRHI")

    @dy.rule()
    @value_not_used("LBORNRLO", "LBORNRHI")
    def reported_range_in_order(cls) -> pl.Expr:
        """LBORNRLO, the lower limit of normal, is not above LBORNRHI, the upper."""
        low, high = (
            pl.col(name).cast(pl.Float64, strict=False) for name in ("LBORNRLO", "LBORNRHI")
        )
        return low <= high

    @dy.rule()
    def text_agrees_with_number(cls) -> pl.Expr:
        """LBSTRESC, where it is a number, is the number in LBSTRESN."""
        written = pl.col("LBSTRESC").cast(pl.Float64, strict=False)
        close = (written - pl.col("LBSTRESN")).abs() <= 1e-6 * (1 + written.abs())
        return close | ~written.is_finite()

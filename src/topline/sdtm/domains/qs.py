"""QS: questionnaires, one record a question and visit (SDTMIG 3.4, section 6.3.9.3)."""

import dataframely as dy
import polars as pl

from topline.sdtm.domain import Domain, count, key, number, text, when


class QS(Domain):
    """Questionnaires."""

    QSSEQ = count("Sequence number", "required")
    QSSPID = text("Sponsor's identifier")
    QSTESTCD = key("Short name of the test")
    QSTEST = text("Name of the test", "required")
    QSCAT = text("Category")
    QSSCAT = text("Subcategory")
    QSORRES = text("Result as reported", "expected")
    QSORRESU = text("Unit as reported")
    QSSTRESC = text("Result in standard unit, as text", "expected")
    QSSTRESN = number("Result in standard unit", "expected")
    QSSTRESU = text("Standard unit")
    QSSTAT = text("Not done", terms=("NOT DONE",))
    QSREASND = text("Reason why not done")
    QSEVAL = text("Evaluator")
    QSBLFL = text("Baseline flag", terms=("Y",))
    QSEVLINT = text("Period asked about")
    VISITNUM = number("Visit number", "expected")
    VISIT = text("Visit name")
    EPOCH = text("Epoch")
    QSDTC = when("Completion", "expected")
    QSDY = count("Study day of the date")

    @dy.rule()
    def result_or_not_done(cls) -> pl.Expr:
        """Give a result unless QSSTAT is NOT DONE, and not both."""
        result = pl.coalesce("QSORRES", "QSSTRESC", pl.col("QSSTRESN").cast(pl.String))
        return result.is_null() == pl.col("QSSTAT").is_not_null()

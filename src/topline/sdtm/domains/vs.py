"""VS: vital signs, one record a measurement (SDTMIG 3.4, section 6.3.11)."""

import dataframely as dy
import polars as pl

from topline.sdtm.domain import Domain, count, key, number, text, when


class VS(Domain):
    """Vital signs."""

    VSSEQ = count("Sequence number", "required")
    VSTESTCD = key("Short name of the test")
    VSTEST = text("Name of the test", "required")
    VSCAT = text("Category")
    VSSCAT = text("Subcategory")
    VSPOS = text("Position of the subject")
    VSORRES = text("Result as reported", "expected")
    VSORRESU = text("Unit as reported")
    VSSTRESC = text("Result in standard unit, as text", "expected")
    VSSTRESN = number("Result in standard unit", "expected")
    VSSTRESU = text("Standard unit")
    VSSTAT = text("Not done", terms=("NOT DONE",))
    VSREASND = text("Reason why not done")
    VSLOC = text("Location")
    VSBLFL = text("Baseline flag", terms=("Y",))
    VISITNUM = number("Visit number", "expected")
    VISIT = text("Visit name")
    EPOCH = text("Epoch")
    VSDTC = when("Measurement", "expected")
    VSDY = count("Study day of the date")

    @dy.rule()
    def result_or_not_done(cls) -> pl.Expr:
        """Give a result unless VSSTAT is NOT DONE, and not both."""
        result = pl.coalesce("VSORRES", "VSSTRESC", pl.col("VSSTRESN").cast(pl.String))
        return result.is_null() == pl.col("VSSTAT").is_not_null()

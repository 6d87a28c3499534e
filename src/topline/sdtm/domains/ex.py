"""EX: exposure, one record an interval of constant dose (SDTMIG 3.4, section 6.1.3)."""

import dataframely as dy
import polars as pl

from topline.sdtm.dates import earliest, latest
from topline.sdtm.domain import Domain, count, number, text, value_not_used, when


class EX(Domain):
    """Exposure."""

    EXSEQ = count("Sequence number", "required")
    EXSPID = text("Sponsor's identifier")
    EXLNKID = text("Link to other records")
    EXTRT = text("Treatment", "required")
    EXCAT = text("Category")
    EXDOSE = number("Dose", "expected", low=0)
    EXDOSTXT = text("Dose in words")
    EXDOSU = text("Unit of the dose", "expected")
    EXDOSFRM = text("Dose form", "expected")
    EXDOSFRQ = text("Frequency")
    EXDOSRGM = text("Intended regimen")
    EXROUTE = text("Route")
    EXADJ = text("Reason of a dose adjustment")
    EPOCH = text("Epoch")
    VISITNUM = number("Visit number")
    VISIT = text("Visit name")
    EXSTDTC = when("Start", "expected")
    EXENDTC = when("End", "expected")
    EXSTDY = count("Study day of the start")
    EXENDY = count("Study day of the end")

    @dy.rule()
    def dose_has_unit(cls) -> pl.Expr:
        """EXDOSU says the unit of EXDOSE."""
        return pl.col("EXDOSE").is_null() | pl.col("EXDOSU").is_not_null()

    @dy.rule()
    @value_not_used("EXENDTC")
    def ends_after_start(cls) -> pl.Expr:
        """EXENDTC, the end, is on or after EXSTDTC, the start."""
        return latest("EXENDTC") >= earliest("EXSTDTC")

    @dy.rule()
    def dose_has_start(cls) -> pl.Expr:
        """EXSTDTC says when a dose was given; without it no interval can be counted."""
        return pl.col("EXSTDTC").is_not_null()

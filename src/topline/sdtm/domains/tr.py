"""TR: tumor results, one record a lesion and measurement (SDTMIG 3.4, section 6.3.12.3)."""

import dataframely as dy
import polars as pl

from topline.sdtm.domain import Domain, count, key, number, text, value_not_used, when

DIAMETERS = ("DIAMETER", "LDIAM", "LPERP", "SAXIS", "SUMDIAM")


class TR(Domain):
    """Tumor or lesion results."""

    TRSEQ = count("Sequence number", "required")
    TRGRPID = text("Group")
    TRREFID = text("Reference, such as the image")
    TRSPID = text("Sponsor's identifier")
    TRLNKID = text("Lesion, linking TU and TR", "expected")
    TRLNKGRP = text("Assessment, linking TR and RS")
    TRTESTCD = key("Short name of the test")
    TRTEST = text("Name of the test", "required")
    TRCAT = text("Category")
    TRSCAT = text("Subcategory")
    TRORRES = text("Result as reported", "expected")
    TRORRESU = text("Unit as reported")
    TRSTRESC = text("Result in standard unit, as text", "expected")
    TRSTRESN = number("Result in standard unit", "expected")
    TRSTRESU = text("Standard unit")
    TRSTAT = text("Not done", terms=("NOT DONE",))
    TRREASND = text("Reason why not done")
    TRMETHOD = text("Method")
    TREVAL = text("Evaluator", "expected")
    TREVALID = text("Which evaluator, such as RADIOLOGIST 1")
    TRACPTFL = text("Accepted record flag", terms=("Y",))
    VISITNUM = number("Visit number", "expected")
    VISIT = text("Visit name")
    EPOCH = text("Epoch")
    TRDTC = when("Scan", "expected")
    TRDY = count("Study day of the date")

    @dy.rule()
    @value_not_used("TRSTRESN")
    def diameter_not_negative(cls) -> pl.Expr:
        """TRSTRESN, where it is a diameter or a sum of them, is 0 or more."""
        return ~pl.col("TRTESTCD").is_in(DIAMETERS) | (pl.col("TRSTRESN") >= 0)

    @dy.rule()
    @value_not_used("TRSTRESN")
    def diameter_in_mm(cls) -> pl.Expr:
        """TRSTRESU is mm where TRSTRESN is a diameter: RECIST 1.1 counts in millimetres."""
        diameter = pl.col("TRTESTCD").is_in(DIAMETERS) & pl.col("TRSTRESN").is_not_null()
        return ~diameter | (pl.col("TRSTRESU").str.to_lowercase() == "mm")

    @dy.rule()
    def diameter_has_unit(cls) -> pl.Expr:
        """TRSTRESU says the unit of a diameter; it is read as mm where it is empty."""
        diameter = pl.col("TRTESTCD").is_in(DIAMETERS) & pl.col("TRSTRESN").is_not_null()
        return ~diameter | pl.col("TRSTRESU").is_not_null()

    @dy.rule()
    def result_or_not_done(cls) -> pl.Expr:
        """Give a result unless TRSTAT is NOT DONE, and not both."""
        result = pl.coalesce("TRORRES", "TRSTRESC", pl.col("TRSTRESN").cast(pl.String))
        return result.is_null() == pl.col("TRSTAT").is_not_null()

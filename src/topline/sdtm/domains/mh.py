"""MH: medical history, one record a condition (SDTMIG 3.4, section 6.2.6)."""

import dataframely as dy
import polars as pl

from topline.sdtm.dates import earliest, latest
from topline.sdtm.domain import NO_YES, Domain, count, number, text, value_not_used, when


class MH(Domain):
    """Medical history."""

    MHSEQ = count("Sequence number", "required")
    MHSPID = text("Sponsor's identifier")
    MHTERM = text("Condition as reported", "required")
    MHDECOD = text("Condition in standard words")
    MHCAT = text("Category, such as PRIMARY DIAGNOSIS")
    MHSCAT = text("Subcategory")
    MHPRESP = text("Asked about by name", terms=("Y",))
    MHOCCUR = text("Present", terms=NO_YES)
    MHSTAT = text("Not done", terms=("NOT DONE",))
    MHBODSYS = text("Body system or organ class")
    MHLOC = text("Location")
    MHSEV = text("Severity", terms=("MILD", "MODERATE", "SEVERE"))
    MHTOXGR = text("CTCAE grade", terms=("1", "2", "3", "4", "5"))
    EPOCH = text("Epoch")
    VISITNUM = number("Visit number")
    VISIT = text("Visit name")
    MHDTC = when("Collection")
    MHSTDTC = when("Start")
    MHENDTC = when("End")
    MHDY = count("Study day of the collection")
    MHSTDY = count("Study day of the start")
    MHENRF = text("End relative to the reference period")
    MHENRTPT = text("End relative to the reference time point")

    @dy.rule()
    @value_not_used("MHENDTC")
    def ends_after_start(cls) -> pl.Expr:
        """MHENDTC, the end, is on or after MHSTDTC, the start."""
        return latest("MHENDTC") >= earliest("MHSTDTC")

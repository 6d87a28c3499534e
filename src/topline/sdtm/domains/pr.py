"""PR: procedures, one record a procedure (SDTMIG 3.4, section 6.1.5)."""

import dataframely as dy
import polars as pl

from topline.sdtm.dates import earliest, latest
from topline.sdtm.domain import NO_YES, Domain, count, number, text, value_not_used, when


class PR(Domain):
    """Procedures."""

    PRSEQ = count("Sequence number", "required")
    PRSPID = text("Sponsor's identifier")
    PRTRT = text("Procedure as reported", "required")
    PRDECOD = text("Procedure in standard words")
    PRCAT = text("Category, such as PRIOR SURGERY")
    PRSCAT = text("Subcategory")
    PRPRESP = text("Asked about by name", terms=("Y",))
    PROCCUR = text("Done", terms=NO_YES)
    PRSTAT = text("Not done", terms=("NOT DONE",))
    PRINDC = text("Indication")
    PRDOSE = number("Dose", low=0)
    PRDOSU = text("Unit of the dose")
    PRLOC = text("Location")
    PRLAT = text("Side")
    PRDIR = text("Direction")
    EPOCH = text("Epoch")
    VISITNUM = number("Visit number")
    VISIT = text("Visit name")
    PRDTC = when("Collection")
    PRSTDTC = when("Start", "expected")
    PRENDTC = when("End")
    PRSTDY = count("Study day of the start")
    PRENDY = count("Study day of the end")

    @dy.rule()
    @value_not_used("PRENDTC")
    def ends_after_start(cls) -> pl.Expr:
        """PRENDTC, the end, is on or after PRSTDTC, the start."""
        return latest("PRENDTC") >= earliest("PRSTDTC")

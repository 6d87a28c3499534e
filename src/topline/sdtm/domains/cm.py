"""CM: medications before, during and after treatment (SDTMIG 3.4, section 6.1.2)."""

import dataframely as dy
import polars as pl

from topline.sdtm.dates import earliest, latest
from topline.sdtm.domain import NO_YES, Domain, count, number, text, value_not_used, when


class CM(Domain):
    """Prior and concomitant medications."""

    CMSEQ = count("Sequence number", "required")
    CMSPID = text("Sponsor's identifier")
    CMTRT = text("Medication as reported", "required")
    CMDECOD = text("Medication in standard words")
    CMCAT = text("Category, such as PRIOR ANTICANCER THERAPY")
    CMSCAT = text("Subcategory")
    CMPRESP = text("Asked about by name", terms=("Y",))
    CMOCCUR = text("Taken", terms=NO_YES)
    CMSTAT = text("Not done", terms=("NOT DONE",))
    CMINDC = text("Indication")
    CMCLAS = text("Class of the medication")
    CMDOSE = number("Dose", low=0)
    CMDOSTXT = text("Dose in words")
    CMDOSU = text("Unit of the dose")
    CMDOSFRM = text("Dose form")
    CMDOSFRQ = text("Frequency")
    CMROUTE = text("Route")
    CMRSDISC = text("Reason of stopping")
    EPOCH = text("Epoch")
    VISITNUM = number("Visit number")
    VISIT = text("Visit name")
    CMDTC = when("Collection")
    CMSTDTC = when("Start")
    CMENDTC = when("End")
    CMSTDY = count("Study day of the start")
    CMENDY = count("Study day of the end")
    CMSTRF = text("Start relative to the reference period")
    CMENRF = text("End relative to the reference period")
    CMENRTPT = text("End relative to the reference time point")

    @dy.rule()
    @value_not_used("CMENDTC")
    def ends_after_start(cls) -> pl.Expr:
        """CMENDTC, the end, is on or after CMSTDTC, the start."""
        return latest("CMENDTC") >= earliest("CMSTDTC")

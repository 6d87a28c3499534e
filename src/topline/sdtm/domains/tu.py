"""TU: tumors identified, one record a lesion and evaluator (SDTMIG 3.4, section 6.3.12.2)."""

import dataframely as dy
import polars as pl

from topline.sdtm.domain import Domain, count, key, number, text, when


class TU(Domain):
    """Tumor or lesion identification."""

    TUSEQ = count("Sequence number", "required")
    TUGRPID = text("Group")
    TUREFID = text("Reference, such as the image")
    TUSPID = text("Sponsor's identifier")
    TULNKID = text("Lesion, linking TU and TR", "expected")
    TULNKGRP = text("Assessment, linking TR and RS")
    TUTESTCD = key("Short name of the test")
    TUTEST = text("Name of the test", "required")
    TUCAT = text("Category")
    TUSCAT = text("Subcategory")
    TUORRES = text("Result as reported: TARGET, NON-TARGET, NEW", "expected")
    TUSTRESC = text("Result in standard words", "expected")
    TUSTAT = text("Not done", terms=("NOT DONE",))
    TUREASND = text("Reason why not done")
    TULOC = text("Location", "expected")
    TULAT = text("Side")
    TUDIR = text("Direction")
    TUMETHOD = text("Method")
    TUEVAL = text("Evaluator", "expected")
    TUEVALID = text("Which evaluator, such as RADIOLOGIST 1")
    TUACPTFL = text("Accepted record flag", terms=("Y",))
    VISITNUM = number("Visit number", "expected")
    VISIT = text("Visit name")
    EPOCH = text("Epoch")
    TUDTC = when("Scan", "expected")
    TUDY = count("Study day of the date")

    @dy.rule()
    def result_or_not_done(cls) -> pl.Expr:
        """Give a result unless TUSTAT is NOT DONE, and not both."""
        result = pl.coalesce("TUORRES", "TUSTRESC")
        return result.is_null() == pl.col("TUSTAT").is_not_null()

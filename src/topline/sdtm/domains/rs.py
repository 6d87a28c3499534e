"""RS: disease response and clinical classification (SDTMIG 3.4, section 6.3.10)."""

import dataframely as dy
import polars as pl

from topline.sdtm.domain import Domain, count, key, number, text, when

RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "NED")


class RS(Domain):
    """Disease response."""

    RSSEQ = count("Sequence number", "required")
    RSGRPID = text("Group")
    RSSPID = text("Sponsor's identifier")
    RSLNKID = text("Link to other records")
    RSLNKGRP = text("Assessment, linking TR and RS")
    RSTESTCD = key("Short name of the test")
    RSTEST = text("Name of the test", "required")
    RSCAT = text("Category")
    RSSCAT = text("Subcategory")
    RSORRES = text("Response as reported", "expected")
    RSORRESU = text("Unit as reported")
    RSSTRESC = text("Response in standard words", "expected")
    RSSTRESN = number("Response as a number")
    RSSTRESU = text("Standard unit")
    RSSTAT = text("Not done", terms=("NOT DONE",))
    RSREASND = text("Reason why not done")
    RSMETHOD = text("Method")
    RSEVAL = text("Evaluator", "expected")
    RSEVALID = text("Which evaluator, such as RADIOLOGIST 1")
    RSACPTFL = text("Accepted record flag", terms=("Y",))
    VISITNUM = number("Visit number", "expected")
    VISIT = text("Visit name")
    EPOCH = text("Epoch")
    RSDTC = when("Assessment", "expected")
    RSDY = count("Study day of the date")

    @dy.rule()
    def response_in_recist_words(cls) -> pl.Expr:
        """RSSTRESC is CR, PR, SD, NON-CR/NON-PD, PD, NE or NED where a response is by RECIST."""
        response = pl.col("RSTESTCD").is_in(["OVRLRESP", "TRGRESP", "NTRGRESP"])
        recist = pl.col("RSCAT").str.starts_with("RECIST") & response
        return ~recist | pl.col("RSSTRESC").is_in(RESPONSES)

    @dy.rule()
    def result_or_not_done(cls) -> pl.Expr:
        """Give a result unless RSSTAT is NOT DONE, and not both."""
        result = pl.coalesce("RSORRES", "RSSTRESC", pl.col("RSSTRESN").cast(pl.String))
        return result.is_null() == pl.col("RSSTAT").is_not_null()

"""SS: survival status, one record a contact (SDTMIG 3.4, section 6.3.8)."""

import dataframely as dy
import polars as pl

from topline.sdtm.domain import Domain, count, key, number, text, when


class SS(Domain):
    """Subject status."""

    SSSEQ = count("Sequence number", "required")
    SSTESTCD = key("Short name of the test")
    SSTEST = text("Name of the test", "required")
    SSCAT = text("Category")
    SSSCAT = text("Subcategory")
    SSORRES = text("Status as reported", "expected")
    SSSTRESC = text(
        "Status in standard words", "expected", terms=("ALIVE", "DEAD", "UNKNOWN"), open_list=True
    )
    SSSTAT = text("Not done", terms=("NOT DONE",))
    SSREASND = text("Reason why not done")
    SSEVAL = text("Evaluator")
    VISITNUM = number("Visit number", "expected")
    VISIT = text("Visit name")
    EPOCH = text("Epoch")
    SSDTC = when("Contact", "expected")
    SSDY = count("Study day of the date")

    @dy.rule()
    def result_or_not_done(cls) -> pl.Expr:
        """Give a result unless SSSTAT is NOT DONE, and not both."""
        result = pl.coalesce("SSORRES", "SSSTRESC")
        return result.is_null() == pl.col("SSSTAT").is_not_null()

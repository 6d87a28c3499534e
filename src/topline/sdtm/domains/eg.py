"""EG: electrocardiograms, one record a measurement or finding (SDTMIG 3.4, section 6.3.3)."""

import dataframely as dy
import polars as pl

from topline.sdtm.domain import Domain, count, key, number, text, when


class EG(Domain):
    """ECG results."""

    EGSEQ = count("Sequence number", "required")
    EGTESTCD = key("Short name of the test")
    EGTEST = text("Name of the test", "required")
    EGCAT = text("Category")
    EGSCAT = text("Subcategory")
    EGPOS = text("Position of the subject")
    EGORRES = text("Result as reported", "expected")
    EGORRESU = text("Unit as reported")
    EGSTRESC = text("Result in standard unit, as text", "expected")
    EGSTRESN = number("Result in standard unit", "expected")
    EGSTRESU = text("Standard unit")
    EGSTAT = text("Not done", terms=("NOT DONE",))
    EGREASND = text("Reason why not done")
    EGMETHOD = text("Method")
    EGEVAL = text("Evaluator")
    EGBLFL = text("Baseline flag", terms=("Y",))
    VISITNUM = number("Visit number", "expected")
    VISIT = text("Visit name")
    EPOCH = text("Epoch")
    EGDTC = when("Recording", "expected")
    EGDY = count("Study day of the date")

    @dy.rule()
    def result_or_not_done(cls) -> pl.Expr:
        """Give a result unless EGSTAT is NOT DONE, and not both."""
        result = pl.coalesce("EGORRES", "EGSTRESC", pl.col("EGSTRESN").cast(pl.String))
        return result.is_null() == pl.col("EGSTAT").is_not_null()

"""MI: microscopic findings, one record a finding and specimen (SDTMIG 3.4, section 6.3.6)."""

import dataframely as dy
import polars as pl

from topline.sdtm.domain import Domain, count, key, number, text, when


class MI(Domain):
    """Microscopic findings."""

    MISEQ = count("Sequence number", "required")
    MIREFID = text("Specimen identifier")
    MISPID = text("Sponsor's identifier")
    MITESTCD = key("Short name of the test")
    MITEST = text("Name of the test", "required")
    MICAT = text("Category")
    MISCAT = text("Subcategory")
    MITSTDTL = text("Detail of the test, such as the marker")
    MIORRES = text("Result as reported", "expected")
    MIORRESU = text("Unit as reported")
    MISTRESC = text("Result in standard unit, as text", "expected")
    MISTRESN = number("Result in standard unit", "expected")
    MISTRESU = text("Standard unit")
    MISTAT = text("Not done", terms=("NOT DONE",))
    MIREASND = text("Reason why not done")
    MISPEC = text("Specimen", "expected")
    MISPCCND = text("Condition of the specimen")
    MISPCUFL = text("Specimen unusable flag", terms=("Y",))
    MILOC = text("Location")
    MIMETHOD = text("Method")
    MIEVAL = text("Evaluator")
    MIEVALID = text("Which evaluator, such as PATHOLOGIST 1")
    MIBLFL = text("Baseline flag", terms=("Y",))
    VISITNUM = number("Visit number", "expected")
    VISIT = text("Visit name")
    EPOCH = text("Epoch")
    MIDTC = when("Collection of the specimen", "expected")
    MIDY = count("Study day of the date")

    @dy.rule()
    def result_or_not_done(cls) -> pl.Expr:
        """Give a result unless MISTAT is NOT DONE, and not both."""
        result = pl.coalesce("MIORRES", "MISTRESC", pl.col("MISTRESN").cast(pl.String))
        return result.is_null() == pl.col("MISTAT").is_not_null()

"""GF: genomics findings, one record a finding and specimen (SDTMIG 3.4, section 6.3.4)."""

import dataframely as dy
import polars as pl

from topline.sdtm.domain import Domain, count, key, number, text, when


class GF(Domain):
    """Genomics findings."""

    GFSEQ = count("Sequence number", "required")
    GFREFID = text("Specimen identifier")
    GFSPID = text("Sponsor's identifier")
    GFGRPID = text("Group")
    GFTESTCD = key("Short name of the test")
    GFTEST = text("Name of the test", "required")
    GFCAT = text("Category")
    GFSCAT = text("Subcategory")
    GFTSTDTL = text("Detail of the test")
    GFORRES = text("Result as reported", "expected")
    GFORRESU = text("Unit as reported")
    GFSTRESC = text("Result in standard unit, as text", "expected")
    GFSTRESN = number("Result in standard unit", "expected")
    GFSTRESU = text("Standard unit")
    GFSTAT = text("Not done", terms=("NOT DONE",))
    GFREASND = text("Reason why not done")
    GFGENREF = text("Reference genome")
    GFSYM = text("Gene symbol")
    GFSPEC = text("Specimen", "expected")
    GFMETHOD = text("Method")
    GFEVAL = text("Evaluator")
    GFEVALID = text("Which evaluator")
    GFBLFL = text("Baseline flag", terms=("Y",))
    VISITNUM = number("Visit number", "expected")
    VISIT = text("Visit name")
    EPOCH = text("Epoch")
    GFDTC = when("Collection of the specimen", "expected")
    GFDY = count("Study day of the date")

    @dy.rule()
    def result_or_not_done(cls) -> pl.Expr:
        """Give a result unless GFSTAT is NOT DONE, and not both."""
        result = pl.coalesce("GFORRES", "GFSTRESC", pl.col("GFSTRESN").cast(pl.String))
        return result.is_null() == pl.col("GFSTAT").is_not_null()

"""SUPP-- and RELREC: what belongs to other records (SDTMIG 3.4, sections 8.4 and 8.3)."""

import dataframely as dy
import polars as pl

from topline.sdtm.domain import key, text


class SUPP(dy.Schema):
    """Supplemental qualifiers: one record a value that has no variable of its own."""

    STUDYID = text("Study identifier", "required")
    RDOMAIN = text("Domain of the parent record", "required")
    USUBJID = key("Unique subject identifier")
    IDVAR = text("Variable that identifies the parent record, such as AESEQ")
    IDVARVAL = text("Its value")
    QNAM = key("Name of the qualifier")
    QLABEL = text("What the qualifier means", "expected")
    QVAL = text("Value of the qualifier", "expected")
    QORIG = text("Origin", "expected")
    QEVAL = text("Evaluator")

    @dy.rule()
    def has_a_value(cls) -> pl.Expr:
        """QVAL holds a value; a qualifier without one is left out (SDTMIG 3.4, section 8.4)."""
        return pl.col("QVAL").is_not_null()


class RELREC(dy.Schema):
    """Related records: records that share RELID belong together."""

    STUDYID = text("Study identifier", "required")
    RDOMAIN = key("Domain of the record")
    USUBJID = text("Unique subject identifier; empty where whole domains are related")
    IDVAR = key("Variable that identifies the record")
    IDVARVAL = text("Its value; empty where whole domains are related")
    RELTYPE = text("Whether one record or many", terms=("ONE", "MANY"))
    RELID = key("Name of the relation")

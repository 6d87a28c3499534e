"""SUPP-- and RELREC: what belongs to other records (SDTMIG 3.4, sections 8.4 and 8.3)."""

import dataframely as dy

from topline.sdtm.domain import key, text


class SUPP(dy.Schema):
    """Supplemental qualifiers: one record a value that has no variable of its own."""

    STUDYID = key("Study identifier")
    RDOMAIN = key("Domain of the parent record")
    USUBJID = key("Unique subject identifier")
    IDVAR = text("Variable that identifies the parent record, such as AESEQ")
    IDVARVAL = text("Its value")
    QNAM = key("Name of the qualifier")
    QLABEL = text("What the qualifier means", "expected")
    QVAL = text("Value of the qualifier", "required")
    QORIG = text("Origin", "expected")
    QEVAL = text("Evaluator")


class RELREC(dy.Schema):
    """Related records: records that share RELID belong together."""

    STUDYID = key("Study identifier")
    RDOMAIN = key("Domain of the record")
    USUBJID = text("Unique subject identifier; empty where whole domains are related")
    IDVAR = key("Variable that identifies the record")
    IDVARVAL = text("Its value; empty where whole domains are related")
    RELTYPE = text("Whether one record or many", terms=("ONE", "MANY"))
    RELID = key("Name of the relation")

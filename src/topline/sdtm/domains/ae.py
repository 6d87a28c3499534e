"""AE: adverse events, one record an event or change of grade (SDTMIG 3.4, section 6.2.1)."""

import dataframely as dy
import polars as pl

from topline.sdtm.dates import earliest, latest
from topline.sdtm.domain import NO_YES, Domain, count, number, text, value_not_used, when

ACTIONS = (
    "DOSE INCREASED",
    "DOSE NOT CHANGED",
    "DOSE RATE REDUCED",
    "DOSE REDUCED",
    "DRUG INTERRUPTED",
    "DRUG WITHDRAWN",
    "NOT APPLICABLE",
    "UNKNOWN",
)
OUTCOMES = (
    "FATAL",
    "NOT RECOVERED/NOT RESOLVED",
    "RECOVERED/RESOLVED",
    "RECOVERED/RESOLVED WITH SEQUELAE",
    "RECOVERING/RESOLVING",
    "UNKNOWN",
)


class AE(Domain):
    """Adverse events."""

    AESEQ = count("Sequence number", "required")
    AESPID = text("Sponsor's identifier")
    AELNKID = text("Link to other records")
    AETERM = text("Event as reported", "required")
    AELLT = text("Lowest level term")
    AEDECOD = text("Preferred term", "expected")
    AEHLT = text("High level term")
    AEHLGT = text("High level group term")
    AECAT = text("Category")
    AEBODSYS = text("Body system or organ class", "expected")
    AESOC = text("Primary system organ class")
    AESEV = text("Severity", terms=("MILD", "MODERATE", "SEVERE"))
    AESER = text("Serious event", "expected", terms=NO_YES)
    AEACN = text("Action taken with the treatment", "expected", terms=ACTIONS, open_list=True)
    AEREL = text("Causality", "expected")
    AEOUT = text("Outcome", terms=OUTCOMES)
    AESCAN = text("Involves cancer", terms=NO_YES)
    AESCONG = text("Congenital anomaly", terms=NO_YES)
    AESDISAB = text("Disability", terms=NO_YES)
    AESDTH = text("Results in death", terms=NO_YES)
    AESHOSP = text("Hospitalization", terms=NO_YES)
    AESLIFE = text("Life-threatening", terms=NO_YES)
    AESMIE = text("Other medically important", terms=NO_YES)
    AECONTRT = text("Concomitant treatment given", terms=NO_YES)
    AETOXGR = text("CTCAE grade", terms=("1", "2", "3", "4", "5"))
    EPOCH = text("Epoch")
    VISITNUM = number("Visit number")
    VISIT = text("Visit name")
    AEDTC = when("Collection")
    AESTDTC = when("Start", "expected")
    AEENDTC = when("End", "expected")
    AESTDY = count("Study day of the start")
    AEENDY = count("Study day of the end")
    AEENRF = text("End relative to the reference period")

    @dy.rule()
    @value_not_used("AEENDTC")
    def ends_after_start(cls) -> pl.Expr:
        """AEENDTC, the end, is on or after AESTDTC, the start."""
        return latest("AEENDTC") >= earliest("AESTDTC")

    @dy.rule()
    def fatal_is_grade_5(cls) -> pl.Expr:
        """AETOXGR is 5 where AEOUT is FATAL, and only there (CTCAE v5.0: grade 5 is death)."""
        return (pl.col("AEOUT") == "FATAL") == (pl.col("AETOXGR") == "5")

    @dy.rule()
    def death_is_serious(cls) -> pl.Expr:
        """AESER is Y where AESDTH is Y, or where the outcome is FATAL."""
        died = (pl.col("AESDTH") == "Y") | (pl.col("AEOUT") == "FATAL")
        return ~died | (pl.col("AESER") == "Y")

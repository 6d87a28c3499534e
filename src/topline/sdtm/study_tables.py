"""Tables of a study that SDTM has no domain for: the wells of plates, and pictures of sections.

A file is one of these by its columns (PLATE and WELL; IMAGE and MARKER) or by its name (plates.csv,
images.csv). They go through the same gate as domains; what is computed from them is in ADBM.
"""

from collections.abc import Sequence
from typing import Final

import dataframely as dy
import polars as pl

from topline.sdtm.domain import key, number, text, value_not_used, when

WELL_KINDS: Final = ("STANDARD", "BLANK", "SAMPLE", "CONTROL")

STAININGS: Final = ("NEGATIVE", "WEAK", "MODERATE", "STRONG")


class PLATES(dy.Schema):
    """Wells of immunoassay plates, one row a well."""

    PLATE = key("Plate, such as VEGFA-01")
    WELL = key("Well, such as C7")
    TESTCD = key("Short name of what is measured, such as VEGFA")
    KIND = text("What is in the well", "required", terms=WELL_KINDS)
    CONC = number("Nominal concentration of a standard or control", "expected", low=0)
    UNIT = text("Unit of the concentration", "expected")
    SAMPLE = text("Name of the sample or control; its wells share it", "expected")
    USUBJID = text("Unique subject identifier, of a sample", "expected")
    VISITNUM = number("Visit number")
    VISIT = text("Visit name", "expected")
    DTC = when("Collection of the specimen", "expected")
    DILUTION = number("Dilution: 2 for 1:2; empty: 1")
    OD = number("Optical density", "expected")

    @dy.rule()
    @value_not_used("OD")
    def standard_has_a_concentration(cls) -> pl.Expr:
        """CONC of a STANDARD or CONTROL; without it the well is not read."""
        unknown = ~pl.col("KIND").is_in(["STANDARD", "CONTROL"])
        return unknown | pl.col("CONC").is_not_null()

    @dy.rule()
    @value_not_used("OD")
    def sample_has_a_subject(cls) -> pl.Expr:
        """USUBJID of a SAMPLE; without it the well is not read."""
        return (pl.col("KIND") != "SAMPLE") | pl.col("USUBJID").is_not_null()

    @dy.rule()
    @value_not_used("OD")
    def sample_has_a_name(cls) -> pl.Expr:
        """SAMPLE of a SAMPLE or CONTROL, one name in all its wells; else the well is not read."""
        unnamed = ~pl.col("KIND").is_in(["SAMPLE", "CONTROL"])
        return unnamed | pl.col("SAMPLE").is_not_null()

    @dy.rule()
    def sample_has_a_day(cls) -> pl.Expr:
        """DTC of a SAMPLE, the day it was taken."""
        return (pl.col("KIND") != "SAMPLE") | pl.col("DTC").is_not_null()

    @dy.rule()
    @value_not_used("DILUTION")
    def dilution_is_above_zero(cls) -> pl.Expr:
        """DILUTION above 0: 2 for 1:2."""
        return pl.col("DILUTION") > 0


class IMAGES(dy.Schema):
    """Pictures of stained sections, one row a picture."""

    IMAGE = key("File in the data folder, such as images/S-001_cmet.png")
    MARKER = key("What is stained, such as c-MET")
    USUBJID = text("Unique subject identifier", "expected")
    PIXELUM = number("Side of a pixel in micrometres", "expected")
    MAGNIF = text("Magnification of the objective, such as 20x")
    STAINING = text("Staining of the tumor as it was read", terms=STAININGS)
    CAPTION = text("What the picture shows")
    SPREFID = text("Specimen identifier")
    VISITNUM = number("Visit number")
    VISIT = text("Visit name")
    DTC = when("Collection of the specimen", "expected")

    @dy.rule()
    def picture_has_a_subject(cls) -> pl.Expr:
        """USUBJID; without it the picture is neither measured nor shown."""
        return pl.col("USUBJID").is_not_null()

    @dy.rule()
    @value_not_used("PIXELUM")
    def pixel_has_a_size(cls) -> pl.Expr:
        """PIXELUM from 0.001 to 1000 micrometres; without it there is no scale bar."""
        return pl.col("PIXELUM").is_between(0.001, 1000)


STUDY_TABLES: Final[dict[str, type[dy.Schema]]] = {"PLATES": PLATES, "IMAGES": IMAGES}
"""By the name that `topline.sdtm.collected.Sdtm.tables` has them under."""
TABLE_KEYS: Final = {"PLATES": ("PLATE", "WELL"), "IMAGES": ("IMAGE",)}
"""What tells the rows of each apart."""
_MARKS: Final = {"PLATES": {"PLATE", "WELL"}, "IMAGES": {"IMAGE", "MARKER"}}


def name_study_table(stem: str, columns: Sequence[str]) -> str | None:
    """Return which of these tables a file is, or None.

    Examples
    --------
    >>> name_study_table("ELISA_2", ["PLATE", "WELL", "OD"]), name_study_table("LB", ["LBSEQ"])
    ('PLATES', None)
    """
    by_columns = next((name for name, marks in _MARKS.items() if marks <= set(columns)), None)
    return by_columns or (stem if stem in STUDY_TABLES else None)

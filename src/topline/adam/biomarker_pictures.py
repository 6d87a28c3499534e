"""Pictures of stained sections: pixel H-score and stained share of each, marked as measured."""

from collections.abc import Mapping
from math import isfinite

import polars as pl

from topline.adam.biomarker_records import Biomarkers
from topline.adam.core import Finding, list_queries
from topline.clinical.assays.image import compute_scale_bar, measure_stain
from topline.clinical.assays.picture_file import read_picture
from topline.clinical.assays.stain_rule import StainRule
from topline.errors import DataError
from topline.protocol.biomarkers import Picture
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest
from topline.sdtm.study_tables import IMAGES

_TABLE = "IMAGES"
_MEASURED = {
    "IMAGE": pl.String, "score": pl.Float64, "positive": pl.Float64, "FIELDUM": pl.Float64,
    "BARUM": pl.Float64, "AREASON": pl.String,
}  # fmt: skip
_MARKED = "measured in a picture, pixels in the place of cells"


def derive_picture_rows(name: str, marker: Picture, sdtm: Sdtm) -> Biomarkers:
    """Derive the staining of each picture of a marker.

    Parameters
    ----------
    name, marker
        Parameter and options.
    sdtm
        Collected pictures.

    Returns
    -------
    Biomarkers
        One row a picture, and another for the stained share where it is asked for. A picture that
        cannot be read has a row with the reason.
    """
    table = sdtm.tables.get(_TABLE, IMAGES.create_empty())
    own = table.filter(pl.col("MARKER") == marker.marker, pl.col("USUBJID").is_not_null())
    own = own.sort("IMAGE")
    measured = [
        _measure(image, pixel, sdtm.pictures, marker.stain)
        for image, pixel in own.select("IMAGE", "PIXELUM").iter_rows()
    ]
    found = pl.DataFrame(measured, schema=_MEASURED, orient="row")
    rows = own.join(found, on="IMAGE", how="left", maintain_order="left")
    scores = _rows(rows, name, marker.label).with_columns(AVAL="score", AVALU=pl.lit("score"))
    parts = [scores]
    if marker.positive is not None:
        label = f"{marker.label}: stained share of the tissue"
        share = _rows(rows, marker.positive, label)
        parts.append(share.with_columns(AVAL="positive", AVALU=pl.lit("%")))
    unread = rows.filter(pl.col("AREASON").is_not_null())
    wanted = "a PNG or JPEG of stained tissue, with 8 bits a colour"
    finding = Finding("ADBM.picture", wanted, "error", "value not used")
    said = pl.format("{}: {}", pl.lit(name), "AREASON")
    queries = (list_queries(unread, finding, said, pl.col("IMAGE")), *_absent(name, marker, own))
    return Biomarkers(pl.concat(parts).drop("score", "positive"), queries)


def _measure(
    image: str, pixel_um: float | None, pictures: Mapping[str, bytes], rule: StainRule
) -> tuple[str, float | None, float | None, float | None, float | None, str | None]:
    """Return the file, its score and stained share, its width and scale bar, or why not."""
    try:
        picture = read_picture(pictures[image])
    except DataError as error:
        return image, None, None, None, None, str(error)
    found = measure_stain(picture, rule)
    width = int(picture.shape[1])
    field = None if pixel_um is None else width * pixel_um
    bar = None if pixel_um is None else compute_scale_bar(width, pixel_um).length_um
    if not isfinite(found.pixel_h_score):
        return image, None, None, field, bar, "no stained tissue in the picture"
    return image, found.pixel_h_score, found.positive_percent, field, bar, None


def _rows(rows: pl.DataFrame, parameter: str, label: str) -> pl.DataFrame:
    caption = pl.concat_str(["CAPTION", "MAGNIF"], separator=", ", ignore_nulls=True)
    return rows.select(
        "USUBJID", "SPREFID", "PIXELUM", "FIELDUM", "BARUM", "AREASON", "score", "positive",
        PARAMCD=pl.lit(parameter),
        PARAM=pl.lit(label),
        AVISIT="VISIT",
        AVISITN="VISITNUM",
        ADT=earliest("DTC"),
        AVALCAT1=pl.when(pl.col("AREASON").is_null()).then("STAINING"),
        CAPTION=caption.replace("", None),
        AFLAGS=pl.lit(_MARKED),
        SRCDOM=pl.lit(_TABLE),
        SRCVAR="IMAGE",
    )  # fmt: skip


def _absent(name: str, marker: Picture, own: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
    if own.height:
        return ()
    nobody = pl.DataFrame({"USUBJID": [None]}, schema={"USUBJID": pl.String})
    finding = Finding("ADBM.pictures", f"rows with MARKER = {marker.marker} in images.csv")
    return (list_queries(nobody, finding, pl.lit(f"{name}: no pictures")),)

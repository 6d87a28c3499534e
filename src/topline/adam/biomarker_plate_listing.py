"""How each plate did: its curve, its standards given back, its controls and samples."""

import dataframely as dy
import polars as pl

from topline.adam.biomarker_plates import ReadPlate, read_plates
from topline.clinical.assays.elisa import Plate
from topline.protocol.biomarkers import Elisa
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm


class PlateLine(dy.Schema):
    """A line of the listing; the curve of a plate comes first."""

    PARAMCD = dy.String(description="key of the biomarker")
    PLATE = dy.String()
    KIND = dy.String(description="CURVE, STANDARD, CONTROL or SAMPLE")
    NAME = dy.String(nullable=True, description="sample; of a curve its model and parameters")
    USUBJID = dy.String(nullable=True)
    VISIT = dy.String(nullable=True)
    NWELLS = dy.Int64(nullable=True, description="wells with an optical density")
    OD = dy.Float64(nullable=True, description="their mean")
    CV = dy.Float64(nullable=True, description="their coefficient of variation, percent")
    DILUTION = dy.Float64(nullable=True)
    NOMINAL = dy.Float64(nullable=True)
    QUALIFIER = dy.String(nullable=True, description="=, < or >")
    CONC = dy.Float64(nullable=True, description="read from the curve; of a standard undiluted")
    UNIT = dy.String()
    RECOVERY = dy.Float64(nullable=True, description="percent of nominal")
    ACCEPTED = dy.String(nullable=True, description="Y or N")
    FLAGS = dy.String(nullable=True)


def derive_plate_lines(protocol: Protocol, sdtm: Sdtm) -> dy.DataFrame[PlateLine]:
    """List the plates of every immunoassay of the protocol.

    Parameters
    ----------
    protocol
        Biomarkers with their assays.
    sdtm
        Collected wells.
    """
    parts = [
        _lines(plate, marker).with_columns(PARAMCD=pl.lit(name), UNIT=pl.lit(marker.unit))
        for name, marker in protocol.biomarkers.items()
        if isinstance(marker, Elisa)
        for plate in read_plates(marker, sdtm)
    ]
    lines = pl.concat([PlateLine.create_empty(), *parts], how="diagonal_relaxed")
    return PlateLine.cast(lines.select(PlateLine.column_names()))


def _lines(plate: ReadPlate, marker: Elisa) -> pl.DataFrame:
    head = {"PLATE": plate.name, "KIND": "CURVE", "NAME": None, "FLAGS": plate.fault}
    schema = dict.fromkeys(head, pl.String)
    if plate.found is None:
        return pl.DataFrame([head], schema=schema)
    curve = plate.found.curve
    said = (
        f"{curve.model}, weights {curve.weighting}: none {curve.none:.4g}, "
        f"infinite {curve.infinite:.4g}, turning {curve.turning:.4g}, slope {curve.slope:.4g}, "
        f"asymmetry {curve.asymmetry:.4g}, R2 {curve.r_squared:.5f}"
    )
    faults = "; ".join((*plate.found.faults(marker.curve), *curve.warnings)) or None
    first = pl.DataFrame([{**head, "NAME": said, "FLAGS": faults}], schema=schema)
    parts = [first, *_of_plate(plate.found, plate.wells)]
    return pl.concat(parts, how="diagonal_relaxed").with_columns(PLATE=pl.lit(plate.name))


def _of_plate(found: Plate, wells: pl.DataFrame) -> list[pl.DataFrame]:
    common = {"NWELLS": pl.col("wells"), "OD": pl.col("mean_response"), "CV": pl.col("cv_percent")}
    accepted = pl.when("accepted").then(pl.lit("Y")).when(~pl.col("accepted")).then(pl.lit("N"))
    standards = found.standards.select(
        KIND=pl.lit("STANDARD"), **common, NOMINAL="concentration", CONC="back_calculated",
        RECOVERY="recovery_percent", ACCEPTED=accepted,
    )  # fmt: skip
    read = {
        "NAME": pl.col("sample_id"), **common, "DILUTION": pl.col("dilution"),
        "QUALIFIER": pl.col("qualifier"), "CONC": pl.col("concentration"),
    }  # fmt: skip
    controls = found.controls.select(
        KIND=pl.lit("CONTROL"), **read, NOMINAL="nominal", RECOVERY="recovery_percent",
        ACCEPTED=accepted,
    )  # fmt: skip
    who = wells.filter(KIND="SAMPLE").group_by(NAME="SAMPLE").agg(
        pl.col("USUBJID", "VISIT").first()
    )  # fmt: skip
    noted = [
        pl.when(pl.col("flag") != "QUANTIFIED").then("flag"),
        pl.when("cv_over_limit").then(pl.lit("CV OVER LIMIT")),
        pl.when("too_few_wells").then(pl.lit("TOO FEW WELLS")),
    ]
    flags = pl.concat_str(noted, separator="; ", ignore_nulls=True)
    samples = found.samples.select(
        KIND=pl.lit("SAMPLE"), **read, FLAGS=pl.when(flags != "").then(flags)
    ).join(who, on="NAME", how="left", maintain_order="left")
    return [standards, controls, samples]

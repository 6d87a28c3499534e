"""Pictures of each patient's sections, with what was measured in each."""

import polars as pl

from topline.analyses.formats import statistic
from topline.analyses.patients import (
    Adam,
    complete_rows,
    no_rows,
    own_rows,
    patients_of,
    shown_row,
    variable_rows,
)
from topline.analyses.trace import equals, own, where
from topline.protocol.biomarkers import Picture
from topline.protocol.patient_figures import PatientPictures
from topline.protocol.protocol import Protocol

STAINING = "AVALCAT1"
"""ADBM variable that says how the section was read."""
_MEASURES = (("score", "AVAL", "score"), ("field", "FIELDUM", "um"), ("bar", "BARUM", "um"))
_DECIMALS = {"score": 0, "positive": 1, "field": 0}
_UNREAD = pl.coalesce("AREASON", pl.lit("no result"))


def list_pictures(protocol: Protocol, analysis: PatientPictures, adam: Adam) -> pl.DataFrame:
    """List pictures, marker by marker, in the order of their files.

    Parameters
    ----------
    protocol
        Gives the analysis set and the biomarkers.
    analysis
        Which biomarkers.
    adam
        ADSL and ADBM.

    Returns
    -------
    DataFrame
        Rows of results. Of all: how many patients have a picture that could be measured. Of each
        picture, whose file is the section, whose biomarker is the parameter, and whose staining is
        the group: score, the width of what it shows and a length for its scale bar, the stained
        share where the biomarker has it, and the caption. Then the values of `by`.
    """
    everyone = patients_of(protocol, analysis, adam)
    subjects = everyone.frame.select("USUBJID", "SUBJID")
    data = adam["ADBM"]
    # Subjects of the dataset may come with their number already.
    data = data.drop("SUBJID", strict=False).join(subjects, on="USUBJID")
    parts = [no_rows()]
    for name in analysis.markers:
        marker = protocol.biomarkers[name]
        inside = where(equals("PARAMCD", name), own(analysis.rows))
        pictures = data.filter(pl.sql_expr(inside)).sort("SRCVAR", "USUBJID")
        parts += [_measure(pictures, name, *measure) for measure in _MEASURES]
        share = marker.positive if isinstance(marker, Picture) else None
        if share is not None:
            condition = where(equals("PARAMCD", share), own(analysis.rows))
            stained = data.filter(pl.sql_expr(condition)).sort("SRCVAR", "USUBJID")
            shares = _measure(stained, share, "positive", "AVAL", "%")
            parts.append(shares.with_columns(parameter=pl.lit(name)))
        parts.append(_captions(pictures, name))
    listed = pl.concat(parts)
    first, label = analysis.markers[0], "Pictures"
    measured = listed.filter((pl.col("statistic") == "score") & pl.col("value").is_not_null())
    count = shown_row(everyone, measured["level"], {"parameter": first, "parameter_label": label})
    return pl.concat([count, listed, variable_rows(protocol, analysis.by, everyone)])


def _measure(
    pictures: pl.DataFrame, name: str, measure: str, column: str, unit: str
) -> pl.DataFrame:
    """Tell one measurement of each picture; without a score, why there is none."""
    of_score = measure == "score"
    told = pictures if of_score else pictures.filter(pl.col(column).is_not_null())
    values = told[column].cast(pl.Float64).to_list()
    shown = ["" if value is None else _print(value, measure) for value in values]
    unread = pl.when(pl.col(column).is_null()).then(_UNREAD).otherwise(pl.lit(""))
    rows = _about(told, name).with_columns(
        statistic=pl.lit(measure),
        value=told[column].cast(pl.Float64),
        display=pl.Series(shown, dtype=pl.String),
        unit=pl.lit(unit),
        warning=told.select(unread).to_series() if of_score else pl.lit(""),
    )
    return complete_rows(rows)


def _print(value: float, measure: str) -> str:
    """Print a scale bar as it is, and what was measured without the decimals that do not count."""
    return f"{value:g}" if measure == "bar" else statistic("value", value, _DECIMALS[measure])


def _captions(pictures: pl.DataFrame, name: str) -> pl.DataFrame:
    """Tell what the pictures show, in the words of who took them."""
    told = pictures.filter(pl.col("CAPTION").is_not_null())
    rows = _about(told, name).with_columns(statistic=pl.lit("caption"), display=told["CAPTION"])
    return complete_rows(rows)


def _about(pictures: pl.DataFrame, name: str) -> pl.DataFrame:
    """Say of which picture a row is."""
    quoted = pl.col("SRCVAR").str.replace_all("'", "''", literal=True)
    return pictures.select(
        "USUBJID",
        "SUBJID",
        section="SRCVAR",
        parameter=pl.lit(name),
        parameter_label="PARAM",
        by=pl.lit(STAINING),
        group=pl.col(STAINING).fill_null(""),
        group_label=pl.col(STAINING).fill_null("").str.to_lowercase(),
        **own_rows("ADBM", equals("PARAMCD", name), pl.format("SRCVAR = '{}'", quoted)),
    )

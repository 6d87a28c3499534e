"""The bundled cohort with fewer or more patients, to try displays at any size."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from topline.displays.compose import analyses_of
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm

_POSTBASELINE = pl.col("TRDY") > 1


def resized(sdtm: Sdtm, n: int) -> Sdtm:
    """Return the data of `n` patients: some of those collected, or all of them several times.

    Copies have ids of their own, and their lesions measured after baseline are a little smaller or
    larger than those that they were copied from. The same each time.

    Parameters
    ----------
    sdtm
        What was collected.
    n
        Patients wanted.
    """
    subjects = sdtm["DM"]["USUBJID"].sort().to_list()
    places = np.linspace(0, len(subjects) - 1, n).round().astype(int)
    chosen = [subjects[i] for i in places] if n <= len(subjects) else []
    chosen = chosen or [subjects[i % len(subjects)] for i in range(n)]
    copies = pl.DataFrame(
        {"USUBJID": chosen, "(copy)": [i // len(subjects) for i in range(n)]},
        schema={"USUBJID": pl.String, "(copy)": pl.Int64},
    )
    factor = np.random.default_rng(20241130).lognormal(0, 0.15, n)
    copies = copies.with_columns(
        pl.Series("(factor)", np.where(copies["(copy)"].to_numpy() > 0, factor, 1.0))
    )
    domains = {name: _copied(frame, copies) for name, frame in sdtm.domains.items()}
    tables: Mapping[str, pl.DataFrame] = {
        name: _copied(frame, copies) for name, frame in sdtm.tables.items()
    }
    return replace(sdtm, domains=domains, tables=tables)


def figures_alone(protocol: Protocol) -> Protocol:
    """Return the protocol with its figures, and the analyses that they show."""
    displays = tuple(d for d in protocol.displays if d.kind.endswith("-figure"))
    shown = {name for display in displays for name in analyses_of(display)}
    analyses = {name: each for name, each in protocol.analyses.items() if name in shown}
    return protocol.model_copy(update={"displays": displays, "analyses": analyses})


def _copied(frame: pl.DataFrame, copies: pl.DataFrame) -> pl.DataFrame:
    """Give every copy the rows of the subject that it was copied from."""
    if "USUBJID" not in frame.columns:
        return frame
    rows = copies.join(frame, on="USUBJID", maintain_order="left")
    # Wells of standards belong to nobody: every copy of a plate has them.
    shared = copies.select("(copy)").unique().sort("(copy)")
    rows = pl.concat(
        [rows, shared.join(frame.filter(pl.col("USUBJID").is_null()), how="cross")], how="diagonal"
    )
    suffix = pl.when(pl.col("(copy)") > 0).then(pl.format("-{}", "(copy)")).otherwise(pl.lit(""))
    ids = [name for name in ("USUBJID", "SUBJID", "PLATE", "SAMPLE") if name in frame.columns]
    renamed = rows.with_columns(pl.concat_str(name, suffix).alias(name) for name in ids)
    if {"TRSTRESN", "TRDY"} <= set(frame.columns):
        changed = (pl.col("TRSTRESN") * pl.col("(factor)")).round(0)
        later = _POSTBASELINE & (pl.col("(copy)") > 0)
        renamed = renamed.with_columns(
            TRSTRESN=pl.when(later).then(changed).otherwise("TRSTRESN"),
            TRSTRESC=pl.when(later & pl.col("TRSTRESN").is_not_null())
            .then(changed.cast(pl.Int64).cast(pl.String))
            .otherwise("TRSTRESC"),
        )
    return renamed.select(frame.columns)

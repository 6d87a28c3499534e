"""The data cut: the trial as it stood at the end of one day.

A record that starts after the cut was not known then and leaves its domain. A partial date counts
as the earliest day it can mean, and a record without any date stays. A value that tells of a later
day (an end, a death, an outcome) is emptied, and its record stays. Both are listed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import dataframely as dy
import polars as pl

from topline.sdtm.collected import AfterCut, Sdtm
from topline.sdtm.dates import earliest
from topline.sdtm.qualifiers import without_parent
from topline.sdtm.records import record_name
from topline.sdtm.study_tables import TABLE_KEYS
from topline.sdtm.timing import first_day, start_variables

_TOLD_BY: Final = {
    "RFSTDTC": (),
    "RFENDTC": (),
    "RFXSTDTC": (),
    "RFXENDTC": (),
    "RFPENDTC": (),
    "DTHDTC": ("DTHFL",),
    "AEENDTC": ("AEENDY", "AEOUT"),
    "EXENDTC": ("EXENDY",),
    "CMENDTC": ("CMENDY", "CMENRF", "CMENRTPT"),
    "MHENDTC": ("MHENRF", "MHENRTPT"),
    "PRENDTC": ("PRENDY",),
}
"""Dates that can lie after the cut, each with the variables that tell of the same later day."""


def cut_data(sdtm: Sdtm, cutoff: date) -> Sdtm:
    """Return the data as known at the end of the day of the cut.

    Subjects stay when they consented by the cut (RFICDTC; where it is empty, the day DM was
    collected); their records stay when they started by it. What tells of a death after the cut
    (AEOUT FATAL, AESDTH Y, AETOXGR 5) is emptied; the grade before it was not collected.

    Parameters
    ----------
    sdtm
        All data.
    cutoff
        Last day that counts.

    Returns
    -------
    Sdtm
        The data left; `after_cut` lists each record left out and each value emptied.
    """
    listed: list[pl.DataFrame] = []
    enrolled = _leave_out(sdtm["DM"], "DM", ["RFICDTC", "DMDTC"], cutoff, listed)
    domains: dict[str, pl.DataFrame] = {}
    for name, frame in sdtm.domains.items():
        known = enrolled if name == "DM" else _of_subjects(frame, enrolled, name, listed)
        starts = start_variables(name, frame.columns) if name != "DM" else []
        kept = _leave_out(known, name, starts, cutoff, listed)
        domains[name] = _empty_later(kept, name, cutoff, listed)
    dead = sdtm["DM"].filter(earliest("DTHDTC") > cutoff).select("USUBJID")
    domains["AE"] = _empty_fatal(domains["AE"], sdtm["AE"], dead, cutoff, listed)
    for name, frame in domains.items():
        if name.startswith("SUPP"):
            lost = without_parent(frame, domains[name.removeprefix("SUPP")])
            listed.append(_list(lost, name, None, "record left out"))
            domains[name] = frame.join(
                lost, on=frame.columns, how="anti", nulls_equal=True, maintain_order="left"
            )
    tables = {
        name: _cut_table(frame, enrolled, name, cutoff, listed)
        for name, frame in sdtm.tables.items()
    }
    rows = pl.concat([AfterCut.create_empty(), *listed], how="diagonal")
    after = rows.sort("domain", "subject", "record", "variable", nulls_last=True)
    return replace(sdtm, domains=domains, tables=tables, after_cut=AfterCut.cast(after))


def _cut_table(
    frame: pl.DataFrame,
    enrolled: pl.DataFrame,
    name: str,
    cutoff: date,
    listed: list[pl.DataFrame],
) -> pl.DataFrame:
    """Leave out the rows of subjects as in domains; standards are nobody's and stay."""
    own = frame.filter(pl.col("USUBJID").is_not_null())
    known = _of_subjects(own, enrolled, name, listed)
    kept = _leave_out(known, name, start_variables(name, frame.columns), cutoff, listed)
    everyone = pl.concat([frame.filter(pl.col("USUBJID").is_null()), kept])
    return everyone.sort(TABLE_KEYS[name], maintain_order=True)


def _leave_out(
    frame: pl.DataFrame,
    name: str,
    starts: Sequence[str],
    cutoff: date,
    listed: list[pl.DataFrame],
) -> pl.DataFrame:
    present = [variable for variable in starts if variable in frame.columns]
    if not present:
        return frame
    later = (first_day(present) > cutoff).fill_null(value=False)
    left = frame.filter(later)
    for place, variable in enumerate(present):
        unknown = [earliest(before).is_null() for before in present[:place]]
        by_this = left.filter(earliest(variable).is_not_null(), *unknown)
        listed.append(_list(by_this, name, variable, "record left out"))
    return frame.filter(~later)


def _of_subjects(
    frame: pl.DataFrame, enrolled: pl.DataFrame, name: str, listed: list[pl.DataFrame]
) -> pl.DataFrame:
    known = pl.col("USUBJID").is_null() | pl.col("USUBJID").is_in(enrolled["USUBJID"].implode())
    listed.append(_list(frame.filter(~known), name, "USUBJID", "record left out"))
    return frame.filter(known)


def _empty_later(
    frame: pl.DataFrame, name: str, cutoff: date, listed: list[pl.DataFrame]
) -> pl.DataFrame:
    out = frame
    for variable, others in _TOLD_BY.items():
        if variable not in frame.columns:
            continue
        later = (earliest(variable) > cutoff).fill_null(value=False)
        told = [variable, *(other for other in others if other in frame.columns)]
        for other in told:
            emptied = frame.filter(later, pl.col(other).is_not_null())
            listed.append(_list(emptied, name, other, "value emptied"))
        flags = frame.select(hit=later)["hit"]
        out = out.with_columns(out[other].set(flags, None) for other in told)
    return out


def _empty_fatal(
    ae: pl.DataFrame,
    all_ae: pl.DataFrame,
    dead: pl.DataFrame,
    cutoff: date,
    listed: list[pl.DataFrame],
) -> pl.DataFrame:
    """Empty what tells of a death after the cut, where the event had begun before it."""
    ended = all_ae.filter(earliest("AEENDTC") > cutoff).select("USUBJID", "AESEQ")
    keys = pl.struct("USUBJID", "AESEQ")
    later = pl.col("USUBJID").is_in(dead["USUBJID"].implode()) | keys.is_in(
        ended.to_struct().implode()
    )
    out = ae
    for variable, fatal in (("AEOUT", "FATAL"), ("AESDTH", "Y"), ("AETOXGR", "5")):
        told = (later & (pl.col(variable) == fatal)).fill_null(value=False)
        listed.append(_list(ae.filter(told), "AE", variable, "value emptied"))
        out = out.with_columns(pl.when(~told).then(pl.col(variable)).alias(variable))
    return out


def _list(
    rows: pl.DataFrame, name: str, variable: str | None, consequence: str
) -> dy.DataFrame[AfterCut]:
    dated = pl.lit(None, dtype=pl.String) if variable is None else pl.col(variable)
    subject = pl.col("USUBJID")
    return AfterCut.cast(
        rows.rechunk().select(
            domain=pl.lit(name),
            subject=subject,
            record=pl.coalesce(record_name(rows.columns, name), subject),
            variable=pl.lit(variable, dtype=pl.String),
            date=dated.cast(pl.String),
            consequence=pl.lit(consequence),
        )
    )

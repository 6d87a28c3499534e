"""TU and TR: lesions identified at baseline and anew, and what every scan measured."""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from topline.protocol.protocol import Protocol
from topline.simulate.course import Flags, Integers
from topline.simulate.growth import CLEARED, compute_size

if TYPE_CHECKING:
    from topline.simulate.domains import Calendar, Drawn

_NEW, _NON_TARGET = "NEW01", "NT01"


def tumor_rows(protocol: Protocol, drawn: "Drawn", calendar: "Calendar") -> dict[str, pl.DataFrame]:
    """Write TU and TR, patient by patient in the order of scans and lesions."""
    if not drawn.entry.treated.any():
        return {}
    seen = _Seen(drawn)
    return {
        "TU": _tu(protocol, drawn, calendar, seen),
        "TR": _tr(protocol, drawn, calendar, seen),
    }


class _Seen:
    """Lesions of every scan, the baseline being scan 0: targets, then non-target, then new."""

    def __init__(self, drawn: "Drawn") -> None:
        scans, tumors = drawn.scans, drawn.tumors
        n, visits, targets = scans.measured_mm.shape
        treated = drawn.entry.treated[:, None]
        self.targets = targets
        self.day = np.column_stack([scans.baseline_day, scans.day])
        self.done: Flags = np.column_stack([treated, scans.done & treated])
        self.present: Flags = np.zeros((n, visits + 1, targets + 2), dtype=bool)
        self.present[:, :, :targets] = (tumors.diameter_mm > 0)[:, None, :]
        self.present[:, :, targets] = tumors.non_target[:, None]
        self.present[:, 1:, targets + 1] = scans.new_lesion
        self.present &= self.done[:, :, None]
        self.mm = np.concatenate([scans.baseline_mm[:, None, :], scans.measured_mm], axis=1)
        self.weeks = [0.0, *(drawn.plan.scans / 7)]
        names = [f"T{place:02}" for place in range(1, targets + 1)]
        self.names = pl.Series([*names, _NON_TARGET, _NEW])
        self.roles = pl.Series([*["TARGET"] * targets, "NON-TARGET", "NEW"])
        self.visits = pl.Series(["SCREENING", *(f"WEEK {week:g}" for week in self.weeks[1:])])


def _common(
    protocol: Protocol, drawn: "Drawn", calendar: "Calendar", seen: _Seen,
    at: tuple[Integers, Integers, Integers],
) -> pl.DataFrame:  # fmt: skip
    """Return what TU and TR rows share: patient, lesion, role, visit, date, evaluator."""
    patient, visit, lesion = at
    day = seen.day[patient, visit]
    reader = protocol.response.reader
    return pl.DataFrame({
        "patient": patient,
        "LNKID": seen.names.gather(lesion),
        "role": seen.roles.gather(lesion),
        "VISITNUM": visit.astype(np.float64),
        "VISIT": seen.visits.gather(visit),
        "DTC": calendar.text(drawn.entry.start[patient] + day),
        "DY": np.where(day >= 0, day + 1, day),
    }).with_columns(
        EVAL=pl.lit(reader.evaluator),
        EVALID=pl.lit(reader.id, dtype=pl.String),
        ACPTFL=pl.lit("Y" if reader.accepted else None, dtype=pl.String),
        METHOD=pl.lit("CT SCAN"),
    )  # fmt: skip


def _named(rows: pl.DataFrame, domain: str) -> pl.DataFrame:
    own = ("LNKID", "DTC", "DY", "EVAL", "EVALID", "ACPTFL", "METHOD")
    return rows.rename({name: f"{domain}{name}" for name in own}).drop("role")


def _tu(protocol: Protocol, drawn: "Drawn", calendar: "Calendar", seen: _Seen) -> pl.DataFrame:
    """Identify the lesions of the baseline, and new ones when they appear."""
    identified = np.zeros_like(seen.present)
    identified[:, 0] = seen.present[:, 0]
    identified[:, :, -1] = seen.present[:, :, -1]
    patient, visit, lesion = np.nonzero(identified)
    at = patient, visit, lesion
    places = pl.Series(list(drawn.truth.lesions.locations))
    of_target = drawn.tumors.location[patient, np.minimum(lesion, seen.targets - 1)]
    location = pl.Series(np.where(lesion < seen.targets, of_target, -1)).replace(-1, None)
    rows = _common(protocol, drawn, calendar, seen, at).with_columns(
        TUTESTCD=pl.lit("TUMIDENT"),
        TUTEST=pl.lit("Tumor Identification"),
        TUORRES="role",
        TUSTRESC="role",
        TULOC=places.gather(location),
    )
    return _named(rows, "TU")


def _tr(protocol: Protocol, drawn: "Drawn", calendar: "Calendar", seen: _Seen) -> pl.DataFrame:
    """Measure the targets of every scan, and say of other lesions whether they are there."""
    patient, visit, lesion = np.nonzero(seen.present)
    at = patient, visit, lesion
    target = lesion < seen.targets
    column = np.minimum(lesion, seen.targets - 1)
    mm = np.where(target, seen.mm[patient, visit, column], np.nan)
    nodal = target & drawn.tumors.nodal[patient, column]
    gone = _gone(drawn, seen, patient, visit) & (lesion == seen.targets)
    rows = _common(protocol, drawn, calendar, seen, at).with_columns(
        TRSTRESN=pl.Series(mm).fill_nan(None), nodal=pl.Series(nodal), gone=pl.Series(gone)
    )
    measured = pl.col("TRSTRESN").is_not_null()
    size = pl.col("TRSTRESN").cast(pl.Int64).cast(pl.String)
    state = pl.when("gone").then(pl.lit("ABSENT")).otherwise(pl.lit("PRESENT"))
    code = pl.when("nodal").then(pl.lit("LPERP")).otherwise(pl.lit("LDIAM"))
    test = pl.when("nodal").then(pl.lit("Longest Perpendicular")).otherwise(
        pl.lit("Longest Diameter"))  # fmt: skip
    rows = rows.with_columns(
        TRGRPID="role",
        TRLNKGRP=pl.format("A{}", pl.col("VISITNUM").cast(pl.Int64) + 1),
        TRTESTCD=pl.when(measured).then(code).otherwise(pl.lit("TUMSTATE")),
        TRTEST=pl.when(measured).then(test).otherwise(pl.lit("Tumor State")),
        TRORRES=pl.coalesce(size, state),
        TRSTRESC=pl.coalesce(size, state),
        TRORRESU=pl.when(measured).then(pl.lit("mm")),
        TRSTRESU=pl.when(measured).then(pl.lit("mm")),
    )
    return _named(rows.drop("nodal", "gone"), "TR")


def _gone(drawn: "Drawn", seen: _Seen, patient: Integers, visit: Integers) -> Flags:
    """Tell at which scans the patient's tumors have all but vanished."""
    day = np.maximum(seen.day, 0).astype(np.float64)
    size = compute_size(day, drawn.tumors.shrink[:, None], drawn.tumors.regrow[:, None])
    return (size < CLEARED)[patient, visit] & (visit > 0)

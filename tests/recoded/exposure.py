"""Exposure of the CDISC pilot's subjects written a second time, as loops over days.

From EX, DS and DM as shipped, without Polars expressions and without the engine. Low dose: 54 mg
a day. High dose: 81 mg, planned as the starting level although treatment begins with 54 mg. The
arm is the actual one. A record without an end lasts until the subject's end of treatment.
"""

import datetime as dt
from itertools import pairwise
from typing import TypedDict

Record = dict[str, object]
DAY = dt.timedelta(days=1)
PLANNED_MG = {"Xan_Lo": 54.0, "Xan_Hi": 81.0, "Pbo": 0.0}
CYCLE_DAYS = 14


class Course(TypedDict):
    """What one subject took; the names are those of ADEX."""

    TDURD: int
    DOSEDAYS: int
    TDOSE: float
    TPDOSE: float
    RDI: float | None
    AVDDSE: float | None
    NCYCDOSE: int
    NINT: int
    TINTD: int
    NRED: int
    NESC: int
    NCYCSTRT: int
    STOP: int


def read_day(text: object) -> dt.date | None:
    """Read a full date; the pilot has no other."""
    return dt.date.fromisoformat(str(text)[:10]) if text else None


def follow(arm: str, ex: list[Record], ds: list[Record]) -> Course:
    """Walk through a subject's days of treatment, one by one."""
    ended, reason = None, ""
    for row in ds:
        if row["DSCAT"] == "DISPOSITION EVENT" and row["DSDECOD"] != "SCREEN FAILURE":
            ended, reason = read_day(row["DSSTDTC"]), str(row["DSDECOD"])
    doses: dict[dt.date, float] = {}
    levels: list[float] = []
    for row in sorted(ex, key=lambda row: str(row["EXSTDTC"])):
        day = read_day(row["EXSTDTC"])
        last = read_day(row["EXENDTC"]) or ended
        assert day is not None
        assert last is not None
        dose = float(str(row["EXDOSE"]))
        levels.append(dose)
        while day <= last:
            doses[day] = dose
            day += DAY
    first, final = min(doses), max(doses)
    gaps: list[int] = []
    day, silent = first, 0
    while day <= final:
        if day in doses:
            gaps += [silent] if silent else []
            silent = 0
        else:
            silent += 1
        day += DAY
    span = (final - first).days + 1
    total, planned = sum(doses.values()), PLANNED_MG[arm] * span
    steps = list(pairwise(levels))
    return {
        "TDURD": span,
        "DOSEDAYS": len(doses),
        "TDOSE": total,
        "TPDOSE": planned,
        "RDI": 100 * total / planned if planned else None,
        "AVDDSE": total / len(doses) if planned else None,
        "NCYCDOSE": len({(day - first).days // CYCLE_DAYS for day in doses}),
        "NINT": len(gaps),
        "TINTD": sum(gaps),
        "NRED": sum(after < before for before, after in steps),
        "NESC": sum(after > before for before, after in steps),
        "NCYCSTRT": len(range(0, span, CYCLE_DAYS)),
        "STOP": int(reason != "COMPLETED"),
    }

"""Death, and the last day on which a subject was seen alive."""

import polars as pl

from topline.adam.core import domain, flag
from topline.errors import ProtocolError
from topline.protocol.problems import nearest
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest, latest
from topline.sdtm.domains import SCHEMAS

_NOT_ALIVE = {
    "SS": pl.col("SSSTRESC").str.to_uppercase().is_in(["DEAD", "DECEASED", "DEATH"]),
    "DS": pl.col("DSDECOD").str.to_uppercase() == "DEATH",
}
"""Records that tell of a death, on the day of which nobody was seen alive."""


def derive_last_alive(adsl: pl.DataFrame, protocol: Protocol, sdtm: Sdtm) -> pl.DataFrame:
    """Add LSTALVDT: the latest of the protocol's dates, not after death or the data cut.

    Partial dates count as the earliest day they can mean.

    Raises
    ------
    ProtocolError
        `disposition.last_known_alive` names a domain or column that does not exist.
    """
    sources = [source.split(".", 1) for source in protocol.disposition.last_known_alive]
    _check(sources, sdtm)
    seen = [pl.DataFrame(schema={"USUBJID": pl.String, "day": pl.Date})]
    for name, column in sources:
        records = domain(sdtm, name)
        if name in _NOT_ALIVE:
            records = records.filter(~_NOT_ALIVE[name].fill_null(value=False))
        seen.append(records.select("USUBJID", day=earliest(column)))
    by = adsl.select("USUBJID", until=pl.min_horizontal(latest("DTHDTC"), pl.col("DCUTDT")))
    last = (
        pl.concat(seen)
        .join(by, on="USUBJID", how="inner")
        .filter((pl.col("day") <= pl.col("until")) | pl.col("until").is_null())
        .group_by("USUBJID")
        .agg(LSTALVDT=pl.col("day").max())
    )
    return adsl.join(last, on="USUBJID", how="left", maintain_order="left")


def _check(sources: list[list[str]], sdtm: Sdtm) -> None:
    problems: list[str] = []
    for parts in sources:
        name, column = (*parts, "")[:2]
        place = f"disposition.last_known_alive: {'.'.join(parts)}"
        if name not in SCHEMAS:
            problems.append(f"{place}: no domain {name} (did you mean {nearest(name, SCHEMAS)}?)")
        elif column not in (known := domain(sdtm, name).columns):
            problems.append(f"{place}: no such column (did you mean {nearest(column, known)}?)")
    if problems:
        raise ProtocolError("\n".join(problems))


def derive_death(adsl: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Add DTHFL and DTHDT; a partial date of death is never before the subject was seen alive."""
    first, last = earliest("DTHDTC"), latest("DTHDTC")
    day = first if protocol.partial_dates.death == "earliest" else last
    seen = pl.when(pl.col("LSTALVDT") <= last).then("LSTALVDT")
    died = (pl.col("DTHFL") == "Y") | pl.col("DTHDTC").is_not_null()
    return adsl.with_columns(
        DTHFL=flag(died),
        DTHDT=pl.when(day.is_not_null()).then(pl.max_horizontal(day, seen)),
    )

"""First and last dose of every subject, from the exposure records."""

import polars as pl

from topline.adam.partial_dates import not_after
from topline.sdtm.dates import earliest, latest


def derive_exposure(adsl: pl.DataFrame, ex: pl.DataFrame) -> pl.DataFrame:
    """Add TRTSDT and TRTEDT: first and last day with a dose, or those of DM where EX has none.

    A dose of 0 counts where the treatment is a placebo. A record without an end lasted until
    RFXENDTC, else until the end of treatment, else until death or the data cut, whichever came
    first; without any of these it is a dose of one day.

    Parameters
    ----------
    adsl
        RFXSTDTC and RFXENDTC of DM; EOTDT, DTHDT and DCUTDT.
    ex
        Exposure records.
    """
    bounds = adsl.select("USUBJID", "RFXENDTC", "EOTDT", "DTHDT", "DCUTDT")
    placebo = pl.col("EXTRT").str.to_uppercase().str.contains("PLACEBO", literal=True)
    dosed = (pl.col("EXDOSE") > 0) | pl.col("EXDOSE").is_null() | placebo.fill_null(value=False)
    doses = (
        ex.filter(dosed.fill_null(value=False))
        .with_columns(start=earliest("EXSTDTC"))
        .filter(pl.col("start").is_not_null())
        .join(bounds, on="USUBJID", how="left")
        .with_columns(end=pl.coalesce(_end(), "start"))
    )
    days = doses.group_by("USUBJID").agg(first=pl.col("start").min(), last=pl.col("end").max())
    first = pl.coalesce("first", earliest("RFXSTDTC"))
    last = pl.coalesce("last", latest("RFXENDTC"), first)
    return adsl.join(days, on="USUBJID", how="left", maintain_order="left").with_columns(
        TRTSDT=first, TRTEDT=pl.when(first.is_not_null()).then(pl.max_horizontal(first, last))
    )


def _end() -> pl.Expr:
    """Return the last day of the record; null where nothing tells it."""
    start = pl.col("start")
    collected = not_after("EXENDTC", pl.col("DTHDT"), pl.col("DCUTDT"))
    reference = not_after("RFXENDTC", pl.col("DTHDT"), pl.col("DCUTDT"))
    stopped = pl.min_horizontal("DTHDT", "DCUTDT")
    ends = (collected, reference, pl.col("EOTDT"), stopped)
    return pl.coalesce(pl.when(end >= start).then(end) for end in ends)

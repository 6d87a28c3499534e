"""Episodes of adverse events: the records of one term that follow each other without a gap."""

import polars as pl

from topline.adam.core import flag
from topline.protocol.adverse_events import AdverseEvents

_SERIES = ["USUBJID", "term"]


def add_episodes(rows: pl.DataFrame, rules: AdverseEvents) -> pl.DataFrame:
    """Give the episodes of each subject and term their numbers, and say how each ended.

    A record that begins no later than so long after all ends before it goes on with their episode;
    one without an end lasts until the next. A record whose start is unknown stands alone.

    Parameters
    ----------
    rows
        Events by subject and start, unknown starts last.
    rules
        Longest gap within an episode, and the outcomes that count as resolved.

    Returns
    -------
    DataFrame
        The same rows with EPISODE; EPISENDT and EPISOUT, end and outcome of its last record; and
        EPRESFL.

    Examples
    --------
    >>> from datetime import date
    >>> rows = pl.DataFrame(
    ...     {"USUBJID": "1", "AETERM": "NAUSEA", "AEDECOD": None, "AEOUT": [None, "FATAL"]}
    ...     | {"ASTDT": [date(2024, 3, 1), date(2024, 3, 6)], "AENDT": [date(2024, 3, 4), None]}
    ... )
    >>> add_episodes(rows, AdverseEvents())["EPISODE"].to_list()
    [1, 2]
    """
    gap = pl.duration(days=int(rules.same_episode_within.days))
    forever = pl.date(9999, 12, 31)
    rows = rows.with_columns(term=pl.coalesce("AEDECOD", "AETERM"))
    reached = pl.coalesce("AENDT", pl.when(pl.col("ASTDT").is_not_null()).then(forever))
    before = reached.cum_max().shift().over(_SERIES)
    follows = pl.col("ASTDT") <= pl.when(before < forever).then(before + gap).otherwise(before)
    number = (~follows.fill_null(value=False)).cast(pl.Int64).cum_sum().over(_SERIES)
    rows = rows.with_columns(EPISODE=number)
    episode = [*_SERIES, "EPISODE"]
    over = pl.col("AENDT").last().over(episode).is_not_null()
    outcome = pl.col("AEOUT").last().over(episode)
    words = [word.upper() for word in rules.resolved]
    return rows.with_columns(
        EPISENDT=pl.when(over).then(pl.col("AENDT").max().over(episode)),
        EPISOUT=outcome,
        EPRESFL=flag(outcome.str.to_uppercase().is_in(words)),
    ).drop("term")

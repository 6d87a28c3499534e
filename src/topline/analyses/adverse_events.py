"""Subjects with adverse events: by term and worst grade, and by kind in an overview.

A subject counts once a term, under the worst grade it had. The trace of a grade selects the
events of that grade and leaves out, by name, the subjects who also had a worse one.
"""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from topline.analyses import formats
from topline.analyses.levels import ALL, MISSING, Group, arm_groups
from topline.analyses.rows import COUNTED, Row, count_and_percent
from topline.analyses.trace import equals, own, where
from topline.protocol.analyses import EventCounts, EventOverview
from topline.protocol.protocol import Protocol

ANY = "(any)"
_KEYS = ["depth", "section", "parameter"]
SCALES = {
    "AETOXGR": {
        **{str(grade): f"Grade {grade}" for grade in range(1, 6)},
        MISSING: "Grade missing",
        "any": "Any grade",
        ">=3": "Grade ≥ 3",
    },
    "AESEV": {
        "1": "Mild",
        "2": "Moderate",
        "3": "Severe",
        MISSING: "Severity missing",
        "any": "Any severity",
    },
}
"""Levels of each severity variable in the order of print, with their labels."""


def count_events(
    protocol: Protocol, analysis: EventCounts, adam: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Count subjects by term and worst grade.

    Parameters
    ----------
    protocol
        Gives the analysis set and the arms.
    analysis
        Which events, which terms, within what.
    adam
        ADSL, whose subjects are the denominator, and ADAE.

    Returns
    -------
    polars.DataFrame
        Columns of `Row`, its method spelled out: n and percent for each term, group and level.
        First any event, then section by section (by name, or the most frequent first) any event
        and the terms, the most frequent first.
    """
    inside = equals(protocol.analysis_sets[analysis.analysis_set].flag, "Y")
    base = where(inside, own(analysis.where))
    groups = sized_groups(protocol, adam["ADSL"].filter(pl.sql_expr(inside)))
    events = _events(analysis, adam["ADAE"].filter(pl.sql_expr(base)))
    worst = _in_groups(
        events.group_by([*_KEYS, "USUBJID"]).agg(pl.col("grade").max(), pl.col("arm").first()),
        groups,
    )
    counts = _level_counts(worst)
    items = _shown(analysis, counts, groups)
    levels = _levels(worst, SCALES[protocol.adverse_events.severity])
    grid = items.join(_frame(groups), how="cross").join(levels, how="cross")
    keys = [*_KEYS, "group_key", "level"]
    filled = grid.join(counts, on=keys, how="left", nulls_equal=True).join(
        _worse(events, groups), on=keys, how="left", nulls_equal=True
    )
    ordered = filled.with_columns(pl.col("count").fill_null(0)).sort(
        "item", "group_order", "level_order"
    )
    return _as_rows(ordered, analysis, base)


def count_overview(
    protocol: Protocol, analysis: EventOverview, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Count, line by line, the subjects with at least one such event, and the events.

    Returns
    -------
    list of Row
        For each line and group n, percent and events; parameter is the line's number.
    """
    inside = equals(protocol.analysis_sets[analysis.analysis_set].flag, "Y")
    groups = sized_groups(protocol, adam["ADSL"].filter(pl.sql_expr(inside)))
    rows: list[Row] = []
    for place, line in enumerate(analysis.lines, start=1):
        condition = where(inside, own(line.where))
        of_line = adam["ADAE"].filter(pl.sql_expr(condition))
        for group, size in groups:
            members = of_line
            if group.condition:
                members = of_line.filter(pl.sql_expr(group.condition))
            row = Row(
                "", None, "", str(place), line.label,
                by=group.by, group=group.value, group_label=group.label,
                trace_dataset="ADAE",
                trace_where=where(condition, group.condition),
                n=size, warning="" if size else "no subjects in this group",
            )  # fmt: skip
            height = members.height
            rows += count_and_percent(row, members["USUBJID"].n_unique(), size)
            rows.append(
                replace(row, statistic="events", value=float(height), display=str(height), n=size)
            )
    return rows


def sized_groups(protocol: Protocol, subjects: pl.DataFrame) -> list[tuple[Group, int]]:
    """List the arms as treated, and all, each with the number of its subjects."""
    sized = [
        (group, subjects.filter(pl.sql_expr(group.condition)).height)
        for group in arm_groups(protocol, "TRT01A", subjects)
    ]
    return [*sized, (ALL, subjects.height)]


def _frame(groups: list[tuple[Group, int]]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (order, _key(group), group.by, group.value, group.label, group.condition, size)
            for order, (group, size) in enumerate(groups)
        ],
        schema={
            "group_order": pl.Int64,
            "group_key": pl.String,
            "by": pl.String,
            "group": pl.String,
            "group_label": pl.String,
            "group_condition": pl.String,
            "n": pl.Int64,
        },
        orient="row",
    )


def _key(group: Group) -> str | None:
    """Value of TRT01A in the group; missing where it has none, and a word of its own for all."""
    if group == ALL:
        return _EVERYONE
    return None if group.is_missing else group.value


_EVERYONE = "\0all"


def _events(analysis: EventCounts, events: pl.DataFrame) -> pl.DataFrame:
    """List the events three times: for any event, for any of a section, for the term."""
    section = pl.col(analysis.within) if analysis.within else pl.lit(None, pl.String)
    none = pl.lit(None, pl.String)
    kept = {
        "USUBJID": pl.col("USUBJID"),
        "arm": pl.col("TRT01A"),
        "grade": pl.col("ATOXGRN").cast(pl.Int64),
    }
    parts = [
        events.select(depth=pl.lit(0), section=none, parameter=none, **kept),
        events.select(depth=pl.lit(2), section=section, parameter=pl.col(analysis.term), **kept),
    ]
    if analysis.within:
        parts.append(events.select(depth=pl.lit(1), section=section, parameter=none, **kept))
    return pl.concat(parts)


def _in_groups(rows: pl.DataFrame, groups: list[tuple[Group, int]]) -> pl.DataFrame:
    """Rows once for all and, where there are arms, once for their arm."""
    everyone = rows.with_columns(group_key=pl.lit(_EVERYONE))
    if len(groups) == 1:
        return everyone
    return pl.concat([rows.with_columns(group_key=pl.col("arm")), everyone])


def _grade_text() -> pl.Expr:
    return pl.col("grade").cast(pl.String).fill_null(MISSING)


def _level_counts(worst: pl.DataFrame) -> pl.DataFrame:
    """Subjects by item, group and level."""
    severe = pl.when(pl.col("grade") >= 3).then(pl.lit(">=3"))
    levels = pl.concat_list(_grade_text(), pl.lit("any"), severe).list.drop_nulls()
    exploded = worst.with_columns(level=levels).explode("level")
    return exploded.group_by([*_KEYS, "group_key", "level"]).agg(count=pl.len().cast(pl.Int64))


def _levels(worst: pl.DataFrame, scale: Mapping[str, str]) -> pl.DataFrame:
    """Levels in the order of print; a missing grade only if it occurs."""
    known = worst["grade"].null_count() == 0
    levels = {level: label for level, label in scale.items() if not (known and level == MISSING)}
    return pl.DataFrame(
        {
            "level": list(levels),
            "level_label": list(levels.values()),
            "level_order": list(range(len(levels))),
            "level_condition": [_level_condition(level) for level in levels],
        }
    )


def _level_condition(level: str) -> str:
    if level == "any":
        return ""
    if level == ">=3":
        return "ATOXGRN >= 3"
    return equals("ATOXGRN", None if level == MISSING else int(level))


def _shown(
    analysis: EventCounts, counts: pl.DataFrame, groups: list[tuple[Group, int]]
) -> pl.DataFrame:
    """Items to print, numbered in the order of print, with frequent enough terms only."""
    sizes = _frame(groups).select("group_key", "n")
    shares = counts.filter(pl.col("level") == "any").join(
        sizes, on="group_key", how="left", nulls_equal=True
    )
    first_of = analysis.frequency_in or _EVERYONE
    items = shares.group_by(_KEYS).agg(
        frequency=pl.col("count").filter(pl.col("group_key") == first_of).sum(),
        percent=(100 * pl.col("count") / pl.col("n")).max(),
    )
    # 1e-9: a share of exactly the threshold must not be lost to rounding
    terms = items.filter(
        (pl.col("depth") == 2) & (pl.col("percent") >= analysis.at_least_percent - 1e-9)
    )
    sections = items.filter(pl.col("depth") == 1).join(
        terms.select("section").unique(), on="section", how="semi", nulls_equal=True
    )
    overall = pl.DataFrame(
        {"depth": [0], "section": [None], "parameter": [None], "frequency": [0]},
        schema={
            "depth": pl.Int32,
            "section": pl.String,
            "parameter": pl.String,
            "frequency": pl.UInt32,
        },
    )
    rest = pl.concat([sections, terms]).select(*overall.columns)
    size = pl.when(pl.col("depth") == 1).then("frequency").max().over("section")
    first = size if analysis.sections == "by frequency" else pl.lit(0)
    rank = pl.col("frequency") if analysis.terms == "by frequency" else pl.lit(0)
    sized = rest.cast(overall.schema).with_columns(size=first, rank=rank)
    order = sized.sort(
        ["size", "section", pl.col("depth") == 2, "rank", "parameter"],
        descending=[True, False, False, True, False],
        nulls_last=True,
    ).drop("size", "rank")
    return pl.concat([overall, order]).drop("frequency").with_row_index("item")


def _worse(events: pl.DataFrame, groups: list[tuple[Group, int]]) -> pl.DataFrame:
    """Condition that leaves out the subjects who had a grade but also a worse one."""
    one = pl.col("USUBJID").str.replace_all("'", "''", literal=True)
    had = events.unique([*_KEYS, "USUBJID", "grade"], maintain_order=False)
    worst = pl.col("grade").max().over([*_KEYS, "USUBJID"])
    also = had.with_columns(worst=worst).filter(pl.col("grade").ne_missing(pl.col("worst")))
    listed = pl.concat_str(pl.lit("'"), one, pl.lit("'")).sort().str.join(", ")
    return (
        _in_groups(also, groups)
        .with_columns(level=_grade_text())
        .group_by([*_KEYS, "group_key", "level"])
        .agg(pl.concat_str(pl.lit("USUBJID NOT IN ("), listed, pl.lit(")")).alias("except"))
    )


def _condition(variable: str | None, column: str, wanted: pl.Expr) -> pl.Expr:
    """Condition on a variable of ADAE, where it is wanted; else empty."""
    if variable is None:
        return pl.lit("")
    doubled = pl.col(column).str.replace_all("'", "''", literal=True)
    has = pl.concat_str(pl.lit(f"{variable} = '"), doubled, pl.lit("'"))
    found = pl.when(pl.col(column).is_null()).then(pl.lit(f"{variable} IS NULL")).otherwise(has)
    return pl.when(wanted).then(found).otherwise(pl.lit(""))


def _trace(analysis: EventCounts, base: str) -> pl.Expr:
    """Join the conditions of a cell to those of all."""
    parts = [
        _condition(analysis.within, "section", pl.col("depth") >= 1),
        _condition(analysis.term, "parameter", pl.col("depth") == 2),
        pl.col("level_condition"),
        pl.col("group_condition"),
        pl.col("except").fill_null(""),
    ]
    joined = [
        pl.when(part != "").then(pl.concat_str(pl.lit(" AND "), part)).otherwise(pl.lit(""))
        for part in parts
    ]
    return pl.concat_str(pl.lit(base), *joined)


def _as_rows(cells: pl.DataFrame, analysis: EventCounts, base: str) -> pl.DataFrame:
    """Write cells as result rows, n and percent one below the other."""
    deeper, is_term = pl.col("depth") >= 1, pl.col("depth") == 2
    within = pl.lit(analysis.within is not None)
    term = pl.when(is_term).then(pl.col("parameter").fill_null(MISSING)).otherwise(pl.lit(ANY))
    rows = cells.select(
        "item",
        "count",
        "n",
        "by",
        "group",
        "group_label",
        "level",
        "level_label",
        section=pl.when(deeper & within)
        .then(pl.col("section").fill_null(MISSING))
        .otherwise(pl.lit("")),
        parameter=term,
        parameter_label=pl.when(is_term).then(term).otherwise(pl.lit("Any adverse event")),
        trace_where=_trace(analysis, base),
        trace_dataset=pl.lit("ADAE"),
        warning=pl.when(pl.col("n") == 0)
        .then(pl.lit("no subjects in this group"))
        .otherwise(pl.lit("")),
        method=pl.lit(COUNTED.name),
        options=pl.lit(""),
        library=pl.lit(COUNTED.library),
        analysis_set=pl.lit(""),
        n_missing=pl.lit(None, pl.Int64),
        place=pl.int_range(pl.len()),
    )
    return _twice(rows)


def _twice(rows: pl.DataFrame) -> pl.DataFrame:
    """Each row as a count and as a percentage."""
    shares = rows.select("count", "n").unique()
    # divided in Python, as elsewhere: Polars' quotient can differ in the last digit
    percents = [100 * count / n if n else None for count, n in shares.iter_rows()]
    shares = shares.with_columns(
        share=pl.Series(percents, dtype=pl.Float64),
        shown=pl.Series([formats.percent(share) for share in percents], dtype=pl.String),
    )
    both = rows.join(shares, on=["count", "n"], how="left", maintain_order="left")
    count = both.with_columns(
        statistic=pl.lit("n"),
        value=pl.col("count").cast(pl.Float64),
        display=pl.col("count").cast(pl.String),
        unit=pl.lit(""),
        second=pl.lit(0),
    )
    percent = both.with_columns(
        statistic=pl.lit("percent"),
        value=pl.col("share"),
        display=pl.col("shown"),
        unit=pl.lit("%"),
        second=pl.lit(1),
    )
    return (
        pl.concat([count, percent])
        .sort("place", "second")
        .drop("item", "count", "share", "shown", "place", "second")
    )

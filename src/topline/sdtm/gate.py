"""The gate of one domain: a row is kept, kept with a value emptied, or set aside; all is listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import dataframely as dy
import polars as pl

from topline.sdtm.queries import Query, Rule, gather_queries
from topline.sdtm.records import ID, list_rows


@dataclass(frozen=True)
class Checked:
    """A domain after the gate."""

    frame: pl.DataFrame
    """Rows that can be analysed."""
    aside: pl.DataFrame
    """Rows that cannot, with REASON."""
    queries: dy.DataFrame[Query]


def check_domain(frame: pl.DataFrame, domain: str, schema: type[dy.Schema]) -> Checked:
    """Hold typed rows against the schema's rules.

    Parameters
    ----------
    frame
        Rows with the schema's columns and types, any others, and their hidden origin.
    domain, schema
        Name of the domain (such as SUPPAE) and its schema.
    """
    _, failure = _numbered(schema).filter(frame.select(*schema.columns(), ID))
    details = failure.details()
    queries: list[pl.DataFrame] = []
    reasons: list[pl.DataFrame] = []
    out = frame
    for name in failure.counts():
        rule = _describe(domain, schema, name)
        broken = details.filter(pl.col(name) == "invalid").select(ID)
        rows = frame.join(broken, on=ID, how="semi", maintain_order="left")
        if _column_was_given(rule, frame):
            queries.append(list_rows(rows, domain, rule))
        if rule.consequence == "row set aside":
            reasons.append(rows.select(ID, REASON=pl.lit(rule.name)))
        hit = pl.col(ID).is_in(rows[ID].implode())
        out = out.with_columns(pl.when(~hit).then(pl.col(v)).alias(v) for v in rule.unused)
    return part(Checked(out, frame.clear(), gather_queries(queries)), reasons)


def part(checked: Checked, reasons: Sequence[pl.DataFrame]) -> Checked:
    """Move the rows named by ID in `reasons` from the frame to those set aside."""
    if not reasons:
        return checked
    why = pl.concat(reasons).group_by(ID).agg(pl.col("REASON").unique().sort().str.join(", "))
    moved = checked.frame.join(why, on=ID, how="inner", maintain_order="left")
    return Checked(
        checked.frame.join(why, on=ID, how="anti", maintain_order="left"),
        pl.concat([checked.aside, moved], how="diagonal_relaxed"),
        checked.queries,
    )


@cache
def _numbered(schema: type[dy.Schema]) -> type[dy.Schema]:
    """Return the schema with the row's number, so that failures can be told apart."""

    class Rows(schema):
        ROWID = dy.Int64(alias=ID)

    return Rows


def _column_was_given(rule: Rule, frame: pl.DataFrame) -> bool:
    """Return false for a column without any value, which is listed once and not once a row."""
    if not rule.name.endswith(".required"):
        return True
    return frame[rule.variables[0]].null_count() < frame.height


def _describe(domain: str, schema: type[dy.Schema], name: str) -> Rule:
    variable, _, check = name.partition("|")
    if not check:
        return _describe_function(domain, schema, name)
    column = schema.columns()[variable]
    facts = column.metadata or {}
    if check == "nullability":
        return Rule(
            f"{domain}.{variable}.required",
            f"a value ({column.description})",
            consequence="row set aside" if facts.get("aside") else "none",
            variables=[variable],
        )
    check = check.removeprefix("check__")
    unused = [variable] if check in facts["unused"] else []
    return Rule(
        f"{domain}.{variable}.{check}",
        facts["expected"][check],
        "error" if unused else "warning",
        "value not used" if unused else "none",
        [variable],
        unused,
    )


def _describe_function(domain: str, schema: type[dy.Schema], name: str) -> Rule:
    function = getattr(schema, name).validation_fn
    unused = getattr(function, "unused", ())
    return Rule(
        f"{domain}.{name}",
        " ".join(function.__doc__.split()),
        "error" if unused else "warning",
        "value not used" if unused else "none",
        tuple(dict.fromkeys(function(schema).meta.root_names())),
        unused,
    )

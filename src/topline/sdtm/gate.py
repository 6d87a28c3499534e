"""The gate of one domain: every row is kept, kept with a value emptied, or set aside; all listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import dataframely as dy
import polars as pl

from topline.sdtm.queries import Query, gather_queries
from topline.sdtm.records import ID, list_rows


@dataclass(frozen=True)
class Checked:
    """A domain after the gate."""

    frame: pl.DataFrame
    """Rows that can be analysed."""
    aside: pl.DataFrame
    """Rows that cannot, with REASON."""
    queries: dy.DataFrame[Query]


@dataclass(frozen=True)
class _Rule:
    """A rule of the schema in the data manager's words."""

    name: str
    variables: tuple[str, ...]
    expected: str
    unused: tuple[str, ...]
    aside: bool
    error: bool


def check_domain(frame: pl.DataFrame, domain: str, schema: type[dy.Schema]) -> Checked:
    """Hold typed rows against the schema's rules.

    Parameters
    ----------
    frame
        Rows with the schema's columns and types, any others, and their hidden origin.
    domain, schema
        Name of the domain (such as SUPPAE) and its schema.
    """
    named = {name: _describe(domain, schema, name) for name in _rule_names(schema)}
    _, failure = _numbered(schema).filter(frame.select(*schema.columns(), ID))
    details = failure.details()
    queries: list[pl.DataFrame] = []
    reasons: list[pl.DataFrame] = []
    out = frame
    for name in failure.counts():
        rule = named[name]
        broken = details.filter(pl.col(name) == "invalid").select(ID)
        rows = frame.join(broken, on=ID, how="semi", maintain_order="left")
        rows = rows.filter(_column_was_given(rule, frame))
        queries.append(_list_rule(rows, domain, rule))
        if rule.aside:
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
        pl.concat([checked.aside, moved], how="diagonal"),
        checked.queries,
    )


@cache
def _numbered(schema: type[dy.Schema]) -> type[dy.Schema]:
    """Return the schema with the row's number, so that failures can be told apart."""
    return type(schema)(f"{schema.__name__}Rows", (schema,), {"ID": dy.Int64(alias=ID)})


def _column_was_given(rule: _Rule, frame: pl.DataFrame) -> pl.Expr:
    """Return false for an absent column, which is listed once and not once a row."""
    if not rule.name.endswith(".required") or rule.aside:
        return pl.lit(value=True)
    return pl.lit(value=frame[rule.variables[0]].null_count() < frame.height)


def _rule_names(schema: type[dy.Schema]) -> list[str]:
    columns = [
        f"{name}|{check}"
        for name, column in schema.columns().items()
        for check in column.validation_rules(pl.col(name))
    ]
    return columns + [name for name in dir(schema) if _is_rule(schema, name)]


def _is_rule(schema: type[dy.Schema], name: str) -> bool:
    return hasattr(getattr(schema, name), "validation_fn")


def _describe(domain: str, schema: type[dy.Schema], name: str) -> _Rule:
    variable, _, check = name.partition("|")
    if not check:
        function = getattr(schema, name).validation_fn
        unused = getattr(function, "unused", ())
        aside = getattr(function, "aside", False)
        words = " ".join(function.__doc__.split())
        variables = tuple(dict.fromkeys(function(schema).meta.root_names()))
        error = bool(unused or aside)
        return _Rule(f"{domain}.{name}", variables, words, unused, aside, error)
    column = schema.columns()[variable]
    facts = column.metadata or {}
    if check == "nullability":
        aside = facts.get("aside", False)
        words = f"a value ({column.description})"
        return _Rule(f"{domain}.{variable}.required", (variable,), words, (), aside, True)
    check = check.removeprefix("check__")
    unused = (variable,) if check in facts["unused"] else ()
    words = facts["expected"][check]
    return _Rule(f"{domain}.{variable}.{check}", (variable,), words, unused, False, bool(unused))


def _list_rule(rows: pl.DataFrame, domain: str, rule: _Rule) -> dy.DataFrame[Query]:
    unused = "value not used" if rule.unused else "none"
    return list_rows(
        rows,
        domain,
        rule.name,
        rule.variables,
        rule.expected,
        severity="error" if rule.error else "warning",
        consequence="row set aside" if rule.aside else unused,
    )

"""Subject-level variables of the protocol: from records, by rule or formula, or between dates."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from topline.adam.core import Finding, domain, list_queries
from topline.adam.dataset_variables import compute_split
from topline.adam.expressions import Rule, compute_values, refuse
from topline.adam.formulas import compute_formula
from topline.adam.picked import Picked, find_unknown, pick
from topline.adam.record_choice import order_records
from topline.adam.record_values import cast_values
from topline.errors import ProtocolError
from topline.protocol.protocol import Protocol
from topline.protocol.variables import (
    Between,
    Described,
    FromFormula,
    FromRecords,
    FromRule,
    MedianSplit,
    SubjectVariable,
)
from topline.protocol.words import DAYS_A_MONTH
from topline.sdtm.collected import Sdtm
from topline.sdtm.queries import Query

_DAYS = {"days": 1.0, "weeks": 7.0, "months": DAYS_A_MONTH, "years": 12 * DAYS_A_MONTH}
_Computed = FromRule | FromFormula | Between | MedianSplit
_Ready = dict[tuple[str, ...], pl.DataFrame]
"""Ordered records by domain, and by domain and the dates of ADSL that were joined to them."""


def derive_from_records(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame) -> pl.DataFrame:
    """Add every variable that is taken from records, and computed ones as far as they can be.

    Raises
    ------
    ProtocolError
        Expressions name columns that their domain does not have, or dates that ADSL does not have
        before them (all of them listed).
    """
    records = _from_records(protocol)
    refuse([p for name, variable in records.items() for p in find_unknown(name, variable, sdtm)])
    out, ready = adsl, _Ready()
    for name, variable in protocol.variables.items():
        if isinstance(variable, FromRecords):
            refuse(_undated(name, variable, out))
            values = pick(name, variable, _prepared(variable, sdtm, out, ready)).values
            out = out.join(
                values.select("USUBJID", name), on="USUBJID", how="left", maintain_order="left"
            )
            if variable.take == "count" and variable.asked is None:
                out = out.with_columns(pl.col(name).fill_null(0))
        elif isinstance(variable, _Computed) and not _unknown_before(name, variable, out.columns):
            out = out.with_columns(_compute(name, variable, out))
    return out


def find_unusable_values(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame) -> pl.DataFrame:
    """List the texts that variables could not use as number or date, and values in other units."""
    asked = {
        name: variable
        for name, variable in _from_records(protocol).items()
        if variable.kind in {"number", "date"} and variable.take not in {"count", "any"}
    }
    parts: list[pl.DataFrame] = [Query.create_empty()]
    for name, variable, picked, _ in pick_sources(asked, sdtm, adsl):
        expected = f"a {variable.kind} ({variable.label})"
        finding = Finding(f"ADSL.{name}.type", expected, consequence="value not used")
        parts.append(list_queries(picked.unusable, finding, pl.col("found")))
        if variable.same_unit:
            expected = f"values in {variable.unit}, or a unit that converts ({variable.label})"
            finding = Finding(f"ADSL.{name}.unit", expected, consequence="value not used")
            record = pl.col("record")
            parts.append(list_queries(picked.other_unit, finding, pl.col("found"), record))
    return pl.concat(part for part in parts if part.width)


def pick_sources(
    records: Mapping[str, FromRecords], sdtm: Sdtm, adsl: pl.DataFrame
) -> Iterator[tuple[str, FromRecords, Picked, pl.DataFrame]]:
    """Pick variables over a whole ADSL, with the records that each is picked from."""
    ready = _Ready()
    for name, variable in records.items():
        frame = _prepared(variable, sdtm, adsl, ready)
        yield name, variable, pick(name, variable, frame), frame


def _from_records(protocol: Protocol) -> dict[str, FromRecords]:
    return {n: v for n, v in protocol.variables.items() if isinstance(v, FromRecords)}


def _prepared(variable: FromRecords, sdtm: Sdtm, adsl: pl.DataFrame, ready: _Ready) -> pl.DataFrame:
    """Return the domain's records in order, with the dates of ADSL that the variable asks for."""
    source, dates = variable.source, _dates(variable)
    if (source, *dates) not in ready:
        if (source,) not in ready:
            ready[(source,)] = order_records(domain(sdtm, source), source)
        records = ready[(source,)].drop(dates, strict=False)
        wanted = adsl.select("USUBJID", *dates)
        ready[(source, *dates)] = records.join(
            wanted, on="USUBJID", how="left", maintain_order="left"
        )
    return ready[(source, *dates)]


def _dates(variable: FromRecords) -> list[str]:
    """Name the dates of ADSL on which the choice of records depends."""
    named = ["TRTSDT"]
    if variable.within is not None:
        named.append(variable.within.before)
    if variable.ongoing_on is not None:
        named.append(variable.ongoing_on)
    return list(dict.fromkeys(named))


def _undated(name: str, variable: FromRecords, adsl: pl.DataFrame) -> list[str]:
    """Say which dates the variable asks for that ADSL does not have by then, or are none."""
    place = f"variables.{name}"
    problems = [
        p for n in _dates(variable) for p in Rule(place, f'"{n}"', "ADSL").unknown(adsl.columns)
    ]
    return problems or [
        f"{place}: {n} of ADSL is no date; say type: date where it is made"
        for n in _dates(variable)
        if adsl.schema[n] != pl.Date
    ]


def derive_from_rules(protocol: Protocol, adsl: pl.DataFrame) -> pl.DataFrame:
    """Add the variables computed from other ADSL variables, in the protocol's order.

    Raises
    ------
    ProtocolError
        Expressions or dates name variables that ADSL does not have by then (all of them listed).
    """
    computed = [n for n, v in protocol.variables.items() if isinstance(v, _Computed)]
    known, problems = [n for n in adsl.columns if n not in computed], list[str]()
    for name, variable in protocol.variables.items():
        problems += _unknown_before(name, variable, known)
        known.append(name)
    refuse(problems)
    out = adsl
    for name, variable in protocol.variables.items():
        if isinstance(variable, _Computed):
            out = out.with_columns(_compute(name, variable, out))
    return out


def columns_of(variable: SubjectVariable) -> list[str]:
    """Name the ADSL variables that a computed variable is made of, each once."""
    match variable:
        case FromRule():
            return list(dict.fromkeys(pl.sql_expr(variable.rule).meta.root_names()))
        case FromFormula():
            return list(dict.fromkeys(variable.of.values()))
        case Between():
            return list(variable.between)
        case MedianSplit():
            among = pl.sql_expr(variable.among).meta.root_names() if variable.among else []
            return list(dict.fromkeys([variable.median_of, *among]))
        case _:
            return []


def keep_variables(protocol: Protocol, names: Iterable[str]) -> Protocol:
    """Return the protocol with no other variables than these and those they rest on."""
    wanted, needed = list(names), set[str]()
    while wanted:
        name = wanted.pop()
        variable = protocol.variables.get(name)
        if variable is None or name in needed:
            continue
        needed.add(name)
        wanted += _dates(variable) if isinstance(variable, FromRecords) else columns_of(variable)
    kept = {name: v for name, v in protocol.variables.items() if name in needed}
    return protocol.model_copy(update={"variables": kept})


def _unknown_before(
    name: str,
    variable: SubjectVariable,
    known: Sequence[str],
) -> list[str]:
    place = f"variables.{name}"
    if isinstance(variable, FromRule):
        return Rule(f"{place}.rule", variable.rule, "ADSL").unknown(known)
    names = [name] if isinstance(variable, Described) else columns_of(variable)
    return [p for n in names for p in Rule(place, f'"{n}"', "ADSL").unknown(known)]


def _compute(name: str, variable: _Computed, adsl: pl.DataFrame) -> pl.Series:
    """Compute a variable from those before it."""
    if isinstance(variable, FromRule):
        rule = Rule(f"variables.{name}.rule", variable.rule, "ADSL")
        values = compute_values(adsl, rule, numbers=variable.kind == "number")
        return cast_values(values, variable.kind).alias(name)
    if isinstance(variable, FromFormula):
        return adsl.select(compute_formula(variable, adsl).value.alias(name))[name]
    if isinstance(variable, MedianSplit):
        return compute_split(name, variable, adsl)
    return adsl.select(_time(name, variable, adsl))[name]


def _time(name: str, variable: Between, adsl: pl.DataFrame) -> pl.Expr:
    """Return the time from the earlier to the later date, in the variable's unit."""
    no_date = [n for n in variable.between if adsl.schema[n] != pl.Date]
    if no_date:
        msg = (
            f"variables.{name}.between: {', '.join(no_date)} of ADSL is no date; "
            "say type: date where the variable is taken from records"
        )
        raise ProtocolError(msg)
    start, end = (pl.col(n) for n in variable.between)
    if variable.unit == "calendar months":
        return calendar_months(start, end).alias(name)
    return ((end - start).dt.total_days() / _DAYS[variable.unit]).alias(name)


def calendar_months(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Return the calendar months completed between two days, and the share of the next one.

    A month is completed on the day of the same number, or on the last day of a shorter month; time
    back from the end to an earlier start is negative.

    Examples
    --------
    >>> from datetime import date
    >>> ends = [date(2024, 6, 1), date(2024, 6, 4)]
    >>> days = pl.DataFrame({"A": [date(2023, 6, 1)] * 2, "B": ends})
    >>> days.select(calendar_months(pl.col("A"), pl.col("B"))).to_series().to_list()
    [12.0, 12.1]
    """
    raw = (end.dt.year() - start.dt.year()).cast(pl.Int64) * 12 + end.dt.month() - start.dt.month()
    early = _after(start, raw) > end
    whole = raw - early.cast(pl.Int64)
    reached, following = _after(start, whole), _after(start, whole + 1)
    share = (end - reached).dt.total_days() / (following - reached).dt.total_days()
    return whole + share


def _after(day: pl.Expr, months: pl.Expr) -> pl.Expr:
    return day.dt.offset_by(pl.format("{}mo", months))

"""Subject-level variables of the protocol: from records, by rule, or between two dates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from topline.adam.core import Finding, domain, flag, list_queries
from topline.adam.expressions import (
    Rule,
    compute_condition,
    compute_values,
    refuse,
    text_numbers,
)
from topline.errors import ProtocolError
from topline.protocol.problems import nearest
from topline.protocol.protocol import Protocol
from topline.protocol.variables import Between, Described, FromRecords, FromRule
from topline.protocol.words import DAYS_A_MONTH
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest
from topline.sdtm.domains import SCHEMAS
from topline.sdtm.queries import Query

_DAYS = {"days": 1.0, "weeks": 7.0, "months": DAYS_A_MONTH, "years": 12 * DAYS_A_MONTH}
_VALUE = "__VALUE"
_DATE = "__DATE"
_ORDER = "__ORDER"


@dataclass(frozen=True)
class Picked:
    """One variable: a value a subject, and the texts that should have been numbers or dates."""

    values: pl.DataFrame
    """USUBJID and the variable."""
    unusable: pl.DataFrame
    """USUBJID and `found`."""


def derive_from_records(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame) -> pl.DataFrame:
    """Add every variable that is taken from records.

    Raises
    ------
    ProtocolError
        Expressions name columns that their domain does not have (all of them listed).
    """
    records = _from_records(protocol)
    refuse([p for name, variable in records.items() for p in _unknown(name, variable, sdtm)])
    out = adsl
    for name, picked in _pick_all(records, sdtm, adsl):
        out = out.join(picked.values, on="USUBJID", how="left", maintain_order="left")
        if records[name].take == "count":
            out = out.with_columns(pl.col(name).fill_null(0))
    return out


def find_unusable_values(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame) -> pl.DataFrame:
    """List the texts that variables could not use as number or date."""
    asked = {
        name: variable
        for name, variable in _from_records(protocol).items()
        if variable.kind in {"number", "date"} and variable.take not in {"count", "any"}
    }
    parts: list[pl.DataFrame] = [Query.create_empty()]
    for name, picked in _pick_all(asked, sdtm, adsl):
        if picked.unusable.height:
            expected = f"a {asked[name].kind} ({asked[name].label})"
            finding = Finding(f"ADSL.{name}.type", expected, consequence="value not used")
            parts.append(list_queries(picked.unusable, finding, pl.col("found")))
    return pl.concat(parts)


def _from_records(protocol: Protocol) -> dict[str, FromRecords]:
    return {n: v for n, v in protocol.variables.items() if isinstance(v, FromRecords)}


def _pick_all(
    records: Mapping[str, FromRecords], sdtm: Sdtm, adsl: pl.DataFrame
) -> Iterator[tuple[str, Picked]]:
    """Evaluate variables, each domain put in order once."""
    start = adsl.select("USUBJID", "TRTSDT")
    ordered: dict[str, pl.DataFrame] = {}
    for name, variable in records.items():
        source = variable.source
        if source not in ordered:
            frame = domain(sdtm, source).drop("TRTSDT", strict=False)
            ordered[source] = _ordered(frame, source).join(
                start, on="USUBJID", how="left", maintain_order="left"
            )
        yield name, _pick(name, variable, ordered[source])


def _unknown(name: str, variable: FromRecords, sdtm: Sdtm) -> list[str]:
    place = f"variables.{name}"
    if variable.source not in SCHEMAS:
        close = nearest(variable.source, SCHEMAS)
        hint = f" (did you mean {close}?)" if close else ""
        return [f"{place}.from: no domain {variable.source}{hint}"]
    frame = domain(sdtm, variable.source)
    if frame.is_empty():
        return []
    texts = {"where": variable.where, "value": variable.value}
    return [
        problem
        for key, text in texts.items()
        if text is not None
        for problem in Rule(f"{place}.{key}", text, variable.source).unknown(frame.columns)
    ]


def _pick(name: str, variable: FromRecords, frame: pl.DataFrame) -> Picked:
    """Choose the records, give each its value, then take one value a subject."""
    source, place = variable.source, f"variables.{name}"
    if frame.is_empty():
        empty = {"date": pl.Date(), "number": pl.Float64()}.get(variable.kind, pl.String())
        values = pl.DataFrame(schema={"USUBJID": pl.String(), name: empty})
        return Picked(values, pl.DataFrame(schema={"USUBJID": pl.String, "found": pl.String}))
    if variable.where is not None:
        frame = frame.filter(
            compute_condition(frame, Rule(f"{place}.where", variable.where, source))
        )
    if variable.value is None:
        frame = frame.with_columns(pl.lit(value=True).alias(_VALUE))
        unusable = frame.select("USUBJID", found=pl.lit("")).clear()
    else:
        rule = Rule(f"{place}.value", variable.value, source)
        number = variable.kind == "number" and variable.take not in {"count", "any"}
        raw = compute_values(frame, rule, numbers=number).alias(_VALUE)
        kind = variable.kind if variable.take not in {"count", "any"} else "any"
        value = cast_values(raw, kind)
        unusable = _unusable(frame, raw, value, text_numbers(frame, rule) if number else [])
        frame = frame.with_columns(value.alias(_VALUE))
    return Picked(_take(frame, variable).rename({_VALUE: name}), unusable)


def _ordered(frame: pl.DataFrame, source: str) -> pl.DataFrame:
    """Sort by subject, earliest possible date of the record, then --SEQ; undated records last."""
    date = next((c for c in (f"{source}STDTC", f"{source}DTC") if c in frame.columns), None)
    day = pl.lit(None, dtype=pl.Date) if date is None else earliest(date)
    order = f"{source}SEQ" if f"{source}SEQ" in frame.columns else "USUBJID"
    dated = frame.with_columns(day.alias(_DATE))
    return dated.sort("USUBJID", _DATE, order, nulls_last=True, maintain_order=True)


def cast_values(values: pl.Series, kind: str) -> pl.Series:
    """Cast values to the kind of their variable; what cannot be cast becomes null."""
    if kind == "number":
        return values.cast(pl.Float64, strict=False)
    if kind == "date":
        if values.dtype == pl.String:
            return values.to_frame(_VALUE).select(earliest(_VALUE))[_VALUE]
        return values.cast(pl.Date, strict=False)
    if kind == "flag":
        yes = (
            pl.col(_VALUE) if values.dtype == pl.Boolean else pl.col(_VALUE).cast(pl.String) == "Y"
        )
        return values.to_frame(_VALUE).select(flag(yes).alias(_VALUE))[_VALUE]
    if kind == "text":
        return _as_text(values)
    return values


def _as_text(values: pl.Series) -> pl.Series:
    """Write values as text: whole numbers without a point, truth as Y and N."""
    if values.dtype == pl.Boolean:
        words = pl.when(_VALUE).then(pl.lit("Y")).when(~pl.col(_VALUE)).then(pl.lit("N"))
        return values.to_frame(_VALUE).select(words.alias(_VALUE))[_VALUE]
    return values.cast(pl.String).str.replace(r"^(-?\d+)\.0$", "$1")


def _unusable(
    frame: pl.DataFrame, raw: pl.Series, value: pl.Series, numbers: list[str]
) -> pl.DataFrame:
    """Find the values lost to the cast, and text that was no number within the expression."""
    lost = [raw.is_not_null() & value.is_null()] if raw.dtype == pl.String else []
    out = [frame.filter(at).select("USUBJID", found=raw.filter(at)) for at in lost]
    for name in numbers:
        no_number = (
            pl.col(name).is_not_null() & pl.col(name).cast(pl.Float64, strict=False).is_null()
        )
        out.append(
            frame.filter(no_number).select(
                "USUBJID", found=pl.format("{} = {}", pl.lit(name), name)
            )
        )
    empty = pl.DataFrame(schema={"USUBJID": pl.String, "found": pl.String})
    return pl.concat([empty, *out]).unique(maintain_order=True)


def _take(frame: pl.DataFrame, variable: FromRecords) -> pl.DataFrame:
    """One row a subject that has a value: USUBJID and the value."""
    value, take = pl.col(_VALUE), variable.take
    if take in {"count", "any"} and frame.schema[_VALUE] == pl.Boolean:
        frame = frame.filter(value)
    frame = frame.filter(value.is_not_null())
    if take == "last before treatment":
        frame = frame.filter((pl.col(_DATE) <= pl.col("TRTSDT")) | pl.col("TRTSDT").is_null())
    if take in {"last", "last before treatment"}:
        frame = frame.sort(pl.col(_DATE).is_not_null(), maintain_order=True)
    chosen = {
        "first": value.first(),
        "minimum": value.min(),
        "maximum": value.max(),
        "mean": value.mean(),
        "sum": value.sum(),
        "count": pl.len().cast(pl.Float64),
        "any": pl.lit("Y").first(),
    }.get(take, value.last())
    return frame.group_by("USUBJID", maintain_order=True).agg(chosen.alias(_VALUE))


def derive_from_rules(protocol: Protocol, adsl: pl.DataFrame) -> pl.DataFrame:
    """Add the variables computed from other ADSL variables, in the protocol's order.

    Raises
    ------
    ProtocolError
        Expressions or dates name variables that ADSL does not have by then (all of them listed).
    """
    known, problems = list(adsl.columns), list[str]()
    for name, variable in protocol.variables.items():
        problems += _unknown_before(name, variable, known)
        known.append(name)
    refuse(problems)
    out = adsl
    for name, variable in protocol.variables.items():
        if isinstance(variable, FromRule):
            rule = Rule(f"variables.{name}.rule", variable.rule, "ADSL")
            values = compute_values(out, rule, numbers=variable.kind == "number")
            out = out.with_columns(cast_values(values, variable.kind).alias(name))
        elif isinstance(variable, Between):
            out = out.with_columns(_time(name, variable, out))
    return out


def _unknown_before(
    name: str, variable: FromRecords | FromRule | Between | Described, known: list[str]
) -> list[str]:
    place = f"variables.{name}"
    if isinstance(variable, FromRule):
        return Rule(f"{place}.rule", variable.rule, "ADSL").unknown(known)
    names = (name,) if isinstance(variable, Described) else ()
    names = variable.between if isinstance(variable, Between) else names
    return [p for n in names for p in Rule(place, f'"{n}"', "ADSL").unknown(known)]


def _time(name: str, variable: Between, adsl: pl.DataFrame) -> pl.Expr:
    """Return the time from the earlier to the later date, in the variable's unit."""
    no_date = [n for n in variable.between if adsl.schema[n] != pl.Date]
    if no_date:
        msg = (
            f"variables.{name}.between: {', '.join(no_date)} of ADSL is no date; "
            "say type: date where the variable is taken from records"
        )
        raise ProtocolError(msg)
    start, end = variable.between
    days = (pl.col(end) - pl.col(start)).dt.total_days()
    return (days / _DAYS[variable.unit]).alias(name)

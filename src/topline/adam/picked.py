"""A variable taken from records: its values, whence they come, and why others have none."""

from dataclasses import dataclass

import polars as pl

from topline.adam.core import domain
from topline.adam.expressions import Rule, compute_condition, compute_values, text_numbers
from topline.adam.record_choice import DATE, choose_records
from topline.adam.record_values import SEQ, VALUE, cast_values, take_values
from topline.protocol.problems import nearest
from topline.protocol.variables import FromRecords
from topline.sdtm.collected import Sdtm
from topline.sdtm.domains import SCHEMAS

_UNITS = {"STRESN": "STRESU", "STRESC": "STRESU", "ORRES": "ORRESU", "DOSE": "DOSU"}
"""The end of a value's name, and that of its unit's."""
_MICRO = str.maketrans("\u00b5\u03bc", "uu")


@dataclass(frozen=True)
class Picked:
    """One variable: a value a subject, and what could not be used."""

    values: pl.DataFrame
    """USUBJID, the variable, `ADT` and `SRCSEQ` of the record that gave it."""
    unusable: pl.DataFrame
    """USUBJID and `found`: texts that should have been numbers or dates."""
    other_unit: pl.DataFrame
    """USUBJID, `found` and `record`: values in another unit than the variable's."""
    chosen: pl.DataFrame
    """The chosen records with their values."""


def find_unknown(name: str, variable: FromRecords, sdtm: Sdtm) -> list[str]:
    """Say which domain or columns the variable names that are not collected."""
    place = f"variables.{name}"
    if variable.source not in SCHEMAS:
        close = nearest(variable.source, SCHEMAS)
        hint = f" (did you mean {close}?)" if close else ""
        return [f"{place}.from: no domain {variable.source}{hint}"]
    frame = domain(sdtm, variable.source)
    if frame.is_empty():
        return []
    texts = {"where": variable.where, "value": variable.value, "asked": variable.asked}
    texts |= {f"terms.{column}": f'"{column}"' for column in variable.terms}
    problems = [
        problem
        for key, text in texts.items()
        if text is not None
        for problem in Rule(f"{place}.{key}", text, variable.source).unknown(frame.columns)
    ]
    if variable.same_unit and not problems and unit_column(variable) is None:
        problems.append(
            f"{place}.same_unit: {variable.value} names no result whose unit {variable.source} "
            "has, such as LBSTRESN"
        )
    return problems


def columns_in(variable: FromRecords) -> list[str]:
    """Name the columns of the domain that a variable reads, each once."""
    texts = [text for text in (variable.where, variable.value, variable.asked) if text is not None]
    names = [name for text in texts for name in pl.sql_expr(text).meta.root_names()]
    return list(dict.fromkeys([*names, *variable.terms]))


def unit_column(variable: FromRecords) -> str | None:
    """Name the column with the unit of the variable's value, such as LBSTRESU."""
    names = pl.sql_expr(variable.value or "").meta.root_names() if variable.value else []
    for name in names:
        unit = _UNITS.get(name.removeprefix(variable.source))
        if unit is not None:
            return f"{variable.source}{unit}"
    return None


def pick(name: str, variable: FromRecords, frame: pl.DataFrame) -> Picked:
    """Choose the records, give each its value, then take one value a subject.

    Parameters
    ----------
    name, variable
        The variable.
    frame
        The domain's records, as `order_records` leaves them, with the dates of ADSL that the
        variable refers to.
    """
    if frame.is_empty():
        return _nothing(name, variable)
    chosen = choose_records(frame, name, variable)
    valued, unusable = _with_values(name, variable, chosen)
    valued, other_unit = _in_unit(variable, valued)
    values = _with_silence(take_values(valued, variable), name, variable, frame, valued)
    named = values.rename({VALUE: name, DATE: "ADT", SEQ: "SRCSEQ"})
    return Picked(named, unusable, other_unit, valued)


def _nothing(name: str, variable: FromRecords) -> Picked:
    """Return what a domain without records gives: nothing, or a count of none."""
    empty = {"date": pl.Date(), "number": pl.Float64()}.get(variable.kind, pl.String())
    of = {"USUBJID": pl.String()}
    values = pl.DataFrame(schema={**of, name: empty, "ADT": pl.Date(), "SRCSEQ": pl.Int64()})
    found = pl.DataFrame(schema={**of, "found": pl.String()})
    unit = pl.DataFrame(schema={**of, "found": pl.String(), "record": pl.String()})
    return Picked(values, found, unit, pl.DataFrame(schema={**of, VALUE: empty, DATE: pl.Date()}))


def _with_values(
    name: str, variable: FromRecords, frame: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give each record its value, and list the texts that could not be used."""
    if variable.value is None:
        nothing = frame.select("USUBJID", found=pl.lit("")).clear()
        return frame.with_columns(pl.lit(value=True).alias(VALUE)), nothing
    rule = Rule(f"variables.{name}.value", variable.value, variable.source)
    counted = variable.take in {"count", "any", "occurred"}
    number = variable.kind == "number" and not counted
    raw = compute_values(frame, rule, numbers=number).alias(VALUE)
    value = cast_values(raw, "any" if counted else variable.kind)
    numbers = text_numbers(frame, rule) if number else []
    return frame.with_columns(value.alias(VALUE)), _unusable(frame, raw, value, numbers)


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


def _in_unit(variable: FromRecords, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Bring values to the variable's unit; empty and list those that do not convert."""
    if not variable.same_unit:
        return frame, _nothing("", variable).other_unit
    column, seq = unit_column(variable), f"{variable.source}SEQ"
    unit = pl.col(column) if column in frame.columns else pl.lit(None, dtype=pl.String)
    same = (_plain(unit) == _plain_text(variable.unit or "")).fill_null(value=False)
    frame = _converted(variable, frame.with_columns(__UNIT=unit, __SAME=same))
    same = pl.col("__SAME")
    wrong = frame.filter(pl.col(VALUE).is_not_null() & ~same)
    record = pl.format(f"{seq}={{}}", seq) if seq in frame.columns else pl.lit(None, pl.String)
    listed = wrong.select(
        "USUBJID",
        found=pl.format(
            "{} {}", pl.col(VALUE).cast(pl.String), pl.col("__UNIT").fill_null("without a unit")
        ),
        record=record,
    ).unique("USUBJID", keep="first", maintain_order=True)
    used = frame.with_columns(pl.when(same).then(VALUE).alias(VALUE))
    return used.drop("__UNIT", "__SAME"), listed


def _converted(variable: FromRecords, frame: pl.DataFrame) -> pl.DataFrame:
    """Convert the values, where they are a column as it stands, of units known to convert."""
    test = f"{variable.source}TESTCD"
    other = frame.filter(~pl.col("__SAME"), pl.col(VALUE).is_not_null())
    if other.is_empty() or test not in frame.columns or variable.value not in frame.columns:
        return frame
    # Half a second of pint, where units differ.
    from topline.adam.unit_factors import derive_unit_factors

    wanted = other.select(test, "__UNIT").unique().sort(test, "__UNIT", nulls_last=True)
    factors = derive_unit_factors(wanted.with_columns(target=pl.lit(variable.unit)))
    joined = frame.join(
        factors.drop("target"), on=[test, "__UNIT"], how="left", nulls_equal=True,
        maintain_order="left",
    )  # fmt: skip
    known = ~pl.col("__SAME") & pl.col("factor").is_not_null()
    return joined.with_columns(
        pl.when(known).then(pl.col(VALUE) * pl.col("factor")).otherwise(VALUE).alias(VALUE),
        __SAME=pl.col("__SAME") | known,
    ).drop("factor")


def _plain(unit: pl.Expr) -> pl.Expr:
    micro = unit.str.replace_many(["\u00b5", "\u03bc"], ["u", "u"])
    return micro.str.replace_all(" ", "", literal=True).str.to_lowercase()


def _plain_text(unit: str) -> str:
    return unit.translate(_MICRO).replace(" ", "").lower()


def _with_silence(
    values: pl.DataFrame,
    name: str,
    variable: FromRecords,
    frame: pl.DataFrame,
    chosen: pl.DataFrame,
) -> pl.DataFrame:
    """Add the subjects whom no record means no, or none: those who were asked."""
    counted = variable.take == "count" and variable.asked is not None
    if not counted and variable.otherwise is None:
        return values
    asked = frame
    if variable.asked is not None:
        rule = Rule(f"variables.{name}.asked", variable.asked, variable.source)
        asked = frame.filter(compute_condition(frame, rule))
    silent = (
        asked.select("USUBJID")
        .unique(maintain_order=True)
        .join(
            pl.concat([values.select("USUBJID"), chosen.select("USUBJID")]),
            on="USUBJID",
            how="anti",
        )
    )
    value = pl.lit(0.0) if counted else pl.lit(variable.otherwise)
    none = {DATE: pl.lit(None, pl.Date), SEQ: pl.lit(None, pl.Int64)}
    more = silent.select("USUBJID", value.alias(VALUE), *(e.alias(n) for n, e in none.items()))
    return pl.concat([values, more.select(values.columns).cast(values.schema)])

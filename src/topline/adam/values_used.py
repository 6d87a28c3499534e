"""What a rule over ADSL rests on: each variable's value, its record and date, or why it is missing.

A variable that is computed brings along those that it is computed from.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import dataframely as dy
import polars as pl

from topline.adam.formulas import compute_formula
from topline.adam.missing import explain_missing
from topline.adam.variables import columns_of, pick_sources
from topline.protocol.protocol import Protocol
from topline.protocol.variables import FromFormula, FromRecords
from topline.sdtm.collected import Sdtm

_DECIMALS = 4
_LABELS = {
    "AGE": "Age",
    "SEX": "Sex",
    "RFICDT": "Informed consent",
    "RANDDT": "Enrolment",
    "TRTSDT": "First dose",
    "TRTEDT": "Last dose",
}
_UNITS = {"AGE": "years"}
_IS_NULL = r"IS\s+(?:NOT\s+)?NULL\b"
_ELSE = r"\b(?:COALESCE|IFNULL)\s*\("


class ValueUsed(dy.Schema):
    """A value that a rule rests on; sorted by subject, rule and place in the rule."""

    USUBJID = dy.String(primary_key=True)
    PARAMCD = dy.String(primary_key=True, description="Rule")
    VARIABLE = dy.String(primary_key=True, description="Variable of ADSL")
    DEPTH = dy.Int64(min=0, description="0: named in the rule; 1 and more: computed from")
    LABEL = dy.String()
    VALUE = dy.String(nullable=True, description="As text; null where there is none")
    UNIT = dy.String(nullable=True)
    ADT = dy.Date(nullable=True, description="Date of its record")
    SRCDOM = dy.String(description="Domain or dataset that it comes from")
    SRCSEQ = dy.Int64(nullable=True, description="--SEQ of the one record that it comes from")
    MISSING = dy.String(nullable=True, description="Why there is no value")


def derive_values_used(
    protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame, rules: Mapping[str, str]
) -> dy.DataFrame[ValueUsed]:
    """List the values behind each rule.

    Parameters
    ----------
    protocol
        Gives the variables.
    sdtm
        Records that they were taken from.
    adsl
        Complete ADSL.
    rules
        Rules over ADSL by name.

    Returns
    -------
    DataFrame of ValueUsed
        For each rule and subject, a row for every variable that the rule names, and for those that
        the named ones are computed from.
    """
    named = {name: list(_behind(protocol, rule)) for name, rule in rules.items()}
    wanted = dict.fromkeys(variable for used in named.values() for variable, _ in used)
    values = _values(protocol, sdtm, adsl, list(wanted))
    places = [
        (rule, variable, len(chain), place)
        for rule, used in named.items()
        for place, (variable, chain) in enumerate(used)
    ]
    types = {"PARAMCD": pl.String, "VARIABLE": pl.String, "DEPTH": pl.Int64, "place": pl.Int64}
    placed = pl.DataFrame(places, schema=types, orient="row").with_row_index("order")
    rows = placed.join(values, on="VARIABLE").sort("USUBJID", "order")
    return ValueUsed.validate(rows.select(ValueUsed.column_names()), cast=True)


def handled_when_null(rule: str) -> set[str]:
    """Name the variables of which a rule says itself what their absence means.

    Examples
    --------
    >>> sorted(handled_when_null("TXDT < COALESCE(PDDT, CUTDT) OR CNSFL IS NOT NULL"))
    ['CNSFL', 'PDDT']
    """
    names = dict.fromkeys(pl.sql_expr(rule).meta.root_names())
    return {
        name
        for name in names
        if re.search(rf"\b{name}\s+{_IS_NULL}|{_ELSE}\s*{name}\s*,", rule, re.IGNORECASE)
    }


def ancestors_of(protocol: Protocol, rule: str) -> list[tuple[str, str]]:
    """Pair each variable that a rule does not name itself with those computed from it."""
    return [(name, above) for name, chain in _behind(protocol, rule) for above in chain]


def _behind(protocol: Protocol, rule: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return the variables of a rule, each once and followed by those it is computed from.

    With each come those that it is behind of; none for those that the rule names.
    """
    named = list(dict.fromkeys(pl.sql_expr(rule).meta.root_names()))
    seen = set(named)

    def follow(name: str, chain: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield name, chain
        variable = protocol.variables.get(name)
        for other in [] if variable is None else columns_of(variable):
            if other not in seen:
                seen.add(other)
                yield from follow(other, (*chain, name))

    for name in named:
        yield from follow(name, ())


def _values(
    protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame, names: Sequence[str]
) -> pl.DataFrame:
    """Return one row a subject and variable."""
    parts = [_one(protocol, adsl, name) for name in names if not _is_picked(protocol, name)]
    picked = {n: v for n in names if isinstance(v := protocol.variables.get(n), FromRecords)}
    for name, variable, found, frame in pick_sources(picked, sdtm, adsl):
        why = explain_missing(variable, found, frame, adsl.filter(pl.col(name).is_null()))
        part = _one(protocol, adsl, name).drop("ADT", "SRCSEQ")
        for more in (found.values.select("USUBJID", "ADT", "SRCSEQ"), why):
            part = part.join(more, on="USUBJID", how="left", maintain_order="left")
        parts.append(
            part.with_columns(
                SRCDOM=pl.lit(variable.source), MISSING=pl.coalesce("missing", "MISSING")
            )
        )
    columns = [name for name in ValueUsed.column_names() if name not in {"PARAMCD", "DEPTH"}]
    return pl.concat([part.select(columns) for part in parts])


def _is_picked(protocol: Protocol, name: str) -> bool:
    return isinstance(protocol.variables.get(name), FromRecords)


def _one(protocol: Protocol, adsl: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return a variable's values as text, without the records they come from."""
    variable = protocol.variables.get(name)
    text = as_text(pl.col(name), adsl.schema[name])
    label = variable.label if variable is not None else _LABELS.get(name, name)
    unit = getattr(variable, "unit", None) or _UNITS.get(name)
    return adsl.select(
        "USUBJID",
        VARIABLE=pl.lit(name),
        LABEL=pl.lit(label),
        VALUE=text,
        UNIT=pl.lit(unit, dtype=pl.String),
        ADT=pl.lit(None, dtype=pl.Date),
        SRCDOM=pl.lit("ADSL"),
        SRCSEQ=pl.lit(None, dtype=pl.Int64),
        MISSING=pl.when(text.is_null()).then(_why(protocol, adsl, name)),
    )


def _why(protocol: Protocol, adsl: pl.DataFrame, name: str) -> pl.Expr:
    """Say why a variable has no value, if not for want of a record."""
    variable = protocol.variables.get(name)
    if isinstance(variable, FromRecords):
        return pl.when(pl.col(name).is_not_null()).then(pl.lit("no finite number"))
    if variable is None or not columns_of(variable):
        return pl.lit("not known")
    reason = pl.lit("its rule gives no value")
    if isinstance(variable, FromFormula):
        reason = compute_formula(variable, adsl).reason
    missing = pl.any_horizontal(pl.col(c).is_null() for c in columns_of(variable))
    return pl.when(~missing).then(reason)


def as_text(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Write values as text: numbers with four decimals at most, null where they are not finite."""
    if dtype.is_float():
        finite = pl.when(value.is_finite()).then(value).round(_DECIMALS)
        return finite.cast(pl.String).str.replace(r"\.0$", "")
    return value.cast(pl.String)

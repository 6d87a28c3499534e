"""The criteria of eligibility, the answer of each one's rule, and what it rests on in words."""

from dataclasses import dataclass

import polars as pl
from polars.exceptions import PolarsError

from topline.adam.expressions import Rule, text_numbers
from topline.adam.truth import compute_truth
from topline.adam.values_used import ancestors_of, handled_when_null
from topline.errors import ProtocolError
from topline.protocol.protocol import Protocol

_MET = "met"
NO_VERDICTS = pl.DataFrame(
    schema={
        "USUBJID": pl.String,
        "place": pl.Int64,
        "PARAMCD": pl.String,
        "PARAM": pl.String,
        "PARCAT1": pl.String,
        "rule": pl.String,
        "variables": pl.String,
        _MET: pl.Boolean,
    }
)
"""What `judge` gives, without rows."""


@dataclass(frozen=True)
class Judged:
    """A criterion with its kind and its place in the protocol."""

    id: str
    text: str
    kind: str
    """INCLUSION or EXCLUSION."""
    place: int
    rule: Rule | None
    """None: judged on site."""


def criteria_of(protocol: Protocol) -> tuple[Judged, ...]:
    """Return the inclusion criteria, then the exclusion criteria."""
    kinds = {
        "inclusion": protocol.eligibility.inclusion,
        "exclusion": protocol.eligibility.exclusion,
    }
    found = [
        (f"eligibility.{kind}[{i}].rule", kind.upper(), criterion)
        for kind, criteria in kinds.items()
        for i, criterion in enumerate(criteria)
    ]
    return tuple(
        Judged(
            criterion.id,
            criterion.text,
            kind,
            place,
            None if criterion.rule is None else Rule(path, criterion.rule, "ADSL"),
        )
        for place, (path, kind, criterion) in enumerate(found)
    )


def judge(criterion: Judged, adsl: pl.DataFrame) -> pl.DataFrame:
    """Ask a criterion's rule of every subject: true, false, or null where it is unknown.

    Raises
    ------
    ProtocolError
        The rule cannot be evaluated, or is no condition.
    """
    rule = criterion.rule
    met = pl.lit(None, dtype=pl.Boolean) if rule is None else pl.lit(_answers(rule, adsl))
    names = pl.sql_expr("NULL" if rule is None else rule.text).meta.root_names()
    return adsl.select(
        "USUBJID",
        pl.lit(criterion.place, dtype=pl.Int64).alias("place"),
        PARAMCD=pl.lit(criterion.id),
        PARAM=pl.lit(criterion.text),
        PARCAT1=pl.lit(criterion.kind),
        rule=pl.lit(None if rule is None else rule.text, dtype=pl.String),
        variables=pl.lit(", ".join(dict.fromkeys(names)) or "(none)"),
        met=met,
    )


def _answers(rule: Rule, adsl: pl.DataFrame) -> pl.Series:
    """Evaluate a rule; numbers that are not finite are unknown, text may hold numbers."""
    decimals = [name for name, dtype in adsl.schema.items() if dtype.is_float()]
    frame = adsl.with_columns(
        pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in decimals
    )
    texts = pl.col(text_numbers(frame, rule)).cast(pl.Float64, strict=False)
    problem, condition = "", compute_truth(rule.text)
    for columns in (frame, frame.with_columns(texts)):
        try:
            answers = columns.with_columns(condition.alias(_MET))[_MET]
        except PolarsError as error:
            problem = problem or str(error).splitlines()[0]
            continue
        if isinstance(answers.dtype, pl.Boolean | pl.Null):
            return answers.cast(pl.Boolean)
        problem = f"it gives {answers.dtype}, expected a condition (true or false)"
    msg = f"{rule.place}: {rule.text} cannot be evaluated over ADSL: {problem}"
    raise ProtocolError(msg)


def tell_values(protocol: Protocol, used: pl.DataFrame) -> pl.DataFrame:
    """Write the values behind each verdict as text.

    Parameters
    ----------
    protocol
        Gives the rules.
    used
        As `derive_values_used` gives them, PARAMCD being the criterion.

    Returns
    -------
    DataFrame
        USUBJID, PARAMCD, USED, USEDDT (date of the latest) and LACKING (what has no value).
    """
    key = ["USUBJID", "PARAMCD"]
    amount = pl.concat_str(["LABEL", "VALUE", "UNIT"], separator=" ", ignore_nulls=True)
    own_date = pl.col("VALUE") == pl.col("ADT").cast(pl.String)
    dated = pl.when(~own_date).then(pl.format(" ({})", "ADT")).fill_null("")
    rows = used.with_columns(
        text=pl.when(pl.col("VALUE").is_not_null()).then(pl.concat_str(amount, dated)),
        lacking=pl.when(_matters(protocol, used)).then(pl.format("{}: {}", "LABEL", "MISSING")),
    )
    told = rows.group_by(key, maintain_order=True).agg(
        USED=pl.col("text").drop_nulls().str.join("; "),
        USEDDT=pl.col("ADT").filter(pl.col("text").is_not_null()).max(),
        LACKING=pl.col("lacking").drop_nulls().str.join("; "),
    )
    texts = ("USED", "LACKING")
    return told.with_columns(pl.when(pl.col(t) != "").then(pl.col(t)).alias(t) for t in texts)


def _matters(protocol: Protocol, used: pl.DataFrame) -> pl.Series:
    """Whether a value is needed and missing: not asked for as such, and nothing made without it."""
    rules = {each.id: each.rule.text for each in criteria_of(protocol) if each.rule is not None}
    asked = [
        (name, variable) for name, rule in rules.items() for variable in handled_when_null(rule)
    ]
    above = [
        (name, variable, ancestor)
        for name, rule in rules.items()
        for variable, ancestor in ancestors_of(protocol, rule)
    ]
    key = ["USUBJID", "PARAMCD", "VARIABLE"]
    there = used.filter(pl.col("VALUE").is_not_null()).select(*key)
    links = pl.DataFrame(above, schema=["PARAMCD", "VARIABLE", "ancestor"], orient="row")
    made = (
        links.cast(pl.String)
        .join(there.rename({"VARIABLE": "ancestor"}), on=["PARAMCD", "ancestor"])
        .select(*key)
        .unique()
        .with_columns(made=True)
    )
    not_needed = pl.DataFrame(asked, schema=["PARAMCD", "VARIABLE"], orient="row").cast(pl.String)
    flagged = (
        used.select(*key, "MISSING")
        .join(made, on=key, how="left", maintain_order="left")
        .join(
            not_needed.with_columns(asked=True),
            on=["PARAMCD", "VARIABLE"],
            how="left",
            maintain_order="left",
        )
    )
    needed = pl.col("MISSING").is_not_null() & pl.col("made").is_null() & pl.col("asked").is_null()
    return flagged.select(needed.alias("matters"))["matters"]

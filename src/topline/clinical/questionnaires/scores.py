"""From answers to scores of 0 to 100, by the manual of the EORTC [1]_.

The raw score of a scale is the mean of the items that were answered, if at least half of them were;
otherwise there is none. With the range of an answer (highest less lowest) a symptom or global score
is 100 (raw - lowest) / range, and a functional one 100 less that.

References
----------
.. [1] Fayers PM, Aaronson NK, Bjordal K, et al. (2001). The EORTC QLQ-C30 scoring manual, 3rd
   edition. Brussels: EORTC; chapters "Scoring procedures" and "Missing data".
"""

from dataclasses import dataclass
from typing import Literal

import dataframely as dy
import polars as pl
from pydantic import Field

from topline.clinical.questionnaires.instrument import Questionnaire
from topline.frames import conform
from topline.values import Value


class ScoringRule(Value):
    """What is done where answers are missing or impossible.

    Examples
    --------
    >>> ScoringRule().least_answered
    0.5
    """

    least_answered: float = Field(default=0.5, gt=0, le=1)
    """Least share of the items of a scale that must have been answered (manual: half)."""
    impossible_counts_as: Literal["missing", "no score"] = "missing"
    """An answer that is refused: a missing item; or no score of its scale at all."""


class Answers(dy.Schema):
    """Answers as recorded, faults included: one row a subject, form and item."""

    subject = dy.String()
    form = dy.Int64(description="number of the filled-in form within the subject")
    item = dy.Int64()
    answer = dy.Float64(nullable=True, allow_inf=True, allow_nan=True)


class Scores(dy.Schema):
    """One row a subject, form and scale."""

    subject = dy.String(primary_key=True)
    form = dy.Int64(primary_key=True)
    scale = dy.String(primary_key=True)
    score = dy.Float64(nullable=True, min=0, max=100)
    items = dy.Int64(min=1)
    answered = dy.Int64(min=0, description="with a possible answer")
    refused = dy.Int64(min=0, description="with an impossible one")


class Refusals(dy.Schema):
    """Answers that are not used, each with its reason."""

    subject = dy.String()
    form = dy.Int64()
    item = dy.Int64()
    answer = dy.Float64(nullable=True, allow_inf=True, allow_nan=True)
    rule = dy.String()
    expected = dy.String()


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of every form, and the answers that could not be used."""

    scores: dy.DataFrame[Scores]
    refusals: dy.DataFrame[Refusals]


def score_questionnaire(
    answers: pl.DataFrame, questionnaire: Questionnaire, rule: ScoringRule | None = None
) -> Scored:
    """Score every form of one questionnaire.

    Parameters
    ----------
    answers
        `Answers`, in any order. An item without a row is missing, as is one whose answer is null.
        A form without any possible answer has no scores, but its rows.
    questionnaire
        Items, answers and scales.
    rule
        Options; None: the manual's.

    Returns
    -------
    Scored
        Scores sorted by subject, form and the order of the scales; refusals by subject, form and
        item. An answer is refused if its item is not of the questionnaire, if it is not one of the
        possible whole numbers, or if the item was answered twice on the form (both are refused,
        unless they are the same: then one of them).

    Raises
    ------
    DataError
        Columns are missing or of another type, or a subject, form or item is null.

    Examples
    --------
    >>> from topline.clinical.questionnaires.qlq_c30 import QLQ_C30
    >>> answers = pl.DataFrame({
    ...     "subject": "1", "form": [1] * 5, "item": [6, 7, 10, 12, 18],
    ...     "answer": [1.0, 2, 3, None, 5],
    ... })
    >>> scored = score_questionnaire(answers, QLQ_C30)
    >>> scored.scores.filter(pl.col("scale").is_in(["RF", "FA"]))["score"].round(1).to_list()
    [83.3, None]
    >>> scored.refusals.select("item", "answer", "expected").rows()
    [(18, 5.0, '1 to 4')]
    """
    rule = rule or ScoringRule()
    given = conform(answers, Answers).filter(
        pl.col("answer").is_not_null() & pl.col("answer").is_not_nan()
    )
    judged = _judge(given, questionnaire)
    refused = judged.filter(pl.col("rule").is_not_null())
    used = judged.filter(pl.col("rule").is_null())
    forms = conform(answers, Answers).select("subject", "form").unique()
    scores = _score(forms, used, refused, questionnaire, rule)
    sorted_refusals = refused.sort("subject", "form", "item", "answer")
    return Scored(conform(scores, Scores), conform(sorted_refusals, Refusals))


def _judge(given: pl.DataFrame, questionnaire: Questionnaire) -> pl.DataFrame:
    """Give every answer the rule that it breaks, and what was expected."""
    items = list(questionnaire.items)
    lowest, highest = zip(*map(questionnaire.range_of, items), strict=True)
    low = pl.col("item").replace_strict(items, lowest, default=None, return_dtype=pl.Int64)
    high = pl.col("item").replace_strict(items, highest, default=None, return_dtype=pl.Int64)
    answer, key = pl.col("answer"), ["subject", "form", "item"]
    rows = given.unique([*key, "answer"], keep="first")
    repeated = given.group_by(key).len().filter(pl.col("len") > 1)
    possible = answer.is_between(low, high) & (answer == answer.round())
    twice = pl.struct(key).is_duplicated()
    bounds = pl.format("{} to {}", low, high)
    known = pl.when(low.is_null()).then(
        _broken("item_is_of_questionnaire", pl.lit(f"item of {questionnaire.name}"))
    )
    judged = rows.with_columns(
        broken=known.when(~possible)
        .then(_broken("answer_is_possible", bounds))
        .when(twice)
        .then(_broken("item_is_answered_once", pl.lit("one answer")))
    )
    same = repeated.join(rows, on=key).filter(~pl.struct(key).is_duplicated()).drop("len")
    copies = same.with_columns(broken=_broken("item_is_answered_once", pl.lit("one row")))
    both = pl.concat([judged, copies.select(judged.columns)])
    return both.select(*key, "answer", pl.col("broken").struct.unnest())


def _broken(rule: str, expected: pl.Expr) -> pl.Expr:
    return pl.struct(rule=pl.lit(rule), expected=expected)


def _score(
    forms: pl.DataFrame,
    used: pl.DataFrame,
    refused: pl.DataFrame,
    questionnaire: Questionnaire,
    rule: ScoringRule,
) -> pl.DataFrame:
    scales = _scales(questionnaire)
    of_item = scales.explode("items").rename({"items": "item"})
    key = ["subject", "form", "scale"]
    sums = (
        used.join(of_item.select("item", "scale"), on="item")
        .group_by(key)
        .agg(total=pl.col("answer").sum(), answered=pl.len().cast(pl.Int64))
    )
    lost = (
        refused.join(used, on=["subject", "form", "item"], how="anti")
        .join(of_item.select("item", "scale"), on="item")
        .group_by(key)
        .agg(refused=pl.col("item").n_unique().cast(pl.Int64))
    )
    rows = forms.join(scales, how="cross").join(sums, on=key, how="left")
    rows = rows.join(lost, on=key, how="left").with_columns(
        pl.col("answered", "refused").fill_null(0), items=pl.col("items").list.len().cast(pl.Int64)
    )
    return rows.with_columns(score=_transformed(rule)).sort("subject", "form", "order")


def _scales(questionnaire: Questionnaire) -> pl.DataFrame:
    rows = [
        (order, scale.name, list(scale.items), scale.kind, *questionnaire.range_of(scale.items[0]))
        for order, scale in enumerate(questionnaire.scales)
    ]
    schema = {
        "order": pl.Int64,
        "scale": pl.String,
        "items": pl.List(pl.Int64),
        "kind": pl.String,
        "low": pl.Int64,
        "high": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _transformed(rule: ScoringRule) -> pl.Expr:
    """Return the score of a scale; null where too few items were answered."""
    raw = pl.col("total") / pl.col("answered")
    linear = 100 * (raw - pl.col("low")) / (pl.col("high") - pl.col("low"))
    score = pl.when(pl.col("kind") == "functional").then(100 - linear).otherwise(linear)
    enough = (pl.col("answered") > 0) & (
        pl.col("answered") >= rule.least_answered * pl.col("items") - 1e-9
    )
    if rule.impossible_counts_as == "no score":
        enough &= pl.col("refused") == 0
    return pl.when(enough).then(score.clip(0, 100))

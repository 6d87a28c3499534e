"""When quality of life got worse, for good or for the first time.

A score is deteriorated when it is worse than the reference by the threshold or more. The time to
deterioration ends with the first such score; the time until definitive deterioration with the first
after which no recovery was seen [1]_, [2]_. Published definitions of recovery differ, so each is an
option. The last score of a subject counts: nothing after it speaks against it.

References
----------
.. [1] Bonnetain F, Dahan L, Maillard E, et al. (2010). Time until definitive quality of life score
   deterioration as a means of longitudinal analysis for treatment trials in patients with
   metastatic pancreatic adenocarcinoma. European Journal of Cancer 46: 2753-2762.
.. [2] Anota A, Hamidou Z, Paget-Bailly S, et al. (2015). Time to health-related quality of life
   score deterioration as a modality of longitudinal analysis for health-related quality of life
   studies in oncology: do we need RECIST for quality of life to achieve standardization? Quality of
   Life Research 24: 5-18.
"""

from typing import Literal

import dataframely as dy
import polars as pl
from pydantic import PositiveFloat

from topline.clinical.recist.schemas import one_of
from topline.frames import conform
from topline.values import Value

_ROUNDING = 1e-9


class DeteriorationRule(Value):
    """What deterioration is; the literature has no single definition [2]_.

    Examples
    --------
    >>> DeteriorationRule(high_is_good=False).threshold
    10.0
    """

    high_is_good: bool
    """Direction of the scale: True for functional and global scales."""
    threshold: PositiveFloat = 10.0
    """Points by which a score must be worse; 5 and 10 are in use."""
    reference: Literal["baseline", "best so far"] = "baseline"
    """Score to compare with: the baseline, or the best up to then, baseline included."""
    definitive: Literal["no", "all later worse", "no recovery", "no gain on reference"] = "no"
    """no: the first deterioration counts. all later worse: every later score is deteriorated too.
    no recovery: none is better than the first deteriorated one by more than the threshold. no gain
    on reference: none is better than the reference by more than the threshold."""
    death_counts: bool = False
    """Whether death without deterioration is one."""
    no_follow_up_counts_as: Literal["censored", "excluded"] = "censored"
    """A subject with a baseline and no score after it: censored on the day of the baseline."""


class DatedScores(dy.Schema):
    """Scores of one scale: one row a subject and form."""

    subject = dy.String(primary_key=True)
    form = dy.Int64(primary_key=True)
    date = dy.Date()
    baseline = dy.Bool(description="the form before treatment to compare with")
    score = dy.Float64(nullable=True, min=0, max=100)

    @dy.rule()
    def one_baseline(cls) -> pl.Expr:
        """Take one baseline at most of a subject."""
        return pl.col("baseline").sum().over("subject") <= 1


class Deaths(dy.Schema):
    """Subjects who died."""

    subject = dy.String(primary_key=True)
    death_date = dy.Date()


OUTCOMES = ("DETERIORATED", "DIED", "CENSORED", "EXCLUDED")


class Deteriorations(dy.Schema):
    """One row a subject with any form."""

    subject = dy.String(primary_key=True)
    outcome = one_of(OUTCOMES)
    event = dy.Bool(nullable=True, description="null if excluded")
    start_date = dy.Date(nullable=True, description="of the baseline")
    date = dy.Date(nullable=True, description="of the event, or of the last score")
    days = dy.Int64(nullable=True, min=0, description="from the baseline")
    reference = dy.Float64(nullable=True, description="score compared with")
    score = dy.Float64(nullable=True, description="deteriorated, or last, score")
    reason = dy.String()


def derive_deteriorations(
    scores: pl.DataFrame, rule: DeteriorationRule, deaths: pl.DataFrame | None = None
) -> dy.DataFrame[Deteriorations]:
    """Derive whether and when the score of every subject deteriorated.

    Parameters
    ----------
    scores
        `DatedScores`, in any order; forms before the baseline are not used.
    rule
        Definition.
    deaths
        `Deaths`; None: nobody died.

    Returns
    -------
    Deteriorations
        Sorted by subject. A subject without a baseline score is excluded.

    Raises
    ------
    DataError
        Rows break a rule of `DatedScores` or `Deaths`.

    Examples
    --------
    >>> from datetime import date
    >>> scores = pl.DataFrame({
    ...     "subject": "1", "form": [0, 1, 2], "baseline": [True, False, False],
    ...     "date": [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)], "score": [80.0, 75, 66],
    ... })
    >>> derive_deteriorations(scores, DeteriorationRule(high_is_good=True)).select(
    ...     "outcome", "days", "score"
    ... ).row(0)
    ('DETERIORATED', 60, 66.0)
    """
    rows = conform(scores, DatedScores).sort("subject", "date", "form")
    died = conform(deaths if deaths is not None else _NOBODY, Deaths)
    sign = 1.0 if rule.high_is_good else -1.0
    start = pl.col("date").filter("baseline").first().over("subject")
    first = pl.col("score").filter("baseline").first().over("subject")
    followed = rows.with_columns(start_date=start, first=first)
    after = followed.filter(
        ~pl.col("baseline"), pl.col("score").is_not_null(), pl.col("date") >= pl.col("start_date")
    )
    judged = _judge(
        after.with_columns(good=sign * pl.col("score"), best=sign * pl.col("first")), rule
    )
    people = (
        followed.group_by("subject", maintain_order=True)
        .agg(pl.col("start_date", "first").first())
        .join(_events(judged, sign), on="subject", how="left", maintain_order="left")
        .join(died, on="subject", how="left", maintain_order="left")
    )
    return conform(_outcomes(people, rule), Deteriorations)


_NOBODY = pl.DataFrame(schema={"subject": pl.String, "death_date": pl.Date})


def _judge(after: pl.DataFrame, rule: DeteriorationRule) -> pl.DataFrame:
    """Say of every score after the baseline whether it is the deterioration that was asked for.

    `good` and `best` (the baseline) are scores turned so that more is better.
    """
    good, least = pl.col("good"), rule.threshold - _ROUNDING
    if rule.reference == "best so far":
        before = good.cum_max().shift(1).over("subject")
        after = after.with_columns(best=pl.max_horizontal("best", before))
    after = after.with_columns(worse=pl.col("best") - good >= least)
    later_best = good.cum_max(reverse=True).over("subject")
    all_worse = pl.col("worse").cast(pl.Int8).cum_min(reverse=True).over("subject") == 1
    more = rule.threshold + _ROUNDING
    lasting = {
        "no": pl.lit(value=True),
        "all later worse": all_worse,
        "no recovery": later_best - good <= more,
        "no gain on reference": later_best - pl.col("best") <= more,
    }
    return after.with_columns(counts=pl.col("worse") & lasting[rule.definitive])


def _events(judged: pl.DataFrame, sign: float) -> pl.DataFrame:
    """Return the first deterioration and the last score of every subject."""
    counts = pl.col("counts")
    return judged.group_by("subject").agg(
        worse_date=pl.col("date").filter(counts).first(),
        worse_score=pl.col("score").filter(counts).first(),
        worse_reference=sign * pl.col("best").filter(counts).first(),
        last_date=pl.col("date").last(),
        last_score=pl.col("score").last(),
        last_reference=sign * pl.col("best").last(),
    )


def _outcomes(people: pl.DataFrame, rule: DeteriorationRule) -> pl.DataFrame:
    worse, last, died = pl.col("worse_date"), pl.col("last_date"), pl.col("death_date")
    no_baseline, unseen = pl.col("first").is_null(), last.is_null()
    dead = died.is_not_null() & (died >= pl.col("start_date")) & rule.death_counts
    left_out = unseen & (rule.no_follow_up_counts_as == "excluded") & ~dead
    chosen = (
        pl.when(no_baseline)
        .then(_say("EXCLUDED", "no baseline score"))
        .when(worse.is_not_null())
        .then(_say("DETERIORATED", "worse by the threshold"))
        .when(dead.fill_null(value=False))
        .then(_say("DIED", "death without deterioration"))
        .when(left_out.fill_null(value=False))
        .then(_say("EXCLUDED", "no score after baseline"))
        .when(unseen)
        .then(_say("CENSORED", "no score after baseline"))
        .otherwise(_say("CENSORED", "no deterioration up to the last score"))
    )
    people = people.with_columns(chosen.struct.unnest())
    outcome = pl.col("outcome")
    date = (
        pl.when(outcome == "DETERIORATED")
        .then(worse)
        .when(outcome == "DIED")
        .then(died)
        .when(outcome == "CENSORED")
        .then(pl.coalesce(last, "start_date"))
    )
    days = (date - pl.col("start_date")).dt.total_days()
    event = pl.when(outcome != "EXCLUDED").then(outcome.is_in(["DETERIORATED", "DIED"]))
    return people.with_columns(
        date=date,
        days=days,
        event=event,
        reference=pl.coalesce("worse_reference", "last_reference", "first"),
        score=pl.coalesce("worse_score", "last_score"),
    )


def _say(outcome: str, reason: str) -> pl.Expr:
    return pl.struct(outcome=pl.lit(outcome), reason=pl.lit(reason))

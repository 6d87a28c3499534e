"""From the responses of all assessments to the best overall response (section 4.4.3, table 3).

Every counted assessment is worth what it shows in the light of the others: CR or PR if confirmed,
where confirmation is asked for; SD if it comes late enough; PD and NE as they are. The best overall
response is the best of these. An unconfirmed CR or PR shows that disease was stable by then.
"""

from collections.abc import Iterator

import dataframely as dy
import polars as pl

from topline.clinical.recist.batches import count_up_to, iterate_batches, sort_by_subject
from topline.clinical.recist.confirmation import derive_confirmation
from topline.clinical.recist.criteria import Criteria
from topline.clinical.recist.explain import compute_best_reason
from topline.clinical.recist.schemas import BestResponses, Responses, Subjects
from topline.clinical.recist.timepoint import derive_after_complete_response
from topline.errors import DataError

ORDER = {
    "CR": 1,
    "PR": 2,
    "SD": 3,
    "NON-CR/NON-PD": 4,
    "NED": 5,
    "PD": 6,
    "iUPD": 7,
    "NE": 9,
}
"""Best first (4.4.3); iUPD is of iRECIST, where PD stands for iCPD."""

_SHOWN = 3


def derive_best_response(
    assessments: pl.DataFrame, subjects: pl.DataFrame, criteria: Criteria
) -> dy.DataFrame[BestResponses]:
    """Derive the best overall response of every subject, with its dates and reason.

    Parameters
    ----------
    assessments
        `Responses`: those of `derive_assessments`, or as reported; any order, more columns allowed.
    subjects
        `Subjects`. Assessments before `start_date` never count, those after `end_date` as the
        criteria say; one on either date counts.
    criteria
        Options of the trial.

    Returns
    -------
    BestResponses
        One row for every row of `subjects`, sorted by subject.

    Raises
    ------
    DataError
        Rows break a rule of `Responses` or `Subjects`, or a subject is not among `subjects`.

    References
    ----------
    Eisenhauer EA et al. (2009), sections 4.4.3 (table 3), 4.4.4 and 4.6.

    Examples
    --------
    >>> from datetime import date
    >>> assessments = pl.DataFrame({
    ...     "subject": "1", "assessment": [1, 2],
    ...     "date": [date(2024, 2, 27), date(2024, 4, 23)], "response": ["PR", "SD"],
    ... })
    >>> subjects = pl.DataFrame(
    ...     {"subject": ["1"], "start_date": [date(2024, 1, 2)], "end_date": [None]},
    ...     schema_overrides={"end_date": pl.Date},
    ... )
    >>> best = derive_best_response(
    ...     assessments, subjects, Criteria(confirmation={"required": True})
    ... )
    >>> best["best_response"].item(), best["reason"].item()
    ('SD', 'PR on 2024-02-27 was not confirmed and counts as SD')
    """
    everyone = sort_by_subject(subjects, Subjects)
    responses = sort_by_subject(assessments, Responses)
    check_subjects(responses, everyone)
    return BestResponses.cast(choose_best(everyone, responses, criteria))


def choose_best(
    everyone: pl.DataFrame, responses: pl.DataFrame, criteria: Criteria
) -> pl.DataFrame:
    """Choose among responses that keep the rules, both frames sorted by subject."""
    batches = [
        _derive_batch(some, rows, criteria) for some, rows in _iterate_batches(everyone, responses)
    ]
    return pl.concat(batches, rechunk=False)


def _iterate_batches(
    everyone: pl.DataFrame, responses: pl.DataFrame
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Cut subjects and their responses at the same places; each subject comes once."""
    start = 0
    for rows in iterate_batches(responses):
        if rows.height:
            end = count_up_to(everyone["subject"], rows["subject"][-1])
            yield everyone.slice(start, end - start), rows
            start = end
    yield everyone.slice(start), responses.clear()


def _derive_batch(
    everyone: pl.DataFrame, responses: pl.DataFrame, criteria: Criteria
) -> pl.DataFrame:
    """Derive the best response of some subjects."""
    rows = (
        responses.filter(pl.col("response").is_not_null())
        .join(everyone, on="subject", how="left", maintain_order="left")
        .with_columns(who=pl.col("subject").rle_id(), day=_day())
        .sort("who", "assessment")
    )
    counted = _count(rows, criteria)
    worth = derive_confirmation(counted, criteria).with_columns(late=_late(criteria))
    best = _summarize(worth.with_columns(worth=_worth(criteria)), criteria)
    numbers = rows.group_by("subject").agg(all=pl.len().cast(pl.Int64))
    absent = pl.lit(criteria.missing_counts_as)
    return (
        everyone.join(best, on="subject", how="left", maintain_order="left")
        .join(numbers, on="subject", how="left", maintain_order="left")
        .with_columns(pl.col("assessments_counted", "all").fill_null(0))
        .with_columns(
            best_response=pl.coalesce("best_response", absent),
            assessments_not_counted=pl.col("all") - pl.col("assessments_counted"),
        )
        .with_columns(reason=compute_best_reason(criteria))
        .select(BestResponses.column_names())
    )


def _day() -> pl.Expr:
    """Days from start, which is day 0 here."""
    return (pl.col("date") - pl.col("start_date")).dt.total_days()


def _count(rows: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Keep the assessments that count, judged after CR."""
    rows = rows.filter(pl.col("day") >= 0)
    if criteria.assessments_after_end == "ignored":
        by_end = pl.col("date") <= pl.col("end_date")
        rows = rows.filter(by_end.fill_null(value=True))
    seen = pl.col("response").is_in(["PR", "SD", "NON-CR/NON-PD"])
    judged = derive_after_complete_response(rows.with_columns(disease_seen=seen), criteria)
    if criteria.assessments_after_progression == "counted":
        return judged
    progressed = pl.when(pl.col("response") == "PD").then("assessment").min().over("who")
    return judged.filter((pl.col("assessment") <= progressed).fill_null(value=True))


def _late(criteria: Criteria) -> pl.Expr:
    """Whether disease without progression has lasted long enough for SD (4.6.1)."""
    return pl.col("day") >= criteria.stable_disease_from_days


def _worth(criteria: Criteria) -> pl.Expr:
    """Say what each assessment shows in the light of the others; EARLY is SD too early."""
    response, confirmed = pl.col("response"), pl.col("confirmed")
    unconfirmed = response.is_in(["CR", "PR"]) & confirmed.is_null()
    if criteria.confirmation.unconfirmed_response_counts_as == "NE":
        lapsed = pl.lit("NE")
    else:
        only_non_targets = (response == "NON-CR/NON-PD").any().over("who")
        stable = pl.when(only_non_targets).then(pl.lit("NON-CR/NON-PD")).otherwise(pl.lit("SD"))
        lapsed = pl.when(pl.col("late")).then(stable).otherwise(pl.lit("EARLY"))
    return (
        pl.when(confirmed.is_not_null())
        .then(confirmed)
        .when(unconfirmed)
        .then(lapsed)
        .when(response.is_in(["SD", "NON-CR/NON-PD"]) & ~pl.col("late"))
        .then(pl.lit("EARLY"))
        .otherwise(response)
    )


def _summarize(worth: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """One row a subject with a counted assessment: find the rows that matter, then read them."""
    response, late = pl.col("response"), pl.col("late")
    stable = response.is_in(["CR", "PR", "SD", "NON-CR/NON-PD"])
    answered = pl.col("confirmed").is_not_null()
    rows = worth.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    early = criteria.early_stable_disease_counts_as
    order = {**ORDER, "EARLY": 8 if early == "PD" else ORDER["NE"]}
    rank = pl.col("worth").replace_strict(order, return_dtype=pl.Int64)
    found = rows.group_by("who").agg(
        (rank * rows.height + pl.col("row")).min().alias("chosen") % rows.height,
        _first(answered, "answered"),
        _first(pl.col("confirmed") == "CR", "complete"),
        _first(stable & late, "stable"),
        _first(response == "PD", "progressed"),
        pl.when(response != "NE").then("row").max().alias("evaluable"),
        _first(stable & ~late, "early"),
        _first(response.is_in(["CR", "PR"]) & ~answered, "lapsed"),
        assessments_counted=pl.len().cast(pl.Int64),
    )

    def read(column: str, row: str) -> pl.Series:
        return rows[column].gather(found[row])

    return found.select(
        "assessments_counted",
        subject=read("subject", "chosen"),
        best_response=read("worth", "chosen").replace("EARLY", early),
        best_response_date=read("date", "chosen"),
        first_response_date=read("date", "answered"),
        first_complete_response_date=read("date", "complete"),
        confirmation_date=read("confirmed_on", "answered"),
        first_stable_disease_date=read("date", "stable"),
        progression_date=read("date", "progressed"),
        last_evaluable_date=read("date", "evaluable"),
        chosen_confirmed_on=read("confirmed_on", "chosen"),
        chosen_response=read("response", "chosen"),
        chosen_day=read("day", "chosen"),
        early_response=read("response", "early"),
        early_day=read("day", "early"),
        lapsed_response=read("response", "lapsed"),
        lapsed_date=read("date", "lapsed"),
    )


def _first(what: pl.Expr, name: str) -> pl.Expr:
    """Find the first row of a subject in which something holds."""
    return pl.when(what).then("row").min().alias(name)


def check_subjects(responses: pl.DataFrame, subjects: pl.DataFrame) -> None:
    """Refuse responses of subjects that nobody asked about."""
    judged = responses.filter(pl.col("response").is_not_null()).select("subject")
    unknown = judged.join(subjects, on="subject", how="anti")["subject"].unique().sort()
    if unknown.is_empty():
        return
    named = ", ".join(unknown.head(_SHOWN)) + (", ..." if unknown.len() > _SHOWN else "")
    msg = (
        f"Responses: {unknown.len()} subjects are not in Subjects ({named}). "
        "Add them there, or leave their assessments out."
    )
    raise DataError(msg)

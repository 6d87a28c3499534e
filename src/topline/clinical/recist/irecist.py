"""iRECIST: progression under immunotherapy counts once it is confirmed.

The lesions are read and the sums are made as in RECIST 1.1, which also says what progression and
response are at one assessment; `unconfirmed` says what becomes of progression. New lesions are
added up on their own, never to the sum of the target lesions.

References
----------
.. [1] Seymour L, Bogaerts J, Perrone A, et al. (2017). iRECIST: guidelines for response criteria
   for use in trials testing immunotherapeutics. Lancet Oncology 18: e143-e152.
"""

import dataframely as dy
import numpy as np
import polars as pl

from topline.clinical.recist.assessments import check_order, judge_parts
from topline.clinical.recist.batches import iterate_batches, sort_by_subject
from topline.clinical.recist.best import check_subjects, choose_best
from topline.clinical.recist.criteria import Criteria, ImmuneCriteria
from topline.clinical.recist.explain import compute_findings
from topline.clinical.recist.lesions import derive_lesions
from topline.clinical.recist.newlesions import derive_growth_of_new_lesions
from topline.clinical.recist.parts import derive_parts
from topline.clinical.recist.schemas import (
    ImmuneAssessments,
    ImmuneBestResponses,
    ImmuneResponses,
    Measurements,
    Subjects,
)
from topline.clinical.recist.unconfirmed import (
    BY_NEW_LESIONS,
    BY_NON_TARGETS,
    BY_TARGETS,
    CONFIRMED,
    NOT_EVALUABLE,
    PROGRESSED,
    STABLE,
    UNCONFIRMED,
    Findings,
    Flags,
    Numbers,
    compute_course,
)

_RANKS = {"CR": 0, "PR": 1, "SD": STABLE, "NON-CR/NON-PD": STABLE, "NED": STABLE, "NE": -1}
_IMMUNE = {"CR": "iCR", "PR": "iPR", "SD": "iSD", "NON-CR/NON-PD": "NON-iCR/NON-iUPD", "PD": "iCPD"}
_STATES = {UNCONFIRMED: "iUPD", CONFIRMED: "iCPD", NOT_EVALUABLE: "NE"}
_CAUSES = {
    BY_TARGETS: "target lesions",
    BY_NON_TARGETS: "non-target lesions",
    BY_NEW_LESIONS: "new lesions",
}


def derive_immune_assessments(
    measurements: pl.DataFrame, criteria: ImmuneCriteria
) -> dy.DataFrame[ImmuneAssessments]:
    """Derive the iRECIST response of every assessment, beside that of RECIST 1.1.

    Parameters
    ----------
    measurements
        `Measurements`, in any order. New lesions with a diameter are followed by their sum, those
        without by their state: INCREASED is any growth.
    criteria
        Options of the trial.

    Returns
    -------
    ImmuneAssessments
        One row a subject and assessment, baseline included, sorted by both. After iCPD every
        assessment is iCPD.

    Raises
    ------
    DataError
        Rows break a rule of `Measurements`, or assessments are not numbered by date.

    References
    ----------
    Seymour L et al. (2017), table 2.

    Examples
    --------
    >>> from datetime import date
    >>> measurements = pl.DataFrame({
    ...     "subject": "1", "assessment": [0, 1, 2], "role": "target", "lesion": "T01",
    ...     "date": [date(2024, 1, 2), date(2024, 2, 27), date(2024, 4, 2)], "nodal": False,
    ...     "diameter_mm": [50.0, 62.0, 67.0], "state": None,
    ... }, schema_overrides={"state": pl.String})
    >>> derive_immune_assessments(measurements, ImmuneCriteria())["response"].to_list()
    [None, 'iUPD', 'iCPD']
    """
    rows = sort_by_subject(measurements, Measurements)
    batches = [_derive_batch(batch, criteria) for batch in iterate_batches(rows)]
    assessments = ImmuneAssessments.cast(pl.concat(batches, rechunk=False))
    check_order(assessments)
    return assessments


def derive_immune_best_response(
    assessments: pl.DataFrame, subjects: pl.DataFrame, criteria: ImmuneCriteria
) -> dy.DataFrame[ImmuneBestResponses]:
    """Derive the best overall response by iRECIST, up to iCPD.

    Parameters
    ----------
    assessments
        `ImmuneResponses`: those of `derive_immune_assessments`, or as reported; any order.
    subjects
        `Subjects`, as for RECIST 1.1.
    criteria
        Options of the trial; confirmation of response and minimum of SD are those of `recist`.

    Returns
    -------
    ImmuneBestResponses
        One row for every row of `subjects`, sorted by subject.

    Raises
    ------
    DataError
        Rows break a rule of the schemas, or a subject is not among `subjects`.

    References
    ----------
    Seymour L et al. (2017), table 3.
    """
    recist = criteria.recist.model_copy(update={"disease_after_complete_response": "AS ASSESSED"})
    everyone = sort_by_subject(subjects, Subjects)
    given = sort_by_subject(assessments, ImmuneResponses)
    check_subjects(given, everyone)
    plain = {immune: term for term, immune in _IMMUNE.items()}
    responses = given.with_columns(pl.col("response").replace(plain))
    best = choose_best(everyone, responses, recist)
    lasting = _derive_lasting(responses, everyone, recist)
    return ImmuneBestResponses.cast(
        best.rename({"progression_date": "confirmed_progression_date"})
        .join(lasting, on="subject", how="left", maintain_order="left")
        .with_columns(
            best_response=pl.col("best_response").replace(_IMMUNE),
            reason=_in_immune_words(pl.col("reason")),
        )
    )


def _derive_batch(rows: pl.DataFrame, criteria: ImmuneCriteria) -> pl.DataFrame:
    """Derive the assessments of some subjects."""
    recist = criteria.recist
    lesions = derive_lesions(rows, recist)
    parts = judge_parts(derive_parts(lesions, recist), recist)
    parts = parts.join(derive_growth_of_new_lesions(lesions, recist), on="at", how="left")
    judged = _judge(parts.sort("at"), recist)
    after = judged.filter(pl.col("assessment") > 0)
    settled = judged.join(_follow(after, criteria), on="at", how="left", maintain_order="left")
    state = pl.col("state").replace_strict(_STATES, default=None, return_dtype=pl.String)
    immune = pl.coalesce(state, pl.col("without_new").replace(_IMMUNE))
    named = settled.with_columns(
        recist_response="response",
        response=pl.when(pl.col("assessment") > 0).then(immune),
        findings=compute_findings(settled),
    )
    progress = pl.col("response").is_in(["iUPD", "iCPD"])
    dated = pl.when(progress).then("progression_day").otherwise(f"{recist.response_dated_by}_date")
    return named.with_columns(date=dated, reason=_reason()).select(ImmuneAssessments.column_names())


def _judge(parts: pl.DataFrame, recist: Criteria) -> pl.DataFrame:
    """Add what `Findings` needs: the response without new lesions, their sum and its nadir."""
    who, new_mm = pl.col("who"), pl.col("new_lesions_mm")
    target, non_target = pl.col("target_response"), pl.col("non_target_response")
    so_far = pl.col("new_appear").fill_null(0).cum_sum().over("who")
    number = pl.col("non_targets_progressing")
    more = (who == who.shift(1)) & (number > number.shift(1))
    nadir = new_mm.fill_null(float("inf")).cum_min().over("who").shift(1)
    growth = new_mm - pl.when(who == who.shift(1)).then(nadir)
    of_nadir = (recist.progression_increase_percent - recist.tolerance) * (new_mm - growth)
    by_mm = growth >= recist.progression_increase_mm - recist.tolerance
    evidence = pl.min_horizontal(
        pl.when(target == "PD").then("targets_date"),
        pl.when(non_target == "PD").then("non_targets_date"),
        "new_lesion_date",
    )
    dates = {"evidence": evidence, "first": pl.col("first_date"), "last": pl.col("last_date")}
    judged = parts.with_columns(
        non_targets_increase=pl.col("non_targets_increase") | more,
        new_lesions_so_far=so_far,
        new_progress=((100 * growth >= of_nadir) & by_mm).fill_null(value=False),
        new_resolved=(so_far > 0) & (pl.col("new_gone").fill_null(0) == so_far),
        progression_day=pl.coalesce(dates[recist.progression_dated_by], "last_date"),
    )
    persists = (pl.col("new_lesions_so_far") > 0) & ~pl.col("new_resolved")
    return judged.with_columns(without_new=_response_without_new(persists))


def _response_without_new(new_lesions_persist: pl.Expr) -> pl.Expr:
    """Return tables 1 and 2 of RECIST 1.1 without new lesions; CR needs them gone too."""
    target, non_target = pl.col("target_response"), pl.col("non_target_response")
    nothing = pl.when(pl.col("disease_unknown")).then(pl.lit("NE")).otherwise(pl.lit("NED"))
    complete = ((target == "CR") | target.is_null()) & ((non_target == "CR") | non_target.is_null())
    return (
        pl.when((target == "PD") | (non_target == "PD"))
        .then(pl.lit("PD"))
        .when(target.is_null() & non_target.is_null())
        .then(nothing)
        .when(complete & ~new_lesions_persist)
        .then(pl.lit("CR"))
        .when(target.is_null() & (non_target == "CR"))
        .then(pl.lit("NON-CR/NON-PD"))
        .when(target == "CR")
        .then(pl.lit("PR"))
        .otherwise(pl.coalesce(target, non_target))
    )


def _follow(after: pl.DataFrame, criteria: ImmuneCriteria) -> pl.DataFrame:
    """Run the assessments after baseline through `compute_course`; one row for each."""
    places = after.select(row=pl.col("who").rle_id(), column=pl.int_range(pl.len()).over("who"))
    place = tuple(places.get_column(name).to_numpy().astype(np.int64) for name in places.columns)
    shape = tuple(int(index.max(initial=-1)) + 1 for index in place)
    values = after.select(_findings())

    def flags(name: str) -> Flags:
        table = np.zeros(shape, np.bool_)
        table[place] = values.get_column(name).to_numpy()
        return table

    def numbers(name: str) -> Numbers:
        table = np.full(shape, np.nan)
        table[place] = values.get_column(name).to_numpy()
        return table

    found = Findings(
        seen=flags("seen"),
        day=np.nan_to_num(numbers("day")).astype(np.int64),
        rank=np.nan_to_num(numbers("rank"), nan=-1).astype(np.int64),
        targets_progress=flags("targets_progress"),
        target_mm=numbers("target_mm"),
        non_targets_progress=flags("non_targets_progress"),
        non_targets_increase=flags("non_targets_increase"),
        new_appear=flags("new_appear"),
        new_mm=numbers("new_mm"),
        new_increase=flags("new_increase"),
        new_progress=flags("new_progress"),
        new_present=flags("new_present"),
        new_resolved=flags("new_resolved"),
    )
    course = compute_course(found, criteria)
    since = pl.Series(course.since[place]).cast(pl.Int32)
    return after.select(
        "at",
        state=pl.Series(course.state[place]),
        by=pl.Series(course.by[place]),
        unconfirmed_since=since.to_frame("day")
        .select(pl.when(pl.col("day") >= 0).then(pl.col("day").cast(pl.Date)))
        .to_series(),
    )


def _findings() -> list[pl.Expr]:
    """Columns of `Findings`, one value an assessment."""
    response = {
        "targets_progress": "target_response",
        "non_targets_progress": "non_target_response",
    }
    flags = ["new_progress", "new_present", "new_resolved", "non_targets_increase"]
    rank = pl.col("without_new").replace_strict({**_RANKS, "PD": PROGRESSED}, return_dtype=pl.Int64)
    return [
        pl.col("at").is_not_null().alias("seen"),
        pl.col("progression_day").to_physical().cast(pl.Int64).alias("day"),
        rank.alias("rank"),
        *((pl.col(of) == "PD").fill_null(value=False).alias(name) for name, of in response.items()),
        pl.col("measured_mm").alias("target_mm"),
        pl.col("new_lesions_mm").alias("new_mm"),
        (pl.col("new_appear").fill_null(0) > 0).alias("new_appear"),
        pl.col("new_increased").fill_null(value=False).alias("new_increase"),
        *(pl.col(name).fill_null(value=False) for name in flags),
    ]


def _reason() -> pl.Expr:
    """Put the response before the findings, and what became of progression after them."""
    since, by = pl.col("unconfirmed_since"), pl.col("by").fill_null(0)
    causes = pl.concat_str(
        *(pl.when(by & bit > 0).then(pl.lit(words)) for bit, words in _CAUSES.items()),
        separator=", ",
        ignore_nulls=True,
    )
    before = pl.when(pl.col("who") == pl.col("who").shift(1)).then(since.shift(1))
    iupd, icpd = pl.col("response") == "iUPD", pl.col("response") == "iCPD"
    note = (
        pl.when(icpd & (by > 0))
        .then(pl.format("; confirms iUPD of {} ({})", since.dt.to_string("%Y-%m-%d"), causes))
        .when(icpd)
        .then(pl.lit("; confirmed before"))
        .when(iupd & before.is_not_null())
        .then(pl.format("; iUPD since {}, not confirmed", since.dt.to_string("%Y-%m-%d")))
        .when(since.is_null() & before.is_not_null())
        .then(pl.format("; iUPD of {} was not confirmed", before.dt.to_string("%Y-%m-%d")))
    )
    heading = pl.col("response").fill_null("Baseline")
    findings = _in_immune_words(pl.col("findings"))
    return pl.concat_str(heading, pl.lit(": "), findings, note.fill_null(""))


def _in_immune_words(text: pl.Expr) -> pl.Expr:
    """Write the terms of RECIST 1.1 as those of iRECIST."""
    return (
        text.str.replace_all(r"\b(CR|PR|SD)\b", "i$1")
        .str.replace_all("NON-PD", "NON-iUPD", literal=True)
        .str.replace_all(r"\bPD\b", "iCPD")
    )


def _derive_lasting(
    responses: pl.DataFrame, everyone: pl.DataFrame, recist: Criteria
) -> pl.DataFrame:
    """First iUPD, by subject, of a progression that no later response has reset."""
    term, number = pl.col("response"), pl.col("assessment")
    counted = responses.join(everyone, on="subject").filter(pl.col("date") >= pl.col("start_date"))
    if recist.assessments_after_end == "ignored":
        in_time = (pl.col("date") <= pl.col("end_date")).fill_null(value=True)
        counted = counted.filter(in_time)
    confirmed = pl.when(term == "PD").then(number).min().over("subject")
    until = counted.filter((number <= confirmed).fill_null(value=True))
    reset = pl.when(~term.is_in(["iUPD", "PD", "NE"])).then(number).max().over("subject")
    after = until.filter((number > reset).fill_null(value=True) & term.is_in(["iUPD", "PD"]))
    return (
        after.sort("subject", "assessment")
        .group_by("subject", maintain_order=True)
        .agg(progression_date=pl.col("date").first())
    )

"""ADQS: scores of questionnaires by scale and visit, with change and what it means."""

from dataclasses import dataclass

import dataframely as dy
import polars as pl

from topline.adam.core import (
    Finding,
    Record,
    add_core,
    conform_rows,
    flag,
    list_queries,
    number_rows,
)
from topline.adam.questionnaire_forms import INSTRUMENTS, Forms, read_forms
from topline.clinical.questionnaires.change import compute_change_class
from topline.clinical.questionnaires.deterioration import DeteriorationRule, derive_deteriorations
from topline.clinical.questionnaires.instrument import Scale
from topline.clinical.questionnaires.qlq_c30 import QLQ_C30, SUMMARY, derive_summary_scores
from topline.errors import ProtocolError
from topline.protocol.protocol import Protocol
from topline.protocol.questionnaires import Form
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import study_day

COMPLETE, PARTIAL, NOT_DONE = "COMPLETE", "PARTIAL", "NOT DONE"


class ADQS(Record):
    """A row a form (PARAMCD is the questionnaire's key), and a row a form and scale."""

    PARAMCD = dy.String(description="scale as the manual names it, or key of the questionnaire")
    PARAM = dy.String()
    PARAMN = dy.Int64(min=1, description="place in the questionnaire")
    PARCAT1 = dy.String(description="questionnaire")
    FORMFL = dy.String(nullable=True, description="Y: the row is about the form as a whole")
    ADT = dy.Date(nullable=True)
    ADY = dy.Int64(nullable=True)
    AVISIT = dy.String(nullable=True)
    AVISITN = dy.Float64(nullable=True)
    AVAL = dy.Float64(nullable=True, description="score from 0 to 100; of a form, items answered")
    AVALC = dy.String(nullable=True, description="of a form: COMPLETE, PARTIAL or NOT DONE")
    ITEMS = dy.Int64(min=1)
    ANSWERED = dy.Int64(min=0, description="items with a possible answer")
    REFUSED = dy.Int64(min=0, description="items with an impossible one")
    ABLFL = dy.String(nullable=True, description="last score up to the day of the first dose")
    BASE = dy.Float64(nullable=True)
    CHG = dy.Float64(nullable=True, description="AVAL - BASE, after baseline")
    CHGCAT1 = dy.String(nullable=True, description="what the change means to patients")
    CHGCAT2 = dy.String(nullable=True, description="BETTER, NO CHANGE or WORSE")
    DETFL = dy.String(nullable=True, description="Y: the deterioration that the protocol counts")
    ANL01FL = dy.String(nullable=True, description="first form of a subject, parameter and visit")
    AREASON = dy.String(nullable=True, description="why there is no score")

    @dy.rule()
    def score_lies_on_its_scale(cls) -> pl.Expr:
        """Scores run from 0 to 100."""
        return pl.col("FORMFL").is_not_null() | pl.col("AVAL").is_between(0, 100)

    @dy.rule()
    def missing_score_has_a_reason(cls) -> pl.Expr:
        """Scales without a score say why."""
        return pl.col("AVAL").is_not_null() | pl.col("AREASON").is_not_null()


@dataclass(frozen=True)
class Questionnaires:
    """Rows of ADQS before the core variables, and what could not be used."""

    rows: pl.DataFrame
    queries: tuple[pl.DataFrame, ...] = ()


def derive_questionnaires(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame) -> Questionnaires:
    """Derive the rows of ADQS without the core variables, and what could not be used.

    Parameters
    ----------
    protocol
        Questionnaires with their scoring.
    sdtm
        Collected data, with QS.
    adsl
        Subjects with their first dose.

    Returns
    -------
    Questionnaires
        Rows by subject, questionnaire, scale and day. Subjects whom ADSL lacks have none.

    Raises
    ------
    ProtocolError
        Two questionnaires have scales of the same name, or a name in `important_of` is of none.
    """
    plans = {name: _scales(name, form) for name, form in protocol.questionnaires.items()}
    _check(protocol, plans)
    parts: list[pl.DataFrame] = [ADQS.create_empty()]
    queries: list[pl.DataFrame] = []
    for number, (name, form) in enumerate(protocol.questionnaires.items()):
        found = read_forms(sdtm, name, form)
        queries += found.queries
        rows = _add_change(_rows(name, form, found, plans[name]), adsl)
        rows = _add_meaning(rows, form, plans[name])
        place = pl.col("PARAMN") + 100 * number
        parts.append(
            rows.with_columns(PARAMN=place.cast(pl.Int64), PARCAT1=pl.lit(form.instrument))
        )
    rows = pl.concat(parts, how="diagonal_relaxed").select(ADQS.column_names())
    rows = rows.join(adsl.select("USUBJID"), on="USUBJID", how="semi")
    rows = number_rows(rows.sort("USUBJID", "PARAMN", "ADT", "AVISITN", "SRCSEQ", nulls_last=True))
    return Questionnaires(rows, (*queries, _several(rows)))


def complete_questionnaires(
    rows: pl.DataFrame, protocol: Protocol, adsl: pl.DataFrame
) -> pl.DataFrame:
    """Return ADQS: the rows with the core variables."""
    return conform_rows(add_core(rows, protocol, adsl), ADQS)


def _scales(name: str, form: Form) -> dict[str, Scale]:
    """Return the scales of a questionnaire, the summary score of the QLQ-C30 last."""
    instrument = INSTRUMENTS[form.instrument]
    scales = {scale.name: scale for scale in instrument.scales}
    if instrument is QLQ_C30:
        items = tuple(i for s in instrument.scales if s.name not in {"QL", "FI"} for i in s.items)
        scales[SUMMARY] = Scale(name=SUMMARY, label="Summary score", kind="functional", items=items)
    unknown = [scale for scale in form.important_of if scale not in scales]
    if unknown:
        msg = (
            f"questionnaires.{name}.important_of: {', '.join(unknown)} is no scale of "
            f"{form.instrument}; it has {', '.join(scales)}"
        )
        raise ProtocolError(msg)
    return scales


def _check(protocol: Protocol, plans: dict[str, dict[str, Scale]]) -> None:
    """Refuse two parameters of one name."""
    names = [n for key, scales in plans.items() for n in (key, *scales)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = (
            f"questionnaires: {', '.join(twice)} would be two parameters of ADQS; name the "
            f"questionnaires otherwise than their scales, and take each instrument once "
            f"({', '.join(f.instrument for f in protocol.questionnaires.values())})"
        )
        raise ProtocolError(msg)


def _rows(name: str, form: Form, found: Forms, scales: dict[str, Scale]) -> pl.DataFrame:
    """Return a row a form, and a row a form and scale."""
    instrument = INSTRUMENTS[form.instrument]
    scores = found.scored.scores.rename({"subject": "USUBJID"})
    if SUMMARY in scales:
        scores = pl.concat([scores, _summary(scores, scales[SUMMARY])], how="diagonal")
    order = {scale: place for place, scale in enumerate(scales, 2)}
    labels = {scale.name: scale.label for scale in scales.values()}
    few = pl.format("{} of {} items answered", "ANSWERED", "ITEMS")
    impossible = pl.when(pl.col("REFUSED") > 0).then(pl.format("{}, {} impossible", few, "REFUSED"))
    lacking = pl.when(pl.col("PARAMCD") == SUMMARY).then(pl.lit("not all scales have a score"))
    scored = found.forms.drop("answered").join(scores, on=["USUBJID", "form"]).select(
        "USUBJID", "form", "ADT", "AVISIT", "AVISITN", "SRCSEQ", "why",
        PARAMCD="scale", AVAL="score", ITEMS="items", ANSWERED="answered", REFUSED="refused",
    )  # fmt: skip
    scored = scored.with_columns(
        PARAM=pl.col("PARAMCD").replace_strict(labels, return_dtype=pl.String),
        PARAMN=pl.col("PARAMCD").replace_strict(order, return_dtype=pl.Int64),
        AREASON=pl.when(pl.col("AVAL").is_null()).then(
            pl.coalesce("why", lacking, impossible, few)
        ),
    )  # fmt: skip
    refused = scores.filter(pl.col("scale") != SUMMARY).group_by("USUBJID", "form").agg(
        REFUSED=pl.col("refused").sum()
    )  # fmt: skip
    forms = found.forms.join(refused, on=["USUBJID", "form"], how="left").with_columns(
        PARAMCD=pl.lit(name),
        PARAM=pl.lit(f"{form.instrument}, form"),
        PARAMN=pl.lit(1, pl.Int64),
        FORMFL=pl.lit("Y"),
        AVAL=pl.col("answered").cast(pl.Float64),
        AVALC=_completion(len(instrument.items)),
        AREASON=pl.when(pl.col("answered") == 0).then(pl.col("why").fill_null("no item answered")),
        ITEMS=pl.lit(len(instrument.items), pl.Int64),
        ANSWERED="answered",
    )
    both = pl.concat([forms.drop("answered"), scored], how="diagonal")
    return both.drop("why").with_columns(SRCDOM=pl.lit("QS"), SRCVAR=pl.lit("QSSTRESN"))


def _summary(scores: pl.DataFrame, scale: Scale) -> pl.DataFrame:
    """Return the summary score of each form as a scale."""
    counts = (
        scores.filter(~pl.col("scale").is_in(["QL", "FI"]))
        .group_by("USUBJID", "form")
        .agg(pl.col("answered", "refused").sum())
    )
    found = derive_summary_scores(scores.rename({"USUBJID": "subject"})).rename(
        {"subject": "USUBJID"}
    )
    return found.join(counts, on=["USUBJID", "form"]).with_columns(
        scale=pl.lit(scale.name), items=pl.lit(len(scale.items), pl.Int64)
    )


def _completion(items: int) -> pl.Expr:
    answered = pl.col("answered")
    return (
        pl.when(answered == items)
        .then(pl.lit(COMPLETE))
        .when(answered > 0)
        .then(pl.lit(PARTIAL))
        .otherwise(pl.lit(NOT_DONE))
    )


def _add_change(rows: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """Add day, baseline, change from it, and the form that counts of a visit."""
    starts = adsl.select("USUBJID", "TRTSDT")
    rows = rows.join(starts, on="USUBJID", how="left", maintain_order="left")
    rows = rows.sort("USUBJID", "PARAMCD", "ADT", "AVISITN", "SRCSEQ", nulls_last=True)
    rows = rows.with_columns(place=pl.int_range(pl.len()))
    series, place = ["USUBJID", "PARAMCD"], pl.col("place")
    scored = pl.col("FORMFL").is_null() & pl.col("AVAL").is_not_null()
    before = scored & (pl.col("ADT") <= pl.col("TRTSDT"))
    baseline = (place == pl.when(before).then(place).max().over(series)).fill_null(value=False)
    rows = rows.with_columns(ABLFL=flag(baseline), ADY=study_day(pl.col("ADT"), pl.col("TRTSDT")))
    of_baseline = pl.col("ABLFL") == "Y"
    rows = rows.with_columns(
        BASE=pl.col("AVAL").filter(of_baseline).first().over(series),
        started=pl.col("ADT").filter(of_baseline).first().over(series),
    )
    later = pl.when(pl.col("ADT") > pl.col("started"))
    usable = pl.when(scored | pl.col("FORMFL").is_not_null()).then(place)
    first = (usable == usable.min().over([*series, "AVISIT"])).fill_null(value=False)
    return rows.with_columns(
        CHG=later.then(pl.col("AVAL") - pl.col("BASE")), ANL01FL=flag(first)
    ).drop("TRTSDT", "started", "place")


def _add_meaning(rows: pl.DataFrame, form: Form, scales: dict[str, Scale]) -> pl.DataFrame:
    """Add what each change means to patients, and flag the deterioration that counts."""
    change = pl.lit(None, pl.String)
    for scale in scales.values():
        bounds = form.important_of.get(scale.name, form.important)
        found = compute_change_class("CHG", scale.high_is_good, bounds)
        change = pl.when(pl.col("PARAMCD") == scale.name).then(found).otherwise(change)
    rows = rows.with_columns(CHGCAT1=change)
    short = pl.col("CHGCAT1").str.extract(r"(BETTER|WORSE|NO CHANGE)$")
    parts = [_deteriorated(rows, form, scales, high_is_good=good) for good in (True, False)]
    worse = pl.concat(parts)
    joined = rows.with_columns(CHGCAT2=short).join(
        worse, on=["USUBJID", "PARAMCD", "ADT"], how="left", maintain_order="left"
    )
    first = pl.col("ANL01FL").is_not_null() & pl.col("worse").is_not_null()
    return joined.with_columns(DETFL=flag(first)).drop("worse")


def _deteriorated(
    rows: pl.DataFrame, form: Form, scales: dict[str, Scale], *, high_is_good: bool
) -> pl.DataFrame:
    """Return the day on which scores of one direction deteriorated, by subject and scale."""
    names = [scale.name for scale in scales.values() if scale.high_is_good == high_is_good]
    rule = DeteriorationRule(high_is_good=high_is_good, **form.deterioration.model_dump())
    scores = rows.filter(
        pl.col("PARAMCD").is_in(names), pl.col("ADT").is_not_null(), pl.col("AVAL").is_not_null()
    ).select(
        subject=pl.concat_str("PARAMCD", "USUBJID", separator=" "),
        form=pl.int_range(pl.len(), dtype=pl.Int64),
        date="ADT",
        baseline=pl.col("ABLFL").is_not_null(),
        score="AVAL",
    )
    found = derive_deteriorations(scores, rule).filter(pl.col("outcome") == "DETERIORATED")
    parts = pl.col("subject").str.splitn(" ", 2)
    return found.select(
        PARAMCD=parts.struct.field("field_0"),
        USUBJID=parts.struct.field("field_1"),
        ADT="date",
        worse=pl.lit(value=True),
    )


def _several(rows: pl.DataFrame) -> pl.DataFrame:
    """List the forms of a visit beside the one that counts."""
    others = rows.filter(pl.col("FORMFL").is_not_null(), pl.col("ANL01FL").is_null())
    finding = Finding("ADQS.several", "one form of a questionnaire and visit; the first is used")
    visit = pl.col("AVISIT").fill_null("(no visit)")
    found = pl.format("{} again at {}", "PARAM", visit)
    return list_queries(others, finding, found, pl.format("QSSEQ={}", "SRCSEQ"))

"""Forms of a questionnaire: its records of QS as answers to numbered items."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from topline.adam.core import Finding, domain, list_queries
from topline.adam.expressions import select
from topline.clinical.questionnaires.instrument import Questionnaire
from topline.clinical.questionnaires.qlq_c30 import QLQ_C30
from topline.clinical.questionnaires.qlq_ginet21 import QLQ_GINET21, QLQ_GINET21_WEIGHT_APART
from topline.clinical.questionnaires.scores import Scored, score_questionnaire
from topline.protocol.questionnaires import Form, InstrumentName
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest

INSTRUMENTS: Final[dict[InstrumentName, Questionnaire]] = {
    "EORTC QLQ-C30 3.0": QLQ_C30,
    "EORTC QLQ-GINET21": QLQ_GINET21,
    "EORTC QLQ-GINET21, weight gain apart": QLQ_GINET21_WEIGHT_APART,
}
_KEYS = ("USUBJID", "day", "VISITNUM", "VISIT")
"""What tells forms apart."""


@dataclass(frozen=True)
class Forms:
    """The forms of one questionnaire, scored."""

    forms: pl.DataFrame
    """USUBJID, `form`, ADT, AVISIT, AVISITN, SRCSEQ, `answered` items, and `why` it is empty."""
    scored: Scored
    queries: tuple[pl.DataFrame, ...]


def read_forms(sdtm: Sdtm, name: str, form: Form) -> Forms:
    """Read and score the forms of a questionnaire.

    Parameters
    ----------
    sdtm
        Collected data, with QS.
    name, form
        Key of the questionnaire in the protocol, and what stands there.

    Returns
    -------
    Forms
        Forms by subject and day. An answer that is not possible counts as the protocol's scoring
        says, and is listed.
    """
    instrument = INSTRUMENTS[form.instrument]
    rows = _records(sdtm, name, form, instrument)
    forms = rows.group_by("USUBJID", "form", maintain_order=True).agg(
        ADT=pl.col("day").first(),
        AVISIT=pl.col("VISIT").first(),
        AVISITN=pl.col("VISITNUM").first(),
        SRCSEQ=pl.col("QSSEQ").min(),
        why=pl.col("QSREASND").filter(pl.col("item").is_null()).first(),
    )
    first = pl.col("item").fill_null(instrument.items[0])
    answers = rows.select(subject="USUBJID", form="form", item=first, answer="answer")
    scored = score_questionnaire(answers, instrument, form.scoring)
    answered = (
        rows.filter(pl.col("answer").is_not_null(), pl.col("item").is_in(list(instrument.items)))
        .join(
            scored.refusals.rename({"subject": "USUBJID"}),
            on=["USUBJID", "form", "item"],
            how="anti",
        )
        .group_by("USUBJID", "form")
        .agg(answered=pl.col("item").n_unique().cast(pl.Int64))
    )
    forms = forms.join(answered, on=["USUBJID", "form"], how="left", maintain_order="left")
    forms = forms.with_columns(pl.col("answered").fill_null(0))
    return Forms(forms, scored, (_refused(rows, scored), _unreadable(rows), _undated(forms, name)))


def _records(sdtm: Sdtm, name: str, form: Form, instrument: Questionnaire) -> pl.DataFrame:
    """Return the records with the number of their form and item; a form not done has no item."""
    qs = select(domain(sdtm, "QS"), form.where, f"questionnaires.{name}.where", "QS")
    shift = instrument.items[0] - (form.first_item or instrument.items[0])
    number = pl.col("QSTESTCD").str.strip_prefix(form.prefix).cast(pl.Int64, strict=False)
    fits = pl.col("QSTESTCD").str.starts_with(form.prefix)
    result = pl.coalesce("QSSTRESC", "QSORRES").str.strip_chars()
    rows = qs.with_columns(
        pl.col("QSSEQ").cast(pl.Int64),
        item=pl.when(fits).then(number) + shift,
        result=result,
        answer=pl.coalesce("QSSTRESN", result.cast(pl.Float64, strict=False)).cast(pl.Float64),
        day=earliest("QSDTC"),
    )
    empty = pl.col("QSSTAT") == "NOT DONE"
    kept = pl.col("item").is_not_null() | (empty & (form.where is not None))
    rows = rows.filter(kept).sort("USUBJID", "day", "VISITNUM", "QSSEQ", nulls_last=True)
    key = pl.struct(*_KEYS[1:])
    numbered = key.rle_id().over("USUBJID").cast(pl.Int64) + 1
    return rows.with_columns(form=numbered)


def _refused(rows: pl.DataFrame, scored: Scored) -> pl.DataFrame:
    """List impossible answers, each with its record."""
    key = ["USUBJID", "form", "item", "answer"]
    refusals = scored.refusals.rename({"subject": "USUBJID"}).unique(key, maintain_order=True)
    found = rows.join(refusals, on=key, how="inner", maintain_order="left")
    parts = [
        list_queries(
            found.filter(pl.col("rule") == rule),
            Finding(f"ADQS.{rule}", words, "error", "value not used"),
            pl.format("{} = {}, expected {}", "QSTESTCD", "result", "expected"),
            pl.format("QSSEQ={}", "QSSEQ"),
        )
        for rule, words in _RULES.items()
    ]
    return pl.concat(parts)


_RULES: Final = {
    "answer_is_possible": "an answer of the questionnaire",
    "item_is_answered_once": "one answer to an item",
    "item_is_of_questionnaire": "an item of the questionnaire",
}


def _unreadable(rows: pl.DataFrame) -> pl.DataFrame:
    """List answers that are no numbers."""
    lost = rows.filter(
        pl.col("item").is_not_null(), pl.col("answer").is_null(), pl.col("result").is_not_null()
    )
    finding = Finding("ADQS.answer_is_a_number", "a number", "error", "value not used")
    found = pl.format("{} = {}", "QSTESTCD", "result")
    return list_queries(lost, finding, found, pl.format("QSSEQ={}", "QSSEQ"))


def _undated(forms: pl.DataFrame, name: str) -> pl.DataFrame:
    """List filled-in forms without a day."""
    lost = forms.filter(pl.col("ADT").is_null(), pl.col("answered") > 0)
    expected = "QSDTC; the form is neither baseline nor compared with it"
    found = pl.format("{} form without a day", pl.lit(name))
    return list_queries(
        lost, Finding("ADQS.date", expected), found, pl.format("QSSEQ={}", "SRCSEQ")
    )

"""Eligibility: who meets each criterion, who does not, of whom it cannot be judged.

A criterion's verdict is a row of ADIE a subject; the counts of the whole are by the subject's
verdict over all criteria, which each of its rows repeats.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from topline.adam.adie import ELIGIBLE, NOT_ELIGIBLE, UNKNOWN, VERDICTS
from topline.analyses.rows import Row, count_and_percent
from topline.analyses.trace import equals, where
from topline.protocol.eligibility import Criterion, EligibilityCounts
from topline.protocol.protocol import Protocol

ALL_CRITERIA = "(all criteria)"
DISAGREE = "(disagreement)"
AGAINST = "AGAINST ENTRY"
_SECTIONS = {"inclusion": "Inclusion criteria", "exclusion": "Exclusion criteria"}
_LABELS = {
    "MET": "Met",
    "NOT MET": "Not met",
    UNKNOWN: "Cannot be judged",
    AGAINST: "Against entry",
    ELIGIBLE: "Eligible",
    NOT_ELIGIBLE: "Not eligible",
}


def count_eligibility(
    protocol: Protocol, analysis: EligibilityCounts, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Count subjects by verdict.

    Parameters
    ----------
    protocol
        Gives the criteria and the analysis set.
    analysis
        Whom.
    adam
        ADSL, whose subjects are the denominator, and ADIE.

    Returns
    -------
    list of Row
        n and percent: of the subjects by their verdict over all criteria, and of those of whom
        rule and site disagree; then of each criterion, inclusion first, by verdict, and of those
        against whose entry it stands.
    """
    inside = equals(protocol.analysis_sets[analysis.analysis_set].flag, "Y")
    of = adam["ADSL"].filter(pl.sql_expr(inside)).height
    rows = adam["ADIE"].filter(pl.sql_expr(inside))
    out: list[Row] = []
    for row, condition in [*_overall(), *_criteria(protocol)]:
        found = rows.filter(pl.sql_expr(condition))["USUBJID"].n_unique()
        traced = _traced(row, where(inside, condition), empty=not of)
        out += count_and_percent(traced, found, of)
    return out


def _overall() -> Iterator[tuple[Row, str]]:
    """Name the verdicts over all criteria, with the condition of each."""
    for verdict in (ELIGIBLE, NOT_ELIGIBLE, UNKNOWN):
        named = _named(ALL_CRITERIA, "Eligible by all criteria", verdict)
        yield named, equals("ELIG", verdict)
    yield _named(DISAGREE, "Rule and site disagree", "N"), equals("AGREEFL", "N")


def _criteria(protocol: Protocol) -> Iterator[tuple[Row, str]]:
    """Name the verdicts of each criterion, with the condition of each."""
    kinds: dict[str, tuple[Criterion, ...]] = {
        "inclusion": protocol.eligibility.inclusion,
        "exclusion": protocol.eligibility.exclusion,
    }
    for kind, criteria in kinds.items():
        for criterion in criteria:
            chosen, section = equals("PARAMCD", criterion.id), _SECTIONS[kind]
            for verdict in VERDICTS:
                named = _named(criterion.id, criterion.text, verdict, section)
                yield named, where(chosen, equals("AVALC", verdict))
            named = _named(criterion.id, criterion.text, AGAINST, section)
            yield named, where(chosen, equals("VIOLFL", "Y"))


def _named(parameter: str, label: str, level: str, section: str = "") -> Row:
    return Row(
        "", None, "", parameter, label, section=section, level=level,
        level_label=_LABELS.get(level, "Disagree"),
    )  # fmt: skip


def _traced(row: Row, condition: str, *, empty: bool) -> Row:
    warning = "no subjects in this set" if empty else ""
    return replace(row, trace_dataset="ADIE", trace_where=condition, warning=warning)

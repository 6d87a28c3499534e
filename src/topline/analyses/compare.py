"""Carry out one of the comparing analyses; imported when a protocol plans one."""

from collections.abc import Mapping

import polars as pl

from topline.analyses.agreement import compare_readers
from topline.analyses.comparison import compare_groups
from topline.analyses.cox_regression import regress
from topline.analyses.paired import compare_pairs
from topline.analyses.questionnaires import count_changes, count_completion
from topline.analyses.repeated_measures import estimate_over_visits
from topline.analyses.rows import Row
from topline.analyses.subgroups import estimate_subgroups
from topline.protocol.comparisons import (
    Agreement,
    Comparison,
    CoxRegression,
    PairedComparison,
    RepeatedMeasures,
    Subgroups,
)
from topline.protocol.protocol import Protocol
from topline.protocol.questionnaires import (
    Questioned,
    QuestionnaireChanges,
    QuestionnaireCompletion,
)

Compared = Comparison | PairedComparison | Agreement | CoxRegression | Subgroups | RepeatedMeasures


def compare(
    protocol: Protocol, analysis: Compared | Questioned, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Return the rows of one comparing analysis."""
    match analysis:
        case Comparison():
            rows = compare_groups(protocol, analysis, adam)
        case PairedComparison():
            rows = compare_pairs(protocol, analysis, adam)
        case Agreement():
            rows = compare_readers(protocol, analysis, adam)
        case CoxRegression():
            rows = regress(protocol, analysis, adam)
        case Subgroups():
            rows = estimate_subgroups(protocol, analysis, adam)
        case QuestionnaireCompletion():
            rows = count_completion(protocol, analysis, adam)
        case QuestionnaireChanges():
            rows = count_changes(protocol, analysis, adam)
        case _:
            rows = estimate_over_visits(protocol, analysis, adam)
    return rows

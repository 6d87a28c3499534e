"""What analyses of questionnaires ask of the datasets."""

from collections.abc import Iterator

from topline.analyses.needs import Need
from topline.protocol.problems import listed
from topline.protocol.questionnaires import Questioned, QuestionnaireCompletion

_AT_MOST = 40


def questionnaire_needs(need: Need, analysis: Questioned) -> Iterator[str]:
    """Find forms, scales and visits that ADQS does not have."""
    rows = need.adam["ADQS"]
    completion = isinstance(analysis, QuestionnaireCompletion)
    named = {"visits": ("AVISIT", analysis.visits)}
    named["forms" if completion else "scales"] = (
        "PARAMCD",
        analysis.forms if completion else analysis.scales,
    )
    for key, (column, names) in named.items():
        known = rows[column].drop_nulls().unique(maintain_order=True).to_list()
        for name in names:
            if known and name not in known:  # of data without any form, nothing is wrong
                at = f"{need.path}.{key}: found {name}"
                yield f"{at}; expected one of ADQS's {column}: {listed(known, _AT_MOST)}"
    yield from need.arms("TRT01P", "ADSL")
    if analysis.where is not None:
        yield from need.condition("ADSL", analysis.where, "where")

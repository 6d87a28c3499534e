import re

import polars as pl
import pytest

from tests.analyses.study import EVERY_KIND, adam, adsl, protocol
from topline.analyses.analyse import analyse
from topline.errors import ProtocolError


def refused(analyses: dict[str, object], datasets: dict[str, pl.DataFrame] | None = None) -> str:
    with pytest.raises(ProtocolError) as error:
        analyse(protocol(analyses), adam() if datasets is None else datasets)
    return str(error.value)


def test_every_unknown_column_is_listed_with_the_nearest() -> None:
    message = refused(
        {
            "T": {
                "kind": "summary",
                "analysis_set": "FULL",
                "variables": ["AEG", "SEX", {"label": "Sites", "flags": ["LIVRFL"]}],
                "by": "REGIONN",
            },
            "AE": {
                "kind": "adverse-events",
                "analysis_set": "SAFETY",
                "where": "TRTEMF = 'Y'",
                "term": "AEDECD",
                "within": "AEBODYS",
            },
            "O": {
                "kind": "adverse-event-overview",
                "analysis_set": "SAFETY",
                "lines": [{"label": "x", "where": "AESR = 'Y'"}],
            },
            "R": {
                "kind": "rate", "endpoint": "ORR", "analysis_set": "FULL",
                "by": ["REGON"], "where": "AGEE > 1",
            },
        }
    )  # fmt: skip
    head, *problems = message.splitlines()
    assert head == (
        "the analyses of the protocol cannot be carried out on these data (9 problems):"
    )
    assert problems[0] == (
        "  analyses.T.variables[0]: found AEG, a variable that ADSL does not have "
        "(did you mean AGE?)"
    )
    assert [_short(problem) for problem in problems] == [
        ("T.variables[0]", "AEG", "AGE"),
        ("T.variables[2]", "LIVRFL", "LIVERFL"),
        ("T.by", "REGIONN", "REGION"),
        ("AE.where", "TRTEMF", "TRTEMFL"),
        ("AE.term", "AEDECD", "AEDECOD"),
        ("AE.within", "AEBODYS", "AEBODSYS"),
        ("O.lines[0].where", "AESR", "AESER"),
        ("R.by", "REGON", "REGION"),
        ("R.where", "AGEE", "AGE"),
    ]


def _short(problem: str) -> tuple[str, str, str]:
    """Where, what was found, what may have been meant."""
    pattern = r"  analyses\.(.+): found (\w+), .*\(did you mean (\w+)\?\)"
    found = re.fullmatch(pattern, problem)
    assert found is not None, problem
    return found[1], found[2], found[3]


@pytest.mark.parametrize("name", ["ADSL", "ADRS", "ADTTE", "ADAE"])
def test_a_dataset_that_is_not_there_is_named(name: str) -> None:
    rest = {key: frame for key, frame in adam().items() if key != name}
    assert f"found no dataset {name}" in refused(EVERY_KIND, rest)


@pytest.mark.parametrize("where", ["AGE = 'old'", "AGE + 1", "AGE > 'x' AND SEX = 1"])
def test_a_condition_that_is_none_is_refused_in_words(where: str) -> None:
    message = refused(
        {"R": {"kind": "rate", "endpoint": "ORR", "analysis_set": "FULL", "where": where}}
    )
    assert f"analyses.R.where: found {where}, which cannot be tried on ADSL or ADRS" in message


def test_a_date_cannot_be_summarised() -> None:
    table = {"kind": "summary", "analysis_set": "FULL", "variables": ["TRTSDT"]}
    assert "analyses.T.variables[0]: found TRTSDT, a date" in refused({"T": table})


def test_the_flag_of_a_set_must_be_in_every_dataset() -> None:
    lacking = adam() | {"ADSL": adsl().drop("FASRS"), "ADTTE": adam()["ADTTE"].drop("FASFL")}
    message = refused({name: EVERY_KIND[name] for name in ("FLOW", "PFS")}, lacking)
    assert "analyses.FLOW.steps[1].reasons: found FASRS" in message
    assert "analyses.PFS.analysis_set: found FASFL, a variable that ADTTE does not have" in message


def test_datasets_that_no_analysis_needs_may_be_absent() -> None:
    results = analyse(protocol({"BASELINE": EVERY_KIND["BASELINE"]}), {"ADSL": adsl()})
    assert results.rows.height > 0


def test_terms_must_be_text() -> None:
    terms = {"kind": "adverse-events", "analysis_set": "SAFETY", "term": "AESEQ"}
    assert "analyses.AE.term: found AESEQ, which holds Int64; expected text" in refused(
        {"AE": terms}
    )

"""Questionnaires by visit: completion and changes that matter, counted by hand."""

import polars as pl
import pytest
from scipy.stats import beta

from tests.adam.study import ESTIMAND, protocol, treated
from topline.adam.adam import derive_adam
from topline.analyses.analyse import analyse
from topline.analyses.trace import rows_behind
from topline.displays.compose import compose
from topline.displays.table import Table
from topline.errors import ProtocolError
from topline.protocol.protocol import Protocol

DAYS = ("2024-01-10", "2024-06-30")
SUBJECTS = {f"0{i}": DAYS for i in range(1, 6)}
DATES = {"BASE": "2024-01-09", "C2": "2024-02-07"}
C30 = {"instrument": "EORTC QLQ-C30 3.0", "where": "QSCAT = 'C30'", "prefix": "EC30Q"}
HEAD = "ID  QSTESTCD  QSCAT  QSSTRESC  QSSTAT  VISIT  VISITNUM  QSDTC\n"
# Dyspnoea is one item: 1 is 0, 2 is 33.3, 3 is 66.7. 04 gave no form back, 05 owed none at C2
ANSWERS = {
    "BASE": {"01": "2", "02": "2", "03": "2", "04": "2", "05": "2"},
    "C2": {"01": "3", "02": "2", "03": "1", "04": "."},
}


def answers() -> str:
    lines = [
        f"{who}  {'QSALL' if answer == '.' else 'EC30Q08'}  C30  {answer}  "
        f"{'NOT DONE' if answer == '.' else '.'}  {visit}  {at}  {DATES[visit]}"
        for at, (visit, answers) in enumerate(ANSWERS.items())
        for who, answer in answers.items()
    ]
    return HEAD + "\n".join(lines)


def plan(**analyses: object) -> Protocol:
    displays = [
        {"kind": "questionnaire-table", "number": f"Table {i}", "title": "T", "analysis": name}
        for i, name in enumerate(analyses)
    ]
    return protocol(questionnaires={"C30": C30}, analyses=analyses, displays=displays)


COMPLETION = {"kind": "questionnaire-completion", "analysis_set": "ALL"}
CHANGES = {
    "kind": "questionnaire-changes", "analysis_set": "ALL", "scales": ["DY"], "visits": ["C2"],
}  # fmt: skip


def results(one: Protocol) -> pl.DataFrame:
    adam = derive_adam(one, treated(SUBJECTS, QS=answers()))
    rows = analyse(one, adam.datasets).rows
    for row in rows.iter_rows(named=True):
        behind = rows_behind(row["trace_dataset"], row["trace_where"], adam.datasets)
        subjects = behind["USUBJID"].n_unique()
        if row["statistic"] in {"n", "responders"}:
            assert row["value"] == subjects, row
        elif row["statistic"] == "percent":
            assert row["value"] == 100 * subjects / row["n"], row
        else:
            assert row["n"] == subjects, row
    return rows


def exact(events: int, n: int) -> tuple[float, float]:
    """Clopper and Pearson's limits from the beta distribution, in percent."""
    low = beta.ppf(0.025, events, n - events + 1) if events else 0.0
    high = beta.ppf(0.975, events + 1, n - events) if events < n else 1.0
    return 100 * float(low), 100 * float(high)


def test_completion_is_of_those_who_owed_a_form_and_of_all() -> None:
    rows = results(plan(C=COMPLETION)).filter(pl.col("level") == "C2")
    found = {name: (value, n) for name, value, n in rows.select("statistic", "value", "n").rows()}
    low, high = exact(3, 4)
    assert found == {
        "n": (4.0, 4),
        "responders": (3.0, 4),
        "estimate": (75.0, 4),
        "lower": (pytest.approx(low), 4),
        "upper": (pytest.approx(high), 4),
        "percent": (60.0, 5),
    }


def test_visits_come_in_their_order() -> None:
    levels = results(plan(C=COMPLETION))["level"].unique(maintain_order=True)
    assert levels.to_list() == ["BASE", "C2"]


def test_changes_are_counted_by_their_meaning() -> None:
    rows = results(plan(C=CHANGES)).filter(pl.col("statistic") == "n")
    assert rows.select("level", "value", "n", "n_missing").rows() == [
        ("", 3.0, 3, 2),
        ("BETTER", 1.0, 3, 2),
        ("NO CHANGE", 1.0, 3, 2),
        ("WORSE", 1.0, 3, 2),
    ]


def test_tables_have_a_line_a_visit() -> None:
    one = plan(A=COMPLETION, B=CHANGES)
    adam = derive_adam(one, treated(SUBJECTS, QS=answers()))
    tables = [each for each in compose(one, analyse(one, adam.datasets)) if isinstance(each, Table)]
    texts = [[cell.text for cell in row.cells] for table in tables for row in table.rows]
    assert ["C2", "3 / 4 (75.0)", "19.4 to 99.4", "60.0"] in texts
    assert ["C2", "3", "1 (33.3)", "1 (33.3)", "1 (33.3)"] in texts


@pytest.mark.parametrize(
    ("analysis", "message"),
    [
        ({**CHANGES, "scales": ["XX"]}, "found XX"),
        ({**CHANGES, "visits": ["C9"]}, "found C9"),
        ({**COMPLETION, "forms": ["C31"]}, "found C31"),
        ({**COMPLETION, "where": "NOBODY = 1"}, "NOBODY"),
    ],
)
def test_what_the_data_do_not_have_is_named(analysis: dict[str, object], message: str) -> None:
    with pytest.raises(ProtocolError, match=message):
        results(plan(C=analysis))


MARKER = {
    "assay": "serum marker", "label": "CgA", "from": "LB", "test": "CGA", "response": "CGARESP",
}  # fmt: skip
RESPONSE = {
    "kind": "share",
    "label": "CgA response",
    "parameter": "CGARESP",
    "counts": "AVALC = 'MAJOR REDUCTION OR NORMALIZATION'",
    "known": "AVALC <> 'NOT EVALUABLE'",
    "estimand": ESTIMAND,
}


def test_share_leaves_out_those_of_whom_it_is_not_known() -> None:
    values = {"01": (400, 100), "02": (400, 300), "03": (50, 40), "04": (400, None)}
    text = "ID  LBTESTCD  LBSTRESC  LBSTRESU  LBSTNRHI  LBDTC  VISIT\n"
    for who, (before, after) in values.items():
        text += f"{who}  CGA  {before}  ng/mL  100  2024-01-09  BASE\n"
        text += "" if after is None else f"{who}  CGA  {after}  ng/mL  100  2024-03-09  C2\n"
    one = protocol(
        biomarkers={"CGA": MARKER},
        endpoints={"CGA": RESPONSE},
        analyses={"CGA": {"kind": "rate", "endpoint": "CGA", "analysis_set": "ALL"}},
    )
    adam = derive_adam(one, treated(SUBJECTS, LB=text))
    rows = analyse(one, adam.datasets).rows
    found = {name: (value, n) for name, value, n in rows.select("statistic", "value", "n").rows()}
    low, high = exact(1, 2)
    assert found == {
        "responders": (1.0, 2),
        "estimate": (50.0, 2),
        "lower": (pytest.approx(low), 2),
        "upper": (pytest.approx(high), 2),
        "unknown": (2.0, 4),
    }
    warning = rows.filter(pl.col("statistic") == "estimate")["warning"].item()
    assert warning == "1 in the analysis set without a value, left out; 2 not evaluable, left out"


def test_condition_of_a_share_that_names_no_column_is_refused() -> None:
    wrong = {**RESPONSE, "counts": "RESPONSE = 'Y'"}
    one = protocol(
        biomarkers={"CGA": MARKER},
        endpoints={"CGA": wrong},
        analyses={"CGA": {"kind": "rate", "endpoint": "CGA", "analysis_set": "ALL"}},
    )
    with pytest.raises(ProtocolError, match=r"endpoints\.CGA\.counts: found RESPONSE"):
        analyse(one, derive_adam(one, treated(SUBJECTS)).datasets)

"""Verdicts beside the site's record: which counts, whether they agree, what is asked back."""

from dataclasses import replace

import polars as pl
import pytest

from tests.adam.candidates import bundled, candidates, judged, lab, put
from tests.adam.study import protocol, study
from topline.adam.adam import Adam, derive_adam
from topline.adam.adie import ADIE
from topline.errors import ProtocolError
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import SourceFile

CRITERIA = {
    "inclusion": [
        {"id": "I01", "text": "Adult", "rule": "AGE >= 18"},
        {"id": "I02", "text": "Able to walk"},
    ],
    "exclusion": [
        {"id": "E01", "text": "Old", "rule": "AGE > 75"},
        {"id": "E02", "text": "Pregnant"},
    ],
}
DM = """
    ID  ARMCD     AGE  SEX
    01  A         60   F
    02  A         80   M     # too old, and enrolled
    03  A         .    M
    04  A         17   F
    05  Scrnfail  80   M
    06  Scrnfail  50   F
"""
DS = """
    ID  DSDECOD         DSTERM                 DSSTDTC
    01  ENROLLED        Enrolled               2024-01-10
    02  ENROLLED        Enrolled               2024-01-10
    03  ENROLLED        Enrolled               2024-01-10
    04  ENROLLED        Enrolled               2024-01-10
    05  SCREEN FAILURE  Criteria not met       2024-01-05
    06  SCREEN FAILURE  Withdrew consent       2024-01-05
"""
IE = """
    ID  IETESTCD  IETEST        IECAT      IEORRES  IESTRESC  IEDTC
    02  I02       Able to walk  INCLUSION  N        N         2024-01-02
    04  E01       Old           EXCLUSION  N        N         2024-01-02   # as if it were asked
    05  E01       Old           EXCLUSION  Y        Y         2024-01-02
    06  I01       Adult         INCLUSION  N        N         2024-01-02   # wrong: 50 years old
"""


def plan(**eligibility: object) -> Protocol:
    return protocol(eligibility=CRITERIA | eligibility)


def adam(ie: str = IE, plan: Protocol | None = None) -> Adam:
    return derive_adam(plan or protocol(eligibility=CRITERIA), study(DM=DM, DS=DS, IE=ie))


def table(adie: pl.DataFrame, column: str) -> dict[str, list[str | None]]:
    """One column by subject, in the order I01, I02, E01, E02."""
    return dict(adie.group_by("USUBJID", maintain_order=True).agg(column).rows())


M, N, U = "MET", "NOT MET", "CANNOT BE JUDGED"


def test_verdicts_of_rules_and_of_sites() -> None:
    assert table(adam()["ADIE"], "AVALC") == {
        "01": [M, M, N, N],
        "02": [M, N, M, N],
        "03": [U, M, U, N],
        "04": [N, M, N, N],
        "05": [M, U, M, U],  # of those who never entered, silence says nothing
        "06": [M, U, N, U],
    }


def test_what_stands_against_entry_and_what_follows() -> None:
    adie = adam()["ADIE"]
    assert table(adie, "VIOLFL") == {
        "01": [None, None, None, None],
        "02": [None, "Y", "Y", None],
        "03": [None, None, None, None],
        "04": ["Y", None, None, None],
        "05": [None, None, "Y", None],
        "06": [None, None, None, None],
    }
    over_all = {who: found[0] for who, found in table(adie, "ELIG").items()}
    assert over_all == {
        "01": "ELIGIBLE", "02": "NOT ELIGIBLE", "03": U, "04": "NOT ELIGIBLE",
        "05": "NOT ELIGIBLE", "06": U,
    }  # fmt: skip


def test_agreement_of_rule_and_site() -> None:
    assert table(adam()["ADIE"], "AGREEFL") == {
        "01": ["Y", None, "Y", None],
        "02": ["Y", None, "N", None],  # no exception recorded, though he is too old
        "03": [None, None, None, None],
        "04": ["N", None, "Y", None],
        "05": [None, None, "Y", None],
        "06": ["N", None, None, None],
    }


def test_disagreement_and_what_the_enrolled_lack_are_asked_back() -> None:
    queries = adam().queries.filter(domain="ADIE")
    assert queries.select("subject", "record", "rule", "found").rows() == [
        ("02", None, "ADIE.disagreement",
         "E01: MET by its rule, NOT MET by the site (Age 80 years)"),
        ("04", None, "ADIE.disagreement",
         "I01: NOT MET by its rule, MET by the site (Age 17 years)"),
        ("06", "IESEQ=1", "ADIE.disagreement",
         "I01: MET by its rule, NOT MET by the site (Age 50 years)"),
        ("03", None, "ADIE.missing", "E01 cannot be judged; Age: not known"),
        ("03", None, "ADIE.missing", "I01 cannot be judged; Age: not known"),
    ]  # fmt: skip


def test_a_rule_that_cannot_tell_gives_way_to_what_the_site_recorded() -> None:
    ie = "ID  IETESTCD  IETEST  IECAT  IEORRES  IESTRESC  IEDTC\n"
    adie = adam(f"{ie}03  E01  Old  EXCLUSION  Y  Y  2024-01-02")["ADIE"]
    row = adie.filter(USUBJID="03", PARAMCD="E01").row(0, named=True)
    assert (row["AVALC"], row["BASIS"], row["VIOLFL"], row["MISSING"]) == (M, "SITE", "Y", None)
    assert (row["SRCDOM"], row["SRCVAR"], row["SRCSEQ"]) == ("IE", "IEORRES", 1)
    assert row["AREASON"] == "recorded by the site: IEORRES = Y; the rule lacks Age: not known"


def test_silence_says_nothing_where_no_exceptions_were_handed_over() -> None:
    sdtm = study(DM=DM, DS=DS)
    adie = derive_adam(plan(), sdtm)["ADIE"]
    assert table(adie, "AVALC")["01"] == [M, U, N, U]
    assert adie["SITEAVAL"].null_count() == adie.height
    assert adie["MISSING"].drop_nulls().unique().sort().to_list() == [
        "Age: not known", "the site's judgement: no record in IE",
    ]  # fmt: skip
    empty = SourceFile("ie.csv", "CSV", "0", 0, ("IE",))
    told = derive_adam(plan(), replace(sdtm, files=(empty,)))["ADIE"]
    assert table(told, "AVALC")["01"] == [M, M, N, N]  # a file without rows: no exceptions


def test_planned_and_never_heard_of_again_is_not_enrolled() -> None:
    sdtm = study(DM="ID  ARMCD  AGE\n01  A  60", IE=IE.replace("02  I02", "01  I02"))
    assert table(derive_adam(plan(), sdtm)["ADIE"], "SITEAVAL") == {"01": [None, N, None, None]}


def test_odd_records_of_ie_are_listed_and_nothing_is_lost() -> None:
    ie = """
        ID  IETESTCD  IETEST  IECAT      IEORRES  IESTRESC  IEDTC       IESEQ
        01  I99       Other   INCLUSION  N        N         2024-01-02  1
        01  I01       Adult   EXCLUSION  Y        Y         2024-01-02  2
        02  e01       Old     EXCLUSION  N        N         2024-01-02  1
        02  E01       Old     EXCLUSION  Y        Y         2024-01-03  2
    """
    found = adam(ie)
    queries = found.queries.filter(pl.col("rule").str.contains("IETESTCD|IECAT|several"))
    assert queries.select("subject", "record", "rule", "found").rows() == [
        ("01", "IESEQ=2", "ADIE.IECAT", "I01 as EXCLUSION, in the protocol INCLUSION"),
        ("01", "IESEQ=1", "ADIE.IETESTCD", "I99"),
        ("02", "IESEQ=2", "ADIE.several", "several records of E01"),
    ]
    row = found["ADIE"].filter(USUBJID="02", PARAMCD="E01").row(0, named=True)
    assert (row["SITEAVAL"], row["IESEQ"], row["AGREEFL"]) == (M, 2, "Y")


def test_rows_are_in_the_protocols_order_and_of_the_schema() -> None:
    adie = adam()["ADIE"]
    ADIE.validate(adie.select(ADIE.column_names()), cast=False)
    assert adie["PARAMCD"].to_list() == ["I01", "I02", "E01", "E02"] * 6
    assert adie["ASEQ"].to_list() == [1, 2, 3, 4] * 6
    assert {"TRT01P", "AGE", "FASFL"} <= set(adie.columns)


def test_a_protocol_without_criteria_gives_no_dataset() -> None:
    assert "ADIE" not in derive_adam(protocol(), study(DM=DM, DS=DS)).datasets


def test_values_and_their_dates_are_told() -> None:
    row = judged({"01": ()}).filter(PARAMCD="I13").row(0, named=True)
    assert row["USED"] == (
        "Creatinine clearance (Cockcroft-Gault) 83.4889 mL/min; Creatinine 70 umol/L (2022-03-08); "
        "Age 60 years; Weight 70 kg (2022-03-08); Gender F"
    )  # 0.85 x 80 x 70 / (72 x 70 / 88.4) = 0.85 x 80 x 88.4 / 72
    assert str(row["ADT"]) == "2022-03-08"
    assert (row["SRCDOM"], row["SRCVAR"], row["AREASON"]) == (
        "ADSL",
        "CRCLBL",
        "rule: CRCLBL >= 60",
    )


def test_the_latest_date_of_the_values_is_the_verdicts() -> None:
    late = put("EG", EGDTC="2022-03-12"), lab("AST", LBDTC="2022-03-11")
    rows = judged({"01": late})
    dates = dict(rows.select("PARAMCD", pl.col("ADT").cast(pl.String)).rows())
    assert (dates["E02"], dates["I12"], dates["I01"]) == ("2022-03-12", "2022-03-11", None)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_records_changes_nothing(seed: int) -> None:
    cases = {"01": (), "02": (lab("HGB", 80),), "03": (put("DM", SEX=None),)}
    sdtm = candidates(cases)
    mixed = {
        name: frame.sample(fraction=1, shuffle=True, seed=seed)
        for name, frame in sdtm.domains.items()
    }
    first, second = (
        derive_adam(bundled(), data)["ADIE"] for data in (sdtm, replace(sdtm, domains=mixed))
    )
    assert first.equals(second)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("AEG >= 18", r"eligibility\.inclusion\[0\]\.rule: AEG >= 18: ADSL has no column AEG "
                      r"\(did you mean AGE\?\)"),
        ("AGE + 1", r"eligibility\.inclusion\[0\]\.rule: AGE \+ 1 cannot be evaluated over ADSL: "
                    r"it gives Float64, expected a condition"),
        ("SEX > 1 + 'x'", r"eligibility\.inclusion\[0\]\.rule: .* cannot be evaluated over ADSL"),
    ],
)  # fmt: skip
def test_rules_that_are_none_are_refused_in_words(rule: str, words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        adam(plan=plan(inclusion=[{"id": "I01", "text": "Adult", "rule": rule}]))


def test_all_unknown_columns_are_listed_at_once() -> None:
    criteria = [{"id": f"I{i}", "text": "x", "rule": f"NONE{i} = 1"} for i in range(3)]
    with pytest.raises(ProtocolError, match="3 problem"):
        adam(plan=plan(inclusion=criteria))


def test_a_criterion_comes_once() -> None:
    with pytest.raises(ValueError, match="each criterion once; I01 more than once"):
        plan(exclusion=[{"id": "i01", "text": "Again"}])

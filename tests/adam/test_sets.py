import polars as pl
import pytest

from tests.adam.study import protocol, study, treated
from topline.adam.adam import derive_adam
from topline.errors import ProtocolError

SETS = {
    "ALL": {"label": "Enrolled", "where": "ENRLFL = 'Y'", "flag": "FASFL"},
    "SAFETY": {
        "label": "Treated",
        "where": "FASFL = 'Y' AND TRTSDT IS NOT NULL",
        "flag": "SAFFL",
        "exclusions": [
            {"where": "SCRFFL = 'Y'", "reason": "Screen failure"},
            {"where": "TRTSDT IS NULL", "reason": "Not treated"},
        ],
    },
    "OLD": {
        "label": "65 or older",
        "where": "SAFFL = 'Y' AND AGE >= 65",
        "flag": "OLDFL",
        "exclusions": [{"where": "AGE < 65", "reason": "Younger"}],
    },
}
DATA = {
    "DM": """
        ID  ARMCD     AGE
        01  A         70
        02  A         50
        03  A         .         # age not known
        04  A         80        # not treated
        05  SCRNFAIL  40
    """,
    "DS": """
        ID  DSDECOD         DSSTDTC
        01  ENROLLED        2024-01-01
        02  ENROLLED        2024-01-01
        03  ENROLLED        2024-01-01
        04  ENROLLED        2024-01-01
        05  SCREEN FAILURE  2024-01-01
    """,
    "EX": "ID  EXSTDTC\n01  2024-01-02\n02  2024-01-02\n03  2024-01-02",
}


def test_members_have_a_flag_and_the_others_the_first_reason_that_holds() -> None:
    adsl = derive_adam(protocol(analysis_sets=SETS), study(**DATA))["ADSL"]
    assert adsl.select("FASFL", "SAFFL", "SAFRS", "OLDFL", "OLDRS").rows() == [
        ("Y", "Y", None, "Y", None),
        ("Y", "Y", None, None, "Younger"),
        # unknown is not in the set, and no reason of the protocol holds
        ("Y", "Y", None, None, "Not in the set: 65 or older"),
        ("Y", None, "Not treated", None, "Not in the set: 65 or older"),
        (None, None, "Screen failure", None, "Younger"),
    ]


def test_every_subject_is_a_member_or_has_a_reason() -> None:
    adsl = derive_adam(protocol(analysis_sets=SETS), study(**DATA))["ADSL"]
    for name in ("FAS", "SAF", "OLD"):
        inside, why = adsl[f"{name}FL"].is_not_null(), adsl[f"{name}RS"].is_not_null()
        assert (inside ^ why).all()


def test_flags_stand_on_every_dataset() -> None:
    adam = derive_adam(protocol(analysis_sets=SETS), study(**DATA))
    for dataset in adam.datasets.values():
        assert {"FASFL", "SAFFL", "OLDFL"} <= set(dataset.columns)
    deaths = adam["ADRS"].filter(PARAMCD="DEATH").select("USUBJID", "OLDFL").rows()
    assert deaths == [("01", "Y"), ("02", None), ("03", None), ("04", None)]


def test_a_set_may_use_only_sets_before_it() -> None:
    sets = {"OLD": SETS["OLD"], "SAFETY": SETS["SAFETY"]}
    with pytest.raises(ProtocolError) as caught:
        derive_adam(protocol(analysis_sets=sets), study(**DATA))
    assert "analysis_sets.OLD.where" in str(caught.value)
    assert "ADSL has no column SAFFL" in str(caught.value)
    assert "ADSL has no column FASFL" in str(caught.value)


def test_a_set_that_is_no_condition_is_refused() -> None:
    sets = {"ALL": {"label": "All", "where": "AGE + 1", "flag": "FASFL"}}
    with pytest.raises(ProtocolError, match="expected a condition"):
        derive_adam(protocol(analysis_sets=sets), study(**DATA))


def test_assessments_after_baseline_are_counted_whatever_they_show() -> None:
    sdtm = treated(
        {"01": ("2024-01-01", "2024-03-01"), "02": ("2024-01-01", "2024-03-01")},
        RS="""
            ID  RSTESTCD  RSSTRESC  RSDTC       VISITNUM
            01  OVRLRESP  NE        2024-02-26  2
            01  OVRLRESP  SD        2024-04-22  3
        """,
    )
    adsl = derive_adam(protocol(response={"source": "reported"}), sdtm)["ADSL"]
    assert adsl.select("NPOSTBAS", "BOR").rows() == [(2, "SD"), (0, "NE")]
    assert adsl.schema["BORDT"] == pl.Date

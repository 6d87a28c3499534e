from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.sdtm.study import CLEAN, read_changed, write_study
from topline.sdtm.collected import Sdtm
from topline.sdtm.cut import cut_data
from topline.sdtm.read import read_sdtm

LEFT, EMPTIED = "record left out", "value emptied"


def _cut(folder: Path, cutoff: date) -> Sdtm:
    return cut_data(read_sdtm(write_study(folder)), cutoff)


@pytest.mark.parametrize(
    ("start", "stays"),
    [
        ("2021-03-10", True),  # the day of the cut is in
        ("2021-03-11", False),
        ("2021-03-10T23:59", True),
        ("2021-03", True),  # could have begun on the 1st
        ("2021-04", False),
        ("2021", True),
        ("2021---11", True),  # could be 11 January
        ("2022", False),
        ("", True),  # nothing says that it was later
    ],
)
def test_first_possible_day_decides(tmp_path: Path, start: str, *, stays: bool) -> None:
    sdtm = read_changed(tmp_path, "ae.csv", "1,2021-03,", f"1,{start},")
    cut = cut_data(sdtm, date(2021, 3, 10))
    seen = cut["AE"].filter(USUBJID="S-001", AESEQ=2).height
    assert seen == stays
    listed = cut.after_cut.filter(domain="AE", record="AESEQ=2", consequence=LEFT).rows()
    assert listed == [] if stays else [("AE", "S-001", "AESEQ=2", "AESTDTC", start, LEFT)]


def test_subjects_stay_who_consented_by_the_cut(tmp_path: Path) -> None:
    cut = _cut(tmp_path, date(2021, 2, 15))  # S-002 consented on 20 February
    assert cut["DM"]["USUBJID"].to_list() == ["S-001"]
    for frame in cut.domains.values():
        assert set(frame["USUBJID"]) <= {"S-001"}
    assert cut.after_cut.filter(subject="S-002", domain="DM").rows() == [
        ("DM", "S-002", "S-002", "RFICDTC", "2021-02-20", LEFT)
    ]


def test_consented_and_not_yet_treated_stays_without_treatment(tmp_path: Path) -> None:
    cut = _cut(tmp_path, date(2021, 2, 25))
    second = cut["DM"].filter(USUBJID="S-002")
    assert second.select("RFSTDTC", "RFXSTDTC", "DTHDTC", "DTHFL").row(0) == (None,) * 4
    assert cut["EX"].filter(USUBJID="S-002").is_empty()


def test_death_after_the_cut_is_not_known(tmp_path: Path) -> None:
    # S-002: perforation on 20 December, fatal on 24 December 2021
    cut = _cut(tmp_path, date(2021, 12, 23))
    assert cut["DM"].filter(USUBJID="S-002").select("DTHDTC", "DTHFL").row(0) == (None, None)
    ae = cut["AE"].filter(USUBJID="S-002")
    assert ae.select("AETERM", "AEENDTC", "AEOUT", "AETOXGR").row(0) == (
        "perforation", None, None, None
    )  # fmt: skip
    emptied = cut.after_cut.filter(subject="S-002", consequence=EMPTIED)
    assert emptied.select("domain", "variable", "date").rows() == [
        ("AE", "AEENDTC", "2021-12-24"),
        ("AE", "AEOUT", "FATAL"),
        ("AE", "AETOXGR", "5"),
        ("DM", "DTHDTC", "2021-12-24"),
        ("DM", "DTHFL", "Y"),
    ]


def test_death_is_not_known_from_an_event_without_end(tmp_path: Path) -> None:
    sdtm = read_changed(tmp_path, "ae.csv", "2021-12-20,2021-12-24", "2021-12-20,")
    ae = cut_data(sdtm, date(2021, 12, 23))["AE"].filter(USUBJID="S-002")
    assert ae.select("AEOUT", "AETOXGR").row(0) == (None, None)


def test_exposure_over_the_cut_goes_on(tmp_path: Path) -> None:
    cut = _cut(tmp_path, date(2021, 6, 1))
    assert cut["EX"].select("EXSTDTC", "EXENDTC").rows() == [
        ("2021-02-01", None),
        ("2021-03-01", None),
    ]


def test_qualifiers_leave_with_their_record(tmp_path: Path) -> None:
    cut = _cut(tmp_path, date(2021, 2, 9))  # the event began on 10 February
    assert cut["SUPPAE"].is_empty()
    assert cut.after_cut.filter(domain="SUPPAE").height == 1


def test_nothing_is_lost_silently(tmp_path: Path) -> None:
    sdtm = read_sdtm(write_study(tmp_path))
    for cutoff in (date(2020, 1, 1), date(2021, 2, 15), date(2021, 3, 10), date(2021, 12, 23)):
        cut = cut_data(sdtm, cutoff)
        for name, frame in sdtm.domains.items():
            left = cut.after_cut.filter(domain=name, consequence=LEFT)
            assert cut[name].height + left.height == frame.height, (name, cutoff)
            emptied = cut.after_cut.filter(domain=name, consequence=EMPTIED)
            kept = frame.join(
                cut[name].select(_keys(frame, name)), on=_keys(frame, name), how="semi"
            )
            lost = sum(cut[name].null_count().row(0)) - sum(kept.null_count().row(0))
            assert lost == emptied.height, (name, cutoff)


def test_cut_after_everything_changes_nothing(tmp_path: Path) -> None:
    sdtm = read_sdtm(write_study(tmp_path))
    cut = cut_data(sdtm, date(2030, 1, 1))
    assert cut.after_cut.is_empty()
    for name, frame in sdtm.domains.items():
        assert cut[name].equals(frame)


def test_cut_twice_is_cut_once(tmp_path: Path) -> None:
    once = _cut(tmp_path, date(2021, 3, 10))
    twice = cut_data(once, date(2021, 3, 10))
    assert twice.after_cut.is_empty()
    assert all(frame.equals(twice[name]) for name, frame in once.domains.items())


def _keys(frame: pl.DataFrame, name: str) -> list[str]:
    sequence = f"{name}SEQ"
    return ["USUBJID", sequence] if sequence in frame.columns else ["USUBJID"]


def test_clean_study_reaches_beyond_every_cut_tested() -> None:
    assert "2021-12-24" in CLEAN["dm.csv"]

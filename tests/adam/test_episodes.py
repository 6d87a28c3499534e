import datetime as dt

import pytest

from tests.adam.study import protocol, treated
from topline.adam.adam import derive_adam

DOSES = {"01": ("2024-03-01", "2024-05-01")}


def episodes(rows: str, **rules: object) -> list[tuple[object, ...]]:
    """EPISODE, its end, and whether it resolved, by --SEQ."""
    events = "ID  AEDECOD  AETERM  AESTDTC  AEENDTC  AEOUT\n" + rows
    adae = derive_adam(protocol(adverse_events=rules), treated(DOSES, AE=events))["ADAE"]
    return adae.sort("USUBJID", "AESEQ").select("EPISODE", "EPISENDT", "EPRESFL").rows()


def day(number: int) -> dt.date:
    return dt.date(2024, 3, number)


@pytest.mark.parametrize(
    ("start", "within", "number"),
    [
        # the first record ended on 10 March
        ("2024-03-10", "1 day", 1),
        ("2024-03-11", "1 day", 1),
        ("2024-03-12", "1 day", 2),
        ("2024-03-11", "0 days", 2),
        ("2024-03-17", "7 days", 1),
        ("2024-03-18", "7 days", 2),
    ],
)
def test_a_record_goes_on_with_an_episode_that_ended_so_long_before(
    start: str, within: str, number: int
) -> None:
    rows = f"""
        01  NAUSEA  x  2024-03-05  2024-03-10  RECOVERING/RESOLVING
        01  NAUSEA  x  {start}     2024-03-20  RECOVERED/RESOLVED
    """
    found = episodes(rows, same_episode_within=within)
    assert found[1] == (number, day(20), "Y")
    assert found[0] == ((1, day(20), "Y") if number == 1 else (1, day(10), None))


def test_other_terms_and_subjects_have_their_own_episodes() -> None:
    rows = """
        01  NAUSEA  x  2024-03-05  2024-03-10  RECOVERED/RESOLVED
        01  RASH    x  2024-03-06  2024-03-20  RECOVERED/RESOLVED
        01  NAUSEA  x  2024-03-30  .           NOT RECOVERED/NOT RESOLVED
        02  NAUSEA  x  2024-03-06  2024-03-11  RECOVERED/RESOLVED WITH SEQUELAE
    """
    assert episodes(rows) == [
        (1, day(10), "Y"),
        (1, day(20), "Y"),
        (2, None, None),
        (1, day(11), "Y"),
    ]


def test_a_record_without_an_end_lasts_until_the_next() -> None:
    rows = """
        01  NAUSEA  x  2024-03-05  .           RECOVERING/RESOLVING
        01  NAUSEA  x  2024-03-20  2024-03-25  RECOVERED/RESOLVED
    """
    assert episodes(rows) == [(1, day(25), "Y"), (1, day(25), "Y")]


def test_a_short_record_within_a_long_one_does_not_end_the_episode() -> None:
    rows = """
        01  NAUSEA  x  2024-03-05  2024-03-25  RECOVERING/RESOLVING
        01  NAUSEA  x  2024-03-07  2024-03-08  RECOVERING/RESOLVING
        01  NAUSEA  x  2024-03-20  2024-03-22  RECOVERED/RESOLVED
    """
    assert episodes(rows) == [(1, day(25), "Y")] * 3


def test_an_unknown_start_stands_alone_and_terms_as_reported_do_where_nothing_is_coded() -> None:
    rows = """
        01  .  NAUSEA  2024-03-05  2024-03-10  RECOVERED/RESOLVED
        01  .  NAUSEA  .           2024-03-10  RECOVERED/RESOLVED
        01  .  RASH    2024-03-11  2024-03-12  FATAL
    """
    assert episodes(rows) == [(1, day(10), "Y"), (2, day(10), "Y"), (1, day(12), None)]


def test_what_counts_as_resolved_is_an_option() -> None:
    rows = "01  RASH  x  2024-03-05  2024-03-10  RECOVERED/RESOLVED WITH SEQUELAE"
    assert episodes(rows)[0][2] == "Y"
    assert episodes(rows, resolved=["RECOVERED/RESOLVED"])[0][2] is None

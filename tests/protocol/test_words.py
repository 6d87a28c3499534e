import pytest

from topline.protocol.words import Duration


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1 day", 1.0),
        ("8 weeks", 56.0),
        ("6 months", 182.625),
        ("1 year", 365.25),
        ("1.5 weeks", 10.5),
    ],
)
def test_duration_counts_days(text: str, days: float) -> None:
    assert Duration(text).days == days


@pytest.mark.parametrize(
    "text", ["", "8", "weeks", "-8 weeks", "8weeks", "8 fortnights", "8 weeks 2 days"]
)
def test_other_words_are_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="such as 28 days"):
        Duration(text)


def test_durations_of_one_length_are_equal() -> None:
    assert Duration("4 weeks") == Duration("28 days")
    assert len({Duration("4 weeks"), Duration("28 days")}) == 1

"""Queries as the page shows them."""

from tests.displays.example import queries
from topline.report.quality import summarise_queries


def test_queries_are_counted_by_domain_and_severity() -> None:
    quality = summarise_queries(queries(), patient_level=True)
    assert quality.total == 4
    assert quality.severities == ("error", "warning", "note")
    assert quality.counts == (("(file)", 1, 0, 0, 1), ("AE", 1, 1, 0, 2), ("LB", 0, 1, 0, 1))


def test_the_worst_are_listed_first() -> None:
    listed = summarise_queries(queries(), patient_level=True).listed
    assert [line[0] for line in listed] == ["error", "error", "warning", "warning"]


def test_without_patients_none_is_listed() -> None:
    assert summarise_queries(queries(), patient_level=False).listed == ()


def test_no_queries_are_no_lines() -> None:
    quality = summarise_queries(queries().clear(), patient_level=True)
    assert (quality.total, quality.counts, quality.listed) == (0, (), ())

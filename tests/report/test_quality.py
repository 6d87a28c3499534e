"""Queries as the page counts them."""

from tests.displays.example import queries
from topline.report.quality import summarise_queries


def test_queries_are_counted_by_domain_and_severity() -> None:
    quality = summarise_queries(queries())
    assert quality.total == 4
    assert quality.severities == ("error", "warning", "note")
    assert quality.counts == (("(file)", 1, 0, 0, 1), ("AE", 1, 1, 0, 2), ("LB", 0, 1, 0, 1))


def test_no_queries_are_no_lines() -> None:
    quality = summarise_queries(queries().clear())
    assert (quality.total, quality.counts) == (0, ())

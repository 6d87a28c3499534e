"""Groups of the contents."""

import pytest

from topline.report.contents import Entry, display_groups, is_supplementary


@pytest.mark.parametrize(
    ("number", "supplementary"),
    [
        ("Table 1", False),
        ("Figure 4A", False),
        ("Figure 12-A", False),
        ("Table S1", True),
        ("Figure S12B", True),
        ("Table S-3", True),
        ("Supplementary Table 4", True),
        ("Extended Data Fig. 1", True),
        ("Appendix 2", True),
        ("Table A2", True),
        ("Table E1", True),
        ("14.1.2", False),
    ],
)
def test_the_number_tells_what_belongs_to_the_supplement(number: str, *, supplementary: bool):
    assert is_supplementary(number) is supplementary


def test_groups_are_tables_and_figures_then_those_of_the_supplement() -> None:
    numbers = ["Figure 1", "Table 1", "Table S10", "Figure S1", "Table S2", "Table 2"]
    shown = [(n.split(" ", maxsplit=1)[0].lower(), Entry(n, n, n)) for n in numbers]
    found = [
        (group.title, [entry.number for entry in group.entries]) for group in display_groups(shown)
    ]
    assert found == [
        ("Tables", ["Table 1", "Table 2"]),
        ("Figures", ["Figure 1"]),
        ("Supplementary tables", ["Table S2", "Table S10"]),  # as a person counts
        ("Supplementary figures", ["Figure S1"]),
    ]


def test_the_supplement_is_folded() -> None:
    shown = [("table", Entry("a", "A", "Table 1")), ("table", Entry("b", "B", "Table S1"))]
    assert [group.unfolded for group in display_groups(shown)] == [True, False]

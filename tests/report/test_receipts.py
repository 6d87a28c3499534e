"""Marks of figures and numbers in words, tied to their results."""

import xml.etree.ElementTree as ET

from tests.displays.results import result_rows
from topline.displays.html import plain
from topline.report.receipts import Receipts

SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'


def marks(receipts: Receipts, inner: str) -> list[ET.Element]:
    root = ET.fromstring(receipts.picture(SVG.format(inner), "Figure 1", "words"))
    return [element for element in root.iter() if "data-r" in element.attrib]


def title(mark: ET.Element) -> str | None:
    return mark.findtext("{http://www.w3.org/2000/svg}title")


def patient(subject: str, **told: object) -> dict[str, object]:
    return {"kind": "patient-changes", "level": f"S-{subject}", "level_label": subject} | told


def test_a_mark_without_words_is_named_by_its_results_the_subject_first() -> None:
    rows = result_rows(
        patient("01", parameter_label="Sum", statistic="best_change", value=-30.4, unit="%",
                display="-30.4"),
    )  # fmt: skip
    (bar,) = marks(Receipts(rows), '<g data-results="r0"><path d="M0 0h9" /></g>')
    assert title(bar) == "01, Sum: best change -30.4%"
    assert bar.get("role") == "button"


def test_what_results_share_is_said_once() -> None:
    at = [
        patient("01", section=f"day {d}", statistic="change", value=d, display=str(d), unit="%")
        for d in (9, 18, 27, 36, 45, 54)
    ]
    (line,) = marks(Receipts(result_rows(*at)), f'<g data-results="{"&#10;".join(ids(6))}"/>')
    assert title(line) == (
        "01: day 9 change 9%, day 18 change 18%, day 27 change 27%, day 36 change 36% and 2 more"
    )


def ids(n: int) -> list[str]:
    return [f"r{i}" for i in range(n)]


def test_words_of_a_mark_are_its_name_with_the_subject_where_they_do_not_say_it() -> None:
    rows = result_rows(patient("01", display="SD"), {"kind": "flow", "display": "37"})
    receipts = Receipts(rows)
    inner = (
        '<g data-results="r0"><text>SD</text></g><g data-results="r0"><text>01 SD</text></g>'
        '<g data-results="r1"><text>Enrolled</text><text>(n = 37)</text></g>'
    )
    names = [mark.get("aria-label") for mark in marks(receipts, inner)]
    assert names == ["SD, 01", "01 SD", "Enrolled (n = 37)"]


def test_a_mark_that_only_says_its_value_has_no_word_for_it() -> None:
    rows = result_rows(
        patient("01", parameter_label="Reason", by="DCTREAS", group_label="Death",
                statistic="value", display="Death"),
    )  # fmt: skip
    assert Receipts(rows).name(("r0",)) == "01, Reason: Death"


def test_a_result_that_is_nowhere_still_gives_a_name() -> None:
    assert Receipts(result_rows()).name(("gone",)) == "Mark"


def test_one_mark_of_a_figure_is_a_stop_of_the_tab_key() -> None:
    rows = result_rows({"display": "1"}, {"display": "2"})
    inner = "".join(f'<g data-results="{i}"><text>{i}</text></g>' for i in ids(2))
    assert [mark.get("tabindex") for mark in marks(Receipts(rows), inner)] == ["0", "-1"]


def test_thin_lines_have_room_to_be_hit() -> None:
    rows = result_rows({"display": "1"})
    inner = '<g data-results="r0"><path d="M0 0h9" fill="none" stroke-width="1" /></g>'
    (mark,) = marks(Receipts(rows), inner)
    reach = mark[-1]
    assert (reach.get("class"), reach.get("d")) == ("reach", "M0 0h9")
    assert (reach.get("stroke-opacity"), reach.get("pointer-events")) == ("0", "stroke")


def test_pictures_are_written_to_a_hundredth_of_a_point() -> None:
    inner = (
        '<path d="M 46.123456 228.8  L 5e-7 -1.0049  " />\n '
        '<text x="80.959848">1.23456  kept</text>'
    )
    shown = Receipts(result_rows()).picture(SVG.format(inner), "Figure 1", "words")
    assert 'd="M 46.12 228.8 L 5e-7 -1.00"' in shown
    assert '<text x="80.96">1.23456  kept</text>' in shown


def test_numbers_in_words_become_buttons() -> None:
    receipts = Receipts(result_rows({"display": "15.2"}))
    html = f"<p>{plain('15.2%', ('r0', 'r1'))} of {plain('33', ('r1',))} &lt; all</p>"
    assert receipts.linked(html) == (
        '<p><button type="button" data-r="0 1">15.2%</button> of '
        '<button type="button" data-r="1">33</button> &lt; all</p>'
    )
    assert receipts.result_ids == ("r0", "r1")

"""Pages, pictures and text say the numbers of their design, the same each time."""

import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from topline.design.goal import Goal
from topline.design.justification.document import write_document
from topline.design.justification.justification import Justification
from topline.design.justification.one_look import justify_single_stage
from topline.design.justification.operating_plot import draw_operating
from topline.design.justification.page import justification_html
from topline.design.justification.stages import justify_simon
from topline.design.justification.text import justification_json, justification_text
from topline.design.one_arm_binary.simon import find_simon
from topline.design.one_arm_binary.single_stage import single_stage_of


@pytest.fixture(scope="module")
def founding() -> Justification:
    design = single_stage_of(Goal(0.25, 0.5, 0.1, 0.9), 35, 13)
    return justify_single_stage(design, dropout=0.15, enrol=35)


def test_protocol_text_has_the_exact_errors(founding: Justification) -> None:
    text = " ".join(founding.paragraphs)
    assert "35 subjects will be evaluated" in text
    assert "if 13 or more respond" in text
    assert "7.56 % at 25 %" in text
    assert "95.5 % at 50 %" in text
    assert "0.0755718523" in text
    assert "0.9552344605" in text


def test_sensitivity_to_drop_out_is_a_table(founding: Justification) -> None:
    table = founding.tables[0]
    assert [row[3] for row in table.rows] == ["0.9552", "0.9188", "0.7906"]


def test_a_smaller_design_is_noted(founding: Justification) -> None:
    assert any("26 subjects with 10 responders needed would do" in n for n in founding.notes)


def test_page_loads_nothing_and_is_the_same_each_time(founding: Justification) -> None:
    page = justification_html(founding)
    assert page == justification_html(founding)
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=\"(?!#)", page)
    assert "<svg" in page
    assert page.count("<h1>") == 1


def test_picture_is_svg_with_both_curves(founding: Justification) -> None:
    assert founding.curve is not None
    picture = draw_operating(founding.curve)
    root = ET.fromstring(picture)
    assert root.tag.endswith("svg")
    for words in ("Probability of success", "Expected number of subjects", "alternative"):
        assert words in picture
    assert picture == draw_operating(founding.curve)


def test_curve_passes_through_alpha_and_power(founding: Justification) -> None:
    curve = founding.curve
    assert curve is not None
    at = dict(zip(curve.rates, curve.success, strict=True))
    assert at[0.5] == pytest.approx(0.95523446)
    assert curve.marks == ((0.25, "null"), (0.5, "alternative"))


def test_word_document_has_the_text_and_is_the_same_each_time(
    founding: Justification, tmp_path: Path
) -> None:
    one, two = tmp_path / "one.docx", tmp_path / "two.docx"
    write_document(founding, one)
    write_document(founding, two)
    assert one.read_bytes() == two.read_bytes()
    body = zipfile.ZipFile(one).read("word/document.xml").decode()
    assert "if 13 or more respond" in body
    assert "excluded, boundary re-derived" in body


def test_json_has_numbers_to_all_digits(founding: Justification) -> None:
    content = json.loads(justification_json(founding))
    assert content["alpha"] == pytest.approx(0.07557185227763787, rel=1e-12)
    assert content["with_dropout"][2]["power"] == pytest.approx(0.79055915, abs=1e-8)


def test_simons_page_lists_the_admissible_designs() -> None:
    found = find_simon(Goal(0.1, 0.3, 0.05, 0.8))
    told = justify_simon(found, found.optimal, dropout=0.1)
    assert [row[0] for row in told.tables[0].rows] == [
        "minimax", "admissible", "admissible", "optimal",
    ]  # fmt: skip
    assert told.title == "Simon's optimal design: 1/10, 5/29"
    text = justification_text(told)
    assert "certain failure ends the trial" in text
    assert all(line == line.rstrip() for line in text.splitlines())

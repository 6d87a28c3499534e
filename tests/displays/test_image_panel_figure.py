"""Panels of pictures: where each stands, how long its bar is, and what of its file passes on."""

import base64
import datetime as dt
import re
import xml.etree.ElementTree as ET
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from skimage.data import immunohistochemistry

from tests.displays.boxes import outside, overlapping
from tests.pictures import paint, saved, tissue, with_pictures
from topline.displays.documents.imprint import Imprint
from topline.displays.documents.pictures import draw_raster, picture_pdf
from topline.displays.embedded_picture import MOST_BYTES
from topline.displays.figure import Figure
from topline.displays.write import standalone_svg
from topline.protocol.references import broken_references
from topline.trial import Trial

SVG = "{http://www.w3.org/2000/svg}"
URI = re.compile(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)")
HOSTILE = '<script>alert("x")</script> & o\'brien'
ROWS: list[dict[str, object]] = [
    {"IMAGE": "a.png", "MARKER": "AXL", "PIXELUM": 2.8, "STAINING": "NEGATIVE"},
    {"IMAGE": "b.png", "PIXELUM": 0.5, "STAINING": "WEAK", "USUBJID": "02", "CAPTION": HOSTILE},
    {"IMAGE": "c.png", "STAINING": "NEGATIVE", "USUBJID": "03"},
]
FILES = {row["IMAGE"]: tissue() for row in ROWS if isinstance(row["IMAGE"], str)}


def figure(trial: Trial) -> Figure:
    (display,) = trial.displays
    assert isinstance(display, Figure)
    return display


def elements(made: Figure, tag: str) -> list[ET.Element]:
    return list(ET.fromstring(made.svg).iter(f"{SVG}{tag}"))


def words(made: Figure) -> list[str]:
    return [element.text or "" for element in elements(made, "text")]


def places(made: Figure) -> list[tuple[float, float]]:
    return [(float(e.get("x", "")), float(e.get("y", ""))) for e in elements(made, "image")]


def shown(made: Figure) -> list[Image.Image]:
    return [Image.open(BytesIO(base64.b64decode(text))) for text in URI.findall(made.svg)]


def test_a_row_is_a_marker_and_a_column_a_staining() -> None:
    made = figure(with_pictures(ROWS, FILES))
    (a_x, a_y), (b_x, b_y), (c_x, c_y) = places(made)
    # AXL negative; c-MET negative, c-MET weak
    assert (a_x, a_y < b_y, b_y) == (b_x, True, c_y)
    assert c_x > b_x
    titles = [t for t in words(made) if t in "ABCD" or (", " in t and "score" not in t)]
    assert titles == ["A", "AXL, negative", "B", "c-MET, negative", "C", "c-MET, weak"]


def test_several_pictures_of_one_marker_and_staining_are_all_shown() -> None:
    rows = [*ROWS, {"IMAGE": "d.png", "STAINING": "NEGATIVE"}, {"IMAGE": "e.png"}]
    made = figure(with_pictures(rows, FILES | {"d.png": tissue(), "e.png": tissue()}))
    assert len(elements(made, "image")) == 5
    assert len(set(places(made))) == 5
    assert "c-MET" in words(made)  # nobody said how it was read


def test_pictures_may_follow_each_other_instead() -> None:
    made = figure(with_pictures(ROWS, FILES, display={"columns": 2}))
    (a_x, a_y), (b_x, b_y), (c_x, c_y) = places(made)
    assert (a_y, a_x < b_x) == (b_y, True)
    assert (c_x, c_y > a_y) == (a_x, True)


@pytest.mark.parametrize(("width", "points"), [("one column", 252.28), ("two columns", 518.74)])
@pytest.mark.parametrize("columns", [1, 2, 3])
def test_the_bar_is_its_length_of_what_the_picture_shows(
    width: str, points: float, columns: int
) -> None:
    # 40 pixels of 2.8 um are 112 um, of which a quarter holds a bar of 25 um
    made = figure(with_pictures(ROWS[:1], FILES, display={"columns": columns, "width": width}))
    (image,) = elements(made, "image")
    (bar,) = [e for e in elements(made, "rect") if e.get("class") == "scale-bar"]
    wide = float(image.get("width", ""))
    assert wide == pytest.approx(points, abs=0.1)  # one picture fills its row
    assert float(bar.get("width", "")) / wide == pytest.approx(25 / 112, abs=1e-4)
    assert "25 \u00b5m" in words(made)


def test_the_bar_stays_right_when_the_picture_is_made_smaller() -> None:
    rows = [{"IMAGE": "a.png", "PIXELUM": 0.25}]
    made = figure(with_pictures(rows, {"a.png": tissue(4000, 1000)}))
    (small,) = shown(made)
    assert small.width == 2161  # 7.2 inches at 300 dots
    (bar,) = [e for e in elements(made, "rect") if e.get("class") == "scale-bar"]
    (image,) = elements(made, "image")
    assert float(bar.get("width", "")) / float(image.get("width", "")) == pytest.approx(
        0.25, abs=1e-4
    )


def test_a_tall_picture_keeps_its_shape() -> None:
    rows = [{"IMAGE": "a.png", "PIXELUM": 1.0}]
    made = figure(with_pictures(rows, {"a.png": tissue(40, 160)}))
    (image,) = elements(made, "image")
    width, height = float(image.get("width", "")), float(image.get("height", ""))
    assert height / width == pytest.approx(4, abs=0.001)
    assert height < 652


def test_without_a_pixel_size_there_is_no_bar_and_a_footnote() -> None:
    made = figure(with_pictures(ROWS[2:], FILES))
    assert not [e for e in elements(made, "rect") if e.get("class") == "scale-bar"]
    assert "No scale bar, for the pixel size is not given: A." in made.footnotes


def test_what_cannot_be_measured_is_named_below() -> None:
    glass = saved(paint((0.0, 0.0)))
    made = figure(with_pictures(ROWS, FILES | {"b.png": glass}))
    assert len(elements(made, "image")) == 2
    assert "Not shown (no stained tissue in the picture): n = 1 (02)." in made.footnotes


def test_no_picture_at_all_is_an_empty_figure_that_says_so() -> None:
    made = figure(with_pictures([], {}, study={"notice": "Made up."} | STUDY))
    assert elements(made, "image") == []
    assert made.description == "Pictures of stained sections, 0 panels."
    assert words(made) == ["Made up."]


def test_at_most_twenty_four_panels_and_the_others_are_counted() -> None:
    names = [f"{i:02d}.png" for i in range(26)]
    rows = [{"IMAGE": name} for name in names]
    made = figure(with_pictures(rows, dict.fromkeys(names, tissue()), display={"columns": 6}))
    assert len(elements(made, "image")) == 24
    assert "Not shown, for want of room: 2 pictures." in made.footnotes


def test_all_pictures_together_have_a_size_that_a_page_can_carry() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (700, 900, 3), dtype=np.uint8)
    names = [f"{i}.png" for i in range(6)]
    trial = with_pictures(
        [{"IMAGE": name} for name in names],
        dict.fromkeys(names, saved(noise)),
        display={"columns": 2},
    )
    made = figure(trial)
    assert MOST_BYTES / 2 < sum(map(len, URI.findall(made.svg))) <= MOST_BYTES


def test_only_pixels_of_a_file_pass() -> None:
    note = PngInfo()
    note.add_text("Patient", "Jane Roe")
    out = BytesIO()
    Image.fromarray(np.array(Image.open(BytesIO(tissue())))).save(out, "PNG", pnginfo=note)
    data = out.getvalue() + b"<script>alert(1)</script>"
    made = figure(with_pictures([{"IMAGE": "a.png"}], {"a.png": data}))
    (jpeg,) = (base64.b64decode(text) for text in URI.findall(made.svg))
    assert b"Jane" not in jpeg
    assert b"script" not in jpeg
    assert Image.open(BytesIO(jpeg)).info.keys() <= {
        "jfif", "jfif_version", "jfif_unit", "jfif_density",
    }  # fmt: skip


def test_words_of_the_site_are_text() -> None:
    made = figure(with_pictures(ROWS, FILES))
    assert elements(made, "script") == []
    assert "".join(words(made)).replace(" ", "").find(HOSTILE.replace(" ", "")) >= 0
    assert "href" not in {k for e in elements(made, "a") for k in e.attrib}
    assert all(e.get("href", "").startswith("data:image/jpeg;") for e in elements(made, "image"))


@pytest.mark.parametrize("columns", [None, 1, 2, 3, 6])
@pytest.mark.parametrize("width", ["one column", "two columns"])
def test_no_two_texts_touch_and_none_leaves_the_page(columns: int | None, width: str) -> None:
    display = {"columns": columns, "width": width}
    picture = figure(with_pictures(ROWS, FILES, display=display)).svg
    assert overlapping(picture) == []
    assert outside(picture) == []


def test_what_is_printed_leads_to_its_results() -> None:
    trial = with_pictures(ROWS[1:2], FILES)
    made = figure(trial)
    groups = [e.get("data-results", "").split("\n") for e in elements(made, "g")]
    linked = {result for group in groups for result in group if result}
    known = trial.results.rows.filter(trial.results.rows["section"] == "b.png")
    assert linked == set(known.filter(known["statistic"] != "field")["result_id"])
    assert made.patients


def test_the_picture_is_told_in_words() -> None:
    told = figure(with_pictures(ROWS[:1], FILES)).description
    assert told == (
        "Pictures of stained sections, 1 panel. "
        "A, AXL, negative: Pixel H-score 50; scale bar 25 \u00b5m."
    )


def test_a_real_picture_is_drawn_in_every_format() -> None:
    photograph = np.asarray(immunohistochemistry(), dtype=np.uint8)
    rows = [{"IMAGE": "a.png", "PIXELUM": 0.5}]
    files = {"a.png": saved(photograph, "JPEG")}
    made = figure(with_pictures(rows, files, display={"width": "one column"}))
    raster = np.asarray(draw_raster(made, 150).image)
    brown = (raster[..., 0] > raster[..., 2] + 40).mean()
    assert brown > 0.02  # the photograph is there, not only its frame
    assert b"/Image" in picture_pdf(made, Imprint(study="S", data_cut=dt.date(2024, 1, 1)))
    assert "data:image/jpeg" in standalone_svg(made)


def test_same_pictures_same_figure() -> None:
    one, two = (figure(with_pictures(ROWS, FILES)).svg for _ in range(2))
    assert one == two


def test_a_panel_shows_pictures_and_nothing_else() -> None:
    from tests.adam.study import protocol

    flow = {"kind": "flow", "steps": [{"analysis_set": "ALL", "label": "Enrolled"}]}
    plan = {"kind": "image-panel-figure", "number": "F", "title": "T", "analysis": "FLOW"}
    (broken,) = broken_references(protocol(analyses={"FLOW": flow}, displays=[plan]))
    assert broken[:2] == (("displays", 0, "analysis"), "FLOW (flow)")


STUDY: dict[str, object] = {"id": "S", "title": "Study", "arms": [{"id": "A", "label": "Drug A"}]}

"""Pictures to ADBM: painted from known densities, and scikit-image's picture of FHL2 in brown."""

from io import BytesIO

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from skimage.data import immunohistochemistry

from tests.adam.study import protocol, treated
from topline.adam.adam import Adam, derive_adam
from topline.clinical.assays.image import measure_stain
from topline.clinical.assays.picture_file import read_picture
from topline.errors import DataError
from topline.sdtm.collected import Sdtm
from topline.sdtm.study_tables import IMAGES

TREATED = {"01": ("2024-01-10", "2024-06-30"), "02": ("2024-01-10", "2024-06-30")}
MARKER = {"assay": "image", "label": "c-MET in pictures", "marker": "c-MET", "positive": "METPOS"}
BLUE, BROWN = np.array([0.650, 0.704, 0.286]), np.array([0.268, 0.570, 0.776])


def paint(*pixels: tuple[float, float]) -> NDArray[np.uint8]:
    """One row of pixels with densities of haematoxylin and DAB, in 8 bits."""
    shares = [10.0 ** -(blue * BLUE + brown * BROWN) for blue, brown in pixels]
    return np.round(255 * np.array([shares])).astype(np.uint8)


def save(picture: NDArray[np.uint8], kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.fromarray(picture).save(out, kind)
    return out.getvalue()


# half of the tissue unstained, a quarter weak, a quarter strong; two pixels of glass
TISSUE = paint(*[(0.4, 0.0)] * 4, *[(0.1, 0.3)] * 2, *[(0.1, 0.8)] * 2, *[(0.0, 0.0)] * 2)


def derived(pictures: dict[str, bytes], rows: list[dict[str, object]], **options: object) -> Adam:
    types = {name: column.dtype for name, column in IMAGES.columns().items()}
    own = [{"MARKER": "c-MET", "USUBJID": "01", "DTC": "2024-01-05", **row} for row in rows]
    sdtm = Sdtm(
        treated(TREATED).domains,
        tables={"IMAGES": pl.DataFrame(own, schema=types)},
        pictures=pictures,
    )
    return derive_adam(protocol(biomarkers={"METIMG": {**MARKER, **options}}), sdtm)


def rules(adam: Adam) -> list[tuple[object, ...]]:
    found = adam.queries.filter(pl.col("domain") == "ADBM")
    return found.select("rule", "subject", "record", "severity").rows()


def test_a_picture_has_a_pixel_score_and_a_stained_share_marked_as_such() -> None:
    row = {"IMAGE": "a.png", "PIXELUM": 0.5, "MAGNIF": "20x", "CAPTION": "Tumor",
           "STAINING": "WEAK", "VISIT": "BASELINE"}  # fmt: skip
    adbm = derived({"a.png": save(TISSUE)}, [row])["ADBM"]
    found = adbm.select("PARAMCD", pl.col("AVAL").round(6), "AVALU", "AVALCAT1").rows()
    assert found == [("METIMG", 100.0, "score", "WEAK"), ("METPOS", 50.0, "%", "WEAK")]
    assert set(adbm["AFLAGS"]) == {"measured in a picture, pixels in the place of cells"}
    assert adbm.select("SRCDOM", "SRCVAR", "SRCSEQ").row(0) == ("IMAGES", "a.png", None)
    # ten pixels of 0.5 um; a quarter of 5 um is 1.25: the bar is 1 um
    assert adbm.select("PIXELUM", "FIELDUM", "BARUM", "CAPTION").row(0) == (
        0.5, 5.0, 1.0, "Tumor, 20x",
    )  # fmt: skip
    assert adbm.select("AVISIT", "ADY", "PARCAT1").row(0) == ("BASELINE", -5, "image")


def test_a_real_picture_gives_the_numbers_of_the_rule() -> None:
    picture = immunohistochemistry()
    adbm = derived({"a.png": save(picture)}, [{"IMAGE": "a.png", "PIXELUM": 0.25}])["ADBM"]
    expected = measure_stain(picture)
    assert adbm["AVAL"].to_list() == [expected.pixel_h_score, expected.positive_percent]
    assert adbm.select("FIELDUM", "BARUM").row(0) == (128.0, 25.0)


def test_options_of_the_stain_are_the_protocols() -> None:
    adam = derived({"a.png": save(TISSUE)}, [{"IMAGE": "a.png"}], stain={"weak_od": 0.35})
    assert adam["ADBM"]["AVAL"].round(6).to_list() == [75.0, 25.0]


def test_a_picture_without_a_pixel_size_has_no_scale() -> None:
    adbm = derived({"a.png": save(TISSUE)}, [{"IMAGE": "a.png"}])["ADBM"]
    assert adbm.select("FIELDUM", "BARUM").row(0) == (None, None)
    assert adbm["AVAL"][0] == pytest.approx(100)


def test_glass_without_tissue_is_a_row_with_a_reason() -> None:
    glass = np.full((3, 3, 3), 255, np.uint8)
    adam = derived({"a.png": save(glass)}, [{"IMAGE": "a.png"}])
    reasons = adam["ADBM"].select("AVAL", "AREASON").rows()
    assert reasons == [(None, "no stained tissue in the picture")] * 2
    assert rules(adam) == [("ADBM.picture", "01", "a.png", "error")]


BROKEN = {
    "gif": save(TISSUE, "GIF"),
    "cut off": save(immunohistochemistry())[:2000],
    "text": b"<svg onload='alert(1)'/>",
    "empty": b"",
    "script": b"#!/bin/sh\nrm -rf /\n",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_picture_is_a_query_and_a_row(data: bytes) -> None:
    adam = derived({"a.png": data}, [{"IMAGE": "a.png"}])
    assert adam["ADBM"]["AVAL"].to_list() == [None, None]
    assert adam["ADBM"]["AREASON"][0].startswith("the picture cannot be read as PNG or JPEG")
    assert rules(adam) == [("ADBM.picture", "01", "a.png", "error")]


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    # 10,000 x 5,001 one-bit pixels are a few kilobytes as a file
    out = BytesIO()
    Image.new("1", (10_000, 5_001)).save(out, "PNG")
    with pytest.raises(DataError, match="10000 x 5001 pixels, more than 50 million"):
        read_picture(out.getvalue())


def test_sixteen_bits_a_colour_are_refused_by_name() -> None:
    out = BytesIO()
    Image.fromarray(np.zeros((2, 2), np.uint16)).save(out, "PNG")
    with pytest.raises(DataError, match="8 bits a colour"):
        read_picture(out.getvalue())


def test_clear_pixels_are_white_and_grey_is_three_colours() -> None:
    clear = np.zeros((1, 1, 4), np.uint8)
    assert read_picture(save(clear)).tolist() == [[[255, 255, 255]]]
    assert read_picture(save(np.full((1, 1), 7, np.uint8))).tolist() == [[[7, 7, 7]]]


def test_what_a_file_carries_besides_colours_is_not_read() -> None:
    note = PngInfo()
    note.add_text("Patient", "a name")
    out = BytesIO()
    Image.fromarray(TISSUE).save(out, "PNG", pnginfo=note)
    assert (read_picture(out.getvalue()) == TISSUE).all()


def test_jpeg_is_read_too() -> None:
    adam = derived({"a.jpg": save(immunohistochemistry(), "JPEG")}, [{"IMAGE": "a.jpg"}])
    exact = measure_stain(immunohistochemistry()).positive_percent
    assert adam["ADBM"]["AVAL"][1] == pytest.approx(exact, abs=3)


def test_no_picture_of_the_marker_is_said() -> None:
    adam = derived({}, [])
    assert rules(adam) == [("ADBM.pictures", None, None, "warning")]


def test_several_pictures_of_a_visit_are_rows_and_the_first_counts() -> None:
    rows: list[dict[str, object]] = [{"IMAGE": "b.png"}, {"IMAGE": "a.png"}]
    adbm = derived({"a.png": save(TISSUE), "b.png": save(TISSUE[:, :6])}, rows)["ADBM"]
    scores = adbm.filter(PARAMCD="METIMG").select("SRCVAR", "ANL01FL").rows()
    assert scores == [("a.png", "Y"), ("b.png", None)]

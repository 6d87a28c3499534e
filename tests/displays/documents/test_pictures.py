"""Figures for journals."""

import io

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from tests.displays.documents.samples import IMPRINT, picture
from tests.displays.documents.test_pdf import fonts
from topline.displays.documents.book import picture_size
from topline.displays.documents.pictures import PRINT_PPI, draw_raster, picture_pdf
from topline.displays.figure import Figure
from topline.displays.theme import ONE_COLUMN_MM, TWO_COLUMNS_MM


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("millimetres", [ONE_COLUMN_MM, TWO_COLUMNS_MM])
def test_tiff_is_as_broad_as_the_column_at_600_dots_an_inch(millimetres: float) -> None:
    raster = draw_raster(picture(width=millimetres / 25.4 * 72), PRINT_PPI)
    image = opened(raster.tiff())
    assert image.info["compression"] == "tiff_lzw"
    assert tuple(map(float, image.info["dpi"])) == (600, 600)
    assert image.mode == "RGB"
    assert abs(image.width - millimetres / 25.4 * 600) <= 1


def test_png_holds_the_same_dots() -> None:
    raster = draw_raster(picture(), PRINT_PPI)
    png, tiff = opened(raster.png()), opened(raster.tiff())
    assert [round(x) for x in png.info["dpi"]] == [600, 600]
    assert np.array_equal(np.asarray(png), np.asarray(tiff))


def test_colours_dashes_and_see_through_fills_are_as_svg_says() -> None:
    # 720 dots an inch: ten dots are a point.
    dots = np.asarray(draw_raster(picture(), 720).image).astype(int)[::10, ::10]
    assert dots[2, 240].tolist() == [255, 255, 255]
    assert np.abs(dots[60, 50] - [255, 128, 128]).max() <= 2  # red, half of it
    blue = (dots[80, :200] == [0, 0, 255]).all(axis=1)
    assert blue[1:9].all()
    assert not blue[11:19].any()
    assert blue[21:29].all()


def test_pdf_has_the_size_of_the_picture_its_fonts_and_its_text() -> None:
    reader = PdfReader(io.BytesIO(picture_pdf(picture(), IMPRINT)))
    [page] = reader.pages
    assert [round(float(x), 1) for x in page.mediabox.upper_right] == [252.3, 100.0]
    assert "Overall survival" in page.extract_text()
    for font in fonts(reader):
        assert "ToplineSans" in str(font["/BaseFont"])
        [descendant] = font["/DescendantFonts"]
        assert "/FontFile2" in descendant.get_object()["/FontDescriptor"]
    assert b"<pdfaid:part>2</pdfaid:part>" in reader.trailer["/Root"]["/Metadata"].get_data()


def test_letters_without_a_font_are_written_out() -> None:
    figure = picture(text="5 \U000f1234")
    pdf = picture_pdf(figure, IMPRINT, frozenset("\U000f1234"))
    assert "5 [U+F1234]" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert np.any(np.asarray(draw_raster(figure, 72, {"\U000f1234"}).image) < 100)


def test_same_bytes_each_time() -> None:
    first, second = (draw_raster(picture(), PRINT_PPI) for _ in range(2))
    assert (first.png(), first.tiff()) == (second.png(), second.tiff())
    assert picture_pdf(picture(), IMPRINT) == picture_pdf(picture(), IMPRINT)


def test_a_picture_without_a_size_is_refused_by_its_number() -> None:
    with pytest.raises(ValueError, match="Figure 9: the picture does not begin with its width"):
        picture_size(Figure("Figure 9", "T", "<svg/>", "words"))

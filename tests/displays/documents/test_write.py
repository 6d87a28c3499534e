"""All formats of all displays in a folder."""

import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.displays.documents.samples import IMPRINT, hostile, picture, small
from tests.studies.short import short_protocol, short_study
from topline.displays.documents.formats import Format, Formats, read_formats
from topline.displays.documents.letters import MissingFontWarning
from topline.displays.documents.write import Volume, write_documents
from topline.displays.write import write_displays
from topline.trial import run

ALL = Formats(tuple(Format))


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_each_display_in_each_format_and_all_in_one(tmp_path: Path) -> None:
    paths = write_displays([small(), picture()], tmp_path, ALL, IMPRINT)
    table = [f"table-1.{s}" for s in ("csv", "docx", "html", "md", "pdf", "rtf", "tex")]
    figure = [f"figure-1.{s}" for s in ("pdf", "png", "svg", "tiff")]
    whole = [f"tables.{s}" for s in ("docx", "pdf", "rtf")]
    assert sorted(path.name for path in paths) == sorted([*table, *figure, *whole])
    assert sorted(written(tmp_path)) == sorted([*table, *figure, *whole])


def test_without_a_word_only_the_usual_is_written(tmp_path: Path) -> None:
    write_displays([small(), picture()], tmp_path)
    assert sorted(written(tmp_path)) == ["figure-1.svg", "table-1.csv", "table-1.html"]


@pytest.mark.parametrize("name", ["tex,md", "docx", "pdf,png"])
def test_only_what_is_asked_for_is_written(name: str, tmp_path: Path) -> None:
    write_displays([small(), picture()], tmp_path, read_formats(name), IMPRINT)
    assert {path.suffix[1:] for path in tmp_path.iterdir()} == set(name.split(","))


def test_same_bytes_each_time_in_every_format(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_displays([small(), hostile(), picture()], tmp_path / name, ALL, IMPRINT)
    assert written(tmp_path / "first") == written(tmp_path / "second")


def test_a_study_without_a_data_cut_has_documents_too(tmp_path: Path) -> None:
    paths = write_displays([small(), picture()], tmp_path, ALL, replace(IMPRINT, data_cut=None))
    assert len(paths) == 14
    reader = PdfReader(tmp_path / "tables.pdf")
    assert "No data cut" in reader.pages[0].extract_text()
    assert reader.metadata is not None
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.year == 1970


def test_numbers_that_are_no_file_names(tmp_path: Path) -> None:
    numbers = ("../../etc/passwd", "Tables", "Tables 2", "CON", "表", "表", "", "a/b\\c:d*?")
    tables = [small(number) for number in numbers]
    paths = write_displays(tables, tmp_path, read_formats("docx,md,pdf"), IMPRINT)
    assert all(path.parent == tmp_path for path in paths)
    assert len({path.name for path in paths}) == len(paths) == 3 * len(numbers) - len(numbers) + 10
    assert "tables.docx" in written(tmp_path)


def test_no_displays_make_no_documents(tmp_path: Path) -> None:
    assert write_displays([], tmp_path, ALL, IMPRINT) == ()


def test_missing_fonts_are_told_once(tmp_path: Path) -> None:
    # A letter for private use, which no font has by agreement.
    volume = Volume("tables", "Tables", (("table-1", hostile(("\U000f1234", "x"))),))
    with pytest.warns(MissingFontWarning, match=r"no font here has U\+F1234") as told:
        write_documents(volume, tmp_path, read_formats("pdf"), IMPRINT)
    assert len(told) == 1
    text = PdfReader(tmp_path / "tables.pdf").pages[0].extract_text()
    assert "[U+F1234]" in text
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_documents(volume, tmp_path, read_formats("rtf"), IMPRINT)


def test_a_run_writes_documents_and_listings(tmp_path: Path) -> None:
    run(short_study(tmp_path), tmp_path / "out", formats="rtf,md")
    names = written(tmp_path / "out" / "listings")
    assert "listings.rtf" in names
    assert b"CABOTEM-01-001" in names["listings.rtf"]
    displays = written(tmp_path / "out" / "displays")
    assert {"tables.rtf", "table-1.rtf", "table-1.md"} <= set(displays)
    assert not [name for name in displays if name.endswith((".csv", ".svg", ".docx"))]


def test_aggregates_only_write_no_listing(tmp_path: Path) -> None:
    study = short_study(tmp_path)
    tables = short_protocol(lambda display: str(display["kind"]).endswith("-table"))
    (study / "protocol.yaml").write_text(tables, encoding="utf-8")
    trial = run(study, tmp_path / "out", formats="rtf", patient_level=False)
    assert not (tmp_path / "out" / "listings").exists()
    subjects = trial.adam["ADSL"]["USUBJID"].to_list()
    content = (tmp_path / "out" / "displays" / "tables.rtf").read_bytes()
    assert not [subject for subject in subjects if subject.encode() in content]

"""Formats that can be asked for."""

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from topline.displays.documents.formats import Format, Formats, read_formats
from topline.displays.documents.paper import A4, LETTER
from topline.errors import UsageError
from topline.trial import run


def test_what_is_written_without_a_word() -> None:
    assert [str(each) for each in Formats().chosen] == ["svg", "html", "csv"]


def test_all_is_every_format() -> None:
    assert read_formats("all").chosen == tuple(Format)


@pytest.mark.parametrize("names", ["docx,rtf", " RTF , .docx ", ["rtf", "docx", "rtf"]])
def test_order_and_case_do_not_matter(names: str | list[str]) -> None:
    assert read_formats(names).chosen == (Format.DOCX, Format.RTF)


@pytest.mark.parametrize("names", ["word", "docx,xls", "", ","])
def test_unknown_formats_are_refused_with_those_that_are_possible(names: str) -> None:
    with pytest.raises(UsageError, match="possible are all, svg, html, csv, docx, rtf, pdf, tex"):
        read_formats(names)


def test_a_missing_extra_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "typst" else importlib.util.find_spec(name, package)

    monkeypatch.setattr("topline.displays.documents.formats.find_spec", without)
    with pytest.raises(UsageError, match=r"docx,pdf: typst is not installed; pip install topline"):
        read_formats("docx,pdf,md")
    assert read_formats("md,tex,html").chosen == (Format.HTML, Format.TEX, Format.MD)


def test_formats_are_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="found doc;"):
        run(tmp_path / "no-such-study", tmp_path / "out", formats="doc")
    with pytest.raises(UsageError, match="A4 or letter"):
        run(tmp_path / "no-such-study", tmp_path / "out", paper="A3")
    assert not (tmp_path / "out").exists()


def test_papers() -> None:
    assert read_formats("pdf", "a4").paper == A4
    assert read_formats("pdf", "letter").paper == LETTER
    assert read_formats("pdf", "landscape").paper.ways == (True,)
    assert read_formats("pdf", "letter-portrait").paper.ways == (False,)
    for wrong in ("A3", "", "A4 letter", "portrait landscape"):
        with pytest.raises(UsageError, match="possible are A4 or letter"):
            read_formats("pdf", wrong)

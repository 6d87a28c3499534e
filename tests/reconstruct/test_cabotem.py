"""The founding trial's patients: rebuilt from its paper, whose numbers are typed here again."""

from pathlib import Path

import polars as pl
import pytest

from topline.protocol.read import read_protocol
from topline.reconstruct.read import Publication, check_published, read_published
from topline.reconstruct.reconstruct import Reconstructor
from topline.reconstruct.records.records import write_records
from topline.studies import study_folder

FOLDER = study_folder("cabotem")
# Each is in a contradiction that the audit proves, or in two counts of 33 that make 32
CANNOT_BE = {
    "R-no-shrinkage",
    "T2/Metastasis sites/Others/SD",
    "T3/Palmar-plantar erythrodysesthesia syndrome/Overall/enrolled",
    "T3/Colitis/Overall/enrolled",
    "R-177Lu",
    "F-hypertension",
    "F-fatigue",
}


def quick() -> Publication:
    publication = read_published(FOLDER)
    courses = publication.published.courses
    short = courses.search.model_copy(update={"steps": 300, "chains": 1})
    published = publication.published.model_copy(
        update={"courses": courses.model_copy(update={"search": short})}
    )
    return Publication(publication.path, published, publication.book)


def test_the_shipped_file_has_no_problem() -> None:
    publication, problems = check_published(Path(FOLDER) / "published.yaml")
    assert problems == ()
    assert publication is not None


@pytest.mark.slow
def test_all_counts_but_those_that_cannot_be_are_given() -> None:
    publication = quick()
    maker = Reconstructor(publication)
    assert maker.proven
    assert {claim for each in maker.given_up for claim in each.target.claims} == CANNOT_BE
    assert all(each.because for each in maker.given_up)
    made = maker.make(1)
    patients = made.cohort.patients
    evaluable = patients.filter(pl.col("GROUP") != "left early")
    responders = patients.filter(GROUP="PR")
    # Table 1
    assert (patients.height, evaluable.height, responders.height) == (37, 33, 5)
    assert patients.filter(SEX="F").height == 20
    assert patients.filter(ECOG="0").height == 31
    assert (patients["METLIVER"].sum(), patients["METBONE"].sum()) == (32, 17)
    assert (patients["AGE"].median(), patients["AGE"].min(), patients["AGE"].max()) == (59, 31, 78)
    # Table 2
    assert responders.filter(SEX="M").height == 4
    assert responders.filter(PRIMSITE="PANCREAS").height == 2
    # Text
    assert (patients["DEATH"].count(), evaluable["DEATH"].count()) == (12, 8)
    assert patients.filter(END_REASON="PROGRESSION").height == 6
    assert evaluable.filter(pl.col("BEST_CHANGE") < 0).height == 19
    domains = write_records(read_protocol(FOLDER), publication.published.records, made.cohort)
    assert domains["DM"].height == 37

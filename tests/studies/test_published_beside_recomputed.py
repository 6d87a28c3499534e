"""The founding paper's claims beside what the shipped cohort gives, through the whole pipeline."""

import csv
import json
from collections import Counter
from pathlib import Path
from time import perf_counter

import pytest

from topline.audit.audit import audit_claims
from topline.audit.published import publish, read_study_claims
from topline.audit.verdict_file import read_verdicts
from topline.protocol.read import read_protocol
from topline.report.published import Published
from topline.sdtm.read import read_sdtm
from topline.studies import study_folder
from topline.trial import Trial, analyse_trial, write_trial

STUDY = study_folder("cabotem")
AGREE_AT_LEAST, CLAIMS = 542, 624
DOUBTED = 65
"""Claims with which the audit finds something wrong, without any patient."""


@pytest.fixture(scope="module")
def trial() -> Trial:
    return analyse_trial(read_protocol(STUDY), read_sdtm(STUDY / "data"))


@pytest.fixture(scope="module")
def published(trial: Trial) -> Published:
    book = read_study_claims(STUDY)
    assert book is not None
    return publish(book, trial.results.rows)


def test_most_claims_are_what_the_cohort_gives(published: Published) -> None:
    counted = Counter(c.agreement for c in published.claims)
    assert counted.total() == CLAIMS
    assert counted["agrees"] >= AGREE_AT_LEAST
    sound = [c for c in published.claims if not c.doubted]
    assert len(sound) == CLAIMS - DOUBTED
    assert sum(c.agreement == "agrees" for c in sound) / len(sound) > 0.93


def test_every_result_that_a_claim_names_is_one_of_the_run(published: Published) -> None:
    assert not published.unknown


def test_every_claim_that_does_not_agree_says_why(published: Published) -> None:
    assert published.audited
    bare = [c.claim for c in published.claims if c.agreement == "not computed" and not c.why]
    assert bare == []
    # more than the names of the numbers that differ
    bare = [c.claim for c in published.claims if c.agreement == "differs" and c.why.count(".") < 2]
    assert bare == []


# Read in the paper and in the run's tables, one by one
EXAMPLES = {
    "R-female": ("agrees", "20 (54.1%)"),
    "A-gastrointestinal": ("agrees", "14"),
    "T2/Gender/p": ("agrees", "p 0.175"),
    "S-TTF": ("agrees", "16.8 (5.2 to 22.2)"),
    "S-PFS12": ("agrees", "84.4%; SE 7.2"),
    "S-follow-up": ("agrees", "19.2 (0.9 to 38.5)"),
    "R-no-shrinkage": ("differs", "14/33 (42.4%) (25.5 to 60.8)"),
    "A-CBR": ("differs", "33 (100%) (89.4 to 100)"),
    "F-hypertension": ("differs", "6/37 (16.2%)"),
    "T3/Colitis/enrolled/sum": ("differs", "0 + 2 + 2 + 1 = 5"),
    "M-rule": ("not computed", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_claim_has_the_number_of_the_run(published: Published, name: str) -> None:
    found = next(c for c in published.claims if c.claim == name)
    assert (found.agreement, found.recomputed) == EXAMPLES[name]


def test_kept_verdicts_are_those_of_the_audit() -> None:
    audit = audit_claims(STUDY / "claims.yaml")
    kept = read_verdicts(audit.book)
    assert kept is not None
    found = {f.item.name: f.verdict.value for f in audit.findings if f.verdict.fails}
    assert {name: each.verdict for name, each in kept.items()} == found
    assert len(kept) == DOUBTED


def test_a_run_is_not_slowed_by_its_claims(trial: Trial) -> None:
    started = perf_counter()
    book = read_study_claims(STUDY)
    assert book is not None
    assert len(publish(book, trial.results.rows).section().html) < 100_000
    assert perf_counter() - started < 2  # 0.2 s on a machine of its own


@pytest.mark.parametrize("patient_level", [True, False])
def test_a_run_writes_claims_with_and_without_patients(
    trial: Trial, tmp_path: Path, *, patient_level: bool
) -> None:
    out = tmp_path / "out"
    book = read_study_claims(STUDY)
    write_trial(trial, STUDY, out, patient_level=patient_level, claims=book)
    with (out / "claims.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == CLAIMS
    assert rows[0]["agreement"] == "differs"
    assert rows[-1]["agreement"] == "agrees"
    report = out / "report.html"
    assert report.stat().st_size < 3_000_000
    assert "Published beside recomputed" in report.read_text(encoding="utf-8")
    inputs = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert {"claims.yaml", "claims/table-1.csv", "verdicts.json"} <= set(inputs)

"""Everything wrong with a truth is told at once, each with its place and the way out."""

from pathlib import Path

import pytest

from tests.simulate.truths import cabotem
from topline.errors import DataError
from topline.protocol.design import Descriptive
from topline.protocol.protocol import Protocol
from topline.simulate.json_schema import write_json_schema
from topline.simulate.read_truth import read_truth
from topline.studies import study_folder

PLAIN = """\
topline: 1
title: A test
accrual: {patients: 10, over: 1 year, follow_up: 1 year}
lesions: {targets: {"1": 1.0}, diameter_mm: {median: 40}}
growth: {still: {share: 1.0, shrink_per_month: {median: 0}, regrow_per_month: {median: 0}}}
"""


def refused(text: str, folder: Path, protocol: Protocol | None = None) -> str:
    file = folder / "truth.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_truth(file, protocol or cabotem())
    return str(error.value)


def test_a_plain_truth_is_read(tmp_path: Path) -> None:
    (tmp_path / "truth.yaml").write_text(PLAIN)
    assert read_truth(tmp_path, cabotem()).accrual.patients == 10


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("patients: 10", "patients: -3", "truth.yaml:3: accrual.patients: found -3"),
        ("patients: 10", "patients: ten", "truth.yaml:3: accrual.patients: found 'ten'"),
        (
            "over: 1 year",
            "over: soon",
            "truth.yaml:3: accrual.over: found 'soon'; expected a number",
        ),
        ("over: 1 year, ", "", "found nothing; expected the key over"),
        ("follow_up: 1 year", "followup: 1 year", "did you mean follow_up?"),
        ('"1": 1.0', '"1": 0.4', "shares of targets that sum to 1, not 0.4"),
        ('"1": 1.0', '"7": 1.0', "lesions.targets"),
        ('"1": 1.0}', '"3": 1.0}, locations: {LIVER: 1.0}', "more locations for 3 targets: RECIST"),
        ("share: 1.0", "share: 0.9", "shares of growth that sum to 1, not 0.9"),
        ("share: 1.0", "share: .nan", "growth.still.share"),
        ("{median: 40}", "{median: -4}", "lesions.diameter_mm.median: found -4"),
        ("{median: 40}", "{median: 1e400}", "lesions.diameter_mm.median"),
        ("over: 1 year", "over: 300 years", "a time of 100 years at most, not 300 years"),
        ("topline: 1", "topline: 2", "truth.yaml:1: topline: found 2; expected 1"),
        (PLAIN, "", "truth.yaml"),
        (PLAIN, "- a list", "truth.yaml"),
        (PLAIN, "a: [", "truth.yaml"),
        (PLAIN, PLAIN + "topline: 1\n", "truth.yaml"),
    ],
)
def test_what_is_no_truth_is_told(old: str, new: str, told: str, tmp_path: Path) -> None:
    assert told in refused(PLAIN.replace(old, new), tmp_path)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("new_lesion: {median: 0 days}", "a median above 0 days, not 0 days"),
        ("death: {median: 1 year, shape: 0}", "death.shape: found 0"),
        (
            "death: {median: 1 year, effects: {ECOG: {'1': 2}}}",
            "death.effects.ECOG: found ECOG; expected one of ARMCD",
        ),
        (
            "new_lesion: {median: 1 year, effects: {ARMCD: {CABOTEN: 2}}}",
            "new_lesion.effects.ARMCD.CABOTEN: found CABOTEN; expected one of CABOTEM "
            "(did you mean CABOTEM?)",
        ),
        (
            "baseline: {SEX: {shares: {M: 1.0}}}\ndeath: {median: 1 year, effects: {SEX: {F: 2}}}",
            "death.effects.SEX.F: found F; expected one of M",
        ),
        ("baseline: {SEX: {shares: {MALE: 1.0}}}", "found MALE; expected one of F, M, U"),
        ("baseline: {AGE: {shares: {old: 1.0}}}", "found shares; expected mean and sd"),
        (
            "baseline: {SITEGR1: {shares: {GI: 1.0}}}",
            "SITEGR1: found SITEGR1; expected AGE, SEX or",
        ),
        ("baseline: {ECOGBLL: {shares: {'0': 1.0}}}", "(did you mean ECOGBL?)"),
        ("baseline: {METSITES: {shares: {'2': 1.0}}}", "is not taken as one column of records"),
        (
            "baseline: {AGE: {mean: 60, sd: 5, at_least: 80, at_most: 20}}",
            "no greater than at_most",
        ),
        (
            "toxicity: [{term: Rash, onset: {median: 1 month, effects: {X: {a: 2}}}, "
            "grades: {'1': 1.0}}]",
            "toxicity[0].onset.effects.X: found X",
        ),
        ("toxicity: [{term: Rash, onset: {median: 1 month}, grades: {'5': 1.0}}]", "toxicity[0]"),
        ("dropout: {informative: {share: 1.5, within: 1 month}}", "dropout.informative.share"),
    ],
)
def test_what_does_not_fit_is_told(more: str, told: str, tmp_path: Path) -> None:
    assert told in refused(PLAIN + more + "\n", tmp_path)


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    text = PLAIN.replace("patients: 10", "patients: -1").replace("over: 1 year", "over: soon")
    assert "truth.yaml has 2 problems:" in refused(text, tmp_path)


def test_a_protocol_without_numbers_asks_for_them(tmp_path: Path) -> None:
    design = Descriptive(kind="descriptive", reason="A registry")
    open_ended = cabotem().model_copy(update={"design": design})
    text = PLAIN.replace("patients: 10, ", "")
    assert "accrual.patients is missing" in refused(text, tmp_path, open_ended)
    schedule = cabotem().schedule.model_copy(update={"follow_up": None})
    unfollowed = cabotem().model_copy(update={"schedule": schedule})
    told = refused(PLAIN.replace(", follow_up: 1 year", ""), tmp_path, unfollowed)
    assert "accrual.follow_up is missing" in told


def test_reported_responses_cannot_be_simulated(tmp_path: Path) -> None:
    response = cabotem().response.model_copy(update={"source": "reported"})
    told = refused(PLAIN, tmp_path, cabotem().model_copy(update={"response": response}))
    assert "expected response.source: measurements in the protocol" in told


def test_the_schema_in_docs_is_that_of_the_code() -> None:
    docs = Path(__file__).parents[2] / "docs" / "truth.schema.json"
    assert docs.read_text("utf-8") == write_json_schema()


def test_the_bundled_truth_is_read() -> None:
    truth = read_truth(study_folder("cabotem"), cabotem())
    assert truth.accrual.patients == 37

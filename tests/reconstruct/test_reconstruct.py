"""Eight patients come back from their printed numbers, the same ones from the same seed."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.reconstruct.tiny import CLAIMS, PROTOCOL, PUBLISHED, write_tiny
from topline.errors import DataError
from topline.reconstruct.read import read_published
from topline.reconstruct.reconstruct import Reconstruction, Reconstructor
from topline.reconstruct.report import used_claims
from topline.stats.survival.kaplan_meier import compute_kaplan_meier

MONTH = 30.4375


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Reconstructor, Reconstruction]:
    maker = Reconstructor(read_published(write_tiny(tmp_path_factory.mktemp("tiny"))))
    return maker, maker.make(3)


def test_every_claim_is_given(made: tuple[Reconstructor, Reconstruction]) -> None:
    assert made[0].given_up == ()
    assert all(used_claims(*made).values())
    assert len(used_claims(*made)) == 11


def test_counts_and_ages_are_those_in_print(made: tuple[Reconstructor, Reconstruction]) -> None:
    patients = made[1].cohort.patients
    responding = patients.filter(GROUP="responders")
    women = patients.filter(SEX="F")
    assert (patients.height, responding.height) == (8, 3)
    assert (women.height, responding.filter(SEX="F").height) == (5, 1)
    ages = patients["AGE"].to_numpy()
    assert abs(float(np.median(ages)) - 60) <= 0.5
    assert (ages.min(), ages.max()) == (45, 75)
    assert responding["AGE"].median() == 70
    assert women.filter(pl.col("AGE") >= 65).height == 1
    assert patients["END_REASON"].value_counts(sort=True).rows() == [
        ("PROGRESSION", 4), ("TOXICITY", 3), (None, 1),
    ]  # fmt: skip
    assert patients["DEATH"].count() == 4


def test_survival_is_that_in_print(made: tuple[Reconstructor, Reconstruction]) -> None:
    patients = made[1].cohort.patients
    days, dead = patients["LAST_SEEN"].to_numpy(), patients["DEATH"].is_not_null().to_numpy()
    curve = compute_kaplan_meier(days, dead, transform="log-log")
    median, rate = curve.median(), curve.rate_at(6 * MONTH)
    assert [round(v / MONTH, 1) for v in (median.estimate, median.lower)] == [13.8, 2.0]
    assert np.isnan(median.upper)
    assert [round(100 * v, 1) for v in (rate.estimate, rate.std_error)] == [75.0, 15.3]
    assert [round(float(v) / MONTH, 1) for v in (np.median(days), days.min(), days.max())] == [
        11.8, 2.0, 23.0,
    ]  # fmt: skip
    responses = patients.filter(GROUP="responders")["RESPONSE"].sort()
    assert [round(day / MONTH, 1) for day in responses] == [2.0, 5.0, 8.0]


def test_dates_keep_their_orders(made: tuple[Reconstructor, Reconstruction]) -> None:
    day = pl.col
    orders = made[1].cohort.patients.select(
        cut=day("LAST_SEEN") <= (day("DATA_CUT") - day("FIRST_DOSE")).dt.total_days() + 1,
        enrolled=day("FIRST_DOSE").is_between(pl.date(2020, 1, 6), pl.date(2021, 6, 30)),
        dead=(day("DEATH") == day("LAST_SEEN")) | day("DEATH").is_null(),
        ended=(day("END_OF_TREATMENT") <= day("LAST_SEEN")) | (day("END_REASON").is_null()),
        progressed=(day("PROGRESSION") == day("LAST_SCAN")) | day("PROGRESSION").is_null(),
        responded=(day("RESPONSE") < day("PROGRESSION")).fill_null(value=True),
    )
    assert orders.select(pl.all().all()).row(0) == (True,) * 6


def test_a_seed_gives_the_same_patients_and_another_seed_others(
    made: tuple[Reconstructor, Reconstruction], tmp_path: Path
) -> None:
    again = Reconstructor(read_published(write_tiny(tmp_path)))
    first = made[1].cohort.patients
    assert not again.make(4).cohort.patients.equals(first)
    assert again.make(3).cohort.patients.equals(first)  # whatever was made before


def test_a_claim_that_cannot_be_is_given_up_by_weight_with_what_forbids_it(tmp_path: Path) -> None:
    claims = (
        CLAIMS
        + "  men: {kind: count, where: Discussion, printed: 4 men, quantity: 'all/Sex: Male'}\n"
    )
    mapped = PUBLISHED.replace("{Female: SEX = F}", "{Female: SEX = F, Male: SEX = M}")
    for weights, lost, other in (
        ("{men: 2}", "men", "women"),
        ("{women: 2}", "women", "men"),
    ):
        text = mapped.replace("seed: 3", f"seed: 3\nweights: {weights}")
        text = text.replace("steps: 20000, chains: 3", "steps: 100, chains: 1")
        maker = Reconstructor(read_published(write_tiny(tmp_path, text, claims)))
        assert [each.target.claims for each in maker.given_up] == [(lost,)]
        assert any(other in names for names in maker.given_up[0].because)
        assert maker.proven


def test_a_protocol_that_does_not_say_synthetic_is_refused(tmp_path: Path) -> None:
    protocol = PROTOCOL.replace("  notice: Nobody here is real.\n", "")
    path = write_tiny(tmp_path, protocol=protocol)
    with pytest.raises(DataError, match="says in every report that the patients are synthetic"):
        Reconstructor(read_published(path))


def test_an_endpoint_of_which_nothing_is_printed_is_told_nonetheless(tmp_path: Path) -> None:
    more = PUBLISHED.replace("    TTR: {", "    PROGRESSION: {events: [PROGRESSION]}\n    TTR: {")
    made = Reconstructor(read_published(write_tiny(tmp_path, more.replace("20000", "300")))).make(1)
    assert "PROGRESSION" in {reading.aim.endpoint for reading in made.unprinted}


def test_stages_are_told_as_they_pass(tmp_path: Path) -> None:
    told: list[str] = []
    short = PUBLISHED.replace("20000", "300")
    Reconstructor(read_published(write_tiny(tmp_path, short)), told.append).make(1)
    assert told == [
        "contradictions", "what is given up", "attributes", "dates", "measured values",
    ]  # fmt: skip


ASSUMED = "rules:\n  - END_REASON = ONGOING implies not DEAD\n"


def with_assumed(line: str) -> str:
    assert ASSUMED in PUBLISHED
    return PUBLISHED.replace(ASSUMED, f"{ASSUMED}assumed:\n  - {line}\n")


def test_what_is_assumed_holds_of_every_cohort(tmp_path: Path) -> None:
    text = with_assumed("{are: END_REASON = PROGRESSION and SEX = F, least: 4}")
    maker = Reconstructor(read_published(write_tiny(tmp_path, text.replace("20000", "300"))))
    assert maker.given_up == ()
    for seed in (1, 2, 3):
        patients = maker.make(seed).cohort.patients
        assert patients.filter(END_REASON="PROGRESSION", SEX="F").height == 4


def test_an_assumption_that_cannot_be_is_given_up_last_and_named(tmp_path: Path) -> None:
    text = with_assumed("{are: SEX = F, among: responders, least: 3}")
    maker = Reconstructor(read_published(write_tiny(tmp_path, text)))
    # Responders are 66 at least, and one woman of all is 65 or older
    given_up = [each.target.claims for each in maker.given_up]
    assert given_up == [("women-responding",), ("old-women",)]
    text = with_assumed("{are: SEX = F and SEX = M, least: 1}")
    maker = Reconstructor(read_published(write_tiny(tmp_path, text)))
    assert [each.target.where for each in maker.given_up] == ["assumed"]

"""Means and standard deviations of whole numbers, against every sample of a few."""

from itertools import combinations_with_replacement
from pathlib import Path
from statistics import mean, stdev

import pytest

from tests.audit.files import finding
from topline.audit.methods.integer_means import find_sample, possible_sums
from topline.audit.printed import Printed, read_number
from topline.audit.verdict import Verdict


def number(text: str) -> Printed:
    found = read_number(text)
    assert found is not None
    return found


def test_grim_as_printed() -> None:
    # Brown and Heathers 2017: 28 whole numbers cannot have the mean 5.19; 5.18 and 5.21 they can
    assert not possible_sums(number("5.19"), 28)
    assert list(possible_sums(number("5.18"), 28)) == [145]
    assert list(possible_sums(number("5.21"), 28)) == [146]
    assert list(possible_sums(number("3.49"), 20, items=5)) == [349]


@pytest.mark.parametrize("n", [2, 3, 5])
def test_every_sample_of_few_is_found_and_no_other(n: int) -> None:
    real = {
        (f"{mean(s):.2f}", f"{stdev(s):.2f}") for s in combinations_with_replacement(range(1, 6), n)
    }
    for m in sorted({m for m, _ in real}):
        for sd in sorted({sd for _, sd in real}):
            found = find_sample(number(m), number(sd), n, 1, 5)
            assert found.proven
            assert bool(found.values) == ((m, sd) in real), (m, sd)
            if found.values:
                assert abs(stdev(found.values) - float(sd)) < 0.00501


@pytest.mark.parametrize(
    ("claim", "verdict", "words"),
    [
        ('printed: "5.19", of: 28, whole: true', Verdict.NO_METHOD,
         "Cannot be: no 28 whole numbers have the mean 5.19. Possible means beside it: 5.179 and "
         "5.214."),
        ('printed: "5.18 (1.61)", of: 28, whole: true', Verdict.UNCHECKED, "Possible for 28"),
        # A sum of 7 of 2 has squares 25, 29, 37 ...: deviations 0.71, 2.12, 3.54
        ('printed: "3.5 (1.41)", of: 2, whole: true', Verdict.NO_METHOD, "have the SD 1.41"),
        # Half at 1, half at 5 is the most uneven: SD 2.05 of 40
        ('printed: "3.00 (2.40)", of: 40, whole: true, least: 1, most: 5', Verdict.NO_METHOD,
         "no 40 whole numbers from 1 to 5"),
        ('printed: "6.2", of: 40, whole: true, least: 1, most: 5', Verdict.NO_METHOD, "outside"),
        ('printed: "5.5 (2.1)", of: 37', Verdict.UNCHECKED, "Needed"),
    ],
)  # fmt: skip
def test_means(tmp_path: Path, claim: str, verdict: Verdict, words: str) -> None:
    found = finding(tmp_path, f"kind: mean, {claim}")
    assert found.verdict is verdict
    assert words in found.words

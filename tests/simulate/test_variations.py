"""A variation changes one place, and says so when it cannot."""

import pytest

from tests.simulate.truths import a_truth, after, cabotem
from topline.errors import UsageError
from topline.protocol.words import Duration
from topline.simulate.truth import DropOut
from topline.simulate.variations import vary


def test_an_interval_takes_the_place_of_all_stretches() -> None:
    found = vary(cabotem(), a_truth(), ["schedule.tumor_assessment.every=4 weeks,12 weeks"])
    every = [each.protocol.schedule.tumor_assessment.every for each in found]
    assert [[step.every for step in steps] for steps in every] == [
        [Duration("4 weeks")],
        [Duration("12 weeks")],
    ]
    assert all(steps[0].until is None for steps in every)
    assert found[0].label == "schedule.tumor_assessment.every=4 weeks"
    assert found[0].protocol.endpoints == cabotem().endpoints
    assert found[0].truth == a_truth()


def test_several_paths_are_combined() -> None:
    truth = a_truth(dropout=DropOut(independent=after("1 year")))
    found = vary(
        cabotem(),
        truth,
        ["truth.accrual.patients=10,20", "truth.dropout.independent.median=2 years"],
    )
    assert [each.truth.accrual.patients for each in found] == [10, 20]
    assert {str(each.truth.dropout.independent.median) for each in found if
            each.truth.dropout.independent} == {"2 years"}  # fmt: skip
    assert found[1].label == ("truth.accrual.patients=20, truth.dropout.independent.median=2 years")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("schedule.tumor_assessment.every", "give a path and values"),
        ("truth.accrual.patients=", "give a path and values"),
        ("truth.acrual.patients=3", "acrual is not written there; found"),
        ("truth.acrual.patients=3", "did you mean accrual?"),
        ("truth.accrual.patients=many", "--vary truth.accrual.patients=many: "),
        ("truth.accrual.patients.x=3", "a single value or fewer items"),
        ("truth.growth.still.share=0.5", "shares of growth that sum to 1, not 0.5"),
        ("design.success.responders_at_least=40", "at most 35 responders"),
        ("analyses.ORR.endpoint=NOSUCH", "NOSUCH"),
    ],
)
def test_what_cannot_be_varied_is_told(path: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        vary(cabotem(), a_truth(), [path])
    assert told in str(error.value)

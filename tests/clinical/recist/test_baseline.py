"""Choice of target lesions: sections 3.1.1 and 4.2 of Eisenhauer 2009."""

import polars as pl
import pytest

from topline.clinical.recist.baseline import derive_baseline_findings
from topline.clinical.recist.criteria import Criteria
from topline.errors import DataError


def _lesions(*rows: tuple[str, str | None, str, float | None]) -> pl.DataFrame:
    """Lesion, organ, kind (lesion, node, x-ray) and diameter of subject 1."""
    cells = [
        ("1", name, organ, kind == "node", kind == "x-ray", mm) for name, organ, kind, mm in rows
    ]
    schema = {
        "subject": pl.String,
        "lesion": pl.String,
        "organ": pl.String,
        "nodal": pl.Boolean,
        "chest_xray": pl.Boolean,
        "diameter_mm": pl.Float64,
    }
    return pl.DataFrame(cells, schema=schema, orient="row")


SIZES = [
    ("lesion", 10.0, None),
    ("lesion", 9.9, ("9.9 mm", "at least 10 mm")),
    ("node", 15.0, None),
    ("node", 14.0, ("14 mm", "at least 15 mm")),  # pathological, but not a target
    ("x-ray", 20.0, None),
    ("x-ray", 19.0, ("19 mm", "at least 20 mm")),
    ("lesion", None, ("no diameter", "at least 10 mm")),
]


@pytest.mark.parametrize(("kind", "mm", "finding"), SIZES)
def test_target_lesion_must_be_measurable(
    kind: str, mm: float | None, finding: tuple[str, str] | None
) -> None:
    findings = derive_baseline_findings(_lesions(("T1", "LUNG", kind, mm)), Criteria())
    rows = findings.select("rule", "where", "found", "expected").rows()
    assert rows == ([("target_is_measurable", "T1", *finding)] if finding else [])


def test_two_lesions_an_organ_and_five_in_all_are_the_most() -> None:
    five = [(f"T{k}", organ, "lesion", 20.0) for k, organ in enumerate(["A", "A", "B", "B", "C"])]
    assert derive_baseline_findings(_lesions(*five), Criteria()).is_empty()
    six = [*five, ("T6", "B", "lesion", 20.0)]
    assert derive_baseline_findings(_lesions(*six), Criteria()).rows() == [
        ("1", "targets_of_organ_within_limit", "B", "3 target lesions", "at most 2"),
        ("1", "targets_of_subject_within_limit", "all", "6 target lesions", "at most 5"),
    ]


def test_lymph_nodes_of_all_regions_are_one_organ() -> None:
    nodes = [
        (f"T{k}", region, "node", 20.0) for k, region in enumerate(["NECK", "AXILLA", "GROIN"])
    ]
    findings = derive_baseline_findings(_lesions(*nodes), Criteria())
    assert findings["where"].to_list() == ["lymph nodes"]


def test_unknown_organ_is_not_counted_as_one() -> None:
    unknown = [(f"T{k}", None, "lesion", 20.0) for k in range(3)]
    assert derive_baseline_findings(_lesions(*unknown), Criteria()).is_empty()


def test_limits_of_the_trial_are_used() -> None:
    criteria = Criteria(measurable_lesion_mm=20, most_target_lesions=1)
    two = _lesions(("T1", "LIVER", "lesion", 15), ("T2", "LUNG", "lesion", 25))
    assert derive_baseline_findings(two, criteria).select("rule", "found").rows() == [
        ("target_is_measurable", "15 mm"),
        ("targets_of_subject_within_limit", "2 target lesions"),
    ]


def test_lesion_chosen_twice_is_refused() -> None:
    with pytest.raises(DataError, match=r"primary_key: 2 \(1 T1"):
        derive_baseline_findings(
            _lesions(("T1", "LUNG", "lesion", 15), ("T1", "LUNG", "lesion", 15)), Criteria()
        )

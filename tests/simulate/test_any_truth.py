"""Whatever is assumed, the data hold together and the pipeline sees the progression they show."""

import numpy as np
import polars as pl
import pytest

from tests.simulate.truths import a_truth, cabotem
from topline.adam.adam import derive_adam
from topline.sdtm.cut import cut_data
from topline.sdtm.read import sdtm_from_frames
from topline.simulate.needed import needed_of
from topline.simulate.trials import simulate_trials
from topline.simulate.truth import Truth


def any_truth(seed: int) -> Truth:
    """Draw a truth: anything from nothing to everything at once."""
    rng = np.random.default_rng(seed)

    def some(*values: object) -> object:
        return values[rng.integers(len(values))]

    def law(*medians: float) -> object:
        return {"median": some(*medians), "spread": some(0.0, 0.5, 2.0)}

    growth = {
        "one": {"share": 0.5, "shrink_per_month": law(0, 0.05, 0.5, 5),
                "regrow_per_month": law(0, 0.01, 0.2, 3)},
        "two": {"share": 0.5, "shrink_per_month": law(0, 1),
                "regrow_per_month": law(0, 0.05)},
    }  # fmt: skip
    lesions = {
        "targets": some({"1": 1.0}, {"4": 1.0}, {"1": 0.5, "3": 0.5}),
        "non_target": some(0.0, 0.5, 1.0),
        "locations": some(
            {"LIVER": 0.9, "LUNG": 0.1},
            {"LYMPH NODE": 0.5, "LUNG": 0.5},
            {"LYMPH NODE": 0.01, "BONE": 0.99},
        ),
        "diameter_mm": law(5, 20, 80),
        "error_percent": some(0.0, 5.0, 30.0),
    }
    hazard = some("3 days", "4 months", "3 years")
    toxicity = {
        "term": "Rash", "onset": {"median": some("1 day", "3 months")}, "grades": {"3": 1.0},
        "lasts": some("0 days", "40 days"),
        "consequences": {"3": some("dose reduced", "drug interrupted", "drug withdrawn")},
    }  # fmt: skip
    return Truth.model_validate({
        **a_truth().model_dump(exclude_unset=True),
        "accrual": {"patients": 12, "over": some("0 days", "1 year"),
                    "follow_up": some("0 days", "3 months", "4 years"),
                    "consent_before": some("0 days", "30 days"),
                    "first_dose_after": some("0 days", "20 days"),
                    "never_treated": some(0.0, 0.3)},
        "lesions": lesions,
        "growth": growth,
        "new_lesion": some(None, {"median": hazard}),
        "death": some(None, {"median": hazard, "after_progression": some(0.5, 20.0), "shape": 2.0}),
        "dropout": some({}, {"independent": {"median": hazard},
                             "informative": {"share": 0.5, "within": "3 months"}}),
        "visits": {"jitter": some("0 days", "60 days"), "missed": some(0.0, 0.5)},
        "toxicity": some([], [toxicity]),
        "treatment_stop": some(None, {"median": hazard}),
    })  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_data_of_any_truth_hold_together(seed: int) -> None:
    truth = any_truth(seed)
    found = simulate_trials(cabotem(), truth, seed, 0, 2)
    frames = {name: rows for name, rows in found.sdtm.domains.items() if rows.height}
    assert sdtm_from_frames(frames).queries.rows() == []
    assert cut_data(found.sdtm, found.data_cut).after_cut.height == 0
    if not found.truth["TREATED"].any():
        return
    adam = derive_adam(needed_of(cabotem(), truth).protocol, found.sdtm)
    # Who was never treated has no time; that is told, and nothing else.
    assert set(adam.queries["found"]) <= {"no start date"}
    seen = adam["ADRS"].filter(PARAMCD="PD", AVALC="Y").select("USUBJID", day="ADT")
    last = found.sdtm["TR"].group_by("USUBJID").agg(day=pl.col("TRDTC").str.to_date().max())
    # Scans end with the one that shows progression, and with no other reason sooner.
    assert seen.join(last, on=["USUBJID", "day"], how="anti").rows() == []
    ended = found.sdtm["DS"].filter(DSDECOD="PROGRESSIVE DISEASE")
    ended = ended.select("USUBJID", day=pl.col("DSSTDTC").str.to_date())
    assert ended.join(seen, on=["USUBJID", "day"], how="anti").rows() == []
    assert adam["ADTTE"].filter(pl.col("PARAMCD") == "OS").height == found.truth["TREATED"].sum()

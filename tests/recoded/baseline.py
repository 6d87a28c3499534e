"""Choice of target lesions in RECIST 1.1 written a second time: sections 3.1.1 and 4.2.

See `tests.recoded.recist` for the guideline and for what is shared with the engine.
"""

from typing import TypedDict

import polars as pl

from tests.recoded.histories import Dice
from topline.clinical.recist.criteria import Criteria

Finding = tuple[str, str, str]


class Chosen(TypedDict):
    """One lesion chosen as target."""

    subject: str
    lesion: str
    organ: str | None
    nodal: bool
    chest_xray: bool
    diameter_mm: float | None


def make_chosen(dice: Dice, subject: str) -> list[Chosen]:
    """Choose up to eight lesions around every limit."""
    return [
        {
            "subject": subject,
            "lesion": f"T{i}",
            "organ": dice.pick("LIVER", "LUNG", "BRAIN", "BONE", None),
            "nodal": dice.happens(0.3),
            "chest_xray": dice.happens(0.2),
            "diameter_mm": dice.pick(9.9, 10.0, 14.9, 15.0, 19.9, 20.0, 30.0, None),
        }
        for i in range(dice.pick(1, 2, 3, 4, 5, 6, 7, 8))
    ]


def to_lesions(chosen: list[Chosen]) -> pl.DataFrame:
    """Write them as the engine reads them."""
    schema = {
        "subject": pl.String,
        "lesion": pl.String,
        "organ": pl.String,
        "nodal": pl.Boolean,
        "chest_xray": pl.Boolean,
        "diameter_mm": pl.Float64,
    }
    return pl.DataFrame([tuple(one.values()) for one in chosen], schema=schema, orient="row")


def least_diameter(one: Chosen, criteria: Criteria) -> float:
    """3.1.1: 15 mm for a node, 20 mm on a chest X-ray, 10 mm otherwise."""
    if one["nodal"]:
        return criteria.measurable_node_mm
    return (
        criteria.measurable_on_chest_xray_mm if one["chest_xray"] else criteria.measurable_lesion_mm
    )


def find_breaches(chosen: list[Chosen], criteria: Criteria) -> set[Finding]:
    """Return what one subject's choice breaks, as subject, rule and place."""
    out: set[Finding] = set()
    organs: dict[str, int] = {}
    for one in chosen:
        diameter = one["diameter_mm"]
        if diameter is None or diameter < least_diameter(one, criteria):
            out.add((one["subject"], "target_is_measurable", one["lesion"]))
        # 4.2: at most two an organ; the lymph nodes together are one.
        organ = "lymph nodes" if one["nodal"] else one["organ"]
        if organ is not None:
            organs[organ] = organs.get(organ, 0) + 1
    subject = chosen[0]["subject"]
    for organ, count in organs.items():
        if count > criteria.most_target_lesions_per_organ:
            out.add((subject, "targets_of_organ_within_limit", organ))
    if len(chosen) > criteria.most_target_lesions:
        out.add((subject, "targets_of_subject_within_limit", "all"))
    return out

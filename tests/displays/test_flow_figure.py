"""The flow diagram: nothing collides, nothing is lost."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from itertools import combinations

import polars as pl
import pytest

from tests.displays.example import HOSTILE
from tests.displays.results import result_rows
from topline.displays.flow_figure import describe_flow, draw_flow
from topline.displays.numbers import Numbers
from topline.displays.svg import NAMESPACE, text_width
from topline.protocol.analyses import Flow, FlowStep

Rectangle = tuple[float, float, float, float]


def flow_rows(arms: int, reasons: list[tuple[str, int]]) -> Numbers:
    return Numbers(flow_frame(arms, reasons), "A")


def flow_frame(arms: int, reasons: list[tuple[str, int]]) -> pl.DataFrame:
    """Two boxes for all, then one box an arm, with reasons and outcomes."""

    def row(parameter: str, n: int, level: str = "", arm: str = "") -> Mapping[str, object]:
        grouped = {"by": "TRT01P", "group": arm, "group_label": arm} if arm else {}
        shown = {"value": float(n), "display": str(n), "level": level, "level_label": level}
        return {"parameter": parameter, "statistic": "n"} | shown | grouped

    rows = [row("SCREENED", 60), row("ITT", 50), row("ITT.lost", 10)]
    rows += [row("ITT.lost", n, reason) for reason, n in reasons]
    labels = [f"Arm {i} with a label that is not short" for i in range(arms)] if arms > 1 else [""]
    for label in labels:
        rows.append(row("SAFETY", 16, arm=label))
        rows += [row("SAFETY.outcome", n, reason, arm=label) for reason, n in reasons]
    return result_rows(*rows)


def flow(arms: int) -> Flow:
    steps = (
        FlowStep(analysis_set="SCREENED", label="Assessed for eligibility"),
        FlowStep(analysis_set="ITT", label="Randomized", lost="Not randomized"),
        FlowStep(
            analysis_set="SAFETY",
            label="Treated",
            by_arm=arms > 1,
            outcome="DCTREAS",
            outcome_label="Discontinued",
        ),
    )
    return Flow(kind="flow", steps=steps)


def rectangles(root: ET.Element) -> list[Rectangle]:
    def side(box: ET.Element, name: str) -> float:
        return float(box.attrib[name])

    return [
        (side(box, "x"), side(box, "y"), side(box, "width"), side(box, "height"))
        for box in root.iter(f"{{{NAMESPACE}}}rect")
    ]


def overlap(a: Rectangle, b: Rectangle) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


REASONS = [("Consent withdrawn", 7), ("Ineligible", 3), ("Other", 0)]
LONG = [(text, i) for i, text in enumerate(HOSTILE)]


@pytest.mark.parametrize("arms", [1, 2, 3, 8])
@pytest.mark.parametrize("reasons", [REASONS, LONG, []], ids=["short", "hostile", "none"])
def test_boxes_do_not_collide_and_hold_their_text(
    arms: int, reasons: list[tuple[str, int]]
) -> None:
    root = ET.fromstring(draw_flow(flow(arms), flow_rows(arms, reasons)))
    boxes = rectangles(root)
    assert len(boxes) == 2 + arms + (1 if arms == 1 and reasons else 0) + 1
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
    _, _, width, height = (float(n) for n in root.get("viewBox", "").split())
    assert all(x >= 0 and x + w <= width and y + h <= height for x, y, w, h in boxes)
    for text in root.iter(f"{{{NAMESPACE}}}text"):
        x, y = float(text.get("x", "nan")), float(text.get("y", "nan"))
        wide = text_width(text.text or "", 8, "semibold" if text.get("font-weight") else "regular")
        assert any(
            bx <= x and x + wide <= bx + bw and by <= y - 6 and y <= by + bh
            for bx, by, bw, bh in boxes
        ), f"{text.text!r} stands outside every box"


def test_reasons_of_nobody_are_shown() -> None:
    picture = draw_flow(flow(1), flow_rows(1, REASONS))
    assert "Other (n\u00a0=\u00a00)" in picture


def test_each_number_names_its_result() -> None:
    root = ET.fromstring(draw_flow(flow(3), flow_rows(3, REASONS)))
    linked = [g.attrib["data-results"] for g in root.iter() if "data-results" in g.attrib]
    assert sorted(linked) == sorted(f"r{i}" for i in range(3 + 3 + 3 * 4))


def test_words_say_what_the_picture_says() -> None:
    told = describe_flow(flow(1), flow_rows(1, REASONS))
    assert told == (
        "Assessed for eligibility: 60. Randomized: 50. "
        "Not randomized: Consent withdrawn 7, Ineligible 3, Other 0. "
        "Treated: 16. Discontinued: Consent withdrawn 7, Ineligible 3, Other 0."
    )


def test_arms_that_come_together_again_keep_those_lost() -> None:
    one = flow(2)
    after = FlowStep(analysis_set="PP", label="Evaluable", lost="Not evaluable")
    merged = Flow(kind="flow", steps=(*one.steps, after))
    counts = {"PP": "30", "PP.lost": "2"}
    more = [
        {"parameter": name, "statistic": "n", "value": float(n), "display": n, "result_id": name}
        for name, n in counts.items()
    ]
    rows = flow_frame(2, REASONS).extend(result_rows(*more))
    picture = draw_flow(merged, Numbers(rows, "A"))
    assert "Not evaluable (n\u00a0=\u00a02)" in picture


def test_a_diagram_without_results_says_so() -> None:
    assert draw_flow(flow(1), Numbers(result_rows(), "A")).count("n = ?") == 3


def test_the_notice_stands_below() -> None:
    root = ET.fromstring(draw_flow(flow(1), flow_rows(1, REASONS), "Not a real cohort."))
    *_, last = root.iter(f"{{{NAMESPACE}}}text")
    lowest = max(y + height for _, y, _, height in rectangles(root))
    assert last.text == "Not a real cohort."
    assert float(last.get("y", "nan")) > lowest

"""Pictures in the report: the page's policy lets them be seen, and they open their receipt."""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from tests.pictures import tissue, with_pictures
from tests.report.conftest import Visit
from topline.report.report import render_report

ROWS = [{"IMAGE": "images/<a>.png", "PIXELUM": 0.5, "STAINING": "WEAK", "CAPTION": "<b>Liver</b>"}]


def page(*, patient_level: bool = True) -> str:
    trial = with_pictures(ROWS, {"images/<a>.png": tissue()})
    displays = [d for d in trial.displays if patient_level or not getattr(d, "patients", False)]
    return render_report(
        trial.protocol,
        displays,
        trial.results,
        trial.adam,
        trial.queries,
        patient_level=patient_level,
    )


def test_a_picture_is_seen_and_leads_to_its_record(visit: Visit, tmp_path: Path) -> None:
    opened = visit.open(page(), tmp_path)
    picture = opened.locator("svg image")
    picture.scroll_into_view_if_needed()
    seen = np.asarray(Image.open(BytesIO(picture.screenshot())).convert("RGB")).astype(int)
    right = seen[10:100, -120:-60]  # the stained half, above its scale bar
    assert (right[..., 0] > right[..., 2] + 30).mean() > 0.9
    picture.locator("xpath=..").click(position={"x": 20, "y": 20})
    receipt = opened.locator("dialog[open], [role=dialog]").first
    assert "images/<a>.png" in receipt.inner_text()
    assert (visit.complaints, visit.requests) == ([], [])


def test_a_page_of_aggregates_has_no_picture() -> None:
    assert "image/jpeg" not in page(patient_level=False)
    assert "image/jpeg" in page()

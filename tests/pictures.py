"""A trial with pictures of stained sections, painted from known densities."""

from collections.abc import Mapping, Sequence
from io import BytesIO

import numpy as np
import polars as pl
from numpy.typing import NDArray
from PIL import Image

from tests.adam.study import protocol, treated
from topline.sdtm.collected import Sdtm
from topline.sdtm.study_tables import IMAGES
from topline.trial import Trial, analyse_trial

_BLUE, _BROWN = np.array([0.650, 0.704, 0.286]), np.array([0.268, 0.570, 0.776])
_TREATED = {f"0{i}": ("2024-01-10", "2024-06-30") for i in range(1, 4)}
MARKERS: dict[str, object] = {
    "AXLP": {"assay": "image", "label": "AXL", "marker": "AXL"},
    "METP": {"assay": "image", "label": "c-MET", "marker": "c-MET", "positive": "METPOS"},
}


def paint(*columns: tuple[float, float], height: int = 1) -> NDArray[np.uint8]:
    """Columns of pixels with densities of haematoxylin and DAB, in 8 bits."""
    shares = [10.0 ** -(blue * _BLUE + brown * _BROWN) for blue, brown in columns]
    return np.repeat(np.round(255 * np.array([shares])).astype(np.uint8), height, axis=0)


def saved(picture: NDArray[np.uint8], kind: str = "PNG") -> bytes:
    """A picture as a file."""
    out = BytesIO()
    Image.fromarray(picture).save(out, kind)
    return out.getvalue()


def tissue(width: int = 40, height: int = 30) -> bytes:
    """Half of the tissue not stained, half weakly: a pixel H-score of 50."""
    half = width // 2
    return saved(paint(*[(0.4, 0.0)] * half, *[(0.1, 0.3)] * (width - half), height=height))


def with_pictures(
    rows: Sequence[Mapping[str, object]],
    pictures: Mapping[str, bytes],
    *,
    analysis: Mapping[str, object] | None = None,
    display: Mapping[str, object] | None = None,
    study: Mapping[str, object] | None = None,
) -> Trial:
    """Analyse three patients of whom there are pictures.

    `rows` are those of images.csv; their MARKER is c-MET and their USUBJID 01 unless they say so.
    """
    types = {name: column.dtype for name, column in IMAGES.columns().items()}
    own = [{"MARKER": "c-MET", "USUBJID": "01", "DTC": "2024-01-05", **row} for row in rows]
    collected = Sdtm(
        treated(_TREATED).domains,
        tables={"IMAGES": pl.DataFrame(own, schema=types)},
        pictures=dict(pictures),
    )
    plan = {"kind": "patient-pictures", "analysis_set": "ALL", "markers": list(MARKERS)}
    shown = {"kind": "image-panel-figure", "number": "Figure 5", "title": "Sections"}
    parts: dict[str, object] = {"study": dict(study)} if study else {}
    return analyse_trial(
        protocol(
            biomarkers=MARKERS,
            analyses={"PICTURES": plan | dict(analysis or {})},
            displays=[shown | {"analysis": "PICTURES"} | dict(display or {})],
            **parts,
        ),
        collected,
    )

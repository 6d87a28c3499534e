"""Four drawn pictures of stained sections, in the place of the report's photographs.

Nuclei, stroma and vessels are discs and ribbons of optical density: blue haematoxylin, brown DAB.
Each picture says in its corner that it is synthetic. What is stained follows the report's figure:
AXL and VEGFR2 on vessels and not on tumor cells, c-MET weakly on the cells of one tumor and not on
those of another.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from scripts.cabotem_first_cohort.records import Row, cycle_visit
from scripts.cabotem_first_cohort.roster import Patient

Floats = NDArray[np.float64]
_WIDTH, _HEIGHT = 360, 270
_BLUE = np.array([0.650, 0.704, 0.286]) / np.linalg.norm([0.650, 0.704, 0.286])
_BROWN = np.array([0.268, 0.570, 0.776]) / np.linalg.norm([0.268, 0.570, 0.776])
_COLOURS = 32
_LABEL = "SYNTHETIC"


@dataclass(frozen=True)
class _Section:
    """What a picture shows; sizes in micrometres, densities of DAB."""

    name: str
    patient: str
    marker: str
    pixel: float
    magnification: str
    staining: str
    cells: float
    vessels: float
    caption: str


_SECTIONS = (
    _Section(
        "01-axl", "S20", "AXL", 2.8, "10x", "NEGATIVE", 0.0, 0.62,
        "Drawn: tumor cells not stained, sinusoidal endothelium stained",
    ),
    _Section(
        "02-vegfr2", "S02", "VEGFR2", 1.15, "20x", "NEGATIVE", 0.0, 0.75,
        "Drawn: tumor cells not stained, endothelium stained",
    ),
    _Section(
        "03-c-met-positive", "S03", "c-MET", 1.15, "20x", "WEAK", 0.27, 0.0,
        "Drawn: tumor cells stained weakly",
    ),
    _Section(
        "04-c-met-negative", "S04", "c-MET", 1.15, "20x", "NEGATIVE", 0.0, 0.0,
        "Drawn: tumor cells not stained",
    ),
)  # fmt: skip
_NUCLEUS_UM, _CELL_UM = 3.6, 12.5


def images(patients: list[Patient]) -> list[Row]:
    """Return the rows of images.csv."""
    known = {patient.key: patient for patient in patients}
    rows: list[Row] = []
    for section in _SECTIONS:
        patient = known[section.patient]
        seen = cycle_visit(patient, "X", 0, -5)
        rows.append(
            {
                "IMAGE": f"images/{section.name}.png", "MARKER": section.marker,
                "USUBJID": patient.usubjid, "PIXELUM": section.pixel,
                "MAGNIF": section.magnification, "STAINING": section.staining,
                "CAPTION": section.caption, "VISITNUM": seen["VISITNUM"],
                "VISIT": seen["VISIT"], "DTC": seen["XDTC"],
            }
        )  # fmt: skip
    return rows


def write_images(folder: Path, draws: Generator) -> None:
    """Draw the pictures into the folder."""
    folder.mkdir(exist_ok=True)
    for section in _SECTIONS:
        path = folder / f"{section.name}.png"
        _draw(section, draws).save(path, "PNG", optimize=True)


def _draw(section: _Section, draws: Generator) -> Image.Image:
    """Lay densities over each other, let light through, and write the label."""
    y, x = np.mgrid[0:_HEIGHT, 0:_WIDTH] * section.pixel
    ribbons = _ribbons(x, y, draws)
    stroma = np.exp(-((ribbons / 9.0) ** 2))
    vessel = np.exp(-(((ribbons - 10.0) / 2.6) ** 2))
    blue = 0.10 + 0.05 * stroma
    brown = section.cells * (1 - stroma) + section.vessels * vessel + 0.02
    for column, row, size, depth in _nuclei(section.pixel, ribbons, draws):
        reach = int(np.ceil(3 * size / section.pixel))
        at = (
            slice(max(int(row) - reach, 0), int(row) + reach + 1),
            slice(max(int(column) - reach, 0), int(column) + reach + 1),
        )
        apart = np.hypot(x[at] - column * section.pixel, y[at] - row * section.pixel) / size
        disc = 1 / (1 + np.exp((apart - 1) * 9))
        blue[at] += depth * disc
        brown[at] *= 1 - 0.75 * disc
    density = blue[..., None] * _BLUE + brown[..., None] * _BROWN
    light = np.clip(255 * 10.0**-density, 0, 255).round().astype(np.uint8)
    picture = Image.fromarray(light).quantize(_COLOURS, dither=Image.Dither.NONE).convert("RGB")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 62, 13), fill=(255, 255, 255))
    pen.text((3, 1), _LABEL, fill=(60, 60, 60))
    return picture.quantize(_COLOURS + 8, dither=Image.Dither.NONE)


def _ribbons(x: Floats, y: Floats, draws: Generator) -> Floats:
    """Return the distance to the nearest ribbon of stroma, micrometres."""
    nearest = np.full(x.shape, np.inf)
    turns = draws.uniform(0, np.pi, 3)
    for turn in turns:
        along = x * np.cos(turn) + y * np.sin(turn)
        across = -x * np.sin(turn) + y * np.cos(turn)
        wave = 26 * np.sin(along / draws.uniform(55, 85) + draws.uniform(0, 6.28))
        gap = draws.uniform(150, 210)
        place = np.mod(across + wave + draws.uniform(0, gap), gap)
        nearest = np.minimum(nearest, np.minimum(place, gap - place))
    return nearest


def _nuclei(
    pixel: float, ribbons: Floats, draws: Generator
) -> list[tuple[float, float, float, float]]:
    """Return column, row, size and density of nuclei: a jittered lattice between the ribbons."""
    step = _CELL_UM / pixel
    found: list[tuple[float, float, float, float]] = []
    for i, row in enumerate(np.arange(0, _HEIGHT, step * 0.87)):
        for column in np.arange((i % 2) * step / 2, _WIDTH, step):
            where = np.array([column, row]) + draws.normal(0, step * 0.12, 2)
            size, depth, kept = (
                draws.normal(_NUCLEUS_UM, 0.4),
                draws.normal(0.42, 0.07),
                draws.random(),
            )
            c, r = where
            inside = 0 <= c < _WIDTH and 0 <= r < _HEIGHT
            if inside and kept < 0.94 and ribbons[int(r), int(c)] > 13:
                found.append((float(c), float(r), max(float(size), 2.0), max(float(depth), 0.2)))
    return found

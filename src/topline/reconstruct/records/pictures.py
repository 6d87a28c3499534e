"""Drawn pictures of stained sections, in the place of photographs that are not to be had.

Nuclei, stroma and vessels are discs and ribbons of optical density: blue haematoxylin, brown DAB.
Each picture says in its corner that it is synthetic.
"""

from io import BytesIO
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from topline.reconstruct.records.domain import Row, visit
from topline.reconstruct.records.draws import stream
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.setting import Setting
from topline.reconstruct.records.specification import Picture

Floats = NDArray[np.float64]
_WIDTH: Final = 360
_HEIGHT: Final = 270
_BLUE: Final = np.array([0.650, 0.704, 0.286]) / np.linalg.norm([0.650, 0.704, 0.286])
_BROWN: Final = np.array([0.268, 0.570, 0.776]) / np.linalg.norm([0.268, 0.570, 0.776])
_COLOURS: Final = 32
_LABEL: Final = "SYNTHETIC"
_NUCLEUS_UM: Final = 3.6
_CELL_UM: Final = 12.5


def pictures(setting: Setting) -> list[Row]:
    """Return the rows of images.csv: each picture of a patient whom no other shows, if there is."""
    shown: set[str] = set()
    rows: list[Row] = []
    for number, spec in enumerate(setting.spec.pictures):
        place = f"records.pictures[{number}].where"
        held = setting.expressions.holds(setting.frame, spec.where, place)
        among = [one for one, meant in zip(setting.patients, held, strict=True) if meant]
        if not among:
            setting.expressions.problems.append(f"{place}: nobody; expected at least one patient")
            continue
        patient = next((one for one in among if one.usubjid not in shown), among[0])
        shown.add(patient.usubjid)
        rows.append(_row(spec, patient))
    return rows


def _row(spec: Picture, patient: Patient) -> Row:
    seen = visit(patient, "", spec.visit, spec.visit_number, spec.day)
    return {
        "IMAGE": f"images/{spec.name}.png",
        "MARKER": spec.marker,
        "USUBJID": patient.usubjid,
        "PIXELUM": spec.pixel,
        "MAGNIF": spec.magnification,
        "STAINING": spec.staining,
        "CAPTION": spec.caption,
        **{name: seen[name] for name in ("VISITNUM", "VISIT", "DTC")},
    }


def draw_picture(spec: Picture, seed: int) -> bytes:
    """Lay densities over each other, let light through, and write the label; returns a PNG."""
    draws = stream(seed, f"PICTURE {spec.name}", 0)
    y, x = np.mgrid[0:_HEIGHT, 0:_WIDTH] * spec.pixel
    ribbons = _ribbons(x, y, draws)
    stroma = np.exp(-((ribbons / 9.0) ** 2))
    vessel = np.exp(-(((ribbons - 10.0) / 2.6) ** 2))
    blue = 0.10 + 0.05 * stroma
    brown = spec.cells * (1 - stroma) + spec.vessels * vessel + 0.02
    for column, row, size, depth in _nuclei(spec.pixel, ribbons, draws):
        reach = int(np.ceil(3 * size / spec.pixel))
        at = (
            slice(max(int(row) - reach, 0), int(row) + reach + 1),
            slice(max(int(column) - reach, 0), int(column) + reach + 1),
        )
        apart = np.hypot(x[at] - column * spec.pixel, y[at] - row * spec.pixel) / size
        disc = 1 / (1 + np.exp((apart - 1) * 9))
        blue[at] += depth * disc
        brown[at] *= 1 - 0.75 * disc
    density = blue[..., None] * _BLUE + brown[..., None] * _BROWN
    return _png(np.clip(255 * 10.0**-density, 0, 255).round().astype(np.uint8))


def _png(light: NDArray[np.uint8]) -> bytes:
    from PIL import Image, ImageDraw

    picture = Image.fromarray(light).quantize(_COLOURS, dither=Image.Dither.NONE).convert("RGB")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 62, 13), fill=(255, 255, 255))
    pen.text((3, 1), _LABEL, fill=(60, 60, 60))
    written = BytesIO()
    few = picture.quantize(_COLOURS + 8, dither=Image.Dither.NONE)
    few.save(written, "PNG", optimize=True)
    return written.getvalue()


def _ribbons(x: Floats, y: Floats, draws: Generator) -> Floats:
    """Return the distance to the nearest ribbon of stroma, micrometres."""
    nearest = np.full(x.shape, np.inf)
    for turn in draws.uniform(0, np.pi, 3):
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
            c, r = np.array([column, row]) + draws.normal(0, step * 0.12, 2)
            size = max(float(draws.normal(_NUCLEUS_UM, 0.4)), 2.0)
            depth = max(float(draws.normal(0.42, 0.07)), 0.2)
            kept = draws.random() < 0.94
            inside = 0 <= c < _WIDTH and 0 <= r < _HEIGHT
            if inside and kept and ribbons[int(r), int(c)] > 13:
                found.append((float(c), float(r), size, depth))
    return found

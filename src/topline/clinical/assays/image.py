"""Stains in a picture: how much of the tissue is brown, and how brown.

Light that passes two stains is dimmed by each, so that optical densities (minus the decimal
logarithm of the light let through) add up, and a picture can be taken apart into haematoxylin and
diaminobenzidine (DAB) [1]_. Each pixel of the tissue is negative, weak, moderate or strong by its
density of DAB. The pixel H-score is the H-score with pixels in the place of cells: no cells are
looked for, nor tumour told from stroma, so it does not replace a pathologist's and is named apart.
Give a region to keep to the tumour.

Brown does not follow the amount of antigen in proportion, and colours differ between laboratories
and scanners; measurements compare pictures of one staining run.

References
----------
.. [1] Ruifrok AC, Johnston DA (2001). Quantification of histochemical staining by color
   deconvolution. Analytical and Quantitative Cytology and Histology 23: 291-299.
.. [2] Varghese F, Bukhari AB, Malhotra R, De A (2014). IHC Profiler: an open source plugin for the
   quantitative evaluation and automated scoring of immunohistochemistry images of human tissue
   samples. PLoS ONE 9: e96801.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.clinical.assays.stain_rule import StainRule
from topline.errors import DataError, UsageError

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Picture = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.floating]
_DARKEST = 1 / 255
_BRIGHTEST = {"uint8": 255, "uint16": 65535}
_PIXELS_AT_ONCE = 1_000_000


def rule_of_intensities(
    *, strong: int = 60, moderate: int = 120, weak: int = 180, tissue: int = 235
) -> StainRule:
    """Return the rule of thresholds given as brightness of the DAB picture, 0 black to 255 white.

    Parameters
    ----------
    strong, moderate, weak, tissue
        Largest brightness of each; the defaults are the zones of [2]_: 0-60 high positive, 61-120
        positive, 121-180 low positive, 181-235 negative, and background above.

    Examples
    --------
    >>> round(rule_of_intensities().strong_od, 3)
    0.625
    """
    density = [-float(np.log10((top + 0.5) / 255)) for top in (tissue, weak, moderate, strong)]
    return StainRule(
        tissue_od=density[0], weak_od=density[1], moderate_od=density[2], strong_od=density[3]
    )


@dataclass(frozen=True, slots=True)
class StainMeasurement:
    """Staining of the pixels of a picture; shares are percent of the tissue, NaN without tissue."""

    tissue_pixels: int
    region_pixels: int
    """Pixels that were looked at: the region, or the whole picture."""
    weak_percent: float
    moderate_percent: float
    strong_percent: float
    positive_percent: float
    """Weak, moderate and strong together."""
    pixel_h_score: float
    """weak + 2 moderate + 3 strong, 0 to 300."""
    mean_dab_od: float
    """Mean density of DAB over the tissue."""


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A bar to draw beneath a picture."""

    length_um: float
    length_px: float
    label: str


def compute_stain_densities(
    picture: Picture, rule: StainRule | None = None
) -> tuple[Floats, Floats]:
    """Compute the optical densities of haematoxylin and DAB in every pixel.

    Parameters
    ----------
    picture
        Rows, columns, and red, green, blue; a fourth channel is not used. Whole numbers of 8 or 16
        bits, or shares from 0 to 1.
    rule
        Stains and empty glass; None: the defaults.

    Returns
    -------
    haematoxylin, dab : Floats
        Of the shape of the picture, 0 or more. A black pixel counts as the darkest of 8 bits.

    Raises
    ------
    DataError
        The picture has no three colours, or numbers out of range.
    UsageError
        The two stains have the same colour.
    """
    rule = rule or StainRule()
    light = _light(picture) / np.array(rule.empty)
    density = -np.log10(np.clip(light, _DARKEST, 1))
    stains = np.maximum(density @ _unmixing(rule), 0)
    return stains[..., 0], stains[..., 1]


def measure_stain(
    picture: Picture, rule: StainRule | None = None, *, region: Mask | None = None
) -> StainMeasurement:
    """Measure how much of the tissue in a picture is stained, and how strongly.

    Parameters
    ----------
    picture
        As `compute_stain_densities` takes it.
    rule
        Stains and thresholds; None: the defaults.
    region
        True where to look, such as the tumour; None: everywhere.

    Raises
    ------
    DataError
        The picture is none, or the region has another shape.
    UsageError
        The two stains have the same colour.

    Examples
    --------
    >>> brown = np.full((2, 2, 3), 10.0 ** -(0.5 * np.array([0.268, 0.570, 0.776])))
    >>> brown[0] = 1.0
    >>> found = measure_stain(brown)
    >>> found.tissue_pixels, found.pixel_h_score
    (2, 200.0)
    """
    rule = rule or StainRule()
    inside = np.ones(picture.shape[:2], dtype=bool) if region is None else region
    if inside.shape != picture.shape[:2]:
        size = picture.shape[:2]
        msg = f"the region is {inside.shape} pixels, the picture {size}: give one of its size"
        raise DataError(msg)
    step = max(1, _PIXELS_AT_ONCE // max(1, picture.shape[1]))
    counts = np.zeros(5)
    for top in range(0, len(inside), step):
        rows = slice(top, top + step)
        counts += _count(picture[rows], inside[rows], rule)
    tissue, weak, moderate, strong, brown = counts.tolist()
    reached = [_percent(number, tissue) for number in (weak, moderate, strong)]
    return StainMeasurement(
        tissue_pixels=int(tissue),
        region_pixels=int(inside.sum()),
        weak_percent=reached[0] - reached[1],
        moderate_percent=reached[1] - reached[2],
        strong_percent=reached[2],
        positive_percent=reached[0],
        pixel_h_score=sum(reached),
        mean_dab_od=float(brown / tissue) if tissue else float("nan"),
    )


def _count(picture: Picture, inside: Mask, rule: StainRule) -> Floats:
    """Count pixels of tissue, and those at least weak, moderate and strong; add up their DAB."""
    haematoxylin, dab = compute_stain_densities(picture, rule)
    stained = dab >= min(rule.tissue_od, rule.weak_od)
    brown = dab[inside & ((haematoxylin >= rule.tissue_od) | stained)]
    steps = (rule.weak_od, rule.moderate_od, rule.strong_od)
    counts = [float((brown >= least).sum()) for least in steps]
    return np.array([brown.size, *counts, brown.sum()], dtype=np.float64)


def compute_scale_bar(width_px: int, pixel_size_um: float, *, most_share: float = 0.25) -> ScaleBar:
    """Compute the longest bar of 1, 2, 2.5 or 5 times a power of ten within a share of the width.

    Parameters
    ----------
    width_px
        Width of the picture.
    pixel_size_um
        Side of a pixel, micrometres.
    most_share
        Largest share of the width that the bar takes.

    Raises
    ------
    UsageError
        A number is not above 0.

    Examples
    --------
    >>> compute_scale_bar(1000, 0.5)
    ScaleBar(length_um=100.0, length_px=200.0, label='100 um')
    """
    most = width_px * pixel_size_um * most_share
    if not (width_px > 0 and pixel_size_um > 0 and most_share > 0 and np.isfinite(most)):
        msg = f"no scale bar for {width_px} pixels of {pixel_size_um} um: give numbers above 0"
        raise UsageError(msg)
    power = int(np.floor(np.log10(most * (1 + 1e-9))))
    steps = [step * 10.0**power for step in (1, 2, 2.5, 5)]
    length = max(step for step in steps if step <= most * (1 + 1e-9))
    millimetres = length >= 1000
    label = f"{length / 1000:g} mm" if millimetres else f"{length:g} um"
    return ScaleBar(length, length / pixel_size_um, label)


def _light(picture: Picture) -> Floats:
    """Return the light of the three colours as shares of the brightest."""
    if picture.ndim != 3 or picture.shape[2] not in {3, 4}:
        msg = f"a picture has rows, columns and three colours, not the shape {picture.shape}"
        raise DataError(msg)
    colours = picture[..., :3]
    if colours.dtype.name in _BRIGHTEST:
        return colours.astype(np.float64) / _BRIGHTEST[colours.dtype.name]
    shares = colours.astype(np.float64)
    if not np.isfinite(shares).all() or shares.min(initial=0) < 0 or shares.max(initial=0) > 1:
        msg = "a picture of fractions has numbers from 0 to 1; divide it by its brightest"
        raise DataError(msg)
    return shares


def _unmixing(rule: StainRule) -> Floats:
    """Return the matrix that turns densities of colours into densities of stains."""
    stains = np.array([rule.haematoxylin, rule.dab], dtype=np.float64)
    stains /= np.linalg.norm(stains, axis=1, keepdims=True)
    rest = np.cross(stains[0], stains[1])
    length = float(np.linalg.norm(rest))
    if not length > 1e-6:
        msg = f"haematoxylin {rule.haematoxylin} and DAB {rule.dab} have the same colour"
        raise UsageError(msg)
    return np.linalg.inv(np.vstack([stains, rest / length])).astype(np.float64)


def _percent(number: float, of: float) -> float:
    return float(100 * number / of) if of else float("nan")

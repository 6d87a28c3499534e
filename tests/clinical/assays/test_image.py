"""Pictures painted from known densities, and scikit-image's own picture of FHL2 in brown."""

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError
from skimage import data
from skimage.color import separate_stains

from topline.clinical.assays.image import (
    StainRule,
    compute_scale_bar,
    compute_stain_densities,
    measure_stain,
    rule_of_intensities,
)
from topline.errors import DataError, UsageError

BLUE = np.array([0.650, 0.704, 0.286])
BROWN = np.array([0.268, 0.570, 0.776])
BLUE, BROWN = BLUE / np.linalg.norm(BLUE), BROWN / np.linalg.norm(BROWN)


def paint(*pixels: tuple[float, float]) -> NDArray[np.float64]:
    """Paint one row of pixels with densities of haematoxylin and DAB."""
    return np.array([[10.0 ** -(blue * BLUE + brown * BROWN) for blue, brown in pixels]])


def test_densities_are_those_that_were_painted() -> None:
    pixels = [(0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.3, 0.2), (0.1, 0.9)]
    blue, brown = compute_stain_densities(paint(*pixels))
    assert blue[0] == pytest.approx([b for b, _ in pixels], abs=1e-9)
    assert brown[0] == pytest.approx([d for _, d in pixels], abs=1e-9)


INTENSITIES = [
    # density of DAB; weak, moderate, strong percent of that one pixel
    (0.199, (0, 0, 0)),
    (0.201, (100, 0, 0)),
    (0.399, (100, 0, 0)),
    (0.401, (0, 100, 0)),
    (0.599, (0, 100, 0)),
    (0.601, (0, 0, 100)),
]


@pytest.mark.parametrize(("density", "expected"), INTENSITIES)
def test_thresholds_part_weak_moderate_and_strong(
    density: float, expected: tuple[int, int, int]
) -> None:
    found = measure_stain(paint((0.2, density)))
    assert (found.weak_percent, found.moderate_percent, found.strong_percent) == expected


def test_pixel_h_score_by_hand() -> None:
    # ten pixels of tissue: five negative, two weak, two moderate, one strong; two of glass
    pixels = (
        [(0.3, 0.05)] * 5 + [(0.1, 0.3)] * 2 + [(0.1, 0.5)] * 2 + [(0.1, 0.7)] + [(0.01, 0.0)] * 2
    )
    found = measure_stain(paint(*pixels))
    assert (found.tissue_pixels, found.region_pixels) == (10, 12)
    assert found.pixel_h_score == pytest.approx(20 + 2 * 20 + 3 * 10)
    assert found.positive_percent == pytest.approx(50)
    assert found.mean_dab_od == pytest.approx((5 * 0.05 + 2 * 0.3 + 2 * 0.5 + 0.7) / 10)


TISSUE = [(0.099, 0.0, 0), (0.101, 0.0, 1), (0.0, 0.099, 0), (0.0, 0.101, 1)]


@pytest.mark.parametrize(("blue", "brown", "pixels"), TISSUE)
def test_tissue_has_a_stain(blue: float, brown: float, pixels: int) -> None:
    assert measure_stain(paint((blue, brown))).tissue_pixels == pixels


def test_a_region_is_kept_to() -> None:
    picture = paint((0.2, 0.7), (0.2, 0.0))
    found = measure_stain(picture, region=np.array([[False, True]]))
    assert (found.region_pixels, found.pixel_h_score) == (1, 0)
    with pytest.raises(DataError, match=r"the region is \(2, 1\) pixels, the picture \(1, 2\)"):
        measure_stain(picture, region=np.ones((2, 1), dtype=bool))


def test_without_tissue_nothing_is_known() -> None:
    found = measure_stain(np.ones((3, 3, 3)))
    assert found.tissue_pixels == 0
    assert np.isnan([found.pixel_h_score, found.positive_percent, found.mean_dab_od]).all()


def test_empty_glass_that_is_not_white_is_allowed_for() -> None:
    glass = (0.9, 0.85, 0.8)
    picture = paint((0.3, 0.5)) * glass
    found = compute_stain_densities(picture, StainRule(empty=glass))
    assert [stain.item() for stain in found] == pytest.approx([0.3, 0.5])


def test_eight_and_sixteen_bits_and_a_fourth_channel() -> None:
    shares = paint((0.3, 0.5), (0.2, 0.1))
    eight = np.round(shares * 255).astype(np.uint8)
    sixteen = np.round(shares * 65535).astype(np.uint16)
    clear = np.concatenate([eight, np.zeros_like(eight[..., :1])], axis=2)
    for picture, within in ((eight, 0.02), (sixteen, 1e-4), (clear, 0.02)):
        assert compute_stain_densities(picture)[1][0] == pytest.approx([0.5, 0.1], abs=within)


def test_black_is_as_dark_as_eight_bits_go() -> None:
    black = compute_stain_densities(np.zeros((1, 1, 3), np.uint8))
    one = compute_stain_densities(np.ones((1, 1, 3), np.uint8))
    assert [stain.item() for stain in black] == [stain.item() for stain in one]


PICTURES = [
    pytest.param(np.ones((3, 3)), "three colours, not the shape \\(3, 3\\)", id="grey"),
    pytest.param(np.full((1, 1, 3), 1.5), "numbers from 0 to 1", id="too bright"),
    pytest.param(np.full((1, 1, 3), np.nan), "numbers from 0 to 1", id="missing"),
]


@pytest.mark.parametrize(("picture", "message"), PICTURES)
def test_what_is_no_picture_is_refused(picture: NDArray[np.float64], message: str) -> None:
    with pytest.raises(DataError, match=message):
        measure_stain(picture)


def test_a_real_picture() -> None:
    """Taken apart again by least squares, without scikit-image."""
    picture = data.immunohistochemistry()
    found = measure_stain(picture)
    density = -np.log10(np.maximum(picture, 1) / 255).reshape(-1, 3)
    rest = np.cross(BLUE, BROWN)
    stains = np.linalg.solve(np.stack([BLUE, BROWN, rest]).T, density.T).clip(min=0)
    tissue = (stains >= 0.1).any(axis=0)
    brown = stains[1][tissue]
    shares = [100 * np.mean(brown >= least) for least in (0.2, 0.4, 0.6)]
    assert found.tissue_pixels == tissue.sum()
    assert found.pixel_h_score == pytest.approx(sum(shares))
    assert found.strong_percent == pytest.approx(shares[2])
    # brown in the epithelium, blue in the stroma: most of it, not all
    assert 50 < found.positive_percent < 90


def test_zones_of_ihc_profiler() -> None:
    rule = rule_of_intensities()
    for brightness, score in ((60, 300), (61, 200), (120, 200), (121, 100), (180, 100), (181, 0)):
        density = -np.log10(brightness / 255)
        assert measure_stain(paint((0.2, density)), rule).pixel_h_score == score


def test_the_colours_of_the_stains_are_options() -> None:
    swapped = StainRule(haematoxylin=(0.268, 0.570, 0.776), dab=(0.650, 0.704, 0.286))
    blue, brown = compute_stain_densities(paint((0.3, 0.5)), swapped)
    assert (blue.item(), brown.item()) == (pytest.approx(0.5), pytest.approx(0.3))
    with pytest.raises(UsageError, match="have the same colour"):
        measure_stain(paint((0.3, 0.5)), StainRule(dab=(0.650, 0.704, 0.286)))


def test_densities_must_rise() -> None:
    with pytest.raises(ValidationError, match=r"must rise, not 0.2, 0.6, 0.6"):
        StainRule(moderate_od=0.6)
    with pytest.raises(ValidationError, match=r"must rise, not 0.4, 0.4, 0.6"):
        StainRule(weak_od=0.4)


def test_stains_are_those_that_scikit_image_separates() -> None:
    picture = np.maximum(data.immunohistochemistry(), 1)
    ours = compute_stain_densities(picture)
    rest = np.cross(BLUE, BROWN)
    matrix = np.linalg.inv(np.vstack([BLUE, BROWN, rest / np.linalg.norm(rest)]))
    theirs = separate_stains(picture, matrix) * 6  # densities to the base of a million
    assert ours[0] == pytest.approx(theirs[..., 0], abs=1e-12)
    assert ours[1] == pytest.approx(theirs[..., 1], abs=1e-12)


def test_a_large_picture_is_measured_in_parts_with_the_same_numbers() -> None:
    picture = data.immunohistochemistry()
    large = np.tile(picture, (3, 2, 1))
    one, six = measure_stain(picture), measure_stain(large)
    assert six.tissue_pixels == 6 * one.tissue_pixels
    assert six.pixel_h_score == pytest.approx(one.pixel_h_score, rel=1e-12)
    assert six.mean_dab_od == pytest.approx(one.mean_dab_od, rel=1e-12)


BARS = [
    # width, pixel; longest bar of a quarter of the width
    (1000, 0.5, 100.0, 200.0, "100 um"),  # 125 um are a quarter
    (800, 0.5, 100.0, 200.0, "100 um"),  # 100 um exactly
    (799, 0.5, 50.0, 100.0, "50 um"),
    (4000, 0.25, 250.0, 1000.0, "250 um"),
    (3999, 0.25, 200.0, 800.0, "200 um"),
    (512, 1.0, 100.0, 100.0, "100 um"),
    (20_000, 0.25, 1000.0, 4000.0, "1 mm"),
    (100, 0.1, 2.5, 25.0, "2.5 um"),
    (100, 0.009, 0.2, 22.22222222, "0.2 um"),
]


@pytest.mark.parametrize(("width", "pixel", "um", "px", "label"), BARS)
def test_scale_bars(width: int, pixel: float, um: float, px: float, label: str) -> None:
    bar = compute_scale_bar(width, pixel)
    assert (bar.length_um, bar.length_px) == (pytest.approx(um), pytest.approx(px))
    assert bar.label == label


def test_no_scale_bar_without_a_size() -> None:
    for width, pixel in ((0, 0.5), (100, 0.0), (100, float("nan"))):
        with pytest.raises(UsageError, match="give numbers above 0"):
            compute_scale_bar(width, pixel)

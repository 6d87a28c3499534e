"""Drawn pictures: what is stained where, and that they say what they are."""

import numpy as np

from tests.reconstruct.records import meadow
from topline.clinical.assays.image import compute_stain_densities
from topline.clinical.assays.picture_file import read_picture
from topline.reconstruct.records.pictures import draw_picture
from topline.reconstruct.records.records import write_records
from topline.reconstruct.records.specification import Picture, Records


def picture(name: str = "one", **given: object) -> Picture:
    fixed = {"marker": "KI67", "where": "AGE > 0", "pixel": 1.2, "magnification": "20x"}
    return Picture.model_validate(
        {"name": name, "staining": "WEAK", "caption": "Drawn", **fixed, **given}
    )


def brown(spec: Picture, seed: int = 7) -> np.ndarray:
    """Densities of DAB below the label."""
    _, dab = compute_stain_densities(read_picture(draw_picture(spec, seed)))
    return dab[20:]


def test_cells_are_stained_as_much_as_asked_for() -> None:
    none, weak, strong = (brown(picture(cells=density)) for density in (0, 0.3, 0.8))
    assert np.quantile(none, 0.95) < 0.1
    assert abs(np.quantile(weak, 0.95) - 0.32) < 0.05
    assert np.median(strong) > np.median(weak) > np.median(none)


def test_vessels_are_stained_along_the_stroma_only() -> None:
    vessels = brown(picture(vessels=0.7))
    assert np.quantile(vessels, 0.99) > 0.4
    assert np.median(vessels) < 0.1


def test_a_seed_and_a_name_give_the_same_picture_and_others_do_not() -> None:
    assert draw_picture(picture(), 7) == draw_picture(picture(), 7)
    assert draw_picture(picture(), 7) != draw_picture(picture(), 8)
    assert draw_picture(picture(), 7) != draw_picture(picture("two"), 7)


def test_the_corner_holds_a_label() -> None:
    corner = read_picture(draw_picture(picture(cells=0.8), 7))[1:12, 1:60].astype(int)
    assert (corner.min(axis=2) > 240).mean() > 0.4
    assert (corner.max(axis=2) < 110).sum() > 40


def test_each_picture_is_of_a_patient_whom_no_other_shows() -> None:
    shown = (picture("one", where="SEX = 'F'"), picture("two", where="SEX = 'F'"))
    spec = Records.model_validate(meadow.records().model_dump() | {"pictures": shown})
    written = write_records(meadow.protocol(), spec, meadow.cohort())
    women = written["DM"].filter(SEX="F")["USUBJID"].to_list()
    assert written["IMAGES"]["USUBJID"].to_list() == women[:2]
    assert written["IMAGES"]["IMAGE"].to_list() == ["images/one.png", "images/two.png"]

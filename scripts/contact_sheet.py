"""Every figure of a run, or of a study with any number of patients, on one sheet at print size.

    python -m scripts.contact_sheet sheet.png --run results/demo
    python -m scripts.contact_sheet sheet.png --study cabotem --patients 400

From the repository's root. Needs the extra `documents` (typst).
"""

import argparse
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

import typst

from tests.studies.resized import figures_alone, resized
from topline.displays import theme
from topline.displays.figure import Figure
from topline.displays.write import write_displays
from topline.protocol.read import read_protocol
from topline.sdtm.read import read_sdtm
from topline.studies import study_folder
from topline.trial import analyse_trial

_MARGIN_MM = 8
_GUTTER_MM = 6


def draw_figures(study: str, patients: int | None) -> list[Figure]:
    """Draw every figure of a study, with so many patients or as it is."""
    folder = Path(study) if Path(study).is_dir() else study_folder(study)
    collected = read_sdtm(folder / "data")
    data = collected if patients is None else resized(collected, patients)
    trial = analyse_trial(figures_alone(read_protocol(folder)), data)
    return [display for display in trial.displays if isinstance(display, Figure)]


def contact_sheet(pictures: Sequence[Path], *, ppi: int = 150, across: int = 2) -> bytes:
    """Return a PNG of pictures at print size, named by their files.

    Parameters
    ----------
    pictures
        SVG files of one folder, whose widths are in points.
    ppi
        Pixels an inch.
    across
        Two-column pictures side by side.
    """
    width = across * theme.TWO_COLUMNS_MM + (across - 1) * _GUTTER_MM + 2 * _MARGIN_MM + 4
    placed = "\n".join(_placed(path) for path in pictures)
    source = f"""
#set page(width: {width}mm, height: auto, margin: {_MARGIN_MM}mm)
#set text(font: "{theme.FONT}", size: 8pt)
#let one(path, w, name) = box(width: w, inset: 2pt, stroke: 0.2pt + luma(220))[
  #text(weight: 600)[#name] #v(2pt) #image(path, width: w - 4pt)
]
#set par(spacing: {_GUTTER_MM}mm, leading: {_GUTTER_MM}mm)
{placed}
"""
    return typst.compile(
        source.encode(),
        format="png",
        ppi=ppi,
        root=str(pictures[0].parent),
        font_paths=[str(theme.FONTS)],
    )


def _placed(path: Path) -> str:
    root = ET.parse(path).getroot()
    points = float(root.get("width", "0pt").removesuffix("pt"))
    return f'#one("/{path.name}", {points + 4:.1f}pt, "{path.stem}") #h({_GUTTER_MM}mm)'


def main() -> None:
    """Read the arguments and write the sheet."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("out", type=Path, help="PNG to write")
    parser.add_argument("--run", type=Path, help="folder that `topline run` wrote")
    parser.add_argument("--study", default="cabotem", help="study to draw; no --run")
    parser.add_argument("--patients", type=int, help="how many; as many as there are")
    parser.add_argument("--ppi", type=int, default=150)
    parser.add_argument("--across", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=[], help="names of figures, such as figure-2")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as drawn:
        folder = given.run / "displays" if given.run else Path(drawn)
        if given.run is None:
            write_displays(draw_figures(given.study, given.patients), folder)
        found = sorted(folder.glob("*.svg"))
        pictures = [p for p in found if not given.only or p.stem in given.only]
        if not pictures:
            parser.error(f"no figures in {folder}")
        given.out.write_bytes(contact_sheet(pictures, ppi=given.ppi, across=given.across))


if __name__ == "__main__":
    main()

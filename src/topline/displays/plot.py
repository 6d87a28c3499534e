"""The part of matplotlib that figures use, with its types; matplotlib's own leave many unknown."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Final, Literal, Protocol, cast

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from topline.displays import theme

Floats = NDArray[np.float64]
Rectangle = tuple[float, float, float, float]


class _Spines(Protocol):
    def set_visible(self, b: bool) -> None: ...


class Axes(Protocol):
    """The plot itself."""

    @property
    def spines(self) -> Mapping[str, _Spines]:
        """Lines of the frame."""
        ...

    def set_xlim(self, left: float, right: float) -> object:
        """Set where the time axis begins and ends."""
        ...

    def get_xlim(self) -> tuple[float, float]:
        """Return where the time axis begins and ends."""
        ...

    def set_ylim(self, bottom: float, top: float) -> object:
        """Set where the other axis begins and ends."""
        ...

    def set_xticks(self, ticks: Sequence[float], labels: Iterable[str]) -> object:
        """Set the ticks of the time axis."""
        ...

    def get_xticks(self) -> Floats:
        """Return the ticks of the time axis."""
        ...

    def set_yticks(self, ticks: Sequence[float], labels: Iterable[str]) -> object:
        """Set the ticks of the other axis."""
        ...

    def set_xlabel(self, xlabel: str, *, labelpad: float, parse_math: bool) -> Text:
        """Name the time axis."""
        ...

    def set_ylabel(self, ylabel: str, *, labelpad: float, parse_math: bool) -> Text:
        """Name the other axis."""
        ...

    def get_position(self) -> Bbox:
        """Return the place of the plot on the page, in shares of it."""
        ...

    def axhline(
        self, y: float, *, color: str, linewidth: float, dashes: Sequence[float], zorder: float
    ) -> Line2D:
        """Draw a level line."""
        ...

    def fill_between(  # noqa: PLR0913 - matplotlib's signature
        self,
        x: Floats,
        y1: Floats,
        y2: Floats,
        *,
        step: str,
        color: str,
        alpha: float,
        linewidth: float,
    ) -> Artist:
        """Draw a band."""
        ...

    def step(  # noqa: PLR0913 - matplotlib's signature
        self, x: Floats, y: Floats, *, where: str, color: str, linewidth: float, zorder: float
    ) -> list[Line2D]:
        """Draw a step curve."""
        ...

    def plot(  # noqa: PLR0913 - matplotlib's signature
        self,
        x: Floats,
        y: Floats,
        fmt: str,
        *,
        color: str,
        markersize: float,
        markeredgewidth: float,
        zorder: float,
    ) -> list[Line2D]:
        """Draw marks."""
        ...


class Page(Protocol):
    """A figure that plots, lines and texts are put on."""

    def add_axes(self, rect: Rectangle) -> Axes:
        """Add a plot at a place, in shares of the page."""
        ...

    def add_artist(self, artist: Artist) -> Artist:
        """Add a line."""
        ...

    def text(  # noqa: PLR0913 - matplotlib's signature
        self,
        x: float,
        y: float,
        s: str,
        *,
        ha: Literal["left", "center", "right"],
        va: Literal["top", "center", "baseline"],
        fontsize: float,
        fontweight: int,
        color: str,
        rotation: float,
        rotation_mode: Literal["anchor"],
        parse_math: bool,
    ) -> Text:
        """Add text, in shares of the page."""
        ...

    def savefig(
        self,
        fname: StringIO,
        *,
        format: str,
        metadata: Mapping[str, str | None],
    ) -> None:
        """Write the picture."""
        ...


class _Settings(Protocol):
    def rc_context(self, rc: Mapping[str, object]) -> AbstractContextManager[None]: ...


class _Fonts(Protocol):
    def addfont(self, path: Path) -> None: ...


_NO_METADATA: Final = {"Date": None, "Creator": None, "Format": None, "Type": None}
_STYLE: Final[Mapping[str, object]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "topline",
    "font.family": [theme.FONT],
    "font.size": theme.LABEL_PT,
    "text.color": theme.INK,
    "axes.edgecolor": theme.INK,
    "axes.labelcolor": theme.INK,
    "axes.linewidth": 0.6,
    "xtick.color": theme.INK,
    "ytick.color": theme.INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "path.simplify": False,
    "hatch.linewidth": 0.7,
}


def styled() -> AbstractContextManager[None]:
    """Return a context in which matplotlib draws as the theme says."""
    _register_fonts()
    return cast("_Settings", mpl).rc_context(_STYLE)


@cache
def _register_fonts() -> None:
    fonts = cast("_Fonts", font_manager.fontManager)
    for path in sorted(theme.FONTS.glob("*.ttf")):
        fonts.addfont(path)


def new_page(width: float, height: float) -> Page:
    """Return an empty page of a size in points."""
    return cast("Page", Figure(figsize=(width / 72, height / 72)))


def page_svg(page: Page) -> str:
    """Return the page as SVG, the same each time."""
    written = StringIO()
    page.savefig(written, format="svg", metadata=_NO_METADATA)
    return written.getvalue()

"""Options that the commands of `topline design` share, and where their answers go."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from topline.design.justification.justification import Justification

Null = Annotated[float, typer.Option(help="Rate that would yield no further interest.")]
Alternative = Annotated[float, typer.Option(help="Rate that would.")]
Alpha = Annotated[float, typer.Option(help="Type I error, one-sided.")]
Power = Annotated[float, typer.Option(help="Power at the alternative.")]
DropOut = Annotated[float, typer.Option(help="Share of subjects not expected to be evaluable.")]
Most = Annotated[int, typer.Option(help="Largest number of subjects.")]
Accrual = Annotated[float, typer.Option(help="Time over which subjects enter.")]
Minimum = Annotated[float, typer.Option("--follow-up", help="Follow-up after the last entry.")]
Shape = Annotated[float, typer.Option(help="Shape of the Weibull curves; 1 is exponential.")]
Unit = Annotated[str, typer.Option(help="Unit of all times, as printed.")]
LostBy = Annotated[
    float, typer.Option(help="Time by which the share of --dropout is lost; 12 unless given.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the design as JSON.")]
Plot = Annotated[
    Path | None, typer.Option(help="Write the operating characteristics to this SVG file.")
]
Page = Annotated[
    Path | None,
    typer.Option("--justification", help="Write one page for the protocol: .html or .docx."),
]


class Scale(StrEnum):
    """Scales of a Kaplan-Meier estimate."""

    LOG_LOG = "log-log"
    ARCSINE = "arcsine"
    LOGIT = "logit"
    LOG = "log"
    IDENTITY = "identity"


def tell(
    justification: "Justification", *, as_json: bool, plot: Path | None, page: Path | None
) -> None:
    """Print a design, and write its picture and its page where they are asked for."""
    from topline.design.justification.text import (  # only with an answer
        justification_json,
        justification_text,
    )

    written = [*_draw(justification, plot), *_write_page(justification, page)]
    if as_json:
        typer.echo(justification_json(justification))
    else:
        typer.echo(justification_text(justification))
        for path in written:
            typer.echo(f"Written: {path.resolve()}")


def _draw(justification: "Justification", plot: Path | None) -> list[Path]:
    if plot is None:
        return []
    from topline.errors import UsageError

    if justification.curve is None:
        msg = "this design has no curve over true rates; leave --plot out"
        raise UsageError(msg)
    if plot.suffix.lower() != ".svg":
        msg = f"{plot}: the picture is SVG; give a name that ends in .svg"
        raise UsageError(msg)
    from topline.design.justification.operating_plot import (  # matplotlib
        draw_operating,
    )

    plot.write_text(draw_operating(justification.curve), "utf-8")
    return [plot]


def _write_page(justification: "Justification", page: Path | None) -> list[Path]:
    if page is None:
        return []
    from topline.errors import UsageError

    kind = page.suffix.lower()
    if kind == ".html":
        from topline.design.justification.page import justification_html

        page.write_text(justification_html(justification), "utf-8")
    elif kind == ".docx":
        from topline.design.justification.document import write_document

        write_document(justification, page)
    else:
        msg = f"{page}: a justification is .html or .docx; give a name that ends so"
        raise UsageError(msg)
    return [page]


def numbers(text: str, name: str, such_as: str) -> list[float]:
    """Read numbers between commas; a range a:b:step stands for what it runs through.

    Examples
    --------
    >>> numbers("10,20,40", "--looks", "10,20"), numbers("2:8:2", "--looks", "10,20")
    ([10.0, 20.0, 40.0], [2.0, 4.0, 6.0, 8.0])
    """
    from topline.errors import UsageError

    found: list[float] = []
    try:
        for part in text.split(","):
            limits = [float(each) for each in part.split(":")]
            if len(limits) == 1:
                found += limits
                continue
            low, high, step = (*limits, 1.0)[:3]
            if step <= 0 or (high - low) / step > 10_000:
                raise ValueError
            found += [low + i * step for i in range(int((high - low) / step + 1e-9) + 1)]
    except ValueError as error:
        msg = f"{name} is {text!r}; give numbers between commas, such as {such_as}"
        raise UsageError(msg) from error
    return found


def counts(text: str, name: str, such_as: str) -> list[int]:
    """Read whole numbers between commas, or ranges of them."""
    from topline.errors import UsageError

    found = numbers(text, name, such_as)
    if any(each != int(each) for each in found):
        msg = f"{name} is {text!r}; give whole numbers of subjects, such as {such_as}"
        raise UsageError(msg)
    return [int(each) for each in found]

"""`topline weave`: fill a manuscript from a run, and check its other numbers."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from topline.cli.run import Json

if TYPE_CHECKING:
    from topline.report.weave import PlacedMatch, Woven

_SAID = {
    "same": "printed by",
    "somewhere": "printed, but not named here, by",
    "near": "near",
    "none": "in no result",
}


def weave(
    manuscript: Annotated[Path, typer.Argument(help="Manuscript: Markdown (.md) or Word (.docx).")],
    run: Annotated[Path, typer.Option(help="Folder that `topline run` wrote.")],
    out: Annotated[
        Path | None, typer.Option(help="File to write; MANUSCRIPT.woven.md or .docx unless given.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Fill placeholders such as {{ ORR.estimate }} from a run, and check every other number.

    Lists each number without a placeholder and the result that prints it. Exit code 1 when a
    placeholder cannot be filled; nothing is written then.

    Example: topline weave paper.md --run results/my-trial
    """
    from topline.report import weave as weaving  # polars only when there is work

    target = out or manuscript.with_suffix(f".woven{manuscript.suffix}")
    if as_json:
        woven = weaving.weave_manuscript(manuscript, run, target)
        if not woven.problems:
            weaving.write_woven(woven, target)
        written = None if woven.problems else str(target)
        typer.echo(json.dumps(_content(woven, written), indent=2, ensure_ascii=False))
        if woven.problems:
            raise typer.Exit(1)
        return
    woven = weaving.weave(manuscript, run, target)
    typer.echo("\n".join(_lines(woven)))
    typer.echo(f"Written: {target}")


def _lines(woven: "Woven") -> Iterator[str]:
    told = [n for n in woven.numbers if n.match.verdict != "apart"]
    apart = Counter(n.match.why for n in woven.numbers if n.match.verdict == "apart")
    if told:
        yield "Numbers without a placeholder:"
    for placed in told:
        yield f"  {_line(placed)}"
    if apart:
        kinds = ", ".join(f"{count} {why}" for why, count in apart.most_common())
        yield f"Set apart: {kinds}"
    counts = Counter(n.match.verdict for n in told)
    summary = ", ".join(f"{counts[verdict]} {said}" for verdict, said in _SUMMARY.items())
    yield f"Placeholders filled: {len(woven.filled)}. Other numbers: {summary}."


_SUMMARY = {
    "same": "printed by a result that the sentence names",
    "somewhere": "printed by a result that it does not name",
    "near": "near a result",
    "none": "in no result",
}


def _line(placed: "PlacedMatch") -> str:
    match = placed.match
    number = match.number
    unit = number.unit if number.unit == "%" else f" {number.unit}".rstrip()
    said = _SAID[match.verdict]
    behind = match.why if match.verdict in {"near", "none"} else ", ".join(match.results[:2])
    return f"{placed.where}: {number.text}{unit}: {said}" + (f" {behind}" if behind else "")


def _content(woven: "Woven", written: str | None) -> dict[str, object]:
    return {
        "written": written,
        "filled": [
            {"where": f.where, "placeholder": f.placeholder, "text": f.text, "results": f.results}
            for f in woven.filled
        ],
        "problems": [
            {"where": p.where, "placeholder": p.placeholder, "why": p.why} for p in woven.problems
        ],
        "numbers": [
            {
                "where": n.where,
                "text": n.match.number.text,
                "value": n.match.number.value,
                "unit": n.match.number.unit,
                "role": n.match.number.role,
                "verdict": n.match.verdict,
                "results": n.match.results,
                "why": n.match.why,
            }
            for n in woven.numbers
        ],
    }

"""`topline demo`: the whole way on a bundled study."""

from pathlib import Path

from topline.cli.run import USUAL, Aggregate, Formats, Json, Out, Paper, run


def demo(
    out: Out = None,
    aggregate_only: Aggregate = False,
    formats: Formats = USUAL,
    paper: Paper = "A4",
    as_json: Json = False,
) -> None:
    """Analyse the bundled study, a cohort reconstructed from published numbers.

    Example: topline demo --out results/demo --formats all
    """
    run("cabotem", out or Path("results/demo"), None, aggregate_only, formats, paper, as_json)

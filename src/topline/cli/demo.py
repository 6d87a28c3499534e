"""`topline demo`: the whole way on a bundled study."""

from pathlib import Path

from topline.cli.run import Aggregate, Json, Out, run


def demo(
    out: Out = None,
    aggregate_only: Aggregate = False,
    as_json: Json = False,
) -> None:
    """Analyse the bundled study, a cohort reconstructed from published numbers.

    Example: topline demo --out results/demo
    """
    run("cabotem", out or Path("results/demo"), None, aggregate_only, as_json)

"""Write filled-in forms."""

import polars as pl

SCHEMA = {"subject": pl.String, "form": pl.Int64, "item": pl.Int64, "answer": pl.Float64}


def form(answers: dict[int, float | None], subject: str = "1", number: int = 1) -> pl.DataFrame:
    """Write the answers of one form by item."""
    rows = [(subject, number, item, answer) for item, answer in answers.items()]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")

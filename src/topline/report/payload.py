"""What the page carries for its receipts: printed results, and which rows each rests on."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from topline.analyses.trace import row_numbers

# Order in which the page's script reads a result.
TEXTS: Final = (
    "result_id", "analysis_id", "analysis_set", "section", "parameter", "parameter_label",
    "group_label", "level_label", "statistic", "unit", "display", "method", "options", "library",
    "trace_dataset", "trace_where", "warning",
)  # fmt: skip
NUMBERS: Final = ("value", "n", "n_missing")
_IN_SCRIPT: Final = re.compile("[<>&\u2028\u2029]")

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


def json_text(value: Json) -> str:
    """Return JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def script_json(value: Json) -> str:
    r"""Return JSON that can stand inside a script element and closes nothing.

    Examples
    --------
    >>> script_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    return _IN_SCRIPT.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text(value))


def describe_results(
    rows: pl.DataFrame,
    result_ids: Sequence[str],
    adam: Mapping[str, pl.DataFrame],
    *,
    patient_level: bool,
) -> dict[str, Json]:
    """Return the printed results as the page's script reads them.

    Parameters
    ----------
    rows
        All results.
    result_ids
        Those printed, in the order of their numbers in the page.
    adam
        Analysis datasets by name.
    patient_level
        Also the rows behind each number; without, no condition that names
        subjects is told either.
    """
    printed = pl.DataFrame({"result_id": result_ids}, schema={"result_id": pl.String}).join(
        rows, on="result_id", how="left", maintain_order="left"
    )
    if not patient_level:
        named = pl.col("trace_where").str.contains("USUBJID|SUBJID")
        printed = printed.with_columns(
            trace_where=pl.when(named).then(pl.lit("")).otherwise("trace_where")
        )
    words, coded = _code(printed.select(TEXTS).columns, printed)
    payload: dict[str, Json] = {
        "texts": TEXTS,
        "numbers": NUMBERS,
        "words": words,
        "results": coded,
        "values": [printed[name].to_list() for name in NUMBERS],
    }
    if patient_level:
        payload["traces"], payload["trace"] = _traces(printed, adam)
    return payload


def _code(names: Iterable[str], frame: pl.DataFrame) -> tuple[list[Json], list[Json]]:
    """Return the words of the columns, and each column as places among the words."""
    places: dict[str, int] = {}
    columns: list[Json] = [
        [places.setdefault(text or "", len(places)) for text in frame[name]] for name in names
    ]
    return list(places), columns


def _traces(
    printed: pl.DataFrame, adam: Mapping[str, pl.DataFrame]
) -> tuple[list[Json], list[Json]]:
    """Return the rows of each distinct trace, and for each result the place of its trace."""
    key = ["trace_dataset", "trace_where"]
    known = printed.filter(pl.col("trace_dataset").is_in(list(adam)))
    found = row_numbers(known, adam).with_row_index("place")
    placed = printed.join(found, on=key, how="left", maintain_order="left")
    runs: list[Json] = [_runs(rows) for rows in found["rows"].to_list()]
    return runs, placed["place"].cast(pl.Int64).fill_null(-1).to_list()


def _runs(rows: Sequence[int]) -> list[Json]:
    """Return row numbers as steps from the end of a run to the next, and lengths of runs.

    Examples
    --------
    >>> _runs([3, 4, 5, 9])
    [3, 3, 3, 1]
    """
    runs: list[int] = []
    after = 0
    for row in rows:
        if runs and row == after:
            runs[-1] += 1
        else:
            runs += [row - after, 1]
        after = row + 1
    return list(runs)

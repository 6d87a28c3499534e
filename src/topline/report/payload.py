"""What the page carries for its receipts: printed results, the rows behind them, the datasets."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from topline.analyses.trace import row_numbers
from topline.protocol.protocol import Protocol

# Order in which the page's script reads a result.
TEXTS: Final = (
    "result_id", "analysis_id", "analysis_set", "section", "parameter", "parameter_label",
    "group_label", "level_label", "statistic", "unit", "display", "method", "options", "library",
    "trace_dataset", "trace_where", "warning",
)  # fmt: skip
NUMBERS: Final = ("value", "n", "n_missing")
_IN_SCRIPT: Final = re.compile("[<>&\u2028\u2029]")

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


def script_json(value: Json) -> str:
    r"""Return JSON that can stand inside a script element and closes nothing.

    Examples
    --------
    >>> script_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _IN_SCRIPT.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def describe_results(
    protocol: Protocol,
    rows: pl.DataFrame,
    result_ids: Sequence[str],
    adam: Mapping[str, pl.DataFrame],
    *,
    patient_level: bool,
) -> dict[str, Json]:
    """Return the payload of a page.

    Parameters
    ----------
    protocol
        Gives the labels of the analysis sets.
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
        "sets": {name: each.label for name, each in protocol.analysis_sets.items()},
        "patients": patient_level,
    }
    if patient_level:
        behind = _rows_behind(printed, adam)
        kept = _kept(behind, adam)
        payload["traces"] = [
            _runs([kept[dataset][row] for row in rows]) if dataset in kept else []
            for dataset, rows in behind
        ]
        payload["data"] = {name: _dataset(frame[list(kept[name])]) for name, frame in adam.items()}
    return payload


def _code(names: Iterable[str], frame: pl.DataFrame) -> tuple[list[Json], list[Json]]:
    """Return the words of the columns, and each column as places among the words."""
    places: dict[str, int] = {}
    columns: list[Json] = [
        [places.setdefault(text or "", len(places)) for text in frame[name]] for name in names
    ]
    return list(places), columns


def _rows_behind(
    printed: pl.DataFrame, adam: Mapping[str, pl.DataFrame]
) -> list[tuple[str, Sequence[int]]]:
    """Return for each printed result its dataset, and the numbers of the rows behind it."""
    known = printed.filter(pl.col("trace_dataset").is_in(list(adam)))
    found: dict[tuple[str, str], Sequence[int]] = {
        (dataset, condition): rows
        for dataset, condition, rows in row_numbers(known, adam).iter_rows()
    }
    return [
        (dataset, found.get((dataset, condition), []))
        for dataset, condition in printed.select("trace_dataset", "trace_where").iter_rows()
    ]


def _kept(
    behind: Sequence[tuple[str, Sequence[int]]], adam: Mapping[str, pl.DataFrame]
) -> dict[str, dict[int, int]]:
    """Give a place to each row that the page carries: all subjects, all that numbers rest on."""
    reached: dict[str, set[int]] = {name: set() for name in adam}
    for dataset, rows in behind:
        if dataset in reached:
            reached[dataset].update(rows)
    reached["ADSL"] = set(range(adam["ADSL"].height))
    return {
        name: {row: place for place, row in enumerate(sorted(rows))}
        for name, rows in reached.items()
    }


def _runs(rows: Sequence[int]) -> list[Json]:
    """Return row numbers as first, length, first, length ...

    Examples
    --------
    >>> _runs([3, 4, 5, 9])
    [3, 3, 9, 1]
    """
    runs: list[int] = []
    for row in rows:
        if runs and row == runs[-2] + runs[-1]:
            runs[-1] += 1
        else:
            runs += [row, 1]
    return list(runs)


def _dataset(frame: pl.DataFrame) -> dict[str, Json]:
    """Return a dataset by columns: numbers as they are, text as places among its words."""
    columns: list[Json] = []
    for series in frame.iter_columns():
        if series.dtype.is_numeric():
            finite = series if series.dtype.is_integer() else series.fill_nan(None)
            columns.append({"v": finite.to_list()})
            continue
        texts: list[str | None] = series.cast(pl.String).to_list()
        places: dict[str, int] = {}
        coded: list[Json] = [
            -1 if text is None else places.setdefault(text, len(places)) for text in texts
        ]
        columns.append({"w": list(places), "i": coded})
    return {"columns": frame.columns, "rows": frame.height, "values": columns}

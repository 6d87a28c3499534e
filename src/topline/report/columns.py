"""Frames as text that a page can carry: each column coded by what it holds.

`page/store.js` reads it. A column is one of

- ``{"k": value}``: the same in every row, or nothing in any,
- ``{"a": 1}``: in each row as in ADSL for the row's subject,
- ``{"w": words, "i": places}``: text; place -1 is none,
- ``{"s": steps}``: whole numbers, the first and then differences; with ``"date": 1`` days since
  1970-01-01,
- ``{"v": numbers}``: other numbers.
"""

import base64
import json
import zlib
from typing import Final

import polars as pl

_LEVEL: Final = 6
"""Of compression: 9 takes twice the time for a hundredth of the size."""


def frame_text(frame: pl.DataFrame, subjects: pl.DataFrame | None = None) -> str:
    """Return a frame as JSON.

    Parameters
    ----------
    frame
        Columns of text, numbers, dates and truth values.
    subjects
        ADSL, one row a subject; what a frame with USUBJID repeats of it is not told again.

    Examples
    --------
    >>> frame_text(pl.DataFrame({"DAY": [3, 10, 17], "SEX": ["F", None, "F"]}))
    '{"columns":["DAY","SEX"],"rows":3,"values":[{"s":[3,7,7]},{"w":["F"],"i":[0,-1,0]}]}'
    """
    repeated = _repeated(frame, subjects)
    values = ",".join('{"a":1}' if s.name in repeated else _column(s) for s in frame.iter_columns())
    columns = json.dumps(frame.columns, ensure_ascii=False, separators=(",", ":"))
    return f'{{"columns":{columns},"rows":{frame.height},"values":[{values}]}}'


def pack(text: str) -> str:
    """Return text deflated, in letters that can stand in a page.

    Examples
    --------
    >>> zlib.decompress(base64.b64decode(pack("37 patients"))).decode()
    '37 patients'
    """
    return base64.b64encode(zlib.compress(text.encode(), _LEVEL)).decode()


def unpack(packed: str) -> str:
    """Return what `pack` deflated.

    Examples
    --------
    >>> unpack(pack("37 patients"))
    '37 patients'
    """
    return zlib.decompress(base64.b64decode(packed)).decode()


def _repeated(frame: pl.DataFrame, subjects: pl.DataFrame | None) -> set[str]:
    """Name the columns that say of each row's subject what ADSL says."""
    if subjects is None or "USUBJID" not in frame.columns:
        return set()
    shared = [
        name
        for name in frame.columns
        if name != "USUBJID" and subjects.schema.get(name) == frame.schema[name]
    ]
    told = frame.select("USUBJID").join(
        subjects.select("USUBJID", *shared), on="USUBJID", how="left", maintain_order="left"
    )
    return {name for name in shared if told[name].eq_missing(frame[name]).all()}


def _column(series: pl.Series) -> str:
    if series.n_unique() <= 1:
        return f'{{"k":{_one(series)}}}'
    if series.dtype == pl.Date:
        return f'{{"s":{_steps(series.to_physical())},"date":1}}'
    if series.dtype.is_integer():
        return f'{{"s":{_steps(series)}}}'
    if series.dtype.is_float():
        known = pl.select(pl.when(series.is_finite()).then(series)).to_series()
        return f'{{"v":{_listed(known)}}}'
    return _words(series.cast(pl.String))


def _one(series: pl.Series) -> str:
    """Return the one value of a column: a number, text or nothing."""
    if not series.len() or series[0] is None:
        return "null"
    if series.dtype.is_numeric():
        return json.dumps(series[0]) if series.cast(pl.Float64).is_finite().all() else "null"
    return json.dumps(series.cast(pl.String)[0], ensure_ascii=False)


def _words(texts: pl.Series) -> str:
    words = texts.drop_nulls().unique(maintain_order=True)
    places = texts.replace_strict(
        words, pl.int_range(words.len(), eager=True), default=-1, return_dtype=pl.Int64
    )
    listed = json.dumps(words.to_list(), ensure_ascii=False, separators=(",", ":"))
    return f'{{"w":{listed},"i":{_listed(places)}}}'


def _steps(numbers: pl.Series) -> str:
    """Write whole numbers as differences from the last one known; none stays none."""
    known = numbers.cast(pl.Int64)
    before = known.forward_fill().shift(1).fill_null(0)
    return _listed(known - before)


def _listed(numbers: pl.Series) -> str:
    text = numbers.cast(pl.String).fill_null("null").str.join(",")
    return f"[{text.item()}]"

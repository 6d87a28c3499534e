"""Supplemental qualifiers (SUPP--) beside the records they belong to."""

from typing import Final

import polars as pl

_RECORD: Final = "_RECORD"
_VALUE: Final = "_VALUE"
_ORDER: Final = "_ORDER"


def join_qualifiers(parent: pl.DataFrame, supp: pl.DataFrame) -> pl.DataFrame:
    """Add each qualifier as a text column named by QNAM.

    A qualifier belongs to the records of its subject where the variable IDVAR has the value
    IDVARVAL (`1`, `1.0` and `01` are one number), to all of them where IDVAR is empty. It fills a
    variable of its name that the domain already has only where that is empty.

    Parameters
    ----------
    parent
        Domain, one row a record.
    supp
        Its SUPP--, with USUBJID, IDVAR, IDVARVAL, QNAM and QVAL.

    Returns
    -------
    DataFrame
        The parent's rows in their order; new columns in order of name.

    Examples
    --------
    >>> import polars as pl
    >>> ae = pl.DataFrame({"USUBJID": ["S-1", "S-1"], "AESEQ": [1, 2]})
    >>> suppae = pl.DataFrame({"USUBJID": ["S-1"], "IDVAR": ["AESEQ"], "IDVARVAL": ["2.0"],
    ...                        "QNAM": ["AETRTEM"], "QVAL": ["Y"]})
    >>> join_qualifiers(ae, suppae).rows()
    [('S-1', 1, None), ('S-1', 2, 'Y')]
    """
    if supp.is_empty():
        return parent
    records = parent.with_row_index(_RECORD)
    linked = _link(records, supp).unique([_RECORD, "QNAM"], keep="first", maintain_order=True)
    names = supp["QNAM"].drop_nulls().unique().sort().to_list()
    wide = linked.select(_RECORD, "QNAM", "QVAL").pivot(
        "QNAM", on_columns=names, index=_RECORD, values="QVAL"
    )
    joined = records.join(wide, on=_RECORD, how="left", maintain_order="left", suffix="_QVAL")
    own = [name for name in names if name in parent.columns]
    filled = joined.with_columns(
        pl.coalesce(pl.col(name).cast(pl.String), f"{name}_QVAL") for name in own
    )
    return filled.select(*parent.columns, *(name for name in names if name not in own))


def without_parent(supp: pl.DataFrame, parent: pl.DataFrame) -> pl.DataFrame:
    """Return the qualifiers whose parent record does not exist, in their order."""
    ordered = supp.with_row_index(_ORDER)
    linked = _link(parent.with_row_index(_RECORD), ordered)
    return ordered.join(linked, on=_ORDER, how="anti", maintain_order="left").drop(_ORDER)


def _link(records: pl.DataFrame, supp: pl.DataFrame) -> pl.DataFrame:
    """Return each qualifier with the number of each record it belongs to."""
    found: list[pl.DataFrame] = []
    for part in supp.partition_by("IDVAR", maintain_order=True):
        variable = part["IDVAR"][0]
        if variable is None:
            found.append(part.join(records.select("USUBJID", _RECORD), on="USUBJID"))
        elif variable in records.columns:
            value = _plain(pl.col(variable).cast(pl.String)).alias(_VALUE)
            keys = records.select("USUBJID", _RECORD, value)
            valued = part.with_columns(_plain(pl.col("IDVARVAL")).alias(_VALUE))
            found.append(valued.join(keys, on=["USUBJID", _VALUE]).drop(_VALUE))
    none = supp.clear().with_columns(pl.lit(None, dtype=pl.UInt32).alias(_RECORD))
    return pl.concat([none, *found], how="diagonal_relaxed")


def _plain(text: pl.Expr) -> pl.Expr:
    """Return whole numbers in one way of writing: `1.0` and `01` are `1`."""
    return pl.coalesce(text.str.extract(r"^0*(\d+)(?:\.0*)?$"), text)

"""Subject-level variables from datasets below subject level, and splits at the median."""

from collections.abc import Mapping

import polars as pl

from topline.adam.expressions import Rule, compute_condition, compute_values, refuse
from topline.adam.record_values import cast_values
from topline.clinical.markers import compute_median_split
from topline.errors import ProtocolError
from topline.protocol.protocol import Protocol
from topline.protocol.variables import FromDataset, MedianSplit

_VALUE = "__VALUE"


def add_dataset_variables(
    protocol: Protocol, adsl: pl.DataFrame, datasets: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Add every variable that is taken from a dataset.

    Parameters
    ----------
    protocol
        Variables.
    adsl
        As `derive_adsl` gives it.
    datasets
        ADBM and ADQS by name, as far as the protocol has biomarkers and questionnaires.

    Returns
    -------
    DataFrame
        The same rows with a column for each variable; null where a subject has no such row.

    Raises
    ------
    ProtocolError
        A dataset or its columns are not there (all of them listed), or an expression cannot be
        evaluated.
    """
    wanted = {n: v for n, v in protocol.variables.items() if isinstance(v, FromDataset)}
    refuse([p for name, variable in wanted.items() for p in _unknown(name, variable, datasets)])
    out = adsl
    for name, variable in wanted.items():
        values = _take(name, variable, datasets[variable.dataset])
        out = out.join(values, on="USUBJID", how="left", maintain_order="left")
    return out


def _unknown(name: str, variable: FromDataset, datasets: Mapping[str, pl.DataFrame]) -> list[str]:
    place = f"variables.{name}"
    if variable.dataset not in datasets:
        part = {"ADBM": "biomarkers", "ADQS": "questionnaires"}[variable.dataset]
        return [f"{place}.dataset: {variable.dataset} is not made; the protocol has no {part}"]
    columns = datasets[variable.dataset].columns
    texts = {"where": variable.where, "value": variable.value}
    return [
        problem
        for key, text in texts.items()
        for problem in Rule(f"{place}.{key}", text, variable.dataset).unknown(columns)
    ]


def _take(name: str, variable: FromDataset, rows: pl.DataFrame) -> pl.DataFrame:
    """Take one value a subject."""
    place, dataset = f"variables.{name}", variable.dataset
    rows = rows.filter(compute_condition(rows, Rule(f"{place}.where", variable.where, dataset)))
    rule = Rule(f"{place}.value", variable.value, dataset)
    values = compute_values(rows, rule, numbers=variable.kind == "number")
    dated = rows.select("USUBJID", "ADT", "ASEQ", cast_values(values, variable.kind).alias(_VALUE))
    value = pl.col(_VALUE)
    known = dated.filter(value.is_not_null()).sort("USUBJID", "ADT", "ASEQ", nulls_last=True)
    if variable.take == "last":
        known = known.sort(pl.col("ADT").is_not_null(), maintain_order=True)
    row = {"first": pl.lit(0), "last": pl.len() - 1, "minimum": value.arg_min()}
    at = row.get(variable.take, value.arg_max())
    return known.group_by("USUBJID", maintain_order=True).agg(value.get(at).alias(name))


def compute_split(name: str, variable: MedianSplit, adsl: pl.DataFrame) -> pl.Series:
    """Split a number of ADSL at its median among some subjects.

    Raises
    ------
    ProtocolError
        The variable is no number.
    """
    source = variable.median_of
    if not adsl.schema[source].is_numeric():
        msg = (
            f"variables.{name}.median_of: {source} is no number; say type: number where it is made"
        )
        raise ProtocolError(msg)
    among = pl.Series([True] * adsl.height, dtype=pl.Boolean)
    if variable.among is not None:
        among = compute_condition(adsl, Rule(f"variables.{name}.among", variable.among, "ADSL"))
    chosen = adsl.select(pl.when(pl.lit(among)).then(pl.col(source)).alias(source))
    split = compute_median_split(source, at_median=variable.at_median)
    return chosen.select(split.alias(name))[name]

"""Results of single patients: what every such kind of analysis tells of them.

The subject is the level of a result and the one whose rows its trace selects; n is 1. Values of a
variable are results without a number: the group holds the value, `display` its label.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from topline.analyses.levels import MISSING, groups_of, label_of
from topline.analyses.results import Result
from topline.analyses.trace import among, equals, own, where
from topline.protocol.patient_figures import OfPatients
from topline.protocol.protocol import Protocol

Adam = Mapping[str, pl.DataFrame]
Frame = pl.DataFrame
_ANALYSIS = ("result_id", "analysis_id", "kind", "analysis_set")
_SCHEMA = {
    name: dtype
    for name, dtype in Result.create_empty().schema.items()
    if name not in _ANALYSIS
} | {"analysis_set": pl.String()}  # fmt: skip


def own_rows(dataset: str, *conditions: pl.Expr | str) -> dict[str, pl.Expr]:
    """Write the trace of each row of a frame with USUBJID: that subject, and the conditions.

    Examples
    --------
    >>> one = pl.DataFrame({"USUBJID": ["T-01"], "ASEQ": [3]})
    >>> trace = own_rows("ADRS", pl.format("ASEQ = {}", "ASEQ"))
    >>> one.select(**trace)["trace_where"].item()
    "USUBJID = 'T-01' AND ASEQ = 3"
    """
    quoted = pl.col("USUBJID").str.replace_all("'", "''", literal=True)
    parts = [pl.format("USUBJID = '{}'", quoted)]
    parts += [pl.lit(c) if isinstance(c, str) else c for c in conditions if not _empty(c)]
    return {
        "trace_dataset": pl.lit(dataset),
        "trace_where": pl.concat_str(parts, separator=" AND "),
    }


def _empty(condition: pl.Expr | str) -> bool:
    return isinstance(condition, str) and not condition


def complete_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Give rows with USUBJID the columns of results that they lack; of single patients, n is 1.

    Parameters
    ----------
    rows
        With `USUBJID` (null: of all patients) and `SUBJID`, and some columns of results.
    """
    of_one = pl.col("USUBJID").is_not_null()
    given = rows.with_columns(
        level=pl.col("USUBJID").fill_null(""),
        level_label=pl.col("SUBJID").fill_null("") if "SUBJID" in rows.columns else pl.lit(""),
    )
    if "n" not in rows.columns:
        given = given.with_columns(n=pl.when(of_one).then(pl.lit(1, pl.Int64)))
    absent = {
        name: pl.lit("" if dtype == pl.String() else None, dtype)
        for name, dtype in _SCHEMA.items()
        if name not in given.columns
    }
    return given.with_columns(**absent).select(pl.col(n).cast(t) for n, t in _SCHEMA.items())


@dataclass(frozen=True)
class Everyone:
    """The patients of an analysis, and the condition over ADSL that selects them."""

    frame: pl.DataFrame
    """Rows of ADSL in the order of USUBJID; columns may have been added."""
    inside: str

    def trace(self, subjects: pl.Series, condition: str = "") -> str:
        """Write a condition that selects some of them, by name where none of `condition` does."""
        plain = where(self.inside, condition)
        chosen = self.frame.filter(pl.sql_expr(condition)) if condition else self.frame
        wanted = subjects.unique().sort()
        if chosen["USUBJID"].sort().equals(wanted):
            return plain
        return where(plain, among("USUBJID", wanted))

    def count_row(self, subjects: pl.Series, about: Mapping[str, str], where_: str = "") -> Frame:
        """Return the row that counts some of them.

        Parameters
        ----------
        subjects
            USUBJID of those who count; others have no value.
        about
            Texts of the row, such as its parameter.
        where_
            Condition over ADSL that they fulfil.
        """
        n = subjects.n_unique()
        row = {
            "USUBJID": None, "statistic": "n", "value": float(n), "display": str(n),
            "n": self.frame.height, "n_missing": 0, "method": "Count", "trace_dataset": "ADSL",
            "trace_where": self.trace(subjects, where_),
        }  # fmt: skip
        types = {"USUBJID": pl.String(), "n": pl.Int64(), "n_missing": pl.Int64()}
        return complete_rows(pl.DataFrame([row | dict(about)], schema_overrides=types))


def patients_of(protocol: Protocol, analysis: OfPatients, adam: Adam) -> Everyone:
    """Return the patients of an analysis."""
    flag = protocol.analysis_sets[analysis.analysis_set].flag
    inside = where(equals(flag, "Y"), own(analysis.where))
    return Everyone(adam["ADSL"].filter(pl.sql_expr(inside)).sort("USUBJID"), inside)


def shown_row(everyone: Everyone, shown: pl.Series, about: Mapping[str, str]) -> Frame:
    """Return the row that says how many patients are shown, and how many have no value."""
    without = everyone.frame.height - shown.n_unique()
    warning = f"{without} in the analysis set without a value, left out" if without else ""
    return everyone.count_row(shown, dict(about) | {"warning": warning}).with_columns(
        n=pl.lit(shown.n_unique(), pl.Int64), n_missing=pl.lit(without, pl.Int64)
    )


def variable_rows(
    protocol: Protocol, variables: tuple[str, ...], everyone: Everyone, of: Frame | None = None
) -> Frame:
    """Tell the values of ADSL variables of each patient, in the order of tables.

    Parameters
    ----------
    protocol
        Gives labels and order.
    variables
        Which.
    everyone
        The patients.
    of
        Those of them whose values are told; None: all.

    Returns
    -------
    DataFrame
        Rows of results, value by value: how many have it, and a row of each who has. `by` and
        `group` hold variable and value, `display` of a patient the value's label.
    """
    parts = [no_rows()]
    for variable in dict.fromkeys(variables):
        told = everyone.frame if of is None else of
        for group in groups_of(protocol, variable, told[variable]):
            inside = told.filter(pl.sql_expr(group.condition))
            about = {
                "parameter": variable, "parameter_label": label_of(protocol, variable),
                "by": variable, "group": group.value, "group_label": group.label,
            }  # fmt: skip
            rows = inside.select(
                "USUBJID",
                "SUBJID",
                **{name: pl.lit(text) for name, text in about.items()},
                statistic=pl.lit("value"),
                display=pl.lit("Missing" if group.value == MISSING else group.label),
                **own_rows("ADSL"),
            )
            parts.append(everyone.count_row(inside["USUBJID"], about, group.condition))
            parts.append(complete_rows(rows))
    return pl.concat(parts)


def no_rows() -> Frame:
    """Return no rows at all, with their columns."""
    return complete_rows(pl.DataFrame(schema={"USUBJID": pl.String, "SUBJID": pl.String}))

"""What one analysis needs of the datasets: columns, values, conditions that can be tried."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from topline.protocol.endpoints import Landmark, RowShare, TimeToEvent
from topline.protocol.problems import listed, nearest
from topline.protocol.protocol import Protocol

Adam = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Need:
    """Problems of one analysis, each a line that says where it stands in the protocol."""

    protocol: Protocol
    adam: Adam
    path: str
    """Where the analysis stands."""

    def set_flag(self, name: str, datasets: tuple[str, ...]) -> Iterator[str]:
        """Find the datasets that lack the flag of an analysis set."""
        flag = self.protocol.analysis_sets[name].flag
        for dataset in datasets:
            yield from self.columns(dataset, [flag], "analysis_set")

    def arms(self, variable: str, dataset: str) -> Iterator[str]:
        """Find what is lacking to tell the arms."""
        if len(self.protocol.study.arms) > 1:
            for name in dict.fromkeys(["ADSL", dataset]):
                yield from self.columns(name, [variable], "kind")
        elif dataset == "ADAE":
            yield from self.columns(dataset, [variable], "kind")

    def columns(
        self, dataset: str, names: Sequence[str], key: str, *, values: bool = False
    ) -> Iterator[str]:
        """Columns that the dataset lacks, and dates where values are to be counted."""
        schema = self.adam[dataset].schema
        for name in names:
            if name not in schema:
                yield _unknown(f"{self.path}.{key}", name, dataset, list(schema))
            elif values and schema[name].is_temporal():
                yield (
                    f"{self.path}.{key}: found {name}, a date; expected a number or categories "
                    "(a variable `between` two dates is a number)"
                )
            elif values and schema[name].is_float():
                yield from self.finite(name, key)

    def words(self, dataset: str, name: str, key: str) -> Iterator[str]:
        """Find a column that the dataset lacks, or that does not hold text."""
        yield from self.columns(dataset, [name], key)
        dtype = self.adam[dataset].schema.get(name, pl.String())
        if dtype != pl.String:
            yield f"{self.path}.{key}: found {name}, which holds {dtype}; expected text"

    def finite(self, variable: str, key: str) -> Iterator[str]:
        """Subjects for whom a number is infinite or not a number."""
        wrong = self.adam["ADSL"].filter(pl.col(variable).is_finite().not_())["USUBJID"].sort()
        if len(wrong):
            yield (
                f"{self.path}.{key}: found {variable} infinite or not a number for {len(wrong)} "
                f"subjects ({listed(wrong, 5)}); a rule that divides by zero gives this: write "
                "NULLIF(divisor, 0) in its place"
            )

    def condition(self, dataset: str, condition: str, key: str) -> Iterator[str]:
        """Find what is wrong with a condition over one dataset."""
        yield from self.holds(dataset, self.adam[dataset], condition, f"{self.path}.{key}")

    def holds(self, name: str, frame: pl.DataFrame, condition: str, path: str) -> Iterator[str]:
        """Columns that a condition lacks; else what is wrong when it is tried."""
        expression = pl.sql_expr(condition)
        unknown = [c for c in expression.meta.root_names() if c not in frame.columns]
        for column in sorted(set(unknown)):
            yield _unknown(path, column, name, frame.columns)
        if unknown:
            return
        try:
            frame.filter(expression)
        except pl.exceptions.PolarsError as error:
            reason = str(error).splitlines()[0]
            yield (
                f"{path}: found {condition}, which cannot be tried on {name} ({reason}); "
                "expected a condition that is true or false"
            )

    def among_subjects(self, dataset: str, conditions: Mapping[str, str | None]) -> Iterator[str]:
        """Find what is wrong with conditions over ADSL and the rows of a dataset, by their keys."""
        adsl, rows = self.adam["ADSL"], self.adam[dataset]
        more = [name for name in rows.columns if name not in adsl.columns]
        both = adsl.join(rows.select("USUBJID", *more), on="USUBJID", how="left")
        for key, condition in conditions.items():
            if condition is not None:
                yield from self.holds(f"ADSL or {dataset}", both, condition, f"{self.path}.{key}")

    def among(self, name: str) -> Iterator[str]:
        """Find what is wrong with the condition on the subjects to whom an endpoint applies."""
        endpoint = self.protocol.endpoints[name]
        if isinstance(endpoint, Landmark):
            name, endpoint = endpoint.of, self.protocol.endpoints[endpoint.of]
        if isinstance(endpoint, RowShare):
            yield from self._rows(name, endpoint)
        elif isinstance(endpoint, TimeToEvent) and endpoint.among is not None:
            at = f"endpoints.{name}.among"
            yield from self.holds("ADSL", self.adam["ADSL"], endpoint.among, at)

    def _rows(self, name: str, endpoint: RowShare) -> Iterator[str]:
        """Find what is wrong with the conditions of a share."""
        frame = self.adam[endpoint.dataset]
        for key in ("rows", "counts", "known"):
            condition: str | None = getattr(endpoint, key)
            if condition is not None:
                at = f"endpoints.{name}.{key}"
                yield from self.holds(endpoint.dataset, frame, condition, at)


def dataset_of(protocol: Protocol, endpoint: str) -> str:
    """Name the dataset of an endpoint."""
    found = protocol.endpoints[endpoint]
    if isinstance(found, RowShare):
        return found.dataset
    timed = isinstance(found, Landmark | TimeToEvent)
    return "ADTTE" if timed else "ADRS"


def _unknown(path: str, column: str, dataset: str, columns: list[str]) -> str:
    near = nearest(column, columns)
    hint = f" (did you mean {near}?)" if near else ""
    return f"{path}: found {column}, a variable that {dataset} does not have{hint}"

"""What analyses ask of the datasets, checked before anything is computed."""

from collections.abc import Iterator, Mapping

import polars as pl

from topline.analyses.flow import reason_variable
from topline.errors import ProtocolError
from topline.protocol.analyses import (
    Analysis,
    CensoringSensitivity,
    CensoringWeighting,
    EventCounts,
    EventOverview,
    Flags,
    Flow,
    Rate,
    Summary,
    Survival,
)
from topline.protocol.endpoints import Landmark, TimeToEvent
from topline.protocol.problems import listed, nearest
from topline.protocol.protocol import Protocol

Adam = Mapping[str, pl.DataFrame]

_NEEDED = {
    "ADSL": ("USUBJID",),
    "ADRS": ("USUBJID", "PARAMCD", "AVALC"),
    "ADTTE": ("USUBJID", "PARAMCD", "AVAL", "CNSR"),
    "ADAE": ("USUBJID", "ATOXGRN"),
}


def refuse_unmet(protocol: Protocol, adam: Adam) -> None:
    """Check that every dataset, column and condition that the analyses name can be used.

    Raises
    ------
    ProtocolError
        The message has a line for each problem: where it stands in the protocol, what was found,
        what is there, and the nearest name.
    """
    problems = list(
        dict.fromkeys(
            problem
            for name, analysis in protocol.analyses.items()
            for problem in _Need(protocol, adam, f"analyses.{name}").of(analysis)
        )
    )
    if problems:
        n = len(problems)
        counted = f"{n} problem{'s' if n != 1 else ''}"
        head = f"the analyses of the protocol cannot be carried out on these data ({counted}):"
        raise ProtocolError("\n".join([head, *(f"  {problem}" for problem in problems)]))


class _Need:
    """Problems of one analysis."""

    def __init__(self, protocol: Protocol, adam: Adam, path: str) -> None:
        self.protocol, self.adam, self.path = protocol, adam, path

    def of(self, analysis: Analysis) -> Iterator[str]:
        datasets = _datasets(self.protocol, analysis)
        absent = [name for name in datasets if name not in self.adam]
        for name in absent:
            yield f"{self.path}: found no dataset {name}; there is {listed(self.adam)}"
        if absent:
            return
        for name in datasets:
            yield from self._columns(name, _NEEDED[name], "kind")
        if isinstance(analysis, Flow):
            yield from self._flow(analysis)
            return
        yield from self._set(analysis.analysis_set, datasets)
        if isinstance(analysis, Summary):
            yield from self._summary(analysis)
        elif isinstance(analysis, Rate | Survival):
            yield from self._endpoint(analysis)
        elif isinstance(analysis, CensoringSensitivity):
            yield from self._sensitivity(analysis)
        elif isinstance(analysis, EventCounts):
            yield from self._condition("ADAE", analysis.where, "where")
            yield from self._words("ADAE", analysis.term, "term")
            if analysis.within is not None:
                yield from self._words("ADAE", analysis.within, "within")
            yield from self._arms("TRT01A", "ADAE")
        else:
            yield from self._lines(analysis)

    def _set(self, name: str, datasets: tuple[str, ...]) -> Iterator[str]:
        flag = self.protocol.analysis_sets[name].flag
        for dataset in datasets:
            yield from self._columns(dataset, [flag], "analysis_set")

    def _flow(self, analysis: Flow) -> Iterator[str]:
        by_arm = False
        for i, step in enumerate(analysis.steps):
            at = f"steps[{i}]"
            flag = self.protocol.analysis_sets[step.analysis_set].flag
            yield from self._columns("ADSL", [flag], f"{at}.analysis_set")
            if step.lost is not None and i:
                reasons = reason_variable(self.protocol, step)
                yield from self._columns("ADSL", [reasons], f"{at}.reasons")
            if step.outcome is not None:
                yield from self._columns("ADSL", [step.outcome], f"{at}.outcome")
            by_arm = by_arm or step.by_arm
        if by_arm:
            yield from self._arms("TRT01P", "ADSL")

    def _summary(self, analysis: Summary) -> Iterator[str]:
        for i, row in enumerate(analysis.variables):
            names = row.flags if isinstance(row, Flags) else (row,)
            yield from self._columns("ADSL", names, f"variables[{i}]", values=True)
        if analysis.by is not None:
            yield from self._columns("ADSL", [analysis.by], "by", values=True)

    def _endpoint(self, analysis: Rate | Survival | CensoringSensitivity) -> Iterator[str]:
        dataset = _datasets(self.protocol, analysis)[1]
        if isinstance(analysis, Rate):
            variables = analysis.by
        else:
            variables = () if analysis.by is None else (analysis.by,)
        yield from self._columns("ADSL", variables, "by", values=True)
        needs_arm = isinstance(analysis, Rate) or analysis.by is None
        if needs_arm:
            yield from self._arms("TRT01P", "ADSL")
        both = self.adam["ADSL"].join(
            self.adam[dataset].select(
                "USUBJID",
                *(c for c in self.adam[dataset].columns if c not in self.adam["ADSL"].columns),
            ),
            on="USUBJID",
            how="left",
        )
        if analysis.where is not None:
            yield from self._holds(f"ADSL or {dataset}", both, analysis.where, f"{self.path}.where")
        if isinstance(analysis, CensoringSensitivity):
            at = f"{self.path}.informative"
            yield from self._holds(f"ADSL or {dataset}", both, analysis.informative, at)
        name, endpoint = analysis.endpoint, self.protocol.endpoints[analysis.endpoint]
        if isinstance(endpoint, Landmark):
            name, endpoint = endpoint.of, self.protocol.endpoints[endpoint.of]
        if isinstance(endpoint, TimeToEvent) and endpoint.among is not None:
            at = f"endpoints.{name}.among"
            yield from self._holds("ADSL", self.adam["ADSL"], endpoint.among, at)

    def _sensitivity(self, analysis: CensoringSensitivity) -> Iterator[str]:
        endpoint = self.protocol.endpoints.get(analysis.endpoint)
        if not isinstance(endpoint, TimeToEvent):
            found = f"{analysis.endpoint} ({endpoint.kind})" if endpoint else analysis.endpoint
            times = [n for n, e in self.protocol.endpoints.items() if isinstance(e, TimeToEvent)]
            yield (
                f"{self.path}.endpoint: found {found}; expected one of the time-to-event "
                f"endpoints: {listed(times) or 'none'}"
            )
            return
        yield from self._endpoint(analysis)
        for i, method in enumerate(analysis.methods):
            if isinstance(method, CensoringWeighting):
                at = f"methods[{i}].covariates"
                yield from self._columns("ADSL", method.covariates, at, values=True)

    def _lines(self, analysis: EventOverview) -> Iterator[str]:
        for i, line in enumerate(analysis.lines):
            yield from self._condition("ADAE", line.where, f"lines[{i}].where")
        yield from self._arms("TRT01A", "ADAE")

    def _arms(self, variable: str, dataset: str) -> Iterator[str]:
        if len(self.protocol.study.arms) > 1:
            for name in dict.fromkeys(["ADSL", dataset]):
                yield from self._columns(name, [variable], "kind")
        elif dataset == "ADAE":
            yield from self._columns(dataset, [variable], "kind")

    def _columns(
        self, dataset: str, names: tuple[str, ...] | list[str], key: str, *, values: bool = False
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
                yield from self._finite(name, key)

    def _words(self, dataset: str, name: str, key: str) -> Iterator[str]:
        """Find a column that the dataset lacks, or that does not hold text."""
        yield from self._columns(dataset, [name], key)
        dtype = self.adam[dataset].schema.get(name, pl.String())
        if dtype != pl.String:
            yield f"{self.path}.{key}: found {name}, which holds {dtype}; expected text"

    def _finite(self, variable: str, key: str) -> Iterator[str]:
        """Subjects for whom a number is infinite or not a number."""
        wrong = self.adam["ADSL"].filter(pl.col(variable).is_finite().not_())["USUBJID"].sort()
        if len(wrong):
            yield (
                f"{self.path}.{key}: found {variable} infinite or not a number for {len(wrong)} "
                f"subjects ({listed(wrong, 5)}); a rule that divides by zero gives this: write "
                "NULLIF(divisor, 0) in its place"
            )

    def _condition(self, dataset: str, condition: str, key: str) -> Iterator[str]:
        yield from self._holds(dataset, self.adam[dataset], condition, f"{self.path}.{key}")

    def _holds(self, name: str, frame: pl.DataFrame, condition: str, path: str) -> Iterator[str]:
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


def _unknown(path: str, column: str, dataset: str, columns: list[str]) -> str:
    near = nearest(column, columns)
    hint = f" (did you mean {near}?)" if near else ""
    return f"{path}: found {column}, a variable that {dataset} does not have{hint}"


def _datasets(protocol: Protocol, analysis: Analysis) -> tuple[str, ...]:
    if isinstance(analysis, Rate):
        timed = isinstance(protocol.endpoints[analysis.endpoint], Landmark)
        return ("ADSL", "ADTTE" if timed else "ADRS")
    if isinstance(analysis, Survival | CensoringSensitivity):
        return ("ADSL", "ADTTE")
    if isinstance(analysis, EventCounts | EventOverview):
        return ("ADSL", "ADAE")
    return ("ADSL",)

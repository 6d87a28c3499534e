"""What analyses of single patients ask of the datasets."""

from collections.abc import Iterator, Mapping

import polars as pl

from topline.analyses.levels import is_flag, is_number
from topline.analyses.needs import Need
from topline.analyses.patient_changes import of_target_lesions
from topline.analyses.patient_dates import source_of
from topline.protocol.patient_figures import (
    MarkedDate,
    OfPatients,
    PatientChanges,
    PatientCourses,
    PatientPictures,
    PatientValues,
)


def patient_datasets(analysis: OfPatients) -> tuple[str, ...]:
    """Name the datasets that an analysis reads, ADSL first."""
    names = ["ADSL", *(dataset for _, dataset, _ in map(source_of, _dates(analysis).values()))]
    match analysis:
        case PatientCourses():
            names += ["ADEX"] if analysis.drugs else []
        case PatientChanges():
            names.append(analysis.dataset)
            if analysis.response is not None or of_target_lesions(analysis):
                names.append("ADRS")
        case PatientValues():
            names += [analysis.dataset] if analysis.dataset else []
        case PatientPictures():
            names.append("ADBM")
    return tuple(dict.fromkeys(names))


def patient_needs(need: Need, analysis: OfPatients) -> Iterator[str]:
    """Find what an analysis lacks."""
    yield from need.columns("ADSL", ["SUBJID"], "kind")
    yield from need.columns("ADSL", analysis.by, "by", values=True)
    yield from _categories(need, analysis)
    if analysis.where is not None:
        yield from need.condition("ADSL", analysis.where, "where")
    for key, date in _dates(analysis).items():
        yield from _date(need, key, date)
    match analysis:
        case PatientCourses():
            yield from need.columns("ADSL", ["EOTSTT", analysis.reason], "reason", values=True)
            yield from _drugs(need, analysis)
        case PatientChanges():
            yield from _changes(need, analysis)
        case PatientValues():
            yield from _values(need, analysis)
        case PatientPictures():
            names = ["SRCVAR", "AVAL", "AVALCAT1", "AREASON", "CAPTION", "FIELDUM", "BARUM"]
            yield from need.columns("ADBM", names, "kind")
            if analysis.rows is not None:
                yield from need.condition("ADBM", analysis.rows, "rows")


def _dates(analysis: OfPatients) -> dict[str, MarkedDate]:
    """Name the dates of an analysis by where they stand in it."""
    if isinstance(analysis, PatientValues | PatientPictures):
        return {}
    named: dict[str, MarkedDate] = {"from": analysis.start}
    if isinstance(analysis, PatientCourses):
        named["until"] = analysis.until
    for i, date in enumerate(analysis.dates):
        named[f"dates[{i}]"] = date
    return named


def _categories(need: Need, analysis: OfPatients) -> Iterator[str]:
    """Find numbers, which make no groups to colour by."""
    schema = need.adam["ADSL"].schema
    for i, name in enumerate(analysis.by):
        known = name in schema and not is_flag(need.protocol, name)
        if known and is_number(need.protocol, name, schema[name]):
            yield f"{need.path}.by[{i}]: found {name}, a number; expected categories"


def _date(need: Need, key: str, date: MarkedDate) -> Iterator[str]:
    _, dataset, source = source_of(date)
    frame = need.adam[dataset]
    yield from need.columns(dataset, [source.date], key)
    kind = frame.schema.get(source.date, pl.Date())
    if kind != pl.Date:
        yield f"{need.path}.{key}: found {source.date} of {dataset}, which holds {kind}; " + (
            "expected a date"
        )
    if source.where is not None:
        yield from need.condition(dataset, source.where, key)


def _drugs(need: Need, analysis: PatientCourses) -> Iterator[str]:
    if analysis.drugs:
        yield from need.columns("ADEX", ["ASTDT", "AENDT", "PARCAT1"], "drugs")


def _changes(need: Need, analysis: PatientChanges) -> Iterator[str]:
    marker = "ASSESSN" if analysis.dataset == "ADTR" else "ABLFL"
    names = ["ADT", "ASEQ", "AVAL", marker, analysis.value]
    problems = list(need.columns(analysis.dataset, names, "dataset"))
    yield from problems
    if analysis.rows is not None:
        yield from need.condition(analysis.dataset, analysis.rows, "rows")
    if of_target_lesions(analysis):
        yield from need.columns("ADRS", ["ADT", "AVAL", "ANL01FL"], "kind")


def _values(need: Need, analysis: PatientValues) -> Iterator[str]:
    yield from need.columns("ADSL", analysis.variables, "variables", values=True)
    schema: Mapping[str, pl.DataType] = need.adam["ADSL"].schema
    for i, name in enumerate(analysis.variables):
        if name in schema and not schema[name].is_numeric():
            yield f"{need.path}.variables[{i}]: found {name}, which is text; expected a number"
    if analysis.dataset is None or analysis.parameter is None:
        return
    yield from need.columns(analysis.dataset, [analysis.value, analysis.visit], "dataset")
    if analysis.rows is not None:
        yield from need.condition(analysis.dataset, analysis.rows, "rows")

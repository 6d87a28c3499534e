"""Exposure by drug: doses, intensity, interruptions, reductions, discontinuation and its reasons.

Each line rests on one parameter of ADEX. Percentages are of all subjects of the set and arm, those
without the drug included; a subject counts once under each event that changed a dose.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import polars as pl

from topline.adam.adex import ALL_DRUGS, PARAMETERS
from topline.analyses.formats import collected_decimals, shortest, statistic
from topline.analyses.levels import ALL, MISSING, Group, arm_groups
from topline.analyses.rows import Row, count_and_percent, finite
from topline.analyses.trace import equals, where
from topline.protocol.protocol import Protocol
from topline.protocol.treatments import ExposureSummary
from topline.stats.estimates.summary import compute_summary

_NUMBERS_OF_ALL = ("TDURD", "NCYCSTRT", "NCYCLE")
_NUMBERS = ("TDURD", "NCYCDOSE", "TDOSE", "AVDDSE", "DOSINT", "RDI")
INTENSITY = "RDIGR"


@dataclass(frozen=True)
class _Count:
    """A line: subjects for whom a condition over ADEX holds."""

    parameter: str
    label: str
    condition: str
    causes: str | None = None
    """Variable by whose values the line is divided."""


_COUNTS = (
    _Count("INTERRUPTED", "At least one interruption", "PARAMCD = 'NINT' AND AVAL >= 1"),
    _Count("INT-CAUSE", "Cause of interruption", "PARAMCD = 'INT'", "ACAUSE"),
    _Count("INT-OVER", "Interruption longer than allowed", "PARAMCD = 'NINTOVR' AND AVAL >= 1"),
    _Count("REDUCED", "At least one dose reduction", "PARAMCD = 'NRED' AND AVAL >= 1"),
    _Count("RED-CAUSE", "Cause of reduction", "PARAMCD = 'RED'", "ACAUSE"),
    _Count("RED-RESOLVED", "Event over after reduction", "PARAMCD = 'RED' AND AERESFL = 'Y'"),
    _Count("RED-NOT", "Event not over after reduction", "PARAMCD = 'RED' AND AERESFL = 'N'"),
    _Count("RED-AGAIN", "Dose raised", "PARAMCD = 'NESC' AND AVAL >= 1"),
    _Count("STOPPED", "Permanently discontinued", "PARAMCD = 'STOP'"),
    _Count("STOP-REASON", "Reason for discontinuation", "PARAMCD = 'STOP'", "DCREAS"),
    _Count("STOP-EVENT", "Event that led to discontinuation",
           "PARAMCD = 'STOP' AND AESEQ IS NOT NULL", "ACAUSE"),
    _Count("STOP-ALONE", "Discontinued while another drug went on",
           "PARAMCD = 'STOP' AND ALONEFL = 'Y'"),
    _Count("ALONE-CAUSE", "Cause of discontinuation alone", "PARAMCD = 'STOP' AND ALONEFL = 'Y'",
           "ACAUSE"),
)  # fmt: skip


@dataclass(frozen=True)
class _Cell:
    """A drug in a group: the rows of ADEX, and how many subjects there are."""

    drug: str
    group: Group
    rows: pl.DataFrame
    condition: str
    size: int

    @property
    def start(self) -> Row:
        return Row(
            "", None, "", section=self.drug, by=self.group.by, group=self.group.value,
            group_label=self.group.label, trace_dataset="ADEX",
            warning="" if self.size else "no subjects in this group",
        )  # fmt: skip


def summarise_exposure(
    protocol: Protocol, analysis: ExposureSummary, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Summarise exposure.

    Parameters
    ----------
    protocol
        Gives the analysis set, the arms and the drugs.
    analysis
        Whom, which drugs, bounds of the categories of dose intensity.
    adam
        ADSL, whose subjects are the denominator, and ADEX.

    Returns
    -------
    list of Row
        Section by section: all drugs together, then drug by drug; within it each arm that has the
        drug, and all of them. Numbers by their distribution, others as n and percent.
    """
    inside = equals(protocol.analysis_sets[analysis.analysis_set].flag, "Y")
    subjects = adam["ADSL"].filter(pl.sql_expr(inside))
    adex = adam["ADEX"].filter(pl.sql_expr(inside))
    out: list[Row] = []
    for drug in [ALL_DRUGS, *_drugs(protocol, analysis)]:
        cells = list(_cells(protocol, drug, subjects, adex, inside))
        if drug == ALL_DRUGS:
            for parameter in _NUMBERS_OF_ALL:
                out += _number(cells, parameter)
        else:
            out += _lines(cells, protocol, analysis)
    return out


def _drugs(protocol: Protocol, analysis: ExposureSummary) -> list[str]:
    names = dict.fromkeys(drug.name for drug in protocol.treatments.drugs)
    return [name for name in names if not analysis.drugs or name in analysis.drugs]


def _cells(
    protocol: Protocol, drug: str, subjects: pl.DataFrame, adex: pl.DataFrame, inside: str
) -> Iterator[_Cell]:
    """Take the arms that were to have the drug, or had it, and all of them together."""
    chosen = where(inside, equals("PARCAT1", drug))
    rows = adex.filter(pl.sql_expr(chosen))
    labels = {arm.id: arm.label for arm in protocol.study.arms}
    meant = {
        labels.get(arm, arm)
        for each in protocol.treatments.drugs
        if each.name == drug
        for arm in (each.arms or labels)
    }
    had = set(rows["TRT01A"].to_list())
    arms = [
        group
        for group in arm_groups(protocol, "TRT01A", subjects)
        if drug == ALL_DRUGS
        or group.value in meant
        or (None if group.is_missing else group.value) in had
    ]
    sizes = {arm: subjects.filter(pl.sql_expr(arm.condition)).height for arm in arms}
    every = sum(sizes.values()) if arms else subjects.height
    for group in arms if len(arms) == 1 else [*arms, ALL]:
        here = where(chosen, group.condition)
        yield _Cell(drug, group, rows.filter(pl.sql_expr(here)), here, sizes.get(group, every))


def _lines(cells: list[_Cell], protocol: Protocol, analysis: ExposureSummary) -> Iterator[Row]:
    """Give every line of a drug."""
    taken = _Count("TAKEN", "Received at least one dose", "PARAMCD = 'DOSEDAYS' AND AVAL > 0")
    yield from _count(cells, taken)
    for parameter in _NUMBERS:
        yield from _number(cells, parameter)
    yield from _intensity(cells, analysis.intensity_bounds)
    for line in _COUNTS:
        if line.causes is None:
            yield from _count(cells, line)
        else:
            yield from _by_cause(cells, line, line.causes)
        if line.parameter == "INTERRUPTED":
            yield from _total(cells)
            yield from _number(cells, "MAXINT")
        if line.parameter == "REDUCED":
            yield from _levels_reached(cells, protocol)


def _count(cells: list[_Cell], line: _Count, level: str = "", label: str = "") -> Iterator[Row]:
    for cell in cells:
        row = replace(
            cell.start, parameter=line.parameter, parameter_label=line.label, level=level,
            level_label=label, trace_where=where(cell.condition, line.condition),
        )  # fmt: skip
        n = cell.rows.filter(pl.sql_expr(line.condition))["USUBJID"].n_unique()
        yield from count_and_percent(row, n, cell.size)


def _by_cause(cells: list[_Cell], line: _Count, variable: str) -> Iterator[Row]:
    """Divide a line by the values of a variable, the most frequent first."""
    rows = pl.concat([cell.rows for cell in cells]).unique(["USUBJID", "ASEQ"])
    found = rows.filter(pl.sql_expr(line.condition)).group_by(variable)
    counted = found.agg(n=pl.col("USUBJID").n_unique())
    for cause in counted.sort("n", variable, descending=[True, False], nulls_last=True)[variable]:
        chosen = replace(line, condition=where(line.condition, equals(variable, cause)))
        yield from _count(cells, chosen, cause or MISSING, cause or MISSING)


def _levels_reached(cells: list[_Cell], protocol: Protocol) -> Iterator[Row]:
    """Count the subjects whose dose was reduced to each level."""
    drug = cells[0].drug
    plans = [each for each in protocol.treatments.drugs if each.name == drug]
    rows = pl.concat([cell.rows.filter(PARAMCD="RED") for cell in cells])
    reached: list[int | None] = rows["DOSELVL"].unique().sort(nulls_last=True).to_list()
    for level in reached:
        at = (level or 0) - 1
        doses = list({each.levels[at] for each in plans if 0 <= at < len(each.levels)})
        dose = f" ({shortest(doses[0], 2)} {plans[0].unit})" if len(doses) == 1 else ""
        text = f"Level {level}{dose}" if level else "Outside the levels"
        chosen = where("PARAMCD = 'RED'", equals("DOSELVL", level))
        line = _Count("LEVEL", "Dose reduced to", chosen)
        yield from _count(cells, line, text, text)


def _intensity(cells: list[_Cell], bounds: tuple[float, ...]) -> Iterator[Row]:
    """Count subjects by category of relative dose intensity."""
    if not any(cell.rows.filter(PARAMCD="RDI").height for cell in cells):
        return
    texts = [shortest(bound, 2) for bound in bounds]
    categories = [(f"<{texts[0]}", f"AVAL < {texts[0]}")]
    categories += [
        (f"{low} to <{high}", f"AVAL >= {low} AND AVAL < {high}") for low, high in pairwise(texts)
    ]
    categories.append((f">={texts[-1]}", f"AVAL >= {texts[-1]}"))
    for name, condition in categories:
        line = _Count(INTENSITY, "Relative dose intensity", where("PARAMCD = 'RDI'", condition))
        yield from _count(cells, line, name, f"{name.replace('>=', '≥')}%")


def _total(cells: list[_Cell]) -> Iterator[Row]:
    """Count interruptions, not subjects."""
    condition = "PARAMCD = 'INT'"
    for cell in cells:
        found = cell.rows.filter(pl.sql_expr(condition))
        yield replace(
            cell.start, parameter="INT", parameter_label="Interruptions", statistic="total",
            value=float(found.height), display=str(found.height),
            n=found["USUBJID"].n_unique(), trace_where=where(cell.condition, condition),
        )  # fmt: skip


def _number(cells: list[_Cell], parameter: str) -> Iterator[Row]:
    """Summarise a parameter; nothing where nobody has it."""
    condition = f"PARAMCD = '{parameter}' AND AVAL IS NOT NULL"
    every = [cell.rows.filter(pl.sql_expr(condition)) for cell in cells]
    values = pl.concat(every)["AVAL"].unique().to_list()
    if not values and parameter not in _NUMBERS_OF_ALL:
        return
    decimals = collected_decimals(values)
    label, _ = PARAMETERS[parameter]
    for cell, rows in zip(cells, every, strict=True):
        found = compute_summary(rows["AVAL"].to_numpy().astype(np.float64))
        units = rows["AVALU"].drop_nulls().unique().sort().to_list()
        row = replace(
            cell.start, parameter=parameter, parameter_label=label, n=found.n,
            n_missing=cell.size - found.n, trace_where=where(cell.condition, condition),
            unit=units[0] if len(units) == 1 else "",
            warning=cell.start.warning or ("" if found.n else "no values"),
        )  # fmt: skip
        yield replace(row, statistic="n", value=float(found.n), display=str(found.n), unit="")
        numbers = {
            "mean": found.mean, "sd": found.sd, "median": found.median, "q1": found.q1,
            "q3": found.q3, "min": found.minimum, "max": found.maximum,
        }  # fmt: skip
        for name, number in numbers.items():
            value = finite(number)
            shown = statistic(name, value, decimals)
            yield replace(row, statistic=name, value=value, display=shown, method=found.method)

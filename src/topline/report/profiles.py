"""What a patient's profile shows, said once for the page's script: facts, sets, courses, series.

Nothing here knows a trial: the key variables are those of the first table of baseline
characteristics, and each chart is drawn where its dataset has the columns for it.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from topline.protocol.analyses import Flags, Summary
from topline.protocol.protocol import Protocol
from topline.report.labels import DATASETS, VARIABLES
from topline.report.payload import Json

_OUTCOMES: Final = (
    "TRTSDT", "TRTEDT", "BOR", "CBOR", "BESTPCHG", "EOTSTT", "DCTREAS", "NACTDT", "DTHDT",
    "LSTALVDT",
)  # fmt: skip
_ALWAYS: Final = ("TRT01A", "AGE", "SEX")
_COURSES: Final = frozenset({"ADTR", "ADRS", "ADEX", "ADTTE", "ADIE", "ADAE", "ADSL"})
_SERIES: Final = frozenset({"USUBJID", "PARAMCD", "PARAM", "AVAL", "ADT"})


def describe_profiles(protocol: Protocol, adam: Mapping[str, pl.DataFrame]) -> dict[str, Json]:
    """Return what the profile of a patient is made of.

    Parameters
    ----------
    protocol
        Gives labels, the key variables, the analysis sets, the drugs.
    adam
        Analysis datasets by name.

    Returns
    -------
    dict
        `facts`: variables of ADSL with labels, words of their values and unit, those of the
        baseline; `outcome`: likewise; `sets`: flag, variable of the reason, key and label of each
        analysis set; `shrinks` and `grows`: the criteria's bounds of response (percent below
        baseline) and progression (percent and mm above the nadir); `drugs` in the protocol's order;
        `series`: datasets whose values over time are drawn; for questionnaires `scales` with
        the smallest and largest score of each scale, on which every patient's are drawn.
    """
    has = set(adam["ADSL"].columns)
    criteria = protocol.response.options
    chosen = _key_variables(protocol)
    blocks = [_block(protocol, row, has) for row in chosen]
    return {
        "facts": [
            *(_fact(protocol, name) for name in _ALWAYS if name in has),
            *(block for block in blocks if block),
        ],
        "outcome": [_fact(protocol, name) for name in _OUTCOMES if name in has],
        "sets": [
            [each.flag, f"{each.flag[:-2]}RS", key, each.label]
            for key, each in protocol.analysis_sets.items()
            if each.flag in has
        ],
        "shrinks": criteria.partial_response_decrease_percent,
        "grows": [criteria.progression_increase_percent, criteria.progression_increase_mm],
        "drugs": list(dict.fromkeys(drug.name for drug in protocol.treatments.drugs)),
        "series": [
            {"dataset": name, "title": DATASETS.get(name, name), "scales": _scales(rows)}
            for name, rows in adam.items()
            if name not in _COURSES and set(rows.columns) >= _SERIES
        ],
    }


def _scales(rows: pl.DataFrame) -> dict[str, Json]:
    """Return the range of each score over all patients; of other values nothing."""
    if "ITEMS" not in rows.columns:
        return {}
    values = pl.col("AVAL")
    found = rows.group_by("PARAMCD").agg(low=values.min(), high=values.max()).sort("PARAMCD")
    return {code: [low, high] for code, low, high in found.drop_nulls().iter_rows()}


def _key_variables(protocol: Protocol) -> list[str | Flags]:
    """Return the rows of the first summary that is not by groups: the baseline table."""
    summaries = (a for a in protocol.analyses.values() if isinstance(a, Summary) and a.by is None)
    first = next(summaries, None)
    rows = first.variables if first else ()
    return [row for row in rows if isinstance(row, Flags) or row not in _ALWAYS]


def _block(protocol: Protocol, row: str | Flags, has: set[str]) -> Json:
    """Describe a variable, or several flags of which a subject can have more than one."""
    if isinstance(row, Flags):
        flags = [[flag, _label(protocol, flag)] for flag in row.flags if flag in has]
        return {"label": row.label, "flags": flags} if flags else None
    return _fact(protocol, row) if row in has else None


def _fact(protocol: Protocol, name: str) -> Json:
    variable = protocol.variables.get(name)
    levels = dict(variable.levels) if variable else {}
    unit = (variable.unit if variable else None) or ""
    return {"variable": name, "label": _label(protocol, name), "levels": levels, "unit": unit}


def _label(protocol: Protocol, name: str) -> str:
    variable = protocol.variables.get(name)
    return variable.label if variable else VARIABLES.get(name, name)

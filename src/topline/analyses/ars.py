"""Results in the shape of CDISC's Analysis Results Standard, version 1.0, as JSON.

An analysis of the standard has one method, so an analysis of the protocol appears once a method.
Groupings are those that the data showed (`dataDriven`), so each result names its groups by value.

References
----------
.. [1] CDISC Analysis Results Standard User Guide v1.0 (2024), section "Logical Model".
"""

import json
from functools import lru_cache

import polars as pl

from topline.analyses.levels import text_of
from topline.analyses.results import Results
from topline.protocol.protocol import Protocol

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

_GROUPINGS = {
    "section": "Block of the table",
    "parameter": "Variable, endpoint or term",
    "level": "Category",
}


def write_ars(protocol: Protocol, results: Results) -> str:
    """Write results as a reporting event of the standard, on one line.

    Parameters
    ----------
    protocol
        Names the study and the analysis sets.
    results
        What `analyse` found.

    Returns
    -------
    str
        JSON text, the same for the same results.
    """
    rows = results.rows
    event: dict[str, Json] = {
        "id": protocol.study.id,
        "name": protocol.study.title,
        "version": 1,
        "analysisSets": _analysis_sets(protocol),
        "analysisGroupings": _groupings(rows),
        "methods": _methods(rows),
        "analyses": _analyses(protocol, rows),
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n"


def _analysis_sets(protocol: Protocol) -> list[Json]:
    return [
        {
            "id": name,
            "name": name,
            "label": each.label,
            "level": 1,
            "order": order,
            "condition": {
                "dataset": "ADSL",
                "variable": each.flag,
                "comparator": "EQ",
                "value": ["Y"],
            },
        }
        for order, (name, each) in enumerate(protocol.analysis_sets.items(), start=1)
    ]


def _groupings(rows: pl.DataFrame) -> list[Json]:
    """Factors by which results are grouped: ADSL variables first, then parts of the table."""
    variables: list[str] = rows["by"].unique(maintain_order=True).to_list()
    by_data: list[Json] = [
        {
            "id": variable,
            "name": variable,
            "groupingDataset": "ADSL",
            "groupingVariable": variable,
            "dataDriven": True,
            "groups": [],
        }
        for variable in variables
        if variable
    ]
    by_table: list[Json] = [
        {"id": name, "name": name, "label": label, "dataDriven": True, "groups": []}
        for name, label in _GROUPINGS.items()
    ]
    return [*by_data, *by_table]


def _methods(rows: pl.DataFrame) -> list[Json]:
    """Methods with the statistics that each gives, in the order of their first use."""
    used = rows.select("method", "statistic").unique(maintain_order=True)
    statistics: dict[str, list[str]] = {}
    for method, statistic in used.iter_rows():
        statistics.setdefault(method, []).append(statistic)
    return [
        {
            "id": _id(method),
            "name": method,
            "operations": [
                {"id": _id(method, name), "name": name, "order": order}
                for order, name in enumerate(names, start=1)
            ],
        }
        for method, names in statistics.items()
    ]


def _analyses(protocol: Protocol, rows: pl.DataFrame) -> list[Json]:
    parts = rows.partition_by(
        "analysis_id", "analysis_set", "method", maintain_order=True, include_key=True
    )
    return [_analysis(protocol, part, version) for version, part in enumerate(parts, start=1)]


def _analysis(protocol: Protocol, part: pl.DataFrame, order: int) -> Json:
    first = part.row(0, named=True)
    name, method = str(first["analysis_id"]), str(first["method"])
    planned = protocol.analyses.get(name)
    groupings = [
        *(variable for variable in part["by"].unique(maintain_order=True) if variable),
        *(each for each in _GROUPINGS if (part[each] != "").any()),
    ]
    return {
        "id": _id(name, str(first["analysis_set"]), method),
        "name": name,
        "label": planned.kind if planned is not None else name,
        "version": 1,
        "order": order,
        "reason": {"controlledTerm": "SPECIFIED IN SAP"},
        **_purpose(protocol, str(first["parameter"])),
        "analysisSetId": first["analysis_set"],
        "dataset": first["trace_dataset"],
        "methodId": _id(method),
        "orderedGroupings": [
            {"order": place, "groupingId": each, "resultsByGroup": True}
            for place, each in enumerate(groupings, start=1)
        ],
        "results": [_result(row) for row in part.iter_rows(named=True)],
    }


_PURPOSES = {
    "primary": "PRIMARY OUTCOME MEASURE",
    "secondary": "SECONDARY OUTCOME MEASURE",
    "exploratory": "EXPLORATORY OUTCOME MEASURE",
}


def _purpose(protocol: Protocol, parameter: str) -> dict[str, Json]:
    """Say what the protocol wants the endpoint for; the design's endpoint is primary."""
    design, endpoint = protocol.design, protocol.endpoints.get(parameter)
    decides = design.kind != "descriptive" and design.endpoint == parameter
    term = _PURPOSES.get("primary" if decides else endpoint.role if endpoint else "")
    return {"purpose": {"controlledTerm": term}} if term else {}


def _result(row: dict[str, str | float | None]) -> Json:
    groups: list[Json] = [
        {"groupingId": each, "groupValue": row[each]} for each in _GROUPINGS if row[each]
    ]
    if row["by"]:
        groups.insert(0, {"groupingId": row["by"], "groupValue": row["group"]})
    value = row["value"]
    return {
        "operationId": _id(str(row["method"]), str(row["statistic"])),
        "resultGroups": groups,
        "rawValue": None if value is None else text_of(value),
        "formattedValue": row["display"],
    }


def _id(*parts: str) -> str:
    """Join words to an identifier, other signs as hyphens."""
    return ".".join(_word(part) for part in parts if part)


@lru_cache(maxsize=65_536)
def _word(text: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in text)

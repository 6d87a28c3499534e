"""What the trial found, at the top of the page: the design's endpoint first."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from topline.analyses.results import Results
from topline.displays.numbers import Group, Number, Numbers
from topline.displays.rate_table import ARM
from topline.protocol.analyses import Rate, Survival
from topline.protocol.design import OneArmBinary
from topline.protocol.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate as it is printed, and the results it was printed from."""

    text: str
    detail: str
    results: tuple[str, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class KeyResult:
    """An endpoint with its estimates, one an arm."""

    label: str
    estimates: tuple[Estimate, ...]
    primary: bool = False
    decision: str = ""
    decision_results: tuple[str, ...] = ()


def key_results(protocol: Protocol, results: Results) -> tuple[KeyResult, ...]:
    """Return the main result of each endpoint: its first analysis of all subjects of a set."""
    main = _main_analyses(protocol)
    found = {name: Numbers(results.rows, name) for name in main.values()}
    kept = (_key_result(protocol, e, a, found) for e, a in main.items())
    return tuple(sorted((k for k in kept if k.estimates), key=lambda k: not k.primary))


def _main_analyses(protocol: Protocol) -> dict[str, str]:
    """Return the analysis of each primary or secondary endpoint, in the protocol's order."""
    first: dict[str, str] = {}
    for name, analysis in protocol.analyses.items():
        if not isinstance(analysis, Rate | Survival) or analysis.where:
            continue
        if isinstance(analysis, Survival) and analysis.by not in {None, ARM}:
            continue
        first.setdefault(analysis.endpoint, name)
    leading = {e for e, plan in protocol.endpoints.items() if plan.role in {"primary", "secondary"}}
    return {e: first[e] for e in protocol.endpoints if e in first and e in leading}


def _key_result(
    protocol: Protocol, endpoint: str, name: str, found: Mapping[str, Numbers]
) -> KeyResult:
    numbers, analysis = found[name], protocol.analyses[name]
    decides = isinstance(protocol.design, OneArmBinary) and protocol.design.endpoint == endpoint
    primary = decides or protocol.endpoints[endpoint].role == "primary"
    several = len(protocol.study.arms) > 1
    groups = [g for g in numbers.groups(endpoint) if g.by == (ARM if several else "")]
    level = analysis.level if isinstance(analysis, Rate | Survival) else 0.95
    one = _rate if isinstance(analysis, Rate) else _median
    estimates = [one(numbers, endpoint, group, f"{level:.0%} CI") for group in groups]
    decision = next((r for r in numbers.rows if r.statistic == "decision"), None)
    return KeyResult(
        protocol.endpoints[endpoint].label,
        tuple(e for e in estimates if e is not None),
        primary,
        _decided(numbers, decision) if decision else "",
        (decision.result_id,) if decision else (),
    )


def _decided(numbers: Numbers, decision: Number) -> str:
    needed = next((r for r in numbers.rows if r.statistic == "responders_needed"), None)
    asked = f": {needed.display} responders of {decision.n} were needed" if needed else ""
    return f"Primary endpoint {decision.display}{asked}"


def _rate(numbers: Numbers, endpoint: str, group: Group, interval: str) -> Estimate | None:
    names = ("estimate", "lower", "upper", "responders")
    rate, lower, upper, n = (numbers.get(endpoint, s, group=group) for s in names)
    if not (rate and lower and upper and n):
        return None
    detail = f"{interval} {lower.display} to {upper.display}; {n.display} of {n.n} subjects"
    ids = tuple(each.result_id for each in (rate, lower, upper, n))
    return Estimate(f"{rate.display}%", detail, ids, group.label if group.by else "")


def _median(numbers: Numbers, endpoint: str, group: Group, interval: str) -> Estimate | None:
    names = ("median", "median_lower", "median_upper", "events", "n")
    median, lower, upper, events, n = (numbers.get(endpoint, s, group=group) for s in names)
    if not (median and lower and upper and events and n):
        return None
    reached = median.value is not None
    text = f"{median.display} {median.unit}" if reached else _unreached(median)
    limits = f"{interval} {lower.display} to {upper.display}"
    detail = f"Median; {limits}; {events.display} events in {n.display} subjects"
    ids = tuple(each.result_id for each in (median, lower, upper, events, n))
    return Estimate(text, detail, ids, group.label if group.by else "")


def _unreached(median: Number) -> str:
    return "Not reached" if median.display == "NR" else "Not estimable"


def methods_used(results: Results) -> pl.DataFrame:
    """Return each method with its options and library, and the analyses that it served."""
    return (
        results.rows.filter(pl.col("method") != "")
        .group_by("method", "options", "library", maintain_order=True)
        .agg(pl.col("analysis_id").unique(maintain_order=True))
        .with_columns(pl.col("analysis_id").list.join(", "))
    )

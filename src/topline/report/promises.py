"""The protocol in words: design, endpoints, estimands."""

from collections.abc import Sequence
from dataclasses import dataclass

from topline.protocol.design import OneArmBinary, SimonTwoStage
from topline.protocol.endpoints import (
    Change,
    DateSource,
    Endpoint,
    Landmark,
    NamedDate,
    ResponseRate,
    RowShare,
    TimeToEvent,
    date_source,
)
from topline.protocol.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Promise:
    """An endpoint as the protocol defines it."""

    key: str
    label: str
    definition: str
    subjects: str
    treatment: str
    intercurrent: tuple[str, ...]
    summary: str


def promises(protocol: Protocol) -> tuple[Promise, ...]:
    """Return every endpoint in words."""
    return tuple(_promise(protocol, key, each) for key, each in protocol.endpoints.items())


def describe_design(protocol: Protocol) -> str:
    """Return the design and its decision rule as sentences."""
    design = protocol.design
    if not isinstance(design, OneArmBinary):
        return f"Descriptive. {design.reason.rstrip('.')}."
    sides = "one-sided" if design.alpha.sides == 1 else "two-sided"
    stages, ends = "Single stage", ""
    if isinstance(design, SimonTwoStage):
        stages = "Two stages (Simon)"
        first = design.first_stage
        ends = f" Ends with {first.stop_at_most} or fewer responders of the first {first.of}."
    return (
        f"{stages} on {protocol.endpoints[design.endpoint].label.lower()}: "
        f"null {design.null:.0%}, alternative {design.alternative:.0%}, "
        f"{sides} alpha {design.alpha.value:g}, power {design.power:.0%}. "
        f"{design.enrol} subjects to enrol, {design.dropout:.0%} of them expected not to be "
        f"evaluable.{ends} Success: at least {design.success.responders_at_least} responders "
        f"of {design.success.of}."
    )


def _promise(protocol: Protocol, key: str, endpoint: Endpoint) -> Promise:
    estimand = endpoint.estimand
    events = tuple(
        f"{e.event}: {e.strategy}" + (f" ({e.handling})" if e.handling else "")
        for e in estimand.intercurrent_events
    )
    subjects = protocol.analysis_sets[estimand.analysis_set].label
    return Promise(
        key,
        endpoint.label,
        _definition(endpoint),
        f"{estimand.analysis_set}: {subjects}",
        estimand.treatment or "",
        events,
        estimand.summary,
    )


def _definition(endpoint: Endpoint) -> str:
    if isinstance(endpoint, ResponseRate):
        return _response(endpoint)
    if isinstance(endpoint, Landmark):
        failed = endpoint.unknown == "counts as failure"
        unknown = "count as failures" if failed else "are left out"
        return (
            f"No event of {endpoint.of} for longer than {endpoint.beyond}. "
            f"Subjects censored by then {unknown}."
        )
    if isinstance(endpoint, Change):
        limit = endpoint.counts_below
        counts = "" if limit is None else f" Counts below {limit:g} %."
        return f"Smallest change of the sum of diameters from baseline, in percent.{counts}"
    if isinstance(endpoint, RowShare):
        known = f" Known where {endpoint.known}." if endpoint.known else ""
        return f"{endpoint.parameter} of {endpoint.dataset} with {endpoint.counts}.{known}"
    among = f" Among subjects with {endpoint.among}." if endpoint.among else ""
    return (
        f"From {_words(endpoint.start)} to {_either([_words(e) for e in endpoint.events])}. "
        f"Without an event, censored at {_words(endpoint.censor[0])}"
        + "".join(f", else {_words(date)}" for date in endpoint.censor[1:])
        + f".{among}{_follow_up(endpoint)}"
    )


def _response(endpoint: ResponseRate) -> str:
    confirmed = "Confirmed best" if endpoint.of == "CBOR" else "Best"
    lasting = (
        ""
        if endpoint.lasting is None
        else f"; stable disease for {endpoint.lasting} or longer, to {endpoint.lasting_until}"
    )
    return f"{confirmed} overall response {_either(endpoint.counts)}{lasting}"


def _follow_up(endpoint: TimeToEvent) -> str:
    """Say what ends follow-up before an event."""
    said: list[str] = []
    if endpoint.censor_at:
        after = _either([source.label.lower() for source in endpoint.censor_at])
        on = "on or " if endpoint.on_limit_day == "does not count" else ""
        said.append(f"Nothing counts {on}after {after}.")
    if endpoint.missed_assessments is not None:
        said.append(
            f"An event after {endpoint.missed_assessments} or more missed assessments "
            f"({endpoint.missed_reading}) does not count."
        )
    if endpoint.without_baseline == "censored at start":
        said.append("Without a baseline tumor assessment, censored at the start.")
    return "".join(f" {sentence}" for sentence in said)


def _words(date: NamedDate | DateSource) -> str:
    return date if isinstance(date, str) else date_source(date).label.lower()


def _either(names: Sequence[str]) -> str:
    """Join names by commas and a last `or`.

    Examples
    --------
    >>> _either(["CR", "PR", "SD"])
    'CR, PR or SD'
    """
    *first, last = names or ("",)
    return f"{', '.join(first)} or {last}" if first else last

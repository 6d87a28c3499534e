"""Which rows an endpoint that divides subjects in two rests on, and which of them count."""

from dataclasses import dataclass, replace

import polars as pl

from topline.analyses.subjects import GroupRows, Parameter
from topline.analyses.trace import among, own, where
from topline.protocol.endpoints import Change, Landmark, ResponseRate, RowShare, TimeToEvent
from topline.protocol.protocol import Protocol

_STABLE = ("SD", "NON-CR/NON-PD")
_DAYS = {"progression": "NOPDDUR", "last assessment without progression": "NOPDLST"}


@dataclass(frozen=True)
class Share:
    """An endpoint as conditions over one dataset."""

    parameter: Parameter
    counts: str
    """Rows of the subjects who count."""
    known: str = ""
    """Rows of the subjects of whom it is known whether they count; empty: of all."""
    by_response: bool = False
    """Whether the rows are best responses, each of which is counted as well."""
    otherwise: str = "counted as failures"
    """What those are of whom it is not known: counted as failures, or left out."""
    time: str = ""
    """How long a subject must be followed, in words; empty: no matter of time."""

    def counted(self, found: GroupRows) -> int:
        """Count the subjects of a group who count."""
        return found.rows.filter(pl.sql_expr(self.counts)).height

    def unknown(self, found: GroupRows) -> int:
        """Count the subjects of a group of whom it is not known whether they count."""
        return found.rows.height - self._known(found).height if self.known else 0

    def denominator(self, found: GroupRows) -> GroupRows:
        """Leave out those of whom it is not known, where the endpoint leaves them out."""
        if not self.known or self.otherwise == "counted as failures":
            return found
        without = found.without + self.unknown(found)
        return replace(
            found,
            rows=self._known(found),
            without=without,
            trace=where(found.trace, self.known),
        )

    def warning(self, found: GroupRows) -> str:
        """Say what a group lacks, and what became of those of whom it is not known."""
        count = self.unknown(found)
        why = f"censored by {self.time}" if self.time else "not evaluable"
        said = f"{count} {why}, {self.otherwise}" if count else ""
        return "; ".join(filter(None, [found.warning, said]))

    def _known(self, found: GroupRows) -> pl.DataFrame:
        return found.rows.filter(pl.sql_expr(self.known))


def share_of(protocol: Protocol, name: str) -> Share:
    """Return what a rate of an endpoint counts, and in which rows.

    Parameters
    ----------
    protocol
        Gives the endpoint: a response rate, a landmark, a change with a limit, or a share.
    name
        Its key.
    """
    endpoint = protocol.endpoints[name]
    if isinstance(endpoint, ResponseRate):
        return Share(Parameter("ADRS", endpoint.of), _response(endpoint), by_response=True)
    if isinstance(endpoint, Landmark):
        return _landmark(protocol, endpoint)
    if isinstance(endpoint, RowShare):
        rows = Parameter(endpoint.dataset, endpoint.parameter, rows=endpoint.rows)
        known = own(endpoint.known)
        return Share(rows, own(endpoint.counts), known=known, otherwise="left out")
    assert isinstance(endpoint, Change)
    return Share(Parameter("ADRS", "BPCHG"), f"AVAL < {_number(endpoint.counts_below or 0)}")


def _response(endpoint: ResponseRate) -> str:
    """Write the condition for the responses that count, where some must last."""
    if endpoint.lasting is None:
        return among("AVALC", endpoint.counts)
    stable = [response for response in endpoint.counts if response in _STABLE]
    better = [response for response in endpoint.counts if response not in _STABLE]
    days = f"{_DAYS[endpoint.lasting_until]} >= {_number(endpoint.lasting.days)}"
    lasting = f"({where(among('AVALC', stable), days)})"
    return own(f"{among('AVALC', better)} OR {lasting}") if better else lasting


def _landmark(protocol: Protocol, endpoint: Landmark) -> Share:
    """Write the conditions for a time without the event, and for what is known of it."""
    event = protocol.endpoints[endpoint.of]
    assert isinstance(event, TimeToEvent)
    beyond = f"AVAL > {_number(endpoint.beyond.days)}"
    return Share(
        Parameter("ADTTE", endpoint.of, event.among),
        beyond,
        known=own(f"CNSR = 0 OR {beyond}"),
        otherwise="counted as failures" if endpoint.unknown == "counts as failure" else "left out",
        time=str(endpoint.beyond),
    )


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(value)

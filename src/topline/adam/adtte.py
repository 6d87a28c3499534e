"""ADTTE: time from the start of each endpoint to its event, or to the end of follow-up."""

from collections.abc import Mapping, Sequence

import dataframely as dy
import polars as pl

from topline.adam.core import Finding, add_core, conform_rows, list_queries
from topline.adam.expressions import Rule, compute_condition, refuse, select
from topline.adam.follow_up import derive_early_ends, lesions_collected
from topline.protocol.endpoints import DateSource, TimeToEvent, date_source
from topline.protocol.protocol import Protocol
from topline.sdtm.queries import Query, file_query
from topline.sdtm.queries import Rule as CollectedRule

Datasets = Mapping[str, pl.DataFrame]
_SEQUENCE = {
    "ADTR": "ASEQ",
    "ADRS": "ASEQ",
    "ADAE": "AESEQ",
    "ADBM": "ASEQ",
    "ADQS": "ASEQ",
}


class ADTTE(dy.Schema):
    """Time-to-event dataset, one row a subject and endpoint (ADaM basic data structure for TTE)."""

    USUBJID = dy.String(primary_key=True)
    PARAMCD = dy.String(primary_key=True, description="key of the endpoint in the protocol")
    PARAM = dy.String()
    STARTDT = dy.Date(description="day 1")
    ADT = dy.Date(description="event, or end of follow-up")
    AVAL = dy.Float64(min=1, description="days from STARTDT to ADT, both included")
    CNSR = dy.Int64(
        min=0,
        description="0: event; 1 to n: which of the protocol's n censorings; n + 1: missed "
        "assessments; n + 2: no baseline",
    )
    EVNTDESC = dy.String(nullable=True, description="which event")
    CNSDTDSC = dy.String(nullable=True, description="which date ended follow-up")
    SRCDOM = dy.String()
    SRCVAR = dy.String()
    SRCSEQ = dy.Int64(nullable=True)

    @dy.rule()
    def aval_counts_days_from_start(cls) -> pl.Expr:
        """AVAL is 1 on STARTDT itself."""
        return pl.col("AVAL") == (pl.col("ADT") - pl.col("STARTDT")).dt.total_days() + 1

    @dy.rule()
    def event_or_censoring_is_described(cls) -> pl.Expr:
        """EVNTDESC stands with events, CNSDTDSC with censored times."""
        event = pl.col("CNSR") == 0
        return (event == pl.col("EVNTDESC").is_not_null()) & (event == pl.col("CNSDTDSC").is_null())


def derive_times(protocol: Protocol, datasets: Datasets) -> pl.DataFrame:
    """Find start and end of every endpoint for every enrolled subject to whom it applies.

    An event counts up to the limit of `censor_at`, that day included unless the endpoint says
    otherwise, and before any censoring. Options for missed assessments and for subjects without a
    baseline may end follow-up before it.

    Parameters
    ----------
    protocol
        Endpoints.
    datasets
        ADSL, ADTR, ADRS, ADAE, ADBM and ADQS; one that no endpoint names may be absent.

    Returns
    -------
    DataFrame
        ADTTE's own columns and `problem`: why the subject has no time, else null.

    Raises
    ------
    ProtocolError
        Dates or conditions name columns that their dataset does not have (all of them listed).
    """
    endpoints = {n: e for n, e in protocol.endpoints.items() if isinstance(e, TimeToEvent)}
    refuse([p for name, endpoint in endpoints.items() for p in _unknown(name, endpoint, datasets)])
    dated = _Dated(datasets)
    parts = [_times(name, protocol, dated) for name in endpoints]
    order = {name: i for i, name in enumerate(endpoints)}
    empty = ADTTE.create_empty().with_columns(problem=pl.lit(None, dtype=pl.String))
    rows = pl.concat([empty, *parts], how="diagonal_relaxed")
    rank = pl.col("PARAMCD").replace_strict(order, default=None, return_dtype=pl.Int64)
    return rows.sort("USUBJID", rank)


def derive_adtte(protocol: Protocol, datasets: Datasets) -> pl.DataFrame:
    """Derive ADTTE: the times that `derive_times` found; `find_adtte_queries` lists the others.

    Returns
    -------
    DataFrame
        `ADTTE` with the core variables, sorted by subject, then in the protocol's order.
    """
    return complete_times(derive_times(protocol, datasets), protocol, datasets["ADSL"])


def complete_times(times: pl.DataFrame, protocol: Protocol, adsl: pl.DataFrame) -> pl.DataFrame:
    """Keep the times without a problem and add the core variables."""
    found = times.filter(pl.col("problem").is_null()).drop("problem")
    return conform_rows(add_core(found, protocol, adsl), ADTTE)


def find_options_unused(protocol: Protocol, adrs: pl.DataFrame) -> pl.DataFrame:
    """List endpoints that ask for a baseline where no lesions were collected at all."""
    asking = [
        name
        for name, endpoint in protocol.endpoints.items()
        if isinstance(endpoint, TimeToEvent) and endpoint.without_baseline == "censored at start"
    ]
    if not asking or lesions_collected(adrs):
        return Query.create_empty()
    rule = CollectedRule("ADTTE.baseline", "lesions in TR; until then, as observed")
    found = f"{', '.join(asking)}: censored at start without a baseline, but nobody has one"
    return file_query(rule, found, domain="ADTTE")


def find_adtte_queries(times: pl.DataFrame) -> pl.DataFrame:
    """List the subjects to whom an endpoint applies and who have no time."""
    return list_queries(
        times.filter(pl.col("problem").is_not_null()),
        Finding(
            "ADTTE.time",
            "a start, and an event or a censoring date on or after it",
            consequence="value not used",
        ),
        pl.col("problem"),
        pl.format("PARAMCD={}", "PARAMCD"),
    )


def _unknown(name: str, endpoint: TimeToEvent, datasets: Datasets) -> list[str]:
    place = f"endpoints.{name}"
    problems: list[str] = []
    if endpoint.among is not None:
        problems += Rule(f"{place}.among", endpoint.among, "ADSL").unknown(datasets["ADSL"].columns)
    for part, sources in _parts(endpoint).items():
        for source in sources:
            if source.dataset not in datasets:
                problems.append(f"{place}.{part}: the protocol makes no dataset {source.dataset}")
                continue
            columns = datasets[source.dataset].columns
            texts = [f'"{source.date}"', *([source.where] if source.where else [])]
            for text in texts:
                problems += Rule(f"{place}.{part}", text, source.dataset).unknown(columns)
            if source.date in columns and datasets[source.dataset].schema[source.date] != pl.Date:
                problems.append(f"{place}.{part}: {source.date} of {source.dataset} is no date")
    return problems


def _parts(endpoint: TimeToEvent) -> dict[str, Sequence[DateSource]]:
    return {
        "from": [date_source(endpoint.start)],
        "events": [date_source(date) for date in endpoint.events],
        "censor": [date_source(date) for date in endpoint.censor],
        "censor_at": endpoint.censor_at,
    }


def _times(name: str, protocol: Protocol, dated: "_Dated") -> pl.DataFrame:
    """Return one row an enrolled subject to whom the endpoint applies."""
    endpoint = protocol.endpoints[name]
    assert isinstance(endpoint, TimeToEvent)
    place, parts = f"endpoints.{name}", _parts(endpoint)
    adsl = dated.datasets["ADSL"].filter(pl.col("ENRLFL") == "Y")
    rows = select(adsl, endpoint.among, f"{place}.among", "ADSL").select("USUBJID")
    start = _dates(parts["from"], f"{place}.from", dated, None).drop("place")
    limits = _limits(endpoint, place, dated)
    event = _first(_dates(parts["events"], f"{place}.events", dated, limits), "ADT", "place")
    censor = _first(_dates(parts["censor"], f"{place}.censor", dated, limits), "place")
    late = _dates(parts["events"], f"{place}.events", dated, None)
    rows = (
        rows.join(start.rename({"ADT": "STARTDT"}), on="USUBJID", how="left")
        .rename({column: f"{column}_start" for column in ("label", "SRCDOM", "SRCVAR", "SRCSEQ")})
        .join(event, on="USUBJID", how="left")
        .join(censor, on="USUBJID", how="left", suffix="_censor")
        .join(limits.select("USUBJID", "limited"), on="USUBJID", how="left")
        .join(late.group_by("USUBJID").agg(any_event=pl.len()), on="USUBJID", how="left")
    )
    times = _choose(rows)
    plan = protocol.schedule.tumor_assessment
    ended = _end_early(times, derive_early_ends(times, endpoint, plan, dated.datasets))
    return _complete(ended).with_columns(PARAMCD=pl.lit(name), PARAM=pl.lit(endpoint.label))


def _limits(endpoint: TimeToEvent, place: str, dated: "_Dated") -> pl.DataFrame:
    """Return the last day that counts for a subject, ADT, and why nothing later does.

    Where an event on the day of the limit does not count, its day does not.
    """
    parts = _parts(endpoint)
    dates = _dates(parts["censor_at"], f"{place}.censor_at", dated, None)
    limits = _first(dates, "ADT", "place").select(
        "USUBJID", "ADT", limited=pl.format("nothing after {} counts", "label")
    )
    if endpoint.on_limit_day == "counts":
        return limits
    events = _dates(parts["events"], f"{place}.events", dated, limits)
    first = events.group_by("USUBJID").agg(first=pl.col("ADT").min())
    rows = limits.join(first, on="USUBJID", how="left", maintain_order="left")
    same_day = (pl.col("first") == pl.col("ADT")).fill_null(value=False)
    return rows.select(
        "USUBJID",
        ADT=pl.when(same_day).then(pl.col("ADT").dt.offset_by("-1d")).otherwise("ADT"),
        limited=pl.when(same_day)
        .then(pl.col("limited").str.replace("nothing after", "nothing on or after", literal=True))
        .otherwise("limited"),
    )


def _first(dates: pl.DataFrame, *order: str) -> pl.DataFrame:
    """Keep one date a subject, the first in the order."""
    return dates.sort(*order).unique("USUBJID", keep="first", maintain_order=True)


def _choose(rows: pl.DataFrame) -> pl.DataFrame:
    """Take the event where there is one, else the censoring."""
    happened = pl.col("ADT").is_not_null()
    cut_short = pl.col("limited").is_not_null() & pl.col("any_event").is_not_null()
    censored = (
        pl.when(cut_short)
        .then(pl.format("{} ({})", "label_censor", "limited"))
        .otherwise("label_censor")
    )
    chosen = {
        name: pl.when(happened).then(name).otherwise(f"{name}_censor")
        for name in ("ADT", "SRCDOM", "SRCVAR", "SRCSEQ")
    }
    return rows.with_columns(
        CNSR=pl.when(happened).then(0).otherwise("place_censor").cast(pl.Int64),
        EVNTDESC=pl.when(happened).then("label"),
        CNSDTDSC=pl.when(~happened).then(censored),
        **chosen,
    )


def _end_early(times: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    """Put the end of follow-up in the place of what the dates alone gave."""
    columns = [name for name in ends.columns if name != "USUBJID"]
    rows = times.join(
        ends.with_columns(early=pl.lit(value=True)), on="USUBJID", how="left", suffix="_early"
    )
    early = pl.col("early").fill_null(value=False)
    taken = {c: pl.when(early).then(f"{c}_early").otherwise(c) for c in columns}
    return rows.with_columns(**taken, EVNTDESC=pl.when(~early).then("EVNTDESC"))


def _complete(rows: pl.DataFrame) -> pl.DataFrame:
    """Count the days, and say why there are none to count."""
    days = (pl.col("ADT") - pl.col("STARTDT")).dt.total_days() + 1
    return rows.with_columns(AVAL=days.cast(pl.Float64), problem=_problem()).select(
        "USUBJID",
        "STARTDT",
        "ADT",
        "AVAL",
        "CNSR",
        "EVNTDESC",
        "CNSDTDSC",
        "SRCDOM",
        "SRCVAR",
        "SRCSEQ",
        "problem",
    )


def _problem() -> pl.Expr:
    """Say why the subject has no time; null where it has one."""
    return (
        pl.when(pl.col("STARTDT").is_null())
        .then(pl.lit("no start date"))
        .when(pl.col("ADT").is_null())
        .then(pl.lit("neither an event nor a date that ends follow-up"))
        .when(pl.col("ADT") < pl.col("STARTDT"))
        .then(
            pl.format(
                "{} on {}, before the start on {}",
                pl.coalesce("EVNTDESC", "CNSDTDSC"),
                "ADT",
                "STARTDT",
            )
        )
    )


class _Dated:
    """Datasets, and the dates that sources have in them: endpoints share most of their sources."""

    def __init__(self, datasets: Datasets) -> None:
        self.datasets = datasets
        self._known: dict[tuple[str, str, str | None, str], pl.DataFrame] = {}

    def dates(self, source: DateSource, place: str) -> pl.DataFrame:
        """Return USUBJID, ADT and SRCSEQ of every row with a date, the one to take first."""
        key = (source.dataset, source.date, source.where, source.take)
        if key not in self._known:
            self._known[key] = self._find(source, place)
        return self._known[key]

    def _find(self, source: DateSource, place: str) -> pl.DataFrame:
        rows = self.datasets[source.dataset]
        if source.where is not None:
            rows = rows.filter(compute_condition(rows, Rule(place, source.where, source.dataset)))
        sequence = _SEQUENCE.get(source.dataset)
        none = pl.lit(None, dtype=pl.Int64)
        number = none if sequence is None else pl.col(sequence).cast(pl.Int64)
        dates = rows.select("USUBJID", ADT=pl.col(source.date), SRCSEQ=number)
        return dates.filter(pl.col("ADT").is_not_null()).sort(
            "ADT", "SRCSEQ", descending=[source.take == "latest", False]
        )


def _dates(
    sources: Sequence[DateSource], place: str, dated: _Dated, limits: pl.DataFrame | None
) -> pl.DataFrame:
    """Return the date each subject has from each source; `place` is the source's, from 1 on."""
    parts = [
        _taken(source, dated.dates(source, place), limits).with_columns(
            place=pl.lit(number, dtype=pl.Int64), label=pl.lit(source.label)
        )
        for number, source in enumerate(sources, 1)
    ]
    empty = pl.DataFrame(
        schema={
            "USUBJID": pl.String,
            "ADT": pl.Date,
            "SRCSEQ": pl.Int64,
            "SRCDOM": pl.String,
            "SRCVAR": pl.String,
            "place": pl.Int64,
            "label": pl.String,
        }
    )
    return pl.concat([empty, *parts], how="diagonal")


def _taken(source: DateSource, dates: pl.DataFrame, limits: pl.DataFrame | None) -> pl.DataFrame:
    """Return the first of the ordered dates of each subject, up to the limit."""
    if limits is not None:
        bound = limits.select("USUBJID", until="ADT")
        dates = dates.join(bound, on="USUBJID", how="left", maintain_order="left").filter(
            (pl.col("ADT") <= pl.col("until")) | pl.col("until").is_null()
        )
    return dates.unique("USUBJID", keep="first", maintain_order=True).select(
        "USUBJID", "ADT", "SRCSEQ", SRCDOM=pl.lit(source.dataset), SRCVAR=pl.lit(source.date)
    )

"""ADBM: biomarkers of tissue, plasma and serum, one row a subject, biomarker and sample."""

import dataframely as dy
import polars as pl

from topline.adam.biomarker_levels import (
    derive_concentration_rows,
    derive_serum_rows,
    flag_baseline,
)
from topline.adam.biomarker_records import Biomarkers
from topline.adam.biomarker_tissue import (
    derive_deficiency_rows,
    derive_h_score_rows,
    derive_methylation_rows,
    derive_tier_rows,
)
from topline.adam.core import (
    Finding,
    Record,
    add_core,
    conform_rows,
    flag,
    list_queries,
    number_rows,
)
from topline.protocol.biomarkers import (
    Biomarker,
    Concentration,
    Deficiency,
    HScore,
    MethylationPcr,
    SerumMarker,
    TierScore,
    parameters_of,
)
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import study_day

_TIMED = ("concentration", "elisa", "serum marker")
"""Assays whose values have a course in time, and so a baseline and change."""
_BASELINE = {"AVAL": "BASE", "ADT": "started"}


class ADBM(Record):
    """Biomarkers; samples that cannot be evaluated are rows too, with the reason."""

    PARAMCD = dy.String(description="key of the biomarker in the protocol, or of a part of it")
    PARAM = dy.String()
    PARAMN = dy.Int64(min=1, description="place in the protocol")
    PARCAT1 = dy.String(description="assay")
    ADT = dy.Date(nullable=True, description="sampling; of the lowest value and response, its day")
    ADY = dy.Int64(nullable=True)
    AVISIT = dy.String(nullable=True)
    AVISITN = dy.Float64(nullable=True)
    SPREFID = dy.String(nullable=True, description="specimen")
    SRCWELL = dy.String(nullable=True, description="plate and wells that it was read from")
    AVAL = dy.Float64(nullable=True, description="score, concentration or multiple of ULN")
    AVALC = dy.String(nullable=True, description="call, tier, response, or result as collected")
    AVALU = dy.String(nullable=True)
    AVALCAT1 = dy.String(nullable=True, description="category, or call where there is one")
    AVALCAT2 = dy.String(nullable=True, description="combined category")
    NREADING = dy.Int64(nullable=True, min=0, description="readings used")
    DTYPE = dy.String(nullable=True, description="MINIMUM: lowest value after baseline")
    ABLFL = dy.String(nullable=True, description="last value up to the day of the first dose")
    BASE = dy.Float64(nullable=True)
    CHG = dy.Float64(nullable=True, description="AVAL - BASE, after baseline")
    PCHG = dy.Float64(nullable=True, description="percent of BASE")
    ANL01FL = dy.String(
        nullable=True, description="the first evaluable sample of a subject, biomarker and visit"
    )
    PIXELUM = dy.Float64(nullable=True, description="side of a pixel of a picture, micrometres")
    FIELDUM = dy.Float64(nullable=True, description="width of the picture, micrometres")
    BARUM = dy.Float64(nullable=True, description="length of its scale bar, micrometres")
    CAPTION = dy.String(nullable=True, description="magnification and what the picture shows")
    AFLAGS = dy.String(nullable=True, description="what flags the measurement")
    AREASON = dy.String(nullable=True, description="why it is not evaluable")

    @dy.rule()
    def not_evaluable_has_a_reason(cls) -> pl.Expr:
        """Rows without number and category say why."""
        empty = pl.col("AVAL").is_null() & pl.col("AVALCAT1").is_null()
        return ~empty | pl.col("AREASON").is_not_null()


def derive_biomarkers(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame) -> Biomarkers:
    """Derive the rows of ADBM without the core variables, and what could not be used.

    Parameters
    ----------
    protocol
        Biomarkers: records, assays, options.
    sdtm
        Collected data.
    adsl
        Subjects with their first dose.

    Returns
    -------
    Biomarkers
        Rows by subject, biomarker and day. Subjects whom ADSL lacks have none.

    Raises
    ------
    ProtocolError
        A condition names columns that its domain does not have.
    """
    empty = ADBM.create_empty()
    found: dict[str, Biomarkers] = {}
    for name, marker in protocol.biomarkers.items():
        rows = [empty, *(other.rows for other in found.values())]
        found[name] = _derive(name, marker, sdtm, adsl, pl.concat(rows, how="diagonal_relaxed"))
    parts = [
        part.rows.with_columns(PARCAT1=pl.lit(protocol.biomarkers[name].assay))
        for name, part in found.items()
    ]
    rows = pl.concat([empty, *parts], how="diagonal_relaxed").select(ADBM.column_names())
    rows = rows.join(adsl.select("USUBJID"), on="USUBJID", how="semi")
    rows = _complete(rows, protocol, adsl)
    queries = [query for part in found.values() for query in part.queries]
    return Biomarkers(rows, (*queries, _several(rows), _undated(rows)))


def complete_biomarkers(rows: pl.DataFrame, protocol: Protocol, adsl: pl.DataFrame) -> pl.DataFrame:
    """Return ADBM: the rows with the core variables."""
    return conform_rows(add_core(rows, protocol, adsl), ADBM)


def _derive(
    name: str, marker: Biomarker, sdtm: Sdtm, adsl: pl.DataFrame, before: pl.DataFrame
) -> Biomarkers:
    match marker:
        case HScore():
            found = derive_h_score_rows(name, marker, sdtm)
        case TierScore():
            found = derive_tier_rows(name, marker, sdtm)
        case MethylationPcr():
            found = derive_methylation_rows(name, marker, sdtm)
        case Deficiency():
            found = derive_deficiency_rows(name, marker, before)
        case Concentration():
            found = derive_concentration_rows(name, marker, sdtm)
        case SerumMarker():
            found = derive_serum_rows(name, marker, sdtm, adsl)
        case _:
            # Curves and pictures load scipy and Pillow, for those who have them.
            from topline.adam.biomarker_instruments import derive_instrument_rows

            found = derive_instrument_rows(name, marker, sdtm)
    return found


def _complete(rows: pl.DataFrame, protocol: Protocol, adsl: pl.DataFrame) -> pl.DataFrame:
    """Add baseline, change, the choice among samples of a visit, and the numbers of rows."""
    names = [p for n, marker in protocol.biomarkers.items() for p in parameters_of(n, marker)]
    order = {name: place for place, name in enumerate(names, 1)}
    rows = flag_baseline(rows, adsl).with_columns(
        PARAMN=pl.col("PARAMCD").replace_strict(order, default=None, return_dtype=pl.Int64),
        ADY=study_day(pl.col("ADT"), pl.col("TRTSDT")),
        SRCVAR=pl.coalesce("SRCVAR", _source_variable()),
        AVALC=pl.coalesce("AVALC", pl.col("AVAL").cast(pl.String).str.replace(r"\.0$", "")),
        AREASON=pl.coalesce("AREASON", _nothing()),
    )
    series = ["USUBJID", "PARAMCD"]
    at_baseline = pl.col("AVAL", "ADT").filter(pl.col("ABLFL") == "Y").first().over(series)
    rows = rows.with_columns(at_baseline.name.map(_BASELINE.__getitem__))
    timed = pl.col("PARCAT1").is_in(_TIMED) & pl.col("PARAMCD").is_in(list(protocol.biomarkers))
    rows = rows.with_columns(BASE=pl.when(timed).then("BASE")).with_columns(
        CHG=pl.when(pl.col("ADT") > pl.col("started")).then(pl.col("AVAL") - pl.col("BASE"))
    )
    percent = pl.when(pl.col("BASE") != 0).then(100 * pl.col("CHG") / pl.col("BASE"))
    rows = rows.with_columns(PCHG=percent).sort(
        "USUBJID",
        "PARAMN",
        "ADT",
        "AVISITN",
        "SRCSEQ",
        "DTYPE",
        "SRCWELL",
        "SRCVAR",
        nulls_last=True,
    )
    usable = pl.col("AREASON").is_null() & pl.col("DTYPE").is_null()
    place = pl.when(usable).then(pl.int_range(pl.len()))
    rows = rows.with_columns(place=place)
    first = pl.col("place") == pl.col("place").min().over(*series, "AVISIT")
    rows = rows.with_columns(ANL01FL=flag(first.fill_null(value=False)))
    return number_rows(rows.drop("ASEQ", "TRTSDT", "started", "place"))


def _source_variable() -> pl.Expr:
    own = pl.col("SRCDOM") == "ADBM"
    return pl.when(own).then(pl.lit("AVAL")).otherwise(pl.format("{}STRESC", "SRCDOM"))


def _nothing() -> pl.Expr:
    empty = pl.col("AVAL").is_null() & pl.col("AVALCAT1").is_null()
    return pl.when(empty).then(pl.lit("no result"))


def _several(rows: pl.DataFrame) -> pl.DataFrame:
    """List the samples of a visit beside the one that counts."""
    usable = pl.col("AREASON").is_null() & pl.col("DTYPE").is_null()
    several = usable & pl.col("ANL01FL").is_null() & (pl.col("PARCAT1") != "image")
    others = rows.filter(several)
    finding = Finding("ADBM.several", "one sample of a biomarker and visit; the first is used")
    visit = pl.col("AVISIT").fill_null("(no visit)")
    found = pl.format("{}: {} again at {}", "PARAMCD", "AVALC", visit)
    return list_queries(others, finding, found, _record())


def _undated(rows: pl.DataFrame) -> pl.DataFrame:
    """List the values that have a course in time, but no day."""
    timed = pl.col("PARCAT1").is_in(_TIMED) & pl.col("DTYPE").is_null()
    lost = rows.filter(timed & (pl.col("SRCDOM") != "ADBM") & pl.col("ADT").is_null())
    finding = Finding(
        "ADBM.date", "the year of sampling at least; it is neither baseline nor compared with it"
    )
    found = pl.format("{}: {} without a day", "PARAMCD", "AVALC")
    return list_queries(lost, finding, found, _record())


def _record() -> pl.Expr:
    """Name the record of a domain, or the wells of a plate, or the file of a picture."""
    return pl.coalesce(pl.format("{}SEQ={}", "SRCDOM", "SRCSEQ"), "SRCWELL", "SRCVAR")

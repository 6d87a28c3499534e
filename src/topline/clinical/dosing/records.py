"""Which records count, from when to when, at which dose and level."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from topline.clinical.computed import format_number
from topline.clinical.dosing.regimen import Counting, DrugRegimen, Regimen

COURSE = ["subject", "drug"]
_ROUNDING = 1e-9


class _Note(NamedTuple):
    """A finding on records that do count."""

    rule: str
    where: pl.Expr
    found: pl.Expr
    expected: pl.Expr


def derive_doses(
    records: pl.DataFrame, periods: pl.DataFrame, regimen: Regimen, counting: Counting
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Derive the records that count, and the findings on all of them.

    Parameters
    ----------
    records, periods
        `DosingRecords` and `Periods`.
    regimen, counting
        What was planned, and options.

    Returns
    -------
    doses : DataFrame
        Sorted by subject, drug, start and record: `start_date`, `end_date`, `until_date`,
        `stopped_date`, `dose` in the unit of the regimen (null: not known), `level`, `taken`,
        `days`, `reason`, `overlaps`.
    findings : DataFrame
        `Findings`.
    """
    rows = records.join(periods, on=COURSE, how="left", maintain_order="left")
    judged = rows.with_columns(_conversion(regimen), fault=_fault(regimen))
    excluded = judged.filter(pl.col("fault").is_not_null()).select(
        *COURSE, "record", pl.col("fault").struct.unnest(), counted=pl.lit(value=False)
    )
    doses = judged.filter(pl.col("fault").is_null()).drop("fault")
    notes = [_note(doses, note) for note in _notes(regimen)]
    doses = (
        _dated(doses, counting)
        .with_columns(level=_level(regimen))
        .sort(*COURSE, "start_date", "record")
    )
    doses, overlaps = _overlaps(doses)
    outside = _note(doses, _outside_levels(regimen))
    return doses, pl.concat([excluded, *notes, outside, overlaps])


def by_drug(
    regimen: Regimen,
    values: Sequence[float | str | None],
    dtype: pl.DataType | type[pl.DataType] = pl.Int64,
) -> pl.Expr:
    """Return the value that belongs to the drug of the row, of those in the regimen's order."""
    names = [drug.drug for drug in regimen.drugs]
    return pl.col("drug").replace_strict(names, values, default=None, return_dtype=dtype)


def _fault(regimen: Regimen) -> pl.Expr:
    """Say why a record cannot count at all; null if it can."""
    known = [drug.drug for drug in regimen.drugs]
    start, end, until = pl.col("start_date"), pl.col("end_date"), pl.col("until_date")
    drug = pl.col("drug").fill_null("no drug")
    return (
        pl.when(~pl.col("drug").is_in(known).fill_null(value=False))
        .then(_why("drug_is_of_regimen", drug, f"one of {', '.join(known)}"))
        .when(until.is_null())
        .then(_why("drug_has_period", pl.lit("no end of treatment"), "a row in Periods"))
        .when(start.is_null())
        .then(_why("record_has_start", pl.lit("no start date"), "a date"))
        .when(end < start)
        .then(_why("end_is_not_before_start", pl.format("{} to {}", start, end), "start to end"))
        .when(start > until)
        .then(
            _why(
                "record_is_within_period", pl.format("starts {}", start), "by the end of treatment"
            )
        )
        .when(pl.col("dose") < 0)
        .then(_why("dose_is_not_negative", format_number(pl.col("dose")), "0 or more"))
    )


def _why(rule: str, found: pl.Expr, expected: str) -> pl.Expr:
    return pl.struct(rule=pl.lit(rule), found=found, expected=pl.lit(expected))


def _conversion(regimen: Regimen) -> list[pl.Expr]:
    """Turn doses into the unit of the levels, and say what cannot be turned."""
    unit = pl.col("unit").str.strip_chars().str.to_lowercase()
    of_levels = by_drug(regimen, [drug.unit.strip().lower() for drug in regimen.drugs], pl.String)
    per_m2 = pl.col("drug").is_in([drug.drug for drug in regimen.drugs if drug.per_m2])
    flat = per_m2 & (unit == of_levels.str.strip_suffix("/m2"))
    bsa = pl.when(pl.col("bsa_m2") > 0).then("bsa_m2")
    dose = pl.col("dose").fill_nan(None)
    converted = pl.when(unit == of_levels).then(dose).when(flat).then(dose / bsa)
    none = (dose == 0).fill_null(value=False)
    return [
        pl.when(none).then(0.0).otherwise(converted).alias("dose_in_unit"),
        (unit.eq_missing(of_levels) | flat.fill_null(value=False) | none).alias("unit_known"),
        (flat & bsa.is_null() & ~none).fill_null(value=False).alias("bsa_lacks"),
    ]


def _notes(regimen: Regimen) -> list[_Note]:
    """List what is said of records that do count."""
    units = by_drug(regimen, [_units(drug) for drug in regimen.drugs], pl.String)
    start, end, until = pl.col("start_date"), pl.col("end_date"), pl.col("until_date")
    stopped, dose = pl.col("stopped_date"), pl.col("dose").fill_nan(None)
    unit, a_date = pl.col("unit").fill_null("no unit"), pl.lit("a date")
    ends, starts = pl.format("ends {}", end), pl.format("starts {}", start)
    no_bsa, a_bsa = pl.lit("no body surface"), pl.lit("one above 0 m2")
    late = (start > stopped) & (dose != 0)
    return [
        _Note("dose_is_known", dose.is_null(), pl.lit("no dose"), pl.lit("a dose")),
        _Note("unit_is_of_regimen", ~pl.col("unit_known"), unit, units),
        _Note("bsa_is_known", pl.col("bsa_lacks"), no_bsa, a_bsa),
        _Note("record_has_end", end.is_null(), pl.lit("no end date"), a_date),
        _Note("record_ends_within_period", end > until, ends, pl.format("by {}", until)),
        _Note("no_dose_after_stop", late, starts, pl.format("by {}", stopped)),
    ]


def _note(rows: pl.DataFrame, note: _Note) -> pl.DataFrame:
    """List the rows that a note is about, as findings."""
    return rows.filter(note.where).select(
        *COURSE,
        "record",
        rule=pl.lit(note.rule),
        found=note.found,
        expected=note.expected,
        counted=pl.lit(value=True),
    )


def _dated(doses: pl.DataFrame, counting: Counting) -> pl.DataFrame:
    """Give every record an end within its period."""
    open_end = pl.col("until_date" if counting.open_record_ends == "until" else "start_date")
    end = pl.min_horizontal(pl.coalesce("end_date", open_end), "until_date")
    dose = pl.col("dose_in_unit")
    return doses.with_columns(
        end_date=end, dose=dose, taken=dose.is_null() | (dose > 0)
    ).with_columns(days=(pl.col("end_date") - pl.col("start_date")).dt.total_days() + 1)


def _level(regimen: Regimen) -> pl.Expr:
    """Find the number of the nearest level, if it is near enough."""
    return pl.coalesce(*(_level_of(drug) for drug in regimen.drugs))


def _level_of(drug: DrugRegimen) -> pl.Expr:
    far = [(pl.col("dose") - level).abs() for level in drug.levels]
    nearest = pl.min_horizontal(far)
    numbered = pl.lit(None, pl.Int64)
    for number, (level, distance) in enumerate(zip(drug.levels, far, strict=True), start=1):
        near = (distance <= _tolerance(drug, level)) & (distance == nearest)
        numbered = pl.when(near).then(pl.lit(number, pl.Int64)).otherwise(numbered)
    return pl.when(pl.col("drug") == drug.drug).then(numbered)


def _tolerance(drug: DrugRegimen, level: float) -> pl.Expr:
    """Return how far from a level a dose may be, in its unit."""
    share = pl.lit(level * drug.tolerance_percent / 100)
    if drug.capsule_step_mg is None:
        return share + _ROUNDING
    half = pl.lit(drug.capsule_step_mg / 2)
    if drug.per_m2:
        half = pl.when(pl.col("bsa_m2") > 0).then(half / pl.col("bsa_m2")).otherwise(0.0)
    return pl.max_horizontal(share, half) + _ROUNDING


def _outside_levels(regimen: Regimen) -> _Note:
    levels = [
        f"{' or '.join(f'{level:g}' for level in drug.levels)} {drug.unit}"
        for drug in regimen.drugs
    ]
    units = by_drug(regimen, [drug.unit for drug in regimen.drugs], pl.String)
    outside = (pl.col("dose") > 0) & pl.col("level").is_null()
    found = pl.format("{} {}", format_number(pl.col("dose")), units)
    return _Note("dose_is_a_level", outside, found, by_drug(regimen, levels, pl.String))


def _overlaps(doses: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Flag the courses with overlapping records; list these."""
    day = pl.col("end_date").to_physical()
    marked = doses.with_columns(reached=day.cum_max().shift(1).over(COURSE))
    furthest = pl.when((day > pl.col("reached")).fill_null(value=True)).then("record")
    marked = marked.with_columns(other=furthest.forward_fill().shift(1).over(COURSE))
    shared = pl.min_horizontal(day, pl.col("reached")) - pl.col("start_date").to_physical() + 1
    overlap = pl.col("reached").is_not_null() & (shared > 0)
    found = pl.format("{} of its days are in record {} too", shared, "other")
    once = pl.lit("each day in one record")
    findings = _note(marked, _Note("records_do_not_overlap", overlap, found, once))
    flagged = marked.with_columns(overlaps=overlap.any().over(COURSE))
    return flagged.drop("reached", "other"), findings


def _units(drug: DrugRegimen) -> str:
    flat = drug.unit.strip()[: -len("/m2")] if drug.per_m2 else ""
    return f"{drug.unit} or {flat}" if flat else drug.unit

"""Why a response is what it is, in words and numbers, for a whole frame at once."""

import polars as pl

from topline.clinical.recist.criteria import Criteria


def format_mm(mm: str | pl.Expr) -> pl.Expr:
    """Millimetres to one decimal, none where it is zero: "34" and "34.5"."""
    return _one_decimal(mm).str.strip_suffix(".0")


def format_change_mm(mm: str | pl.Expr) -> pl.Expr:
    """Change in millimetres with its sign: "-8" and "+5.5"."""
    return _sign(mm) + format_mm(mm)


def format_change_percent(percent: str | pl.Expr) -> pl.Expr:
    """Change in percent to one decimal, with its sign: "-32.0" and "+8.1"."""
    return _sign(percent) + _one_decimal(percent)


def _one_decimal(number: str | pl.Expr) -> pl.Expr:
    number = pl.col(number) if isinstance(number, str) else number
    return number.round(1).cast(pl.String)


def _sign(number: str | pl.Expr) -> pl.Expr:
    number = pl.col(number) if isinstance(number, str) else number
    return pl.when(number.round(1) > 0).then(pl.lit("+")).otherwise(pl.lit(""))


def derive_assessment_reason(assessments: pl.DataFrame) -> pl.DataFrame:
    """Add `reason` to `derive_assessments`: targets, non-targets, new lesions, notes."""
    response, by_table = pl.col("response"), pl.col("by_table")
    alone = pl.format("(tables 1 and 2 alone: {})", by_table)
    heading = (
        pl.when(pl.col("assessment") == 0)
        .then(pl.lit("Baseline"))
        .when(response == by_table)
        .then(response)
        .when(by_table == "CR")
        .then(pl.format("{} {}", response, alone))
        .otherwise(pl.format("{} after complete response {}", response, alone))
    )
    reason = pl.concat_str(heading, pl.lit(": "), compute_findings(assessments))
    return assessments.with_columns(reason=reason)


def compute_findings(assessments: pl.DataFrame) -> pl.Series:
    """Say what every assessment found, without its response."""
    parts = pl.concat_str(
        _targets(), _non_targets(), _new_lesions(), _notes(), separator="; ", ignore_nulls=True
    )
    written = assessments.with_columns(_write_numbers()).with_columns(growth=_growth())
    return written.select(findings=parts).to_series()


def _write_numbers() -> list[pl.Expr]:
    """Write each number once, and the changes only where they decide."""
    regrown = (pl.col("target_response") == "SD") & (pl.col("nadir_mm") < pl.col("baseline_mm"))
    growth = pl.when((pl.col("target_response") == "PD") | regrown)
    change = growth.then(pl.col("measured_mm") - pl.col("nadir_mm"))
    percent = pl.when(pl.col("nadir_mm") > 0).then(100 * change / pl.col("nadir_mm"))
    return [
        format_mm("sum_mm").alias("sum"),
        format_mm("baseline_mm").alias("baseline"),
        format_change_percent("change_from_baseline_percent").alias("from_baseline"),
        format_change_mm(change).alias("change"),
        format_change_percent(percent).alias("percent"),
        format_mm(growth.then("nadir_mm")).alias("nadir"),
        growth.then("nadir_date").dt.to_string("%Y-%m-%d").alias("nadir_on"),
    ]


def _targets() -> pl.Expr:
    """Sum, and its change from the reference that decided."""
    incomplete = _incomplete()
    from_baseline = pl.format(
        "sum {} mm, {} % from baseline {} mm", "sum", "from_baseline", "baseline"
    )
    total = pl.format("sum {} mm", "sum")
    together = pl.format("{}, together {} mm, {}", incomplete, format_mm("measured_mm"), "growth")
    response = pl.col("target_response")
    measured = pl.col("sum_mm").is_not_null()
    return (
        pl.when(~pl.col("has_targets"))
        .then(None)
        .when(pl.col("lesions_expected") == 0)
        .then(pl.lit("no target lesion at baseline"))
        .when((response == "PD") & measured)
        .then(pl.format("{}, {}", total, "growth"))
        .when(response == "PD")
        .then(together)
        .when(~measured)
        .then(incomplete)
        .when(pl.col("assessment") == 0)
        .then(total)
        .when((response == "CR") & (pl.col("sum_mm") > 0))
        .then(pl.format("only normal nodes left ({})", total))
        .when(response == "CR")
        .then(pl.lit("all target lesions absent"))
        .when(pl.col("baseline_mm").is_null())
        .then(pl.format("{}, baseline incomplete", total))
        .when(pl.col("baseline_mm") == 0)
        .then(pl.format("{}, baseline 0 mm", total))
        .when(pl.col("growth").is_not_null())
        .then(pl.format("{}, {}", from_baseline, "growth"))
        .otherwise(from_baseline)
    )


def _incomplete() -> pl.Expr:
    """Count the target lesions that were evaluated, and the parts of those that split."""
    lesions = pl.format(
        "{} of {} target lesions evaluated", "lesions_evaluated", "lesions_expected"
    )
    evaluated, expected = pl.col("fragments_evaluated"), pl.col("fragments_expected")
    fragments = pl.format(" and {} of {} parts of split or merged ones", evaluated, expected)
    return lesions + pl.when(evaluated < expected).then(fragments).otherwise(pl.lit(""))


def _growth() -> pl.Expr:
    """Change of what was measured from the nadir."""
    percent = pl.format(", {} %", "percent").fill_null("")
    return pl.format("{} mm{} from nadir {} mm of {}", "change", percent, "nadir", "nadir_on")


def _non_targets() -> pl.Expr:
    """Response of the non-target lesions, with the count where some lack."""
    response = pl.col("non_target_response")
    missing = pl.format(
        "{} of {} non-target lesions evaluated",
        "non_targets_evaluated",
        "non_targets_expected",
    )
    return (
        pl.when(response == "NE")
        .then(missing)
        .when(response == "PD")
        .then(pl.lit("unequivocal progression of non-target lesions"))
        .when(response.is_not_null())
        .then(pl.format("non-target lesions {}", response))
    )


def _new_lesions() -> pl.Expr:
    """Name the new lesions; silent at baseline."""
    later = pl.when(pl.col("new_lesion_later")).then(pl.lit(", certain later")).fill_null("")
    return (
        pl.when(pl.col("assessment") == 0)
        .then(None)
        .when(pl.col("new_lesion") == "YES")
        .then(pl.format("new lesion ({}){}", "new_lesion_names", later))
        .when(pl.col("new_lesion") == "EQUIVOCAL")
        .then(pl.format("possible new lesion ({})", "new_lesion_names"))
        .otherwise(pl.lit("no new lesion"))
    )


def _notes() -> pl.Expr:
    """Add what the reader must know besides."""
    undiseased = ~pl.col("has_targets") & ~pl.col("has_non_targets")
    return pl.concat_str(
        pl.when(~pl.col("has_baseline")).then(pl.lit("no baseline assessment")),
        pl.when(undiseased & pl.col("has_baseline")).then(pl.lit("no disease at baseline")),
        pl.when(pl.col("not_imaged")).then(pl.lit("imaging not evaluated")),
        pl.when(pl.col("not_counted").is_not_null()).then(
            pl.format("not counted, as not in the baseline: {}", "not_counted")
        ),
        separator="; ",
        ignore_nulls=True,
    ).replace("", None)


def compute_best_reason(criteria: Criteria) -> pl.Expr:
    """Reason of every row of `derive_best_response`, and what was left out."""
    left_out = pl.col("assessments_not_counted")
    note = pl.when(left_out > 0).then(
        pl.format("; {} not counted (before start, after progression or after end)", left_out)
    )
    return _best(criteria) + note.fill_null("")


def _best(criteria: Criteria) -> pl.Expr:
    """Say what decided the best response."""
    best, on = pl.col("best_response"), format_date("best_response_date")
    needed = criteria.stable_disease_from_days
    confirmed = pl.format("{} on {}, confirmed on {}", best, on, format_date("chosen_confirmed_on"))
    lapsed = pl.format("{} on {} was not confirmed", "lapsed_response", format_date("lapsed_date"))
    early = pl.format(
        "{} on day {} came before the {} days that SD needs",
        "early_response",
        "early_day",
        pl.lit(needed),
    )
    stable = pl.format("{} on {}", best, on)
    if needed:
        stable = pl.format("{}, {} days from start ({} needed)", stable, "chosen_day", needed)
    progressed = pl.format("PD on {}", format_date("progression_date"))
    return (
        pl.when(pl.col("assessments_counted") == 0)
        .then(pl.lit("no assessment after baseline that counts"))
        .when(pl.col("chosen_confirmed_on").is_not_null())
        .then(confirmed)
        .when(best.is_in(["CR", "PR"]))
        .then(pl.format("{} on {}", best, on))
        .when(pl.col("chosen_response").is_in(["CR", "PR"]) & (best != "NE"))
        .then(pl.format("{} and counts as {}", lapsed, best))
        .when(best.is_in(["SD", "NON-CR/NON-PD"]))
        .then(stable)
        .when((best == "PD") & pl.col("early_day").is_not_null())
        .then(pl.concat_str(progressed.fill_null("PD"), pl.lit("; "), early))
        .when(best == "PD")
        .then(progressed)
        .when(best == "iUPD")
        .then(pl.format("iUPD on {}, never confirmed", on))
        .when(best == "NED")
        .then(pl.lit("no disease at baseline and no new lesion"))
        .when(pl.col("early_day").is_not_null())
        .then(pl.format("{}, and nothing later counts", early))
        .when(pl.col("lapsed_response").is_not_null())
        .then(lapsed)
        .otherwise(pl.lit("no assessment could be evaluated"))
    )


def format_date(column: str) -> pl.Expr:
    """Date as ISO 8601."""
    return pl.col(column).dt.to_string("%Y-%m-%d")

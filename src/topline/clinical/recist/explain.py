"""Why a response is what it is, in words and numbers, for a whole frame at once."""

import polars as pl

from topline.clinical.recist.criteria import Criteria


def format_mm(column: str) -> pl.Expr:
    """Millimetres to one decimal, none where it is zero: "34" and "34.5"."""
    return pl.col(column).round(1).cast(pl.String).str.strip_suffix(".0")


def format_percent(column: str) -> pl.Expr:
    """Change in percent to one decimal, with its sign: "-32.0" and "+8.1"."""
    number = pl.col(column).round(1)
    sign = pl.when(number > 0).then(pl.lit("+")).otherwise(pl.lit(""))
    return sign + number.cast(pl.String)


def compute_assessment_reason(criteria: Criteria) -> pl.Expr:
    """Reason of every row of `derive_assessments`: targets, non-targets, new lesions, notes."""
    parts = pl.concat_str(
        _targets(), _non_targets(), _new_lesions(), _notes(), separator="; ", ignore_nulls=True
    )
    back = pl.when(pl.col("response") != pl.col("by_table"))
    settled = back.then(
        pl.format(" (tables 1 and 2 alone: {})", "by_table")
    ).otherwise(pl.lit(""))
    heading = (
        pl.when(pl.col("assessment") == 0)
        .then(pl.lit("Baseline"))
        .otherwise(pl.col("response") + settled)
    )
    if criteria.disease_after_complete_response == "PD":
        seen = pl.format("{} after complete response", heading)
        heading = back.then(seen).otherwise(heading)
    return pl.concat_str(heading, pl.lit(": "), parts)


def _targets() -> pl.Expr:
    """Sum, and its change from the reference that decided."""
    incomplete = pl.format(
        "{} of {} target lesions evaluated", "lesions_evaluated", "lesions_expected"
    )
    from_baseline = pl.format(
        "sum {} mm, {} % from baseline {} mm",
        format_mm("sum_mm"),
        format_percent("change_from_baseline_percent"),
        format_mm("baseline_mm"),
    )
    response = pl.col("target_response")
    measured = pl.col("sum_mm").is_not_null()
    return (
        pl.when(~pl.col("has_targets"))
        .then(None)
        .when(pl.col("lesions_expected") == 0)
        .then(pl.lit("no target lesion at baseline"))
        .when((response == "PD") & measured)
        .then(pl.format("sum {} mm, {}", format_mm("sum_mm"), _growth()))
        .when(response == "PD")
        .then(
            pl.format("{}, together {} mm, {}", incomplete, format_mm("measured_mm"), _growth())
        )
        .when(~measured)
        .then(incomplete)
        .when(pl.col("assessment") == 0)
        .then(pl.format("sum {} mm", format_mm("sum_mm")))
        .when((response == "CR") & (pl.col("sum_mm") > 0))
        .then(pl.format("only normal nodes left (sum {} mm)", format_mm("sum_mm")))
        .when(response == "CR")
        .then(pl.lit("all target lesions absent"))
        .when(pl.col("baseline_mm").is_null())
        .then(pl.format("sum {} mm, baseline incomplete", format_mm("sum_mm")))
        .when(pl.col("baseline_mm") == 0)
        .then(pl.format("sum {} mm, baseline 0 mm", format_mm("sum_mm")))
        .when((response == "SD") & (pl.col("nadir_mm") < pl.col("baseline_mm")))
        .then(pl.format("{}, {}", from_baseline, _growth()))
        .otherwise(from_baseline)
    )


def _growth() -> pl.Expr:
    """Change of what was measured from the nadir."""
    change = pl.col("measured_mm") - pl.col("nadir_mm")
    mm = change.round(1).cast(pl.String).str.strip_suffix(".0")
    signed = pl.when(change.round(1) > 0).then(pl.lit("+") + mm).otherwise(mm)
    relative = (100 * change / pl.col("nadir_mm")).round(1)
    sign = pl.when(relative > 0).then(pl.lit("+")).otherwise(pl.lit(""))
    percent = pl.when(pl.col("nadir_mm") > 0).then(
        pl.format(", {}{} %", sign, relative.cast(pl.String))
    )
    return pl.format(
        "{} mm{} from nadir {} mm of {}",
        signed,
        percent.fill_null(""),
        format_mm("nadir_mm"),
        pl.col("nadir_date").dt.to_string("%Y-%m-%d"),
    )


def _non_targets() -> pl.Expr:
    """Response of the non-target lesions, with the count where some lack."""
    response = pl.col("non_target_response")
    missing = pl.format(
        "{} of {} non-target lesions evaluated",
        pl.col("non_targets_evaluated").fill_null(0),
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
    """New lesions by name; silent at baseline."""
    return (
        pl.when(pl.col("assessment") == 0)
        .then(None)
        .when(pl.col("new_lesion") == "YES")
        .then(pl.format("new lesion ({})", "new_lesion_names"))
        .when(pl.col("new_lesion") == "EQUIVOCAL")
        .then(pl.format("possible new lesion ({})", "new_lesion_names"))
        .otherwise(pl.lit("no new lesion"))
    )


def _notes() -> pl.Expr:
    """What the reader must know besides."""
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

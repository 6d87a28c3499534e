"""What was taken for granted in a grade, and why there is none."""

from collections.abc import Iterable, Sequence

import polars as pl

from topline.clinical.ctcae.bounds import TermBounds, ask
from topline.clinical.ctcae.criteria import Bound
from topline.clinical.ctcae.options import GradingOptions
from topline.clinical.ctcae.recognition import Recognized


def derive_assumption(
    found: Recognized, bounds: Iterable[TermBounds], options: GradingOptions
) -> pl.Expr:
    """Return what was assumed where another assumption might change the grade; null if nothing."""
    said: list[pl.Expr] = []
    for term in bounds:
        for topic, fact in ask(options).items():
            reached = [term.derive_reached(b) for b in term.term.bounds if _topic(b) == topic]
            if reached and fact.unknown != "query":
                matters = pl.col(fact.column).is_null() & pl.any_horizontal(reached)
                said.append(_say(matters, f"{fact.words} unknown: taken as {fact.unknown}"))
        relevant = [_relevant(term, b) for b in term.term.bounds if b.uses_baseline]
        if relevant and options.baseline_missing == "normal":
            missing = ~pl.col("has_baseline") & ~pl.col("up_to_baseline")
            said.append(
                _say(missing & pl.any_horizontal(relevant), "baseline missing: taken as normal")
            )
        if any(c.reference == "infarction level" for b in term.term.bounds for c in b.comparisons):
            unknown = pl.col("infarction_level").is_null() & term.derive_abnormal()
            said.append(_say(unknown, "level of myocardial infarction unknown: not grade 3"))
    if found.analyte.corrected_by_albumin and options.calcium.without_albumin == "as measured":
        bare = pl.col("value").is_not_null() & pl.col("albumin_g_dl").is_null()
        said.append(_say(bare, "no usable albumin: calcium as measured"))
    return _join(said)


def derive_query(
    found: Recognized, terms: Sequence[TermBounds], options: GradingOptions
) -> pl.Expr:
    """Return what is missing or wrong, for rows without a grade; null if nothing is."""
    used = [c for term in terms for b in term.term.bounds for c in b.comparisons]
    references = {comparison.reference for comparison in used}
    topics = {_topic(b) for term in terms for b in term.term.bounds}
    said = [pl.col("limits_problem")]
    for reference, column in (("LLN", "lower"), ("ULN", "upper"), ("baseline", "baseline")):
        if reference in references and reference != "baseline":
            missing = pl.col(column).is_null() & pl.col("limits_problem").is_null()
            said.append(_say(missing, f"{reference} missing"))
        if any(c.reference == reference and c.factor != 1 for c in used):
            said.append(_say(pl.col(column) == 0, f"{reference} is zero"))
    if "baseline" in references:
        said.append(_say(pl.col("has_baseline").is_null(), "baseline missing"))
    for topic, fact in ask(options).items():
        if topic in topics and fact.unknown == "query":
            said.append(_say(pl.col(fact.column).is_null(), f"{fact.words} unknown"))
    if found.analyte.corrected_by_albumin and options.calcium.without_albumin == "query":
        said.append(_say(pl.col("albumin_g_dl").is_null(), "no usable albumin"))
    if found.problem:
        said.append(pl.lit(found.problem))
    for term in terms if options.contradicting_limits == "query" else ():
        if contradiction := term.find_contradiction():
            limit = "LLN" if term.term.direction == "low" else "ULN"
            worst = f"{limit} lies beyond the worst grade's bound ({contradiction[1]})"
            said.append(_say(contradiction[0], f"{worst}: unit or limits are wrong"))
    return pl.coalesce("value_problem", _join(said))


def _topic(bound: Bound) -> str:
    """Return what the bound's condition asks about."""
    return (bound.when or "").rpartition(" ")[2]


def _relevant(term: TermBounds, bound: Bound) -> pl.Expr:
    """Return whether a bound on baseline could decide."""
    if _topic(bound) == "anticoagulation":
        return pl.col("anticoagulated").fill_null(value=False)
    limited = any(comparison.reference in {"LLN", "ULN"} for comparison in bound.comparisons)
    return term.derive_abnormal() if bound.when or limited else pl.col("value").is_not_null()


def _say(matters: pl.Expr, words: str) -> pl.Expr:
    """Return the words where they matter."""
    return pl.when(matters).then(pl.lit(words))


def _join(said: list[pl.Expr]) -> pl.Expr:
    """Join what is said; null where nothing is."""
    if not said:
        return pl.lit(None, pl.String)
    joined = pl.concat_str(said, separator="; ", ignore_nulls=True)
    return pl.when(joined != "").then(joined)

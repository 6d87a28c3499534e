"""Answers about statistics, software and participants, as reporting summaries ask for them."""

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from topline.analyses.levels import MISSING, label_of
from topline.displays.numbers import Number
from topline.protocol.analyses import Flags, Summary
from topline.protocol.comparisons import Comparison, CoxRegression, RepeatedMeasures
from topline.report.checklists.material import Answer, Material, said
from topline.report.paragraphs.language import spoken, within
from topline.report.paragraphs.printed import measured, share, shown
from topline.report.paragraphs.spans import Words, listed, plain

_ONE_SIDED: Final = frozenset({"Exact binomial test"})
_METHODS: Final = "Methods"


def _repeated(material: Material) -> Answer:
    names = [
        name
        for name, analysis in material.protocol.analyses.items()
        if isinstance(analysis, RepeatedMeasures)
    ]
    others = "Other analyses use one value a patient" if names else "One value a patient"
    repeated = f"Repeated measurements of the same patients: {', '.join(names)}. " if names else ""
    return said(f"{repeated}{others}", *material.places("repeated-measures"))


def _tests(material: Material) -> Answer | None:
    """Name the tests that gave a P value, and the side of each."""
    rows = material.rows.filter(pl.col("statistic").is_in(["p_value", "p_adjusted"]))
    names: list[str] = rows["method"].unique(maintain_order=True).to_list()
    if not names:
        return None
    one = [name for name in names if name in _ONE_SIDED]
    two = [name for name in names if name not in _ONE_SIDED]
    parts = [
        f"Two-sided or without direction: {'; '.join(two)}" if two else "",
        f"One-sided: {'; '.join(one)}" if one else "",
    ]
    return said(". ".join(filter(None, parts)), _METHODS)


def _covariates(material: Material) -> Answer:
    parts: list[str] = []
    for name, analysis in material.protocol.analyses.items():
        covariates: tuple[str, ...] = ()
        if isinstance(analysis, CoxRegression):
            covariates = (*analysis.covariates, *analysis.strata)
        elif isinstance(analysis, RepeatedMeasures):
            covariates = analysis.covariates
        if covariates:
            labels = (within(label_of(material.protocol, each)) for each in covariates)
            parts.append(f"{name}: {', '.join(labels)}")
    if not parts:
        return Answer(plain("No model with covariates is planned"), (), applies=False)
    return said("; ".join(parts), *material.places("cox-regression", "repeated-measures"))


def _corrections(material: Material) -> Answer:
    adjusted = [
        f"{name} ({analysis.pairwise})"
        for name, analysis in material.protocol.analyses.items()
        if isinstance(analysis, Comparison) and analysis.pairwise not in {None, "none"}
    ]
    checked = [
        name
        for name, analysis in material.protocol.analyses.items()
        if isinstance(analysis, CoxRegression) and analysis.check
    ]
    parts = [
        f"Pairs adjusted: {', '.join(adjusted)}" if adjusted else "",
        f"Proportional hazards tested: {', '.join(checked)}" if checked else "",
        "Other P values are not adjusted for the number of tests",
    ]
    return said(". ".join(filter(None, parts)), _METHODS)


def _parameters(material: Material) -> Answer:
    levels = {
        f"{100 * level:g}%"
        for analysis in material.protocol.analyses.values()
        if isinstance(level := getattr(analysis, "level", None), float)
    }
    limits = f"confidence limits at {', '.join(sorted(levels))}" if levels else ""
    parts = [
        "Numbers by median, quartiles, range, mean and standard deviation; categories by n and "
        "percentage",
        f"estimates with {limits}" if limits else "",
    ]
    return said("; ".join(filter(None, parts)), *material.places("summary"))


def _p_values(material: Material) -> Answer | None:
    if material.rows.filter(pl.col("statistic") == "p_value").is_empty():
        return None
    return said(
        "P values to three decimals, four below 0.001; statistics and degrees of freedom stand "
        "beside them in results.parquet",
        "results.parquet",
    )


def _bayes(material: Material) -> Answer:
    del material
    return Answer(plain("No Bayesian analysis"), (), applies=False)


def _hierarchical(material: Material) -> Answer:
    names = material.of_kind("repeated-measures")
    if not names:
        return Answer(plain("No hierarchical model"), (), applies=False)
    words = f"Mixed models with visits within patients: {', '.join(names)}"
    return said(words, *material.places("repeated-measures"))


def _effects(material: Material) -> Answer | None:
    rows = material.rows.filter(pl.col("statistic").is_in(["estimate", "median", "rate"]))
    names: list[str] = rows["method"].unique(maintain_order=True).to_list()
    kept = [name for name in names if name and name not in {"Count", "Summary statistics"}]
    return said("; ".join(kept), _METHODS) if kept else None


def _software(material: Material) -> Answer | None:
    libraries: list[str] = material.rows["library"].unique(maintain_order=True).to_list()
    known = sorted({each for each in libraries if each})
    return said(f"Topline, with {', '.join(known)}", "manifest.json") if known else None


def _described(material: Material, *variables: str) -> Answer | None:
    """Tell the categories of the first of some variables that a summary has."""
    for variable in variables:
        for name in material.of_kind("summary"):
            rows = material.everyone(name, variable)
            counts = [r for r in rows if r.statistic == "n" and r.level and r.level != MISSING]
            if counts:
                words = _categories(counts, rows)
                label = plain(f"{label_of(material.protocol, variable)}: ")
                return Answer((*label, *words), material.places("summary")[:1])
    return None


def _categories(counts: list[Number], rows: tuple[Number, ...]) -> Words:
    percents = {r.level: r for r in rows if r.statistic == "percent"}
    return listed(
        [(*plain(f"{spoken(n.level_label)} "), *share(n, percents.get(n.level))) for n in counts]
    )


def _sex(material: Material) -> Answer | None:
    found = _described(material, "SEX", "GENDER")
    if found is None:
        return None
    analysed = [
        name
        for name, analysis in material.protocol.analyses.items()
        if "SEX" in str(getattr(analysis, "by", ()))
        or "SEX" in str(getattr(analysis, "covariates", ()))
    ]
    words = plain(f". Analysed by it: {', '.join(analysed)}" if analysed else "")
    return Answer((*found.words, *words), found.places)


def _race(material: Material) -> Answer | None:
    parts = [found for v in ("RACE", "ETHNIC") if (found := _described(material, v)) is not None]
    if not parts:
        return None
    return Answer(listed([part.words for part in parts], "; ", "; "), parts[0].places)


def _population(material: Material) -> Answer | None:
    for name in material.of_kind("summary"):
        analysis = material.protocol.analyses[name]
        assert isinstance(analysis, Summary)
        rows = {r.statistic: r for r in material.everyone(name, "AGE") if not r.level}
        if not {"median", "min", "max"} <= set(rows):
            continue
        words = (
            *plain("Median age "), *measured(rows["median"]), *plain(" ("), *shown(rows["min"]),
            *plain(" to "), *shown(rows["max"]), *plain(")"),
        )  # fmt: skip
        others = [
            entry.label if isinstance(entry, Flags) else label_of(material.protocol, entry)
            for entry in analysis.variables
            if entry != "AGE"
        ]
        told = plain(f"; also {', '.join(map(within, others))}" if others else "")
        return Answer((*words, *told), material.places("summary")[:1])
    return None


def _replication(material: Material) -> Answer | None:
    names = material.of_kind("agreement")
    if not names:
        return None
    found = material.told("agreement")
    words = found.words if found is not None else plain(", ".join(names))
    return Answer(words, material.places("agreement"))


STATISTICS: Final[Mapping[str, Callable[[Material], Answer | None]]] = {
    "repeated": _repeated,
    "tests": _tests,
    "covariates": _covariates,
    "corrections": _corrections,
    "parameters": _parameters,
    "p_values": _p_values,
    "bayes": _bayes,
    "hierarchical": _hierarchical,
    "effects": _effects,
    "software": _software,
    "sex": _sex,
    "race": _race,
    "population": _population,
    "replication": _replication,
}
"""Answers by the name that items give."""

"""Tissue: readings of stains and bands to scores, calls and deficiency, one row a sample."""

import polars as pl

from topline.adam.biomarker_records import (
    SAMPLE,
    Biomarkers,
    find_unusable,
    read_records,
    record_of,
    samples_of,
    spread,
)
from topline.adam.core import Finding, list_queries
from topline.clinical.assays.deficiency import compute_concordance, compute_deficiency
from topline.clinical.assays.immunohistochemistry import (
    compute_category,
    compute_group,
    compute_h_score,
    derive_h_scores,
    derive_tier_scores,
)
from topline.clinical.assays.methylation_pcr import derive_methylation_calls
from topline.protocol.biomarkers import Deficiency, HScore, MethylationPcr, TierScore
from topline.sdtm.collected import Sdtm

_READER = "reader"
_NOBODY = "READER"
_ROUNDING = 1e-6


def derive_h_score_rows(name: str, marker: HScore, sdtm: Sdtm) -> Biomarkers:
    """Derive the H-score of each sample with its categories, and the readings asked for."""
    tests = marker.tests.model_dump()
    kinds = {"weak": "number", "moderate": "number", "strong": "number", "score": "number"}
    kinds["control"] = "truth"
    rows = _read(name, marker, tests, sdtm)
    readings = _readings(rows, kinds).rename(
        {"weak": "weak_percent", "moderate": "moderate_percent", "strong": "strong_percent"}
    )
    scores = derive_h_scores(readings.with_columns(marker=pl.lit(name)), marker.categories,
                             marker.readers)  # fmt: skip
    computed = compute_h_score("weak_percent", "moderate_percent", "strong_percent")
    single = readings.with_columns(value=computed.value, fault=computed.reason)
    out = _of_samples(rows, scores).with_columns(
        PARAMCD=pl.lit(name),
        PARAM=pl.lit(marker.label),
        AVAL="score",
        AVALCAT1=pl.col("category").cast(pl.String),
        AVALCAT2="group",
        NREADING="readings",
    )
    parts = [out, *(_of_reader(marker, single, rows, *who) for who in marker.reader_rows.items())]
    queries = [
        *find_unusable(rows, name, kinds, [SAMPLE, _READER]),
        *_odd_scores(name, single, rows),
    ]
    return Biomarkers(pl.concat(parts, how="diagonal"), tuple(queries))


def _of_reader(
    marker: HScore, single: pl.DataFrame, rows: pl.DataFrame, code: str, reader: str
) -> pl.DataFrame:
    """Return the reading of one reader as rows of their own."""
    category = compute_category("value", marker.categories)
    read = single.filter(pl.col(_READER) == reader).with_columns(category=category)
    unseen = pl.when(~pl.col("internal_control").fill_null(value=True)).then(
        pl.lit("no internal control")
    )
    read = read.with_columns(reason=pl.coalesce(unseen, "fault"))
    known = pl.col("reason").is_null()
    return _of_samples(rows, read, missing=False).with_columns(
        PARAMCD=pl.lit(code),
        PARAM=pl.lit(f"{marker.label}, {reader}"),
        AVAL=pl.when(known).then("value"),
        AVALCAT1=pl.when(known).then(pl.col("category").cast(pl.String)),
        AVALCAT2=pl.when(known).then(compute_group("category", marker.categories)),
    )


def _odd_scores(name: str, single: pl.DataFrame, rows: pl.DataFrame) -> list[pl.DataFrame]:
    """List percentages that cannot be, and reported scores that are not the computed ones."""
    who = samples_of(rows).select(SAMPLE, "USUBJID", "SRCSEQ", "SRCDOM")
    named = single.join(who, on=SAMPLE, how="left", maintain_order="left")
    values = pl.any_horizontal(
        pl.col("weak_percent", "moderate_percent", "strong_percent").is_not_null()
    )
    wrong = Finding("ADBM.percent", "percentages from 0 to 100 in all", "error", "value not used")
    other = Finding("ADBM.reported", "the score that the percentages give; that one is used")
    reader = pl.col(_READER)
    return [
        list_queries(
            named.filter(values & pl.col("fault").is_not_null()), wrong,
            pl.format("{}, {}: {}", pl.lit(name), reader, "fault"), record_of("SRCSEQ"),
        ),
        list_queries(
            named.filter((pl.col("score") - pl.col("value")).abs() > _ROUNDING), other,
            pl.format("{}, {}: {} reported, {} computed", pl.lit(name), reader, "score", "value"),
            record_of("SRCSEQ"),
        ),
    ]  # fmt: skip


def derive_tier_rows(name: str, marker: TierScore, sdtm: Sdtm) -> Biomarkers:
    """Derive the four-tier score of each sample."""
    kinds = {"tier": "number", "control": "truth"}
    rows = _read(name, marker, marker.tests.model_dump(), sdtm)
    broken = (pl.col("role") == "tier") & (pl.col("number") != pl.col("number").round())
    whole = rows.with_columns(number=pl.when(~broken.fill_null(value=False)).then("number"))
    readings = _readings(whole, kinds).with_columns(pl.col("tier").cast(pl.Int64))
    scores = derive_tier_scores(readings.with_columns(marker=pl.lit(name)), marker.readers)
    positive = pl.when(pl.col("score") >= marker.positive_from).then(pl.lit("POSITIVE"))
    negative = pl.when(pl.col("score").is_not_null()).then(pl.lit("NEGATIVE"))
    out = _of_samples(rows, scores).with_columns(
        PARAMCD=pl.lit(name),
        PARAM=pl.lit(marker.label),
        AVAL="score",
        AVALC="tier",
        AVALCAT1="tier",
        AVALCAT2=pl.coalesce(positive, negative),
        NREADING="readings",
    )
    impossible = whole.filter(
        pl.col("role") == "tier", ~pl.col("number").is_in([0.0, 1.0, 2.0, 3.0])
    )
    fractions = rows.filter(broken)
    finding = Finding("ADBM.tier", "0, 1, 2 or 3", "error", "value not used")
    found = pl.format("{}: {} = {}", pl.lit(name), "TESTCD", "result")
    queries = [
        *find_unusable(rows, name, kinds, [SAMPLE, _READER]),
        *(list_queries(wrong, finding, found, record_of()) for wrong in (impossible, fractions)),
    ]
    return Biomarkers(out, tuple(queries))


def derive_methylation_rows(name: str, marker: MethylationPcr, sdtm: Sdtm) -> Biomarkers:
    """Derive the call of each sample from its bands; indeterminate ones are rows with a reason."""
    tests = marker.tests.model_dump()
    kinds = {
        role: "number" if role.endswith("_bp") else "truth" for role in tests if role != "call"
    }
    rows = _read(name, marker, tests, sdtm)
    bands = spread(rows, [SAMPLE], kinds).rename(
        {
            "methylated": "methylated_band",
            "unmethylated": "unmethylated_band",
            "blank": "blank_band",
        }
    )
    calls = derive_methylation_calls(bands, marker.pcr)
    known = pl.col("methylated").is_not_null()
    out = _of_samples(rows, calls).with_columns(
        PARAMCD=pl.lit(name),
        PARAM=pl.lit(marker.label),
        AVALC="call",
        AVALCAT1=pl.when(known).then("call"),
        AREASON=pl.when(~known).then("reason"),
    )
    reported = rows.filter(pl.col("role") == "call").join(calls, on=SAMPLE, how="left")
    other = reported.filter(pl.col("result").str.to_uppercase() != pl.col("call"))
    finding = Finding("ADBM.reported", "the call that the bands give; that one is used")
    found = pl.format("{}: {} reported, {} by the bands", pl.lit(name), "result", "call")
    queries = [
        *find_unusable(rows, name, kinds, [SAMPLE]),
        list_queries(other, finding, found, record_of()),
    ]
    return Biomarkers(out, tuple(queries))


def derive_deficiency_rows(name: str, marker: Deficiency, rows: pl.DataFrame) -> Biomarkers:
    """Derive deficiency and concordance from the rows of both assays, by subject and visit.

    Parameters
    ----------
    name, marker
        Parameter and options.
    rows
        Rows of the assays that `marker` names; of several samples of a visit, the first that is
        evaluable counts.
    """
    grouped = pl.coalesce("AVALCAT2", "AVALCAT1")
    low, positive = "low", "methylated"
    expression = _first_at_visit(rows, marker.expression, grouped.is_in(marker.low), low)
    methylation = _first_at_visit(
        rows, marker.methylation, pl.col("AVALCAT1") == "METHYLATED", positive
    )
    joined = expression.join(
        methylation, on=["USUBJID", "AVISIT"], how="full", coalesce=True, nulls_equal=True
    ).with_columns(pl.coalesce(c, f"{c}_right") for c in ("ADT", "AVISITN", "SRCSEQ", "SRCDOM"))
    deficient = compute_deficiency(low, positive, unknown_counts_as=marker.unknown_counts_as)
    same = compute_concordance(low, positive)
    said = {"": (deficient, "DEFICIENT", "NOT DEFICIENT")}
    parts = [_called(joined, name, marker.label, said[""])]
    if marker.concordance is not None:
        label = f"{marker.label}: agreement of the assays"
        parts.append(_called(joined, marker.concordance, label, (same, "CONCORDANT", "DISCORDANT")))
    return Biomarkers(pl.concat(parts))


def _first_at_visit(
    rows: pl.DataFrame, parameter: str, verdict: pl.Expr, name: str
) -> pl.DataFrame:
    own = rows.filter(pl.col("PARAMCD") == parameter).with_columns(verdict.alias(name))
    ordered = own.sort("USUBJID", pl.col(name).is_null(), "ADT", "SRCSEQ", nulls_last=True)
    wanted = ["USUBJID", "AVISIT", "AVISITN", "ADT", "SRCSEQ", "SRCDOM", name]
    return ordered.unique(["USUBJID", "AVISIT"], keep="first", maintain_order=True).select(wanted)


def _called(
    joined: pl.DataFrame, code: str, label: str, verdict: tuple[pl.Expr, str, str]
) -> pl.DataFrame:
    truth, yes, no = verdict
    word = pl.when(truth).then(pl.lit(yes)).when(~truth).then(pl.lit(no))
    missing = pl.when(pl.col("low").is_null() & pl.col("methylated").is_null()).then(
        pl.lit("neither assay evaluable")
    )
    missing = missing.when(pl.col("low").is_null()).then(pl.lit("expression not evaluable"))
    missing = missing.otherwise(pl.lit("methylation not evaluable"))
    return joined.select(
        "USUBJID", "AVISIT", "AVISITN", "ADT", "SRCSEQ", "SRCDOM",
        PARAMCD=pl.lit(code), PARAM=pl.lit(label), AVALC=word, AVALCAT1=word,
        AREASON=pl.when(word.is_null()).then(missing),
    )  # fmt: skip


def _read(
    name: str,
    marker: HScore | TierScore | MethylationPcr,
    tests: dict[str, str | None],
    sdtm: Sdtm,
) -> pl.DataFrame:
    where = (f"biomarkers.{name}.where", marker.where)
    rows = read_records(sdtm, marker.source, where, tests)
    return rows.with_columns(pl.col("EVALID").fill_null(_NOBODY).alias(_READER))


def _readings(rows: pl.DataFrame, kinds: dict[str, str]) -> pl.DataFrame:
    """Set each reader's results side by side, with the control of the reader or of the sample."""
    of_control = pl.col("role") == "control"
    control = spread(rows, [SAMPLE], {"control": "truth"})
    wide = spread(rows.filter(~of_control), [SAMPLE, _READER], kinds)
    own = spread(rows.filter(of_control), [SAMPLE, _READER], {"control": "truth"})
    unread = control.join(wide, on=SAMPLE, how="anti").select(SAMPLE).with_columns(
        pl.lit(_NOBODY).alias(_READER)
    )  # fmt: skip
    everyone = pl.concat([wide.drop("control"), unread], how="diagonal")
    joined = everyone.join(own, on=[SAMPLE, _READER], how="left", maintain_order="left")
    joined = joined.join(control, on=SAMPLE, how="left", suffix="_sample", maintain_order="left")
    return joined.with_columns(internal_control=pl.coalesce("control", "control_sample")).drop(
        "control", "control_sample"
    )


def _of_samples(rows: pl.DataFrame, found: pl.DataFrame, *, missing: bool = True) -> pl.DataFrame:
    """Join what was found to the samples; without `missing`, only those that have something."""
    samples = samples_of(rows).drop("DTC")
    joined = samples.join(
        found.drop("USUBJID", strict=False), on=SAMPLE, how="left" if missing else "inner",
        maintain_order="left",
    )  # fmt: skip
    return joined.with_columns(AREASON="reason")

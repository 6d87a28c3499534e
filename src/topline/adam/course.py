"""What ADRS says of the whole course: baseline, best change, time without progression."""

import polars as pl

_LATE = "scanned on {}, after the start on {}"


def derive_baselines(adtr: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """Return whether each subject had a tumor assessment on or before the start, and when.

    Parameters
    ----------
    adtr
        As `derive_tumors` gives it; of a subject never scanned before the start, the first scan
        after it is the baseline there, and no baseline here.
    subjects
        `subject` and `start_date`, in which null is not known.

    Returns
    -------
    DataFrame
        PARAMCD TUMBASE, one row a subject; none at all where no lesions were collected.
    """
    start = subjects.select(USUBJID="subject", start="start_date")
    scans = adtr.filter(pl.col("ABLFL") == "Y").join(start, on="USUBJID")
    late = (pl.col("ADT") > pl.col("start")).fill_null(value=False)
    last = scans.sort("USUBJID", late, "ADT", "ASEQ", descending=[False, False, True, True])
    last = last.unique("USUBJID", keep="first", maintain_order=True).select(
        "USUBJID", "ADT", "AVISIT", "AVISITN", SRCSEQ="ASEQ", late=late
    )
    if last.is_empty():
        start = start.clear()
    seen = start.join(last, on="USUBJID", how="left", maintain_order="left")
    in_time, found = pl.col("late").not_().fill_null(value=False), pl.col("ADT").is_not_null()
    return seen.with_columns(
        PARAMCD=pl.lit("TUMBASE"),
        AVALC=pl.when(in_time).then(pl.lit("Y")).otherwise(pl.lit("N")),
        AREASON=pl.when(found & ~in_time).then(pl.format(_LATE, "ADT", "start")),
        SRCDOM=pl.when(found).then(pl.lit("ADTR")),
        SRCVAR=pl.when(found).then(pl.lit("ADT")),
        ADT=pl.when(in_time).then("ADT"),
    ).drop("start", "late")


def derive_best_changes(
    adtr: pl.DataFrame, overall: pl.DataFrame, *, same_assessments: bool
) -> pl.DataFrame:
    """Return the smallest change from baseline of each subject's sum, the first of equal ones.

    Parameters
    ----------
    adtr
        Sums of diameters with PCHG.
    overall
        Responses with ANL01FL; only assessments that are used for response count.
    same_assessments
        Whether these are the assessments of `adtr` (responses derived from lesions). If not, the
        sums up to the last response that is used count.

    Returns
    -------
    DataFrame
        PARAMCD BPCHG with AVAL in percent, one row a subject with a sum after the baseline.
    """
    used = overall.filter((pl.col("PARAMCD") == "OVR") & (pl.col("ANL01FL") == "Y"))
    after = (pl.col("PARAMCD") == "SUMDIAM") & (pl.col("ASSESSN") > 0)
    sums = adtr.filter(after & pl.col("PCHG").is_not_null())
    if same_assessments:
        sums = sums.join(
            used.select("USUBJID", ASSESSN="assessment"), on=["USUBJID", "ASSESSN"], how="semi"
        )
    else:
        last = used.group_by("USUBJID").agg(last=pl.col("ADT").max())
        sums = sums.join(last, on="USUBJID").filter(pl.col("ADT") <= pl.col("last"))
    best = sums.sort("USUBJID", "PCHG", "ADT", "ASEQ").unique(
        "USUBJID", keep="first", maintain_order=True
    )
    return best.select(
        "USUBJID",
        "ADT",
        "AVISIT",
        "AVISITN",
        PARAMCD=pl.lit("BPCHG"),
        AVAL="PCHG",
        AVALC=pl.col("PCHG").cast(pl.String),
        SRCDOM=pl.lit("ADTR"),
        SRCVAR=pl.lit("PCHG"),
        SRCSEQ="ASEQ",
    )


def add_time_without_progression(best: pl.DataFrame, overall: pl.DataFrame) -> pl.DataFrame:
    """Add how many days disease stayed without progression, by either way of counting.

    Parameters
    ----------
    best
        `BestResponses` with `start_date`, null where it is not known.
    overall
        Responses with ANL01FL.

    Returns
    -------
    DataFrame
        The same rows with NOPDDUR (days from the start to the first PD, or without one to the last
        evaluable assessment; RECIST 1.1, 4.6.3) and NOPDLST (days to the last assessment before PD
        that showed CR, PR or stable disease).
    """
    counted = (pl.col("PARAMCD") == "OVR") & (pl.col("ANL01FL") == "Y")
    stable = overall.filter(counted & ~pl.col("AVALC").is_in(["PD", "NE"]))
    dates = stable.join(best.select(USUBJID="subject", pd="progression_date"), on="USUBJID").filter(
        (pl.col("ADT") < pl.col("pd")).fill_null(value=True)
    )
    last = dates.group_by("USUBJID").agg(last_stable=pl.col("ADT").max())
    ended = pl.coalesce("progression_date", "last_evaluable_date")
    return best.join(
        last, left_on="subject", right_on="USUBJID", how="left", maintain_order="left"
    ).with_columns(
        NOPDDUR=(ended - pl.col("start_date")).dt.total_days(),
        NOPDLST=(pl.col("last_stable") - pl.col("start_date")).dt.total_days(),
    )

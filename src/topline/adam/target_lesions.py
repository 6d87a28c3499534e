"""Target lesions held to RECIST's rules for choosing them: large enough, and not too many."""

import polars as pl

from topline.clinical.recist.baseline import derive_baseline_findings
from topline.protocol.protocol import Protocol
from topline.sdtm.queries import Query


def find_target_queries(protocol: Protocol, adtr: pl.DataFrame) -> pl.DataFrame:
    """List target lesions that were too small to be measurable, not measured, or too many.

    They stay in the sums: the finding is for the data manager, not for the arithmetic. Sizes are
    those for CT and MRI; what was measured on a chest X-ray is not told apart.

    Parameters
    ----------
    protocol
        Limits of the trial (RECIST 1.1, sections 3.1.1 and 4.2).
    adtr
        As `derive_tumors` gives it.

    Returns
    -------
    DataFrame
        `Query` rows, one a lesion, organ or subject and rule.
    """
    targets = (pl.col("PARAMCD") == "LDIAM") & (pl.col("PARCAT1") == "TARGET")
    baseline = adtr.filter(targets & (pl.col("ASSESSN") == 0) & (pl.col("ANL01FL") == "Y"))
    lesions = baseline.select(
        subject="USUBJID",
        lesion="TRLNKID",
        organ="TULOC",
        nodal=pl.col("NODALFL").is_not_null(),
        chest_xray=pl.lit(value=False),
        diameter_mm="AVAL",
    )
    findings = derive_baseline_findings(
        lesions.unique(["subject", "lesion"], keep="first", maintain_order=True),
        protocol.response.options,
    )
    return Query.cast(
        findings.select(
            "subject",
            "found",
            "expected",
            domain=pl.lit("ADTR"),
            record="where",
            rule=pl.concat_str(pl.lit("ADTR."), "rule"),
            severity=pl.lit("warning"),
            consequence=pl.lit("none"),
            file=pl.lit(None, dtype=pl.String),
        ).select(Query.column_names())
    )

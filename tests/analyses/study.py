"""A trial of eleven subjects in two arms, small enough to count by hand."""

import polars as pl

from tests.analyses.patients import PATIENT_ANALYSES, add_patients
from tests.analyses.safety import SAFETY_KINDS, add_onset, add_treatment, adlb
from tests.frames import frame
from topline.analyses.analyse import analyse
from topline.protocol.protocol import Protocol

SETS = {
    "SCREENED": {"label": "Screened", "where": "USUBJID IS NOT NULL", "flag": "SCRNFL"},
    "FULL": {
        "label": "Enrolled",
        "where": "ENRLFL = 'Y'",
        "flag": "FASFL",
        "exclusions": [
            {"where": "SCRFFL = 'Y'", "reason": "Screen failure"},
            {"where": "ENRLFL IS NULL", "reason": "Withdrew consent"},
        ],
    },
    "SAFETY": {"label": "Treated", "where": "TRTSDT IS NOT NULL", "flag": "SAFFL"},
}
ESTIMAND = {"analysis_set": "FULL", "summary": "Proportion"}
ENDPOINTS = {
    "ORR": {
        "kind": "response-rate",
        "label": "Response rate",
        "counts": ["CR", "PR"],
        "estimand": ESTIMAND,
    },
    "PFS": {
        "kind": "time-to-event",
        "label": "Progression-free survival",
        "events": ["progression", "death"],
        "censor": ["first dose"],
        "estimand": ESTIMAND,
    },
    "DOR": {
        "kind": "time-to-event",
        "label": "Duration of response",
        "among": "BOR IN ('CR', 'PR')",
        "events": ["progression"],
        "censor": ["first response"],
        "unit": "days",
        "estimand": ESTIMAND,
    },
    "BENEFIT": {
        "kind": "response-rate",
        "label": "Clinical benefit for 24 weeks",
        "counts": ["CR", "PR", "SD"],
        "lasting": "24 weeks",
        "estimand": ESTIMAND,
    },
    "FREE": {
        "kind": "landmark",
        "label": "Free of progression beyond 150 days",
        "of": "PFS",
        "beyond": "150 days",
        "estimand": ESTIMAND,
    },
    "FREE-KNOWN": {
        "kind": "landmark",
        "label": "Free of progression beyond 150 days, of those known",
        "of": "PFS",
        "beyond": "150 days",
        "unknown": "excluded",
        "estimand": ESTIMAND,
    },
    "LASTING": {
        "kind": "landmark",
        "label": "Response beyond 12 weeks",
        "of": "DOR",
        "beyond": "12 weeks",
        "estimand": ESTIMAND,
    },
    "SHRINKAGE": {
        "kind": "change",
        "label": "Any decrease",
        "counts_below": 0,
        "estimand": ESTIMAND,
    },
}
VARIABLES = {
    "ECOGBL": {
        "label": "Performance status",
        "from": "QS",
        "value": "QSSTRESN",
        "type": "number",
        "levels": {"0": "Fully active", "1": "Restricted", "2": "In bed at times"},
    },
    "REGION": {"label": "Region", "rule": "COUNTRY", "levels": {"EU": "Europe", "AS": "Asia"}},
    "KI67": {"label": "Ki-67", "rule": "1", "type": "number", "unit": "%"},
    "LIVERFL": {"label": "Liver", "rule": "'Y'", "type": "flag"},
    "BONEFL": {"label": "Bone", "rule": "'Y'", "type": "flag"},
}
CRITERIA = {
    "inclusion": [{"id": "I01", "text": "Not too old", "rule": "AGE <= 75"}],
    "exclusion": [{"id": "E01", "text": "Pregnant"}],
}
SINGLE_STAGE = {
    "kind": "single-stage",
    "endpoint": "ORR",
    "null": 0.25,
    "alternative": 0.5,
    "alpha": {"value": 0.10, "sides": 1},
    "power": 0.9,
    "enrol": 35,
    "success": {"responders_at_least": 13, "of": 35},
}


def protocol(
    analyses: dict[str, object], arms: tuple[str, ...] = ("Active", "Control"), **parts: object
) -> Protocol:
    """The trial's protocol with these analyses; `parts` replace others."""
    content: dict[str, object] = {
        "topline": 1,
        "study": {
            "id": "T",
            "title": "Trial",
            "arms": [{"id": arm[:3].upper(), "label": arm} for arm in arms],
        },
        "design": {"kind": "descriptive", "reason": "a test"},
        "treatments": {
            "cycle": {"length": "28 days"},
            "drugs": [{"name": "D", "levels": [1], "unit": "mg", "schedule": {"on": "1 day"}}],
            "exposure": {},
        },
        "schedule": {
            "tumor_assessment": {
                "baseline_within": "28 days",
                "every": [{"every": "8 weeks"}],
                "window": "7 days",
            }
        },
        "eligibility": CRITERIA,
        "deviations": {},
        "variables": VARIABLES,
        "analysis_sets": SETS,
        "endpoints": ENDPOINTS,
        "analyses": analyses,
    }
    return Protocol.model_validate(content | parts)


def adsl() -> pl.DataFrame:
    """Two screen failures, one enrolled and never treated, eight treated."""
    rows = frame(
        """
        USUBJID  TRT01P   TRT01A   SCRNFL  FASFL  FASRS           SAFFL  SAFRS        TRTSDT      AGE  SEX  ECOGBL  REGION  KI67  LIVERFL  BONEFL  DCTREAS   BOR
        T-01     Active   Active   Y       Y      .               Y      .            2024-01-01  60   F    0       EU      5     Y        Y       Toxicity  CR
        T-02     Active   Active   Y       Y      .               Y      .            2024-01-01  62   M    1       EU      10    Y        .       .         PR
        T-03     Active   Control  Y       Y      .               Y      .            2024-01-01  64   F    0       EU      .     .        Y       PD        SD
        T-04     Active   Active   Y       Y      .               Y      .            2024-01-01  71   M    1       EU      20    .        .       PD        PD
        T-05     Control  Control  Y       Y      .               Y      .            2024-01-01  50   F    0       EU      3     Y        .       .         PR
        T-06     Control  Control  Y       Y      .               Y      .            2024-01-01  55   F    0       .       4     .        .       Toxicity  SD
        T-07     Control  Control  Y       Y      .               Y      .            2024-01-01  58   M    1       EU      .     .        .       PD        PD
        T-08     Control  Control  Y       Y      .               Y      .            2024-01-01  80   M    .       EU      9     .        .       PD        NE
        T-09     Control  .        Y       Y      .               .      Not treated  .           45   F    0       EU      2     .        .       .         NE
        T-10     .        .        Y       .      Screen failure  .      Not treated  .           70   M    .       EU      .     .        .       .         .
        T-11     .        .        Y       .      .               .      Not treated  .           75   M    .       EU      .     .        .       .         .
        """  # noqa: E501
    ).with_columns(pl.col("AGE", "ECOGBL", "KI67").cast(pl.Float64))
    return add_treatment(rows)


_CORE = ["USUBJID", "TRT01P", "TRT01A", "AGE", "SEX", "SCRNFL", "FASFL", "SAFFL"]


def _with_core(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.join(adsl().select(_CORE), on="USUBJID", how="left", maintain_order="left")


def adrs() -> pl.DataFrame:
    """Best responses, which are those of ADSL, and two assessments that no rate may count.

    T-03 was stable for 24 weeks to the day and last seen so after 16, T-06 progressed a day
    earlier. Nobody after T-06 was measured.
    """
    days = {"T-01": 20, "T-02": 10, "T-03": 168, "T-06": 167}
    seen = {"T-01": 20, "T-02": 10, "T-03": 112, "T-06": 167}
    best = (
        adsl()
        .filter(pl.col("BOR").is_not_null())
        .select(
            "USUBJID",
            PARAMCD=pl.lit("BOR"),
            AVALC="BOR",
            NOPDDUR=pl.col("USUBJID").replace_strict(days, default=None, return_dtype=pl.Int64),
            NOPDLST=pl.col("USUBJID").replace_strict(seen, default=None, return_dtype=pl.Int64),
        )
    )
    others = frame(
        """
        USUBJID  PARAMCD  AVALC  AVAL
        T-01     OVR      CR     1
        T-04     OVR      PR     2
        T-01     BPCHG    -100   -100
        T-02     BPCHG    -0.5   -0.5
        T-03     BPCHG    0      0
        T-04     BPCHG    20     20
        T-05     BPCHG    -31    -31
        T-06     BPCHG    4      4
        """
    ).with_columns(pl.col("AVAL").cast(pl.Float64))
    return _with_core(pl.concat([best, others], how="diagonal"))


def adtte() -> pl.DataFrame:
    """Progression-free survival of the treated: the never treated T-09 has no row."""
    return _with_core(
        frame(
            """
            USUBJID  PARAMCD  AVAL  CNSR
            T-01     PFS      100   0
            T-02     PFS      200   1
            T-03     PFS      300   0
            T-04     PFS      400   0
            T-05     PFS      50    0
            T-06     PFS      100   0
            T-07     PFS      150   2
            T-08     PFS      200   0
            T-01     DOR      60    0
            T-02     DOR      90    1
            T-05     DOR      20    0
            """
        )
        .with_columns(pl.col("AVAL").cast(pl.Float64), pl.col("CNSR").cast(pl.Int64))
        .with_columns(
            EVNTDESC=pl.when(pl.col("CNSR") == 0).then(
                pl.when(pl.col("USUBJID").is_in(["T-03", "T-08"]))
                .then(pl.lit("Death"))
                .otherwise(pl.lit("Disease progression"))
            )
        )
    )


def adtr() -> pl.DataFrame:
    """Sums of diameters at three visits; T-06 missed the last, nobody after T-06 was measured."""
    return _with_core(
        frame(
            """
            USUBJID  PARAMCD  ASSESSN  AVAL
            T-01     SUMDIAM  0        50
            T-01     SUMDIAM  1        20
            T-01     SUMDIAM  2        0
            T-02     SUMDIAM  0        40
            T-02     SUMDIAM  1        30
            T-02     SUMDIAM  2        25
            T-03     SUMDIAM  0        62
            T-03     SUMDIAM  1        60
            T-03     SUMDIAM  2        61
            T-04     SUMDIAM  0        30
            T-04     SUMDIAM  1        33
            T-04     SUMDIAM  2        36
            T-05     SUMDIAM  0        80
            T-05     SUMDIAM  1        56
            T-05     SUMDIAM  2        50
            T-06     SUMDIAM  0        45
            T-06     SUMDIAM  1        47
            T-06     SUMDIAM  2        .
            T-06     LDIAM    1        47
            """
        ).with_columns(pl.col("AVAL").cast(pl.Float64), pl.col("ASSESSN").cast(pl.Int64))
    )


def adae() -> pl.DataFrame:
    """Nausea twice in T-01 (grades 1 and 3); an event before treatment; a quote; a lost grade."""
    return _with_core(
        frame(
            """
            USUBJID  AESEQ  AEDECOD          AEBODSYS  ATOXGRN  TRTEMFL  AESER
            T-01     1      Nausea           Gut       1        Y        .
            T-01     2      Nausea           Gut       3        Y        Y
            T-01     3      Rash             Skin      2        Y        .
            T-02     1      Nausea           Gut       1        Y        .
            T-03     1      Nausea           Gut       3        Y        .
            T-04     1      Crohn's disease  Gut       5        Y        Y
            T-05     1      Rash             Skin      1        Y        .
            T-05     2      Rash             Skin      .        Y        .
            T-06     1      Headache         .         .        Y        .
            T-07     1      .                Skin      2        Y        .
            T-07     2      Nausea           Gut       4        .        Y
            """
        )
        .with_columns(pl.col("ATOXGRN").cast(pl.Int64), pl.col("AESEQ").cast(pl.Int64))
        .pipe(add_onset)
    )


def adie() -> pl.DataFrame:
    """T-01 eligible; T-02 too old, against the site; T-03 unknown; T-10 pregnant, not enrolled."""
    return _with_core(
        frame(
            """
            USUBJID  PARAMCD  AVALC             VIOLFL  ELIG              AGREEFL
            T-01     I01      MET               .       ELIGIBLE          Y
            T-01     E01      NOT MET           .       ELIGIBLE          Y
            T-02     I01      NOT MET           Y       NOT ELIGIBLE      N
            T-02     E01      CANNOT BE JUDGED  .       NOT ELIGIBLE      .
            T-03     I01      CANNOT BE JUDGED  .       CANNOT BE JUDGED  .
            T-03     E01      NOT MET           .       CANNOT BE JUDGED  Y
            T-10     I01      MET               .       NOT ELIGIBLE      Y
            T-10     E01      MET               Y       NOT ELIGIBLE      N
            """
        )
    )


def adex() -> pl.DataFrame:
    """Exposure to D: intensity just below, at and above 80 and 100 %; T-07 never took any."""
    rows = frame(
        """
        USUBJID  PARAMCD   PARCAT1    AVAL   AVALU  DOSELVL  ACAUSE   DCREAS    AESEQ  AERESFL  ALONEFL
        T-01     NCYCLE    ALL DRUGS  3      .      .        .        .         .      .        .
        T-02     NCYCLE    ALL DRUGS  0      .      .        .        .         .      .        .
        T-01     DOSEDAYS  D          60     days   .        .        .         .      .        .
        T-02     DOSEDAYS  D          20     days   .        .        .         .      .        .
        T-03     DOSEDAYS  D          10     days   .        .        .         .      .        .
        T-05     DOSEDAYS  D          70     days   .        .        .         .      .        .
        T-07     DOSEDAYS  D          0      days   .        .        .         .      .        .
        T-01     RDI       D          100    %      .        .        .         .      .        .
        T-02     RDI       D          79.99  %      .        .        .         .      .        .
        T-03     RDI       D          80     %      .        .        .         .      .        .
        T-05     RDI       D          99.99  %      .        .        .         .      .        .
        T-07     RDI       D          .      %      .        .        .         .      .        .
        T-01     NINT      D          0      .      .        .        .         .      .        .
        T-02     NINT      D          2      .      .        .        .         .      .        .
        T-03     NINT      D          1      .      .        .        .         .      .        .
        T-02     INT       D          5      days   .        Rash     .         1      Y        .
        T-02     INT       D          20     days   .        Nausea   .         2      N        .
        T-03     INT       D          3      days   .        Nausea   .         1      Y        .
        T-02     NINTOVR   D          1      .      .        .        .         .      .        .
        T-03     NINTOVR   D          0      .      .        .        .         .      .        .
        T-02     NRED      D          1      .      .        .        .         .      .        .
        T-02     RED       D          0.5    mg     2        Nausea   .         2      N        .
        T-03     RED       D          0.3    mg     .        .        .         .      .        .
        T-01     STOP      D          .      .      .        .        Toxicity  .      .        .
        T-02     STOP      D          .      .      .        Rash     Toxicity  1      .        Y
        T-05     STOP      D          .      .      .        .        .         .      .        .
        """  # noqa: E501
    ).with_columns(
        pl.col("AVAL").cast(pl.Float64),
        pl.col("DOSELVL", "AESEQ").cast(pl.Int64),
        ASEQ=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("USUBJID"),
    )
    return _with_core(rows)


def addv() -> pl.DataFrame:
    """Deviations: T-01 has two late visits and a dose, T-09 was never treated."""
    return _with_core(
        frame(
            """
            USUBJID  DVCAT   DVDECOD
            T-01     visits  LATE
            T-01     visits  LATE
            T-01     dose    RE-ESCALATION
            T-05     visits  EARLY
            T-09     visits  NO BASELINE
            T-10     visits  LATE
            """
        )
    )


def adam() -> dict[str, pl.DataFrame]:
    """All datasets by name."""
    datasets = {
        "ADSL": adsl(),
        "ADRS": adrs(),
        "ADTTE": adtte(),
        "ADTR": adtr(),
        "ADAE": adae(),
        "ADIE": adie(),
        "ADLB": _with_core(adlb()),
        "ADEX": adex(),
        "ADDV": addv(),
    }
    return add_patients(datasets)


EVERY_KIND: dict[str, object] = {
    "FLOW": {
        "kind": "flow",
        "steps": [
            {"analysis_set": "SCREENED", "label": "Screened"},
            {"analysis_set": "FULL", "label": "Enrolled", "lost": "Not enrolled", "by_arm": True},
            {
                "analysis_set": "SAFETY",
                "label": "Treated",
                "by_arm": True,
                "lost": "Not treated",
                "outcome": "DCTREAS",
                "outcome_label": "Stopped",
            },
        ],
    },
    "BASELINE": {
        "kind": "summary",
        "analysis_set": "FULL",
        "by": "TRT01P",
        "variables": [
            "AGE",
            "SEX",
            "ECOGBL",
            "REGION",
            "KI67",
            "LIVERFL",
            {"label": "Metastases", "flags": ["LIVERFL", "BONEFL"]},
        ],
    },
    "ORR": {
        "kind": "rate",
        "endpoint": "ORR",
        "analysis_set": "FULL",
        "by": ["SEX", "REGION", "ECOGBL"],
    },
    "ORR-TREATED": {
        "kind": "rate",
        "endpoint": "ORR",
        "analysis_set": "FULL",
        "where": "KI67 > 4 OR SEX = 'F'",
    },
    "BENEFIT": {"kind": "rate", "endpoint": "BENEFIT", "analysis_set": "FULL", "by": ["SEX"]},
    "FREE": {"kind": "rate", "endpoint": "FREE", "analysis_set": "FULL", "by": ["SEX", "REGION"]},
    "FREE-KNOWN": {
        "kind": "rate",
        "endpoint": "FREE-KNOWN",
        "analysis_set": "FULL",
        "by": ["SEX", "REGION", "ECOGBL"],
        "where": "AGE > 50 OR SEX = 'F'",
    },
    "LASTING": {"kind": "rate", "endpoint": "LASTING", "analysis_set": "FULL", "by": ["SEX"]},
    "SHRINKAGE": {"kind": "rate", "endpoint": "SHRINKAGE", "analysis_set": "FULL"},
    "PFS": {
        "kind": "survival",
        "endpoint": "PFS",
        "analysis_set": "FULL",
        "rates_at": [3, 12, 24],
        "test": "log-rank",
    },
    "PFS-REGION": {
        "kind": "survival",
        "endpoint": "PFS",
        "analysis_set": "FULL",
        "by": "REGION",
        "where": "AGE > 50",
        "test": "log-rank",
    },
    "DOR": {"kind": "survival", "endpoint": "DOR", "analysis_set": "FULL", "by": "ECOGBL"},
    "OVERVIEW": {
        "kind": "adverse-event-overview",
        "analysis_set": "SAFETY",
        "lines": [
            {"label": "Any", "where": "TRTEMFL = 'Y'"},
            {"label": "Serious or severe", "where": "AESER = 'Y' OR ATOXGRN >= 3"},
            {"label": "None has it", "where": "AEDECOD = 'Plague'"},
        ],
    },
    "AE": {
        "kind": "adverse-events",
        "analysis_set": "SAFETY",
        "where": "TRTEMFL = 'Y'",
        "within": "AEBODSYS",
    },
    "ELIGIBILITY": {"kind": "eligibility", "analysis_set": "SCREENED"},
    "EXPOSURE": {"kind": "exposure", "analysis_set": "FULL"},
    "DEVIATIONS": {"kind": "deviations", "analysis_set": "FULL"},
    "AE-FLAT": {
        "kind": "adverse-events",
        "analysis_set": "SAFETY",
        "where": "TRTEMFL = 'Y' OR AESER = 'Y'",
        "at_least_percent": 30,
    },
    **SAFETY_KINDS,
    **PATIENT_ANALYSES,
    "BASELINE-FREE": {
        "kind": "summary",
        "analysis_set": "FULL",
        "counted_in": "FREE-KNOWN",
        "variables": ["AGE", "SEX"],
    },
    "AE-NAMED": {
        "kind": "adverse-events",
        "analysis_set": "SAFETY",
        "where": "TRTEMFL = 'Y'",
        "terms": "by name",
        "frequency_in": "Active",
    },
    "AE-PATIENTS": {"kind": "patient-events", "analysis_set": "SAFETY"},
    "FOLLOW-UP": {
        "kind": "follow-up",
        "endpoint": "PFS",
        "analysis_set": "FULL",
        "rates_at": [3],
    },
    "PFS-RATES": {
        "kind": "subgroups",
        "endpoint": "PFS",
        "analysis_set": "FULL",
        "by": ["SEX"],
        "rate_at": 3,
    },
    "BASELINE-TESTED": {
        "kind": "summary",
        "analysis_set": "FULL",
        "by": "SEX",
        "variables": ["AGE", "ECOGBL", {"label": "Metastases", "flags": ["LIVERFL", "BONEFL"]}],
        "tests": {"categories": "fisher", "numbers": "ranks", "missing": "a category"},
    },
    "ORR-SEX": {
        "kind": "comparison",
        "outcome": "ORR",
        "analysis_set": "FULL",
        "by": "SEX",
        "strata": ["ECOGBL"],
        "tests": ["fisher", "chi-square", "mantel-haenszel"],
        "odds_ratio": "haldane-anscombe",
        "difference": "newcombe",
        "risk_ratio": "katz",
        "pairwise": "holm",
    },
    "AGE-SEX": {
        "kind": "comparison",
        "outcome": "AGE",
        "analysis_set": "FULL",
        "by": "SEX",
        "tests": ["mann-whitney", "kruskal-wallis", "t-test"],
        "shift": "hodges-lehmann",
        "pairwise": "bonferroni",
    },
    "REGION-SEX": {
        "kind": "comparison",
        "outcome": "ECOGBL",
        "analysis_set": "FULL",
        "by": "SEX",
        "tests": ["fisher"],
    },
    "AGE-KI67": {
        "kind": "paired-comparison",
        "analysis_set": "FULL",
        "first": "AGE",
        "second": "KI67",
    },
    "LIVER-BONE": {
        "kind": "agreement",
        "analysis_set": "FULL",
        "first": "SEX",
        "second": "ECOGBL",
        "pairs": {"F": "0", "M": "1"},
    },
    "PFS-COX": {
        "kind": "cox-regression",
        "endpoint": "PFS",
        "analysis_set": "FULL",
        "covariates": ["AGE", "SEX", "ECOGBL"],
        "per": {"AGE": 10},
        "models": ["univariable", "multivariable", "stepwise"],
    },
    "PFS-SUBGROUPS": {
        "kind": "subgroups",
        "endpoint": "PFS",
        "analysis_set": "FULL",
        "by": ["SEX", "REGION"],
    },
    "ORR-SUBGROUPS": {
        "kind": "subgroups",
        "endpoint": "ORR",
        "analysis_set": "FULL",
        "by": ["SEX", "REGION"],
    },
    "PFS-CAUSES": {
        "kind": "competing-risks",
        "endpoint": "PFS",
        "analysis_set": "FULL",
        "by": "SEX",
        "causes": {"Progression": ["Disease progression"], "Death": ["Death"]},
        "rates_at": [3, 12],
        "test": "gray",
    },
    "SUM-VISITS": {
        "kind": "repeated-measures",
        "analysis_set": "FULL",
        "dataset": "ADTR",
        "parameter": "SUMDIAM",
        "visit": "ASSESSN",
        "visits": ["0", "1", "2"],
    },
    "PFS-TESTS": {
        "kind": "survival",
        "endpoint": "PFS",
        "analysis_set": "FULL",
        "by": "SEX",
        "test": "log-rank",
        "strata": ["ECOGBL"],
        "rho": 1,
        "mean_until": "100 days",
        "null_median": "6 months",
    },
}


Cell = dict[str, object]


def found(
    analysis: dict[str, object], adam_: dict[str, pl.DataFrame] | None = None, **parts: object
) -> dict[str, Cell]:
    """Results of one analysis, named X, by what follows its name in their id."""
    results = analyse(protocol({"X": analysis}, **parts), adam_ or adam())
    return {row["result_id"].removeprefix("X."): row for row in results.rows.iter_rows(named=True)}


def values(cells: dict[str, Cell], start: str, *names: str) -> list[object]:
    """Values of several statistics whose ids begin alike."""
    return [cells[f"{start}{name}"]["value"] for name in names]

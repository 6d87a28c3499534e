"""The report's sentences on tissue, circulating biomarkers, CgA and quality of life.

Cives M et al. (2026), Nature Communications, doi 10.1038/s41467-026-71756-7, sections "Correlative
biomarker assessments", "Circulating biomarkers", "Health-related quality of life", and Table 4.
Numbers that the report prints and no method gives are not here; the study's README lists them.
"""

from functools import cache

import polars as pl
import pytest

from topline.protocol.read import read_protocol
from topline.sdtm.read import read_sdtm
from topline.studies import study_folder
from topline.trial import Trial, analyse_trial


@cache
def trial() -> Trial:
    folder = study_folder("cabotem")
    return analyse_trial(read_protocol(folder), read_sdtm(folder / "data"))


def value(analysis: str, statistic: str, group: str = "", level: str = "") -> tuple[str, int]:
    """The number as printed and the subjects that it rests on."""
    rows = trial().results.rows.filter(
        pl.col("analysis_id") == analysis,
        pl.col("statistic") == statistic,
        pl.col("group") == group,
        pl.col("level") == level,
    )
    return rows["display"].item(), rows["n"].item()


# Of 33 patients 19 had tissue; 5, 3 and 11 in the categories; 2 indeterminate; 2 without control
TISSUE = [
    ("MGMT", "AVALCAT1", {"1": 5, "2": 3, "3": 11}),
    ("MGMT", "AVALCAT2", {"LOW": 8, "HIGH": 11}),
    ("MGMTMETH", "AVALCAT1", {"METHYLATED": 4, "UNMETHYLATED": 13, None: 2}),
    ("CMET", "AVALCAT1", {"WEAK": 5, "NONE": 12, None: 2}),
    ("AXL", "AVALCAT1", {"NONE": 17, None: 2}),
    ("VEGFR2", "AVALCAT1", {"NONE": 17, None: 2}),
]


@pytest.mark.parametrize(("parameter", "column", "counts"), TISSUE)
def test_nineteen_samples_fall_into_the_reports_categories(
    parameter: str, column: str, counts: dict[str | None, int]
) -> None:
    rows = trial().adam["ADBM"].filter(PARAMCD=parameter)
    assert dict(rows[column].value_counts().iter_rows()) == counts
    assert rows["USUBJID"].n_unique() == 19


RESULTS = [
    # Table 4: low 2 of 8 (25 %; 3.2 to 65.1), high 1 of 11 (9 %; 0.2 to 41.3), OR 3.3, P 0.5
    ("ORR-BIOMARKER", "estimate", "LOW", "", ("25.0", 8)),
    ("ORR-BIOMARKER", "lower", "LOW", "", ("3.2", 8)),
    ("ORR-BIOMARKER", "upper", "LOW", "", ("65.1", 8)),
    ("ORR-BIOMARKER", "estimate", "HIGH", "", ("9.1", 11)),
    ("ORR-BIOMARKER", "upper", "HIGH", "", ("41.3", 11)),
    ("ORR-MGMT", "estimate", "LOW", "odds ratio", ("3.33", 19)),
    ("ORR-MGMT", "p_value", "", "fisher", ("0.546", 19)),
    # methylation: 3 of 4 (75 %), 0 of 13 (0 to 24.7), OR 63
    ("ORR-BIOMARKER", "estimate", "METHYLATED", "", ("75.0", 4)),
    ("ORR-BIOMARKER", "upper", "UNMETHYLATED", "", ("24.7", 13)),
    ("ORR-METHYLATION", "estimate", "METHYLATED", "odds ratio", ("63.0", 17)),
    # c-MET: 2 of 5 (40 %), 0 of 12, OR 17.9 (0.69 to 466), P 0.07; 5 of 17 (29 %)
    ("ORR-BIOMARKER", "estimate", "POSITIVE", "", ("40.0", 5)),
    ("ORR-CMET", "estimate", "POSITIVE", "odds ratio", ("17.9", 17)),
    ("ORR-CMET", "lower", "POSITIVE", "odds ratio", ("0.69", 17)),
    ("ORR-CMET", "p_value", "", "fisher", ("0.074", 17)),
    ("CMET-POSITIVE", "estimate", "", "", ("29.4", 17)),
    # concordance 65 % (41.3 to 82.7)
    ("MGMT-AGREE", "estimate", "", "", ("64.7", 17)),
    ("MGMT-AGREE", "lower", "", "", ("41.3", 17)),
    ("MGMT-AGREE", "upper", "", "", ("82.7", 17)),
    # VEGF-A of 25: medians 210, 146.3 and 367; F = 1.67, P 0.2; Kruskal-Wallis P 0.6
    ("VEGF-TIME", "median", "", "BASELINE", ("210.3", 25)),
    ("VEGF-TIME", "median", "", "BEST RESPONSE", ("146.3", 25)),
    ("VEGF-TIME", "median", "", "END OF TREATMENT", ("367.3", 25)),
    ("VEGF-TIME", "statistic", "", "F test of visit", ("1.67", 25)),
    ("VEGF-TIME", "p_value", "", "F test of visit", ("0.199", 25)),
    ("VEGF-TIME", "p_value", "", "kruskal-wallis", ("0.565", 25)),
    # responders 249, others 148; shrinkage 304 (14), none 115.6 (11)
    ("VEGF-RESPONSE", "median", "PR", "", ("248.85", 4)),
    ("VEGF-RESPONSE", "median", "SD", "", ("147.5", 21)),
    ("VEGF-SHRINKAGE", "median", "Y", "", ("303.7", 14)),
    ("VEGF-SHRINKAGE", "median", "N", "", ("115.6", 11)),
    # Table 2: high at baseline 3 of 5 responders and 10 others; change high 1 and 11
    ("ORR-VEGF", "responders", "HIGH", "", ("3", 13)),
    ("ORR-VEGF-CHANGE", "responders", "HIGH", "", ("1", 12)),
    # PFS: baseline P 0.1, change P 0.004
    ("PFS-VEGF", "p_value", "", "log-rank", ("0.135", 25)),
    ("PFS-VEGF-CHANGE", "p_value", "", "log-rank", ("0.004", 25)),
    # CgA: 6 of 22 (27 %); lowest against baseline P < 0.0001 (31)
    ("CGA-RESPONSE", "responders", "", "", ("6", 22)),
    ("CGA-RESPONSE", "estimate", "", "", ("27.3", 22)),
    ("CGA-LOWEST", "p_value", "", "signed-rank", ("<0.0001", 31)),
]


@pytest.mark.parametrize(("analysis", "statistic", "group", "level", "printed"), RESULTS)
def test_the_reports_numbers_are_results(
    analysis: str, statistic: str, group: str, level: str, printed: tuple[str, int]
) -> None:
    assert value(analysis, statistic, group, level) == printed


def test_one_of_six_cga_responders_responds_and_five_shrink() -> None:
    adsl = trial().adam["ADSL"].filter(CGARSP="MAJOR REDUCTION OR NORMALIZATION")
    assert adsl.height == 6
    assert adsl.filter(RESPONSE="PR").height == 1
    assert adsl.filter(SHRINK="Y").height == 5


# The report: PFS longer with MGMT deficiency, P 0.03
def test_mgmt_deficiency_goes_with_longer_pfs() -> None:
    p, n = value("PFS-MGMT", "p_value", "", "log-rank")
    assert n == 19
    assert 0.025 <= float(p) < 0.035
    deficient, other = (
        value("PFS-MGMT", "rate", group, "24")[0] for group in ("DEFICIENT", "NOT DEFICIENT")
    )
    assert float(deficient) > float(other)


QUALITY = [
    "QOL-GLOBAL", "QOL-SUMMARY", "QOL-PHYSICAL", "QOL-FATIGUE", "QOL-DIARRHOEA", "QOL-ENDOCRINE",
    "QOL-GI", "QOL-TREATMENT", "QOL-WORRIES",
]  # fmt: skip


@pytest.mark.parametrize("analysis", QUALITY)
def test_quality_of_life_does_not_change_over_time(analysis: str) -> None:
    p, _ = value(analysis, "p_value", "", "F test of visit")
    assert float(p) > 0.05


def test_biomarkers_and_questionnaires_raise_no_alarm_on_clean_data() -> None:
    found = trial().queries.filter(pl.col("domain").is_in(["ADBM", "ADQS"]))
    assert found.filter(pl.col("severity") == "error").is_empty()

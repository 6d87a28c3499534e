"""Every number in the report's Results on therapy, safety, biomarkers and quality of life.

Cives M et al. (2026), Nature Communications, doi 10.1038/s41467-026-71756-7. A line holds what a
sentence says in our words, the number in print, the result that answers it, what the reconstructed
cohort gives, and, where the two differ, why. Numbers of which no result can be made say why not.
"""

from functools import cache

import polars as pl
import pytest

from topline.analyses.trace import rows_behind
from topline.protocol.read import read_protocol
from topline.sdtm.read import read_sdtm
from topline.studies import study_folder
from topline.trial import Trial, analyse_trial

Statement = tuple[str, str, str, str] | tuple[str, str, str, str, str]
_E, _A, _R = "EXPOSURE", "AE-RELATED", "ORR-BIOMARKER.ORR"
_CABO, _TMZ = f"{_E}.CABOZANTINIB", f"{_E}.TEMOZOLOMIDE"
_LOW, _HIGH = f"{_R}.MGMTIHC=LOW", f"{_R}.MGMTIHC=HIGH"
_METHYLATED, _NOT = f"{_R}.MGMTPCR=METHYLATED", f"{_R}.MGMTPCR=UNMETHYLATED"
_MET, _NO_MET = f"{_R}.CMETEXP=POSITIVE", f"{_R}.CMETEXP=NEGATIVE"
_OR_LOW = "ORR-MGMT.ORR.MGMTIHC=LOW.odds ratio"
_OR_METHYLATED = "ORR-METHYLATION.ORR.MGMTPCR=METHYLATED.odds ratio"
_OR_MET = "ORR-CMET.ORR.CMETEXP=POSITIVE.odds ratio"
_CLOPPER = "Clopper-Pearson, as the report's other proportions; no usual method gives the print"
_WOOLF = "Woolf's limits, which give the print for c-MET"
_FITTED = "no values were found that give it together with the other medians and tests"
_TABLE = "the report's text and its Table 3 differ; the cohort follows the table"

THERAPY: list[Statement] = [
    ("safety set", "37", "FLOW.SAFETY.n", "37"),
    ("a cycle and an assessment", "33", "FLOW.PP.n", "33"),
    ("... of all", "89", "", "", "a flow has counts; 33 of 37 are 89 %"),
    ("out before a cycle: worsening", "2",
     "FLOW.PP.lost.First cycle not completed because of clinical worsening.n", "2"),
    ("out before a cycle: platelets", "2",
     "FLOW.PP.lost.First cycle not completed because of toxicity.n", "2"),
    ("cycles, median", "16", "EXPOSURE-PP.ALL DRUGS.NCYCLE.median", "16"),
    ("cabozantinib interrupted", "18", f"{_CABO}.INTERRUPTED.n", "18"),
    ("... percent", "49", f"{_CABO}.INTERRUPTED.percent", "48.6"),
    ("... for over 14 days", "0", f"{_CABO}.INT-OVER.n", "0"),
    ("cabozantinib reduced", "5", f"{_CABO}.REDUCED.n", "5"),
    ("... percent", "14", f"{_CABO}.REDUCED.percent", "13.5"),
    ("... for diarrhea", "3", f"{_CABO}.RED-CAUSE.Diarrhea.n", "3"),
    ("... for fatigue", "1", f"{_CABO}.RED-CAUSE.Fatigue.n", "1"),
    ("... for hand-foot syndrome", "1",
     f"{_CABO}.RED-CAUSE.Palmar-plantar erythrodysesthesia syndrome.n", "1"),
    ("... event over in all", "5", f"{_CABO}.RED-RESOLVED.n", "5"),
    ("temozolomide interrupted", "10", f"{_TMZ}.INTERRUPTED.n", "10"),
    ("... percent", "27", f"{_TMZ}.INTERRUPTED.percent", "27.0"),
    ("... for over 14 days", "0", f"{_TMZ}.INT-OVER.n", "0"),
    ("temozolomide reduced", "6", f"{_TMZ}.REDUCED.n", "6"),
    ("... percent", "16", f"{_TMZ}.REDUCED.percent", "16.2"),
    ("temozolomide stopped alone", "4", f"{_TMZ}.STOP-ALONE.n", "4"),
    ("... percent", "11", f"{_TMZ}.STOP-ALONE.percent", "10.8"),
    ("reduced for neutropenia", "2", f"{_TMZ}.RED-CAUSE.Neutropenia.n", "2"),
    ("reduced for platelets", "2", f"{_TMZ}.RED-CAUSE.Platelet count decreased.n", "2"),
    ("reduced for fatigue", "1", f"{_TMZ}.RED-CAUSE.Fatigue.n", "1"),
    ("reduced for nausea", "1", f"{_TMZ}.RED-CAUSE.Nausea/Vomiting.n", "1"),
    ("events that led to it", "6", "AE-TMZ-REDUCED.(any).any.n", "6"),
    ("event over after reduction", "2", f"{_TMZ}.RED-RESOLVED.n", "2"),
    ("event not over", "4", f"{_TMZ}.RED-NOT.n", "4"),
    ("stopped for neutropenia", "3", f"{_TMZ}.ALONE-CAUSE.Neutropenia.n", "3"),
    ("stopped for nausea", "1", f"{_TMZ}.ALONE-CAUSE.Nausea/Vomiting.n", "1"),
    ("months to the stop, median", "2.6", "TTD-TMZ.TTD-TMZ.median", "2.6"),
    ("... lower limit", "1.7", "TTD-TMZ.TTD-TMZ.median_lower", "1.7"),
    ("... upper limit", "4.3", "TTD-TMZ.TTD-TMZ.median_upper", "NE",
     "4.3 is the longest of the four times; no limit is reached after four events"),
    ("... longest", "4.3", "TTD-TMZ.TTD-TMZ.follow_up_max", "4.3"),
    ("off treatment: toxicity", "8", "FLOW.SAFETY.outcome.Unacceptable toxicity.n", "8"),
    ("off: progression", "6", "FLOW.SAFETY.outcome.Radiographic progression.n", "6"),
    ("off: symptomatic decline", "6", "FLOW.SAFETY.outcome.Symptomatic decline.n", "6"),
    ("off: other disease", "4", "FLOW.SAFETY.outcome.Worsening of pre-existing disease.n", "4"),
    ("off: consent withdrawn", "3", "FLOW.SAFETY.outcome.Withdrawal of consent.n", "3"),
    ("on treatment", "10", "FLOW.SAFETY.outcome.ONGOING.n", "10"),
    ("stopped for platelets", "4", "AE-STOPPED.Platelet count decreased.any.n", "4"),
    ("stopped for diarrhea", "2", "AE-STOPPED.Diarrhea.any.n", "2"),
    ("stopped for fatigue", "1", "AE-STOPPED.Fatigue.any.n", "1"),
    ("stopped for bowel perforation (colitis, grade 4)", "1", "AE-STOPPED.Colitis.4.n", "1"),
]  # fmt: skip

SAFETY: list[Statement] = [
    ("related, grade 3 or more", "9", f"{_A}.(any).>=3.n", "9"),
    ("... percent", "24", f"{_A}.(any).>=3.percent", "24.3"),
    ("lymphopenia, grade 3 or more", "16", f"{_A}.Lymphopenia.>=3.percent", "16.2"),
    ("thrombocytopenia", "11", f"{_A}.Platelet count decreased.>=3.percent", "10.8"),
    ("colitis", "8", f"{_A}.Colitis.>=3.percent", "8.1"),
    ("diarrhea", "8", f"{_A}.Diarrhea.>=3.percent", "8.1"),
    ("anemia", "3", f"{_A}.Anemia.>=3.percent", "2.7"),
    ("abdominal pain", "3", f"{_A}.Abdominal pain.>=3.percent", "2.7"),
    ("hand-foot syndrome", "3",
     f"{_A}.Palmar-plantar erythrodysesthesia syndrome.>=3.percent", "2.7"),
    ("bilirubin", "3", f"{_A}.Blood bilirubin increased.>=3.percent", "2.7"),
    ("oral mucositis", "3", f"{_A}.Mucositis oral.>=3.percent", "2.7"),
    ("platelets of grade 3 or more", "4", "AE-ONSET.1.n", "4"),
    ("... in cycle 1", "3", "AE-ONSET.1.cycle 1.n", "3"),
    ("... in cycle 2", "1", "AE-ONSET.1.cycle 2.n", "1"),
    ("... platelets transfused", "4", "THROMBOCYTOPENIA.Under treatment.PLATTRFL.PLATG4FL=Y.Y.n",
     "4"),
    ("... chemotherapy or lutetium before", "4",
     "THROMBOCYTOPENIA.Before treatment.PRALKYFL.PLATG4FL=Y.Y.n", "4"),
    ("... bone metastases", "3", "THROMBOCYTOPENIA.Before treatment.METBONFL.PLATG4FL=Y.Y.n", "3"),
    ("colitis that threatened life", "1", f"{_A}.Colitis.4.n", "1"),
    ("hypertension", "7", f"{_A}.Hypertension.any.n", "6", _TABLE),
    ("... percent", "19", f"{_A}.Hypertension.any.percent", "16.2", _TABLE),
    ("... controlled, percent", "100",
     "HYPERTENSION.Under treatment.BPCTLFL.HTNFL=Y.Y.percent", "100"),
    ("fatigue", "65", f"{_A}.Fatigue.any.percent", "67.6", _TABLE),
    ("nausea", "51", f"{_A}.Nausea/Vomiting.any.percent", "51.4"),
    ("decreased appetite", "46", f"{_A}.Anorexia.any.percent", "45.9"),
    ("dyspepsia", "30", f"{_A}.Dyspepsia/GERD.any.percent", "29.7"),
    ("constipation", "16", f"{_A}.Constipation.any.percent", "16.2"),
    ("hypothyroidism", "16", f"{_A}.Hypothyroidism.any.percent", "16.2"),
    ("erectile dysfunction", "16", f"{_A}.Erectile dysfunction.any.percent", "16.2"),
    ("related and fatal", "0", "AE-OVERVIEW.5.n", "0"),
]  # fmt: skip

TISSUE: list[Statement] = [
    ("tissue at hand", "19", "TISSUE-SCORES.Samples.TISFL.Y.n", "19"),
    ("... percent", "58", "TISSUE-SCORES.Samples.TISFL.Y.percent", "57.6"),
    ("methylation indeterminate", "2", "MGMT-AGREE.MGMT-AGREE.unknown", "2"),
    ("ORR, MGMT low", "25", f"{_LOW}.estimate", "25.0"),
    ("... lower limit", "3.2", f"{_LOW}.lower", "3.2"),
    ("... upper limit", "65.1", f"{_LOW}.upper", "65.1"),
    ("ORR, MGMT high", "9", f"{_HIGH}.estimate", "9.1"),
    ("... upper limit", "41.3", f"{_HIGH}.upper", "41.3"),
    ("... lower limit", "0", f"{_HIGH}.lower", "0.2"),
    ("odds ratio", "3.3", f"{_OR_LOW}.estimate", "3.33"),
    ("... lower limit", "0.3", f"{_OR_LOW}.lower", "0.25", _WOOLF),
    ("... upper limit", "38.2", f"{_OR_LOW}.upper", "45.1", _WOOLF),
    ("... P", "0.5", "ORR-MGMT.ORR.fisher.p_value", "0.546"),
    ("ORR, methylated", "75", f"{_METHYLATED}.estimate", "75.0"),
    ("... lower limit", "21.9", f"{_METHYLATED}.lower", "19.4", _CLOPPER),
    ("... upper limit", "98.7", f"{_METHYLATED}.upper", "99.4", _CLOPPER),
    ("ORR, not methylated", "0", f"{_NOT}.estimate", "0"),
    ("... upper limit", "24.7", f"{_NOT}.upper", "24.7"),
    ("odds ratio", "63", f"{_OR_METHYLATED}.estimate", "63.0"),
    ("... lower limit", "3.2", f"{_OR_METHYLATED}.lower", "2.08", _WOOLF),
    ("... upper limit", "1234", f"{_OR_METHYLATED}.upper", "1906", _WOOLF),
    ("... P", "0.002", "ORR-METHYLATION.ORR.fisher.p_value", "0.006",
     "Fisher's exact test of 3 of 4 and 0 of 13"),
    ("assays agree, percent", "65", "MGMT-AGREE.MGMT-AGREE.estimate", "64.7"),
    ("... lower limit", "41.3", "MGMT-AGREE.MGMT-AGREE.lower", "41.3"),
    ("... upper limit", "82.7", "MGMT-AGREE.MGMT-AGREE.upper", "82.7"),
    ("PFS by MGMT deficiency, P", "0.03", "PFS-MGMT.PFS.log-rank.p_value", "0.031"),
    ("without internal control", "2", "CMET-POSITIVE.CMET-POSITIVE.unknown", "2"),
    ("AXL expressed", "0", "AXL-POSITIVE.AXL-POSITIVE.responders", "0"),
    ("VEGFR2 expressed", "0", "VEGFR2-POSITIVE.VEGFR2-POSITIVE.responders", "0"),
    ("c-MET expressed", "5", "CMET-POSITIVE.CMET-POSITIVE.responders", "5"),
    ("... percent", "29", "CMET-POSITIVE.CMET-POSITIVE.estimate", "29.4"),
    ("... weakly", "5", "TISSUE-SCORES.CMETTIER.WEAK.n", "5"),
    ("ORR, c-MET", "40", f"{_MET}.estimate", "40.0"),
    ("... lower limit", "11", f"{_MET}.lower", "5.3", _CLOPPER),
    ("... upper limit", "77", f"{_MET}.upper", "85.3", _CLOPPER),
    ("ORR, no c-MET", "0", f"{_NO_MET}.estimate", "0"),
    ("... upper limit", "14", f"{_NO_MET}.upper", "26.5", _CLOPPER),
    ("odds ratio", "17.9", f"{_OR_MET}.estimate", "17.9"),
    ("... lower limit", "0.69", f"{_OR_MET}.lower", "0.69"),
    ("... upper limit", "466", f"{_OR_MET}.upper", "465", "464.9; the report may have rounded"),
    ("... P", "0.07", "ORR-CMET.ORR.fisher.p_value", "0.074"),
]  # fmt: skip

_NO_LIMITS = "limits of medians are not among the results of a course over time"
PLASMA: list[Statement] = [
    ("samples at all times", "25", "TISSUE-SCORES.Samples.PLASMFL.Y.n", "25"),
    ("... percent", "76", "TISSUE-SCORES.Samples.PLASMFL.Y.percent", "75.8"),
    ("VEGF-A at baseline, median", "210", "VEGF-TIME.VEGFA.BASELINE.median", "210.3"),
    ("... limits", "175.4-436.3", "", "", _NO_LIMITS),
    ("... at best response", "146.3", "VEGF-TIME.VEGFA.BEST RESPONSE.median", "146.3"),
    ("... limits", "164-456.4", "", "", f"{_NO_LIMITS}; those in print leave out their median"),
    ("... at the end", "367", "VEGF-TIME.VEGFA.END OF TREATMENT.median", "367.3"),
    ("... limits", "230.8-523.4", "", "", _NO_LIMITS),
    ("Kruskal-Wallis, P", "0.6", "VEGF-TIME.VEGFA.kruskal-wallis.p_value", "0.565"),
    ("mixed model, F", "1.67", "VEGF-TIME.VEGFA.F test of visit.statistic", "1.67"),
    ("... degrees of freedom", "2", "VEGF-TIME.VEGFA.F test of visit.df", "2"),
    ("... of the error", "41.1", "VEGF-TIME.VEGFA.F test of visit.df_error", "48.0",
     "48 where 25 patients have three values; the report's data seem to lack some"),
    ("... P", "0.2", "VEGF-TIME.VEGFA.F test of visit.p_value", "0.199"),
    ("end of those with progression, P", "1", "VEGF-PD.VEGFEND.signed-rank.p_value", ">0.999"),
    ("... patients", "8", "VEGF-PD.VEGFEND.first.median", "235.4",
     "rests on 5 patients: of six who stopped for radiological progression five have plasma"),
    ("or clinical decline, P", "0.9", "VEGF-DECLINE.VEGFEND.signed-rank.p_value", "0.910"),
    ("... patients", "8", "VEGF-DECLINE.VEGFEND.first.median", "210.3",
     "rests on 9 patients: of four who declined all have plasma"),
    ("responders", "4", "VEGF-RESPONSE.VEGFBL.RESPONSE=PR.n", "4"),
    ("... median", "249", "VEGF-RESPONSE.VEGFBL.RESPONSE=PR.median", "248.85"),
    ("others", "21", "VEGF-RESPONSE.VEGFBL.RESPONSE=SD.n", "21"),
    ("... median", "148", "VEGF-RESPONSE.VEGFBL.RESPONSE=SD.median", "147.5"),
    ("... P", "0.97", "VEGF-RESPONSE.VEGFBL.mann-whitney.p_value", "0.963", _FITTED),
    ("shrinkage", "14", "VEGF-SHRINKAGE.VEGFBL.SHRINK=Y.n", "14"),
    ("... median", "304", "VEGF-SHRINKAGE.VEGFBL.SHRINK=Y.median", "303.7"),
    ("... limits", "178-532", "", "", _NO_LIMITS),
    ("no shrinkage", "11", "VEGF-SHRINKAGE.VEGFBL.SHRINK=N.n", "11"),
    ("... median", "115.6", "VEGF-SHRINKAGE.VEGFBL.SHRINK=N.median", "115.6"),
    ("... limits", "21-466", "", "", _NO_LIMITS),
    ("... P", "0.31", "VEGF-SHRINKAGE.VEGFBL.mann-whitney.p_value", "0.311"),
    ("change and response, P", "0.2", "VEGF-CHANGE-RESPONSE.VEGFDELT.mann-whitney.p_value",
     "0.231"),
    ("change and shrinkage, P", "0.34", "VEGF-CHANGE-SHRINKAGE.VEGFDELT.mann-whitney.p_value",
     "0.344"),
    ("PFS by baseline, P", "0.1", "PFS-VEGF.PFS.log-rank.p_value", "0.135"),
    ("PFS by change, P", "0.004", "PFS-VEGF-CHANGE.PFS.log-rank.p_value", "0.004"),
]  # fmt: skip

SERUM: list[Statement] = [
    ("CgA elevated, measured again: major fall", "6", "CGA-RESPONSE.CGA-RESPONSE.responders", "6"),
    ("... percent", "27", "CGA-RESPONSE.CGA-RESPONSE.estimate", "27.3"),
    ("... lower limit", "11", "CGA-RESPONSE.CGA-RESPONSE.lower", "10.7"),
    ("... upper limit", "49", "CGA-RESPONSE.CGA-RESPONSE.upper", "50.2",
     "Clopper-Pearson; the report's limits of 6 of 22 are narrower"),
    ("lowest against baseline, P", "<0.0001", "CGA-LOWEST.CGALOW.signed-rank.p_value", "<0.0001"),
    ("partial response among the six", "1",
     "CGA-SHRINKAGE.RESPONSE.CGARSP=MAJOR REDUCTION OR NORMALIZATION.PR.n", "1"),
    ("shrinkage among the six", "5",
     "CGA-SHRINKAGE.SHRINK.CGARSP=MAJOR REDUCTION OR NORMALIZATION.Y.n", "5"),
]  # fmt: skip

# No number in print: the domains did not change over time
QUALITY = {
    "QOL-GLOBAL.QL": "0.068", "QOL-SUMMARY.SUMMARY": "0.054", "QOL-PHYSICAL.PF": "0.406",
    "QOL-FATIGUE.FA": "0.085", "QOL-DIARRHOEA.DI": "0.418", "QOL-ENDOCRINE.ED": "0.946",
    "QOL-GI.GI": "0.907", "QOL-TREATMENT.TR": "0.679", "QOL-WORRIES.DRW": "0.444",
}  # fmt: skip

EVERY = [*THERAPY, *SAFETY, *TISSUE, *PLASMA, *SERUM]
ANSWERED = [statement for statement in EVERY if statement[2]]


@cache
def trial() -> Trial:
    folder = study_folder("cabotem")
    return analyse_trial(read_protocol(folder), read_sdtm(folder / "data"))


@cache
def displays() -> dict[str, tuple[str, float | None]]:
    rows = trial().results.rows.select("result_id", "display", "value")
    return {result: (display, value) for result, display, value in rows.iter_rows()}


@pytest.mark.parametrize("statement", ANSWERED, ids=lambda s: f"{s[2]} {s[1]}")
def test_a_sentence_has_its_result(statement: Statement) -> None:
    _, printed, result, here, *why = statement
    assert result in displays()
    display, value = displays()[result]
    assert display == here
    assert agrees(printed, display, value) is not bool(why), (printed, display, why)


def agrees(printed: str, display: str, value: float | None) -> bool:
    """Whether a result is the number in print, at the decimals of the print."""
    if value is None or not printed.replace(".", "").isdigit():
        return printed == display
    decimals = len(printed.partition(".")[2])
    return round(value, decimals) == float(printed)


def test_sentences_without_a_result_say_why() -> None:
    assert all(len(statement) == 5 for statement in EVERY if not statement[2])
    assert len(EVERY) - len(ANSWERED) == 6


@pytest.mark.parametrize(("scale", "p_value"), QUALITY.items())
def test_quality_of_life_stayed_as_it_was(scale: str, p_value: str) -> None:
    display, value = displays()[f"{scale}.F test of visit.p_value"]
    assert display == p_value
    assert value is not None
    assert value > 0.05


def test_one_neutropenia_and_one_nausea_ended_after_less_temozolomide() -> None:
    rows = trial().results.rows.filter(result_id=f"{_TMZ}.RED-RESOLVED.n")
    behind = rows_behind(rows["trace_dataset"].item(), rows["trace_where"].item(), trial().adam)
    assert sorted(behind["ACAUSE"]) == ["Nausea/Vomiting", "Neutropenia"]


def test_the_number_of_patients_behind_vegf_at_the_end() -> None:
    rows = trial().results.rows.filter(pl.col("statistic") == "median", pl.col("level") == "first")
    found = {analysis: n for analysis, n in rows.select("analysis_id", "n").iter_rows()}
    assert (found["VEGF-PD"], found["VEGF-DECLINE"], found["CGA-LOWEST"]) == (5, 9, 31)

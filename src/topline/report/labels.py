"""Words for codes: CDISC's variables, the statistics of results, the analysis datasets."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

STATISTICS: Final[Mapping[str, str]] = MappingProxyType({
    "n": "Subjects", "N": "Subjects", "percent": "Percentage", "mean": "Mean",
    "sd": "Standard deviation", "median": "Median", "q1": "First quartile",
    "q3": "Third quartile", "min": "Smallest", "max": "Largest", "responders": "Responders",
    "estimate": "Estimate", "lower": "Lower confidence limit", "upper": "Upper confidence limit",
    "events": "Events", "episodes": "Episodes", "censored": "Censored",
    "median_lower": "Lower confidence limit of the median",
    "median_upper": "Upper confidence limit of the median", "rate": "Rate at the landmark",
    "rate_se": "Standard error of the rate", "rate_lower": "Lower confidence limit of the rate",
    "rate_upper": "Upper confidence limit of the rate", "p_value": "P value",
    "follow_up_median": "Median follow-up", "follow_up_min": "Shortest follow-up",
    "follow_up_max": "Longest follow-up", "chi_square": "Chi-square", "statistic": "Test statistic",
    "df": "Degrees of freedom", "df_error": "Degrees of freedom of the error",
    "decision": "Decision", "responders_needed": "Responders needed",
    "unknown": "Not known", "informative": "Left in a way that may tell",
    "delta": "Factor of the hazard after leaving", "weight_mean": "Mean weight",
    "weight_max": "Largest weight", "at_risk": "Subjects at risk", "total": "Total",
    "deviations": "Deviations", "score": "Score", "positive": "Stained share",
    "field": "Width of the picture", "bar": "Length of the scale bar", "caption": "Caption",
    "aic": "Akaike information criterion",
    "concordance": "Concordance", "value": "Value", "duration": "Duration", "change": "Change",
    "best_change": "Best change", "time": "Time", "others": "Others",
})  # fmt: skip
"""What a statistic of a result is called."""

DATASETS: Final[Mapping[str, str]] = MappingProxyType({
    "ADSL": "Subjects", "ADTR": "Tumor measurements", "ADRS": "Tumor responses",
    "ADTTE": "Times to event", "ADAE": "Adverse events", "ADIE": "Eligibility criteria",
    "ADEX": "Exposure", "ADDV": "Protocol deviations", "ADBM": "Biomarkers",
    "ADQS": "Questionnaires", "ADLB": "Laboratory results", "ADVS": "Vital signs",
    "ADEG": "Electrocardiograms",
})  # fmt: skip
"""What an analysis dataset is called."""

LISTINGS: Final[Mapping[str, str]] = MappingProxyType({
    "screening": "Screening log", "violations": "Eligibility violations among the enrolled",
    "visits": "Tumor assessments against the plan", "deviations": "List of protocol deviations",
    "laboratory": "Laboratory results of grade 3 or 4",
    "biomarkers": "Biomarkers that could not be evaluated",
    "questionnaires": "Questionnaire scores that are missing",
    "discrepancies": "Responses that differ from those reported",
    "agreement": "Agreement of derived and reported responses",
    "plates": "Plates of immunoassays",
    "after_cut": "Records after the data cut",
})  # fmt: skip
"""What a listing of the run is called."""

VARIABLES: Final[Mapping[str, str]] = MappingProxyType({
    "STUDYID": "Study", "USUBJID": "Subject", "SUBJID": "Subject in the study", "SITEID": "Site",
    "COUNTRY": "Country", "AGE": "Age", "AGEU": "Unit of age", "SEX": "Sex", "RACE": "Race",
    "ETHNIC": "Ethnicity", "ARM": "Planned arm", "ARMCD": "Planned arm, code",
    "ACTARM": "Actual arm", "ACTARMCD": "Actual arm, code", "TRT01P": "Planned treatment",
    "TRT01PN": "Planned treatment, number", "TRT01A": "Treatment",
    "TRT01AN": "Treatment, number", "RFICDT": "Informed consent", "RANDDT": "Enrolled",
    "TRTSDT": "First dose", "TRTEDT": "Last dose", "TRTDURD": "Days under treatment",
    "NCYCLES": "Cycles", "SCRFFL": "Screen failure", "ENRLFL": "Enrolled",
    "EOTSTT": "Status of treatment", "EOTDT": "End of treatment",
    "DCTREAS": "Reason for the end of treatment", "DTHFL": "Died", "DTHDT": "Death",
    "LSTALVDT": "Last known alive", "DCUTDT": "Data cut", "BOR": "Best overall response",
    "CBOR": "Confirmed best response", "BORDT": "Day of the best response",
    "BESTPCHG": "Best change of the sum (%)", "BESTPCDT": "Day of the best change",
    "NACTDT": "New anticancer therapy", "ASEQ": "Row of the subject", "SRCDOM": "From domain",
    "SRCVAR": "From variable", "SRCSEQ": "From record", "PARAM": "Parameter",
    "PARAMCD": "Parameter code", "PARAMN": "Parameter, number", "PARCAT1": "Category",
    "PARCAT2": "Category 2", "AVAL": "Value", "AVALC": "Value in words", "AVALU": "Unit",
    "AVALCAT1": "Value category", "AVALCAT2": "Value category 2", "BASE": "Baseline",
    "CHG": "Change", "PCHG": "Change (%)", "NADIR": "Nadir", "CHGNAD": "Change from the nadir",
    "PCHGNAD": "Change from the nadir (%)", "ADT": "Date", "ADY": "Day", "AVISIT": "Visit",
    "AVISITN": "Visit, number", "VISIT": "Visit", "VISITNUM": "Visit, number",
    "ABLFL": "Baseline record", "ANL01FL": "Analyzed", "AREASON": "Reason",
    "DTYPE": "Derivation", "ASSESSN": "Assessment, number", "TRLNKID": "Lesion",
    "TULOC": "Location", "NODALFL": "Lymph node", "ASTDT": "Start", "AENDT": "End",
    "ASTDY": "Start day", "AENDY": "End day", "ASTDTF": "Start imputed", "AENDTF": "End imputed",
    "STARTDT": "Start of the time", "CNSR": "Censored", "EVNTDESC": "Event",
    "CNSDTDSC": "Censored at", "AETERM": "Reported term", "AEDECOD": "Term",
    "AEBODSYS": "Body system", "AESOC": "System organ class", "AESEV": "Severity",
    "AETOXGR": "Grade as reported", "ATOXGRN": "Grade", "AESER": "Serious",
    "AEREL": "Causality as reported", "AREL": "Related", "RELFL": "Related",
    "AEACN": "Action taken", "AEOUT": "Outcome", "TRTEMFL": "Under treatment",
    "LEDREDFL": "Led to a lower dose", "LEDINTFL": "Led to an interruption",
    "LEDDISFL": "Led to the end of a drug", "AESIFL": "Of special interest",
    "DOSELVL": "Dose level", "DOSLVLFR": "Dose level before", "ACAUSE": "Cause",
    "DCREAS": "Reason for stopping", "OVERFL": "Longer than allowed",
    "ALONEFL": "Stopped alone", "ANRLO": "Lower limit of normal", "ANRHI": "Upper limit of normal",
    "ANRIND": "Against the normal range", "ATOXGRL": "Grade, low", "ATOXGRH": "Grade, high",
    "GRADE": "Grade", "TERM": "Term", "BASEGRADE": "Grade at baseline", "BOUND": "Bound",
    "SPREFID": "Specimen", "DVCAT": "Category", "DVDECOD": "Kind", "DVTERM": "Deviation",
    "FOUND": "Found", "PLANNED": "Planned", "ELIG": "Eligibility", "ELIGIBLE": "Eligibility",
    "VIOLFL": "Violation", "BASIS": "Judged by", "USED": "Values used",
    "MISSING": "Values missing", "SITEAVAL": "As the site judged", "AGREEFL": "Site agrees",
    "SCRDT": "Screened", "BASELINE": "Judged on", "VIOLATED": "Criteria against entry",
    "UNKNOWN": "Criteria not judged", "OUTCOME": "Outcome", "ENRLDT": "Enrolled",
    "REASON": "Reason", "ITEMS": "Items", "ANSWERED": "Answered", "REFUSED": "Refused",
    "DETFL": "Deteriorated", "CHGCAT1": "Change category",
})  # fmt: skip
"""What a variable is called where the protocol gives it no label."""

SHOWN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "ADSL": (
        "USUBJID", "TRT01A", "AGE", "SEX", "TRTSDT", "TRTEDT", "EOTSTT", "DCTREAS", "BOR", "DTHDT",
    ),
    "ADRS": ("USUBJID", "PARAM", "AVALC", "ADT", "AVISIT", "AREASON"),
    "ADTR": ("USUBJID", "PARAM", "TRLNKID", "TULOC", "AVAL", "AVALC", "ADT", "AVISIT", "PCHG"),
    "ADTTE": ("USUBJID", "PARAM", "AVAL", "CNSR", "STARTDT", "ADT", "EVNTDESC", "CNSDTDSC"),
    "ADAE": ("USUBJID", "AEDECOD", "ATOXGRN", "ASTDT", "AENDT", "AESER", "RELFL", "AEOUT"),
    "ADLB": (
        "USUBJID", "PARAM", "AVISIT", "ADT", "AVAL", "ANRLO", "ANRHI", "ANRIND", "ATOXGRL",
        "ATOXGRH",
    ),
    "ADVS": ("USUBJID", "PARAM", "AVISIT", "ADT", "AVAL", "CHG", "ATOXGRL", "ATOXGRH"),
    "ADEX": ("USUBJID", "PARAM", "PARCAT1", "AVAL", "AVALU", "ASTDT", "AENDT", "AREASON"),
    "ADIE": ("USUBJID", "PARAMCD", "PARAM", "AVALC", "ADT", "USED", "AREASON", "SITEAVAL"),
    "ADBM": ("USUBJID", "PARAM", "AVISIT", "ADT", "AVAL", "AVALC", "AVALU", "AREASON"),
    "ADQS": ("USUBJID", "PARCAT1", "PARAM", "AVISIT", "ADT", "AVAL", "CHG", "AREASON"),
    "ADDV": ("USUBJID", "DVCAT", "DVTERM", "PARCAT1", "ADT", "FOUND", "PLANNED"),
})  # fmt: skip
"""Variables of a dataset that are shown at first."""

SOURCE: Final = ("SRCDOM", "SRCVAR", "SRCSEQ")
"""Variables that name the collected record."""

"""A REDCap export in the layout of the template's data dictionary, written from a few answers."""

import csv
import io
from collections.abc import Mapping, Sequence

from topline.template.instruments import INSTRUMENTS

_ONCE = [instrument for instrument in INSTRUMENTS if not instrument.repeats]
_CONTEXT = ["redcap_repeat_instrument", "redcap_repeat_instance", "redcap_data_access_group"]

Answers = Mapping[str, str]

SUBJECTS: Mapping[str, Sequence[tuple[str, Answers]]] = {
    # treated, responds, progresses and dies
    "001": [
        (
            "",
            {
                "dm_site": "01",
                "dm_consent": "2025-01-02",
                "dm_age": "61",
                "dm_sex": "F",
                "dm_race": "NOT_REPORTED",
                "ds_enrolled": "Y",
                "ds_enrolled_date": "2025-01-10",
                "ds_treated_date": "2025-09-01",
                "ds_treated_why": "PROGRESSIVE_DISEASE",
                "ds_death_date": "2025-12-24",
                "mi_grade": "G2",
                "mi_ki67": "4.5",
            },
        ),
        ("medical_history", {"mh_term": "Colon cancer", "mh_category": "PRIMARY_DIAGNOSIS", "mh_location": "COLON", "mh_start_year": "2019", "mh_start_month": "3"}),
        ("medications", {"cm_treatment": "FOLFOX", "cm_category": "PRIOR_ANTICANCER_THERAPY", "cm_start_year": "2019"}),
        ("exposure", {"ex_drug": "STUDY DRUG", "ex_dose": "100", "ex_unit": "mg", "ex_start": "2025-01-14", "ex_end": "2025-08-31"}),
        ("adverse_events", {"ae_term": "loose stool", "ae_preferred": "Diarrhoea", "ae_grade": "2", "ae_serious": "N", "ae_related": "RELATED", "ae_action": "DOSE_NOT_CHANGED", "ae_outcome": "RECOVERED_RESOLVED", "ae_start_year": "2025", "ae_start_month": "2", "ae_start_day": "3"}),
        ("adverse_events", {"ae_term": "tired", "ae_preferred": "Fatigue", "ae_grade": "1", "ae_serious": "N", "ae_related": "NOT_RELATED", "ae_outcome": "UNKNOWN", "ae_start_year": "2025", "ae_start_month": "4"}),
        ("laboratory", {"lb_date": "2025-01-09", "lb_visit": "0", "lb_neut": "3.1", "lb_alt": "20", "lb_alt_uln": "40"}),
        ("vital_signs", {"vs_date": "2025-01-09", "vs_visit": "0", "vs_weight": "70.5"}),
        ("tumor_lesions", {"tu_lesion": "T01", "tu_role": "TARGET", "tu_location": "LIVER", "tu_method": "CT_SCAN", "tu_date": "2025-01-05", "tu_visit": "0"}),
        ("tumor_lesions", {"tu_lesion": "NT01", "tu_role": "NON_TARGET", "tu_location": "BONE", "tu_method": "CT_SCAN", "tu_date": "2025-01-05", "tu_visit": "0"}),
        ("tumor_assessments", {"tr_date": "2025-01-05", "tr_visit": "0", "tr_method": "CT_SCAN", "tr_t01": "40", "tr_nt01": "PRESENT"}),
        ("tumor_assessments", {"tr_date": "2025-03-10", "tr_visit": "1", "tr_method": "CT_SCAN", "tr_t01": "20", "tr_nt01": "PRESENT"}),
        ("tumor_assessments", {"tr_date": "2025-05-05", "tr_visit": "2", "tr_method": "CT_SCAN", "tr_t01": "18", "tr_nt01": "PRESENT"}),
        ("tumor_assessments", {"tr_date": "2025-08-30", "tr_visit": "3", "tr_method": "CT_SCAN", "tr_t01": "30", "tr_nt01": "UNEQUIVOCAL_PROGRESSION"}),
        ("response", {"rs_date": "2025-01-09", "rs_visit": "0", "rs_ecog": "1"}),
        ("response", {"rs_date": "2025-03-10", "rs_visit": "1", "rs_overall": "PR", "rs_ecog": "0"}),
    ],
    # treated, still on treatment
    "002": [
        ("", {"dm_site": "02", "dm_consent": "2025-02-01", "dm_age": "48", "dm_sex": "M", "dm_race": "ASIAN", "ds_enrolled": "Y", "ds_enrolled_date": "2025-02-05"}),
        ("exposure", {"ex_drug": "STUDY DRUG", "ex_dose": "100", "ex_unit": "mg", "ex_start": "2025-02-10"}),
        ("tumor_lesions", {"tu_lesion": "T01", "tu_role": "TARGET", "tu_location": "LUNG", "tu_method": "CT_SCAN", "tu_date": "2025-02-01", "tu_visit": "0"}),
        ("tumor_assessments", {"tr_date": "2025-02-01", "tr_visit": "0", "tr_t01": "25"}),
        ("tumor_assessments", {"tr_date": "2025-04-07", "tr_visit": "1", "tr_t01": "24"}),
        ("response", {"rs_date": "2025-02-01", "rs_visit": "0", "rs_ecog": "0"}),
        ("survival_status", {"ss_date": "2025-11-03", "ss_status": "ALIVE"}),
    ],
    # screening failure
    "003": [
        ("", {"dm_site": "02", "dm_consent": "2025-02-20", "dm_age": "70", "dm_sex": "M", "dm_race": "WHITE", "ds_enrolled": "N", "ds_failed_date": "2025-02-25"}),
        ("eligibility", {"ie_date": "2025-02-25", "ie_criterion": "I02", "ie_text": "ECOG 0 or 1", "ie_kind": "INCLUSION"}),
    ],
}  # fmt: skip


def redcap_export(subjects: Mapping[str, Sequence[tuple[str, Answers]]] = SUBJECTS) -> str:
    """Return the export as REDCap writes it: raw codes, a row a record and a row an instance."""
    header = ["record_id", *_CONTEXT]
    for instrument in INSTRUMENTS:
        header += [field.name for field in instrument.fields if field.name != "record_id"]
        header.append(f"{instrument.name}_complete")
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    for record, forms in subjects.items():
        counts: dict[str, int] = {}
        for form, answers in forms:
            counts[form] = counts.get(form, 0) + 1
            complete = {f"{one.name}_complete": "2" for one in _ONCE} if not form else {}
            repeat = {"redcap_repeat_instrument": form, "redcap_repeat_instance": counts[form]}
            row = {"record_id": record, **answers, **(repeat if form else complete)}
            writer.writerow(row | ({f"{form}_complete": "2"} if form else {}))
    return out.getvalue()

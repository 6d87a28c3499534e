"""A REDCap export in the layout of the template's data dictionary, written from a few answers."""

import csv
import io

from topline.template.instruments import INSTRUMENTS

_CONTEXT = ["redcap_repeat_instrument", "redcap_repeat_instance", "redcap_data_access_group"]

ANSWERS = """\
# treated, responds, progresses, dies
001 once: dm_site=01; dm_consent=2025-01-02; dm_age=61; dm_sex=F; dm_race=NOT_REPORTED
001 once: ds_enrolled=Y; ds_enrolled_date=2025-01-10; ds_treated_date=2025-09-01
001 once: ds_treated_why=PROGRESSIVE_DISEASE; ds_death_date=2025-12-24; mi_grade=G2; mi_ki67=4.5
001 medical_history: mh_term=Colon cancer; mh_category=PRIMARY_DIAGNOSIS; mh_location=COLON; \
mh_start_year=2019; mh_start_month=3
001 medications: cm_treatment=FOLFOX; cm_category=PRIOR_ANTICANCER_THERAPY; cm_start_year=2019
001 exposure: ex_drug=STUDY DRUG; ex_dose=100; ex_unit=mg; ex_start=2025-01-14; ex_end=2025-08-31
001 adverse_events: ae_term=loose stool; ae_preferred=Diarrhoea; ae_grade=2; ae_serious=N; \
ae_related=RELATED; ae_action=DOSE_NOT_CHANGED; ae_outcome=RECOVERED_RESOLVED; \
ae_start_year=2025; ae_start_month=2; ae_start_day=3; \
ae_end_year=2025; ae_end_month=2; ae_end_day=10
001 adverse_events: ae_term=tired; ae_preferred=Fatigue; ae_grade=1; ae_serious=N; \
ae_related=NOT_RELATED; ae_outcome=UNKNOWN; ae_start_year=2025; ae_start_month=4
001 laboratory: lb_date=2025-01-09; lb_visit=0; lb_neut=3.1; lb_alt=20; lb_alt_uln=40
001 vital_signs: vs_date=2025-01-09; vs_visit=0; vs_weight=70.5
001 ecg: eg_date=2025-01-09; eg_visit=0; eg_qtcf=410
001 tumor_lesions: tu_lesion=T01; tu_role=TARGET; tu_location=LIVER; tu_method=CT_SCAN; \
tu_date=2025-01-05; tu_visit=0
001 tumor_lesions: tu_lesion=NT01; tu_role=NON_TARGET; tu_location=BONE; tu_method=CT_SCAN; \
tu_date=2025-01-05; tu_visit=0
001 tumor_assessments: tr_date=2025-01-05; tr_visit=0; tr_method=CT_SCAN; tr_t01=40; tr_nt01=PRESENT
001 tumor_assessments: tr_date=2025-03-10; tr_visit=1; tr_t01=20; tr_nt01=PRESENT
001 tumor_assessments: tr_date=2025-05-05; tr_visit=2; tr_t01=18; tr_nt01=PRESENT
001 tumor_assessments: tr_date=2025-08-30; tr_visit=3; tr_t01=30; tr_nt01=UNEQUIVOCAL_PROGRESSION
001 response: rs_date=2025-01-09; rs_visit=0; rs_ecog=1
001 response: rs_date=2025-08-30; rs_visit=3; rs_overall=PD; rs_ecog=2
# still on treatment; no disease but non-target lesions
002 once: dm_site=02; dm_consent=2025-02-01; dm_age=48; dm_sex=M; dm_race=ASIAN
002 once: ds_enrolled=Y; ds_enrolled_date=2025-02-05
002 procedures: pr_procedure=Lobectomy; pr_category=PRIOR_SURGERY; pr_start_year=2022
002 exposure: ex_drug=STUDY DRUG; ex_dose=100; ex_unit=mg; ex_start=2025-02-10
002 tumor_lesions: tu_lesion=NT01; tu_role=NON_TARGET; tu_location=LUNG; tu_date=2025-02-01; \
tu_visit=0
002 tumor_assessments: tr_date=2025-02-01; tr_visit=0; tr_nt01=PRESENT
002 tumor_assessments: tr_date=2025-04-07; tr_visit=1; tr_nt01=PRESENT
002 response: rs_date=2025-04-07; rs_visit=1; rs_overall=NON_CR_NON_PD
002 survival_status: ss_date=2025-11-03; ss_status=ALIVE
# screening failure
003 once: dm_site=02; dm_consent=2025-02-20; dm_age=70; dm_sex=M; dm_race=WHITE
003 once: ds_enrolled=N; ds_failed_date=2025-02-25
003 eligibility: ie_date=2025-02-25; ie_criterion=I02; ie_text=ECOG 0 or 1; ie_kind=INCLUSION
"""


def redcap_export(answers: str = ANSWERS) -> str:
    """Return the export as REDCap writes it: raw codes, a row a record and a row an instance."""
    header = ["record_id", *_CONTEXT]
    for instrument in INSTRUMENTS:
        header += [field.name for field in instrument.fields if field.name != "record_id"]
        header.append(f"{instrument.name}_complete")
    once: dict[str, dict[str, str]] = {}
    repeats: dict[tuple[str, str], list[dict[str, str]]] = {}
    for line in answers.splitlines():
        if line.startswith("#"):
            continue
        place, _, text = line.partition(": ")
        record, form = place.split()
        cells = dict(pair.split("=", 1) for pair in text.split("; "))
        first = once.setdefault(record, {"record_id": record, "demographics_complete": "2"})
        if form == "once":
            first |= cells
            continue
        rows = repeats.setdefault((record, form), [])
        context = {"record_id": record, _CONTEXT[0]: form, _CONTEXT[1]: str(len(rows) + 1)}
        rows.append(context | cells | {f"{form}_complete": "2"})
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    for record, first in once.items():
        writer.writerow(first)
        for (owner, _), rows in repeats.items():
            writer.writerows(rows if owner == record else [])
    return out.getvalue()

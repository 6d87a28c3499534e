"""The instruments of a phase 2 trial in oncology, one a domain; `redcap_mapping.yaml` reads them.

REDCap knows no domains: what is entered once stands in a record's first row, and a repeating
instrument has a row for each instance.
"""

from typing import Final

from topline.template.fields import (
    Field,
    Instrument,
    choice,
    date,
    number,
    partial_date,
    terms_of,
    visit,
)

_METHODS: Final = ("CT SCAN", "MRI", "PET/CT SCAN", "X-RAY", "PHYSICAL EXAMINATION")
_NO_YES: Final = ("N", "Y")
_LESIONS: Final = (
    *(f"T{i:02}" for i in range(1, 6)),
    *(f"NT{i:02}" for i in range(1, 6)),
    "NEW01",
    "NEW02",
)
_RESPONSES: Final = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")
_REASONS: Final = (
    "ADVERSE EVENT",
    "COMPLETED",
    "DEATH",
    "LOST TO FOLLOW-UP",
    "PHYSICIAN DECISION",
    "PROGRESSIVE DISEASE",
    "WITHDRAWAL BY SUBJECT",
)
_STATES: Final = ("PRESENT", "ABSENT", "UNEQUIVOCAL PROGRESSION", "NOT EVALUATED")
_DIAMETER: Final = "0 where it is gone, 5 where too small to measure, empty where not evaluated"

_ONCE: Final = (
    Instrument(
        "demographics",
        "DM",
        (
            Field("record_id", "Subject number, such as 001"),
            Field("dm_site", "Site number", required=True),
            date("dm_consent", "Informed consent", required=True),
            Field("dm_age", "Age at consent, in years", "integer", low="0", high="120"),
            choice("dm_sex", "Sex", terms_of("SEX"), required=True),
            choice("dm_race", "Race", terms_of("RACE")),
            choice("dm_ethnic", "Ethnicity", terms_of("ETHNIC")),
            Field("dm_country", "Country, as ISO 3166-1 alpha-3", note="Such as NLD"),
        ),
        repeats=False,
    ),
    Instrument(
        "disposition",
        "DS",
        (
            choice("ds_enrolled", "Was the subject enrolled?", _NO_YES, required=True),
            date("ds_enrolled_date", "Enrolment", show_if="[ds_enrolled] = 'Y'"),
            date("ds_failed_date", "Screening failure", show_if="[ds_enrolled] = 'N'"),
            date("ds_treated_date", "End of treatment", show_if="[ds_enrolled] = 'Y'"),
            choice(
                "ds_treated_why",
                "Why treatment ended",
                _REASONS,
                show_if="[ds_treated_date] <> ''",
            ),
            date("ds_left_date", "End of participation", show_if="[ds_enrolled] = 'Y'"),
            choice(
                "ds_left_why", "Why participation ended", _REASONS, show_if="[ds_left_date] <> ''"
            ),
            date("ds_death_date", "Death"),
        ),
        repeats=False,
    ),
    Instrument(
        "pathology",
        "MI",
        (
            date("mi_date", "Biopsy"),
            Field("mi_specimen", "Specimen", note="Such as LIVER or PRIMARY TUMOR"),
            choice("mi_grade", "Histologic grade", ("G1", "G2", "G3", "GX")),
            number("mi_ki67", "Ki-67 labeling index, %", high="100"),
        ),
        repeats=False,
    ),
)

_HISTORY: Final = (
    Instrument(
        "eligibility",
        "IE",
        (
            date("ie_date", "Collection"),
            Field("ie_criterion", "Criterion not met", note="As the protocol numbers it: I01"),
            Field("ie_text", "The criterion in words"),
            choice("ie_kind", "Kind of criterion", terms_of("IECAT"), required=True),
        ),
    ),
    Instrument(
        "medical_history",
        "MH",
        (
            Field("mh_term", "Diagnosis, metastasis or other condition", required=True),
            choice("mh_category", "Category", ("PRIMARY DIAGNOSIS", "METASTATIC SITE", "GENERAL")),
            Field("mh_location", "Location", note="In capitals, such as COLON or LYMPH NODE"),
            *partial_date("mh_start", "Diagnosis or start"),
        ),
    ),
    Instrument(
        "medications",
        "CM",
        (
            Field("cm_treatment", "Therapy or medication", required=True),
            choice(
                "cm_category",
                "Category",
                ("PRIOR ANTICANCER THERAPY", "CONCOMITANT", "SUBSEQUENT ANTICANCER THERAPY"),
                required=True,
            ),
            Field("cm_reason", "Indication"),
            *partial_date("cm_start", "Start"),
            *partial_date("cm_end", "End"),
        ),
    ),
    Instrument(
        "procedures",
        "PR",
        (
            Field("pr_procedure", "Procedure", required=True),
            choice(
                "pr_category",
                "Category",
                ("PRIOR SURGERY", "PRIOR RADIOTHERAPY", "CONCOMITANT", "OTHER"),
            ),
            *partial_date("pr_start", "Start"),
        ),
    ),
)

_SAFETY: Final = (
    Instrument(
        "exposure",
        "EX",
        (
            Field("ex_drug", "Drug, as the protocol names it", required=True),
            number("ex_dose", "Dose on each day", note="0 for an interruption"),
            choice("ex_unit", "Unit", ("mg", "mg/m2", "mg/kg"), required=True),
            Field("ex_form", "Dose form", note="Such as TABLET"),
            date("ex_start", "First day of this dose", required=True),
            date("ex_end", "Last day of this dose"),
            Field("ex_adjusted", "Why the dose was changed"),
        ),
    ),
    Instrument(
        "adverse_events",
        "AE",
        (
            Field("ae_term", "Event as reported", required=True),
            Field("ae_preferred", "Preferred term, once coded"),
            Field("ae_class", "System organ class, once coded"),
            *partial_date("ae_start", "Start"),
            *partial_date("ae_end", "End"),
            choice("ae_grade", "CTCAE grade", terms_of("AETOXGR"), required=True),
            choice("ae_serious", "Serious", _NO_YES, required=True),
            choice("ae_related", "Related to treatment", ("NOT RELATED", "RELATED")),
            choice("ae_action", "Action taken with the treatment", terms_of("AEACN")),
            choice("ae_outcome", "Outcome", terms_of("AEOUT")),
        ),
    ),
    Instrument(
        "laboratory",
        "LB",
        (
            date("lb_date", "Blood sample", required=True),
            visit("lb"),
            number("lb_hgb", "Hemoglobin, g/L"),
            number("lb_neut", "Neutrophils, 10^9/L"),
            number("lb_lym", "Lymphocytes, 10^9/L"),
            number("lb_plat", "Platelets, 10^9/L"),
            number("lb_creat", "Creatinine, umol/L"),
            number("lb_bili", "Total bilirubin, umol/L"),
            number("lb_bili_uln", "Total bilirubin: upper limit of normal"),
            number("lb_alt", "ALT, U/L"),
            number("lb_alt_uln", "ALT: upper limit of normal"),
            number("lb_ast", "AST, U/L"),
            number("lb_ast_uln", "AST: upper limit of normal"),
            number("lb_alb", "Albumin, g/L"),
        ),
    ),
    Instrument(
        "vital_signs",
        "VS",
        (
            date("vs_date", "Measurement", required=True),
            visit("vs"),
            number("vs_weight", "Weight, kg"),
            number("vs_height", "Height, cm"),
            number("vs_sysbp", "Systolic blood pressure, mmHg"),
            number("vs_diabp", "Diastolic blood pressure, mmHg"),
        ),
    ),
    Instrument(
        "ecg",
        "EG",
        (
            date("eg_date", "Recording", required=True),
            visit("eg"),
            number("eg_hr", "Heart rate, beats/min"),
            number("eg_qtcf", "QTcF, ms"),
        ),
    ),
)

_EFFICACY: Final = (
    Instrument(
        "tumor_lesions",
        "TU",
        (
            choice("tu_lesion", "Lesion", _LESIONS, required=True),
            choice("tu_role", "Role", ("TARGET", "NON-TARGET", "NEW"), required=True),
            Field("tu_location", "Location", note="LYMPH NODE for a node, else such as LIVER"),
            choice("tu_method", "Method", _METHODS),
            date("tu_date", "Scan on which it was identified", required=True),
            visit("tu"),
        ),
    ),
    Instrument(
        "tumor_assessments",
        "TR",
        (
            date("tr_date", "Scan", required=True),
            visit("tr"),
            choice("tr_method", "Method", _METHODS),
            *(
                number(
                    f"tr_t{i:02}",
                    f"T{i:02}: diameter in mm, short axis of a lymph node",
                    note=_DIAMETER,
                )
                for i in range(1, 6)
            ),
            *(choice(f"tr_nt{i:02}", f"NT{i:02}: non-target lesion", _STATES) for i in range(1, 6)),
            choice("tr_new01", "NEW01: new lesion", ("UNEQUIVOCAL", "EQUIVOCAL")),
            choice("tr_new02", "NEW02: new lesion", ("UNEQUIVOCAL", "EQUIVOCAL")),
        ),
    ),
    Instrument(
        "response",
        "RS",
        (
            date("rs_date", "Assessment", required=True),
            visit("rs"),
            choice("rs_overall", "Overall response by RECIST 1.1, as reported", _RESPONSES),
            choice("rs_ecog", "ECOG performance status", ("0", "1", "2", "3", "4", "5")),
        ),
    ),
    Instrument(
        "survival_status",
        "SS",
        (
            date("ss_date", "Contact", required=True),
            choice("ss_status", "Status", terms_of("SSSTRESC"), required=True),
        ),
    ),
)

INSTRUMENTS: Final = _ONCE + _HISTORY + _SAFETY + _EFFICACY
"""In the order of the project."""

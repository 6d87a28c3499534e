"""Candidates for the bundled trial: each an eligible patient but for what a case changes."""

from collections.abc import Callable, Mapping
from functools import cache

import polars as pl

from topline.adam.adam import derive_adam
from topline.adam.variables import keep_variables
from topline.protocol.design import Descriptive
from topline.protocol.protocol import Protocol
from topline.protocol.read import read_protocol
from topline.protocol.treatments import Treatments
from topline.sdtm.collected import Sdtm
from topline.sdtm.domains import SCHEMAS
from topline.studies import study_folder

CONSENT, ENTRY, DOSE = "2022-03-01", "2022-03-10", "2022-03-12"
Record = dict[str, object]
Records = dict[str, list[Record]]
Change = Callable[[Records], None]
"""Changes a candidate's records; several are carried out one after the other."""


def eligible() -> Records:
    """A woman of 60 with a pancreatic tumor of grade 2, metastatic to lymph nodes, untreated."""
    return {
        "DM": [{"RFICDTC": CONSENT, "AGE": 60, "SEX": "F", "ARMCD": "CABOTEM"}],
        "DS": [{"DSDECOD": "ENROLLED", "DSSTDTC": ENTRY}],
        "EX": [{"EXTRT": "CABOZANTINIB", "EXSTDTC": DOSE, "EXDOSE": 40}],
        "LB": [_lab(code, value, unit, high, low) for code, value, unit, high, low in _LAB],
        "VS": [{"VSTESTCD": "WEIGHT", "VSSTRESN": 70, "VSSTRESU": "kg", "VSDTC": "2022-03-08"}],
        "EG": [{"EGTESTCD": "QTCF", "EGSTRESN": 420, "EGSTRESU": "ms", "EGDTC": "2022-03-08"}],
        "RS": [{"RSTESTCD": "ECOG101", "RSSTRESC": "0", "RSDTC": "2022-03-08"}],
        "TU": [{"TULNKID": "T01", "TUSTRESC": "TARGET", "TUDTC": "2022-03-05"}],
        "MI": [{"MITESTCD": "WHOGRADE", "MISTRESC": "G2", "MIDTC": "2021-01-10"}],
        "MH": [
            {"MHCAT": "PRIMARY DIAGNOSIS", "MHLOC": "PANCREAS", "MHSTDTC": "2020-01-10"},
            {"MHCAT": "METASTATIC SITE", "MHDECOD": "LYMPH NODE"},
            {"MHCAT": "DISEASE PROGRESSION", "MHSTDTC": "2022-01-20"},
        ],
        "CM": [{"CMCAT": "GENERAL", "CMDECOD": "PARACETAMOL", "CMSTDTC": "2021-01-01",
                "CMLINE": None}],
        "PR": [],
    }  # fmt: skip


_LAB = [
    ("NEUT", 3.0, "10^9/L", 7.0, 2.0),
    ("PLAT", 200.0, "10^9/L", 400.0, 150.0),
    ("HGB", 130.0, "g/L", 160.0, 120.0),
    ("BILI", 10.0, "umol/L", 20.0, 3.0),
    ("AST", 20.0, "U/L", 40.0, 5.0),
    ("ALT", 20.0, "U/L", 40.0, 5.0),
    ("CREAT", 70.0, "umol/L", 110.0, 45.0),
    ("TSH", 2.0, "mIU/L", 4.2, 0.4),
]


def _lab(code: str, value: float, unit: str | None, high: float | None, low: float) -> Record:
    return {
        "LBTESTCD": code,
        "LBSTRESN": value,
        "LBSTRESU": unit,
        "LBSTNRHI": high,
        "LBSTNRLO": low,
        "LBDTC": "2022-03-08",
    }


def put(domain: str, where: Mapping[str, object] | None = None, **values: object) -> Change:
    """Change the values of a domain's records, of all or those that have these values."""

    def change(records: Records) -> None:
        chosen = [r for r in records[domain] if (where or {}).items() <= r.items()]
        assert chosen, f"no record of {domain} with {where}"
        for record in chosen:
            record.update(values)

    return change


def lab(code: str, value: float | None = None, **values: object) -> Change:
    """Change a laboratory result."""
    number = {} if value is None else {"LBSTRESN": value}
    return put("LB", {"LBTESTCD": code}, **number, **values)


def add(domain: str, **values: object) -> Change:
    """Add a record."""
    return lambda records: records[domain].append(values)


def drop(domain: str, **values: object) -> Change:
    """Drop the records that have these values."""

    def change(records: Records) -> None:
        kept = [r for r in records[domain] if not values.items() <= r.items()]
        assert len(kept) < len(records[domain]), f"no record of {domain} with {values}"
        records[domain] = kept

    return change


@cache
def bundled() -> Protocol:
    """The bundled trial's protocol: its criteria, and the variables that they rest on."""
    whole = read_protocol(study_folder("cabotem"))
    criteria = (*whole.eligibility.inclusion, *whole.eligibility.exclusion)
    named = [n for c in criteria if c.rule for n in pl.sql_expr(c.rule).meta.root_names()]
    return Protocol(
        topline=1,
        study=whole.study,
        design=Descriptive(kind="descriptive", reason="Eligibility alone"),
        eligibility=whole.eligibility,
        treatments=Treatments(cycle=whole.treatments.cycle, drugs=whole.treatments.drugs),
        schedule=whole.schedule,
        variables=keep_variables(whole, named).variables,
        analysis_sets={"ENROLLED": whole.analysis_sets["ENROLLED"]},
    )


def candidates(cases: Mapping[str, tuple[Change, ...]]) -> Sdtm:
    """Make the domains of many candidates, each named and changed as its case says."""
    tables: dict[str, list[Record]] = {name: [] for name in SCHEMAS}
    for who, changes in cases.items():
        records = eligible()
        for change in changes:
            change(records)
        for name, rows in records.items():
            tables[name] += [
                {"STUDYID": "CABOTEM", "DOMAIN": name, "USUBJID": who, f"{name}SEQ": i} | row
                for i, row in enumerate(rows, 1)
            ]
    return Sdtm({name: _domain(name, rows) for name, rows in tables.items()})


def _domain(name: str, rows: list[Record]) -> pl.DataFrame:
    types = {column: kind.dtype for column, kind in SCHEMAS[name].columns().items()}
    names = list(dict.fromkeys([*types, *(key for row in rows for key in row)]))
    schema = {column: types.get(column, pl.String()) for column in names}
    table = {column: [row.get(column) for row in rows] for column in names}
    frame = pl.DataFrame(table, schema=schema, strict=False)
    if name == "DM":
        frame = frame.with_columns(SUBJID="USUBJID", SITEID=pl.lit("01"))
    return frame


def judged(cases: Mapping[str, tuple[Change, ...]]) -> pl.DataFrame:
    """Return ADIE of the candidates."""
    return derive_adam(bundled(), candidates(cases))["ADIE"]

"""Made-up analysis datasets for any protocol, always the same, so that displays have results."""

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from topline.analyses.analyse import analyse
from topline.analyses.requirements import refuse_unmet
from topline.analyses.results import Results
from topline.displays.compose import analyses_of
from topline.errors import ProtocolError
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.protocol import Protocol
from topline.protocol.read import read_protocol

ROOT = Path(__file__).parents[2]
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><!--<script>\u2028",
    "<img src=x onerror=alert(1)>",
    "${alert(1)} {{ 7*7 }} {% raw %}",
    "javascript:alert(1)",
    "<svg onload=alert(1)>",
    '=HYPERLINK("http://example.invalid")',
    "nul\x00 bell\x07 $x^2$ 'quoted' \"double\" & ampersand",
    "A term so long that no column could ever hold it without breaking " * 4,
    "Unbroken" * 40,
)
TERMS = (
    "Fatigue", "Nausea", "Decreased appetite", "Diarrhea", "Lymphopenia", "Dyspepsia",
    "Thrombocytopenia", "Hypertension", "Hand-foot syndrome", "Anemia", "Oral mucositis",
    "Constipation", "Hypothyroidism", "Erectile dysfunction", "Vomiting", "Neutropenia",
    "Hyperbilirubinemia", "Abdominal pain", "Colitis", "Rash", "Proteinuria",
)  # fmt: skip
CORE = (
    "STUDYID", "USUBJID", "SUBJID", "SITEID", "TRT01P", "TRT01PN", "TRT01A", "TRT01AN", "AGE",
    "SEX", "TRTSDT", "TRTEDT",
)  # fmt: skip
BODY_SYSTEMS = 24


@cache
def cabotem() -> tuple[Protocol, dict[str, pl.DataFrame], Results]:
    """One arm, 37 patients."""
    protocol = read_protocol(ROOT / "src/topline/studies/cabotem/protocol.yaml")
    adam = make_adam(protocol, subjects=37, terms=TERMS, events_each=9)
    protocol = with_data(protocol, adam)
    return protocol, adam, analyse(protocol, adam)


@cache
def pilot() -> tuple[Protocol, dict[str, pl.DataFrame], Results]:
    """Three arms, 254 patients, 240 adverse event terms with hostile texts among them."""
    protocol = read_protocol(ROOT / "tests/studies/pilot/protocol.yaml")
    terms = (*HOSTILE, *(f"Term number {i}" for i in range(230)))
    adam = make_adam(protocol, subjects=254, terms=terms, events_each=5)
    protocol = with_data(protocol, adam)
    return protocol, adam, analyse(protocol, adam)


def with_data(protocol: Protocol, adam: dict[str, pl.DataFrame]) -> Protocol:
    """Leave out the analyses that need datasets which are not made up here, and their displays."""

    def possible(name: str) -> bool:
        alone = {name: protocol.analyses[name]}
        try:
            refuse_unmet(protocol.model_copy(update={"analyses": alone}), adam)
        except ProtocolError:
            return False
        return True

    kept = {name: each for name, each in protocol.analyses.items() if possible(name)}
    shown = tuple(d for d in protocol.displays if set(analyses_of(d)) <= set(kept))
    return protocol.model_copy(update={"analyses": kept, "displays": shown})


def make_adam(
    protocol: Protocol, *, subjects: int, terms: tuple[str, ...], events_each: int
) -> dict[str, pl.DataFrame]:
    """Make ADSL, ADTR, ADRS, ADTTE, ADAE, ADIE, and ADLB and ADVS where the protocol has them."""
    rng = np.random.default_rng(20240831)
    adsl = _adsl(protocol, rng, subjects)
    flags = [each.flag for each in protocol.analysis_sets.values()]
    core = adsl.select(*CORE, *flags)
    graded = (
        ["ADLB", *(f"AD{source}" for source in protocol.laboratory.also)]
        if (protocol.laboratory)
        else []
    )
    return {
        **{name: _adlb(name, core) for name in graded},
        "ADSL": adsl,
        "ADTR": _adtr(core),
        "ADRS": _adrs(adsl, core),
        "ADTTE": _adtte(protocol, rng, core),
        "ADAE": _adae(rng, core, terms, events_each),
        "ADIE": _adie(protocol, core),
    }


def _adsl(protocol: Protocol, rng: np.random.Generator, n: int) -> pl.DataFrame:
    arms = [arm.label for arm in protocol.study.arms]
    arm = rng.integers(0, len(arms), n)
    start = [dt.date(2021, 6, 1) + dt.timedelta(days=int(d)) for d in rng.integers(0, 760, n)]
    reasons = [*protocol.disposition.reasons.values(), None, None, None]
    bor = rng.choice(["PR", "SD", "SD", "SD", "SD", "PD"], n)
    columns: dict[str, object] = {
        "STUDYID": [protocol.study.id] * n,
        "USUBJID": [f"{protocol.study.id}-{i + 1:03d}" for i in range(n)],
        "SUBJID": [f"{i + 1:03d}" for i in range(n)],
        "SITEID": [f"{s:02d}" for s in rng.integers(1, 4, n)],
        "AGE": rng.integers(31, 79, n),
        "SEX": rng.choice(["F", "M"], n),
        "RACE": rng.choice(["WHITE", "ASIAN", "BLACK OR AFRICAN AMERICAN"], n),
        "ETHNIC": rng.choice(["HISPANIC OR LATINO", "NOT HISPANIC OR LATINO"], n),
        "TRT01P": [arms[a] for a in arm],
        "TRT01PN": arm + 1,
        "TRT01A": [arms[a] for a in arm],
        "TRT01AN": arm + 1,
        "TRTSDT": start,
        "TRTEDT": [
            s + dt.timedelta(days=int(d))
            for s, d in zip(start, rng.integers(20, 900, n), strict=True)
        ],
        "EOTDT": start,
        "DCTREAS": (ended := [reasons[i] for i in rng.integers(0, len(reasons), n)]),
        "EOTSTT": ["DISCONTINUED" if reason else "ONGOING" for reason in ended],
        "DTHDT": [s + dt.timedelta(days=400) if i % 4 == 0 else None for i, s in enumerate(start)],
        "BOR": bor,
        "CBOR": bor,
    }
    for name, variable in protocol.variables.items():
        if name not in columns:
            columns[name] = _values(rng, n, variable.kind, list(variable.levels))
    for i, each in enumerate(protocol.analysis_sets.values()):
        inside = np.arange(n) >= 4 * (i >= 2)
        columns[each.flag] = ["Y" if yes else None for yes in inside]
        reason = each.exclusions[0].reason if each.exclusions else None
        columns[f"{each.flag[:-2]}RS"] = pl.Series(
            [None if yes else reason for yes in inside], dtype=pl.String
        )
    return pl.DataFrame(columns)


def _values(rng: np.random.Generator, n: int, kind: str, levels: list[str]) -> object:
    if kind == "flag":
        return ["Y" if yes else None for yes in rng.random(n) < 0.3]
    if kind == "date":
        return [dt.date(2023, 1, 1) if yes else None for yes in rng.random(n) < 0.3]
    if kind == "number":
        return [
            None if miss else round(float(v), 1)
            for v, miss in zip(rng.lognormal(1.5, 0.8, n), rng.random(n) < 0.05, strict=True)
        ]
    return rng.choice(levels or ["A", "B"], n)


def _source(frame: pl.DataFrame, domain: str, variable: str) -> pl.DataFrame:
    return frame.with_columns(
        SRCDOM=pl.lit(domain),
        SRCVAR=pl.lit(variable),
        SRCSEQ=pl.int_range(1, pl.len() + 1).over("USUBJID"),
    )


def _adrs(adsl: pl.DataFrame, core: pl.DataFrame) -> pl.DataFrame:
    best = core.with_columns(
        PARAMCD=pl.lit("BOR"), PARAM=pl.lit("Best overall response"), AVALC=adsl["BOR"],
        ADT=pl.col("TRTSDT") + pl.duration(days=56), AREASON=pl.lit("sum 41 mm, baseline 62 mm"),
    )  # fmt: skip
    confirmed = best.with_columns(
        PARAMCD=pl.lit("CBOR"), PARAM=pl.lit("Confirmed best overall response")
    )
    change = best.with_columns(
        PARAMCD=pl.lit("BPCHG"), PARAM=pl.lit("Best change"), AVALC=pl.lit(None, dtype=pl.String),
        AVAL=pl.int_range(pl.len()) * 5.0 - 60,
    )  # fmt: skip
    event = pl.when(pl.int_range(pl.len()) % 3 == 0).then(pl.lit("Y")).otherwise(pl.lit("N"))
    responded = best.with_columns(PARAMCD=pl.lit("RSP"), PARAM=pl.lit("Response"), AVALC=event)
    late = pl.col("TRTSDT") + pl.duration(days=170)
    progressed = responded.with_columns(PARAMCD=pl.lit("PD"), PARAM=pl.lit("Progression"), ADT=late)
    assessed = progressed.with_columns(PARAMCD=pl.lit("OVR"), AVALC=pl.lit("SD"))
    rows = pl.concat([best, confirmed, change, responded, progressed, assessed], how="diagonal")
    numbered = rows.with_columns(
        ANL01FL=pl.lit("Y"), ASEQ=pl.int_range(1, pl.len() + 1).over("USUBJID")
    )
    return _source(numbered, "TR", "TRSTRESN").sort("USUBJID", "PARAMCD")


def _adtr(core: pl.DataFrame) -> pl.DataFrame:
    """Make sums of diameters that shrink by another part in each subject."""
    place = pl.int_range(pl.len())
    visits = [
        core.with_columns(
            PARAMCD=pl.lit("SUMDIAM"),
            PARAM=pl.lit("Sum of diameters"),
            ASSESSN=pl.lit(visit, pl.Int64),
            AVAL=80.0 - visit * (place % 7),
            PCHG=-100.0 * visit * (place % 7) / 80 + (place * visit % 5),
            ADT=pl.col("TRTSDT") + pl.duration(days=56 * visit - 7),
            ASEQ=pl.lit(visit + 1, pl.Int64),
        )
        for visit in range(4)
    ]
    return _source(pl.concat(visits), "TR", "TRSTRESN").sort("USUBJID", "ASSESSN")


def _adtte(protocol: Protocol, rng: np.random.Generator, core: pl.DataFrame) -> pl.DataFrame:
    parts: list[pl.DataFrame] = []
    for name, endpoint in protocol.endpoints.items():
        if not isinstance(endpoint, TimeToEvent):
            continue
        n = core.height
        days = np.minimum(rng.exponential(900, n), rng.uniform(100, 1170, n)).astype(int) + 1
        censored = rng.random(n) < 0.55
        part = core.with_columns(
            PARAMCD=pl.lit(name), PARAM=pl.lit(endpoint.label), STARTDT="TRTSDT",
            AVAL=pl.Series(days), CNSR=pl.Series(censored.astype(int)),
            EVNTDESC=pl.Series([
                None if left else ("Death", "Disease progression")[day % 2]
                for left, day in zip(censored, days, strict=True)
            ], dtype=pl.String),
        )  # fmt: skip
        parts.append(part.with_columns(ADT=pl.col("TRTSDT") + pl.duration(days=pl.col("AVAL") - 1)))
    return _source(pl.concat(parts), "RS", "RSDTC").sort("USUBJID", "PARAMCD")


def _adae(
    rng: np.random.Generator, core: pl.DataFrame, terms: tuple[str, ...], each: int
) -> pl.DataFrame:
    n = core.height * each
    share = 1 / np.arange(1, len(terms) + 1) ** 0.5
    term = rng.choice(len(terms), n, p=share / share.sum())
    grade = rng.choice([1, 2, 3, 4, 5], n, p=[0.45, 0.35, 0.15, 0.045, 0.005])
    who = rng.integers(0, core.height, n)
    frame = core[who].with_columns(
        AESEQ=pl.int_range(1, pl.len() + 1).over("USUBJID"),
        AETERM=pl.Series([terms[t] for t in term]),
        AEDECOD=pl.Series([terms[t] for t in term]),
        AEBODSYS=pl.Series([f"Body system {t % BODY_SYSTEMS}" for t in term]),
        ATOXGRN=pl.Series(grade),
        AESER=pl.Series(np.where(grade >= 4, "Y", "N")),
        TRTEMFL=pl.lit("Y"),
        RELFL=pl.Series(["Y" if yes else None for yes in rng.random(n) < 0.7]),
        ASTDT=pl.col("TRTSDT") + pl.duration(days=pl.lit(pl.Series(rng.integers(0, 300, n)))),
    )
    return frame.with_columns(SRCDOM=pl.lit("AE"), SRCVAR=pl.lit("AETERM"), SRCSEQ="AESEQ").sort(
        "USUBJID", "AESEQ"
    )


def _adie(protocol: Protocol, core: pl.DataFrame) -> pl.DataFrame:
    """Every third subject has one criterion against entry, every fifth one unknown."""
    parts = [
        core.with_columns(
            PARAMCD=pl.lit(criterion.id),
            against=(pl.int_range(pl.len()) % 3 == 0) & pl.lit(place == 0),
            unknown=(pl.int_range(pl.len()) % 5 == 1) & pl.lit(place == 1),
            inclusion=pl.lit(criterion in protocol.eligibility.inclusion),
        )
        for place, criterion in enumerate(
            (*protocol.eligibility.inclusion, *protocol.eligibility.exclusion)
        )
    ]
    met = pl.col("inclusion") ^ pl.col("against")
    over_all = pl.when(pl.col("against").any().over("USUBJID")).then(pl.lit("NOT ELIGIBLE"))
    return (
        pl.concat(parts, how="diagonal")
        .with_columns(
            AVALC=pl.when("unknown")
            .then(pl.lit("CANNOT BE JUDGED"))
            .when(met)
            .then(pl.lit("MET"))
            .otherwise(pl.lit("NOT MET")),
            VIOLFL=pl.when("against").then(pl.lit("Y")),
            ELIG=over_all.when(pl.col("unknown").any().over("USUBJID"))
            .then(pl.lit("CANNOT BE JUDGED"))
            .otherwise(pl.lit("ELIGIBLE")),
            AGREEFL=pl.when("against").then(pl.lit("N")).otherwise(pl.lit("Y")),
        )
        .drop("against", "unknown", "inclusion")
    )


TESTS = {
    "ADLB": (
        ("HGB", "Hemoglobin (g/L)", "HEMATOLOGY", "Anemia", "Hemoglobin increased"),
        ("PLAT", HOSTILE[0], "HEMATOLOGY", "Platelet count decreased", None),
        ("ALT", HOSTILE[8], "CHEMISTRY", None, "Alanine aminotransferase increased"),
        ("K", "Potassium (mmol/L)", "CHEMISTRY", "Hypokalemia", HOSTILE[9]),
    ),
    "ADVS": (("WEIGHT", "Weight (kg)", None, "Weight loss", "Weight gain"),),
    "ADEG": (("QTCF", "QTcF (ms)", None, None, "QT prolonged"),),
}  # fmt: skip
RANGE = ("LOW", "NORMAL", "HIGH")


def _adlb(dataset: str, core: pl.DataFrame) -> pl.DataFrame:
    """Make one worst result a subject, test and direction; every ninth subject has none."""
    rng = np.random.default_rng([20240831, *dataset.encode()])
    parts = [_results(rng, core, place, test) for place, test in enumerate(TESTS[dataset], 1)]
    domain = dataset.removeprefix("AD")
    return _source(pl.concat(parts), domain, f"{domain}STRESN").sort("USUBJID", "PARAMN")


def _results(
    rng: np.random.Generator, core: pl.DataFrame, place: int, test: tuple[str | None, ...]
) -> pl.DataFrame:
    code, param, category, low, high = test
    measured = core.filter(pl.int_range(pl.len()) % 9 != 0)
    n = measured.height
    grades = {
        name: [None if miss else int(g) for g, miss in zip(
            rng.choice(5, n, p=[0.5, 0.25, 0.15, 0.07, 0.03]), rng.random(n) < 0.1, strict=True)]
        for name in ("ATOXGRLN", "ATOXGRHN", "BTOXGRLN", "BTOXGRHN")
    }  # fmt: skip
    frame = measured.with_columns(
        PARAMCD=pl.lit(code), PARAM=pl.lit(param), PARAMN=pl.lit(place, pl.Int64),
        PARCAT1=pl.lit(category, pl.String), ADT=pl.col("TRTSDT") + pl.duration(days=28),
        AVAL=pl.Series(rng.lognormal(3, 0.5, n).round(1)),
        ATOXDSCL=pl.lit(low, pl.String), ATOXDSCH=pl.lit(high, pl.String),
        ANRIND=pl.Series(rng.choice(RANGE, n)), BNRIND=pl.Series(rng.choice(RANGE, n)),
        **{name: pl.Series(values, dtype=pl.Int64) for name, values in grades.items()},
    )  # fmt: skip
    of = {"L": low, "H": high}
    return frame.with_columns(
        *(pl.col(name).cast(pl.String).alias(name[:-1]) for name in grades),
        *(
            pl.when(pl.lit(term is not None) & pl.col(f"ATOXGR{letter}N").is_not_null())
            .then(pl.lit("Y")).alias(f"WOTRT{letter}FL")
            for letter, term in of.items()
        ),
        *(pl.lit("Y").alias(f"{side}OTRTFL") for side in of),
    )  # fmt: skip


QUERY = (
    "domain", "subject", "record", "rule", "found", "expected", "severity", "consequence", "file",
)  # fmt: skip


def queries() -> pl.DataFrame:
    """A few findings in collected data, one of them hostile."""
    rows = [
        ("AE", "CABOTEM-003", "AESEQ=3", "AE.AETOXGR.terms", "<b>6</b>", "1 to 5", "error"),
        ("LB", "CABOTEM-011", "LBSEQ=41", "LB.LBSTRESU.unit", "mg/dL", "umol/L", "warning"),
        ("AE", "CABOTEM-021", "AESEQ=1", "AE.AEENDTC.order", "2022-02", "2022-03", "warning"),
        (None, None, "line 9", "file.encoding", HOSTILE[0], "UTF-8", "error"),
    ]
    full = [(*row, "value not used", None if row[0] else "data/zz.csv") for row in rows]
    return pl.DataFrame(full, schema=dict.fromkeys(QUERY, pl.String), orient="row")

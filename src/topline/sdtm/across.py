"""Rules between domains: subjects, keys, parents, lesions, and the order of a life's dates."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from topline.sdtm.dates import earliest, latest
from topline.sdtm.gate import Checked, part
from topline.sdtm.qualifiers import without_parent
from topline.sdtm.queries import Rule, gather_queries
from topline.sdtm.records import FILE, HIDDEN, ID, list_rows
from topline.sdtm.study_tables import STUDY_TABLES, TABLE_KEYS
from topline.sdtm.timing import first_day, last_day, start_variables

_Domains = Mapping[str, pl.DataFrame]


_Finding = tuple[str, pl.DataFrame, Rule]
"""Domain, its rows that break a rule together with others, the rule."""


def check_across(checked: Mapping[str, Checked]) -> dict[str, Checked]:
    """Hold domains against each other; later rules see only what earlier ones left."""
    out = dict(checked)
    for find in _RULES:
        frames = {name: one.frame for name, one in out.items()}
        for domain, rows, rule in find(frames):
            if rows.height:
                out[domain] = _apply(out[domain], domain, rows, rule)
    return out


def _apply(checked: Checked, domain: str, rows: pl.DataFrame, rule: Rule) -> Checked:
    query = list_rows(rows, domain, rule)
    listed = replace(checked, queries=gather_queries([checked.queries, query]))
    if rule.consequence != "row set aside":
        return listed
    return part(listed, [rows.select(ID, REASON=pl.lit(rule.name))])


def _set_aside(name: str, expected: str, variables: Sequence[str]) -> Rule:
    return Rule(name, expected, "error", "row set aside", variables)


def _filled(domains: _Domains) -> Iterator[tuple[str, pl.DataFrame]]:
    return ((name, frame) for name, frame in domains.items() if frame.height)


def _one_record_a_subject(domains: _Domains) -> Iterator[_Finding]:
    twice = domains["DM"].filter(~pl.col("USUBJID").is_first_distinct())
    expected = "one record a subject; the first is used"
    yield "DM", twice, _set_aside("DM.USUBJID.twice", expected, ["USUBJID"])


def _subjects_in_dm(domains: _Domains) -> Iterator[_Finding]:
    for name, frame in _filled(domains):
        if name == "DM":
            continue
        known = domains["DM"].select("USUBJID")
        strangers = frame.filter(pl.col("USUBJID").is_not_null()).join(
            known, on="USUBJID", how="anti", maintain_order="left"
        )
        rule, expected = f"{name}.USUBJID.unknown", "a subject of DM, written as it is there"
        yield name, strangers, _set_aside(rule, expected, ["USUBJID"])


def _one_study(domains: _Domains) -> Iterator[_Finding]:
    counts = domains["DM"]["STUDYID"].value_counts(sort=True).sort("count", "STUDYID")
    if counts.is_empty():
        return
    study = counts["STUDYID"][-1]
    for name, frame in _filled(domains):
        if name in STUDY_TABLES:
            continue
        others = frame.filter(pl.col("STUDYID") != study)
        first = others.unique([FILE, "STUDYID"], keep="first", maintain_order=True)
        expected = f"STUDYID = {study}, as most of DM; listed once a file and value"
        rule = f"{name}.STUDYID.other"
        yield name, first, Rule(rule, expected, "warning", variables=["STUDYID"])


def _records_once(domains: _Domains) -> Iterator[_Finding]:
    for name, frame in _filled(domains):
        own = [column for column in frame.columns if column not in HIDDEN]
        alike = frame.filter(pl.struct(_key(name)).is_duplicated())
        again = alike.filter(~pl.struct(own).is_first_distinct())
        expected = "each record once; the first is used"
        yield name, again, _set_aside(f"{name}.record.twice", expected, _key(name))


def _keys_once(domains: _Domains) -> Iterator[_Finding]:
    for name, frame in _filled(domains):
        key = _key(name)
        sequence = f"{name}SEQ"
        if name in STUDY_TABLES:
            numbered, rule, shown = frame, f"{name}.key.twice", key
            expected = f"one row for each {' and '.join(key)}; the first is used"
        elif sequence in key:
            numbered = frame.filter(pl.col(sequence).is_not_null())
            rule, shown = f"{name}.{sequence}.twice", [sequence]
            expected = "another number for each record of a subject; the first record is used"
        elif name.startswith("SUPP"):
            numbered, rule, shown = frame, f"{name}.QNAM.twice", [*key[1:], "QVAL"]
            expected = "one value of each qualifier for a record; the first is used"
        else:
            continue
        again = numbered.filter(~pl.struct(key).is_first_distinct())
        yield name, again, _set_aside(rule, expected, shown)


def _key(domain: str) -> list[str]:
    if domain == "DM":
        return ["USUBJID"]
    if domain in TABLE_KEYS:
        return list(TABLE_KEYS[domain])
    if domain == "RELREC":
        return ["USUBJID", "RDOMAIN", "IDVAR", "IDVARVAL", "RELID"]
    if domain.startswith("SUPP"):
        return ["USUBJID", "IDVAR", "IDVARVAL", "QNAM"]
    return ["USUBJID", f"{domain}SEQ"]


def _qualifiers_have_parents(domains: _Domains) -> Iterator[_Finding]:
    for name, frame in _filled(domains):
        if not name.startswith("SUPP"):
            continue
        parent = domains[name.removeprefix("SUPP")]
        lost = without_parent(frame, parent)
        expected = f"a record of {name.removeprefix('SUPP')} whose IDVAR has the value IDVARVAL"
        variables = ["IDVAR", "IDVARVAL", "QNAM"]
        yield name, lost, _set_aside(f"{name}.parent", expected, variables)
        filled = [c for c in parent.columns if parent[c].null_count() < parent.height]
        taken = frame.filter(pl.col("QNAM").is_in(filled)).join(lost, on=ID, how="anti")
        expected = "a name that is no variable of the parent; the parent's own value is used"
        yield name, taken, Rule(f"{name}.QNAM.taken", expected, "warning", variables=["QNAM"])


def _lesions_identified(domains: _Domains) -> Iterator[_Finding]:
    keys = domains["TU"].select("USUBJID", TRLNKID="TULNKID").drop_nulls()
    if keys.is_empty():
        return
    measured = domains["TR"].filter(pl.col("TRLNKID").is_not_null())
    lost = measured.join(keys, on=["USUBJID", "TRLNKID"], how="anti", maintain_order="left")
    expected = "a lesion identified in TU by TULNKID"
    yield "TR", lost, Rule("TR.TRLNKID.unknown", expected, "warning", variables=["TRLNKID"])


_AFTER_DEATH: Final = {"DM", "DS", "SS"}
"""Domains whose records may follow a death: participation ends, the family is contacted."""


def _life_in_order(domains: _Domains) -> Iterator[_Finding]:
    dm = domains["DM"].select(
        "USUBJID",
        "DTHDTC",
        "BRTHDTC",
        _DEATH=latest("DTHDTC"),
        _BIRTH=earliest("BRTHDTC"),
    )
    for name, frame in _filled(domains):
        variables = start_variables(name, frame.columns)
        if not variables or name == "DM":
            continue
        days = frame.select(ID, "USUBJID", _FIRST=first_day(variables), _LAST=last_day(variables))
        known = days.join(dm, on="USUBJID", how="left")
        unborn = known.filter(pl.col("_LAST") < pl.col("_BIRTH")).select(ID, "BRTHDTC")
        born = frame.join(unborn, on=ID, maintain_order="left")
        expected = "a date on or after birth, DM.BRTHDTC"
        shown = [*variables, "BRTHDTC"]
        yield name, born, Rule(f"{name}.before_birth", expected, variables=shown)
        if name not in _AFTER_DEATH:
            late = known.filter(pl.col("_FIRST") > pl.col("_DEATH")).select(ID, "DTHDTC")
            dead = frame.join(late, on=ID, maintain_order="left")
            expected = "a date on or before death, DM.DTHDTC"
            shown = [*variables, "DTHDTC"]
            yield name, dead, Rule(f"{name}.after_death", expected, variables=shown)


def _treated_after_consent(domains: _Domains) -> Iterator[_Finding]:
    consent = domains["DM"].select("USUBJID", "RFICDTC", _CONSENT=earliest("RFICDTC"))
    dated = domains["EX"].join(consent, on="USUBJID", how="left", maintain_order="left")
    early = dated.filter(latest("EXSTDTC") < pl.col("_CONSENT"))
    expected = "a first dose on or after informed consent, DM.RFICDTC"
    yield "EX", early, Rule("EX.before_consent", expected, variables=["EXSTDTC", "RFICDTC"])


def _deaths_agree(domains: _Domains) -> Iterator[_Finding]:
    dm = domains["DM"].select("USUBJID", "DTHFL", "DTHDTC", _DEATH=latest("DTHDTC"))
    places = (
        ("DS", pl.col("DSDECOD") == "DEATH", ["DSDECOD", "DSSTDTC"]),
        ("AE", pl.col("AEOUT") == "FATAL", ["AEDECOD", "AEOUT"]),
        ("SS", pl.col("SSSTRESC") == "DEAD", ["SSSTRESC", "SSDTC"]),
    )
    for name, died, variables in places:
        known = domains[name].filter(died).join(dm, on="USUBJID", how="left", maintain_order="left")
        alive = known.filter(pl.col("DTHFL").is_null() & pl.col("DTHDTC").is_null())
        expected = "DTHFL = Y and DTHDTC in DM for a subject who died"
        rule = Rule(f"{name}.death_not_in_dm", expected, "warning", variables=variables)
        yield name, alive, rule
    contacts = domains["SS"].join(dm, on="USUBJID", how="left", maintain_order="left")
    after = contacts.filter(
        (pl.col("SSSTRESC") == "ALIVE") & (earliest("SSDTC") > pl.col("_DEATH"))
    )
    expected = "nobody known alive after death, DM.DTHDTC"
    yield "SS", after, Rule("SS.alive_after_death", expected, variables=["SSDTC", "DTHDTC"])


_RULES: Final[Sequence[Callable[[_Domains], Iterator[_Finding]]]] = (
    _one_record_a_subject,
    _subjects_in_dm,
    _one_study,
    _records_once,
    _keys_once,
    _qualifiers_have_parents,
    _lesions_identified,
    _life_in_order,
    _treated_after_consent,
    _deaths_agree,
)

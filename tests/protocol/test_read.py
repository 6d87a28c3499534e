"""Every problem of a protocol is named with line, path, what was found and what is permitted."""

from pathlib import Path

import pytest

from topline.errors import ProtocolError
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.read import check_protocol, read_protocol
from topline.protocol.words import Duration
from topline.studies import study_folder

MINIMAL = (Path(__file__).parent / "minimal.yaml").read_text(encoding="utf-8")

BROKEN = [
    # what a person does wrong: text to replace, replacement, where, words of the message
    ("study:", "studdy:", "studdy", ["the key studdy", "did you mean study?"]),
    ("study:", "studdy:", "study", ["found nothing", "the key study"]),
    ("topline: 1", "topline: 2", "topline", ["found 2; expected 1"]),
    ("topline: 1", "", "topline", ["the key topline"]),
    ("id: T", "id: 001", "study.id", ["found 1", "put it in quotes"]),
    ("id: T", "id: ''", "study.id", ["found ''", "at least 1 character"]),
    ("id: T", "id: [T]", "study.id", ["found ['T']", "text"]),
    ("id: T", "id: T\n  phase: 5", "study.phase", ["found '5'", "one of 1, 1/2, 2"]),
    ("id: T", "id: T\n  data_cut: 2024-02-30", "study.data_cut", ["'2024-02-30'", "valid date"]),
    ("id: T", "id: T\n  data_cut: 20240229", "study.data_cut", ["20240229", "valid date"]),
    ("id: T", "id: T\n  data_cut: soon", "study.data_cut", ["'soon'", "valid date"]),
    ("- {id: A, label: Drug A}", "[]", "study.arms", ["found []; expected 1 or more"]),
    ("{id: A, label: Drug A}", "{id: A}", "study.arms[0].label", ["the key label"]),
    (
        "- {id: A, label: Drug A}",
        "- {id: A, label: a}\n    - {id: A, label: b}",
        "study.arms[1].id",
        ["'A' a second time"],
    ),
    ("kind: single-stage", "kind: one-stage", "design.kind", ["single-stage, simon, descriptive"]),
    ("kind: single-stage", "", "design", ["found nothing", "the key kind"]),
    ("null: 0.25", "null: 25%", "design.null", ["found '25%'", "a valid number"]),
    ("null: 0.25", "null: 25", "design.null", ["found 25", "less than 1"]),
    ("null: 0.25", "null: true", "design.null", ["found True", "a valid number"]),
    ("null: 0.25", "null: 0.6", "design", ["an alternative above the null of 0.6, not 0.5"]),
    ("sides: 1", "sides: 3", "design.alpha.sides", ["found 3", "one of 1, 2"]),
    ("responders_at_least: 13", "responders_at_least: 36", "design.success", ["at most 35"]),
    ("enrol: 35", "enrol: 35.5", "design.enrol", ["found 35.5"]),
    ("endpoint: ORR\n  null", "endpoint: ORRR\n  null", "design.endpoint", ["did you mean ORR?"]),
    ("endpoint: ORR\n  null", "endpoint: PFS\n  null", "design.endpoint", ["time-to-event"]),
    ("rule: AGE >= 18", "rule: AGE >=", "eligibility.inclusion[0].rule", ["a rule over columns"]),
    (
        "rule: AGE >= 18",
        "rule: __import__('os').system('id')",
        "eligibility.inclusion[0].rule",
        ["a rule over columns"],
    ),
    (
        "rule: AGE >= 18",
        "rule: read_csv('/etc/passwd')",
        "eligibility.inclusion[0].rule",
        ["a rule over columns"],
    ),
    ("length: 28 days", "length: 28 dys", "treatments.cycle.length", ["such as 28 days"]),
    ("length: 28 days", "length: 28", "treatments.cycle.length", ["found 28", "such as 28 days"]),
    ("levels: [40, 20]", "levels: [40, low]", "treatments.drugs[0].levels[1]", ["'low'"]),
    ("levels: [40, 20]", "levels: 40", "treatments.drugs[0].levels", ["found 40"]),
    ("levels: [40, 20]", "levels: [-40]", "treatments.drugs[0].levels[0]", ["found -40"]),
    ("unit: mg", "unti: mg", "treatments.drugs[0].unti", ["did you mean unit?"]),
    ("window: 7 days", "windw: 7 days", "schedule.tumor_assessment.windw", ["mean window?"]),
    (
        "every: [{every: 8 weeks}]",
        "every: [{every: 8 weeks}, {every: 12 weeks}]",
        "schedule.tumor_assessment.every[0]",
        ["until, for others follow"],
    ),
    ("from: RS", "from: rs", "variables.ECOGBL.from", ["two letters of an SDTM domain"]),
    ("value: RSSTRESC, ", "", "variables.ECOGBL", ["a value to take the last before treatment"]),
    ("take: last before", "take: lst before", "variables.ECOGBL.take", ["last before treatment"]),
    ("ECOGBL:", "ecog_baseline:", "variables.ecog_baseline", ["a CDISC variable name"]),
    ('rule: "CASE', 'rulle: "CASE', "variables.AGEGR1.rulle", ["did you mean rule?"]),
    ("flag: SAFFL", "flag: safety", "analysis_sets.SAF.flag", ["a CDISC variable name"]),
    ("where: TRTSDT IS NOT NULL, ", "", "analysis_sets.SAF.where", ["the key where"]),
    (
        "  SAF: {label: Treated, where: TRTSDT IS NOT NULL, flag: SAFFL}",
        "  SAF: {label: a, where: AGE > 1, flag: SAFFL}\n"
        "  PP: {label: a, where: AGE > 1, flag: SAFFL}",
        "analysis_sets.PP.flag",
        ["SAFFL a second time"],
    ),
    ("counts: [CR, PR]", "counts: [CR, PARTIAL]", "endpoints.ORR.counts[1]", ["'PARTIAL'"]),
    ("counts: [CR, PR]", "counts: []", "endpoints.ORR.counts", ["found []; expected 1 or more"]),
    (
        "events: [progression, death]",
        "events: [progresion, death]",
        "endpoints.PFS.events[0]",
        ["did you mean progression?"],
    ),
    (
        "events: [progression, death]",
        "events: [{date: DTHDT}]",
        "endpoints.PFS.events[0].label",
        ["the key label"],
    ),
    (
        "estimand: {analysis_set: SAF, summary: Rate}",
        "estimand: {analysis_set: SAFE, summary: Rate}",
        "endpoints.ORR.estimand.analysis_set",
        ["did you mean SAF?"],
    ),
    ("endpoint: ORR, analysis_set", "endpoint: PFS, analysis_set", "analyses.RATE.endpoint", []),
    ("endpoint: PFS, analysis_set", "endpoint: PSF, analysis_set", "analyses.CURVE.endpoint", []),
    ("test: design", "test: desing", "analyses.RATE.test", ["did you mean design?"]),
    ("test: design", "method: wilsn", "analyses.RATE.method", ["did you mean wilson?"]),
    ("test: design", "level: 95", "analyses.RATE.level", ["less than 1"]),
    ("kind: summary,", "kind: sumary,", "analyses.BASE.kind", ["did you mean summary?"]),
    ("variables: [AGE,", "variables: [Age,", "analyses.BASE.variables[0]", ["CDISC variable name"]),
    ("analysis: BASE", "analysis: BASES", "displays[0].analysis", ["did you mean BASE?"]),
    ("analysis: CURVE", "analysis: BASE", "displays[1].analysis", ["kind survival"]),
    ("number: Figure 1", "number: Table 1", "displays[1].number", ["'Table 1' a second time"]),
    ("kind: summary-table", "kind: table", "displays[0].kind", ["summary-table"]),
    ("  PFS: {kind", "  ORR: {kind", "endpoints.ORR", ["a second time (first on line 31)"]),
    ("title: A trial", "title: !!python/object:os.system x", "study.title", ["the tag"]),
    ("title: A trial", "title: [A, trial", "the file", ["not YAML"]),
    ("title: A trial", "\ttitle: A trial", "the file", ["not YAML"]),
    ("title: A trial", "? [a, b]\n  : A trial", "study", ["a key that is a list"]),
    ("title: A trial", "title: " + "[" * 100 + "]" * 100, "study.title" + "[0]" * 59, ["60 deep"]),
]


def problems_of(text: str | bytes, folder: Path) -> list[str]:
    path = folder / "protocol.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return [str(problem) for problem in check_protocol(path)[1]]


def test_minimal_protocol_has_no_problem(tmp_path: Path) -> None:
    assert problems_of(MINIMAL, tmp_path) == []


@pytest.mark.parametrize(("old", "new", "where", "words"), BROKEN)
def test_names_place_found_and_permitted(
    old: str, new: str, where: str, words: list[str], tmp_path: Path
) -> None:
    broken = MINIMAL.replace(old, new, 1)
    assert broken != MINIMAL
    found = problems_of(broken, tmp_path)
    told = [problem for problem in found if f": {where}: " in problem]
    assert told, found
    assert all(any(word in problem for problem in told) for word in words), told
    assert all(problem.startswith("protocol.yaml:") for problem in found)
    with pytest.raises(ProtocolError, match=r"protocol\.yaml has"):
        read_protocol(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"# only a comment\n", "an empty file"),
        (b"just words", "keys and values"),
        (b"- a\n- list", "keys and values"),
        (b"topline: 1\nstudy: {title: caf\xe9}\n", "byte 0xe9, which is not UTF-8"),
        (b"\x00\x01\x02", "not YAML"),
        (b"a: &x [b]\nc: *y\n", "not YAML"),
    ],
)
def test_a_file_that_is_no_protocol_says_so(content: bytes, words: str, tmp_path: Path) -> None:
    assert any(words in problem for problem in problems_of(content, tmp_path))


def test_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="no such file"):
        read_protocol(tmp_path)


def test_aliases_cannot_blow_up(tmp_path: Path) -> None:
    levels = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]" for i in range(1, 12)]
    bomb = "\n".join(["l0: &l0 [x, x]", *levels])
    assert any("too much" in problem for problem in problems_of(bomb, tmp_path))


def test_all_problems_are_told_at_once_in_order_of_lines(tmp_path: Path) -> None:
    broken = MINIMAL
    for old, new in (("id: T", "id: 1"), ("unit: mg", "unti: mg"), ("kind: rate", "kind: rat")):
        broken = broken.replace(old, new, 1)
    lines = [int(problem.split(":")[1]) for problem in problems_of(broken, tmp_path)]
    assert len(lines) >= 4
    assert lines == sorted(lines)


def test_words_of_yaml_11_stay_words(tmp_path: Path) -> None:
    """`on`, `off`, `yes` and `no` are words, as the schedule needs them."""
    problems_of(MINIMAL, tmp_path)
    schedule = read_protocol(tmp_path).treatments.drugs[0].schedule
    assert (schedule.on, schedule.off) == (Duration("7 days"), Duration("7 days"))


def test_named_dates_and_own_sources_can_be_mixed(tmp_path: Path) -> None:
    own = "censor: [last evaluable assessment, {date: RANDDT, label: Randomization}]"
    problems_of(MINIMAL.replace("censor: [last evaluable assessment]", own), tmp_path)
    pfs = read_protocol(tmp_path).endpoints["PFS"]
    assert isinstance(pfs, TimeToEvent)
    assert not isinstance(pfs.censor[1], str)
    assert pfs.censor[1].dataset == "ADSL"


def test_a_protocol_cannot_be_changed(tmp_path: Path) -> None:
    problems_of(MINIMAL, tmp_path)
    protocol = read_protocol(tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        protocol.study.title = "Another"  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("study", [study_folder("cabotem"), Path("tests/studies/pilot")])
def test_protocols_of_the_studies_hold(study: Path) -> None:
    assert read_protocol(study).analyses

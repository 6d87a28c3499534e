"""Malformed claims: each problem with its place and the way out, all at once."""

import random
import shutil
from pathlib import Path

import pytest

from tests.audit.files import HEAD
from topline.audit.read import check_claims, read_claims
from topline.audit.single import audit_singly
from topline.errors import DataError
from topline.studies import study_folder


def problems(folder: Path, text: str, head: str = HEAD) -> list[str]:
    path = folder / "claims.yaml"
    path.write_text(head + text, encoding="utf-8")
    return [str(problem) for problem in check_claims(path)[1]]


def test_every_problem_is_told_at_once_with_its_way_out(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        """
groups:
  all: {n: 37, where: Abstract, parts: [treated, rest]}
  treated: {n: 33, where: Abstract}
claims:
  a: {kind: percent, where: Abstract, printed: 54%}
  b: {kind: percent, where: Abstract, printed: "20 (54%)", of: tretaed}
  c: {kind: percent, where: Abstract, printed: "54%", of: all, count: 38}
  d: {kind: proportion, where: Abstract, printed: "15%", of: all}
  e: {kind: odds-ratio, where: Abstract, printed: "2 (1-4)", table: [[1, 2, 3], [4, 5, 6]]}
  f: {kind: median, where: Abstract, printed: "about two years", curve: OS}
  g: {kind: percent, where: Abstract, printed: "20 (54%)", of: all, count: 21}
  h: {kind: sum, where: Abstract, printed: "5", parts: [all/Sexx]}
  i: {kind: same, claims: [a, z]}
  j: {kind: relation, where: Methods, printed: x, holds: all equals treated}
  k: {kind: percent, where: Abstract, printed: "0/0"}
""",
    )
    assert told == [
        "claims.yaml:5: groups.all.parts[1]: found rest; expected another group: all, treated",
        "claims.yaml:8: claims.a: found '54%' without a denominator; expected of: the group or the "
        "number of patients that it is a share of",
        "claims.yaml:9: claims.b.of: found tretaed; expected a number of patients, or a group: "
        "all, treated (did you mean treated?)",
        "claims.yaml:10: claims.c.count: found 38; expected at most 37, the patients that it is a "
        "share of",
        "claims.yaml:11: claims.d.printed: found '15%'; expected words with a lower limit and an "
        "upper limit, such as 5/33 (15%; 95% CI, 5-32%)",
        "claims.yaml:12: claims.e.table: found a table of 2 x 3; expected two rows (group, "
        "reference) of two (event, no event)",
        "claims.yaml:13: claims.f.curve: found OS; expected a curve: none is named under curves",
        "claims.yaml:13: claims.f.printed: found 'about two years'; expected words with the number "
        "and a lower limit and an upper limit, such as 28.5 months (95% CI, 16.8-28.5)",
        "claims.yaml:14: claims.g.count: found count: 21, and 20 in '20 (54%)'; expected the "
        "printed count alone; leave the key out",
        "claims.yaml:15: claims.h.parts[0]: found all/Sexx; expected a number or a quantity",
        "claims.yaml:16: claims.i.claims[1]: found z; expected the name of a claim",
        "claims.yaml:17: claims.j.holds: found all equals treated; expected one of the signs =, <= "
        "and >= between spaces",
        "claims.yaml:18: claims.k.printed: found '0/0'; expected a denominator of 1 or more",
    ]


def test_unknown_kinds_keys_and_counts_below_0_are_refused(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        """
claims:
  a: {kind: percentage, where: Abstract, printed: 54%}
  b: {kind: percent, where: Abstract, printed: 54%, off: 37}
  c: {kind: p-value, where: Abstract, printed: "0.3", table: [[1, -2], [3, 4]]}
  d: {kind: percent, where: Abstract, printed: 54, of: 37}
""",
    )
    assert "did you mean percent?" in told[0]
    assert "claims.b.off: found the key off" in told[1]
    assert "claims.c.table[0][1]: found -2; expected greater than or equal to 0" in told[2]
    assert "claims.d.printed: found 54; expected text; put it in quotes" in told[3]


def test_problems_of_a_table_name_its_file_and_row(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        'variable,level,Arm A,pvalue\nSex,Male,12 (40),0.3\nSex,Female,"eighteen",\nStage,I,3,x,y\n'
    )
    table = "\ngroups: {A: {n: 30, where: Abstract}}\ntables:\n  T: {where: Table 1, file: t.csv, "
    told = problems(
        tmp_path, f"{table}columns: {{Arm A: {{group: A}}, p-value: {{holds: p-values}}}}}}"
    )
    assert told == [
        "t.csv:1: T: found no column p-value; expected it among variable, level, Arm A, pvalue "
        "(did you mean pvalue?)",
        "t.csv:1: T.pvalue: found the column pvalue; expected one of Arm A, group, level, p-value, "
        "variable (did you mean p-value?)",
        "t.csv:4: T: found 5 cells; expected 4, one under each head; quote cells that hold a comma",
    ]
    (tmp_path / "t.csv").write_text("variable,level,Arm A\nSex,Male,12 (40)\nSex,Female,eighteen\n")
    told = problems(tmp_path, f"{table}columns: {{Arm A: {{group: B}}}}}}")
    assert told == [
        "t.csv:2: T.Sex: found the group B; expected one of A, as group of the column, the row or "
        "the table (of)",
        "t.csv:3: T.Sex: found the group B; expected one of A, as group of the column, the row or "
        "the table (of)",
    ]
    told = problems(tmp_path, f"{table}columns: {{Arm A: {{group: A}}}}}}")
    assert told == [
        "t.csv:3: T.Sex.Female: found 'eighteen'; expected a count, a count with its percentage, a "
        "median, a mean or a range"
    ]


def test_a_table_needs_one_place_for_its_rows(tmp_path: Path) -> None:
    start = (
        "\ngroups: {A: {n: 30, where: Abstract}}\ntables:\n  T: {where: Table 1, columns: {A: {}}"
    )
    assert "found neither file nor markdown" in problems(tmp_path, f"{start}}}")[0]
    assert "found none.csv; expected a CSV" in problems(tmp_path, f"{start}, file: none.csv}}")[0]


def test_a_broken_file_is_one_problem(tmp_path: Path) -> None:
    assert "not YAML" in problems(tmp_path, "claims: [", head="")[0]
    assert "claims.yaml:1" in problems(tmp_path, "topline: 2\nsource: {title: x}", head="")[0]
    with pytest.raises(DataError, match=r"claims\.yaml has 1 problem:"):
        read_claims(tmp_path / "claims.yaml")
    with pytest.raises(DataError, match="no such file"):
        read_claims(tmp_path / "other.yaml")


def test_no_bytes_give_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "claims.yaml"
    for content in (b"\xff\xfe", b"\x00", b"a: &a [*a]", b"claims: {a: {kind: [x]}}", b"- 1"):
        path.write_bytes(content)
        assert check_claims(path)[1]


@pytest.mark.parametrize("seed", range(6))
def test_a_misprinted_copy_of_the_example_is_audited_or_refused_in_words(
    tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    shutil.copytree(study_folder("cabotem") / "claims", tmp_path / "claims")
    shutil.copy(study_folder("cabotem") / "claims.yaml", tmp_path)
    for path in [tmp_path / "claims.yaml", *sorted((tmp_path / "claims").glob("*.csv"))]:
        text = list(path.read_text(encoding="utf-8"))
        for _ in range(rng.choice((0, 1, 2))):
            text[rng.randrange(len(text))] = rng.choice('0123456789,"()%:/ \n{}[]-x')
        path.write_text("".join(text), encoding="utf-8")
    book, problems = check_claims(tmp_path / "claims.yaml")
    assert all(": found " in str(problem) for problem in problems)
    if book is not None and not problems:
        assert len(audit_singly(book)) == len(book.items)

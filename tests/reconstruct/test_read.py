"""A broken `published.yaml`: everything wrong at once, each with its place."""

from pathlib import Path

import pytest

from tests.reconstruct.tiny import PUBLISHED, write_tiny
from topline.errors import DataError
from topline.reconstruct.json_schema import write_json_schema
from topline.reconstruct.read import check_published, read_published


def problems(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    text = PUBLISHED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    _, found = check_published(write_tiny(tmp_path, text))
    return [
        f"{'.'.join(map(str, p.loc))}: {p.found} | {p.expected} | {p.suggestion or ''}"
        for p in found
    ]


def test_a_right_file_has_no_problem(tmp_path: Path) -> None:
    assert problems(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("patients: all", "patients: al", "patients: al | a group of claims.yaml: all, responders"),
        ("Age: AGE", "Agee: AGE", "variables.Agee: Agee | a variable of claims.yaml | Age"),
        ("{Female: SEX = F}", "{Femal: SEX = F}", "variables.Sex.Femal: Femal | a level: Female"),
        ("SEX = F, are", "SEX = W, are", "counts.0.among: W | a level of SEX: F, M"),
        ("claim: ended, part: 2", "claim: ended, part: 3", "one of the numbers among its 2 parts"),
        ("claim: ended, part: 2", "claim: endet, part: 2", "endet | the name of a claim | ended"),
        ("{when: AGE >= 65}", "{when: AEG >= 65}", "AEG | the name of an attribute | AGE"),
        ("{when: AGE >= 65}", "{when: AGE >= old}", "AGE >= old | numbers on both sides"),
        ("{when: AGE >= 65}", "{when: AGE}", "AGE | a sign and a level or number after it"),
        ("implies not DEAD", "implies DEAD = yes", "DEAD = yes | DEAD or not DEAD"),
        ("implies not DEAD", "implies", "rules.0: END_REASON = ONGOING implies | the name of"),
        ("last: 2021-06-30", "last: 2023-06-30", "first, last and data_cut in this order"),
        ("PROGRESSION >= 70", "PROGRES >= 40", "courses.rules.2.holds: PROGRES | a date: "),
        ("PROGRESSION >= 70", "2 PROGRESSION", "one of the signs =, <= and >= between spaces"),
        ("endpoint: TTR", "endpoint: TTP", "TTP | one of the endpoints OS, TTR | TTR"),
        ("events: [RESPONSE]", "events: [DATE]", "courses.endpoints.TTR.events.0"),
        ("claim: OS6, endpoint", "claim: women-responding, by: AGE, endpoint", "with levels"),
        ("  AGE: {least: 40, most: 80}\n", "  AGE: {least: 40}\n", "both least and most"),
        ("SEX: {levels: [F, M]}", "SEX: {levels: [female, M]}", "the levels F and M"),
        ("seed: 3", "seed: three", "seed: 'three'"),
        ("topline: 1", "topline: 1\nsumms: []", "summs"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert any(told in line for line in problems(tmp_path, (old, new))), problems(
        tmp_path, (old, new)
    )


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    path = write_tiny(
        tmp_path,
        PUBLISHED.replace("Dead: DEAD", "Dead: DAED").replace("Age: AGE", "Age: AGGE"),
    )
    with pytest.raises(DataError) as told:
        read_published(path)
    lines = str(told.value).splitlines()
    assert lines[0] == "published.yaml has 2 problems:"
    written = PUBLISHED.splitlines()
    places = [str(written.index(line) + 1) for line in ("  Age: AGE", "  Dead: DEAD")]
    assert [line.split(":")[1] for line in lines[1:]] == places


def test_the_schema_that_is_shipped_is_that_of_the_values() -> None:
    assert Path("docs/published.schema.json").read_text(encoding="utf-8") == write_json_schema()

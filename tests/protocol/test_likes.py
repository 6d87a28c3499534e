"""An entry like another has the other's keys; what is wrong with it is told once."""

from pathlib import Path

import pytest

from topline.protocol.analyses import Survival
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.protocol import Protocol
from topline.protocol.read import check_protocol, read_protocol

MINIMAL = (Path(__file__).parent / "minimal.yaml").read_text(encoding="utf-8")


def written(folder: Path, endpoints: str = "", analyses: str = "") -> Path:
    """Write the minimal protocol with more endpoints and analyses, a line each."""
    path = folder / "protocol.yaml"
    text = MINIMAL.replace("analyses:\n", f"{endpoints}analyses:\n", 1)
    path.write_text(text.replace("displays:\n", f"{analyses}displays:\n", 1), encoding="utf-8")
    return path


def problems(folder: Path, endpoints: str = "", analyses: str = "") -> list[str]:
    return [str(p) for p in check_protocol(written(folder, endpoints, analyses))[1]]


def endpoint(protocol: Protocol, name: str) -> TimeToEvent:
    found = protocol.endpoints[name]
    assert isinstance(found, TimeToEvent)
    return found


def test_own_keys_win_and_the_others_are_taken(tmp_path: Path) -> None:
    protocol = read_protocol(
        written(tmp_path, "  STRICT: {like: PFS, label: Strict, missed_assessments: 2}\n")
    )
    pfs, strict = endpoint(protocol, "PFS"), endpoint(protocol, "STRICT")
    assert (strict.label, strict.missed_assessments) == ("Strict", 2)
    assert (strict.events, strict.censor, strict.estimand) == (pfs.events, pfs.censor, pfs.estimand)
    assert (pfs.label, pfs.missed_assessments) == ("PFS", None)


def test_an_entry_may_be_like_one_that_is_like_a_third_and_come_before_it(tmp_path: Path) -> None:
    more = (
        "  C: {like: B, label: Third}\n"
        "  B: {like: PFS, label: Second, unit: weeks, missed_assessments: 3}\n"
    )
    third = endpoint(read_protocol(written(tmp_path, more)), "C")
    assert (third.label, third.unit, third.missed_assessments) == ("Third", "weeks", 3)


def test_an_analysis_may_be_like_another(tmp_path: Path) -> None:
    more = "  AGAIN: {like: CURVE, transform: plain, rates_at: [6]}\n"
    analyses = read_protocol(written(tmp_path, analyses=more)).analyses
    again, curve = analyses["AGAIN"], analyses["CURVE"]
    assert isinstance(again, Survival)
    assert again == curve.model_copy(update={"transform": "plain", "rates_at": (6.0,)})


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            "  X: {like: PSF}\n",
            ["endpoints.X.like: found 'PSF'; expected one of: ORR, PFS (did you mean PFS?)"],
        ),
        # told of the entry that says so, not of those that are like it
        ("  X: {like: PSF}\n  Y: {like: X}\n", ["endpoints.X.like: found 'PSF';"]),
        ("  X: {like: }\n", ["endpoints.X.like: found None; expected one of: ORR, PFS"]),
        ("  X: {like: 3}\n", ["endpoints.X.like: found 3; expected one of: ORR, PFS"]),
        ("  X: {like: X}\n", ["endpoints.X.like: found X -> X; expected an entry that is not"]),
        (
            # every entry of the ring says so; the one that only leads into it does not
            "  A: {like: B}\n  B: {like: C}\n  C: {like: B, label: C}\n",
            ["endpoints.B.like: found B -> C -> B;", "endpoints.C.like: found C -> B -> C;"],
        ),
        # an entry of another part is no entry of this one
        ("  X: {like: CURVE}\n", ["endpoints.X.like: found 'CURVE'; expected one of: ORR, PFS"]),
        # what it says itself is checked all the same
        (
            "  X: {like: PSF, kind: time-to-event, events: [dead]}\n",
            ["endpoints.X.events[0]: found 'dead'", "endpoints.X.like: found 'PSF'"],
        ),
    ],
)
def test_like_something_that_is_not_there_is_told_with_its_line(
    more: str, told: list[str], tmp_path: Path
) -> None:
    found = problems(tmp_path, more)
    assert len(found) == len(told), found
    for problem, words in zip(found, told, strict=True):
        assert words in problem
        line = int(problem.split(":")[1])
        name = words.split(".")[1].removesuffix(":")
        assert written(tmp_path, more).read_text().splitlines()[line - 1].startswith(f"  {name}:")


def test_what_is_wrong_with_a_key_is_told_where_it_stands_only(tmp_path: Path) -> None:
    path = written(tmp_path, "  X: {like: PFS, label: X}\n  Y: {like: X}\n")
    path.write_text(path.read_text().replace("events: [progression,", "events: [progresion,"))
    found = [str(problem) for problem in check_protocol(path)[1]]
    assert len(found) == 1
    assert ": endpoints.PFS.events[0]: " in found[0]


def test_what_is_said_again_is_told_again(tmp_path: Path) -> None:
    path = written(tmp_path, "  X: {like: PFS, events: [progresion, death]}\n")
    path.write_text(path.read_text().replace("events: [progression,", "events: [progresion,"))
    found = [str(problem) for problem in check_protocol(path)[1]]
    first, second = found
    assert ": endpoints.PFS.events[0]: " in first
    assert ": endpoints.X.events[0]: " in second


def test_a_reference_taken_over_is_told_where_it_stands_only(tmp_path: Path) -> None:
    path = written(tmp_path, analyses="  X: {like: CURVE, level: 0.9}\n")
    text = path.read_text().replace("CURVE: {kind: survival, endpoint: PFS", "CURVE: {kind: survival, endpoint: PSF")  # noqa: E501  # fmt: skip
    path.write_text(text)
    found = [str(problem) for problem in check_protocol(path)[1]]
    assert [": analyses.CURVE.endpoint: " in problem for problem in found] == [True]


def test_what_is_wrong_only_with_the_heir_is_told_there(tmp_path: Path) -> None:
    found = problems(tmp_path, "  X: {like: PFS, kind: response-rate, counts: [CR]}\n")
    assert len(found) == 3
    keys = ("events", "censor", "from")
    assert all(any(f"endpoints.X.{key}: found the key {key}" in p for p in found) for key in keys)


@pytest.mark.parametrize("entry", ["", "[1]", "text", "{like: [PFS]}", "{like: null}", "{like: }"])
def test_entries_that_are_no_mapping_are_told_and_never_crash(entry: str, tmp_path: Path) -> None:
    assert problems(tmp_path, f"  X: {entry}\n  Y: {{like: X, label: Y}}\n")


def test_a_protocol_whose_parts_are_no_mappings_is_told(tmp_path: Path) -> None:
    path = tmp_path / "protocol.yaml"
    path.write_text("endpoints: [like]\nanalyses: 3\n")
    assert any("endpoints: found" in str(problem) for problem in check_protocol(path)[1])

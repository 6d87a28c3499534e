"""`topline design`: every command does what its help shows; nonsense gets one sentence."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import topline
from topline.cli.design import design

EXAMPLES = {
    "single-stage": "--null 0.25 --alternative 0.5 --alpha 0.1 --dropout 0.15",
    "simon": "--null 0.1 --alternative 0.3",
    "after-two-stages": (
        "--n1 10 --r1 1 --n 29 --needed 6 --null 0.1 --evaluated 29 --responders 7"
    ),
    "three-stage": "--null 0.05 --alternative 0.25 --n-max 25",
    "predictive": "--null 0.2 --alternative 0.5 --power 0.8",
    "bop2": "--null 0.2 --alternative 0.4 --looks 10,20,40",
    "bryant-day": "--response-null 0.1 --response 0.4 --toxicity-null 0.4 --toxicity 0.1",
    "toxicity": "--acceptable 0.2 --looks 2:20",
    "one-sample-logrank": "--null-median 6 --hazard-ratio 0.5 --accrual 18 --follow-up 6",
    "median": "--null-median 6 --median 10 --accrual 18 --follow-up 6",
    "landmark": "--time 12 --null 0.4 --alternative 0.6 --accrual 24 --follow-up 12",
    "logrank": "--control-median 12 --hazard-ratio 0.7 --accrual 24 --follow-up 12",
    "group-sequential": "--information 0.5,0.75,1 --hazard-ratio 0.7 --futility",
    "screening": "--control 0.1 --experimental 0.4",
}
FOUNDING = "single-stage --null 0.25 --alternative 0.5 --alpha 0.1"


def test_commands_are_these() -> None:
    assert [command.name for command in design.registered_commands] == list(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_command_shows_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = topline(capsys, "design", name, "--help")
    assert code == 0
    assert f"Example: topline design {name}" in " ".join(out.split())


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_command_answers_in_text_json_and_a_page(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    arguments = [*shlex.split(EXAMPLES[name]), "--justification", str(page)]
    code, out, err = topline(capsys, "design", name, *arguments)
    assert (code, err) == (0, "")
    assert f"Written: {page}" in out
    assert "<h2>Assumptions</h2>" in page.read_text("utf-8")
    code, out, _ = topline(capsys, "design", name, *shlex.split(EXAMPLES[name]), "--json")
    assert code == 0
    assert json.loads(out)["design"] == name


def test_founding_trial_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    given = f"design {FOUNDING} --n 35 --needed 13 --dropout 0.15 --enrol 35 --json"
    code, out, _ = topline(capsys, *shlex.split(given))
    assert code == 0
    found = json.loads(out)
    assert round(found["alpha"], 4) == 0.0756
    assert round(found["power"], 3) == 0.955
    assert [round(row["power"], 2) for row in found["with_dropout"]] == [0.96, 0.92, 0.79]
    code, out, _ = topline(capsys, *shlex.split(f"design {FOUNDING} --dropout 0.15 --json"))
    smallest = json.loads(out)
    assert (smallest["n"], smallest["responders_at_least"], smallest["enrol"]) == (26, 10, 31)


def test_after_two_stages_tells_end_change_and_way(capsys: pytest.CaptureFixture[str]) -> None:
    plan = "design after-two-stages --n1 10 --r1 1 --n 29 --needed 6 --null 0.1 --json"
    _, out, _ = topline(capsys, *shlex.split(f"{plan} --evaluated 29 --responders 6"))
    end = json.loads(out)
    assert (end["success"], round(end["p_value"], 4)) == (True, 0.0471)
    assert end["lower"] > 0.1
    given = f"{plan} --evaluated 27 --responders 6 --first-stage-responders 2"
    _, out, _ = topline(capsys, *shlex.split(given))
    changed = json.loads(out)
    assert changed["responders_needed_in_second_stage"] == 4
    assert round(changed["p_value"], 4) == 0.0367
    given = f"{plan} --evaluated 20 --responders 5 --alternative 0.3"
    _, out, _ = topline(capsys, *shlex.split(given))
    assert round(json.loads(out)["conditional_power_alternative"], 4) == round(1 - 0.7**9, 4)
    _, out, _ = topline(capsys, *shlex.split(f"{plan} --evaluated 10 --responders 1"))
    assert json.loads(out)["success"] is False


def test_plot_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "curve.svg"
    code, _, _ = topline(capsys, *shlex.split(f"design {FOUNDING}"), "--plot", str(picture))
    assert code == 0
    assert picture.read_text("utf-8").startswith("<svg")


def test_word_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.docx"
    code, _, _ = topline(capsys, *shlex.split(f"design {FOUNDING}"), "--justification", str(page))
    assert code == 0
    assert page.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("single-stage --null 0.5 --alternative 0.25", "has to lie above the null"),
        ("single-stage --null 0.25 --alternative 0.5 --alpha 0", "alpha is 0; take a number"),
        ("single-stage --null 0.25 --alternative 0.5 --n 0", "take at least 1"),
        (f"{FOUNDING} --n-max 20", "26 subjects are the fewest"),
        (f"{FOUNDING} --needed 13", "give --n as well"),
        (f"{FOUNDING} --n 35 --enrol 30", "number to enrol is 30; take at least 35"),
        (f"{FOUNDING} --plot curve.png", "ends in .svg"),
        (f"{FOUNDING} --justification page.pdf", ".html or .docx"),
        ("simon --null 0.25 --alternative 0.3 --n-max 50", "491 are the fewest that do"),
        ("bop2 --null 0.2 --alternative 0.4 --looks 10,x", "give numbers between commas"),
        ("toxicity --acceptable 0.2 --looks 1.5,3", "whole numbers"),
        ("one-sample-logrank --null-median 6 --hazard-ratio 0.6 --follow-up 6", "give --accrual"),
        (
            "one-sample-logrank --null-median 6 --hazard-ratio 0.6 --accrual 6 --follow-up 6 "
            "--two-stage",
            "two stages need --rate",
        ),
        ("logrank --control-median 6 --hazard-ratio 0.6 --accrual 6 --follow-up 6 --sides 3",
         "take 1 or 2"),
        (
            "after-two-stages --n1 10 --r1 1 --n 29 --needed 6 --null 0.1 --evaluated 10 "
            "--responders 12",
            "ends with 0 to 1 responders, not with 12",
        ),
        ("screening --control 0.2", "give --control and --experimental"),
    ],
)  # fmt: skip
def test_nonsense_gets_one_sentence_and_exit_code_2(
    arguments: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = topline(capsys, "design", *shlex.split(arguments))
    assert code == 2
    assert out == ""
    assert words in err
    assert err.count("\n") == 1


def test_help_brings_in_no_numbers() -> None:
    code = (
        "import sys, contextlib, io\n"
        "sys.argv = ['topline', 'design', 'simon', '--help']\n"
        "from topline.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        "    main()\n"
        "print([m for m in ('numpy', 'scipy', 'polars', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

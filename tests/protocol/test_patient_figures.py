"""Figures of patients as they are written, and what is said of wrong ones."""

from pathlib import Path

import pytest

from topline.protocol.figures_of_patients import PairedFigure, SwimmerFigure
from topline.protocol.patient_figures import DrugStopped, PatientChanges, PatientCourses
from topline.protocol.read import check_protocol, read_protocol

MINIMAL = (Path(__file__).parent / "minimal.yaml").read_text(encoding="utf-8")
FIGURES = """
  COURSES:
    kind: patient-courses
    analysis_set: SAF
    drugs: [DRUGA]
    dates: [first response, {drug: DRUGA, label: Stopped}, {date: DTHDT, label: Died}]
    by: [AGEGR1]
  CHANGES: {kind: patient-changes, analysis_set: SAF, by: [AGEGR1]}
  VALUES: {kind: patient-values, analysis_set: SAF, variables: [AGE, ECOGBL]}
  PAIR: {kind: paired-comparison, analysis_set: SAF, first: AGE, second: ECOGBL}
  VISITS: {kind: repeated-measures, analysis_set: SAF, dataset: ADTR, parameter: SUMDIAM}
appearance: {ordered: [AGEGR1]}
displays:
  - {kind: swimmer-figure, number: F2, title: T, analysis: COURSES, colour: AGEGR1, sort: group}
  - {kind: waterfall-figure, number: Figure 3, title: T, analysis: CHANGES, width: one column}
  - {kind: spider-figure, number: Figure 4, title: T, analysis: CHANGES}
  - {kind: paired-figure, number: Figure 5, title: T, analysis: PAIR, values: VALUES, scale: log}
  - {kind: over-time-figure, number: Figure 6, title: T, analyses: [VISITS], values: VALUES}"""
TEXT = MINIMAL.replace("\ndisplays:", FIGURES).replace(
    "treatments:", "treatments:\n  exposure: {}", 1
)


def problems_of(text: str, folder: Path) -> list[str]:
    (folder / "protocol.yaml").write_text(text, encoding="utf-8")
    return [str(problem) for problem in check_protocol(folder / "protocol.yaml")[1]]


def test_figures_of_patients_read_as_written(tmp_path: Path) -> None:
    assert problems_of(TEXT, tmp_path) == []
    protocol = read_protocol(tmp_path)
    courses = protocol.analyses["COURSES"]
    assert isinstance(courses, PatientCourses)
    assert courses.dates[0] == "first response"
    assert isinstance(courses.dates[1], DrugStopped)
    assert courses.dates[1].alone
    (
        swimmer,
        *_,
    ) = (d for d in protocol.displays if isinstance(d, SwimmerFigure))
    assert (swimmer.sort, swimmer.width) == ("group", "two columns")
    (paired,) = (d for d in protocol.displays if isinstance(d, PairedFigure))
    assert paired.values == "VALUES"


def test_changes_are_those_of_target_lesions_by_recist_unless_said_otherwise(
    tmp_path: Path,
) -> None:
    assert problems_of(TEXT, tmp_path) == []
    changes = read_protocol(tmp_path).analyses["CHANGES"]
    assert isinstance(changes, PatientChanges)
    assert (changes.dataset, changes.parameter, changes.value) == ("ADTR", "SUMDIAM", "PCHG")
    figure = next(d for d in read_protocol(tmp_path).displays if d.kind == "waterfall-figure")
    assert figure.lines == (20.0, -30.0)


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("colour: AGEGR1", "colour: AGEGR2", "displays[0].colour", "did you mean AGEGR1?"),
        (", colour: AGEGR1", "", "displays[0].sort", "colour, whose groups are sorted"),
        ("analysis: COURSES", "analysis: CHANGES", "displays[0].analysis", "patient-courses"),
        ("analysis: CHANGES, width", "analysis: PAIR, width", "analysis", "patient-changes"),
        ("width: one column", "width: one colum", "displays[1].width", "did you mean one column?"),
        ("values: VALUES, scale", "values: VALEUS, scale", "values", "did you mean VALUES?"),
        ("values: VALUES, scale", "values: PAIR, scale", "values", "kind patient-values"),
        ("scale: log", "scale: logg", "displays[3].scale", "did you mean log?"),
        ("second: ECOGBL}", "second: ECOGBL, test: mcnemar}", "analysis", "comparison of numbers"),
        ("[first response,", "[first responce,", "dates[0]", "did you mean first response?"),
        ("drug: DRUGA", "drug: DRUGB", "dates[1].drug", "did you mean DRUGA?"),
        ("drugs: [DRUGA]", "drugs: [DRUGX]", "drugs[0]", "did you mean DRUGA?"),
        ("\n  exposure: {}", "", "COURSES", "exposure under treatments"),
        ("variables: [AGE, ECOGBL]}", "variables: []}", "VALUES", "either variables, or dataset"),
        ("ordered: [AGEGR1]", "ordred: [AGEGR1]", "appearance.ordred", "did you mean ordered?"),
    ],
)
def test_names_place_found_and_permitted(
    old: str, new: str, where: str, words: str, tmp_path: Path
) -> None:
    broken = TEXT.replace(old, new, 1)
    assert broken != TEXT
    found = problems_of(broken, tmp_path)
    assert any(where in problem and words in problem for problem in found), found

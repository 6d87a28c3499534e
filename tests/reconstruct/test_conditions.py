"""Conditions on attributes: what they say, and what is told of those that say nothing."""

import numpy as np
import pytest

from topline.reconstruct.conditions import Condition, holds, names_of, read_condition

COLUMNS = {
    "SEX": np.array(["F", "F", "M", "M"]),
    "AGE": np.array([40.0, 65.0, 70.0, np.nan]),
    "SITE": np.array(["Small bowel", "Lung", "Lung", "Colon"]),
    "ILL": np.array([True, False, True, False]),
    "GRADE": np.array(["0", "1", "3", "4"]),
}


def read(text: str) -> Condition:
    condition = read_condition(text)
    assert not isinstance(condition, str), condition
    return condition


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("SEX = F", "YYnn"),
        ("SEX != F", "nnYY"),
        ("ILL", "YnYn"),
        ("not ILL", "nYnY"),
        ("AGE >= 65", "nYYn"),
        ("AGE < 65", "Ynnn"),
        ("GRADE >= 3", "nnYY"),
        ("SITE = 'Small bowel'", "Ynnn"),
        ("SITE in [Lung, 'Small bowel']", "YYYn"),
        ("SEX = F and ILL or AGE = 70", "YnYn"),
        ("SEX = F and (ILL or AGE = 65)", "YYnn"),
        ("SEX = M implies ILL", "YYYn"),
        ("ILL same as SEX = F", "YnnY"),
    ],
)
def test_a_condition_holds_of_those_it_names(text: str, who: str) -> None:
    held = holds(read(text), COLUMNS, 4)
    assert "".join("Y" if each else "n" for each in held) == who


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the name of an attribute"),
        ("SEX = ", "a level or a number after SEX ="),
        ("SEX in F", "levels in [ ] after SEX in"),
        ("SEX in [F", "a comma or ] before the end"),
        ("(ILL", "a closing bracket before the end"),
        ("ILL ILL", "the end, or and, or, implies, before ILL"),
        ("ILL and", "the name of an attribute"),
        ("and", "the name of an attribute"),
        ("SEX = 'F", "a level or a number after SEX ="),
    ],
)
def test_a_condition_that_says_nothing_is_told(text: str, told: str) -> None:
    assert read_condition(text) == told


def test_the_attributes_of_a_condition_are_named() -> None:
    assert set(names_of(read("not (A = 1 and B) or C in [x, y]"))) == {"A", "B", "C"}

import datetime as dt

import pytest

from tests.recoded.best import best_response
from tests.recoded.histories import FIRST_DAY, History, Lesion, Visit, row
from tests.recoded.recist import assess, respond_overall
from topline.clinical.recist.criteria import Criteria, Confirmation

TABLE_1 = """
CR   CR             NO   CR
CR   NON-CR/NON-PD  NO   PR
CR   NE             NO   PR
PR   CR             NO   PR
PR   NON-CR/NON-PD  NO   PR
PR   NE             NO   PR
SD   CR             NO   SD
SD   NON-CR/NON-PD  NO   SD
SD   NE             NO   SD
NE   CR             NO   NE
NE   NON-CR/NON-PD  NO   NE
PD   CR             NO   PD
PD   NE             YES  PD
SD   PD             NO   PD
NE   PD             YES  PD
CR   CR             YES  PD
NE   NE             YES  PD
"""
TABLE_2 = """
CR             NO   CR
NON-CR/NON-PD  NO   NON-CR/NON-PD
NE             NO   NE
PD             NO   PD
PD             YES  PD
CR             YES  PD
"""
# First, later, best response; and best response if both came before SD counts.
TABLE_3 = """
CR  CR  CR  CR
CR  PD  SD  PD
CR  NE  SD  NE
PR  CR  PR  PR
PR  PR  PR  PR
PR  SD  SD  SD
PR  PD  SD  PD
PR  NE  SD  NE
NE  NE  NE  NE
"""


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


@pytest.mark.parametrize(("target", "non_target", "new", "expected"), rows(TABLE_1))
def test_table_1(target: str, non_target: str, new: str, expected: str) -> None:
    assert respond_overall(target, non_target, new, imaged=True) == expected


@pytest.mark.parametrize(("non_target", "new", "expected"), rows(TABLE_2))
def test_table_2(non_target: str, new: str, expected: str) -> None:
    assert respond_overall(None, non_target, new, imaged=True) == expected


@pytest.mark.parametrize(("first", "later", "expected", "early"), rows(TABLE_3))
def test_table_3(first: str, later: str, expected: str, early: str) -> None:
    days = (30, 60)
    responses = [
        (FIRST_DAY + dt.timedelta(day), response)
        for day, response in zip(days, (first, later), strict=True)
    ]
    for minimum, best in ((30, expected), (42, early)):
        criteria = Criteria(
            confirmation=Confirmation(required=True), stable_disease_from_days=minimum
        )
        found = best_response(responses, FIRST_DAY, None, criteria)
        assert found["best_response"] == best

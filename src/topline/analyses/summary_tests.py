"""Tests of a summary's variables between its columns."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from topline.analyses.comparison import category_test, number_test
from topline.analyses.outcomes import variable_outcome
from topline.analyses.rows import Row, made_by, test_rows
from topline.protocol.analyses import Summary
from topline.protocol.comparisons import NumberTest, SummaryTests
from topline.protocol.protocol import Protocol


def test_variable(
    protocol: Protocol,
    analysis: Summary,
    tests: SummaryTests,
    variable: str,
    chosen: tuple[pl.DataFrame, str],
) -> Iterator[Row]:
    """Test one variable between the columns of a summary.

    Parameters
    ----------
    protocol
        Gives labels and levels.
    analysis, tests
        Gives the columns, and which tests are used.
    variable
        ADSL variable.
    chosen
        Subjects of the summary, and the condition that selects them in ADSL.

    Returns
    -------
    iterator of Row
        Statistic, degrees of freedom and P; nothing where fewer than two columns have subjects.
    """
    as_category = tests.missing == "a category"
    outcome = variable_outcome(
        protocol, chosen, variable, (analysis.by, ()), missing_is_a_category=as_category
    )
    if len(outcome.samples) < 2:
        return
    if outcome.kind != "number":
        found = category_test(outcome, tests.categories)
        row = replace(outcome.start(), level=tests.categories, level_label=found.method.name)
        yield from test_rows(made_by(row, found), found.statistic, found.df, found.p_value)
        return
    two = len(outcome.samples) == 2
    test: NumberTest = (
        ("mann-whitney" if two else "kruskal-wallis")
        if tests.numbers == "ranks"
        else ("t-test" if two else "anova")
    )
    yield from number_test(replace(outcome.start(), level=test), outcome, test)

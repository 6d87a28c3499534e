"""Frames in and out of grading: plain column names, one result a row."""

import dataframely as dy


class Results(dy.Schema):
    """Results to grade. `test` to `upper` must be there; a column that is not counts as empty.

    `lower`, `upper`, `baseline`, its limits and `infarction_level` are in the result's own unit.
    """

    test = dy.String(nullable=True, description="test code, such as LBTESTCD")
    value = dy.Float64(nullable=True)
    unit = dy.String(nullable=True, description="as SDTM, UCUM or a laboratory writes it")
    lower = dy.Float64(nullable=True, description="lower limit of normal (LLN)")
    upper = dy.Float64(nullable=True, description="upper limit of normal (ULN)")
    specimen = dy.String(nullable=True, description="LBSPEC; none given counts as blood")
    baseline = dy.Float64(nullable=True, description="value at baseline")
    baseline_lower = dy.Float64(nullable=True, description="LLN at baseline; else that of the row")
    baseline_upper = dy.Float64(nullable=True, description="ULN at baseline; else that of the row")
    up_to_baseline = dy.Bool(nullable=True, description="the baseline result or an earlier one")
    albumin = dy.Float64(nullable=True, description="of the same sample, for calcium")
    albumin_unit = dy.String(nullable=True)
    symptomatic = dy.Bool(nullable=True, description="symptoms or physiologic consequences")
    anticoagulated = dy.Bool(nullable=True, description="on anticoagulation, for INR")
    fasting = dy.Bool(nullable=True, description="for glucose by v4.03")
    infarction_level = dy.Float64(
        nullable=True, description="level of myocardial infarction by the manufacturer of the test"
    )


REQUIRED = ("test", "value", "unit", "lower", "upper")


class Grades(dy.Schema):
    """What grading adds to each result. A grade is null where nothing is graded that way."""

    low_term = dy.String(nullable=True, description="CTCAE term for low results")
    low_grade = dy.Int64(nullable=True, min=0, max=4, description="0: measured, not abnormal")
    low_bound = dy.String(nullable=True, description="bound that gave the grade")
    low_words = dy.String(nullable=True, description="the guideline's words of that grade")
    high_term = dy.String(nullable=True, description="CTCAE term for high results")
    high_grade = dy.Int64(nullable=True, min=0, max=4, description="0: measured, not abnormal")
    high_bound = dy.String(nullable=True, description="bound that gave the grade")
    high_words = dy.String(nullable=True, description="the guideline's words of that grade")
    graded_value = dy.Float64(nullable=True, description="value compared: calcium as corrected")
    assumption = dy.String(nullable=True, description="what was taken for granted, and matters")
    query = dy.String(nullable=True, description="why a direction with numbers has no grade")


class Tests(dy.Schema):
    """What became of each test, specimen and unit: one row each."""

    test = dy.String(nullable=True)
    specimen = dy.String(nullable=True)
    unit = dy.String(nullable=True)
    results = dy.Int64(min=1, description="rows that have them")
    analyte = dy.String(nullable=True, description="what CTCAE takes it for; null: nothing")
    low_term = dy.String(nullable=True)
    high_term = dy.String(nullable=True)
    note = dy.String(nullable=True, description="why nothing is graded, or the unit is no use")

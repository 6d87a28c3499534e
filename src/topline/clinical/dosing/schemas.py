"""Frames in and out of dosing: plain column names."""

import dataframely as dy

from topline.clinical.recist.schemas import one_of


class DosingRecords(dy.Schema):
    """Dosing as recorded, faults included: one row a record of constant dose.

    A dose of 0 says that the drug was not taken; its reason is that of the interruption.
    """

    subject = dy.String(primary_key=True)
    record = dy.Int64(primary_key=True, description="its number within the subject")
    drug = dy.String(nullable=True)
    start_date = dy.Date(nullable=True)
    end_date = dy.Date(nullable=True, description="last day of the record")
    dose = dy.Float64(nullable=True, description="of a day")
    unit = dy.String(nullable=True)
    bsa_m2 = dy.Float64(nullable=True, description="body surface when the dose was set")
    reason = dy.String(nullable=True, description="why dose or schedule changed with this record")


class Periods(dy.Schema):
    """Who was to take which drug until when: one row a subject and drug."""

    subject = dy.String(primary_key=True)
    drug = dy.String(primary_key=True)
    until_date = dy.Date(description="last day on which a dose could have been taken and known of")
    stopped_date = dy.Date(nullable=True, description="the drug was stopped for good")


class Courses(dy.Schema):
    """One row a subject and drug of `Periods`, taken or not."""

    subject = dy.String(primary_key=True)
    drug = dy.String(primary_key=True)
    unit = dy.String(description="of the doses, that of the regimen")
    first_dose_date = dy.Date(nullable=True)
    last_dose_date = dy.Date(nullable=True)
    until_date = dy.Date()
    course_days = dy.Int64(min=0, description="time of the dose intensity; 0 if never taken")
    dosing_days = dy.Int64(min=0, description="days with a dose, each once")
    actual_dose = dy.Float64(nullable=True, min=0, description="null where not known")
    planned_dose = dy.Float64(min=0, description="of the same time, at the starting dose")
    dose_per_week = dy.Float64(nullable=True, min=0, description="actual dose intensity")
    relative_dose_intensity_percent = dy.Float64(nullable=True, min=0)
    dose_unknown_because = dy.String(nullable=True)
    first_level = dy.Int64(nullable=True, min=1, description="1: starting dose; null: none of them")
    lowest_level = dy.Int64(nullable=True, min=1, description="the largest number")
    last_level = dy.Int64(nullable=True, min=1)
    reductions = dy.Int64(min=0)
    escalations = dy.Int64(min=0)
    interruptions = dy.Int64(min=0)
    longest_interruption_days = dy.Int64(nullable=True, min=1)
    interruptions_over_limit = dy.Int64(min=0)
    stopped = dy.Bool(description="for good")
    stopped_date = dy.Date(nullable=True, description="as recorded, else the last dose")


class Interruptions(dy.Schema):
    """Days without a drug beyond its planned days off, with doses before and after."""

    subject = dy.String(primary_key=True)
    drug = dy.String(primary_key=True)
    from_date = dy.Date(primary_key=True, description="first day without the drug")
    to_date = dy.Date(description="last day without it")
    gap_days = dy.Int64(min=1, description="all days without it")
    planned_off_days = dy.Int64(min=0, description="those that were planned")
    length_days = dy.Int64(min=1, description="those that were not")
    over_limit = dy.Bool(nullable=True, description="longer than allowed; null without a limit")
    reason = dy.String(nullable=True, description="of a record of dose 0, else of the next one")


ORDERS = ("IN ORDER", "LEVEL SKIPPED", "RE-ESCALATION", "OUTSIDE LEVELS")


class DoseChanges(dy.Schema):
    """One row for every record whose dose is of another level than the one before."""

    subject = dy.String(primary_key=True)
    drug = dy.String(primary_key=True)
    record = dy.Int64(primary_key=True, description="the first of the new dose")
    date = dy.Date()
    from_dose = dy.Float64()
    to_dose = dy.Float64()
    from_level = dy.Int64(nullable=True)
    to_level = dy.Int64(nullable=True)
    kind = one_of(("REDUCTION", "ESCALATION"))
    order = one_of(ORDERS)
    reason = dy.String(nullable=True)


class Cycles(dy.Schema):
    """One row a subject of `Periods`."""

    subject = dy.String(primary_key=True)
    first_dose_date = dy.Date(nullable=True, description="of any drug")
    last_dose_date = dy.Date(nullable=True)
    cycles_started = dy.Int64(min=0)


class Findings(dy.Schema):
    """What is wrong with the records, or not as planned: one row a subject, record and rule."""

    subject = dy.String()
    drug = dy.String(nullable=True)
    record = dy.Int64(nullable=True, description="null if it is of the course")
    rule = dy.String()
    found = dy.String()
    expected = dy.String()
    counted = dy.Bool(description="False: the record was left out of everything")

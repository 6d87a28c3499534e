"""Tables of adverse events and laboratory results: which is composed how."""

from topline.displays.event_tables import compose_events, compose_onset, compose_overview
from topline.displays.laboratory_tables import compose_grades, compose_shift
from topline.displays.numbers import Numbers
from topline.displays.table import Table
from topline.protocol.tables import (
    EventTable,
    LaboratoryGradeTable,
    LaboratoryShiftTable,
    OnsetTable,
    OverviewTable,
)

SafetyTable = EventTable | OverviewTable | OnsetTable | LaboratoryGradeTable | LaboratoryShiftTable


def compose_safety(plan: SafetyTable, numbers: Numbers) -> Table:
    """Return a table of adverse events or laboratory results."""
    match plan:
        case EventTable():
            table = compose_events(plan, numbers)
        case OverviewTable():
            table = compose_overview(plan, numbers)
        case OnsetTable():
            table = compose_onset(plan, numbers)
        case LaboratoryGradeTable():
            table = compose_grades(plan, numbers)
        case LaboratoryShiftTable():
            table = compose_shift(plan, numbers)
    return table

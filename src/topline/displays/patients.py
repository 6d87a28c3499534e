"""Results of single patients, gathered by patient."""

from dataclasses import dataclass

from topline.analyses.levels import MISSING
from topline.displays.numbers import Number, Numbers
from topline.protocol.problems import listed

_NAMED_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient and all that an analysis tells of him or her."""

    subject: str
    name: str
    """As figures name the patient."""
    rows: tuple[Number, ...]

    def value(self, variable: str) -> Number | None:
        """Return what the patient has of a variable."""
        return next((r for r in self.rows if r.statistic == "value" and r.by == variable), None)

    def group(self, variable: str | None) -> str:
        """Return the value of a variable as palettes know it."""
        found = self.value(variable) if variable is not None else None
        return found.group if found is not None else MISSING

    def number(self, statistic: str, parameter: str | None = None) -> Number | None:
        """Return the first result of a statistic that has a value."""
        return next(
            (
                r
                for r in self.rows
                if r.statistic == statistic
                and r.value is not None
                and parameter in {None, r.parameter}
            ),
            None,
        )

    @property
    def dates(self) -> tuple[Number, ...]:
        """Times of the dates that are marked."""
        return tuple(
            r for r in self.rows if r.statistic == "time" and not r.section and r.value is not None
        )

    @property
    def course(self) -> tuple[tuple[Number, Number], ...]:
        """Time and change of every assessment."""
        changes = {r.section: r for r in self.rows if r.statistic == "change"}
        times = {r.section: r for r in self.rows if r.statistic == "time" and r.section}
        return tuple((time, changes[day]) for day, time in times.items() if day in changes)


def gather(numbers: Numbers) -> tuple[Patient, ...]:
    """Return the patients of an analysis, in the order in which they first appear."""
    found: dict[str, list[Number]] = {}
    for row in numbers.rows:
        if row.level:
            found.setdefault(row.level, []).append(row)
    return tuple(
        Patient(subject, rows[0].level_label or subject, tuple(rows))
        for subject, rows in found.items()
    )


def counts(numbers: Numbers, variable: str) -> tuple[Number, ...]:
    """Return how many patients have each value of a variable that somebody has, in order."""
    return tuple(
        r
        for r in numbers.rows
        if r.statistic == "n" and not r.level and r.by == variable and r.value
    )


def reasons(numbers: Numbers, parameter: str) -> tuple[Number, ...]:
    """Return how many patients have each value of a parameter, whatever variable holds it."""
    return tuple(
        r
        for r in numbers.rows
        if r.statistic == "n" and not r.level and r.by and r.parameter == parameter and r.value
    )


def dated(numbers: Numbers) -> tuple[Number, ...]:
    """Return how many patients have each date that somebody has, in the protocol's order."""
    marked = {r.parameter for r in numbers.rows if r.statistic == "time" and not r.section}
    return tuple(
        r
        for r in numbers.rows
        if r.statistic == "n" and not r.level and not r.by and r.parameter in marked
    )


def not_shown(numbers: Numbers, statistic: str) -> tuple[str, ...]:
    """Say which patients have no value of a statistic, and why.

    Returns
    -------
    tuple of str
        A sentence for each reason: how many they are, and who.
    """
    groups: dict[str, list[str]] = {}
    for row in numbers.rows:
        dropped = row.statistic == "time" and row.value is None and not row.section
        if row.level and row.value is None and (row.statistic == statistic or dropped):
            what = f"{row.parameter_label} {row.warning}" if dropped else row.warning
            groups.setdefault(what, []).append(row.level_label or row.level)
    return tuple(
        f"Not shown ({reason or 'no value'}): n = {len(names)} ({listed(names, _NAMED_AT_MOST)})."
        for reason, names in groups.items()
    )


def told(heading: str, rows: tuple[Number, ...]) -> str:
    """Say how many patients each line is about, for those who do not see the figure."""
    counted = ", ".join(f"{r.group_label or r.parameter_label} {r.display}" for r in rows)
    return f"{heading}: {counted}" if counted else ""

"""What a Cox regression is fitted to: complete cases, and those of them who tell something.

A subject with a missing covariate is left out, whatever the rest of its row says. Of the others, a
subject censored before the first event of its stratum was never at risk on an event day: it counts
among the subjects, and its covariates change nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from topline.stats.labels import Labels, missing_labels
from topline.stats.survival.kaplan_meier import Counts, Days, Flags, Floats, whole_days


@dataclass(frozen=True, slots=True, eq=False)
class CoxData:
    """Subjects with all covariates, n of them, and p covariates."""

    time_days: Counts
    """Shape (n,)."""
    event: Flags
    """Shape (n,)."""
    covariates: Floats
    """Shape (n, p). Finite."""
    names: tuple[str, ...]
    """p names."""
    stratum: Counts | None = None
    """Shape (n,). Places in the order of labels; None: one stratum."""
    cluster: Counts | None = None
    """Shape (n,). The same, of subjects that belong together."""
    n_missing: int = 0
    """Subjects left out for a missing covariate."""

    def select(self, rows: Flags | slice, columns: Flags | slice = slice(None)) -> "CoxData":
        """Keep some subjects and covariates."""
        names = tuple(np.array(self.names, object)[columns])
        return replace(
            self,
            time_days=self.time_days[rows],
            event=self.event[rows],
            covariates=np.ascontiguousarray(self.covariates[rows][:, columns]),
            names=names,
            stratum=None if self.stratum is None else self.stratum[rows],
            cluster=None if self.cluster is None else self.cluster[rows],
        )


def complete_cases(  # noqa: PLR0913, PLR0917 - the data of one regression
    time_days: Days,
    event: Flags,
    covariates: Floats,
    names: Sequence[str],
    stratum: Labels | None = None,
    cluster: Labels | None = None,
) -> CoxData:
    """Leave out subjects with a missing covariate.

    Parameters
    ----------
    time_days
        Shape (n,). Whole days to event or censoring.
    event
        Shape (n,). True where the event was seen.
    covariates
        Shape (n, p). NaN is missing.
    names
        p different names.
    stratum, cluster
        Shape (n,). Labels, none missing.

    Raises
    ------
    ValueError
        Shapes that do not fit, times that are not whole days, infinite covariates, names given
        twice, or a missing label.

    Examples
    --------
    >>> data = complete_cases(
    ...     np.array([5, 8]), np.array([True, False]), np.array([[1.0], [np.nan]]), ["ECOG"]
    ... )
    >>> len(data.time_days), data.n_missing
    (1, 1)
    """
    times = whole_days(time_days, event)
    _refuse_covariates(covariates, names, len(times))
    data = CoxData(
        times,
        event,
        np.ascontiguousarray(covariates, np.float64),
        tuple(names),
        None if stratum is None else _codes("stratum", stratum, times),
        None if cluster is None else _codes("cluster", cluster, times),
    )
    known = complete_rows(data.covariates)
    missing = len(known) - int(known.sum())
    return replace(data.select(known), n_missing=missing) if missing else data


def complete_rows(covariates: Floats) -> Flags:
    """Shape (n,). Whose covariates (n, p) are all known."""
    return np.asarray(~np.isnan(covariates).any(axis=1))


def at_risk_on_event_days(data: CoxData) -> CoxData:
    """Keep the subjects at risk on an event day of their stratum, covariates from one of them.

    The shift within strata leaves every comparison as it was; a covariate that does not vary
    becomes exactly 0.
    """
    times, event = data.time_days, data.event
    stratum = np.zeros(len(times), np.int64) if data.stratum is None else data.stratum
    strata = 1 if data.stratum is None else int(stratum.max(initial=0)) + 1
    first = np.full(strata, np.iinfo(np.int64).max)
    if data.stratum is None:
        first[0] = times[event].min(initial=first[0])
    else:
        np.minimum.at(first, stratum[event], times[event])
    rows = times >= first[stratum]
    kept = data if rows.all() else data.select(rows)
    if not len(kept.time_days):
        return kept
    if kept.stratum is None:
        return replace(kept, covariates=kept.covariates - kept.covariates[0])
    someone = np.zeros(strata, np.int64)
    someone[kept.stratum] = np.arange(len(kept.stratum))
    return replace(kept, covariates=kept.covariates - kept.covariates[someone[kept.stratum]])


def varying(data: CoxData) -> Flags:
    """Shape (p,). Which covariates vary among those who ever are at risk together."""
    return np.asarray((data.covariates != 0).any(axis=0))


def left_out(data: CoxData) -> tuple[str, ...]:
    """Say how many cases are complete, unless all are."""
    if not data.n_missing:
        return ()
    complete = len(data.time_days)
    return (
        f"{data.n_missing} of {complete + data.n_missing} subjects lack a covariate and are left "
        f"out: {complete} complete cases",
    )


def _refuse_covariates(covariates: Floats, names: Sequence[str], n: int) -> None:
    if covariates.shape != (n, len(names)):
        msg = (
            f"covariates have shape {covariates.shape}; expected {(n, len(names))}, a row for each "
            "of time_days and a column for each of names"
        )
        raise ValueError(msg)
    if twice := sorted({name for name in names if list(names).count(name) > 1}):
        msg = f"covariates named twice: {', '.join(twice)}; give each column its own name"
        raise ValueError(msg)
    infinite = [name for name, column in zip(names, covariates.T, strict=True) if _endless(column)]
    if infinite:
        msg = f"infinite values of {', '.join(infinite)}; code a missing value as NaN"
        raise ValueError(msg)


def _endless(column: Floats) -> bool:
    return bool(np.isinf(column).any())


def _codes(name: str, labels: Labels, times: Counts) -> Counts:
    """Place of each subject's label among the labels in order."""
    if labels.shape != times.shape:
        msg = f"{name} has shape {labels.shape}; expected {times.shape}, as time_days"
        raise ValueError(msg)
    missing = missing_labels(labels)
    if missing.any():
        msg = (
            f"{name} is missing for {int(missing.sum())} of {len(labels)} subjects, the first at "
            f"position {int(np.flatnonzero(missing)[0])}; leave them out or give them a label"
        )
        raise ValueError(msg)
    return np.unique(labels, return_inverse=True)[1]

"""Truths and protocols for tests: simple ones, of which the answer is known."""

from functools import cache

from topline.protocol.protocol import Protocol
from topline.protocol.read import read_protocol
from topline.protocol.schedule import Interval
from topline.protocol.words import Duration
from topline.simulate.truth import (
    Accrual,
    Growth,
    Hazard,
    Lesions,
    LogNormal,
    Truth,
)
from topline.studies import study_folder


def still(share: float = 1.0) -> Growth:
    """Tumors that stay as they are."""
    return Growth(
        share=share, shrink_per_month=LogNormal(median=0), regrow_per_month=LogNormal(median=0)
    )


def shrinking(share: float) -> Growth:
    """Tumors that have lost half of their diameter at the first scan, and do not come back."""
    return Growth(
        share=share, shrink_per_month=LogNormal(median=0.4), regrow_per_month=LogNormal(median=0)
    )


def after(median: str, **more: object) -> Hazard:
    """Events of which half come by then."""
    return Hazard.model_validate({"median": Duration(median), **more})


def a_truth(**changes: object) -> Truth:
    """Patients of whom nothing happens and everything is seen, but for what a test changes."""
    plain = Truth(
        topline=1,
        title="A test",
        accrual=Accrual(patients=35, over=Duration("12 months"), follow_up=Duration("60 months")),
        lesions=Lesions(targets={"2": 1.0}, diameter_mm=LogNormal(median=40)),
        growth={"still": still()},
    )
    return plain.model_copy(update=changes)


@cache
def cabotem() -> Protocol:
    """Return the bundled protocol."""
    return read_protocol(study_folder("cabotem"))


def scanned_every(every: str, protocol: Protocol | None = None) -> Protocol:
    """Return a protocol whose scans keep one distance."""
    protocol = protocol or cabotem()
    imaging = protocol.schedule.tumor_assessment
    changed = imaging.model_copy(update={"every": (Interval(every=Duration(every)),)})
    schedule = protocol.schedule.model_copy(update={"tumor_assessment": changed})
    return protocol.model_copy(update={"schedule": schedule})

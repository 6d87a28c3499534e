"""Every method of `stats`, by the name that known answers use."""

from topline.validation import (
    agreement,
    cox,
    estimates,
    mixed,
    proportions,
    ranks,
    survival,
    tables,
)
from topline.validation.check import Check

CHECKS: dict[str, Check] = {
    **proportions.CHECKS,
    **tables.CHECKS,
    **estimates.CHECKS,
    **ranks.CHECKS,
    **agreement.CHECKS,
    **survival.CHECKS,
    **cox.CHECKS,
    **mixed.CHECKS,
}

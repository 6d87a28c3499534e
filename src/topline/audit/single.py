"""Each claim by itself, against the counts and tables that it rests on."""

from dataclasses import replace

from topline.audit.bare_counts import ALONE, confirm_counts
from topline.audit.book import Book, Item
from topline.audit.claims import (
    DecisionRule,
    HazardRatio,
    Mean,
    Median,
    Number,
    OddsRatio,
    Percent,
    Proportion,
    PValue,
    Quoted,
    Range,
    Rate,
    Relation,
    Same,
    SampleSize,
    Statistic,
    Sum,
)
from topline.audit.known import Stateds, stated_quantities
from topline.audit.methods.integer_means import audit_mean
from topline.audit.methods.medians import audit_median
from topline.audit.methods.rates import audit_rate
from topline.audit.methods.ratios import audit_hazard_ratio, audit_odds_ratio
from topline.audit.methods.sample_sizes import audit_decision_rule, audit_sample_size
from topline.audit.methods.shares import audit_percent, audit_proportion
from topline.audit.methods.statistics import audit_statistic
from topline.audit.methods.sums import audit_range, audit_relation, audit_same, audit_sum
from topline.audit.methods.tests_of_tables import audit_p_value
from topline.audit.verdict import Finding, Verdict


def audit_singly(book: Book) -> list[Finding]:
    """Find the method behind each claim, one after the other, in the order of the file."""
    known = stated_quantities(book)
    items = {item.name: item for item in book.items}
    found = [_denominator(_audit(item, book, known, items), book) for item in book.items]
    return confirm_counts(found, book)


def _audit(  # noqa: PLR0911, PLR0912 - one line a kind
    item: Item, book: Book, known: Stateds, items: dict[str, Item]
) -> Finding:
    match item.claim:
        case Number() as claim:
            size = item.reading.numbers.get("estimate")
            said = claim.count if claim.count is not None else size.text if size else ""
            return Finding(item, Verdict.UNCHECKED, f"A count alone, {said}.", (ALONE,))
        case Percent() as claim:
            return audit_percent(item, claim, book, _count(item, known))
        case Proportion() as claim:
            return audit_proportion(item, claim, book, _count(item, known))
        case PValue() as claim:
            return audit_p_value(item, claim, book)
        case OddsRatio() as claim:
            return audit_odds_ratio(item, claim, book)
        case HazardRatio() as claim:
            return audit_hazard_ratio(item, claim)
        case Median() as claim:
            return audit_median(item, claim, book)
        case Rate() as claim:
            return audit_rate(item, claim, book, _events(claim, book, known))
        case Mean() as claim:
            return audit_mean(item, claim, book)
        case Range() as claim:
            return audit_range(item, claim, book, known)
        case Quoted() as claim:
            return Finding(item, Verdict.UNCHECKED, f"Needed: {claim.needs or 'the data'}.")
        case Sum() as claim:
            return audit_sum(item, claim, known)
        case SampleSize() as claim:
            return audit_sample_size(item, claim, book)
        case DecisionRule() as claim:
            return audit_decision_rule(item, claim)
        case Statistic() as claim:
            return audit_statistic(item, claim)
        case Same() as claim:
            return audit_same(item, claim, items)
        case Relation() as claim:
            return audit_relation(item, claim, known)


def _count(item: Item, known: Stateds) -> int | None:
    """Count that another claim prints for the same quantity."""
    stated = known.get(item.quantity or "")
    return int(stated.low) if stated is not None and stated.whole else None


def _events(claim: Rate, book: Book, known: Stateds) -> int | None:
    curve = book.file.curves.get(claim.curve or "")
    stated = known.get(curve.events or "") if curve is not None else None
    return int(stated.low) if stated is not None else None


def _denominator(finding: Finding, book: Book) -> Finding:
    """Set a printed denominator against the size of the group that it is said to be."""
    claim, of = finding.item.claim, finding.item.reading.numbers.get("of")
    if not isinstance(claim, Percent | Proportion) or of is None:
        return finding
    group = book.file.groups.get(claim.of) if isinstance(claim.of, str) else None
    if group is None or group.n == of.value:
        return finding
    words = f"Its denominator is {of.text}, and {claim.of} are {group.n}. {finding.words}"
    if finding.verdict is Verdict.NO_METHOD:
        return replace(finding, words=words)
    return replace(finding, verdict=Verdict.INCONSISTENT, words=words, others=(str(claim.of),))

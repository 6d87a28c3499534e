"""Claims made by known methods, true ones and ones with one planted error.

Each case is a file of claims. A true claim prints what the declared method gives, rounded half
away from zero. A planted error is one of

digit
    one digit of the printed numbers is another;
count
    the numbers were worked out from a count that is off by one or two;
method
    another method than the declared one gave them;
denominator
    they were worked out from another group's size, or from one patient more or fewer;
columns
    two cells of a row, or the columns of a 2 x 2 table, changed places.

An error after which the print would be the same as the true one cannot be seen by anybody and is
not planted: another error is drawn.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from math import exp, isfinite, log
from pathlib import Path
from typing import Any, get_args

import numpy as np
from scipy import special

from topline.audit.claims import CurveMethod, OddsRatioMethod, ProportionMethod
from topline.audit.methods.intervals import (
    compute_arcsine,
    compute_logit,
    compute_wald_corrected,
)
from topline.audit.methods.sample_sizes import Goal, sizes_of
from topline.audit.methods.score_odds_ratio import compute_score_limits
from topline.stats.estimates.proportion import compute_proportion
from topline.stats.survival.kaplan_meier import compute_kaplan_meier
from topline.stats.tables.chi_square import compute_chi_square
from topline.stats.tables.fisher import compute_fisher
from topline.stats.tables.odds_ratio import compute_odds_ratio
from topline.stats.tables.unconditional import compute_barnard, compute_boschloo

Json = dict[str, Any]
ERRORS = ("digit", "count", "method", "denominator", "columns")


@dataclass(frozen=True)
class Facts:
    """What a claim is made from; an error changes one of them."""

    kind: str
    method: str
    count: int = 0
    of: int = 1
    table: tuple[tuple[int, ...], ...] = ()
    seed: int = 0
    decimals: int = 1


@dataclass(frozen=True)
class Case:
    """A file of claims; `error` is empty for a true one."""

    content: Json
    claim: str
    """Name of the claim that is true or not."""
    error: str = ""
    method: str = ""
    """Method that made the printed numbers, where it is the planted error."""

    def write(self, folder: Path) -> Path:
        path = folder / "claims.yaml"
        path.write_text(json.dumps(self.content), encoding="utf-8")
        return path


def shown(value: float, decimals: int) -> str:
    """Print a number rounded half away from zero."""
    if not isfinite(value):
        return "not reached"
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def shown_p(p: float, decimals: int) -> str:
    """Print a p-value; one that would round to 0 is below the least that is printed."""
    least = 10.0**-decimals
    return f"<{least:.{decimals}f}" if p < least / 2 else shown(p, decimals)


def limits_of(x: int, n: int, method: str) -> tuple[float, float]:
    added = {"wald-cc": compute_wald_corrected, "logit": compute_logit, "arcsine": compute_arcsine}
    if method in added:
        return added[method](x, n, 0.95)
    found = compute_proportion(x, n, method=method)  # pyright: ignore[reportArgumentType]
    return found.lower, found.upper


def odds_of(table: tuple[tuple[int, ...], ...], method: str) -> tuple[float, float, float]:
    (a, b), (c, d) = table
    if method in {"cornfield", "cornfield-cc", "miettinen-nurminen"}:
        limits = compute_score_limits(((a, b), (c, d)), method, 0.95)  # pyright: ignore[reportArgumentType]
        return a * d / (b * c), *limits
    found = compute_odds_ratio(np.array(table), method=method)  # pyright: ignore[reportArgumentType]
    return found.estimate, found.lower, found.upper


TESTS: dict[str, Callable[[np.ndarray], float]] = {
    "fisher": lambda t: compute_fisher(t).p_value,
    "fisher-mid-p": lambda t: compute_fisher(t, mid_p=True).p_value,
    "pearson": lambda t: compute_chi_square(t).p_value,
    "yates": lambda t: compute_chi_square(t, kind="yates").p_value,
    "likelihood-ratio": lambda t: compute_chi_square(t, kind="likelihood-ratio").p_value,
    "barnard": lambda t: compute_barnard(t).p_value,
    "boschloo": lambda t: compute_boschloo(t).p_value,
}
ANY_SIZE = ("fisher", "fisher-mid-p", "pearson", "likelihood-ratio")


def printed(facts: Facts) -> str:  # noqa: PLR0911 - one a kind
    """Print what a method gives."""
    d = facts.decimals
    if facts.kind == "percent":
        return f"{facts.count} ({shown(100 * facts.count / facts.of, d)}%)"
    if facts.kind == "proportion":
        low, high = (100 * limit for limit in limits_of(facts.count, facts.of, facts.method))
        share = shown(100 * facts.count / facts.of, d)
        return f"{share}% (95% CI, {shown(low, d)} to {shown(high, d)}%)"
    if facts.kind == "p-value":
        return f"p = {shown_p(TESTS[facts.method](np.array(facts.table)), d + 1)}".replace(
            "= <", "<"
        )
    if facts.kind == "odds-ratio":
        odds, low, high = odds_of(facts.table, facts.method)
        return f"{shown(odds, d)} (95% CI, {shown(low, d)} to {shown(high, d)})"
    if facts.kind == "rate":
        rate, error, low, high = (100 * value for value in _rate(facts))
        numbers = f"{shown(rate, d)}% (SE {shown(error, d)}; 95% CI, "
        return f"{numbers}{shown(low, d)} to {shown(high, d)}%)"
    if facts.kind == "hazard-ratio":
        return _hazard_ratio(facts)
    if facts.kind == "sample-size":
        sizes = {method: size for method, _, size in sizes_of(_goal(facts))}
        return f"{-int(-sizes[facts.method] // 1)} patients"
    df, value = facts.of, facts.count / 100
    p = 2 * float(special.stdtr(df, -value))
    p = p / 2 if facts.method == "one-sided" else p
    return f"t({df}) = {value:.2f}, p = {shown_p(p, 3)}".replace("= <", "< ")


def _rate(facts: Facts) -> tuple[float, float, float, float]:
    rng = np.random.default_rng(facts.seed)
    days = rng.integers(20, 900, facts.of)
    event = rng.random(facts.of) < 0.6
    curve = compute_kaplan_meier(days, event, transform=facts.method)  # pyright: ignore[reportArgumentType]
    found = curve.rate_at(365)
    return found.estimate, found.std_error, found.lower, found.upper


def _hazard_ratio(facts: Facts) -> str:
    rng = random.Random(facts.seed)
    ratio, error = exp(rng.uniform(-1.2, 1.2)), rng.uniform(0.12, 0.5)
    half = exp(1.959963984540054 * error)
    p = 2 * float(special.ndtr(-abs(log(ratio)) / error))
    d = facts.decimals + 1
    limits = f"{shown(ratio / half, d)} to {shown(ratio * half, d)}"
    return f"{shown(ratio, d)} (95% CI, {limits}; p = {shown_p(p, 3)})".replace("= <", "< ")


def _goal(facts: Facts) -> Goal:
    return Goal(facts.count / 100, facts.count / 100 + 0.2, 0.05, 0.8 + facts.decimals / 10)


def claim_of(facts: Facts, text: str, declared: str) -> Json:
    """Write the claim as it would stand in a file."""
    claim: Json = {"kind": facts.kind, "where": "Results", "printed": text}
    if facts.kind in {"percent", "proportion"}:
        claim["of"] = "treated"
        if facts.kind == "proportion":
            claim["count"] = facts.count
    if facts.kind in {"p-value", "odds-ratio"}:
        claim["table"] = facts.table
    if facts.kind == "rate":
        claim |= {"at": 12, "of": "treated"}
    if facts.kind == "sample-size":
        goal = _goal(facts)
        claim |= {"null": goal.null, "alternative": goal.alternative, "alpha": goal.alpha}
        claim |= {"power": goal.power}
    if declared and facts.kind not in {"percent", "hazard-ratio"}:
        claim["method"] = declared
    return claim


def content_of(facts: Facts, text: str, declared: str, other: int) -> Json:
    return {
        "topline": 1,
        "source": {"title": "A made trial"},
        "groups": {
            "treated": {"n": facts.of, "where": "Abstract"},
            "screened": {"n": other, "where": "Abstract"},
        },
        "claims": {"made": claim_of(facts, text, declared)},
    }


METHODS: dict[str, tuple[str, ...]] = {
    "percent": ("share",),
    "proportion": get_args(ProportionMethod),
    "p-value": tuple(TESTS),
    "odds-ratio": get_args(OddsRatioMethod),
    "rate": get_args(CurveMethod),
    "hazard-ratio": ("wald",),
    "sample-size": ("exact", "normal", "normal-cc", "arcsine"),
    "statistic": ("two-sided", "one-sided"),
}


def draw_facts(rng: random.Random, kind: str) -> Facts:  # noqa: PLR0911 - one a kind
    """Draw counts for a claim of a kind, and a method that suits them."""
    methods, decimals = METHODS[kind], rng.choice((1, 1, 2))
    of = rng.randrange(12, 180)
    if kind in {"percent", "proportion"}:
        method = rng.choice(methods)
        return Facts(kind, method, rng.randrange(1, of), of, decimals=rng.choice((0, 1, 1)))
    if kind == "p-value":
        shape = rng.choice(((2, 2), (2, 2), (2, 3), (3, 3)))
        table = tuple(tuple(rng.randrange(1, 16) for _ in range(shape[1])) for _ in range(shape[0]))
        return Facts(
            kind, rng.choice(methods if shape == (2, 2) else ANY_SIZE), table=table, decimals=2
        )
    if kind == "odds-ratio":
        table = tuple(tuple(rng.randrange(1, 30) for _ in range(2)) for _ in range(2))
        return Facts(kind, rng.choice(methods), table=table, decimals=2)
    if kind == "rate":
        return Facts(
            kind, rng.choice(methods), of=rng.randrange(25, 150), seed=rng.randrange(10**6)
        )
    if kind == "sample-size":
        return Facts(kind, rng.choice(methods), rng.randrange(10, 50), decimals=rng.choice((0, 1)))
    if kind == "statistic":
        return Facts(kind, rng.choice(methods), rng.randrange(120, 420), rng.randrange(8, 90))
    return Facts(kind, "wald", of=of, seed=rng.randrange(10**6), decimals=decimals)


def true_case(rng: random.Random) -> Case:
    """Make a true claim."""
    if rng.random() < 0.12:
        return table_case(rng, swapped=False)
    while True:
        facts = draw_facts(rng, rng.choice(list(METHODS)))
        text = printed(facts)
        if "not reached" not in text:
            other = facts.of + rng.randrange(3, 30)
            return Case(content_of(facts, text, facts.method, other), "made")


def planted_case(rng: random.Random, error: str) -> Case:
    """Make a claim with one error of a kind."""
    while True:
        if error == "columns" and rng.random() < 0.5:
            return table_case(rng, swapped=True)
        case = _planted(rng, error)
        if case is not None:
            return case


def _planted(rng: random.Random, error: str) -> Case | None:
    facts = draw_facts(rng, rng.choice(KINDS_OF[error]))
    right, other = printed(facts), facts.of + rng.randrange(3, 30)
    wrong, made = right, facts.method
    if error == "digit":
        wrong = _other_digit(rng, right)
    elif error == "count":
        off = replace(facts, count=facts.count + rng.choice((-2, -1, 1, 2)), table=_off(rng, facts))
        if facts.kind in {"percent", "proportion"} and not 0 < off.count < facts.of:
            return None
        wrong = printed(off)
        if facts.kind == "percent":
            wrong = f"{facts.count} ({wrong.partition('(')[2]}"
    elif error == "method":
        suits = METHODS[facts.kind]
        suits = ANY_SIZE if facts.kind == "p-value" and len(facts.table[0]) > 2 else suits
        made = rng.choice([each for each in suits if each != facts.method])
        wrong = printed(replace(facts, method=made))
    elif error == "denominator":
        of = rng.choice((other, facts.of - 1, facts.of + 1))
        if of < facts.count:
            return None
        wrong = printed(replace(facts, of=of))
    else:
        exchanged = tuple(row[::-1] for row in facts.table)
        if facts.kind == "p-value":
            exchanged = (facts.table[0][::-1], *facts.table[1:])
        wrong = printed(replace(facts, table=exchanged))
    if wrong == right or "not reached" in wrong + right:
        return None
    content = content_of(facts, wrong, facts.method, other)
    return Case(content, "made", error, made if error == "method" else "")


KINDS_OF = {
    "digit": tuple(METHODS),
    "count": ("percent", "proportion", "p-value", "odds-ratio"),
    "method": ("proportion", "p-value", "odds-ratio", "rate", "sample-size", "statistic"),
    "denominator": ("percent", "proportion"),
    "columns": ("p-value", "odds-ratio"),
}


def _off(rng: random.Random, facts: Facts) -> tuple[tuple[int, ...], ...]:
    """Change one count of a table by one or two."""
    if not facts.table:
        return ()
    rows = [list(row) for row in facts.table]
    i, j = rng.randrange(len(rows)), rng.randrange(len(rows[0]))
    rows[i][j] = max(1, rows[i][j] + rng.choice((-2, -1, 1, 2)))
    return tuple(tuple(row) for row in rows)


def _other_digit(rng: random.Random, text: str) -> str:
    """Change one digit; not of "95% CI", a count, degrees of freedom, or a bound of p.

    A p-value below a bound is mostly below another one, too, so that the claim stays true.
    """
    fixed = text.find("95% CI")
    spared = set(range(fixed, fixed + 2)) if fixed >= 0 else set[int]()
    if text.startswith("t("):
        spared |= set(range(text.index(")")))
    elif "(" in text and "%)" in text and "CI" not in text:
        spared |= set(range(text.index("(")))
    if "p <" in text:
        spared |= set(range(text.index("p <"), len(text)))
    places = [i for i, c in enumerate(text) if c.isdigit() and i not in spared]
    if not places:
        return text
    at = rng.choice(places)
    digit = rng.choice([c for c in "0123456789" if c != text[at]])
    return text[:at] + digit + text[at + 1 :]


def table_case(rng: random.Random, *, swapped: bool) -> Case:
    """Make a table of two groups in which each patient has one level of each variable."""
    sizes = rng.randrange(10, 40), rng.randrange(41, 90)
    rows: list[list[str]] = []
    for variable in ("Sex", "Stage", "Site"):
        levels = {"Sex": 2, "Stage": 3, "Site": 4}[variable]
        columns = [_shared_out(rng, n, levels) for n in sizes]
        for level in range(levels):
            cells = [
                f"{columns[g][level]} ({shown(100 * columns[g][level] / sizes[g], 1)})"
                for g in (0, 1)
            ]
            rows.append([variable if level == 0 else "", f"level {level + 1}", *cells])
    if swapped:
        row = rng.choice(rows)
        row[2], row[3] = row[3], row[2]
        if row[2] == row[3]:
            return table_case(rng, swapped=swapped)
    lines = ["| variable | level | A | B |", "|---|---|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    content: Json = {
        "topline": 1,
        "source": {"title": "A made trial"},
        "groups": {
            "all": {"n": sum(sizes), "where": "Abstract", "parts": ["A", "B"]},
            "A": {"n": sizes[0], "where": "Abstract"},
            "B": {"n": sizes[1], "where": "Abstract"},
        },
        "tables": {
            "T": {
                "where": "Table 1",
                "markdown": "\n".join(lines),
                "columns": {"A": {"group": "A"}, "B": {"group": "B"}},
            }
        },
    }
    return Case(content, "T", "columns" if swapped else "")


def _shared_out(rng: random.Random, n: int, parts: int) -> list[int]:
    cuts = sorted(rng.randrange(n + 1) for _ in range(parts - 1))
    return [b - a for a, b in zip([0, *cuts], [*cuts, n], strict=True)]

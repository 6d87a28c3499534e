r"""Factors, covariates and their interactions as columns of a design, and questions about them.

A factor of k levels has k - 1 columns: one a level but the first (treatment coding, as R's
``contr.treatment``) or one a level but the last, less the last (sum-to-zero coding,
``contr.sum``). An interaction's columns are the products of its members' columns, those of the
first member varying fastest, as in R.

Every question about levels is a weight for each level of each factor: 1 for the level asked about,
1 / k for factors averaged over (estimated means), differences from the first level for an effect
tested (type III: a term's effect averaged over the levels of the other factors with equal
weights [1]_).

References
----------
.. [1] Searle SR, Speed FM, Milliken GA (1980). Population marginal means in the linear model: an
   alternative to least squares means. The American Statistician 34(4): 216-221.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from topline.stats.mixed.fixed_effects import Counts, Floats, Labels

Coding = Literal["treatment", "sum"]


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """Labels as places among their levels."""

    name: str
    levels: tuple[str, ...]
    """Sorted, or in the order asked for."""
    code: Counts
    """Shape (n,)."""


@dataclass(frozen=True, slots=True)
class Term:
    """The intercept (no members), a main effect or an interaction."""

    factors: tuple[str, ...]
    covariates: tuple[str, ...]

    @property
    def name(self) -> str:
        """Members joined by colons."""
        return ":".join((*self.factors, *self.covariates)) or "(intercept)"

    def contains(self, other: "Term") -> bool:
        """Whether this is an interaction of the other term with a factor (SAS's containment)."""
        return self.covariates == other.covariates and set(self.factors) > set(other.factors)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The terms of a model over n rows."""

    n: int
    factors: tuple[Factor, ...]
    covariates: Mapping[str, Floats]
    terms: tuple[Term, ...]
    """The intercept first, then main effects, then interactions."""
    coding: Coding

    @property
    def names(self) -> list[str]:
        """Names of the columns, such as "visit[C2]" or "arm[B]:visit[C2]"."""
        return [name for term in self.terms for name in self._names_of(term)]

    def columns_of(self, term: Term) -> slice:
        """Where a term's columns are."""
        widths = [len(self._names_of(each)) for each in self.terms]
        place = self.terms.index(term)
        return slice(sum(widths[:place]), sum(widths[: place + 1]))

    def design(self) -> Floats:
        """Columns of all terms, shape (n, p)."""
        blocks: list[Floats] = []
        for term in self.terms:
            block = np.ones((self.n, 1))
            for name in term.covariates:
                block = block * self.covariates[name][:, None]
            for factor in self._factors_of(term):
                columns = coding_matrix(len(factor.levels), self.coding)[factor.code]
                width = columns.shape[1] * block.shape[1]
                block = (columns[:, :, None] * block[:, None, :]).reshape(self.n, width)
            blocks.append(block)
        return np.concatenate(blocks, axis=1)

    def rows(self, weights: Mapping[str, Floats], values: Mapping[Term, float]) -> Floats:
        """Combine coefficients by weights of levels.

        Parameters
        ----------
        weights
            For each factor, shape (q, levels): q questions. Factors not named are averaged over.
        values
            What each term's covariates come to, such as the product of their means.

        Returns
        -------
        ndarray
            Shape (product of all q, p); the last factor's questions vary fastest.
        """
        asked = [
            weights.get(f.name, np.full((1, len(f.levels)), 1 / len(f.levels)))
            for f in self.factors
        ]
        blocks: list[Floats] = []
        for term in self.terms:
            parts = [
                each @ coding_matrix(len(f.levels), self.coding)
                if f.name in term.factors
                else each.sum(axis=1, keepdims=True)
                for f, each in zip(self.factors, asked, strict=True)
            ]
            blocks.append(values[term] * _products(parts))
        return np.concatenate(blocks, axis=1)

    def effect(self, term: Term) -> Floats:
        """Rows that are 0 where a term has no effect (type III), shape (df, p)."""
        weights = {
            factor.name: np.column_stack([-np.ones(k - 1), np.eye(k - 1)])
            for factor in self._factors_of(term)
            if (k := len(factor.levels))
        }
        same = {each: float(each.covariates == term.covariates) for each in self.terms}
        return self.rows(weights, same)

    def effect_beyond(self, term: Term) -> Floats:
        """Rows that are 0 where a term adds nothing to those that do not contain it (type II).

        Written as R's ``lmerTest`` writes them: as the term's own coefficients where no other term
        contains it, else as the rows of a unit triangle.
        """
        after = [each for each in self.terms if each.contains(term)]
        before = [each for each in self.terms if each not in after and each != term]
        places = np.arange(len(self.names))
        if not after and len(before) > 1:
            return np.eye(len(places))[self.columns_of(term)]
        order = np.concatenate([places[self.columns_of(t)] for t in (*before, term, *after)])
        root: Floats = np.asarray(np.linalg.qr(self.design()[:, order], mode="r"), np.float64)
        start = sum(len(places[self.columns_of(each)]) for each in before)
        part = root[start : start + len(places[self.columns_of(term)])]
        left = np.abs(np.diag(part[:, start:]))
        part = part[left > 1e-7 * np.linalg.norm(root, axis=0)[start : start + len(part)]]
        rows = np.zeros_like(part)
        rows[:, order] = part
        return rows / np.array([row[np.abs(row) > 0][0] for row in part])[:, None]

    def _factors_of(self, term: Term) -> list[Factor]:
        return [factor for factor in self.factors if factor.name in term.factors]

    def _names_of(self, term: Term) -> list[str]:
        names = [""]
        for factor in self._factors_of(term):
            levels = factor.levels[1:] if self.coding == "treatment" else factor.levels[:-1]
            names = [f"{name}:{factor.name}[{level}]" for level in levels for name in names]
        slopes = "".join(f":{name}" for name in term.covariates)
        return [f"{name}{slopes}".removeprefix(":") or "(intercept)" for name in names]


def _products(parts: Sequence[Floats]) -> Floats:
    """Multiply rows (the last factor's vary fastest) and columns (the first factor's do)."""
    block = np.ones((1, 1))
    for part in parts:
        rows, columns = len(block) * len(part), block.shape[1] * part.shape[1]
        block = np.einsum("qw,rv->qrvw", block, part).reshape(rows, columns)
    return block


def coding_matrix(k: int, coding: Coding) -> Floats:
    """Columns of a factor's levels, shape (k, k - 1)."""
    if coding == "treatment":
        return np.eye(k)[:, 1:]
    return np.vstack([np.eye(k - 1), -np.ones((1, k - 1))])


def factor_of(name: str, labels: Labels, order: Sequence[str] | None = None) -> Factor:
    """Find the levels of labels, none missing.

    Raises
    ------
    ValueError
        Labels that the order does not name.

    Examples
    --------
    >>> factor_of("visit", np.array(["C2", "C10", "C2"]), order=["C2", "C4", "C10"]).levels
    ('C2', 'C10')
    """
    found, code = np.unique(labels, return_inverse=True)
    levels = [str(level) for level in found]
    if order is None:
        return Factor(name, tuple(levels), code)
    if unknown := [level for level in levels if level not in order]:
        msg = (
            f"{name} has levels {', '.join(unknown)} that its order does not name; "
            f"the order is {', '.join(order)}"
        )
        raise ValueError(msg)
    ordered = [level for level in order if level in levels]
    place = np.array([ordered.index(level) for level in levels], np.int64)
    return Factor(name, tuple(ordered), place[code])


def terms_of(
    factors: Sequence[str], covariates: Sequence[str], interactions: Sequence[Sequence[str]]
) -> tuple[Term, ...]:
    """List the intercept, all main effects and the interactions.

    Raises
    ------
    ValueError
        A name given twice, an interaction of unknown members, or one without its margins.
    """
    if twice := {name for name in factors if name in covariates}:
        msg = f"{', '.join(sorted(twice))} is both a factor and a covariate; give it one name each"
        raise ValueError(msg)
    found = [
        Term((), ()),
        *(Term((f,), ()) for f in factors),
        *(Term((), (c,)) for c in covariates),
    ]
    for members in sorted(interactions, key=len):
        unknown = [name for name in members if name not in factors and name not in covariates]
        if unknown or len(set(members)) < max(2, len(members)):
            msg = (
                f"interaction {':'.join(members)}; expected two or more different names of "
                f"{', '.join((*factors, *covariates))}"
            )
            raise ValueError(msg)
        term = _term(members, factors, covariates)
        for part in combinations(members, len(members) - 1):
            if (margin := _term(part, factors, covariates)) not in found:
                msg = f"interaction {term.name} without {margin.name}; add that interaction too"
                raise ValueError(msg)
        if term not in found:
            found.append(term)
    return tuple(found)


def _term(members: Sequence[str], factors: Sequence[str], covariates: Sequence[str]) -> Term:
    return Term(
        tuple(name for name in factors if name in members),
        tuple(name for name in covariates if name in members),
    )

"""Results as arrays, with the words by which a sentence can name them."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import log
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from topline.analyses.results import PATIENT_KINDS

WORD: Final = re.compile(r"[^\W\d_]\w*")
_SMALL: Final = 200
"""Words of fewer results weigh as much as if there were so many."""
_UNSAID: Final = 0.15
_UNSAID_AT_MOST: Final = 20.0
_FAMILY: Final = ("analysis_id", "section", "parameter", "by", "group", "level")
_LABELS: Final = (
    "analysis_id",
    "section",
    "parameter",
    "parameter_label",
    "group_label",
    "level_label",
)
_TESTS: Final = frozenset(
    {"chi_square", "df", "df_error", "statistic", "z", "aic", "responders_needed", "decision"}
)
_SYNONYMS: Final[Mapping[str, str]] = {
    "thrombocytopenia": "platelet", "thrombocytopenic": "platelet", "neutropenic": "neutropenia",
    "hand": "palmar", "erythrodysesthesia": "palmar", "died": "death", "deaths": "death",
    "dead": "death", "men": "male", "women": "female", "gi": "gastrointestinal",
    "pancreatic": "pancreas", "pulmonary": "lung", "cr": "complete", "pr": "partial",
    "sd": "stable", "methylated": "methylation", "shrinkage": "decrease", "reduction": "decrease",
}  # fmt: skip
_STOP: Final = frozenset(
    {
        "the", "of", "and", "in", "to", "for", "with", "was", "were", "had", "has", "have", "or",
        "by", "at", "on", "not", "no", "all", "any", "from", "an", "is", "as", "be", "who",
        "patients", "patient", "subjects", "study", "treatment", "trial", "result", "results",
        "number", "value", "values", "among", "reached", "ci", "months", "percent", "respectively",
        "than", "that", "this", "these", "most", "more", "which", "their", "while",
    }
)  # fmt: skip


class ResultWords:
    """Results as arrays, with the words of their labels and the families that they form."""

    def __init__(self, results: pl.DataFrame) -> None:
        told = results.filter(
            ~pl.col("kind").is_in(list(PATIENT_KINDS)) & ~pl.col("statistic").is_in(list(_TESTS))
        )
        self.values: NDArray[np.float64] = told["value"].to_numpy().astype(np.float64)
        self.sizes: NDArray[np.float64] = told["n"].cast(pl.Float64).to_numpy().astype(np.float64)
        self.ids: list[str] = told["result_id"].to_list()
        self.statistics: list[str] = told["statistic"].to_list()
        self.units: list[str] = told["unit"].to_list()
        self.displays: list[str] = told["display"].to_list()
        labels = told.select(
            subject=pl.concat_str(_LABELS, separator=" "),
            special=pl.concat_str("section", "group_label", "level_label", separator=" "),
        )
        self.text = "\n".join(labels["subject"].unique().sort().to_list()).lower()
        said = [words_of(statistic) for statistic in self.statistics]
        codes = told.select(pl.concat_str("parameter", "by", separator=" ")).to_series().to_list()
        subjects = [
            words_of(label) | _begun(code)
            for label, code in zip(labels["subject"].to_list(), codes, strict=True)
        ]
        self.words = WordIndex([a | b for a, b in zip(subjects, said, strict=True)])
        self.subjects = WordIndex(subjects)
        self.special = WordIndex([words_of(label) for label in labels["special"].to_list()])
        families: dict[tuple[str, ...], int] = {}
        self.family: NDArray[np.int64] = np.array(
            [families.setdefault(key, len(families)) for key in told.select(_FAMILY).iter_rows()],
            dtype=np.int64,
        )
        self.families = len(families)

    def named(self, nearness: dict[str, float]) -> NDArray[np.float64]:
        """Return how strongly words name each result, less what it is about that they do not."""
        special = self.special.weighed(dict.fromkeys(nearness, 1.0))
        unsaid = np.minimum(self.special.total - special, _UNSAID_AT_MOST)
        return self.words.weighed(nearness) - _UNSAID * unsaid


class WordIndex:
    """Which rows have which words, and how telling each word is."""

    def __init__(self, words: Sequence[frozenset[str]]) -> None:
        places: dict[str, list[int]] = defaultdict(list)
        for row, each in enumerate(words):
            for word in each:
                places[word].append(row)
        size = max(len(words), _SMALL)
        self._places = {word: np.array(rows) for word, rows in places.items()}
        self._weights = {word: log(1 + size / len(rows)) for word, rows in places.items()}
        self._size = len(words)
        self.total = self.weighed(dict.fromkeys(places, 1.0))

    def weighed(self, factors: Mapping[str, float]) -> NDArray[np.float64]:
        """Return for each row the weights of its words times their factors."""
        out = np.zeros(self._size)
        for word, factor in factors.items():
            if word in self._places:
                out[self._places[word]] += self._weights[word] * factor
        return out


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text that can name a result.

    Examples
    --------
    >>> sorted(words_of("Median PFS was 28.5 months in patients with c-MET"))
    ['median', 'met', 'pfs']
    """
    words = (word.lower() for word in WORD.findall(text.replace("_", " ")))
    kept = [word for word in words if len(word) > 1 and word not in _STOP]
    return frozenset(str(_SYNONYMS.get(word, word)) for word in kept)


def _begun(code: str) -> frozenset[str]:
    """Return the words that a variable's name may begin with.

    Examples
    --------
    >>> sorted(_begun("ECOGBL SEX"))
    ['eco', 'ecog', 'ecogb', 'sex']
    """
    names = WORD.findall(code.lower())
    return frozenset(name[:end] for name in names for end in range(3, min(len(name), 5) + 1))

"""What answers are made from: the protocol, the results, and where the report shows them."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from topline.displays.numbers import Number, Numbers
from topline.protocol.analyses import Flow, Rate, Summary, Survival
from topline.protocol.protocol import Protocol
from topline.report.paragraphs.compose import shown_in, tell_analysis
from topline.report.paragraphs.language import within
from topline.report.paragraphs.printed import instead, measured, shown
from topline.report.paragraphs.spans import Span, Words, listed, merged, plain, sentence
from topline.report.paragraphs.telling import ARMS, EVERYONE


@dataclass(frozen=True, slots=True)
class Answer:
    """Words, with the ids of the results that they print, and where they come from."""

    words: Words
    places: tuple[str, ...] = ()
    applies: bool = True
    """Whether the item applies at all; the words say why not."""


def said(text: str, *places: str) -> Answer:
    """Return an answer that prints no result."""
    return Answer(plain(text), places)


class Material:
    """The protocol and the results of a run, as answers ask for them.

    Parameters
    ----------
    protocol
        What was promised.
    rows
        Result rows.
    """

    def __init__(self, protocol: Protocol, rows: pl.DataFrame) -> None:
        self.protocol, self.rows = protocol, rows
        self._shown = shown_in(protocol)

    def of_kind(self, *kinds: str) -> tuple[str, ...]:
        """Return the analyses of some kinds, those that displays show first."""
        names = [n for n, a in self.protocol.analyses.items() if a.kind in kinds]
        return tuple(sorted(names, key=lambda name: name not in self._shown))

    def places(self, *kinds: str) -> tuple[str, ...]:
        """Return the displays that show analyses of some kinds."""
        found = (number for name in self.of_kind(*kinds) for number in self._shown.get(name, ()))
        return tuple(dict.fromkeys(found))

    def told(self, kind: str) -> Answer | None:
        """Tell the first analysis of a kind."""
        for name in self.of_kind(kind):
            words = self._sentences(tell_analysis(self.protocol, self.rows, name))
            if words:
                return Answer(words, self._shown.get(name, ()))
        return None

    def size(self, analysis_set: str) -> Words:
        """Return how many are in an analysis set, from the flow or from what rests on all of it."""
        for name in self.of_kind("flow"):
            found = Numbers(self.rows, name).get(analysis_set, "n", group=EVERYONE)
            if found is not None:
                return shown(found)
        whole = self.rows.filter(
            (pl.col("analysis_set") == analysis_set)
            & (pl.col("kind") == "summary")
            & (pl.col("statistic") == "N")
            & (pl.col("by") == "")
        )
        number = self._number(whole)
        return shown(number) if number is not None else self._denominator(analysis_set)

    def _denominator(self, analysis_set: str) -> Words:
        """Return what an analysis of everyone in a set rests on."""
        names = [
            n
            for n, a in self.protocol.analyses.items()
            if isinstance(a, Rate | Survival) and a.analysis_set == analysis_set and not a.where
        ]
        rows = self.rows.filter(
            pl.col("analysis_id").is_in(names)
            & pl.col("statistic").is_in(["responders", "n"])
            & (pl.col("by") == "")
            & (pl.col("level") == "")
            & (pl.col("n_missing").fill_null(1) == 0)
        )
        number = self._number(rows)
        return instead(str(number.n), number) if number is not None and number.n else ()

    @staticmethod
    def _number(rows: pl.DataFrame) -> Number | None:
        """Return the first of some results."""
        if rows.is_empty():
            return None
        found = Numbers(rows.head(1), str(rows["analysis_id"][0])).rows
        return found[0] if found else None

    def losses(self) -> Answer | None:
        """Tell who was lost between the steps of the flow, with the reasons."""
        for name in self.of_kind("flow"):
            analysis = self.protocol.analyses[name]
            assert isinstance(analysis, Flow)
            lost: dict[tuple[str, str], list[Number]] = {}
            for row in Numbers(self.rows, name).rows:
                if row.parameter.endswith(".lost"):
                    lost.setdefault((row.parameter, row.group), []).append(row)
            parts = [_lost(rows) for rows in lost.values() if rows[0].value]
            words = listed(parts, "; ", "; ") if parts else plain("Nobody was lost on the way")
            if lost:
                return Answer(sentence(words), self._shown.get(name, ()))
        return None

    def follow_up(self) -> Answer | None:
        """Say how long follow-up was, and until when the data go."""
        cut = self.protocol.study.data_cut
        parts: list[Words] = [plain(f"Data cut {cut.day} {cut:%B %Y}")] if cut else []
        for name in self.main_analyses():
            analysis = self.protocol.analyses[name]
            if not isinstance(analysis, Survival):
                continue
            medians = list(self._follow_ups(name))
            if medians:
                label = f"median follow-up for {within(medians[0].parameter_label)}: "
                told = [
                    (*plain(f"{m.group_label} " if m.by else ""), *measured(m)) for m in medians
                ]
                parts.append((*plain(label), *listed(told)))
            break
        words = sentence(listed(parts, "; ", "; "))
        return Answer(words, ("Key results",)) if parts else None

    def _follow_ups(self, name: str) -> Iterator[Number]:
        for row in Numbers(self.rows, name).rows:
            if row.statistic == "follow_up_median":
                yield row

    def main_analyses(self) -> tuple[str, ...]:
        """Return the first analysis of each primary and secondary endpoint, primary ones first."""
        first: dict[str, str] = {}
        for name, analysis in self.protocol.analyses.items():
            if not isinstance(analysis, Rate | Survival) or analysis.where:
                continue
            if isinstance(analysis, Survival) and analysis.by not in {None, *ARMS}:
                continue
            if self.protocol.endpoints[analysis.endpoint].role in {"primary", "secondary"}:
                first.setdefault(analysis.endpoint, name)
        endpoints = self.protocol.endpoints
        return tuple(
            sorted(first.values(), key=lambda n: endpoints[self._endpoint(n)].role != "primary")
        )

    def _endpoint(self, name: str) -> str:
        return str(getattr(self.protocol.analyses[name], "endpoint", ""))

    def estimates(self) -> Answer | None:
        """Tell the estimate of each primary and secondary endpoint with its precision."""
        parts: list[Span] = []
        places: dict[str, None] = {}
        for name in self.main_analyses():
            told = tell_analysis(self.protocol, self.rows, name)[:1]
            if told:
                parts += [*([Span(" ")] if parts else []), *sentence(told[0])]
                places |= dict.fromkeys(self._shown.get(name, ()))
        return Answer(merged(parts), tuple(places)) if parts else None

    def baseline(self) -> Answer | None:
        """Say where baseline characteristics are, and of how many."""
        for name in self.of_kind("summary"):
            analysis = self.protocol.analyses[name]
            if not isinstance(analysis, Summary) or name not in self._shown:
                continue
            sizes = [r for r in Numbers(self.rows, name).rows if r.parameter == "(column)"]
            words = listed([(*plain(f"{r.group_label} "), *shown(r)) for r in sizes])
            count = plain(f"{len(analysis.variables)} characteristics; columns: ")
            return Answer((*count, *words), self._shown[name])
        return None

    def additional(self) -> list[str]:
        """List planned subgroup, regression, sensitivity and exploratory analyses."""
        kinds = {
            "subgroups": "subgroups",
            "cox-regression": "Cox regression",
            "censoring-sensitivity": "sensitivity to censoring",
            "comparison": "comparison of groups",
            "competing-risks": "competing risks",
        }
        found: dict[str, list[str]] = {}
        for name, analysis in self.protocol.analyses.items():
            what = kinds.get(analysis.kind)
            restricted = isinstance(analysis, Rate | Survival) and analysis.where
            if what or restricted:
                found.setdefault(what or "sensitivity among some", []).append(name)
        return [f"{what}: {', '.join(names)}" for what, names in found.items()]

    def everyone(self, analysis: str, parameter: str) -> tuple[Number, ...]:
        """Return the results of a parameter about everyone."""
        rows = Numbers(self.rows, analysis).rows
        return tuple(r for r in rows if r.parameter == parameter and (r.by, r.group) == _EVERYONE)

    @staticmethod
    def _sentences(told: tuple[Words, ...]) -> Words:
        parts: list[Span] = []
        for words in told:
            parts += [*([Span(" ")] if parts else []), *sentence(words)]
        return merged(parts)


def _lost(rows: list[Number]) -> Words:
    """Tell a loss with its reasons: its number comes first, that of each reason after it."""
    total, *reasons = rows
    arm = f" ({total.group_label})" if total.by else ""
    words = (*plain(f"{within(total.parameter_label)}{arm}: "), *shown(total))
    told = [(*plain(f"{within(r.level_label)}: "), *shown(r)) for r in reasons if r.value]
    return (*words, *plain(" ("), *listed(told, ", ", ", "), *plain(")")) if told else words


_EVERYONE = (EVERYONE.by, EVERYONE.value)

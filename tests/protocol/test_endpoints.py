"""Options of endpoints that have no use, and endpoints that name others, are refused."""

from pathlib import Path

import pytest

from tests.protocol.test_likes import problems
from topline.protocol.endpoints import Landmark, ResponseRate, TimeToEvent

ESTIMAND = "estimand: {analysis_set: SAF, summary: Rate}"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("{like: PFS, missed_assessments: 2, missed_reading: gap}", None),
        ("{like: PFS, without_baseline: censored at start}", None),
        ("{like: ORR, counts: [CR, PR, SD], lasting: 24 weeks}", None),
        (f"{{kind: landmark, label: L, of: PFS, beyond: 18 months, {ESTIMAND}}}", None),
        (f"{{kind: change, label: C, {ESTIMAND}}}", None),
        ("{like: PFS, missed_assessments: 0}", ": found 0; expected greater than or equal to 1"),
        ("{like: PFS, missed_reading: gap}", "missed_assessments beside missed_reading"),
        ("{like: PFS, not_evaluable_counts_as: missed}", "missed_assessments beside not_eval"),
        ("{like: PFS, on_limit_day: does not count}", "expected censor_at beside on_limit_day"),
        ("{like: ORR, lasting: 24 weeks}", "SD or NON-CR/NON-PD in counts"),
        ("{like: ORR, counts: [SD], lasting: 24 wks}", "such as 28 days"),
        (
            "{like: ORR, lasting_until: last assessment without progression}",
            "lasting beside lasting_until",
        ),
        (
            f"{{kind: landmark, label: L, of: PSF, beyond: 18 months, {ESTIMAND}}}",
            "endpoints.X.of: found 'PSF'; expected one of the time-to-event endpoints: PFS"
            " (did you mean PFS?)",
        ),
        (
            f"{{kind: landmark, label: L, of: ORR, beyond: 18 months, {ESTIMAND}}}",
            "endpoints.X.of: found ORR (response-rate); expected a time-to-event endpoint",
        ),
        (
            f"{{kind: landmark, label: L, of: X, beyond: 18 months, {ESTIMAND}}}",
            "endpoints.X.of: found X (landmark); expected a time-to-event endpoint",
        ),
    ],
)
def test_an_option_has_its_use_and_a_name_its_bearer(
    entry: str, told: str | None, tmp_path: Path
) -> None:
    found = problems(tmp_path, f"  X: {entry}\n")
    assert len(found) == (told is not None), found
    assert told is None or told in found[0]


@pytest.mark.parametrize(
    ("entry", "analysis", "told"),
    [
        ("{kind: change, label: C, counts_below: -30, %}", "rate", None),
        ("{kind: landmark, label: L, of: PFS, beyond: 1 year, %}", "rate", None),
        ("{kind: change, label: C, %}", "rate", "found X (a change without counts_below)"),
        ("{like: PFS}", "rate", "found X (time-to-event); expected a response rate, a landmark"),
        (
            "{kind: landmark, label: L, of: PFS, beyond: 1 year, %}",
            "survival",
            "found X (landmark); expected a time-to-event endpoint",
        ),
    ],
)
def test_an_analysis_takes_the_endpoints_of_its_kind(
    entry: str, analysis: str, told: str | None, tmp_path: Path
) -> None:
    more = f"  A: {{kind: {analysis}, endpoint: X, analysis_set: SAF}}\n"
    found = problems(tmp_path, f"  X: {entry.replace('%', ESTIMAND)}\n", more)
    assert len(found) == (told is not None), found
    assert told is None or f"analyses.A.endpoint: {told}" in found[0]


@pytest.mark.parametrize(
    ("every", "told"),
    [
        ("[{every: 8 weeks, until: 6 months}, {every: 12 weeks}]", None),
        ("[]", "tumor_assessment.every: found []; expected 1 or more"),
        ("[{every: 0.5 days}]", "every[0].every: found 0.5 days; expected a day or more"),
        ("[{every: 8 weeks}, {every: 12 weeks}]", "every[0]: found a stretch without an end"),
        (
            "[{every: 8 weeks, until: 1 year}, {every: 12 weeks, until: 6 months}]",
            "every[1].until: found 6 months; expected later than the end of the stretch before",
        ),
    ],
)
def test_stretches_of_the_schedule_follow_each_other(
    every: str, told: str | None, tmp_path: Path
) -> None:
    from topline.protocol.read import check_protocol

    problems(tmp_path, "  X: {like: PFS, missed_assessments: 2}\n")
    path = tmp_path / "protocol.yaml"
    path.write_text(path.read_text().replace("every: [{every: 8 weeks}]", f"every: {every}"))
    found = [str(problem) for problem in check_protocol(path)[1]]
    assert len(found) == (told is not None), found
    assert told is None or told in found[0]


def test_defaults_count_every_event() -> None:
    fields = TimeToEvent.model_fields
    names = ("on_limit_day", "missed_assessments", "without_baseline")
    assert [fields[name].default for name in names] == ["counts", None, "as observed"]
    assert ResponseRate.model_fields["lasting"].default is None
    assert Landmark.model_fields["unknown"].default == "counts as failure"

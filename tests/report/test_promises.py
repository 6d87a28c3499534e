"""The protocol in words."""

from tests.displays.example import cabotem, pilot
from topline.protocol.endpoints import DateSource
from topline.report.promises import describe_design, promises


def test_a_time_to_event_endpoint_says_from_when_to_what() -> None:
    protocol, *_ = pilot()
    pfs = next(p for p in promises(protocol) if p.key == "PFS")
    assert pfs.definition == (
        "From randomization to progression or death. Without an event, censored at "
        "last evaluable assessment, else randomization."
    )
    assert pfs.subjects == "ITT: Randomized"


def test_dates_after_which_nothing_counts_and_intercurrent_events_are_told() -> None:
    protocol, *_ = cabotem()
    therapy = DateSource(date="NACTDT", label="New anticancer therapy")
    endpoint = protocol.endpoints["PFS"].model_copy(update={"censor_at": (therapy,)})
    changed = protocol.model_copy(update={"endpoints": {"PFS": endpoint}})
    (pfs,) = promises(changed)
    assert pfs.definition.endswith(" Nothing counts after new anticancer therapy.")
    assert "Death: composite variable" in pfs.intercurrent


def test_a_rate_says_what_counts() -> None:
    protocol, *_ = cabotem()
    definitions = {p.key: p.definition for p in promises(protocol)}
    assert definitions["CBR"] == "Best overall response CR, PR or SD"


def test_the_decision_rule_is_told() -> None:
    told = describe_design(cabotem()[0])
    assert "null 25%, alternative 50%, one-sided alpha 0.1, power 90%" in told
    assert told.endswith("Success: at least 13 responders of 35.")
    assert describe_design(pilot()[0]).startswith("Descriptive. ")

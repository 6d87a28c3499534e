"""What stands at the top of the page."""

from tests.displays.example import cabotem, pilot
from topline.report.key_results import key_results


def test_the_endpoint_of_the_design_comes_first_with_its_decision() -> None:
    protocol, _, results = cabotem()
    first, *others = key_results(protocol, results)
    rows = results.rows.filter(analysis_id="ORR", by="")
    shown = {row["statistic"]: row["display"] for row in rows.filter(level="").to_dicts()}
    assert first.primary
    assert first.label == "Overall response rate"
    assert first.estimates[0].text == f"{shown['estimate']}%"
    assert first.decision.startswith(f"Primary endpoint {shown['decision']}: ")
    assert f"{shown['responders_needed']} responders of 33" in first.decision
    assert not any(other.primary for other in others)


def test_endpoints_follow_in_the_order_of_the_protocol() -> None:
    protocol, _, results = cabotem()
    labels = [key.label for key in key_results(protocol, results)]
    leading = [e for e in protocol.endpoints.values() if e.role in {"primary", "secondary"}]
    assert labels == [endpoint.label for endpoint in leading]
    assert len(leading) < len(protocol.endpoints), "exploratory and sensitivity ones stay below"


def test_a_trial_with_arms_has_an_estimate_each() -> None:
    protocol, _, results = pilot()
    arms = [arm.label for arm in protocol.study.arms]
    for key in key_results(protocol, results):
        assert [estimate.group for estimate in key.estimates] == arms


def test_estimates_print_results_that_exist() -> None:
    protocol, _, results = pilot()
    display = dict(results.rows.select("result_id", "display").iter_rows())
    for key in key_results(protocol, results):
        for estimate in key.estimates:
            printed = f"{estimate.text} {estimate.detail}".replace("Not reached", "NR")
            assert all(display[r] in printed for r in estimate.results), estimate

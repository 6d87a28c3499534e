"""Of a protocol is kept what simulated trials can answer; the rest is named with its reason."""

from tests.simulate.truths import a_truth, cabotem
from topline.simulate.needed import needed_of


def test_what_rests_on_response_and_dates_is_kept() -> None:
    needed = needed_of(cabotem(), a_truth())
    assert list(needed.analyses) == [
        "ORR", "ORR-DECLINE", "CBR", "PFS", "PFS-DECLINE", "PFS-FDA", "PFS-WORST", "TTD-TMZ",
        "BENEFIT18", "DEPTH", "OS", "OS-ALL", "TTF", "DOR",
    ]  # fmt: skip
    assert set(needed.protocol.analysis_sets) == {"ENROLLED", "SAFETY", "PP"}
    # The start of another therapy and the end of one drug are dates that never come.
    assert list(needed.protocol.variables) == ["NACTDT", "TMZENDT"]
    assert not needed.every_record


def test_what_is_left_out_has_its_reason() -> None:
    left_out = needed_of(cabotem(), a_truth()).left_out
    assert left_out["PFS-SITE"] == "curves by a variable are not simulated"
    assert left_out["MGMT-AGREE"] == "its endpoint rests on biomarkers or questionnaires"
    assert left_out["ORR-BIOMARKER"] == "it is ORR in subgroups, which are not simulated"


def test_a_set_that_is_not_simulated_takes_its_analyses_with_it() -> None:
    protocol = cabotem()
    tissue = protocol.analyses["ORR"].model_copy(update={"analysis_set": "TISSUE", "by": ()})
    changed = protocol.model_copy(update={"analyses": {"ORR-TISSUE": tissue}})
    needed = needed_of(changed, a_truth())
    assert needed.left_out == {"ORR-TISSUE": "the set TISSUE rests on what is not simulated"}
    assert needed.analyses == {}


def test_adverse_events_in_an_endpoint_ask_for_every_record() -> None:
    protocol = cabotem()
    event = {"dataset": "ADAE", "date": "ASTDT", "label": "Event"}
    endpoint = type(protocol.endpoints["TTF"]).model_validate(
        {
            "kind": "time-to-event",
            "label": "Time to toxicity",
            "from": "first dose",
            "events": [event],
            "censor": ["data cut"],
            "estimand": {"analysis_set": "SAFETY", "summary": "Median time"},
        }
    )
    analysis = protocol.analyses["TTF"].model_copy(update={"endpoint": "TOXICITY"})
    changed = protocol.model_copy(
        update={
            "endpoints": {**protocol.endpoints, "TOXICITY": endpoint},
            "analyses": {"TOXICITY": analysis},
        }
    )
    assert needed_of(changed, a_truth()).every_record

"""The part of the report that sets what is printed beside what was recomputed."""

import polars as pl
import pytest

from tests.displays import example
from topline.errors import DataError
from topline.report.columns import unpack
from topline.report.published import Agreement, Published, PublishedClaim
from topline.report.report import render_report

ATTACK = "<script>alert(1)</script>"


def claim(
    name: str, agreement: Agreement, *, doubted: bool = False, why: str = ""
) -> PublishedClaim:
    return PublishedClaim(
        name, "Abstract", "15% (95% CI, 5-31%)", "15.2%", agreement, why, ("A.B.n",), doubted
    )


def published(*claims: PublishedClaim) -> Published:
    return Published("A trial, 10.1000/xyz", claims, audited=True)


def page(section: Published, *, patient_level: bool) -> str:
    protocol, adam, results = example.cabotem()
    return render_report(
        protocol, [], results, adam, example.queries(),
        sections=(section.section(),), patient_level=patient_level,
    )  # fmt: skip


def test_claims_are_counted_apart_from_those_that_are_doubted() -> None:
    told = published(
        claim("a", "differs"), claim("b", "differs", doubted=True), claim("c", "not computed"),
        claim("d", "agrees"), claim("e", "agrees"), claim("f", "agrees", doubted=True),
    ).section().html  # fmt: skip
    assert "of 6 printed claims this run gives 3 (50.0%)" in told
    for row in (
        '<th scope="row">Differs</th><td>1</td><td>1</td><td>2</td>',
        '<th scope="row">Not computed</th><td>1</td><td>0</td><td>1</td>',
        '<th scope="row">Agrees</th><td>2</td><td>1</td><td>3</td>',
    ):
        assert row in told


def test_what_agrees_stands_only_in_the_list_of_all() -> None:
    section = published(claim("bad", "differs"), claim("good", "agrees")).section()
    assert ">bad<" in section.html
    assert ">good<" not in section.html
    assert section.listing is not None
    assert section.listing.rows == 2
    assert '"good"' in unpack(section.listing.packed)


def test_text_of_the_publication_shows_as_text() -> None:
    hostile = PublishedClaim(ATTACK, ATTACK, ATTACK, ATTACK, "differs", ATTACK, (ATTACK,), False)
    section = Published(ATTACK, (hostile,), audited=False, unknown=(ATTACK,)).section()
    assert "<script" not in section.html
    assert "&lt;script&gt;" in section.html
    shown = page(Published(ATTACK, (hostile,), audited=False), patient_level=True)
    assert ATTACK not in shown


@pytest.mark.parametrize("patient_level", [True, False])
def test_the_page_carries_every_claim_with_and_without_patients(*, patient_level: bool) -> None:
    shown = page(published(claim("bad", "differs")), patient_level=patient_level)
    assert 'id="published"' in shown
    assert '<script type="text/plain" id="pack-listing-claims">' in shown
    assert '"name": "claims"' in shown or '"name":"claims"' in shown
    assert ("listing-adsl" in shown) is patient_level


def test_a_claim_that_names_a_patient_is_refused_without_patients() -> None:
    named = published(claim("good", "agrees", why="as in CABOTEM-007"))
    with pytest.raises(DataError, match="1 of 37 subjects are named"):
        page(named, patient_level=False)


def test_the_frame_has_a_row_a_claim_worst_first() -> None:
    frame = published(claim("bad", "differs"), claim("good", "agrees")).frame()
    assert frame.columns == [
        "agreement", "claim", "where", "printed", "recomputed", "why", "results",
    ]  # fmt: skip
    assert frame["claim"].to_list() == ["bad", "good"]
    assert set(frame.dtypes) == {pl.String()}

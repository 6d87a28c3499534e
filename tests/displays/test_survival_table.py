"""Time-to-event endpoints as they are printed."""

from tests.displays.example import cabotem, pilot
from topline.displays.compose import compose
from topline.displays.table import Table


def table(study: str) -> Table:
    protocol, _, results = cabotem() if study == "cabotem" else pilot()
    displays = compose(protocol, results)
    return next(d for d in displays if isinstance(d, Table) and d.number == "Table 3")


def test_landmarks_stand_in_order_of_time() -> None:
    heads = [column.label for column in table("cabotem").columns if column.span]
    assert heads == sorted(heads, key=lambda head: int(head.split()[0]))
    assert heads[0] == "12 months, %"


def test_the_test_stands_beside_the_heading_of_its_curves() -> None:
    found = table("pilot")
    assert found.columns[-1].label == "Log-rank\nP"
    tested = [row for row in found.rows if row.cells[-1].text]
    assert tested
    assert all(row.heading for row in tested)


def test_an_endpoint_analysed_in_two_sets_names_them() -> None:
    titles = [row.cells[0].text for row in table("cabotem").rows]
    assert len(titles) == len(set(titles))

"""Time-to-event endpoints as they are printed."""

from tests.displays.example import cabotem, pilot
from topline.displays.compose import compose
from topline.displays.table import Table


def table(study: str) -> Table:
    protocol, _, results = cabotem() if study == "cabotem" else pilot()
    displays = compose(protocol, results)
    number = "Table S6" if study == "cabotem" else "Table 3"
    return next(d for d in displays if isinstance(d, Table) and d.number == number)


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


def test_each_column_prints_its_statistic() -> None:
    _, _, results = cabotem()
    rows = results.rows.filter(analysis_id="OS").to_dicts()
    shown = {(r["level_label"] or r["level"], r["statistic"]): r["display"] for r in rows}
    found = table("cabotem")
    line = next(row for row in found.rows if row.cells[0].results == () and "OS" in str(row))
    texts = dict(zip((c.label for c in found.columns), (c.text for c in line.cells), strict=True))

    def interval(level: str, *statistics: str) -> str:
        return "{} ({} to {})".format(*(shown[level, s] for s in statistics))

    assert texts["Events / N"] == f"{shown['', 'events']} / {shown['', 'n']}"
    expected = interval("", "median", "median_lower", "median_upper")
    assert texts["Median (95% CI)"] == expected
    expected = interval("12 months", "rate", "rate_lower", "rate_upper")
    assert texts["12 months, %"] == expected
    expected = interval("", "follow_up_median", "follow_up_min", "follow_up_max")
    assert texts["Follow-up,\nmedian (range)"] == expected

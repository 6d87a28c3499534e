import polars as pl
import pytest

from topline.sdtm.qualifiers import join_qualifiers, without_parent

AE = pl.DataFrame(
    {
        "USUBJID": ["S-1", "S-1", "S-2"],
        "AESEQ": [1, 2, 1],
        "AESPID": ["E01", "E02", "E01"],
        "AELOC": [None, "HEAD", None],
    },
    schema_overrides={"AELOC": pl.String},
)


def _supp(*rows: tuple[str, str | None, str | None, str, str]) -> pl.DataFrame:
    names = ["USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL"]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("AESEQ", "1", ["Y", None, None]),
        ("AESEQ", "1.0", ["Y", None, None]),  # as SAS writes a number
        ("AESEQ", "001", ["Y", None, None]),
        ("AESEQ", "3", [None, None, None]),
        ("AESPID", "E02", [None, "Y", None]),
        ("AEGRPID", "1", [None, None, None]),  # no such variable
        (None, None, ["Y", "Y", None]),  # of the subject, so of all its records
    ],
)
def test_qualifier_stands_beside_its_record(
    variable: str | None, value: str | None, expected: list[str | None]
) -> None:
    joined = join_qualifiers(AE, _supp(("S-1", variable, value, "AETRTEM", "Y")))
    assert joined["AETRTEM"].to_list() == expected
    assert joined.drop("AETRTEM").equals(AE)


def test_qualifiers_are_columns_in_order_of_name() -> None:
    supp = _supp(
        ("S-2", "AESEQ", "1", "ZZZ", "late"),
        ("S-1", "AESEQ", "2", "AAA", "early"),
        ("S-1", "AESEQ", "1", "ZZZ", "first"),
    )
    joined = join_qualifiers(AE, supp)
    assert joined.columns == [*AE.columns, "AAA", "ZZZ"]
    assert joined.select("AAA", "ZZZ").rows() == [(None, "first"), ("early", None), (None, "late")]
    assert joined.equals(join_qualifiers(AE, supp.reverse()))


def test_qualifier_fills_a_variable_only_where_it_is_empty() -> None:
    supp = _supp(("S-1", "AESEQ", "1", "AELOC", "ARM"), ("S-1", "AESEQ", "2", "AELOC", "ARM"))
    assert join_qualifiers(AE, supp)["AELOC"].to_list() == ["ARM", "HEAD", None]


def test_nothing_to_join_leaves_the_parent() -> None:
    assert join_qualifiers(AE, _supp()).equals(AE)
    assert join_qualifiers(AE.clear(), _supp(("S-1", "AESEQ", "1", "Q", "Y"))).height == 0


def test_qualifiers_without_a_parent_are_found() -> None:
    supp = _supp(
        ("S-1", "AESEQ", "1", "Q", "Y"),
        ("S-1", "AESEQ", "7", "Q", "Y"),  # no such event
        ("S-3", None, None, "Q", "Y"),  # no such subject
        ("S-2", "AEGRPID", "1", "Q", "Y"),  # no such variable
    )
    assert without_parent(supp, AE).rows() == supp[1:].rows()

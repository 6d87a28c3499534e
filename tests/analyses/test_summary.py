import polars as pl
import pytest

from tests.analyses.study import EVERY_KIND, adam, adsl, found, values
from tests.reference import reference
from topline.errors import ProtocolError

TABLE = EVERY_KIND["BASELINE"]
STATISTICS = ("mean", "sd", "median", "q1", "q3", "min", "max")


def one(variable: object, **options: object) -> dict[str, object]:
    return {"kind": "summary", "analysis_set": "FULL", "variables": [variable], **options}


def test_columns_are_arms_in_the_protocols_order_then_all() -> None:
    cells = found(TABLE, arms=("Control", "Active"))
    columns = [cell for cell in cells.values() if cell["parameter"] == "(column)"]
    assert [(c["by"], c["group"], c["value"], c["group_label"]) for c in columns] == [
        ("TRT01P", "Control", 5, "Control"),
        ("TRT01P", "Active", 4, "Active"),
        ("", "", 9, "All"),
    ]


def test_numbers_equal_r() -> None:
    cells, expected = found(one("AGE")), reference("analyses")["age"]
    assert values(cells, "AGE.", *STATISTICS) == pytest.approx([expected[s] for s in STATISTICS])
    assert [cells[f"AGE.{s}"]["display"] for s in STATISTICS] == [
        "60.6", "10.6", "60", "55", "64", "45", "80",
    ]  # fmt: skip
    assert cells["AGE.mean"]["unit"] == "years"
    assert cells["AGE.median"]["options"] == "quartile_type=2"


def test_missing_values_are_counted_and_left_out_of_numbers() -> None:
    cells = found(TABLE)
    assert values(cells, "KI67.", "n", "median", "(missing).n") == [7, 5, 2]
    assert (cells["KI67.mean"]["n"], cells["KI67.mean"]["n_missing"]) == (7, 2)
    assert not any(name.startswith("AGE.(missing)") for name in cells)  # nobody's age is missing


def test_percentages_are_of_all_subjects_of_the_column() -> None:
    cells = found(TABLE)
    assert values(cells, "ECOGBL.", "0.n", "0.percent", "(missing).n") == [5, 100 * 5 / 9, 1]
    assert cells["ECOGBL.0.percent"]["display"] == "55.6"
    assert cells["ECOGBL.TRT01P=Control.1.percent"]["value"] == 20


def test_levels_of_the_protocol_are_shown_in_its_order_even_for_nobody() -> None:
    cells = found(TABLE)
    levels = [c for c in cells.values() if c["parameter"] == "REGION" and not c["by"]]
    assert [(c["level"], c["level_label"], c["display"]) for c in levels][::2] == [
        ("EU", "Europe", "8"),
        ("AS", "Asia", "0"),
        ("(missing)", "(missing)", "1"),
    ]


def test_a_number_with_levels_is_counted_by_level() -> None:
    cells = found(one("ECOGBL"))
    assert cells["ECOGBL.1.n"]["value"] == 3
    assert cells["ECOGBL.1.n"]["trace_where"] == "FASFL = 'Y' AND ECOGBL = 1"
    assert cells["ECOGBL.2.n"]["level_label"] == "In bed at times"


def test_flags_form_a_block_in_which_nothing_is_missing() -> None:
    cells = found(TABLE)
    flags = [c for c in cells.values() if c["section"] == "Metastases" and c["statistic"] == "n"]
    assert [(c["parameter_label"], c["group"], c["value"]) for c in flags] == [
        ("Liver", "Active", 2), ("Liver", "Control", 1), ("Liver", "", 3),
        ("Bone", "Active", 2), ("Bone", "Control", 0), ("Bone", "", 2),
    ]  # fmt: skip
    assert {c["n_missing"] for c in flags} == {0}


def test_without_a_value_at_all_there_is_no_estimate_but_a_warning() -> None:
    empty = adsl().with_columns(KI67=pl.lit(None, pl.Float64))
    cells = found(one("KI67"), adam() | {"ADSL": empty})
    assert (cells["KI67.n"]["value"], cells["KI67.(missing).n"]["value"]) == (0, 9)
    assert cells["KI67.mean"]["value"] is None
    assert (cells["KI67.mean"]["display"], cells["KI67.mean"]["warning"]) == ("NE", "no values")


def test_one_subject_has_a_mean_and_no_standard_deviation() -> None:
    single = adsl().head(1)
    cells = found(one("AGE"), adam() | {"ADSL": single})
    assert values(cells, "AGE.", *STATISTICS) == [60, None, 60, 60, 60, 60, 60]
    assert cells["AGE.sd"]["display"] == "NE"


def test_an_empty_set_gives_an_empty_column_with_a_warning() -> None:
    nobody = adsl().with_columns(FASFL=pl.lit(None, pl.String))
    cells = found(TABLE, adam() | {"ADSL": nobody})
    assert cells["(column).N"]["value"] == 0
    assert {c["warning"] for c in cells.values()} == {"no subjects in this column"}
    assert cells["LIVERFL.Y.percent"]["value"] is None


def test_subjects_without_a_column_get_one_of_their_own() -> None:
    cells = found(one("SEX", by="REGION"))
    assert cells["(column).REGION=(missing).N"]["value"] == 1
    assert cells["SEX.REGION=(missing).F.n"]["value"] == 1
    assert cells["(column).REGION=AS.N"]["warning"] == "no subjects in this column"


def test_only_groups_without_overall() -> None:
    assert not any(not c["by"] for c in found(one("SEX", by="TRT01P", overall=False)).values())


def test_quartiles_follow_the_type_asked_for() -> None:
    # R: quantile(c(60, 62, 64, 71, 50, 55, 58, 80, 45), 0.25, type = 6) is 52.5
    assert found(one("AGE", quantiles=6))["AGE.q1"]["value"] == 52.5


def test_an_infinite_number_is_refused_with_its_subject() -> None:
    infinite = adsl().with_columns(
        KI67=pl.when(pl.col("USUBJID") == "T-02").then(float("inf")).otherwise("KI67"),
        ECOGBL=pl.when(pl.col("USUBJID") == "T-03").then(float("nan")).otherwise("ECOGBL"),
    )
    with pytest.raises(ProtocolError) as error:
        found(one("KI67", by="ECOGBL"), adam() | {"ADSL": infinite})
    message = str(error.value)
    assert "variables[0]: found KI67 infinite or not a number for 1 subjects (T-02)" in message
    assert "by: found ECOGBL infinite or not a number for 1 subjects (T-03)" in message


def test_a_value_that_reads_as_missing_is_not_taken_for_one() -> None:
    odd = adsl().with_columns(DCTREAS=pl.col("DCTREAS").replace("Toxicity", "(missing)"))
    cells = found(one("DCTREAS"), adam() | {"ADSL": odd})
    assert cells["DCTREAS.(missing).n"]["value"] == 2  # the words
    assert cells["DCTREAS.(missing).n#2"]["value"] == 3  # no value


def test_columns_by_a_flag_are_those_who_have_it_and_those_who_do_not() -> None:
    cells = found(one("SEX", by="LIVERFL"))
    assert cells["(column).LIVERFL=Y.N"]["value"] == 3
    assert cells["(column).LIVERFL=N.N"]["value"] == 6
    assert cells["(column).LIVERFL=N.N"]["group_label"] == "No"


def test_only_those_counted_in_an_endpoint_are_described() -> None:
    cells = found(EVERY_KIND["BASELINE-FREE"])
    # T-02, T-03, T-04 and T-08 were free of progression for longer than 150 days
    assert values(cells, "", "(column).N", "AGE.n", "SEX.F.n", "SEX.M.n") == [4, 4, 1, 3]
    assert "'T-08'" in str(cells["(column).N"]["trace_where"])
    nobody = adam() | {"ADTTE": adam()["ADTTE"].clear()}
    assert found(EVERY_KIND["BASELINE-FREE"], nobody)["(column).N"]["value"] == 0

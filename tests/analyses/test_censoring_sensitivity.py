"""Six events and two who left in eight subjects: T-02 on day 200, T-07 on day 150."""

import re
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.analyses.study import Cell, adam, adsl, adtte, found, protocol, values
from tests.reference import reference
from topline.analyses.analyse import analyse
from topline.analyses.results import Results
from topline.analyses.trace import rows_behind
from topline.errors import ProtocolError

R: dict[str, Any] = reference("censoring_sensitivity")
IPCW = {"kind": "ipcw", "covariates": ["LIVERFL"]}
TIPPING = {"kind": "tipping point", "deltas": [1, 2], "threshold": {"median_below": "200 days"}}
PLAN: dict[str, Any] = {
    "kind": "censoring-sensitivity",
    "endpoint": "PFS",
    "analysis_set": "SAFETY",
    "informative": "CNSR = 1 OR SEX = 'M'",
    "methods": ["worst case", "best case", IPCW, TIPPING],
    "rates_at": [10],
}
ONE_ARM = {"arms": ("Active",)}
ESTIMATES = ("median", "median_lower", "10.rate", "10.rate_se", "10.rate_lower", "10.rate_upper")
COUNTS = {"n", "events", "censored", "informative"}


def cells_of(changed: dict[str, Any] | None = None, **datasets: pl.DataFrame) -> dict[str, Cell]:
    return found(PLAN | (changed or {}), adam() | datasets, **ONE_ARM)


def by_methods(*methods: object, **datasets: pl.DataFrame) -> dict[str, Cell]:
    return cells_of({"methods": list(methods)}, **datasets)


def pfs(**columns: object) -> pl.DataFrame:
    """Rows of progression-free survival with columns replaced."""
    rows = adtte().filter(pl.col("PARAMCD") == "PFS")
    new = [pl.Series(name, v, dtype=rows.schema[name]) for name, v in columns.items()]  # pyright: ignore[reportArgumentType]
    return rows.with_columns(new)


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("as censored", "plain"),
        ("worst case", "worst"),
        ("best case", "best"),
        ("IPCW by Cox regression", "weighted"),
        ("delta 1", "plain"),
    ],
)
def test_estimates_equal_r(section: str, name: str) -> None:
    got = values(cells_of(), f"{section}.PFS.", *ESTIMATES)
    expected = [R[name][each.removeprefix("10.")] for each in ESTIMATES]
    assert got == pytest.approx(expected, rel=1e-9)


def test_weights_and_the_adjusted_rate_equal_r() -> None:
    cells = cells_of()
    got = values(cells, "IPCW by Cox regression.PFS.", "weight_max", "weight_mean")
    assert got == pytest.approx([R["weighted"]["weight_max"], R["weighted"]["weight_mean"]])
    assert cells["delta 2.PFS.10.rate"]["value"] == pytest.approx(R["rate_at_delta_2"])


def test_informative_are_counted_and_traced() -> None:
    cells = cells_of()
    assert values(cells, "as censored.PFS.", "n", "events", "censored", "informative") == [
        8, 6, 2, 2,
    ]  # fmt: skip
    behind = rows_behind("ADTTE", str(cells["as censored.PFS.informative"]["trace_where"]), adam())
    assert behind["USUBJID"].to_list() == ["T-02", "T-07"]


def test_an_event_is_never_informative_and_an_unknown_reason_is_no_reason() -> None:
    everyone = cells_of({"informative": "SEX IN ('F', 'M')"})
    assert everyone["as censored.PFS.informative"]["value"] == 2
    of_some = cells_of({"informative": "ECOGBL = 1 AND DCTREAS = 'PD'"})  # T-02 has no reason
    assert of_some["as censored.PFS.informative"]["value"] == 1


def test_tipping_delta_is_printed_with_its_threshold() -> None:
    # Events on days 50, 100 and 100 leave 5 of 8; T-07 leaves; on 200 one of 4 has the event.
    # The median is day 200 in the plain curve already, so it is below 200 days at no delta
    never = by_methods(TIPPING)["tipping point.PFS.median below 200 days.delta"]
    assert (never["value"], never["display"]) == (None, ">2")
    assert never["warning"] == "delta 2 does not tip, nor does any other"
    threshold = {"rate_at": "10 months", "below_percent": 17}
    tip = {"kind": "tipping point", "deltas": [1, 3], "threshold": threshold}
    got = by_methods(tip)["tipping point.PFS.rate at 10 months below 17%.delta"]
    # Followed 1/8; gone on 150 free by (3/8)^delta / 8, on 200 by (1/2)^delta / 8
    delta = got["value"]
    assert isinstance(delta, float)
    assert (1 + 0.375**delta + 0.5**delta) / 8 == pytest.approx(0.17, abs=1e-8)
    assert got["display"] == f"{delta:.2f}".rstrip("0")
    already = tip | {"threshold": {"rate_at": "10 months", "below_percent": 90}}
    at_once = by_methods(already)["tipping point.PFS.rate at 10 months below 90%.delta"]
    assert at_once["display"] == "1"
    assert "holds no longer at delta 1" in str(at_once["warning"])


def test_a_threshold_after_follow_up_is_not_estimable() -> None:
    censored_at_the_end = pfs(CNSR=[0, 1, 0, 1, 0, 0, 2, 0])
    late = {"rate_at": "24 months", "below_percent": 10}
    tip = {"kind": "tipping point", "deltas": [1], "threshold": late}
    got = by_methods(tip, ADTTE=censored_at_the_end)
    cell = got["tipping point.PFS.rate at 24 months below 10%.delta"]
    assert (cell["value"], cell["display"]) == (None, "NE")
    assert cell["warning"] == "not estimable: follow-up ends on day 400, before day 730.5"
    median = {"kind": "tipping point", "threshold": {"median_below": "24 months"}}
    known = by_methods(median, ADTTE=censored_at_the_end)
    assert known["tipping point.PFS.median below 24 months.delta"]["display"] == "1"


def test_no_threshold_gives_no_tipping_delta() -> None:
    cells = by_methods({"kind": "tipping point", "deltas": [1.5]})
    sections = {name.split(".PFS.")[0] for name in cells}
    assert sections == {"as censored", "delta 1.5"}


def test_subjects_without_a_covariate_are_left_out_and_told() -> None:
    cells = by_methods({"kind": "ipcw", "covariates": ["KI67"]})
    cell = cells["IPCW by Cox regression.PFS.median"]
    assert (cell["n"], cell["n_missing"]) == (6, 2)  # T-03 and T-07
    assert "2 without a covariate are left out" in str(cell["warning"])
    behind = rows_behind("ADTTE", str(cell["trace_where"]), adam())
    assert behind["USUBJID"].to_list() == ["T-01", "T-02", "T-04", "T-05", "T-06", "T-08"]


def test_categories_and_strata_weigh_too() -> None:
    cox = {"kind": "ipcw", "covariates": ["ECOGBL", "AGE"], "weights_at_most": 1.5}
    by_strata = {"kind": "ipcw", "covariates": ["LIVERFL", "SEX"], "model": "strata"}
    cells = by_methods(cox, by_strata)
    start = "IPCW by Cox regression, weights at most 1.5.PFS.weight_max"
    assert "covariates=ECOGBL=1, AGE; weights_at_most=1.5" in str(cells[start]["options"])
    assert "strata=4" in str(cells["IPCW by strata.PFS.weight_max"]["options"])


def test_a_regression_that_does_not_converge_is_not_estimable_and_says_what_to_do() -> None:
    # One leaves on day 1 after the events of that day, with three numbers to tell why
    few = pfs(AVAL=[2, 1, 1, 1, 9, 9, 9, 9], CNSR=[0, 0, 1, 0, 0, 0, 0, 0]).head(4)
    numbers = adsl().with_columns(
        AGE=pl.Series([0.0, 1, 1, 3] + [None] * 7),
        KI67=pl.Series([2.0, 0, 1, 0] + [None] * 7),
        SIZE=pl.Series([2.0, 3, 0, 3] + [None] * 7),
    )
    cells = by_methods(
        {"kind": "ipcw", "covariates": ["AGE", "KI67", "SIZE"]}, ADSL=numbers, ADTTE=few
    )
    cell = cells["IPCW by Cox regression.PFS.median"]
    assert (cell["value"], cell["display"]) == (None, "NE")
    assert "on AGE, KI67, SIZE does not converge; name fewer covariates" in str(cell["warning"])
    assert cells["IPCW by Cox regression.PFS.10.rate"]["display"] == "NE"


@pytest.mark.parametrize(
    ("cnsr", "warning"),
    [
        ([0] * 8, "nobody left informatively"),
        ([2, 2, 2, 2, 1, 1, 2, 2], "no events"),
    ],
)
def test_nothing_to_weigh_is_told(cnsr: list[int], warning: str) -> None:
    cells = cells_of(ADTTE=pfs(CNSR=cnsr))
    for section in ("worst case", "best case", "IPCW by Cox regression", "delta 2"):
        assert warning in str(cells[f"{section}.PFS.10.rate"]["warning"])
    assert cells["as censored.PFS.n"]["warning"] == ""


def test_each_arm_or_group_has_its_own() -> None:
    both = found(PLAN, adam(), arms=("Active", "Control"))
    assert values(both, "as censored.PFS.TRT01P=", "Active.informative", "Control.informative") == [
        1, 1,
    ]  # fmt: skip
    by_sex = found(PLAN | {"by": "SEX"}, adam(), arms=("Active", "Control"))
    cell = by_sex["as censored.PFS.SEX=F.informative"]
    assert cell["value"] == 0
    assert "nobody left informatively" in str(by_sex["best case.PFS.SEX=F.median"]["warning"])


def rows_of(datasets: dict[str, pl.DataFrame], **parts: Any) -> Results:
    plan = PLAN | {
        "methods": [
            "best case",
            {"kind": "ipcw", "covariates": ["AGE", "KI67", "ECOGBL"]},
            {"kind": "ipcw", "covariates": ["SEX"], "model": "strata"},
            {"kind": "tipping point", "threshold": {"median_below": "5 months"}},
        ]
    }
    return analyse(protocol({"X": plan}, **parts), datasets)


@pytest.mark.parametrize("arms", [("Active", "Control"), ("Active",)])
def test_every_number_rests_on_the_subjects_of_its_trace(arms: tuple[str, ...]) -> None:
    for row in rows_of(adam(), arms=arms).rows.iter_rows(named=True):
        behind = rows_behind(row["trace_dataset"], row["trace_where"], adam())
        assert behind["PARAMCD"].unique().to_list() in (["PFS"], [])
        subjects = behind["USUBJID"].n_unique()
        assert (row["value"] if row["statistic"] in COUNTS else row["n"]) == subjects, row


@settings(max_examples=5)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    shuffled = {
        name: data.sample(fraction=1, shuffle=True, seed=seed) for name, data in adam().items()
    }
    assert_frame_equal(rows_of(adam()).rows, rows_of(shuffled).rows)


@pytest.mark.parametrize("subjects", [[], ["T-02"], ["T-01"], ["T-02", "T-07"]])
def test_few_subjects_are_analysed_too(subjects: list[str]) -> None:
    few = {name: data.filter(pl.col("USUBJID").is_in(subjects)) for name, data in adam().items()}
    rows = rows_of(few, **ONE_ARM).rows
    counted = rows.filter(pl.col("result_id") == "X.as censored.PFS.n")
    assert counted["value"].item() == len(subjects)
    tipping = rows.filter(pl.col("section") == "tipping point")
    assert tipping["display"].item() in {"NE", ">5", "1"}


def test_what_the_data_do_not_have_is_listed() -> None:
    wrong = {
        "A": PLAN | {"informative": "CNSR = 1 AND DCTRAES = 'PD'", "where": "AEG > 1"},
        "B": PLAN | {"methods": [{"kind": "ipcw", "covariates": ["KI76", "TRTSDT"]}]},
        "C": PLAN | {"endpoint": "ORR"},
        "D": PLAN | {"endpoint": "PSF"},
        "E": PLAN | {"informative": "AVAL + 1"},
    }
    with pytest.raises(ProtocolError) as error:
        analyse(protocol(wrong), adam())
    told = str(error.value)
    for words in (
        r"analyses\.A\.where: found AEG, .*did you mean AGE",
        r"analyses\.A\.informative: found DCTRAES, .*did you mean DCTREAS",
        r"analyses\.B\.methods\[0\]\.covariates: found KI76, .*did you mean KI67",
        r"analyses\.B\.methods\[0\]\.covariates: found TRTSDT, a date",
        r"analyses\.C\.endpoint: found ORR \(response-rate\); expected one of .* PFS, DOR",
        r"analyses\.D\.endpoint: found PSF; expected one of the time-to-event endpoints: PFS, DOR",
        r"analyses\.E\.informative: found AVAL \+ 1, which cannot be tried on ADSL or ADTTE",
    ):
        assert re.search(words, told), (words, told)

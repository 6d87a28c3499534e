"""The new study folder is complete and valid before anyone has filled it in."""

import json
from pathlib import Path

import polars as pl
import pytest

from topline.errors import DataError, UsageError
from topline.protocol.protocol import Protocol
from topline.protocol.read import check_protocol
from topline.sdtm.domains import SCHEMAS
from topline.sdtm.read import read_sdtm
from topline.sdtm.study_tables import STUDY_TABLES
from topline.template.study_folder import template_variables, write_study

OWN = [name for name in SCHEMAS if len(name) == 2]


def test_protocol_is_valid_and_names_its_schema_first(tmp_path: Path) -> None:
    write_study(tmp_path)
    protocol, problems = check_protocol(tmp_path / "protocol.yaml")
    assert problems == ()
    assert protocol is not None
    text = (tmp_path / "protocol.yaml").read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert first == "# yaml-language-server: $schema=protocol.schema.json"
    schema = json.loads((tmp_path / "protocol.schema.json").read_text(encoding="utf-8"))
    assert set(schema["properties"]) == set(Protocol.model_fields)


def test_protocol_shows_every_part_and_explains_it(tmp_path: Path) -> None:
    write_study(tmp_path)
    lines = (tmp_path / "protocol.yaml").read_text(encoding="utf-8").splitlines()
    for part in set(Protocol.model_fields) - {"topline"}:
        place = next(i for i, line in enumerate(lines) if line in {f"{part}:", f"{part}: {{}}"})
        assert lines[place - 1].startswith("# "), part


def test_design_of_the_template_is_exact(tmp_path: Path) -> None:
    # R: 1 - pbinom(6, 33, 0.1) is 0.0417038, 1 - pbinom(6, 33, 0.3) is 0.9055545
    write_study(tmp_path)
    text = (tmp_path / "protocol.yaml").read_text(encoding="utf-8")
    assert "(type I error 4.2%)" in text
    assert "probability of 91% if the rate is 30%" in text
    assert "success: {responders_at_least: 7, of: 33}" in text


def test_there_is_a_table_for_each_domain_with_a_header_and_no_rows(tmp_path: Path) -> None:
    write_study(tmp_path)
    for name in OWN:
        text = (tmp_path / "data" / f"{name.lower()}.csv").read_text(encoding="utf-8")
        assert text == ",".join(template_variables(name)) + "\n"
    for name, schema in STUDY_TABLES.items():
        text = (tmp_path / "data" / f"{name.lower()}.csv").read_text(encoding="utf-8")
        assert text == ",".join(schema.columns()) + "\n"


@pytest.mark.parametrize("domain", OWN)
def test_a_table_has_what_sdtm_requires_and_expects(domain: str) -> None:
    columns = SCHEMAS[domain].columns()
    wanted = [n for n, c in columns.items() if (c.metadata or {})["core"] != "permissible"]
    assert set(wanted) <= set(template_variables(domain))
    assert set(template_variables(domain)) <= set(columns)


def test_readme_says_what_each_domain_holds(tmp_path: Path) -> None:
    write_study(tmp_path)
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| AE | Adverse events | **AETERM**, AEDECOD," in text
    assert (
        "| plates.csv | Wells of immunoassay plates, one row a well | **PLATE**, **WELL**" in text
    )
    assert text.count("\n| ") == len(OWN) + len(STUDY_TABLES) + 8
    assert "{" not in text


def test_a_folder_not_filled_in_is_told_in_words(tmp_path: Path) -> None:
    write_study(tmp_path)
    with pytest.raises(DataError, match=r"there are no rows of DM; give a DM domain, such as dm.c"):
        read_sdtm(tmp_path / "data")


def test_filled_templates_are_read_with_notes_only(tmp_path: Path) -> None:
    write_study(tmp_path)
    row = {"STUDYID": "S", "USUBJID": "S-001", "SUBJID": "001", "SITEID": "01", "SEX": "F"}
    dm = pl.DataFrame([row], schema=dict.fromkeys(template_variables("DM"), pl.String))
    dm.write_csv(tmp_path / "data" / "dm.csv")
    queries = read_sdtm(tmp_path / "data").queries
    assert set(queries["severity"]) == {"note"}
    assert set(queries["found"]) == {"a header and no rows"}


def test_files_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "protocol.yaml").write_text("mine")
    with pytest.raises(UsageError, match=r"is not empty \(protocol.yaml\); give the name of a new"):
        write_study(tmp_path)
    with pytest.raises(UsageError, match="is a file; give the name of a new folder"):
        write_study(tmp_path / "protocol.yaml")
    assert (tmp_path / "protocol.yaml").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


def test_hidden_files_do_not_count_as_content(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert "protocol.yaml" in write_study(tmp_path)

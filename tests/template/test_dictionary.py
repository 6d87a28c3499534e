"""The data dictionary keeps REDCap's rules for an import."""

import csv
import io
import re
from itertools import groupby

from topline.sdtm.domains import SCHEMAS
from topline.template.dictionary import HEADER, write_dictionary
from topline.template.instruments import INSTRUMENTS

ROWS = list(csv.DictReader(io.StringIO(write_dictionary(INSTRUMENTS))))
NAME, FORM, KIND = "Variable / Field Name", "Form Name", "Field Type"
CHOICES, LOGIC = (
    "Choices, Calculations, OR Slider Labels",
    "Branching Logic (Show field only if...)",
)


def test_header_is_redcaps() -> None:
    assert len(HEADER) == 18
    assert tuple(ROWS[0]) == HEADER


def test_first_field_identifies_the_record() -> None:
    assert (ROWS[0][NAME], ROWS[0][KIND]) == ("record_id", "text")


def test_names_are_short_lower_case_and_unique() -> None:
    names = [row[NAME] for row in ROWS]
    assert [n for n in names if not re.fullmatch(r"[a-z][a-z0-9_]{0,25}", n)] == []
    assert len(set(names)) == len(names)


def test_fields_of_a_form_stand_together() -> None:
    forms = [form for form, _ in groupby(ROWS, key=lambda row: row[FORM])]
    assert len(set(forms)) == len(forms)
    assert [form for form in forms if not re.fullmatch(r"[a-z][a-z0-9_]*", form)] == []


def test_choices_have_codes_that_redcap_takes_once_each() -> None:
    for row in ROWS:
        assert (row[KIND] in {"radio", "dropdown"}) == bool(row[CHOICES])
        codes = [choice.split(", ", 1)[0] for choice in row[CHOICES].split(" | ") if choice]
        assert [code for code in codes if not re.fullmatch(r"[A-Za-z0-9_]+", code)] == []
        assert len(set(codes)) == len(codes)


def test_validation_is_of_a_kind_that_redcap_knows() -> None:
    kinds = {row["Text Validation Type OR Show Slider Number"] for row in ROWS}
    assert kinds == {"", "date_ymd", "integer", "number"}


def test_branching_asks_for_fields_of_the_same_form() -> None:
    for row in ROWS:
        for name in re.findall(r"\[(\w+)\]", row[LOGIC]):
            assert [other[FORM] for other in ROWS if other[NAME] == name] == [row[FORM]]


def test_each_form_says_its_domain_and_whether_it_repeats() -> None:
    for form, fields in groupby(ROWS, key=lambda row: row[FORM]):
        note = next(fields)["Field Annotation"]
        instrument = next(one for one in INSTRUMENTS if one.name == form)
        assert note.startswith(f"SDTM domain {instrument.domain}")
        assert ("Repeating instrument" in note) == instrument.repeats


def test_every_domain_that_a_site_fills_has_an_instrument() -> None:
    own = {name for name in SCHEMAS if len(name) == 2}
    # GF comes from a laboratory, QS differs with each questionnaire
    assert {instrument.domain for instrument in INSTRUMENTS} == own - {"GF", "QS"}
    assert len({instrument.domain for instrument in INSTRUMENTS}) == len(INSTRUMENTS)

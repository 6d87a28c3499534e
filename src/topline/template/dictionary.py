"""REDCap's data dictionary: one row a field, eighteen columns, as REDCap imports and exports it."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from topline.template.fields import Field, Instrument, code

HEADER: Final = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
_REPEATS: Final = "Repeating instrument: enable it in Project Setup, under Optional Modules"
_FEW: Final = 4
"""Up to so many choices are buttons, more are a list."""


def write_dictionary(instruments: Sequence[Instrument]) -> str:
    """Return the data dictionary as CSV.

    Parameters
    ----------
    instruments
        In the order of the project; the first field of the first is the record's identifier.

    Examples
    --------
    >>> from topline.template.fields import choice
    >>> fields = (choice("r", "Response", ["CR"]),)
    >>> text = write_dictionary([Instrument("response", "RS", fields, repeats=False)])
    >>> text.splitlines()[1]
    'r,response,,radio,Response,"CR, CR",,,,,,,,,,,,SDTM domain RS'
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for instrument in instruments:
        for place, field in enumerate(instrument.fields):
            writer.writerow(_row(instrument, field, first=place == 0))
    return out.getvalue()


def _row(instrument: Instrument, field: Field, *, first: bool) -> list[str]:
    kind = "text" if not field.terms else "radio" if len(field.terms) <= _FEW else "dropdown"
    cells = {
        "Variable / Field Name": field.name,
        "Form Name": instrument.name,
        "Field Type": kind,
        "Field Label": field.label,
        "Choices, Calculations, OR Slider Labels": _choices(field.terms),
        "Field Note": field.note,
        "Text Validation Type OR Show Slider Number": field.validation,
        "Text Validation Min": field.low,
        "Text Validation Max": field.high,
        "Branching Logic (Show field only if...)": field.show_if,
        "Required Field?": "y" if field.required else "",
        "Field Annotation": _annotation(instrument) if first else "",
    }
    return [cells.get(column, "") for column in HEADER]


def _choices(terms: Sequence[str]) -> str:
    return " | ".join(f"{code(term)}, {term}" for term in terms)


def _annotation(instrument: Instrument) -> str:
    repeats = f". {_REPEATS}" if instrument.repeats else ""
    return f"SDTM domain {instrument.domain}{repeats}"

"""How response is assessed: criteria, whose reading, from lesions or as reported."""

from typing import Literal

from topline.clinical.recist.criteria import Criteria
from topline.protocol.words import Text, Variable
from topline.values import Value


class Reader(Value):
    """Whose reading is analyzed: the rows of TU, TR and RS with these values."""

    evaluator: Text = "INVESTIGATOR"
    """--EVAL of the reading."""
    id: str | None = None
    """--EVALID, where the evaluators are several."""
    accepted: bool = False
    """Take the reading that adjudication accepted (--ACPTFL = Y)."""


class Response(Value):
    """Response assessment."""

    criteria: Literal["RECIST 1.1"] = "RECIST 1.1"
    source: Literal["measurements", "reported"] = "measurements"
    """Derive response from the lesions (TR), or take it as reported (RS)."""
    reader: Reader = Reader()
    until: tuple[Variable, ...] = ()
    """ADSL dates, such as the start of new anticancer therapy, after which assessments do not count
    for response; the data cut always ends them."""
    options: Criteria = Criteria()
    """What trials differ in; the guideline's value where nothing is said."""

"""How the disposition domain tells enrolment, end of treatment and its reason."""

from pydantic import Field

from topline.protocol.words import Expression, Text
from topline.values import Value


class Disposition(Value):
    """Which DS records mean what; the defaults are CDISC's usual terms."""

    enrolled: Expression = "DSDECOD IN ('ENROLLED', 'RANDOMIZED')"
    """DS record of enrolment or randomization; its date is RANDDT."""
    screen_failure: Expression = "DSDECOD = 'SCREEN FAILURE'"
    """DS record of a subject who was never enrolled."""
    end_of_treatment: Expression = "DSCAT = 'DISPOSITION EVENT' AND DSSCAT = 'STUDY TREATMENT'"
    """DS record that ends study treatment; without one a treated subject is ongoing."""
    completed: tuple[Text, ...] = ("COMPLETED",)
    """DSDECOD terms that mean treatment was finished as planned."""
    reasons: dict[str, Text] = Field(default_factory=dict)
    """DSDECOD to the words of tables, in their order; terms not named keep their own words."""
    last_known_alive: tuple[Text, ...] = (
        "SS.SSDTC",
        "DS.DSSTDTC",
        "EX.EXSTDTC",
        "EX.EXENDTC",
        "AE.AESTDTC",
        "LB.LBDTC",
        "VS.VSDTC",
        "EG.EGDTC",
        "TR.TRDTC",
        "RS.RSDTC",
        "QS.QSDTC",
    )
    """Dates on which a subject was seen alive; the latest before death is LSTALVDT."""

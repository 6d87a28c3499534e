"""DS: disposition, one record a milestone or event (SDTMIG 3.4, section 6.2.4)."""

from topline.sdtm.domain import Domain, count, number, text, when


class DS(Domain):
    """Disposition."""

    DSSEQ = count("Sequence number", "required")
    DSSPID = text("Sponsor's identifier")
    DSTERM = text("Event as reported", "required")
    DSDECOD = text("Event in standard words", "required")
    DSCAT = text(
        "Category",
        "expected",
        terms=("DISPOSITION EVENT", "OTHER EVENT", "PROTOCOL MILESTONE"),
        open_list=True,
    )
    DSSCAT = text("What ended: treatment, a drug or the study")
    EPOCH = text("Epoch")
    VISITNUM = number("Visit number")
    VISIT = text("Visit name")
    DSDTC = when("Collection")
    DSSTDTC = when("Event", "expected")
    DSSTDY = count("Study day of the event")

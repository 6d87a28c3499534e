"""IE: eligibility criteria not met, one record a criterion (SDTMIG 3.4, section 6.3.2)."""

from topline.sdtm.domain import Domain, count, key, number, text, when


class IE(Domain):
    """Inclusion and exclusion criteria not met."""

    IESEQ = count("Sequence number", "required")
    IESPID = text("Sponsor's identifier")
    IETESTCD = key("Short name of the criterion")
    IETEST = text("The criterion in words", "required")
    IECAT = text("Kind of criterion", "required", terms=("EXCLUSION", "INCLUSION"))
    IESCAT = text("Subcategory")
    IEORRES = text("Whether the criterion held, as reported", "required", terms=("N", "Y"))
    IESTRESC = text("Whether the criterion held", "required", terms=("N", "Y"))
    VISITNUM = number("Visit number")
    VISIT = text("Visit name")
    EPOCH = text("Epoch")
    IEDTC = when("Collection")
    IEDY = count("Study day of the collection")

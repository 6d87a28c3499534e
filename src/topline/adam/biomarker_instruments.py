"""Biomarkers that are computed from what an instrument wrote: wells of plates, and pictures."""

from topline.adam.biomarker_pictures import derive_picture_rows
from topline.adam.biomarker_plates import derive_elisa_rows
from topline.adam.biomarker_records import Biomarkers
from topline.protocol.biomarkers import Elisa, Picture
from topline.sdtm.collected import Sdtm


def derive_instrument_rows(name: str, marker: Elisa | Picture, sdtm: Sdtm) -> Biomarkers:
    """Derive the rows of an immunoassay or of measured pictures.

    Parameters
    ----------
    name, marker
        Parameter and options.
    sdtm
        Collected wells and pictures.
    """
    if isinstance(marker, Elisa):
        return derive_elisa_rows(name, marker, sdtm)
    return derive_picture_rows(name, marker, sdtm)

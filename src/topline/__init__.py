"""Topline: from an oncology trial's protocol and its patient data to its results.

>>> import topline
>>> topline.read_protocol(topline.study_folder("cabotem")).study.registry
'NCT04893785'
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from topline.check import check_study
    from topline.errors import DataError, ProtocolError, ToplineError, UsageError
    from topline.protocol.protocol import Protocol
    from topline.protocol.read import check_protocol, read_protocol
    from topline.sdtm.read import read_sdtm, sdtm_from_frames
    from topline.studies import bundled_studies, study_folder
    from topline.trial import Trial, analyse_trial, run, write_trial

_HOMES = {
    "DataError": "errors",
    "Protocol": "protocol.protocol",
    "ProtocolError": "errors",
    "ToplineError": "errors",
    "Trial": "trial",
    "UsageError": "errors",
    "analyse_trial": "trial",
    "bundled_studies": "studies",
    "check_protocol": "protocol.read",
    "check_study": "check",
    "read_protocol": "protocol.read",
    "read_sdtm": "sdtm.read",
    "run": "trial",
    "sdtm_from_frames": "sdtm.read",
    "study_folder": "studies",
    "write_trial": "trial",
}

__all__ = [
    "DataError",
    "Protocol",
    "ProtocolError",
    "ToplineError",
    "Trial",
    "UsageError",
    "analyse_trial",
    "bundled_studies",
    "check_protocol",
    "check_study",
    "read_protocol",
    "read_sdtm",
    "run",
    "sdtm_from_frames",
    "study_folder",
    "write_trial",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that `import topline` costs nothing."""
    if name not in _HOMES:
        msg = f"module 'topline' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"topline.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__

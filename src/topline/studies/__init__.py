"""Bundled studies, one folder each, and how a study is named on the command line."""

from pathlib import Path

from topline.errors import UsageError

_HERE = Path(__file__).parent


def bundled_studies() -> tuple[str, ...]:
    """Return the names of the studies that come with Topline.

    Examples
    --------
    >>> bundled_studies()
    ('cabotem',)
    """
    return tuple(sorted(path.parent.name for path in _HERE.glob("*/protocol.yaml")))


def study_folder(study: str | Path) -> Path:
    """Return the folder of a study, given as a path or as the name of a bundled one.

    Parameters
    ----------
    study
        A folder that holds `protocol.yaml`, that file itself, or a bundled study's name.

    Raises
    ------
    UsageError
        There is neither such a folder nor such a study.

    Examples
    --------
    >>> study_folder("cabotem").name
    'cabotem'
    """
    path = Path(study)
    if path.name in {"protocol.yaml", "protocol.yml"} and path.is_file():
        return path.parent
    if path.is_dir():
        return path
    if str(study) in bundled_studies():
        return _HERE / str(study)
    msg = (
        f"{study} is no folder, and no bundled study (there is {', '.join(bundled_studies())}); "
        "`topline new DIR` makes a study folder to fill in"
    )
    raise UsageError(msg)

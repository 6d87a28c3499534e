"""Pictures in the data folder: which there are, and which rows of images.csv name one.

A name is only ever looked up among the files found in the folder; it opens nothing by itself.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from topline.sdtm.formats.table import UnreadableError
from topline.sdtm.gate import Checked, part
from topline.sdtm.queries import Rule, file_query, gather_queries
from topline.sdtm.records import ID, list_rows

PICTURES: Final = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
"""Formats of pictures by the ending of the name."""
MOST_MEGABYTES: Final = 50


def read_picture_file(path: Path, folder: Path) -> bytes:
    """Return a picture file as it is.

    Parameters
    ----------
    path
        File in the folder.
    folder
        Data folder.

    Raises
    ------
    UnreadableError
        The file is a link that leads out of the folder, or too large.
    """
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UnreadableError(
            rule="file.outside",
            found="a link that leads out of the data folder",
            expected="a picture that lies in the data folder",
        )
    megabytes = path.stat().st_size / 1e6
    if megabytes > MOST_MEGABYTES:
        raise UnreadableError(
            rule="file.size",
            found=f"a picture of {megabytes:.0f} MB",
            expected=f"a field of view of at most {MOST_MEGABYTES} MB, as PNG or JPEG",
        )
    return path.read_bytes()


def match_pictures(images: Checked, pictures: Mapping[str, bytes]) -> Checked:
    """Set aside rows that name no picture of the folder, and list pictures that no row names.

    Parameters
    ----------
    images
        IMAGES after its gate.
    pictures
        Files by their path in the data folder.

    Returns
    -------
    Checked
        IMAGE is the path of a picture in every row left.
    """
    named = images.frame.with_columns(pl.col("IMAGE").str.replace_all("\\", "/", literal=True))
    named = named.with_columns(pl.col("IMAGE").str.strip_prefix("./"))
    lost = named.filter(~pl.col("IMAGE").is_in(list(pictures)))
    rule = Rule(
        "IMAGES.IMAGE.file", f"the path of a PNG or JPEG file of at most {MOST_MEGABYTES} MB, as "
        "it stands in the data folder: images/S-001.png", "error", "row set aside", ["IMAGE"],
    )  # fmt: skip
    known = set(named["IMAGE"])
    unused = Rule("file.picture", "a row of images.csv that names it, or nothing to do", "note")
    notes = [
        file_query(unused, "a picture that no row names", file=path)
        for path in pictures
        if path not in known
    ]
    queries = gather_queries([images.queries, list_rows(lost, "IMAGES", rule), *notes])
    listed = replace(images, frame=named, queries=queries)
    return part(listed, [lost.select(ID, REASON=pl.lit(rule.name))])

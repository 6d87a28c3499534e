"""A reconstruction as a study folder: protocol, SDTM, patients, and what was given up."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from topline.output import digest, write_manifest
from topline.protocol.read import read_protocol
from topline.reconstruct.read import Publication
from topline.reconstruct.reconstruct import Reconstruction, Reconstructor
from topline.reconstruct.records.pictures import draw_picture
from topline.reconstruct.records.records import write_records
from topline.reconstruct.report import open_csv, report_json, report_lines
from topline.sdtm.write import write_domain


def write_reconstruction(
    made: Reconstructor, cohorts: Sequence[Reconstruction], folder: Path
) -> None:
    """Write a study that `topline run` takes into an empty folder.

    Parameters
    ----------
    made, cohorts
        The first cohort is written as records, the others as patients.
    folder
        Holds then `protocol.yaml`, `claims.yaml` with its tables, `data/` with a file a domain,
        `patients.csv`, `README.md` and `reconstruction.json`; of several cohorts `cohorts.csv` and
        `patients-SEED.csv`, too.

    Raises
    ------
    DataError
        A planned course is one that records cannot show; the message names patient and reason.
    """
    publication = made.publication
    protocol_file = publication.folder / publication.published.protocol
    first = cohorts[0]
    domains = write_records(
        read_protocol(protocol_file), publication.published.records, first.cohort
    )
    (folder / "data").mkdir()
    for name, rows in domains.items():
        ending = "parquet" if name in publication.published.records.parquet else "csv"
        write_domain(rows, folder / "data" / f"{name.lower()}.{ending}")
    _draw_pictures(publication, first.cohort.seed, folder / "data" / "images")
    shutil.copyfile(protocol_file, folder / "protocol.yaml")
    _copy_claims(publication, folder)
    write_domain(first.cohort.patients, folder / "patients.csv")
    for other in cohorts[1:]:
        write_domain(other.cohort.patients, folder / f"patients-{other.cohort.seed}.csv")
    if len(cohorts) > 1:
        (folder / "cohorts.csv").write_text(open_csv(cohorts), "utf-8")
    text = "\n".join(["# A synthetic cohort", "", *report_lines(made, cohorts)]) + "\n"
    (folder / "README.md").write_text(text, "utf-8")
    (folder / "reconstruction.json").write_text(report_json(made, cohorts), "utf-8")
    inputs = [publication.path, publication.book.path, protocol_file]
    hashes = {path.name: digest(path) for path in inputs}
    write_manifest(folder, publication.folder, hashes, {"seed": str(first.cohort.seed)})


def _draw_pictures(publication: Publication, seed: int, folder: Path) -> None:
    for picture in publication.published.records.pictures:
        folder.mkdir(exist_ok=True)
        (folder / f"{picture.name}.png").write_bytes(draw_picture(picture, seed))


def _copy_claims(publication: Publication, folder: Path) -> None:
    """Copy the claims, so that a run sets them beside its results; tables elsewhere stay there."""
    tables = [table.file for table in publication.book.file.tables.values() if table.file]
    for name in (publication.published.claims, *tables):
        inside = Path(name)
        if inside.is_absolute() or ".." in inside.parts:
            return
    shutil.copyfile(publication.book.path, folder / "claims.yaml")
    for name in tables:
        source = publication.book.path.parent / name
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / name)

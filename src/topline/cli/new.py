"""`topline new`: a study folder to fill in."""

from pathlib import Path
from typing import Annotated

import typer


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
) -> None:
    """Write a study folder: a commented protocol, data templates, REDCap instruments.

    Example: topline new my-trial
    """
    from topline.template.study_folder import write_study  # polars when needed

    written = write_study(folder)
    tables = [name for name in written if name.startswith("data/")]
    typer.echo(f"Wrote {folder}:")
    for name, use in _USES.items():
        typer.echo(f"  {name:<28}{use}")
    typer.echo(f"  {'data/':<28}{len(tables)} empty tables, one a domain of SDTM")
    typer.echo(f"Next: fill in protocol.yaml and the data, then `topline check {folder}`")


_USES = {
    "protocol.yaml": "what the trial promised, with comments",
    "protocol.schema.json": "for your editor",
    "README.md": "which domain holds what",
    "redcap_data_dictionary.csv": "instruments to import into REDCap",
    "redcap_mapping.yaml": "how their export becomes SDTM",
}

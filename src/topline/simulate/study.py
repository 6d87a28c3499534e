"""A simulated trial as a study folder that `topline run` takes like any other."""

import shutil
from pathlib import Path
from typing import cast

import polars as pl
import yaml

from topline.errors import UsageError
from topline.output import digest, write_manifest, written_whole
from topline.protocol.read import read_protocol
from topline.protocol.yaml_file import read_yaml
from topline.sdtm.domains import SCHEMAS
from topline.sdtm.write import write_domain
from topline.simulate.read_truth import read_truth
from topline.simulate.simulation import SEED_AT_MOST
from topline.simulate.trials import simulate_trial

_NOTICE = (
    "Simulated trial. The patients shown here were drawn from an assumed truth; "
    "none of the records is a real patient's."
)
_README = """# A simulated trial

No record here is a real patient's. Trial {trial} of seed {seed}, drawn from `truth.yaml` for
`protocol.yaml`; what is simulated, and what is not, is told in Topline's docs/simulation.md.
"""


def write_simulated_study(study: Path, truth: Path, folder: Path, *, seed: int, trial: int) -> int:
    """Write protocol, truth and the SDTM of one trial; whole, or not at all.

    Parameters
    ----------
    study
        Folder with `protocol.yaml`.
    truth
        `truth.yaml`.
    folder
        To write: `protocol.yaml`, `truth.yaml`, `README.md`, `data/*.csv`.
    seed, trial
        Which trial; it is the one that `simulate` counts under this number.

    Returns
    -------
    int
        Number of patients.

    Raises
    ------
    ProtocolError, DataError, UsageError
        What is wrong and what to do, in words.
    """
    if trial < 0 or not 0 <= seed <= SEED_AT_MOST:
        msg = f"trial {trial} of seed {seed}; expected a trial from 0 and a seed from 0"
        raise UsageError(msg)
    protocol = read_protocol(study)
    simulated = simulate_trial(protocol, read_truth(truth, protocol), seed, trial)
    with written_whole(folder) as draft:
        data = draft / "data"
        data.mkdir()
        for name in SCHEMAS:
            rows = simulated.sdtm[name]
            if rows.height:
                write_domain(_without_empty(name, rows), data / f"{name.lower()}.csv")
        own = study / "protocol.yaml" if study.is_dir() else study
        (draft / "protocol.yaml").write_text(_labelled(own), "utf-8")
        shutil.copyfile(truth, draft / "truth.yaml")
        readme = _README.format(trial=trial, seed=seed)
        (draft / "README.md").write_text(readme, "utf-8")
        inputs = {"protocol.yaml": digest(draft / "protocol.yaml"), truth.name: digest(truth)}
        write_manifest(draft, study, inputs, {"seed": str(seed), "trial": str(trial)})
    return simulated.sdtm["DM"].height


def _labelled(protocol: Path) -> str:
    """Return the protocol with the notice that every table and figure of the trial will bear."""
    plan = cast("dict[str, dict[str, object]]", read_yaml(protocol).data)
    plan["study"]["notice"] = _NOTICE
    return yaml.safe_dump(plan, sort_keys=False, allow_unicode=True, width=1000)


def _without_empty(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Leave out columns that hold nothing, but for those that a domain should have."""
    expected = {
        column
        for column, kind in SCHEMAS[name].columns().items()
        if (kind.metadata or {}).get("core") in {"required", "expected"}
    }
    kept = [c for c in rows.columns if c in expected or rows[c].null_count() < rows.height]
    return rows.select(kept)

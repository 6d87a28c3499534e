"""Write the study's SDTM, plates and pictures: `python -m scripts.cabotem_first_cohort`."""

from pathlib import Path

import numpy as np
from numpy.random import Generator

from scripts.cabotem_first_cohort import (
    adverse,
    history,
    images,
    laboratory,
    plates,
    questionnaires,
    tissue,
    treatment,
    tumors,
)
from scripts.cabotem_first_cohort.records import Row, number_rows, qualifiers, write_domain
from scripts.cabotem_first_cohort.roster import SEED, Patient, read_roster

DATA = Path(__file__).resolve().parents[2] / "src/topline/studies/cabotem/data"
_SUPPLEMENTAL = {
    "DM": {
        "SSTRPOS": ("Homogeneous Uptake on SSTR Imaging", "CRF"),
        "FUNCTION": ("Functional Status of the Tumor", "CRF"),
    },
    "AE": {
        "AEACNCAB": ("Action Taken with Cabozantinib", "CRF"),
        "AEACNTMZ": ("Action Taken with Temozolomide", "CRF"),
    },
    "CM": {"CMLINE": ("Line of Therapy", "CRF")},
}
_EXCEPTIONS = "STUDYID DOMAIN USUBJID IESEQ IETESTCD IETEST IECAT IEORRES IESTRESC IEDTC IEDY"


def _draws(stream: int) -> Generator:
    """Return a stream of its own for each domain, so that a change in one moves no other."""
    return np.random.default_rng([SEED, stream])


def _scan_visits(rows: list[Row]) -> dict[str, list[Row]]:
    """Return each patient's scans as laboratory visits, in order."""
    visits: dict[str, list[Row]] = {}
    for row in rows:
        when: Row = {
            "VISITNUM": row["VISITNUM"],
            "VISIT": row["VISIT"],
            "LBDTC": row["TRDTC"],
            "LBDY": row["TRDY"],
        }
        known = visits.setdefault(str(row["USUBJID"]), [])
        if when not in known:
            known.append(when)
    return visits


def _best_days(rows: list[Row]) -> dict[str, int]:
    """Return the day of each patient's smallest sum after baseline."""
    best: dict[str, tuple[int, int]] = {}
    for row in rows:
        day, size = row["TRDY"], row["TRSTRESN"]
        if row["TRTESTCD"] == "SUMDIAM" and isinstance(day, int) and isinstance(size, int):
            subject = str(row["USUBJID"])
            if day > 0 and (subject not in best or size < best[subject][0]):
                best[subject] = (size, day)
    return {subject: day for subject, (_, day) in best.items()}


def build(patients: list[Patient]) -> dict[str, list[Row]]:
    """Return every domain's rows by domain name."""
    episodes = adverse.deal_episodes(patients, _draws(1))
    identified, measured, responses = tumors.tumors(patients, _draws(2))
    laboratory_rows = [
        *laboratory.chromogranin(patients, _scan_visits(measured), _draws(3)),
        *laboratory.safety_tests(patients, episodes, _draws(4)),
        *laboratory.vegf(patients, _best_days(measured)),
    ]
    return {
        "AE": adverse.adverse_events(patients, episodes, _draws(5)),
        "CM": history.medications(patients, episodes),
        "DS": treatment.disposition(patients),
        "EG": laboratory.electrocardiograms(patients),
        "EX": treatment.exposure(patients),
        "GF": tissue.genomics(patients, _draws(6)),
        "LB": laboratory_rows,
        "MH": [
            *history.medical_history(patients, _draws(7)),
            *history.progressions(patients, _draws(51)),
        ],
        "MI": tissue.microscopy(patients),
        "PR": history.procedures(patients, episodes),
        "QS": questionnaires.questionnaires(patients, _draws(8)),
        "RS": responses,
        "SS": treatment.survival_status(patients, _draws(9)),
        "TR": measured,
        "TU": identified,
        "VS": laboratory.vital_signs(patients, episodes, _draws(10)),
    }


def write_cohort(folder: Path) -> None:
    """Write all domains and their supplemental qualifiers to the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    patients = read_roster()
    subjects = treatment.subjects(patients)
    tables = {"DM": subjects} | {
        name: number_rows(name, rows) for name, rows in build(patients).items()
    }
    for name, rows in tables.items():
        extra = qualifiers(name, rows, _SUPPLEMENTAL.get(name, {}))
        write_domain(folder, name.lower(), rows)
        if extra:
            write_domain(folder, f"supp{name.lower()}", extra)
    write_domain(folder, "ie", [], _EXCEPTIONS)
    plasma = [row for row in tables["LB"] if row["LBTESTCD"] == "VEGFA"]
    write_domain(folder, "plates", plates.plates(plasma, _draws(61)))
    write_domain(folder, "images", images.images(patients))
    images.write_images(folder / "images", _draws(62))


if __name__ == "__main__":
    write_cohort(DATA)

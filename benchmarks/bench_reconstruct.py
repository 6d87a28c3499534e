"""Reconstruction of the bundled trial: CPU seconds of each step, memory, and what it gives.

Run: python benchmarks/bench_reconstruct.py
"""

import resource
import time

from topline.protocol.read import read_protocol
from topline.reconstruct.read import read_published
from topline.reconstruct.reconstruct import Reconstructor
from topline.reconstruct.records.records import write_records
from topline.reconstruct.report import used_claims
from topline.studies import study_folder

LIMIT_SECONDS, LIMIT_MIB = 300, 4096


def main() -> None:
    """Print the table; fail beyond the limits."""
    start = time.process_time()
    publication = read_published(study_folder("cabotem"))
    maker = Reconstructor(publication)
    attributes = time.process_time()
    made = maker.make(publication.published.seed)
    courses = time.process_time()
    protocol = read_protocol(publication.folder / publication.published.protocol)
    domains = write_records(protocol, publication.published.records, made.cohort)
    records = time.process_time()
    given = used_claims(maker, made)
    held = sum(reading.holds for reading in made.readings)
    print(f"{len(maker.targets)} statements on attributes, {len(maker.given_up)} given up")
    print(f"{len(made.readings)} numbers on times, {held} given")
    print(f"{len(given)} claims used, {sum(given.values())} given")
    print(f"{sum(rows.height for rows in domains.values())} records of {len(domains)} domains")
    steps = {"contradictions and what to keep": attributes - start}
    steps |= {"patients and dates": courses - attributes, "records": records - courses}
    for name, seconds in steps.items():
        print(f"{name:<32}{seconds:8.1f} s")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'whole':<32}{records - start:8.1f} s (limit {LIMIT_SECONDS} s), {memory:.0f} MiB")
    if records - start > LIMIT_SECONDS or memory > LIMIT_MIB:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

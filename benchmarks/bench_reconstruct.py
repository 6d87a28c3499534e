"""Reconstruction of the bundled trial: seconds of each step, memory, and what it gives.

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
    start = time.perf_counter()
    publication = read_published(study_folder("cabotem"))
    maker = Reconstructor(publication)
    attributes = time.perf_counter()
    made = maker.make(publication.published.seed)
    courses = time.perf_counter()
    protocol = read_protocol(publication.folder / publication.published.protocol)
    domains = write_records(protocol, publication.published.records, made.cohort)
    records = time.perf_counter()
    given = used_claims(maker, made)
    held = sum(reading.holds for reading in made.readings)
    print(f"{len(maker.targets)} statements on attributes, {len(maker.given_up)} given up")
    print(f"{len(made.readings)} numbers on times, {held} given")
    fitted = sum(reading.holds for reading in made.measured)
    print(f"{len(made.measured)} figures of measured numbers, {fitted} given")
    print(f"{len(given)} claims used, {sum(given.values())} given")
    print(f"{sum(rows.height for rows in domains.values())} records of {len(domains)} domains")
    steps = {"contradictions and what to keep": attributes - start}
    steps |= {"patients, dates and values": courses - attributes, "records": records - courses}
    for name, seconds in steps.items():
        print(f"{name:<32}{seconds:8.1f} s")
    own, chain = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    memory = own + chain * publication.published.courses.search.chains
    print(f"{'whole':<32}{records - start:8.1f} s (limit {LIMIT_SECONDS} s), {memory:.0f} MiB")
    if records - start > LIMIT_SECONDS or memory > LIMIT_MIB:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

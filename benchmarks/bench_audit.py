"""Audit: time of the whole paper, and precision on made claims.

Run: python benchmarks/bench_audit.py [--claims 500]

Made claims are those of `tests/audit/planted.py`: true ones by known methods, and ones with one
error each. An error that leaves the printed digits as they were is drawn again, for nobody can see
it; errors that leave the claim true within the rounding of its other numbers are not drawn again,
and make up what is missed.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from topline.audit.audit import audit_claims
from topline.audit.read import read_claims
from topline.audit.single import audit_singly
from topline.audit.verdict import Verdict
from topline.studies import study_folder

LIMIT_SECONDS = 10


def whole_process() -> tuple[float, float]:
    """CPU and wall seconds of the command on the bundled paper."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "topline", "audit", "cabotem", "--out", f"{folder}/out"]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=False, capture_output=True)
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def time_paper() -> None:
    """Print the time of the parts and of the whole."""
    path = study_folder("cabotem") / "claims.yaml"
    start = time.process_time()
    book = read_claims(path)
    read = time.process_time()
    audit_singly(book)
    singly = time.process_time()
    audit = audit_claims(book)
    both = time.process_time()
    print(f"{len(book.items)} claims, {len(audit.conflicts)} contradictions; CPU seconds:")
    print(f"  read {read - start:.2f}, each by itself {singly - read:.2f}, ", end="")
    print(f"with contradictions {both - singly:.2f}")
    cpu, wall = whole_process()
    print(f"  topline audit cabotem --out: CPU {cpu:.2f}, wall {wall:.2f} (limit {LIMIT_SECONDS})")


def measure_precision(claims: int) -> None:
    """Print how many true claims are confirmed and how many planted errors are found."""
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from tests.audit.planted import ERRORS, planted_case, true_case

    rng = random.Random(20260410)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        alarms = 0
        for _ in range(claims):
            audit = audit_claims(true_case(rng).write(folder))
            confirmed = all(f.verdict is Verdict.REPRODUCED for f in audit.findings)
            alarms += not confirmed or bool(audit.conflicts)
        print(f"true claims: {claims - alarms} of {claims} confirmed, {alarms} false alarms")
        drawn, found, named, innocent = Counter[str](), Counter[str](), 0, 0
        for i in range(claims):
            error = ERRORS[i % len(ERRORS)]
            case = planted_case(rng, error)
            wrong = [f for f in audit_claims(case.write(folder)).findings if f.verdict.fails]
            drawn[error] += 1
            found[error] += bool(wrong)
            named += error == "method" and any(case.method in f.methods for f in wrong)
            innocent += sum(not f.item.name.startswith(case.claim) for f in wrong)
    for error in ERRORS:
        print(f"planted {error:12} {found[error]:4} of {drawn[error]:4} found")
    share = 100 * found.total() / drawn.total()
    print(f"planted, all         {found.total():4} of {drawn.total():4} found ({share:.1f}%)")
    print(f"planted method named {named:4} of {drawn['method']:4}")
    print(f"claims beside the planted one that were blamed: {innocent}")


def main() -> None:
    options = argparse.ArgumentParser(description="Time and precision of the audit.")
    options.add_argument("--claims", type=int, default=500, help="made claims of each sort")
    asked = options.parse_args()
    time_paper()
    measure_precision(asked.claims)


if __name__ == "__main__":
    main()

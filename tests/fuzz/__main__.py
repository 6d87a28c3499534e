"""Compare Topline with R on random data sets: `python -m tests.fuzz [area ...] [--sets 1000]`.

Each area has a pair of files. `<area>.py` says what a random set is (`draw`), what Topline makes of
it (`compute`) and which differences are known and why (`explain`). `<area>.R` reads the sets as
JSON (its first argument) and writes, for each, the same numbers by name (its second argument);
a number that R cannot give is NA. Differences are relative, absolute below 1e-6.
"""

import argparse
import importlib
import json
import math
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import ModuleType

import numpy as np

FOLDER = Path(__file__).parent
AREAS = sorted(path.stem for path in FOLDER.glob("*.R"))
SEED = 20_260_101
TOLERANCE = 1e-8


def in_r(area: str, sets: list[dict[str, object]]) -> list[dict[str, float | None]]:
    with tempfile.TemporaryDirectory() as folder:
        given, taken = Path(folder) / "sets.json", Path(folder) / "numbers.json"
        given.write_text(json.dumps(sets))
        script = FOLDER / f"{area}.R"
        subprocess.run(["Rscript", str(script), str(given), str(taken)], check=True)
        return json.loads(taken.read_text())


def difference(ours: float, theirs: float | None) -> float:
    if theirs is None or math.isnan(ours):
        return 0.0 if theirs is None and math.isnan(ours) else math.inf
    if math.isinf(ours) or math.isinf(float(theirs)):
        return 0.0 if ours == float(theirs) else math.inf
    return abs(ours - theirs) / max(abs(theirs), 1e-6)


def compare(area: ModuleType, name: str, count: int) -> int:
    """Print the differences of an area; return how many have no explanation."""
    rng = np.random.default_rng(SEED)
    sets = [area.draw(rng) for _ in range(count)]
    numbers, largest = Counter[str](), dict[str, float]()
    explained, unexplained = Counter[str](), []
    for place, (drawn, theirs) in enumerate(zip(sets, in_r(name, sets), strict=True)):
        ours = area.compute(drawn)
        for number, value in theirs.items():
            numbers[number] += 1
            apart = difference(ours[number], value)
            if apart <= TOLERANCE:
                largest[number] = max(largest.get(number, 0.0), apart)
            elif reason := area.explain(drawn, number, ours[number], value):
                explained[f"{number}: {reason}"] += 1
            else:
                unexplained.append((place, number, ours[number], value, drawn))
    print(f"\n{name}: {count} data sets")
    for number, compared in sorted(numbers.items()):
        print(
            f"  {number:<32} {compared:>6} compared, "
            f"largest difference {largest.get(number, 0):.1e}"
        )
    for reason, times in sorted(explained.items()):
        print(f"  {times:>6} differ, {reason}")
    for place, number, ours_, theirs_, drawn in unexplained[:5]:
        print(
            f"  UNEXPLAINED set {place}, {number}: ours {ours_}, R {theirs_}: {json.dumps(drawn)}"
        )
    print(f"  {len(unexplained)} without an explanation")
    return len(unexplained)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("areas", nargs="*", default=AREAS, help=f"of {', '.join(AREAS)}")
    parser.add_argument("--sets", type=int, default=1000)
    options = parser.parse_args()
    left = sum(
        compare(importlib.import_module(f"tests.fuzz.{area}"), area, options.sets)
        for area in options.areas
    )
    sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()

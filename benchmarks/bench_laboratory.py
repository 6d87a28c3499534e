"""Time the laboratory dataset whole: records of LB to ADLB with baseline, change and CTCAE grades.

    python benchmarks/bench_laboratory.py               100,000 and 1,000,000 records
    python benchmarks/bench_laboratory.py --only 500000

The bundled study's records, each subject as often as is needed. `bench_ctcae` times the grading
alone, on results of every analyte in two units.
"""

import argparse
import gc
import resource
import time
from dataclasses import replace

import polars as pl

from topline.adam.adam import derive_adam
from topline.adam.adlb import derive_adlb
from topline.protocol.read import read_protocol
from topline.sdtm.read import read_sdtm
from topline.studies import study_folder

SIZES = (100_000, 1_000_000)


def copied(frame: pl.DataFrame, times: int, rows: int | None = None) -> pl.DataFrame:
    """Return the rows of each subject so many times, under other names."""
    number = pl.DataFrame({"copy": range(times)}, schema={"copy": pl.Int32})
    name = pl.format("{}-{}", "USUBJID", "copy")
    many = number.join(frame, how="cross").with_columns(USUBJID=name).drop("copy")
    return many if rows is None else many.head(rows)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description="Time the laboratory dataset.")
    options.add_argument("--only", type=int, help="this number of records alone")
    asked = options.parse_args()
    folder = study_folder("cabotem")
    protocol, sdtm = read_protocol(folder), read_sdtm(folder / "data")
    adsl, records = derive_adam(protocol, sdtm)["ADSL"], sdtm.domains["LB"]
    print(f"{'records':>10} {'subjects':>9} {'ADLB s':>8} {'grade 3, 4':>10}  peak GiB")
    for rows in [asked.only] if asked.only else SIZES:
        times = -(-rows // records.height)
        many = replace(sdtm, domains={**sdtm.domains, "LB": copied(records, times, rows)})
        everyone = copied(adsl, times)
        gc.collect()
        start = time.perf_counter()
        adlb = derive_adlb(protocol, many, everyone)
        seconds = time.perf_counter() - start
        severe = adlb.filter(pl.max_horizontal("ATOXGRLN", "ATOXGRHN") >= 3).height
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        subjects = many.domains["LB"]["USUBJID"].n_unique()
        print(f"{adlb.height:>10,} {subjects:>9,} {seconds:>8.2f} {severe:>10,} {peak:>9.1f}")


if __name__ == "__main__":
    main()

"""Size of the HTML report, and time until it can be read, for 37 and 400 patients.

    python benchmarks/bench_report.py
    python benchmarks/bench_report.py --subjects 1000
    python benchmarks/bench_report.py --keep DIR      leave the reports there

More patients are the bundled cohort again under new identifiers in random order, laboratory values
and vital signs moved by up to 3 percent, so that copies do not compress away. Times are of headless
Chromium, a new page each: until the page is painted first, is loaded, and until a receipt, a
listing of laboratory results, a profile and a search over everything are there (the rows are
unpacked when first asked for).
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from playwright.sync_api import Browser, Page, sync_playwright

import topline
from topline.adam.listings import derive_listings
from topline.protocol.read import read_protocol
from topline.report.report import render_report
from topline.sdtm.read import read_sdtm
from topline.trial import analyse_trial

STUDY = Path(topline.__file__).parent / "studies" / "cabotem"
COHORT, RUNS = 37, 5
MOVED = {"lb": ("LBORRES", "LBSTRESC", "LBSTRESN"), "vs": ("VSORRES", "VSSTRESC", "VSSTRESN")}
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def more_patients(folder: Path, subjects: int, seed: int = 1) -> None:
    """Write the bundled study with its cohort as often as it takes for so many patients."""
    rng = np.random.default_rng(seed)
    shutil.copytree(STUDY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    names = pl.read_csv(folder / "data" / "dm.csv", infer_schema=False)["USUBJID"]
    copies = [(name, copy) for copy in range(-(-subjects // COHORT)) for name in names][:subjects]
    order = rng.permutation(subjects) + 1
    copied = pl.DataFrame(
        {
            "USUBJID": [name for name, _ in copies],
            "copy": [copy for _, copy in copies],
            "new": [f"CABOTEM-{place:05d}" for place in order],
        }
    )
    tables = [p for p in (folder / "data").rglob("*") if p.suffix in {".csv", ".parquet"}]
    for path in sorted(tables):
        read = pl.read_parquet if path.suffix == ".parquet" else unread
        original = read(path)
        if "USUBJID" not in original.columns:
            continue
        rows = original.join(copied, on="USUBJID", how="inner", maintain_order="left")
        if "SUBJID" in rows.columns:
            rows = rows.with_columns(SUBJID=pl.col("new").str.tail(5))
        rows = rows.with_columns(USUBJID="new").sort("USUBJID", maintain_order=True)
        rows = moved(rows, MOVED.get(path.stem, ()), rng).drop("new", "copy")
        if path.suffix == ".parquet":
            rows.write_parquet(path)
        else:
            rows.write_csv(path)


def unread(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def moved(rows: pl.DataFrame, columns: tuple[str, ...], rng: np.random.Generator) -> pl.DataFrame:
    """Move numbers of all copies but the first, each row's by the same share, decimals kept."""
    share = pl.Series(rng.uniform(0.97, 1.03, rows.height))
    changed: list[pl.Expr] = []
    for name in columns:
        number = pl.col(name).cast(pl.Float64, strict=False)
        decimals = pl.col(name).str.extract(r"\.(\d+)$").str.len_chars().fill_null(0)
        shown = pl.coalesce(
            pl.when(decimals == d).then((number * share).round(d).cast(pl.String)) for d in range(4)
        )
        whole = shown.str.strip_suffix(".0")
        changed.append(
            pl.when((pl.col("copy") > 0) & number.is_not_null())
            .then(whole)
            .otherwise(pl.col(name))
            .alias(name)
        )
    return rows.with_columns(changed)


def write_report(study: Path, path: Path) -> tuple[float, dict[str, float]]:
    """Write the report of a study; seconds it took, and its size by part in MB."""
    protocol = read_protocol(study)
    trial = analyse_trial(protocol, read_sdtm(study / "data"))
    listings = derive_listings(trial.protocol, trial.collected, trial.adam)
    start = time.perf_counter()
    html = render_report(
        trial.protocol, trial.displays, trial.results, trial.adam, trial.queries, listings=listings
    )
    seconds = time.perf_counter() - start
    path.write_text(html, encoding="utf-8")
    packed = [part for part in html.split('<script type="text/plain"')[1:]]
    figures = [part.split("</svg>")[0] for part in html.split("<svg")[1:]]
    parts = {
        "whole": len(html.encode()),
        "rows and receipts": sum(len(part.split("</script>")[0]) for part in packed),
        "figures": sum(len(part.encode()) for part in figures),
    }
    return seconds, {name: size / 1e6 for name, size in parts.items()}


def opened(browser: Browser, path: Path) -> dict[str, float]:
    """Milliseconds until each part of a page is there, each in a page of its own."""

    def waited(act: Callable[[Page], None], shown: str) -> float:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(path.as_uri())
        page.wait_for_selector("#patients table")
        start = time.perf_counter()
        act(page)
        page.wait_for_selector(shown)
        milliseconds = (time.perf_counter() - start) * 1000
        page.close()
        return milliseconds

    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(path.as_uri())
    page.wait_for_timeout(300)
    times = {"painted": float(page.evaluate(PAINTED)), "loaded": float(page.evaluate(LOADED))}
    page.close()
    unfold = "document.querySelector('[data-listing=ADLB]').open = true"
    times["receipt"] = waited(
        lambda p: p.locator("#table-1 td [data-r]").first.click(), "#panel .subjects"
    )
    times["listing"] = waited(lambda p: p.evaluate(unfold), "[data-listing=ADLB] table")
    times["profile"] = waited(
        lambda p: p.locator("#patients button.subject").first.click(), "svg.course"
    )

    def search(page: Page) -> None:
        page.keyboard.press("/")
        page.keyboard.insert_text("diarrhea")

    times["search"] = waited(search, "#search-found h3:has-text('Listing')")
    return times


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--subjects", type=int, nargs="*", default=[COHORT, 400])
    asked.add_argument("--keep", type=Path)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        out = options.keep or Path(scratch)
        out.mkdir(parents=True, exist_ok=True)
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for subjects in options.subjects:
            study = Path(scratch) / f"study-{subjects}"
            more_patients(study, subjects)
            path = out / f"report-{subjects}.html"
            seconds, sizes = write_report(study, path)
            print(f"\n{subjects} patients, written in {seconds:.1f} s")
            print(", ".join(f"{name} {size:.2f} MB" for name, size in sizes.items()))
            runs = [opened(browser, path) for _ in range(RUNS)]
            medians = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
            print(", ".join(f"{name} {ms:.0f} ms" for name, ms in medians.items()))
        browser.close()


if __name__ == "__main__":
    main()

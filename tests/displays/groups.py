"""Result rows of any number of groups with names of any kind, for figures of groups."""

from collections.abc import Iterator

from tests.displays.results import result_rows
from topline.displays.numbers import Numbers

Row = dict[str, object]
LABELS = {
    "short": "Arm {}",
    "long": "Arm number {} whose name is longer than any column of any journal could ever be",
    "Chinese": "第{}组胰腺神经内分泌肿瘤患者",
    "Greek": "Ομάδα {} των ασθενών με νευροενδοκρινείς όγκους",
    "unbroken": "Unbroken" * 12 + "{}",
    "markup": '<b>{}</b> & $x^2$ "quoted" \x07',
}
COUNTS = (1, 2, 12)
WIDTHS = ("one column", "two columns")


def stat(about: Row, statistic: str, value: float | None, display: str, n: int = 37) -> Row:
    """Return a row of one statistic."""
    return {**about, "statistic": statistic, "value": value, "display": display, "n": n}


def share(about: Row, n: int, of: int) -> Iterator[Row]:
    """Return count and percentage."""
    percent = 100 * n / of if of else None
    shown = "NE" if percent is None else f"{percent:.1f}"
    yield stat(about, "n", float(n), str(n), of)
    yield stat(about, "percent", percent, shown, of)


def group(i: int, groups: int, label: str, by: str = "TRT01A") -> Row:
    """Return what rows say of the group at a place; of one group, that it is all."""
    if groups == 1:
        return {"by": "", "group": "", "group_label": "All"}
    return {"by": by, "group": f"G{i}", "group_label": LABELS[label].format(i)}


def limits(about: Row, *values: float | None, unit: str = "", n: int = 37) -> Iterator[Row]:
    """Return an estimate with its limits, each printed as it is."""
    for name, value in zip(("estimate", "lower", "upper"), values, strict=True):
        shown = "NE" if value is None else f"{value:g}"
        yield stat({**about, "unit": unit}, name, value, shown, n)


def numbers(rows: Iterator[Row]) -> Numbers:
    """Return the rows of analysis A, as displays look them up."""
    return Numbers(result_rows(*rows), "A")


def events(
    groups: int, terms: int, label: str = "short", *, sections: int = 0, subjects: int = 37
) -> Iterator[Row]:
    """Make adverse events by term and worst grade."""
    heads = {"any": "Any grade", **{str(g): f"Grade {g}" for g in range(1, 6)}, ">=3": "Grade ≥ 3"}
    names = [("", "(any)"), *((f"Body system {s}", "(any)") for s in range(sections))]
    names += [(f"Body system {t % sections}" if sections else "", f"T{t}") for t in range(terms)]
    for section, term in sorted(names, key=lambda name: (name[0], name[1] != "(any)")):
        number = int(term[1:]) if term != "(any)" else -1
        said = "Any adverse event" if number < 0 else LABELS[label].format(f"term {number}")
        for i in range(groups):
            about = {"section": section, "parameter": term, "parameter_label": said}
            about |= group(i, groups, label)
            counts = [max(0, (subjects - number - i) // 2 >> g) for g in range(5)]
            levels = {"any": sum(counts[1:]), ">=3": sum(counts[3:])}
            levels |= {str(g): counts[g] for g in range(1, 5)} | {"5": 0}
            for level, words in heads.items():
                yield from share(
                    {**about, "level": level, "level_label": words}, levels[level], subjects
                )

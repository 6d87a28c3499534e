"""A justification on the terminal, and as JSON."""

import json

from topline.design.justification.justification import Justification, Table


def justification_text(justification: Justification) -> str:
    """Return numbers and tables as aligned text.

    Examples
    --------
    >>> from topline.design.justification.justification import Justification, Table
    >>> table = Table("Errors", ("what", "alpha"), (("planned", "0.05"),))
    >>> told = Justification("A design", (("n", "26"),), (), (table,), (), (), {})
    >>> print(justification_text(told))
    A design
      n  26
    <BLANKLINE>
    Errors
      what     alpha
      planned  0.05
    """
    lines = [justification.title]
    width = max((len(name) for name, _ in justification.numbers), default=0)
    lines += [f"  {name:<{width}}  {value}" for name, value in justification.numbers]
    for table in justification.tables:
        lines += ["", table.title, *_aligned(table)]
    if justification.notes:
        lines += ["", *(f"Note: {note}" for note in justification.notes)]
    return "\n".join(line.rstrip() for line in lines)


def _aligned(table: Table) -> list[str]:
    rows = [table.columns, *table.rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.columns))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]


def justification_json(justification: Justification) -> str:
    """Return the numbers as JSON, with the assumptions and notes that go with them."""
    content = {
        **justification.data,
        "assumptions": list(justification.assumptions),
        "notes": list(justification.notes),
    }
    return json.dumps(content, indent=2, ensure_ascii=False)

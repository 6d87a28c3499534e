"""A run's numbers for a claim, in words like those of the print."""

from collections.abc import Iterable, Mapping
from typing import Final

from topline.audit.answers import printed_numbers
from topline.audit.book import Item
from topline.audit.printed import shown
from topline.audit.run_results import Found

_WORDS: Final = {
    "count": "count", "of": "denominator", "estimate": "estimate", "lower": "lower limit",
    "upper": "upper limit", "spread": "standard error", "sd": "standard deviation", "p": "p",
    "df": "degrees of freedom", "df2": "degrees of freedom of the error",
}  # fmt: skip


def recomputed_words(names: Iterable[str]) -> str:
    """Return the names of numbers in words.

    Examples
    --------
    >>> recomputed_words(["lower", "p"])
    'lower limit, p'
    """
    return ", ".join(_WORDS.get(name, name) for name in names)


def recomputed_text(item: Item, found: Mapping[str, Found]) -> str:
    """Write the run's numbers in the order of print: count, estimate, limits, p.

    Parameters
    ----------
    item
        The claim; only numbers that it prints are written.
    found
        By name.
    """
    printed = printed_numbers(item)
    said: dict[str, str] = {}
    for name, number in printed.items():
        if name in found:
            said[name] = _said(found[name], 1 if number is None else number.decimals)
    of = f"/{said['of']}" if "of" in said else ""
    parts = [f"{said['count']}{of}"] if "count" in said else []
    if "estimate" in said:
        unit = found["estimate"].unit
        percent = "%" if unit == "%" else ""
        parts.append(f"{said['estimate']}{percent}")
    text = f"{parts[0]} ({parts[1]})" if len(parts) > 1 else "".join(parts)
    if "lower" in said or "upper" in said:
        limits = " to ".join(said.get(name, "?") for name in ("lower", "upper"))
        text += f" ({limits})" if text else limits
    rest = {"spread": "SE", "sd": "SD", "df": "df", "df2": "df", "p": "p"}
    more = [f"{word} {said[name]}" for name, word in rest.items() if name in said]
    return "; ".join([*([text] if text else []), *more])


def _said(found: Found, decimals: int) -> str:
    """Write a number as the run prints it; arithmetic with a digit more than the print."""
    if found.text:
        return found.text
    whole = found.value is not None and found.value == round(float(found.value))
    return shown(found.value, 0 if whole else decimals + 1)

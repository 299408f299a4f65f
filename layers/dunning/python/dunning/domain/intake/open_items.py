"""Lists whose amounts are not what their headings say: totals split by age, which are open, and an
amount that stands on several rows of one number.
"""

import re
from typing import Final

from .columns import Columns, Sample
from .headings import meaning_of
from .mapping import MappingFile, answer_for
from .understood import Question

_BUCKET: Final = re.compile(
    r"(?:\D{0,12}\b)?(\d{1,3})\s*(?:[-–—]|to|bis|à|a|tot|/)\s*\d{1,3}(?:\s*\D{1,12})?"
    r"|(?:[>≥]|over|above|more than|older than|über|ueber|mehr als|plus de|más de|oltre|meer dan)"
    r"\s*\d{1,3}(?:\s*\D{1,12})?"
    r"|\d{1,3}\s*(?:\+|and over|plus|\+ \D{1,8}|days \+)",
    re.I,
)
"""Headings of what is overdue by some days: 1-30 days, 31 bis 60, > 90, Over 90, 90+."""
_FEWEST = 2
_BARE = 2
"""The rank of words that say an amount, and not of what."""


def read_as_open_items(columns: Columns) -> None:
    """Totals beside columns by age are what is open: such a list is a statement."""
    at = columns.at
    if "total" not in at or {"open", "debit", "line", "settled_on"} & at.keys():
        return
    ages = [heading for heading in columns.headings if _BUCKET.fullmatch(heading)]
    if len(ages) < _FEWEST:
        return
    total = columns.headings[at["total"]]
    at["open"] = at.pop("total")
    columns.assumed.append(
        f"{total!r} is what is open of each row, for {ages[0]!r} and {ages[1]!r} split it by age"
    )


def may_be_lines(columns: Columns, mapping: MappingFile) -> bool:
    """Whether further rows of a number would be lines of it as well as repeats: the heading of the
    amount does not say of what, and nobody has."""
    at = columns.at
    if not {"number", "total"} <= at.keys() or {"line", "open", "debit"} & at.keys():
        return False
    meaning = meaning_of(columns.headings[at["total"]])
    return "total" not in mapping.columns and meaning is not None and meaning.rank >= _BARE


def about_repeats(columns: Columns, sample: Sample, mapping: MappingFile) -> Question | None:
    """Rows of one number with one amount that differ in what is not read: lines that are to be
    added up, or an amount that stands on each line. Only a person can say."""
    at = columns.at
    if not may_be_lines(columns, mapping):
        return None
    heading = columns.headings[at["total"]]
    read = set(at.values())
    numbers, amounts = sample(at["number"]), sample(at["total"])
    if len(set(numbers)) == len(numbers):
        return None
    others = [sample(i) for i, h in enumerate(columns.headings) if h and i not in read]
    seen: dict[tuple[str, str], tuple[str, ...]] = {}
    for i, (number, amount) in enumerate(zip(numbers, amounts, strict=True)):
        if not number or not amount:
            continue
        rest = tuple(cells[i] for cells in others)
        before = seen.setdefault((number, amount), rest)
        if before != rest:
            return Question(
                "columns",
                f"Is {heading!r} the amount of a line, or of the whole invoice? Several rows have"
                f" the number {number!r} and the same amount, and differ in columns that are not"
                " read.",
                (
                    (answer_for("line", heading), "of a line: rows of one number are added up"),
                    (answer_for("total", heading), "of the whole: it stands on each of its rows"),
                ),
            )
    return None

"""Columns whose cells tell that they are not what their headings say: yes and no below `Paid`,
numbers for countries, words that are no marks for debit and credit.
"""

from .columns import Columns, Sample
from .headings import meaning_of
from .mapping import MappingFile
from .sides import tells_none
from .words import yes_or_no


def judge_by_cells(columns: Columns, sample: Sample, mapping: MappingFile) -> None:
    """Take columns for what their cells say."""
    _paid_or_not(columns, sample)
    _countries(columns, sample)
    _sides(columns, sample, mapping)


def _paid_or_not(columns: Columns, sample: Sample) -> None:
    """A column `Paid` of yes and no is no amount; 1 and 0 are yes and no if there is nothing else,
    and no invoice of 1."""
    at = columns.at
    if "paid" not in at or "status" in at:
        return
    words = {text for text in sample(at["paid"]) if text}
    if not words or any(yes_or_no(word) is None for word in words):
        return
    heading = columns.headings[at["paid"]]
    if all(word.isdigit() for word in words):
        if "total" not in at:
            return
        totals = {text.replace(",", ".").rstrip("0").rstrip(".") for text in sample(at["total"])}
        if "1" not in words or "1" in totals:
            return
        columns.assumed.append(f"1 and 0 in {heading!r} were read as yes and no")
    at["status"] = at.pop("paid")


def _countries(columns: Columns, sample: Sample) -> None:
    """A column of numbers for countries is the system's own, and names none."""
    at = columns.at
    if "country" in at and not any(text[:1].isalpha() for text in sample(at["country"]) if text):
        del at["country"]


def _sides(columns: Columns, sample: Sample, mapping: MappingFile) -> None:
    """A column whose heading may be that of marks for debit and credit, and has none."""
    at = columns.at
    if "side" not in at or "side" in mapping.columns:
        return
    meaning = meaning_of(columns.headings[at["side"]])
    if meaning and meaning.rank > 1 and tells_none(sample(at["side"])):
        del at["side"]

"""Headings in two rows: groups (Invoice, Customer, Amount), and below them what each column is."""

from collections.abc import Sequence
from typing import Final

from .cells import Cell, text_of
from .headings import meaning_of

_FEWEST: Final = 2
"""Groups that are words for columns themselves: a title above headings has none."""
_JOINTS: Final = (" ", "", "s", "n", "en")
"""What is between the parts of one word: Rechnung|s|datum, Kunde|n|nummer."""


def in_two_rows(upper: Sequence[Cell], lower: Sequence[Cell]) -> tuple[str, ...] | None:
    """Both rows as one of headings; None where the lower one is none of headings: it has no digit,
    and names at least one column that the upper one leaves empty."""
    above, below = ([" ".join(text_of(cell).split()) for cell in row] for row in (upper, lower))
    width = max(len(above), len(below))
    above += [""] * (width - len(above))
    below += [""] * (width - len(below))
    if sum(1 for text in above if meaning_of(text)) < _FEWEST or any(
        c.isdigit() for text in below for c in text
    ):
        return None
    if not all(isinstance(cell, str) for cell in lower if text_of(cell).strip()):
        return None
    named = [text for text, over in zip(below, above, strict=True) if text and not over]
    if not any(map(meaning_of, named)):
        return None
    found, group = [], ""
    for text, over in zip(below, above, strict=True):
        group = over or (group if text else "")
        found.append(_named(group, text) if text and group else text or over)
    return tuple(found)


def _named(group: str, text: str) -> str:
    """A column of a group: by both words where that is one that is known, else by its own."""
    ways = (f"{group}{joint}{text}" for joint in _JOINTS)
    found = next((way for way in ways if meaning_of(way)), "")
    return found or (text if meaning_of(text) else f"{group} {text}")

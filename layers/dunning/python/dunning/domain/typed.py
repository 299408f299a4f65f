"""What people type into a form of ours: days as browsers send them, amounts as they write them.
Files have readers of their own (`intake`); nothing here guesses at what could be two things.
"""

import re
from datetime import date

from .money import MoneyError, exponent, parse_amount

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_SIGNS = re.compile(r"[^0-9.,'\u2019]")
_LONGEST = 30


def typed_day(text: str) -> date | None:
    """A day as a browser's date field sends it (2026-11-23); None: it is none."""
    found = _DAY.match(text.strip())
    if not found:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def typed_amount(text: str, currency: str) -> int | None:
    """Minor units of an amount as somebody writes it: 1.234,56 or 1,234.56 or 1 234.56, with or
    without a currency sign; None where it is none, or nothing.

    A single separator with as many figures behind it as the currency has decimals (or one less)
    is the point; with three behind it in a currency of two decimals it groups thousands."""
    if len(text) > _LONGEST or "-" in text:
        return None
    figures = _SIGNS.sub("", text).strip("'\u2019").replace("'", "").replace("\u2019", "")
    if not figures or not figures[-1].isdigit() or not figures[0].isdigit():
        return None
    digits = exponent(currency)
    signs = re.findall(r"[.,]", figures)
    point = ""
    if signs:
        behind = len(figures) - figures.rfind(signs[-1]) - 1
        single = figures.count(signs[-1]) == 1
        if single and 0 < behind <= digits:
            point = signs[-1]
        elif behind != 3:
            return None
    whole, _, part = figures.partition(point) if point else (figures, "", "")
    groups = re.split(r"[.,]", whole)
    kinds = set(re.findall(r"[.,]", whole))
    if len(kinds) > 1 or point in kinds:
        return None
    if kinds and (len(groups[0]) > 3 or any(len(one) != 3 for one in groups[1:])):
        return None
    try:
        minor = parse_amount("".join(groups) + (f".{part}" if part else ""), currency)
    except MoneyError:
        return None
    return minor or None

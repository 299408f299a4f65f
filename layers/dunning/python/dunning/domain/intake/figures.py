"""One text as an amount: its digits and separators, and what stands around them.
Which separator parts the decimals is a column's to tell (`amounts`).
"""

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from dunning.domain.fields import printable

from .cells import is_none
from .currencies import code_of, currencies_of

LONGEST = 60
DEBIT, CREDIT = "dr", "cr"
_SIDES = {
    **dict.fromkeys(("dr", "d", "db", "deb", "debit", "s", "soll"), DEBIT),
    **dict.fromkeys(("cr", "c", "cred", "credit", "h", "haben"), CREDIT),
}
"""Marks of an account's side: English and Indian Dr and Cr, German Soll and Haben."""
_MINUS = "-‐‑‒–—−﹣－"
_APOSTROPHES = str.maketrans("’‘ʼ`´′", "''''''")
_SHAPE = re.compile(r"([^0-9]*?)((?:(?<![^\W\d_])[.,])?[0-9](?:[0-9.,'\s]*[0-9])?)([^0-9]*)")
_NO_DECIMALS = re.compile(rf"([.,])([{_MINUS}]{{1,2}})?(?=\s|$)")
"""5,- and 12.-- in German, Dutch and Swiss writing; a point alone behind an amount says nothing."""
_EXPONENT = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")


class Figure(NamedTuple):
    """The digits of an amount with their separators (blanks as " ", apostrophes as "'"), and what
    was said of them."""

    digits: str
    negative: bool
    currency: str
    side: str
    sign: str
    begin: int
    end: int
    """Where the digits stand in the text."""


def figure(text: str) -> Figure | None:
    """An amount's parts; None for a text that holds no value (blank, dashes).

    Raises ValueError, a sentence, for a text that is no amount.
    """
    text, given = text.strip(), text
    if is_none(text):
        return None
    found = _SHAPE.fullmatch(text.translate(_APOSTROPHES)) if len(text) <= LONGEST else None
    if found is None:
        if _EXPONENT.fullmatch(text):
            raise ValueError(
                f"{printable(text)} has lost digits; show the column as numbers and export again"
            )
        raise ValueError(_no_amount(text))
    before, digits, behind = found.groups()
    begin = given.index(text) + len(before)
    end = begin + len(digits)
    digits = " ".join(digits.split())
    none = _NO_DECIMALS.match(behind)
    if none is not None:
        digits += f"{none[1]}00" if none[2] else ""
        behind = behind[none.end() :]
    if not before and not behind:
        return Figure(digits, False, "", "", "", begin, end)
    negative, around = _signed(before, behind, text)
    currency, side, sign = _said(around, text)
    return Figure(digits, negative, currency, side, sign, begin, end)


def _no_amount(text: str) -> str:
    return f"{printable(text)} is not an amount; write it as 1234.56"


def _signed(before: str, behind: str, text: str) -> tuple[bool, str]:
    """Whether the amount is negative, and the words around it."""
    around = f"{before} {behind}"
    minus = sum(around.count(c) for c in _MINUS)
    opened, closed = around.count("("), around.count(")")
    plus = around.count("+")
    if minus + plus + opened > 1 or opened != closed or (opened and "(" not in before):
        raise ValueError(_no_amount(text))
    if "%" in around or "‰" in around:
        raise ValueError(f"{printable(text)} is a percentage, not an amount")
    return bool(minus or opened), around.translate(_REMOVED)


_REMOVED = str.maketrans(dict.fromkeys(_MINUS + "+()\u200e\u200f", " "))


def _said(around: str, text: str) -> tuple[str, str, str]:
    """Currency, side and sign by the words around the digits."""
    currency = side = sign = ""
    meant: frozenset[str] = frozenset()
    for word in around.split():
        code = code_of(word.strip("."))
        if code:
            if currency and code != currency:
                raise ValueError(f"{printable(text)} names two currencies; keep one")
            currency = code
        elif (mark := _SIDES.get(word.strip(".").casefold())) and not side:
            side = mark
        elif (several := currencies_of(word)) or _looks_like_a_sign(word):
            if sign:
                raise ValueError(_no_amount(text))
            sign, meant = word.strip("."), several
        else:
            raise ValueError(_no_amount(text))
    if currency and meant and currency not in meant and len(meant) == 1:
        raise ValueError(f"{printable(text)} names two currencies; keep one")
    if currency:
        return currency, side, ""
    if len(meant) == 1:
        return next(iter(meant)), side, ""
    return "", side, sign


def _looks_like_a_sign(word: str) -> bool:
    """S$, Bs.F and the like: short, and with a currency sign in it."""
    return len(word) <= 4 and any(unicodedata.category(c) == "Sc" for c in word)


def evidence(digits: str) -> str | None:
    """The decimal sign that one amount shows: "." or ","; "" if it has neither point nor comma;
    "?" if what it has may be either; None if it is no amount in any style.
    """
    points, commas = digits.count("."), digits.count(",")
    if not points and not commas:
        return "" if _whole(digits, "") is not None else None
    ways = [d for d in ".," if value_of(digits, d) is not None]
    if len(ways) == 2:
        return "?"
    return ways[0] if ways else None


def value_of(digits: str, decimal: str) -> Decimal | None:
    """The value with that decimal sign ("": where the digits show it themselves), or None."""
    if digits.isdecimal():
        return Decimal(digits)
    if not decimal:
        decimal = evidence(digits) or "."
        if decimal == "?":
            return None
    head, sign, fraction = digits.partition(decimal)
    if sign and not fraction.isdecimal():
        return None
    whole = _whole(head, decimal) if head else "0"
    if whole is None:
        return None
    return Decimal(f"{whole}.{fraction}" if sign else whole)


def grouping(digits: str, decimal: str) -> str:
    """The sign between groups: " ", "'", "," or "."; "lakh" for 1,28,500; "" for none."""
    head = digits.rpartition(decimal)[0] if decimal in (".", ",") and decimal in digits else digits
    signs = {c for c in head if not c.isdecimal()}
    if len(signs) != 1 or decimal == "?":
        return ""
    sign = signs.pop()
    parts = head.split(sign)
    return "lakh" if any(len(part) == 2 for part in parts[1:-1]) else sign


def _whole(head: str, decimal: str) -> str | None:
    """The digits before the decimals without their group signs; None if the groups are wrong."""
    if head.isdecimal():
        return head
    signs = {c for c in head if not c.isdecimal()}
    if len(signs) != 1 or decimal in signs:
        return None
    sign = signs.pop()
    first, *middle, last = head.split(sign)
    if not 1 <= len(first) <= 3 or len(last) != 3:
        return None
    if head[0] == "0":
        return None
    if all(len(part) == 3 for part in middle):
        return head.replace(sign, "")
    if sign == "," and len(first) <= 2 and all(len(part) == 2 for part in middle):
        return head.replace(sign, "")
    return None

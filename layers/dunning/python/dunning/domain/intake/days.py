"""One text as a day, or as three numbers of which a column must tell the order.
Columns and their styles are `dates`'.
"""

import re
import unicodedata
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from babel.core import Locale

from dunning.domain.fields import printable

from .cells import is_none
from .mapping import DAY_FIRST, MONTH_FIRST, YEAR_FIRST

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)
SERIAL_FIRST, SERIAL_LAST = 25_569, 73_050
"""1970-01-01 and 2099-12-31 as spreadsheets count days."""
PIVOT = 70
"""Two-digit years from here on are of the 1900s, those below of the 2000s (as POSIX has it)."""
LONGEST = 60
_EPOCH = date(1899, 12, 30)
"""Serial 60 is 29 February 1900, which never was; behind it, days count from here."""

_TIME = (
    r"(?:(?:[T ,]|\s)\s*[0-9]{1,2}[:.h][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_YEAR_FIRST = re.compile(
    rf"([0-9]{{4}})\s?([-/.])\s?([0-9]{{1,2}})\s?\2\s?([0-9]{{1,2}})\.?{_TIME}"
)
_NUMERIC = re.compile(
    rf"([0-9]{{1,2}})(\s?[-/.]\s?|\s)([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}})\.?{_TIME}"
)
_COMPACT = re.compile(rf"([0-9]{{7,8}}){_TIME}")
_SERIAL = re.compile(r"([0-9]{5})(?:[.,][0-9]+)?")
_TIME_AT_END = re.compile(rf"(?<=\S){_TIME}\Z")
_PARTS = re.compile(r"[0-9]+|[^\W\d_]+")

ISO = "year-month-day"
COMPACT = "yearmonthday"
NAMED = "names of months"
SERIALS = "serial numbers of a spreadsheet"

_LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
_SHORT = {"mrz": 3, "maerz": 3, "janner": 1, "feber": 2, "sept": 9, "mrt": 3, "maa": 3}
"""Short forms of spreadsheets and of Austria, beside those of CLDR."""
_BETWEEN = frozenset(
    (
        "de",
        "del",
        "di",
        "du",
        "of",
        "the",
        "den",
        "der",
        "le",
        "el",
        "il",
        "van",
        "st",
        "nd",
        "rd",
        "th",
        "er",
        "eme",
        "o",
        "a",
    )
)
"""Articles and the endings of ordinal numbers."""


class Day(NamedTuple):
    """A text that is one day, whatever the column's order."""

    on: date
    shape: str


class Numeric(NamedTuple):
    """A text of three numbers; the year is last, or (two digits, rarely) first."""

    first: int
    second: int
    last: int
    short: bool
    """The year has two digits."""
    separator: str


def _seen(text: str) -> str:
    """A text without characters that nobody sees, as marks of the direction of writing."""
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def parsed(text: str) -> Day | Numeric | None:
    """What a text says of a day; None if it holds no value (blank, dashes, 00.00.0000).

    Raises ValueError, a sentence, if it is no day in any order.
    """
    text = (text if text.isascii() else _seen(text)).strip()
    if is_none(text) or (text[:1] == "0" and _nothing(text)):
        return None
    if len(text) > LONGEST:
        raise ValueError(_not_a_day(text))
    found = _NUMERIC.fullmatch(text)
    if found is not None:
        first, separator, second, last = found.groups()
        return Numeric(int(first), int(second), int(last), len(last) == 2, separator.strip())
    found = _YEAR_FIRST.fullmatch(text)
    if found is not None:
        year, _, month, day = found.groups()
        return Day(_date(int(year), int(month), int(day), text), ISO)
    found = _COMPACT.fullmatch(text)
    if found is not None:
        return _compact(found[1], text)
    if _SERIAL.fullmatch(text):
        return Day(serial_day(int(text[:5])), SERIALS)
    return Day(_named(text), NAMED)


def serial_day(number: float) -> date:
    """The day that a spreadsheet's serial number is (1900 system); the time of day is dropped.

    Raises ValueError for a number that is no day from 1970 to 2099.
    """
    if not SERIAL_FIRST <= number < SERIAL_LAST + 1:
        raise ValueError(
            f"{printable(f'{number:.15g}')} is not a day, nor the number of one from 1970 to 2099;"
            " write it as 2026-11-22"
        )
    return _EPOCH + timedelta(days=int(number))


def possible(numeric: Numeric) -> frozenset[str]:
    """The orders in which the numbers are a day of the calendar."""
    orders = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST) if numeric.short else (DAY_FIRST, MONTH_FIRST)
    return frozenset(order for order in orders if _is_day(numeric, order))


def told(orders: frozenset[str]) -> str:
    """The order that a day shows by those it may have; "" if day and month read both ways. Two
    digits in front are a year only where they are nothing else."""
    if MONTH_FIRST not in orders:
        return DAY_FIRST if DAY_FIRST in orders else YEAR_FIRST
    return "" if DAY_FIRST in orders else MONTH_FIRST


def ordered(numeric: Numeric, order: str, text: str) -> date:
    """The day, in an order that is known. Without one ("") the numbers must tell it themselves."""
    first, second, last, short, separator = numeric
    if order == YEAR_FIRST and short:
        return _date(_full(first), second, last, text)
    year = _full(last) if short else last
    if order not in (DAY_FIRST, MONTH_FIRST):
        orders = possible(numeric)
        order = DAY_FIRST if first == second or not orders else told(orders)
        if order not in (DAY_FIRST, MONTH_FIRST):
            raise ValueError(f"{printable(text)} does not tell day and month; write 2026-11-22")
    day, month = (first, second) if order == DAY_FIRST else (second, first)
    if month > 12 >= day:
        named = written(order, separator)
        raise ValueError(f"{printable(text)} has no month {month}: days here are {named}")
    return _date(year, month, day, text)


def written(order: str, separator: str) -> str:
    """An order in words: day.month.year."""
    words = {DAY_FIRST: "day month year", YEAR_FIRST: "year month day"}
    return words.get(order, "month day year").replace(" ", separator or " ")


def _is_day(numeric: Numeric, order: str) -> bool:
    try:
        ordered(numeric, order, "")
    except ValueError:
        return False
    return True


def _nothing(text: str) -> bool:
    """Whether a system wrote its empty day: 00.00.0000, 0000-00-00, 0."""
    digits = "".join(c for c in text if c.isdigit())
    return not digits.strip("0") and not any(c.isalpha() for c in text)


def _full(short: int) -> int:
    return short + (1900 if short >= PIVOT else 2000)


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise ValueError(f"{printable(text)} is not a day of the calendar") from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise ValueError(f"{printable(text)} is not a day from {FIRST_DAY} to {LAST_DAY}")
    return found


def _not_a_day(text: str) -> str:
    return f"{printable(text)} is not a day; write it as 2026-11-22"


def _compact(digits: str, text: str) -> Day | Numeric:
    """20130628; or 28062013, which may have lost its first zero. No text is both: where the year
    of the one stands, the other has a month of 19 or more."""
    if len(digits) == 8 and 1 <= int(digits[4:6]) <= 12:
        return Day(_date(int(digits[:4]), int(digits[4:6]), int(digits[6:]), text), COMPACT)
    full = digits.zfill(8)
    return Numeric(int(full[:2]), int(full[2:4]), int(full[4:]), short=False, separator="")


def _named(text: str) -> date:
    """15 Jul 2026, 12. März 2026, Jul 15, 2026, 2026-Jul-15, lundi 15 août 2026."""
    words = _PARTS.findall(_plain(_TIME_AT_END.sub("", text, count=1)))
    months, days = _names()
    month, numbers = 0, []
    for word in words:
        if word.isdigit():
            numbers.append(word)
        elif word in months and not month:
            month = months[word]
        elif word not in days and word not in _BETWEEN:
            raise ValueError(_not_a_day(text))
    if not month or len(numbers) != 2:
        raise ValueError(_not_a_day(text))
    day, year = numbers if len(numbers[0]) <= 2 else reversed(numbers)
    if len(day) > 2 or len(year) not in (2, 4):
        raise ValueError(_not_a_day(text))
    return _date(_full(int(year)) if len(year) == 2 else int(year), month, int(day), text)


def _plain(text: str) -> str:
    """Lower case without accents: März is marz, août is aout."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


@cache
def _names() -> tuple[dict[str, int], frozenset[str]]:
    """Months by their names and short names in six languages, and the names of weekdays."""
    months = dict(_SHORT)
    days: set[str] = set()
    for language in _LANGUAGES:
        locale = Locale.parse(language)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    months[_plain(name).strip(".")] = number
                days.update(_plain(d).strip(".") for d in locale.days[context][width].values())
    return months, frozenset(days)

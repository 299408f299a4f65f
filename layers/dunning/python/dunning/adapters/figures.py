"""Amounts, days and numbers of things as a customer's language and country write them.
Babel's data of one locale at a time, read when it is first asked for; no words of ours.
"""

import re
from collections.abc import Mapping
from copy import copy
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import NumberPattern, format_decimal

from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.money import exponent

FALLBACK = "en"
_MILLION = re.compile(r"1(?P<group>\D?)234(?P=group)567(?:(?P<point>\D)0+)?")
_GLUED = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


def locale_of(customer: Customer, creditor: Creditor) -> Locale:
    """How amounts and dates are written for a customer: their language, with the ways of their
    country where that is known (English for Ireland, German for Austria); else English."""
    wanted = (customer.language or creditor.language).replace("-", "_")
    country = customer.country or creditor.country
    return named_locale(wanted, country.upper() if country else None)


@cache
def named_locale(wanted: str, country: str | None) -> Locale:
    """The locale of a language, as it is written in a country, or the nearest that is known."""
    language = wanted.partition("_")[0].lower()
    names = [wanted] if "_" in wanted else []
    for known in (language, FALLBACK):
        names += [f"{known}_{country}", known] if country else [known]
    for name in names:
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    raise UnknownLocaleError(FALLBACK)


def money(minor: int, currency: str, locale: Locale) -> str:
    """An amount as the locale writes it, with exactly the decimals that ISO 4217 gives the
    currency: the locale data would drop them for some (AFN, IQD), and an amount that is asked for
    is never rounded."""
    around = _around(currency, locale)
    if around is None or minor < 0:
        return _written(minor, currency, locale)
    digits = exponent(currency)
    whole, part = divmod(minor, 10**digits)
    figures = f"{whole:,}".replace(",", around.group)
    if digits:
        figures = f"{figures}{around.point}{part:0{digits}d}"
    return f"{around.before}{figures}{around.behind}"


def _written(minor: int, currency: str, locale: Locale) -> str:
    """An amount, by Babel itself."""
    digits = exponent(currency)
    text = _pattern(locale, digits).apply(
        Decimal(minor).scaleb(-digits), locale, currency=currency, currency_digits=False
    )
    # A currency that the locale has no sign for is a word, and stands apart from its figures.
    return _GLUED.sub("\N{NO-BREAK SPACE}", text)


class _Around(NamedTuple):
    """What stands around and in the figures of every amount of a currency."""

    before: str
    behind: str
    group: str
    point: str


@cache
def _around(currency: str, locale: Locale) -> _Around | None:
    """Learnt from Babel's own zero and million, so that an amount costs a fifth of what Babel takes
    for it; None where a locale groups its figures otherwise than by three."""
    digits = exponent(currency)
    zero, million = (_written(one * 10**digits, currency, locale) for one in (0, 1_234_567))
    thousand = _written(1_234 * 10**digits, currency, locale)
    found = _MILLION.search(million)
    if found is None:
        return None
    group, point = found["group"], found["point"] or ""
    before, _, behind = zero.partition(f"0{point}{'0' * digits}")
    nought = "0" * digits
    same = before + f"1{group}234{point}{nought}" + behind == thousand
    whole = before + f"1{group}234{group}567{point}{nought}" + behind == million
    return _Around(before, behind, group, point) if same and whole else None


@cache
def _pattern(locale: Locale, digits: int) -> NumberPattern:
    pattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (digits, digits)
    return pattern


_FIRST = {"fr": "1er", "it": "1º"}
"""The first of a month, where a language counts that one day and no other by its place."""


@lru_cache(maxsize=4_096)
def day(value: date, locale: Locale) -> str:
    """A day in words: 3.4. and 4/3 are different days to different readers."""
    text = format_date(value, "long", locale=locale)
    first = _FIRST.get(locale.language)
    return first + text[1:] if first and text.startswith("1 ") else text


@lru_cache(maxsize=4_096)
def short_day(value: date, locale: Locale) -> str:
    """A day where there is little room: in letters that a text has (`gsm`), and still in words
    where a language's readers know more than one order of figures."""
    return format_date(value, "medium", locale=locale).replace("û", "u")  # août, or aout


def rate(percent: Decimal, locale: Locale) -> str:
    """A percentage's figure, without needless zeros."""
    return str(format_decimal(percent, format="#,##0.######", locale=locale))


def form(forms: str | Mapping[str, str], count: int, language: str) -> str:
    """The form of the words that goes with a number, by the language's own plural rule."""
    if isinstance(forms, str):
        return forms
    return forms.get(named_locale(language, None).plural_form(count)) or forms["other"]

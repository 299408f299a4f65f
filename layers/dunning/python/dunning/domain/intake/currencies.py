"""Currencies by the words and signs that stand beside amounts: EUR, €, zł, R$.
Which of several a sign means in a file ($, kr, ¥) is never guessed here.
"""

import unicodedata
from functools import cache

from babel.core import Locale
from babel.numbers import get_territory_currencies

from dunning.domain.money import MoneyError, exponent

_GENERAL = ("en", "de", "fr", "es", "it", "nl")
"""Languages whose signs for foreign currencies are taken (CA$, $US)."""
_OWN = [
    "bg_BG",
    "cs_CZ",
    "da_DK",
    "de_CH",
    "de_DE",
    "en_AU",
    "en_CA",
    "en_GB",
    "en_HK",
    "en_IE",
    "en_IN",
    "en_MU",
    "en_NZ",
    "en_PK",
    "en_SG",
    "en_US",
    "en_ZA",
    "es_AR",
    "es_CL",
    "es_CO",
    "es_MX",
    "es_ES",
    "fi_FI",
    "fr_FR",
    "he_IL",
    "hu_HU",
    "is_IS",
    "it_IT",
    "ja_JP",
    "ko_KR",
    "nb_NO",
    "nl_NL",
    "pl_PL",
    "pt_BR",
    "pt_PT",
    "ro_RO",
    "ru_RU",
    "sk_SK",
    "sv_SE",
    "th_TH",
    "tr_TR",
    "uk_UA",
    "vi_VN",
    "zh_CN",
]
"""Where a currency's own short sign is taken from."""
_SPOKEN = {"euro": "EUR", "euros": "EUR", "fr": "CHF", "sfr": "CHF", "lei": "RON", "rs": "INR"}
"""Signs of the street, which CLDR does not list."""


def code_of(word: str) -> str:
    """The ISO 4217 code that a word is, in any case; "" if it is none."""
    return _code(word.upper()) if len(word) == 3 and word.isascii() and word.isalpha() else ""


@cache
def _code(word: str) -> str:
    try:
        exponent(word)
    except MoneyError:
        return ""
    return word


def currencies_of(sign: str) -> frozenset[str]:
    """The currencies that a sign stands for; empty if it is none ($: AUD, CAD, … USD)."""
    return _signs().get(_plain(sign), frozenset())


@cache
def may_stand(sign: str, code: str) -> bool:
    """Whether a sign may be written for a currency: $ for CAD, whose signs are $ and CA$, never for
    EUR. A currency of which no sign is known may have any."""
    if code in currencies_of(sign):
        return True
    own = [known for known, codes in _signs().items() if code in codes]
    return not own or any(_plain(sign) in known for known in own)


def _plain(sign: str) -> str:
    wide = "".join(unicodedata.normalize("NFKC", sign).split())
    return wide.strip(".\u200e\u200f").casefold()


@cache
def _signs() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for word, code in _SPOKEN.items():
        found.setdefault(word, set()).add(code)
    for name in _GENERAL:
        for code, sign in Locale.parse(name).currency_symbols.items():
            if _code(code) and sign != code:
                found.setdefault(_plain(sign), set()).add(code)
    for name in _OWN:
        locale = Locale.parse(name)
        for code in get_territory_currencies(name[-2:]):
            sign = _plain(locale.currency_symbols.get(code, code))
            if _code(code) and sign != code.casefold():
                found.setdefault(sign, set()).add(code)
    return {sign: frozenset(codes) for sign, codes in found.items()}

"""Column headings to fields: a table of synonyms in six languages, and how headings are compared.
Which of several columns is taken for a field is `columns`'; known layouts name theirs themselves.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final, NamedTuple

from .currencies import code_of, currencies_of
from .heading_words import WORDS
from .heading_words_parties import PAYABLE

LONGEST = 200
"""Characters of a heading that are looked at."""


class Meaning(NamedTuple):
    """What a heading stands for. `rank` 1 says it plainly; of two columns for one field the one
    with the lower rank is taken."""

    field: str
    rank: int
    place: int = 0
    """Its place among the words of its rank: what decides between two that say as much."""


_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_BRACKETS = re.compile(r"[(\[]\s*([^()\[\]]{1,20}?)\s*[)\]]\s*\Z")
_LAST_WORD = re.compile(r"(?:\b(?:in|en|em|-)\s+)?(\S{1,5})\s*\Z")


@lru_cache(maxsize=8_192)
def normal(heading: str) -> str:
    """A heading as it is compared: letters and digits alone, without case and accents. `#`, `№` and
    `Nº` are `no`, `%` is `percent`: `*Invoice #` and `InvoiceNo` are one."""
    text = heading[:LONGEST].replace("%", " percent ").replace("#", " no ").replace("№", " no ")
    plain = unicodedata.normalize("NFKD", text.replace("º", "o")).casefold()
    return "".join(filter(str.isalnum, plain))


def currency_in(heading: str) -> str:
    """The currency that a heading names at its end: `Amount (EUR)`, `Betrag in CHF`, `Total €`."""
    found = _BRACKETS.search(heading) or _LAST_WORD.search(heading)
    word = found.group(1) if found else ""
    if word.strip() == heading.strip():
        return ""
    if word.isupper() and code_of(word):
        return code_of(word)
    if not any(unicodedata.category(character) == "Sc" for character in word):
        return ""  # and the table of signs stays unread
    codes = currencies_of(word)
    return next(iter(codes)) if len(codes) == 1 else ""


def without_currency(heading: str) -> str:
    """A heading without the currency at its end, as it came where it names none."""
    if not currency_in(heading):
        return heading
    found = _BRACKETS.search(heading) or _LAST_WORD.search(heading)
    return heading[: found.start()].strip() if found else heading


def meaning_of(heading: str) -> Meaning | None:
    """What a heading stands for by the table of synonyms; None if it is in no language known."""
    key = normal(heading)
    if not key:
        return None
    table = _table()
    return table.get(key) or table.get(normal(without_currency(heading)))


def is_payable(heading: str) -> bool:
    """Whether a heading names who is paid: such a column makes a file a list of bills."""
    return normal(heading) in _payable()


def _spellings(words: str) -> list[str]:
    """Every way to compare the words: German umlauts are written out as well."""
    found: dict[str, None] = {}
    for word in words.split("|"):
        found |= {normal(word): None, normal(word.translate(_GERMAN)): None}
    return list(found)


@cache
def _table() -> dict[str, Meaning]:
    found: dict[str, Meaning] = {}
    for field, ranks in WORDS.items():
        for rank, words in enumerate(ranks, 1):
            for place, key in enumerate(_spellings(words)):
                found.setdefault(key, Meaning(field, rank, place))
    return found


@cache
def _payable() -> frozenset[str]:
    return frozenset(_spellings(PAYABLE))


FIELDS: Final = frozenset(WORDS)
"""Every field that a heading may be taken for."""

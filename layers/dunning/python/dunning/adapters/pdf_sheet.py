"""What every PDF shows around its contents, as strings: paper, letterhead, address window, foot,
bank details with the code of the transfer. Layouts (templates/pdf) place it.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from babel.core import Locale

from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer

from . import transfer_code
from .figures import locale_of, money, named_locale
from .portal_words import language_of

ISO_PAPER, US_PAPER = "a4", "us-letter"
ON_US_PAPER = frozenset(
    {"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"}
)
"""Where letters are written on US Letter (CLDR, paper sizes)."""
WINDOW_RIGHT = frozenset({"FR"})
"""Where the window of an envelope is on the right (NF Z 11-001); elsewhere it is on the left."""
LONGEST_WORD = 28
"""Signs of a word that fit into a line of the window; a longer one may be broken anywhere."""
_NOT_SHOWN = dict.fromkeys(
    (*range(0x09), *range(0x0B, 0x20), 0x7F, 0x200B, 0xFEFF,
     *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)  # fmt: skip
"""Controls, and marks of direction: the layout finds the direction of a text by itself."""


class SheetWords:
    """The words of templates/pdf, one file a language, each read when it is first asked for."""

    def __init__(self, templates: Path) -> None:
        self._folder = templates / "pdf" / "words"
        self._read: dict[str, Mapping[str, Any]] = {}

    def of(self, wanted: str) -> Mapping[str, Any]:
        """The words of a language, else of English."""
        language = language_of(wanted)
        if language not in self._read:
            file = self._folder / f"{language}.toml"
            self._read[language] = tomllib.loads(file.read_text(encoding="utf-8"))
        return self._read[language]


def paper_of(*countries: str | None) -> str:
    """The paper of the first of the countries that is known."""
    known = next((country for country in countries if country), "")
    return US_PAPER if known.upper() in ON_US_PAPER else ISO_PAPER


def sheet(
    creditor: Creditor,
    customer: Customer,
    words: Mapping[str, Any],
    *,
    title: str,
    day: date,
    paper: str,
    info: Sequence[tuple[str, str]],
    recipient: Sequence[str] = (),
    folded: bool = False,
) -> dict[str, Any]:
    """What the sheet itself shows. `recipient`: lines in the address window; none: no window."""
    locale = locale_of(customer, creditor)
    brand = creditor.brand
    name = plain(creditor.name or creditor.creditor)
    right = (creditor.country or "").upper() in WINDOW_RIGHT
    return {
        "language": language_of(customer.language or creditor.language),
        "region": (locale.territory or "") if len(locale.territory or "") == 2 else "",
        "day": int(datetime.combine(day, time(), UTC).timestamp()),
        "paper": paper,
        "title": plain(title),
        "creditor": name,
        "colour": brand.colour,
        "window": "right" if right else "left",
        "folded": folded,
        "sender_line": plain(brand.imprint) or name,
        "recipient": [broken(plain(line)) for line in recipient],
        "info": [[label, broken(plain(value))] for label, value in info if value],
        "imprint": plain(brand.imprint),
        "page": words["sheet"]["page"],
    }


def recipient_of(creditor: Creditor, customer: Customer) -> tuple[str, ...]:
    """Name and lines of the address as a letter bears them: without the country at home, with its
    name, written large, abroad (UPU S42)."""
    lines = list(customer.postal)
    country = (customer.country or "").upper()
    if lines and country and lines[-1].upper() == country:
        lines.pop()
        if country != (creditor.country or "").upper():
            named = named_locale(creditor.language, creditor.country).territories.get(country)
            lines.append((named or country).upper())
    return tuple(line for line in (customer.name, *lines) if line)


def bank_shown(
    creditor: Creditor,
    words: Mapping[str, str],
    rows: Iterable[Mapping[str, str]],
    reference: str,
    *,
    minor: int,
    currency: str,
    locale: Locale,
) -> dict[str, Any] | None:
    """The bank details with the reference, and the code of the transfer in EUR to an IBAN. `words`:
    pay, reference, reference_hint, qr, qr_alt. None: the creditor gave none."""
    listed = [[row["label"], broken(plain(row["value"]))] for row in rows]
    if not listed:
        return None
    listed.append([words["reference"], broken(plain(reference))])
    return {
        "title": words["pay"],
        "rows": listed,
        "hint": words["reference_hint"],
        "qr": _code(creditor, words, reference, minor, currency, locale),
    }


def _code(
    creditor: Creditor,
    words: Mapping[str, str],
    reference: str,
    minor: int,
    currency: str,
    locale: Locale,
) -> dict[str, str] | None:
    bank = creditor.bank
    if currency != "EUR" or not creditor.brand.qr or not bank.get("iban"):
        return None
    said = transfer_code.payload(
        holder=bank.get("holder") or creditor.name,
        iban=bank["iban"],
        bic=bank.get("bic", ""),
        cents=minor,
        reference=reference,
    )
    if said is None:
        return None
    alt = words["qr_alt"].format(amount=money(minor, currency, locale), reference=reference)
    return {"svg": transfer_code.drawing(said), "alt": plain(alt), "title": words["qr"]}


def plain(text: str) -> str:
    """A text as it is printed: one line, without controls and marks of direction."""
    return " ".join(text.translate(_NOT_SHOWN).split())


def broken(text: str) -> str:
    """A text whose overlong words may be broken, so that none runs out of its place."""
    if len(text) <= LONGEST_WORD:
        return text
    return " ".join(
        word if len(word) <= LONGEST_WORD else "\u200b".join(word) for word in text.split(" ")
    )

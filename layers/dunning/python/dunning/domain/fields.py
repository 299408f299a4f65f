"""Typed reading of plain objects (JSON, CSV rows): texts, ids, days, amounts, channels, countries.
Which fields a body has is `reading`'s; nothing here knows a file, and no error repeats a name.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from .calendar import ZoneError, zone
from .identity import IdentityError, external_id
from .ledger import LedgerError
from .mailbox import MailboxError, sender
from .money import MoneyError, exponent, parse_amount

CHANNELS = ("email", "voice", "sms", "letter", "task")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
LONGEST_TEXT = 1_000

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?\Z")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(-[A-Za-z]{4})?(-(?:[A-Za-z]{2}|[0-9]{3}))?\Z")
_EMAIL = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@[^\s@<>(),;:\"\[\]\\]{1,253}\Z")
_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,30}\Z")


class ReadingError(LedgerError):
    """A body that cannot be read: code, field, and a sentence that says how to mend it."""


def names(words: str) -> frozenset[str]:
    """Field names, written with blanks between."""
    return frozenset(words.split())


def nearest(word: str, known: Iterable[str]) -> str:
    """A clause that names the known word meant, or all of them."""
    words = sorted(known)
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else f"known are: {', '.join(words)}"


def printable(value: object, longest: int = 40) -> str:
    """A value as an error may repeat it: short, without control characters, and without an
    apostrophe of its own, so that a log knows where it ends."""
    text = str(value)
    clean = "".join(c if c.isprintable() else "?" for c in text[:longest]).replace("'", "\u2019")
    return f"'{clean}{'…' if len(text) > longest else ''}'"


@cache
def countries() -> frozenset[str]:
    """The two-letter codes of ISO 3166, read from the pinned tzdata (its iso3166.tab)."""
    table = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8")
    return frozenset(
        line.split("\t")[0] for line in table.splitlines() if line and not line.startswith("#")
    )


def clean_text(
    value: object, field: str, longest: int = LONGEST_TEXT, *, lines: bool = False
) -> str:
    """Text in NFC, trimmed, without control characters (line breaks only where they may be)."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ReadingError("bad_text", field, f"{field} is not text; write it in quotes")
    text = unicodedata.normalize("NFC", str(value)).strip()
    if len(text) > longest:
        raise ReadingError(
            "too_long", field, f"{field} has {len(text)} characters; at most {longest} are taken"
        )
    allowed = "\n\r\t" if lines else ""
    if not text.isprintable() and any(
        unicodedata.category(c) in {"Cc", "Cs"} and c not in allowed for c in text
    ):
        raise ReadingError("bad_text", field, f"{field} holds a control character; remove it")
    return text


def email_address(value: object, field: str) -> str:
    """An e-mail address that can stand in a header: one @, no blanks."""
    text = clean_text(value, field, 254)
    if not _EMAIL.match(text):
        raise ReadingError(
            "bad_email", field, f"{field} is not an e-mail address; write it as name@example.com"
        )
    return text


def sender_address(value: object, field: str) -> str:
    """A From address that mail can come from, alone or as `Name <name@example.com>`."""
    text = clean_text(value, field, 320)
    try:
        sender(text)
    except MailboxError as error:
        raise ReadingError("bad_email", field, f"{field}: {error}") from None
    return text


class Fields:
    """The fields of one object. Every getter raises ReadingError with the field's path."""

    __slots__ = ("path", "raw")

    def __init__(self, raw: object, known: frozenset[str], path: str = "") -> None:
        if not isinstance(raw, Mapping):
            raise ReadingError(
                "bad_object", path, f"{path or 'the line'} is not an object with named fields"
            )
        self.raw: Mapping[str, object] = raw
        self.path = f"{path}." if path else ""
        if not raw.keys() <= known:
            key = next(str(k) for k in raw if k not in known)
            raise ReadingError(
                "unknown_key",
                self.path + key[:40],
                f"{printable(self.path + key)} is not a field of this; {nearest(key, known)}",
            )

    def get(self, name: str) -> object:
        """The raw value; null, and text that is empty, are absent."""
        value = self.raw.get(name)
        return None if isinstance(value, str) and not value.strip() else value

    def has(self, name: str) -> bool:
        """Whether there is a value."""
        return self.get(name) is not None

    def need(self, name: str) -> object:
        """The raw value of a field that must be there."""
        value = self.get(name)
        if value is None:
            field = self.path + name
            raise ReadingError("missing", field, f"{field} is missing; give it")
        return value

    def id(self, name: str) -> str:
        """An id that must be there."""
        value = self.need(name)
        try:
            return external_id(value)
        except IdentityError as error:
            raise ReadingError("bad_id", self.path + name, f"{self.path}{name}: {error}") from None

    def id_or_none(self, name: str) -> str | None:
        """An id, if it is there."""
        return self.id(name) if self.has(name) else None

    def text(self, name: str, longest: int = LONGEST_TEXT) -> str:
        """Text; absent is empty."""
        value = self.get(name)
        return "" if value is None else clean_text(value, self.path + name, longest)

    def text_or_none(self, name: str, longest: int = LONGEST_TEXT) -> str | None:
        """Text, if it is there."""
        return self.text(name, longest) or None

    def day(self, name: str) -> date:
        """A day that must be there."""
        value = self.need(name)
        field = self.path + name
        if isinstance(value, str) and _DAY.match(value.strip()):
            try:
                day = date.fromisoformat(value.strip())
            except ValueError:
                day = None
            if day and FIRST_DAY <= day <= LAST_DAY:
                return day
        raise ReadingError(
            "bad_date",
            field,
            f"{field} {printable(value)} is not a day from {FIRST_DAY} to {LAST_DAY};"
            " write it as 2026-11-22",
        )

    def day_or(self, name: str, default: date) -> date:
        """A day, or the one that stands for it."""
        return self.day(name) if self.has(name) else default

    def currency(self, name: str = "currency") -> str:
        """A currency of ISO 4217 that must be there."""
        value = str(self.need(name)).strip()
        try:
            exponent(value)
        except MoneyError as error:
            raise ReadingError(
                "bad_currency", self.path + name, f"{self.path}{name}: {error}"
            ) from None
        return value

    def amount(self, currency: str, name: str = "amount") -> int:
        """An amount above zero, in minor units of the currency."""
        value = self.need(name)
        field = self.path + name
        if not isinstance(value, str | int | Decimal):
            raise ReadingError("bad_amount", field, f'{field} is not an amount; write "94.00"')
        try:
            minor = parse_amount(value, currency, signed=True)
        except MoneyError as error:
            raise ReadingError("bad_amount", field, f"{field}: {error}") from None
        if minor <= 0:
            raise ReadingError(
                "not_positive", field, f"{field} is not above zero; the type says which way it goes"
            )
        return minor

    def amount_text(self, name: str = "amount") -> str:
        """An amount above zero whose currency is known only to the ledger: as text."""
        value = self.need(name)
        field = self.path + name
        text = str(value).strip()
        if (
            isinstance(value, bool)
            or not isinstance(value, str | int | Decimal)
            or not _AMOUNT.match(text)
        ):
            raise ReadingError(
                "bad_amount",
                field,
                f"{field} is not an amount; write digits with a point, as 94.00",
            )
        if not text.strip("0."):
            raise ReadingError("not_positive", field, f"{field} is not above zero")
        return text

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number that must be there."""
        value = self.need(name)
        field = self.path + name
        text = str(value).strip()
        # A digit of another script is a digit to isdigit(), and not to us.
        if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 10):
            raise ReadingError("bad_number", field, f"{field} is not a whole number")
        if not least <= int(text) <= most:
            raise ReadingError("bad_number", field, f"{field} is not from {least} to {most}")
        return int(text)

    def item_or_none(self, name: str = "item") -> int | None:
        """The number of a due item, from 1, if it is there."""
        return self.whole(name, 1, 1_000) if self.has(name) else None

    def flag(self, name: str) -> bool | None:
        """Yes or no, if it is there."""
        value = self.get(name)
        if value is None or isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word in ("true", "yes", "1"):
            return True
        if word in ("false", "no", "0"):
            return False
        field = self.path + name
        raise ReadingError(
            "bad_flag", field, f"{field} {printable(value)} is neither true nor false; write one"
        )

    def one_of(self, name: str, words: Collection[str], default: str | None = None) -> str:
        """One of the known words."""
        if default is not None and not self.has(name):
            return default
        value = str(self.need(name)).strip()
        if value not in words:
            field = self.path + name
            raise ReadingError(
                "unknown_word",
                field,
                f"{field} {printable(value)} is not known; {nearest(value, words)}",
            )
        return value

    def objects(self, name: str, most: int) -> list[object]:
        """A list; absent is empty."""
        value = self.get(name)
        field = self.path + name
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise ReadingError("bad_list", field, f"{field} is not a list")
        if len(value) > most:
            raise ReadingError(
                "too_many", field, f"{field} has {len(value)} entries; at most {most} are taken"
            )
        return list(value)

    def country(self, name: str = "country") -> str | None:
        """A country by its two letters, if it is there."""
        value = self.text(name, 60)
        if not value:
            return None
        code = value.upper()
        if code not in countries():
            field = self.path + name
            raise ReadingError(
                "bad_country",
                field,
                f"{field} {printable(value)} is not a country of ISO 3166; write two letters: DE",
            )
        return code

    def zone(self, name: str = "time_zone") -> str | None:
        """An IANA time zone, if it is there."""
        value = self.text(name, 60)
        if not value:
            return None
        try:
            zone(value)
        except ZoneError as error:
            field = self.path + name
            raise ReadingError("bad_time_zone", field, f"{field}: {error}") from None
        return value

    def language(self, name: str = "language") -> str | None:
        """A language tag (de, de-AT, zh-Hant-TW), in its usual case, if it is there."""
        value = self.text(name, 35)
        if not value:
            return None
        found = _LANGUAGE.match(value)
        if not found:
            field = self.path + name
            raise ReadingError(
                "bad_language",
                field,
                f"{field} {printable(value)} is not a language tag; write it as de or de-AT",
            )
        language, script, region = found.groups(default="")
        return language.lower() + script.title() + region.upper()

    def emails(self, name: str) -> tuple[str, ...]:
        """One e-mail address or a list of them, without repeats."""
        value = self.get(name)
        many = value if isinstance(value, list | tuple) else [] if value is None else [value]
        return tuple(dict.fromkeys(email_address(one, self.path + name) for one in many))

    def phones(self, name: str) -> tuple[str, ...]:
        """One phone number or a list of them, as given."""
        value = self.get(name)
        field = self.path + name
        many = value if isinstance(value, list | tuple) else [] if value is None else [value]
        found = []
        for one in many:
            text = clean_text(one, field, 40)
            if not _PHONE.match(text):
                raise ReadingError(
                    "bad_phone", field, f"{field} is not a phone number; write +49 30 1234567"
                )
            found.append(text)
        return tuple(dict.fromkeys(found))

"""The keyed hash of an address, over its normal form: the same person, however it was typed.
Whether an address may be used is not known here; the address itself never leaves.
"""

import hmac
import unicodedata
from collections.abc import Callable
from email.utils import parseaddr
from hashlib import sha256

from dunning.domain.account import EMAIL
from dunning.domain.contact.attempt import LETTER, SPOKEN, VOICE

HEX_DIGITS = 16
_CODES_OF_TWO = frozenset(
    str(code)
    for first, last in ((20, 20), (27, 27), (30, 34), (36, 36), (39, 41), (43, 49), (51, 58),
                        (60, 66), (81, 82), (84, 84), (86, 86), (90, 95), (98, 98))
    for code in range(first, last + 1)
)  # fmt: skip
"""Calling codes of two digits (ITU E.164); 1 and 7 have one, all others three."""


def email_normal_form(address: str) -> str:
    """NFC, without a display name, all in lower case, the domain as it travels (IDNA).

    Providers compare local parts without case, and so must whoever honours an opt-out."""
    text = unicodedata.normalize("NFC", address).strip()
    if "<" in text:
        text = parseaddr(text)[1] or text
    text = text.lower()
    local, at, domain = text.rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode()
        except UnicodeError:
            return text
    return f"{local}{at}{domain}"


def phone_normal_form(number: str, country: str | None = None) -> str:
    """A number as E.164: +49 (0)30 is written in many ways, dialled in one. `country`: whose it is
    where it has no calling code. What is no number of any plan: a plus and its digits."""
    text = unicodedata.normalize("NFKC", number).strip()
    digits = "".join(str(unicodedata.digit(c)) for c in text if c.isdigit())
    abroad = text.startswith(("+", "00"))
    if text.startswith("00"):
        digits = digits[2:]
    if _as_dialled(text, digits, abroad):
        return f"+{digits}"
    # Numbering plans are loaded for what needs them alone: a fifth of a second.
    from dunning.adapters.phone_numbers import e164

    return e164(f"+{digits}" if abroad else text, country) or f"+{digits}"


def _as_dialled(text: str, digits: str, abroad: bool) -> bool:
    """Whether there is nothing to be found out: it has its calling code, and behind that no zero,
    which is dialled at home only, or (Italy) is part of the number."""
    if not abroad or "(0" in text or digits[:1] in ("", "0"):
        return False
    code = 1 if digits[0] in "17" else 2 if digits[:2] in _CODES_OF_TWO else 3
    return len(digits) > code and digits[code] != "0"


def postal_normal_form(address: str) -> str:
    """Name and lines of a postal address: letters and figures alone, without case and accents, so
    that a comma, a line break and an upper case make no other address of it."""
    text = unicodedata.normalize("NFKD", address).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in _unaccented(text)).split())


def _unaccented(text: str) -> str:
    return "".join(c for c in text if not unicodedata.combining(c))


def normal_form(channel: str, address: str, country: str | None = None) -> str:
    """The normal form of an address on a channel. `country`: whose a number without a calling code
    is."""
    if channel == EMAIL:
        return email_normal_form(address)
    if channel == LETTER:
        return postal_normal_form(address)
    return phone_normal_form(address, country)


class KeyedHash:
    """HMAC-SHA256 over kind and normal form, cut to 16 hexadecimal digits (64 bits)."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._key = key

    def __call__(self, channel: str, address: str, country: str | None = None) -> str:
        # A number is the same, called or texted: caps count both against one person.
        kind = VOICE if channel in SPOKEN else channel
        message = f"{kind}\n{normal_form(channel, address, country)}".encode()
        return hmac.new(self._key(), message, sha256).hexdigest()[:HEX_DIGITS]

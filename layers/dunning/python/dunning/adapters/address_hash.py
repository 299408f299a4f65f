"""The keyed hash of an address, over its normal form: the same person, however it was typed.
Whether an address may be used is not known here; the address itself never leaves.
"""

import hmac
import unicodedata
from collections.abc import Callable
from email.utils import parseaddr
from hashlib import sha256

from dunning.domain.account import EMAIL
from dunning.domain.contact.attempt import SPOKEN, VOICE

HEX_DIGITS = 16


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
    """Whether there is nothing to be found out: it has its calling code (of one to three digits),
    and no zero behind it that is dialled at home only."""
    return abroad and "(0" not in text and "0" not in digits[1:4] and digits[:1] != "0"


def normal_form(channel: str, address: str, country: str | None = None) -> str:
    """The normal form of an address on a channel. `country`: whose a number without a calling code
    is."""
    if channel == EMAIL:
        return email_normal_form(address)
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

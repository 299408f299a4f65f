"""The keyed hash of an address, over its normal form: the same person, however it was typed.
Whether an address may be used is not known here; the address itself never leaves.
"""

import hmac
import unicodedata
from collections.abc import Callable
from email.utils import parseaddr
from hashlib import sha256

from dunning.domain.account import EMAIL, VOICE
from dunning.domain.calling import BY_PHONE

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


def phone_normal_form(number: str) -> str:
    """A plus and the digits: +49 (0)30 is written in many ways, dialled in one."""
    text = unicodedata.normalize("NFKC", number).strip()
    digits = "".join(str(unicodedata.digit(c)) for c in text if c.isdigit())
    if text.startswith("00"):
        digits = digits[2:]
    return f"+{digits}"


class KeyedHash:
    """HMAC-SHA256 over channel and normal form, cut to 16 hexadecimal digits (64 bits)."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._key = key

    def __call__(self, channel: str, address: str) -> str:
        normal = email_normal_form(address) if channel == EMAIL else phone_normal_form(address)
        if channel in BY_PHONE:
            channel = VOICE  # one number: what is known of it as a caller's is known for texts
        message = f"{channel}\n{normal}".encode()
        return hmac.new(self._key(), message, sha256).hexdigest()[:HEX_DIGITS]

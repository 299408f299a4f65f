"""Who is meant: creditor and customer ids, due item references, accounts and their notices.
No storage keys (adapters build those) and no personal data.
"""

import base64
import re
import unicodedata
from typing import NamedTuple

LONGEST_ID = 100
_CREDITOR = re.compile(r"[a-z0-9-]{2,32}\Z")


class IdentityError(ValueError):
    """An id that cannot be taken; the message says how to mend it."""


def creditor_id(text: str) -> str:
    """A creditor's id: 2 to 32 of a-z, 0-9 and hyphen."""
    if not _CREDITOR.match(text):
        raise IdentityError(f"{text!r} is not a creditor id: 2 to 32 of a-z, 0-9 and -")
    return text


def external_id(text: object) -> str:
    """An id as its owner writes it: any text of 1 to 100 characters, NFC, trimmed."""
    if isinstance(text, bool) or not isinstance(text, str | int):
        raise IdentityError(f"{text!r} is not an id; write it as text")
    value = unicodedata.normalize("NFC", str(text)).strip()
    if not value:
        raise IdentityError("the id is empty")
    if len(value) > LONGEST_ID:
        raise IdentityError(f"the id has {len(value)} characters; at most {LONGEST_ID} are taken")
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in value):
        raise IdentityError(f"{value!r} holds a control character")
    return value


class ItemRef(NamedTuple):
    """A due item: one instalment of an invoice, counted from 1 in the order of the document."""

    invoice: str
    item: int

    def __str__(self) -> str:
        return f"{self.invoice}/{self.item}"


def account_tag(account_key: str) -> str:
    """An account's storage key as it travels in mail tags and voice contexts (base64url)."""
    return base64.urlsafe_b64encode(account_key.encode()).decode().rstrip("=")


def account_of_tag(tag: str) -> str:
    """The storage key behind a tag. Raises ValueError for anything that is not one."""
    padded = tag + "=" * (-len(tag) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True).decode()


def notice_id(account_key: str, serial: int) -> str:
    """The deterministic id of an account's notice: the same serial is the same notice.

    Letters, digits, hyphen and underscore alone: it travels as a value of a mail tag."""
    return f"{serial}-{account_tag(account_key)}"


def serial_of_notice(notice: str, account_key: str) -> int:
    """The serial in a notice id of that account. Raises ValueError for any other text."""
    serial, _, tag = notice.partition("-")
    if not (serial.isascii() and serial.isdigit()) or tag != account_tag(account_key):
        raise ValueError(f"{notice!r} is no notice of that account")
    return int(serial)

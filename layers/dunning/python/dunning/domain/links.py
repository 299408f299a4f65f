"""What a link in a message stands for: whose account, what for, to whom it was sent, until when.
Pure: how it travels (sealed, in a URL) is an adapter's, and what a page shows a use case's.

A link never says what it shows: nobody can read an id, an address or an amount out of it.
"""

from datetime import date
from enum import IntEnum
from typing import NamedTuple

from .calendar import later

LIFETIME = 90
"""Days for which a link shows something. A reminder that is older than that has been followed by
others, whose links are newer."""
OPT_OUT_LIFETIME = 730
"""Days for which a link of an old mail still stops further ones. US law asks for 30 (CAN-SPAM);
who keeps a mail for a year and wants no more of them is to be heard all the same."""
MOST_REVOKED = 65_535
"""Times that an account's links can be revoked."""


class LinkError(ValueError):
    """A link that cannot be made, or bytes that are none."""


class Purpose(IntEnum):
    """What a link is for. A token of one purpose opens nothing of another."""

    VIEW = 1
    PAY = 2
    PLAN = 3
    PAID = 4
    DISPUTE = 5
    WRONG_PERSON = 6
    UNSUBSCRIBE = 7
    NO_CALLS = 8


STATEMENT = frozenset(
    {
        Purpose.VIEW,
        Purpose.PAY,
        Purpose.PLAN,
        Purpose.PAID,
        Purpose.DISPUTE,
        Purpose.WRONG_PERSON,
    }
)
"""Purposes whose link shows the statement of the account."""


class Link(NamedTuple):
    """One link: the account's key, the purpose, the keyed hash of the address it was sent to (none
    on paper), the last day on which it holds, and how often the account's links had been revoked
    by then."""

    account: str
    purpose: Purpose
    recipient: str
    until: date
    epoch: int = 0
    proven: bool = False
    """Whether who follows it has said what only the customer knows (`second_factor`): such a link
    is in no message, and lasts a day or two."""

    def holds(self, on: date, epoch: int) -> bool:
        """Whether it still opens something on a day, when so many revocations have been. Who wants
        no more mails is heard also through a link that was revoked: it shows nothing."""
        return on <= self.until and (self.purpose is Purpose.UNSUBSCRIBE or self.epoch == epoch)


def link(account: str, purpose: Purpose, recipient: str, on: date, epoch: int) -> Link:
    """The link of a message that goes out on that day."""
    days = OPT_OUT_LIFETIME if purpose is Purpose.UNSUBSCRIBE else LIFETIME
    return Link(account, purpose, recipient, later(on, days), epoch)


_PROVEN = 0x80
"""The bit of the purpose's byte that says so."""
_EPOCH_BYTES, _DAY_BYTES, _HASH_BYTES = 2, 3, 8
_NOBODY = bytes(_HASH_BYTES)
_FIXED = 1 + _DAY_BYTES + _EPOCH_BYTES + _HASH_BYTES


def packed(one: Link) -> bytes:
    """A link as bytes: purpose, last day, epoch, recipient, account. Raises LinkError for what does
    not fit, so that no link is ever cut short in silence."""
    try:
        hashed = bytes.fromhex(one.recipient) if one.recipient else _NOBODY
        epoch = one.epoch.to_bytes(_EPOCH_BYTES)
    except (ValueError, OverflowError) as error:
        raise LinkError(f"not a link: {error}") from None
    if len(hashed) != _HASH_BYTES or not one.account:
        raise LinkError(
            "not a link: a recipient is 16 hexadecimal digits, and an account has a key"
        )
    day = one.until.toordinal().to_bytes(_DAY_BYTES)
    kind = one.purpose | (_PROVEN if one.proven else 0)
    return bytes([kind]) + day + epoch + hashed + one.account.encode()


def unpacked(data: bytes) -> Link:
    """The link behind `packed`. Raises LinkError."""
    day, epoch = 1 + _DAY_BYTES, 1 + _DAY_BYTES + _EPOCH_BYTES
    hashed = data[epoch:_FIXED]
    if len(data) <= _FIXED:
        raise LinkError("not a link: too short")
    try:
        return Link(
            data[_FIXED:].decode(),
            Purpose(data[0] & ~_PROVEN),
            "" if hashed == _NOBODY else hashed.hex(),
            date.fromordinal(int.from_bytes(data[1:day])),
            int.from_bytes(data[day:epoch]),
            bool(data[0] & _PROVEN),
        )
    except (ValueError, OverflowError) as error:
        raise LinkError(f"not a link: {error}") from None

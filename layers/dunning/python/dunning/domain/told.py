"""What has been told beside reminders, and what came of it: facts of an account, one for each kind
of telling and what it is about. What is told when is `telling_outlook`'s, its words `tellings`'.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from . import telling_kinds as kinds
from .posting import Allocation, PostingKey

INSTALMENTS = frozenset({kinds.INSTALMENT_DUE, kinds.INSTALMENT_MISSED})
MOST_ATTEMPTS = 8
"""Attempts of one telling, over all channels: what is told beside reminders is not worth more."""


class Tells(NamedTuple):
    """What one telling is, so that it goes out once: its kind (a wording), what distinguishes it
    from others about the same (an instalment's place, the terms of an offer), and what it is
    about: the id of a plan or promise, a currency of payments, a currency and the id of a
    hand-over."""

    kind: str
    mark: str
    subject: str

    def __str__(self) -> str:
        return "/".join(self)

    @classmethod
    def of(cls, text: str) -> "Tells":
        """The telling behind its text."""
        kind, mark, subject = text.split("/", 2)
        return cls(kind, mark, subject)

    def within(self, newest: "Tells") -> bool:
        """Whether who was told the newest need not be told this: it is the same, or (of what is
        counted) an earlier one of the same row, and not missing anew since."""
        if self == newest:
            return True
        in_a_row = self.kind in INSTALMENTS or self.kind == kinds.THANKS
        if not in_a_row or (self.kind, self.subject) != (newest.kind, newest.subject):
            return False
        (mine, since), (theirs, until) = self.place, newest.place
        return mine <= theirs and since <= until

    @property
    def place(self) -> tuple[int, str]:
        """Of what is counted: its number, and the day since which an instalment is missing anew
        (ISO; "": since its own)."""
        number, _, since = self.mark.partition("-")
        return int(number), since


def counted(number: int, since: date | None = None) -> str:
    """The mark of an instalment; of one that is missing anew with the day since when."""
    return str(number) if since is None else f"{number}-{since.isoformat()}"


@dataclass(frozen=True, slots=True)
class Told:
    """The newest telling of its kind about its subject, and what became of its last attempt."""

    tells: Tells
    day: date
    """The customer's day of its first attempt."""
    serial: int
    attempt: int
    channel: str
    address_hash: str
    outcome: str
    """`outcomes`: sent until more is known."""

    @property
    def id(self) -> str:
        """Of one kind about one subject there is one: a later one takes its place."""
        return f"{self.tells.kind}/{self.tells.subject}"


@dataclass(frozen=True, slots=True)
class Received:
    """A payment that a customer is to be thanked for, as it was booked."""

    key: PostingKey
    on: date
    """The day on which it became known."""
    seq: int
    """Of the history record of its posting."""
    currency: str
    amount: int
    settled: tuple[Allocation, ...]
    policy: str
    """Id of the policy of what it settled."""

    @property
    def id(self) -> str:
        """Whose payment it is."""
        return "/".join(self.key)

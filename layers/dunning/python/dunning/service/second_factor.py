"""The question before an amount is shown, answered: a proven link, or nothing, so many times.

A proven link is the old one with a mark in its seal; it lasts to the end of the next day (UTC), and
whoever is sent the mail later is asked anew. Nothing is kept in the browser.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from dunning.domain.calendar import DAY, later
from dunning.domain.links import LIFETIME, Link
from dunning.domain.second_factor import is_right
from dunning.service.portal import Opened

MOST_GUESSES = 5
"""Wrong answers for all links of one message."""
PROVEN_DAYS = 1


class Tries(Protocol):
    """Counters of what somebody may do so many times, gone by themselves when they are over."""

    def take(self, key: str, most: int, until: int) -> bool:
        """One more; False: it was done `most` times already. Whatever comes at once, no more than
        `most` are True."""

    def forget(self, key: str) -> None:
        """Count from nothing again."""


@dataclass(frozen=True, slots=True)
class AskingFirst:
    """Answers to the question."""

    tries: Tries
    sealed: Callable[[Link], str]

    def answer(self, opened: Opened, text: str, now: int) -> str | None:
        """The token of the proven link; None where the answer is wrong. Raises Locked after too
        many wrong ones, whatever this one is."""
        key = guesses_of(opened.link)
        if not self.tries.take(key, MOST_GUESSES, now + LIFETIME * DAY):
            raise Locked
        wanted = opened.rulebook.creditor.second_factor
        if not is_right(opened.state, wanted, text):
            return None
        self.tries.forget(key)
        last = later(datetime.fromtimestamp(now, UTC).date(), PROVEN_DAYS)
        link = opened.link
        return self.sealed(link._replace(proven=True, until=min(link.until, last)))


class Locked(Exception):
    """Too many wrong answers for the links of this message."""


def guesses_of(link: Link) -> str:
    """What counts the guesses of a message: its links have account, recipient and last day in
    common."""
    words = "\n".join((link.account, link.recipient, link.until.isoformat(), str(link.epoch)))
    return f"guess-{hashlib.sha256(words.encode()).hexdigest()[:32]}"

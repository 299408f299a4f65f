"""Forms on the customers' pages: what each is shown with, and what comes when one is sent.
What a form does is its own use case's; HTML and HTTP are adapters'.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple, Protocol

from dunning.domain.account import Account
from dunning.domain.links import Link
from dunning.domain.policy import Rulebook
from dunning.domain.shown_forms import Shown
from dunning.service.portal import Opened

AGAIN = "again"
"""What is said where a form was not taken: it is too old, or what it was about has changed."""


class Seals(Protocol):
    """How what a form was shown with travels to the browser and back."""

    def sealed(self, shown: Shown) -> str: ...

    def opened(self, text: str) -> Shown | None:
        """None for whatever was not sealed here."""


@dataclass(frozen=True, slots=True)
class Forms:
    """The hidden field of each form."""

    seals: Seals

    def nonce(self, opened: Opened, action: str, digest: str, now: int) -> str:
        """The hidden field of a form of that account; `digest` says what it is about."""
        shown = Shown(opened.link.account, action, _day(now), opened.state.head.rev, digest)
        return self.seals.sealed(shown)

    def read(self, opened: Opened, action: str, text: str, now: int) -> Shown | None:
        """What the form was shown with; None where it is not this account's form for this action,
        or too old."""
        shown = self.seals.opened(text)
        if shown is None or (shown.account, shown.action) != (opened.link.account, action):
            return None
        return shown if shown.holds(_day(now)) else None

    def plain(self, opened: Opened, action: str, now: int) -> Shown:
        """For a form that has no such field, because nothing about it could be out of date."""
        return Shown(opened.link.account, action, _day(now), opened.state.head.rev, "")


@dataclass(frozen=True, slots=True)
class Asked:
    """A form that was sent from the page of an account, by who has its link."""

    token: str
    opened: Opened
    shown: Shown
    fields: Mapping[str, tuple[str, ...]]
    """What the form says, by name: a name comes as often as it was chosen."""
    now: int

    @property
    def creditor(self) -> str:
        return self.opened.creditor

    @property
    def account(self) -> str:
        """The key of the account."""
        return self.opened.link.account

    @property
    def link(self) -> Link:
        return self.opened.link

    @property
    def state(self) -> Account:
        return self.opened.state

    @property
    def rulebook(self) -> Rulebook:
        return self.opened.rulebook

    def text(self, name: str) -> str:
        """The one value of a field; empty where the form has none."""
        return next(iter(self.fields.get(name, ())), "").strip()


class Next(NamedTuple):
    """Where the browser goes after a form, by 303: back to the statement, or to `page` below it
    (`said`: the code of what is told there); or to `url`, which is somebody else's."""

    said: str = ""
    page: str = ""
    url: str = ""


def _day(now: int) -> date:
    return datetime.fromtimestamp(now, UTC).date()

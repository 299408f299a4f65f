"""What a decision says, and what it is made of: a message to send now (`Send`), facts to write
(`Act`), a plan (`Wait`), a moment of action of one group (`Due`), and the view of an account.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from .account import Account, Plan, Said
from .approval import HandedOver, Proposal, Refusal
from .behaviour import Standing
from .calendar import local_day
from .charges.notice import ANNOUNCE, COMPENSATION, FEE, INTEREST, POST, Charge
from .customer import Address
from .facts import Ended
from .gates import Gates
from .identity import ItemRef
from .lines import Line
from .policy import Rulebook
from .posting import PostingKey
from .tellings import Telling


@dataclass(frozen=True, slots=True)
class Send:
    """Make this attempt now: one message, one currency, one policy, one address."""

    currency: str
    policy: str
    version: int
    channel: str
    tone: str
    level: int
    address: Address
    serial: int
    attempt: int
    lines: tuple[Line, ...]
    run: date
    ruleset: str
    reason: str
    carried: bool = False
    """Whether one item carries the account: then every line counts as told at its level."""
    proposal: str = ""
    """Id of the approved proposal that it carries out; empty: nobody had to be asked."""
    charges: tuple[Charge, ...] = ()
    """What it charges anew; what earlier notices posted is among the lines."""
    standing: Standing | None = None
    """What the tone follows from, where the step asks how the customer has paid."""
    overrides: tuple[str, ...] = ()
    """Contact rules that the creditor has put out of force."""
    variant: str = ""
    """What it is in an experiment of its step (`experiments.Assigned`); empty: it is in none."""
    person_wide: bool = False
    """Whether it needs a place under a cap that counts the person's contacts over all creditors."""
    telling: Telling | None = None
    """What it tells beside the ladder; None: it reminds."""
    tells: str = ""
    """That telling, by its name (`told.Tells`)."""

    @property
    def advanced(self) -> tuple[Line, ...]:
        """The items whose step this notice takes."""
        return tuple(line for line in self.lines if line.advanced)

    @property
    def said(self) -> tuple[Said, ...]:
        """The advanced items as the claim and the record keep them."""
        if not self.charges:
            return tuple(
                Said(line.ref, line.level, line.open, repeat=line.repeat) for line in self.advanced
            )
        return tuple(
            Said(
                line.ref,
                line.level,
                line.open,
                self.posted(line.ref, FEE, COMPENSATION),
                self.posted(line.ref, INTEREST),
                line.repeat,
            )
            for line in self.advanced
        )

    def posted(self, ref: ItemRef | None = None, *what: str) -> int:
        """Minor units that the notice posts: all of it, or of such charges on one item."""
        return sum(
            charge.amount
            for charge in self.charges
            if charge.mode == POST
            and ref in (None, charge.ref)
            and (not what or charge.what in what)
        )

    @property
    def announced(self) -> int:
        """Minor units that it asks for and does not post."""
        return sum(charge.amount for charge in self.charges if charge.mode == ANNOUNCE)

    @property
    def total(self) -> int:
        """What the notice asks for: the net of every listed item, earlier charges among them, and
        what it posts and announces itself. Minor units."""
        return sum(line.open for line in self.lines) + self.posted() + self.announced


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to send now: the plan says until when, on which channel, and why."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Act:
    """Write these facts now, and send nothing: what a person is asked, or what nobody answered in
    time, or what is handed over. `kind`, `code`, `id` and `detail` are those of its record."""

    kind: str
    code: str
    id: str
    put: tuple[Proposal | Refusal | HandedOver, ...] = ()
    ended: tuple[Ended, ...] = ()
    detail: str = ""
    seen: tuple[PostingKey, ...] = ()
    """The id by which an answer finds the account."""
    export: HandedOver | None = None
    """What a file is to be written about, before these facts are."""


Decision = Send | Wait | Act


class Due(NamedTuple):
    """A moment of action of one group: when, why, and what to send if it is now."""

    at: int | None
    reason: str
    detail: str
    channel: str | None = None
    send: Send | None = None
    passed: Mapping[ItemRef, str] = MappingProxyType({})
    """Items whose step is due today and has no channel, and why: the others go without them."""
    act: Act | None = None
    """What to write if it is now."""
    beside: str = ""
    """What is to be told beside the ladder (`told.Tells`)."""


class View(NamedTuple):
    """What a decision is made of, with the customer's day of it."""

    account: Account
    rulebook: Rulebook
    now: int
    gates: Gates
    zone: str
    today: date
    reviewed: bool = False
    """Whether a person is asked, or has answered, where the contact rules want one."""

    @classmethod
    def of(cls, account: Account, rulebook: Rulebook, now: int, gates: Gates) -> "View":
        """The view at an instant."""
        zone = account.zone(rulebook.creditor)
        return cls(account, rulebook, now, gates, zone, local_day(now, zone))

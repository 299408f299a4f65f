"""An account: HEAD (the fence's one item) and the live range that a decision reads with it.
State only. What may change it: `ledger` (facts), `fence` (claims), `decision` (the plan).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from .approval import HandedOver, Proposal, Refusal
from .behaviour import Record, Standing
from .charges.notice import Charge
from .consents import Consent
from .creditor import Creditor
from .customer import Customer, zone_of
from .facts import Awaiting, Dispute, Hold, Promise
from .identity import ItemRef
from .invoice import OpenItem, Reached
from .new_links import LinkAsked
from .payment_plans import PaymentPlan
from .plan_mandates import PlanMandate
from .replaced import replace
from .told import Received, Told

EMAIL = "email"
VOICE = "voice"
CLAIMED = "CLAIMED"
UNKNOWN = "UNKNOWN"

HEAD_ROOM = 50
"""Reached items that HEAD carries; beyond that their levels live on the open items."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When the account is next due for action, on which channel, and why then (or why never)."""

    at: int | None
    channel: str | None
    reason: str
    detail: str = ""
    since: int = 0
    """Instant at which this plan was made."""
    tells: str = ""
    """What is told beside the ladder at that instant (`told.Tells`), where that comes before its
    next step; the reason is the ladder's all the same. Empty: nothing."""

    def says_the_same(self, other: "Plan") -> bool:
        """Whether both plan the same for the same reason, whenever they were made."""
        return replace(self, since=other.since) == other


class Said(NamedTuple):
    """One advanced item of a notice, as it was said: minor units at the time of the claim."""

    ref: ItemRef
    level: int
    open: int
    fee: int = 0
    interest: int = 0
    repeat: int = 0
    """Which repeat of the last step it is; 0: the step itself."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send one attempt of one notice. At most one stands on an account."""

    serial: int
    attempt: int
    seq: int
    token: str
    at: int
    lease_until: int
    channel: str
    currency: str
    address_hash: str
    said: tuple[Said, ...]
    policy: str
    version: int
    ruleset: str = ""
    state: str = CLAIMED
    charges: tuple[Charge, ...] = ()
    """What the notice charges, posted when it counts as sent."""
    tone: str = ""
    standing: Standing | None = None
    """What the tone followed from, where the step asks how the customer has paid."""
    placed: bool = False
    """Whether a place of the person's under the caps was reserved for it (`places`)."""
    tells: str = ""
    """What it tells beside the ladder (`told.Tells`); empty: it reminds."""


class LastNotice(NamedTuple):
    """The last notice of a case under one policy, and what became of its last attempt."""

    currency: str
    policy: str
    serial: int
    seq: int
    channel: str
    attempt: int
    outcome: str
    day: date
    address_hash: str = ""
    level: int = 0
    """The highest level that it told of."""
    early: bool = False
    """Whether all that it told of was not yet due: then it does not count for min_interval."""
    counted: date | None = None
    """With `early`: the day of the newest notice of the case before it that does count."""
    notices: int = 0
    """Notices of the case since something of it has been overdue without a break, calls apart."""
    charged: tuple[tuple[int, int], ...] = ()
    """Levels whose charges were taken since then, each with the serial of the notice."""

    @property
    def counts_on(self) -> date | None:
        """The newest day from which min_interval is counted."""
        return self.counted if self.early else self.day


class Contact(NamedTuple):
    """One contact of the last 31 days, for contact caps. Of mails the first three alone."""

    at: int
    channel: str
    serial: int
    """0: told of by a person."""
    attempt: int = 0
    outcome: str = ""
    """What became of a call, as `outcomes` says it; empty: not known."""
    currency: str = ""
    """The case that it was about; empty: not known."""
    inbound: bool = False
    """Whether the person called."""


class Unusable(NamedTuple):
    """An address (by hash; "*" is every one of the channel) that may not be used, and why."""

    channel: str
    address_hash: str
    reason: str


class Full(NamedTuple):
    """An address whose person has been contacted, over all creditors, as often as the contact rules
    allow before an instant; with the codes of the rules."""

    channel: str
    address_hash: str
    until: int
    rules: str


class Tries(NamedTuple):
    """How often a notice's present attempt was provably not sent: the backoff grows with it."""

    serial: int
    attempt: int
    failures: int
    not_before: int = 0
    why: str = ""


class Applying(NamedTuple):
    """A large fact that is being applied in parts: kind (invoice, posting), id, parts done."""

    kind: str
    source: str
    id: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Head:
    """The fence's item: revision, history counter, claim, plan, and what a reminder changes."""

    creditor: str
    customer: str
    rev: int = 0
    seq: int = 0
    serial: int = 0
    """Serial of the newest notice that was confirmed, or presumed or asked about."""
    shard: int = 0
    plan: Plan = Plan(None, None, "NEW")
    claim: Claim | None = None
    reached: Mapping[ItemRef, Reached] = field(default_factory=dict)
    credit: Mapping[str, int] = field(default_factory=dict)
    """Unapplied cash and credit by currency, minor units, never negative."""
    last: tuple[LastNotice, ...] = ()
    recent: tuple[Contact, ...] = ()
    unusable: tuple[Unusable, ...] = ()
    full: tuple[Full, ...] = ()
    tries: Tries | None = None
    applying: Applying | None = None
    edition: int = 0
    """Edition of the rulebook that the plan was made with; no older one plans it again."""
    parked: str | None = None
    """Code of the error that took the account out of the agenda, until redrive."""
    posted: date | None = None
    """The newest day on which money of the account counts (value date), statements apart."""
    stated: date | None = None
    """The newest day as of which a statement spoke of the account."""
    stated_at: int = 0
    """Milliseconds at which the newest statement of that day was uploaded; 0: not known."""

    behaviour: Record = field(default_factory=dict)
    """Invoices that were paid, by month, and how many of them late."""
    epoch: int = 0
    """How often the links that messages carried have been revoked."""

    def stated_since(self, as_of: date, at: int) -> bool:
        """Whether another list of that day is known that was uploaded later than `at`."""
        return self.stated == as_of and 0 < at < self.stated_at


@dataclass(frozen=True, slots=True)
class Account:
    """All that a decision reads: HEAD, then the live range of the same customer."""

    head: Head
    customer: Customer
    open: tuple[OpenItem, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    holds: tuple[Hold, ...] = ()
    promises: tuple[Promise, ...] = ()
    awaiting: tuple[Awaiting, ...] = ()
    plans: tuple[PaymentPlan, ...] = ()
    mandates: tuple[PlanMandate, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    handed_over: tuple[HandedOver, ...] = ()
    consents: tuple[Consent, ...] = ()
    told: tuple[Told, ...] = ()
    received: tuple[Received, ...] = ()
    asked: tuple[LinkAsked, ...] = ()

    def level_of(self, item: OpenItem) -> Reached | None:
        """The step an open item has reached: HEAD's word, else what was moved onto the item."""
        return self.head.reached.get(item.ref) or item.spilled

    def zone(self, creditor: Creditor) -> str:
        """The zone of the customer's days."""
        return zone_of(self.customer, creditor)

    def item(self, ref: ItemRef) -> OpenItem | None:
        """The open item of that reference, if it is open."""
        return next((item for item in self.open if item.ref == ref), None)

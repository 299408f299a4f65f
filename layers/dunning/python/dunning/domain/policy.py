"""Collection policies: who is meant, the ladder of steps, and which policy an item is under.
Reading the policy file is `policy_file`'s; what is due by a policy is `decision`'s.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple

from .approval import ITEMS, PERSON
from .behaviour import USUAL, Behaviour, Record, Standing, ToneBy
from .business_days import CREDITOR, CUSTOMER, WEEKENDS, Calendars, of_creditor, of_customer
from .calendar import Duration, Months, end_of_month, later
from .calling import USUAL as USUAL_CALLS
from .calling import Calls
from .charges.notice import FeeOf, InterestOf
from .charges.regime import Ruleset
from .creditor import NO_OWN_RULES, Creditor, OwnRules
from .customer import Customer
from .experiments import Experiment, Variant
from .invoice import OpenItem, Pin
from .legal_holds import Effects
from .own_wording import NO_OWN_WORDING, OwnWording
from .plan_offers import PlanOffer
from .promises import USUAL_WITHIN
from .tell_rules import Tell, usual_tell

ITEM, ACCOUNT, LEVEL = "item", "account", "level"
HOLD, IGNORE = "hold", "ignore"


@dataclass(frozen=True, slots=True)
class HandOver:
    """What follows the ladder: so long after the last notice, to whom, and how much of it."""

    after: Duration
    to: str = PERSON
    scope: str = ITEMS


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder: `after_due` from the due day, or `after_previous` from the last notice;
    `end_of_month` moves the day to the last one of its month."""

    level: int
    channels: tuple[str, ...] = ("email",)
    tone: str = "friendly"
    after_due: Duration | None = None
    after_previous: Duration | None = None
    end_of_month: bool = False
    repeat_every: Duration | None = None
    repeat_max: int | None = None
    """Most repeats of the last step; None: until max_notices ends them."""
    approval: Duration | None = None
    """How long a person may take to allow it; None: nobody is asked."""
    hand_over: HandOver | None = None
    """On the last step: what follows it."""
    charges: tuple[FeeOf, ...] = ()
    interest: InterestOf | None = None
    tone_by: ToneBy | None = None
    """The tone for each manner, where it depends on how the customer has paid."""
    wording: str = ""
    """What it says (`wordings.DEMANDS`); empty: by its place in the ladder."""
    experiment: Experiment | None = None
    """What is tried out in it, on which customers."""

    def varied(self, variant: Variant | None) -> "Step":
        """The step as a variant makes it."""
        if variant is None:
            return self
        said = replace(self, wording=variant.wording or self.wording)
        return replace(said, tone=variant.tone, tone_by=None) if variant.tone else said

    @property
    def charging(self) -> bool:
        """Whether it charges anything."""
        return bool(self.charges or self.interest)

    @property
    def early(self) -> bool:
        """Whether it comes before the due day, and lapses on it."""
        span = self.after_due
        return span is not None and (span.number if isinstance(span, Months) else span) < 0

    def day_after_due(self, due: date) -> date:
        """The day of a step that counts from the due day."""
        day = later(due, self.after_due or 0)
        return end_of_month(day) if self.end_of_month else day


class Band(NamedTuple):
    """Amounts from (inclusive) and to (exclusive), minor units; None: no end on that side."""

    from_: int | None = None
    to: int | None = None

    def holds(self, amount: int) -> bool:
        """Whether an amount lies in it."""
        if self.from_ is not None and amount < self.from_:
            return False
        return self.to is None or amount < self.to


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which items a policy is for; an empty criterion matches all."""

    kinds: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    customer_classes: tuple[str, ...] = ()
    amounts: Mapping[str, Band] = field(default_factory=dict)
    """By currency: the total of the item's document, as it states it. Other currencies: no."""

    @property
    def count(self) -> int:
        """Criteria that say something: the most specific policy wins."""
        return sum(
            map(
                bool,
                (self.kinds, self.currencies, self.segments, self.customer_classes, self.amounts),
            )
        )

    def match(self, item: OpenItem, customer: Customer) -> bool:
        """Whether every criterion that says something holds."""
        return (
            (not self.kinds or item.kind in self.kinds)
            and (not self.currencies or item.currency in self.currencies)
            and (not self.segments or customer.segment in self.segments)
            and (not self.customer_classes or customer.customer_class in self.customer_classes)
            and (not self.amounts or self._holds(item))
        )

    def _holds(self, item: OpenItem) -> bool:
        band = self.amounts.get(item.currency)
        return band is not None and band.holds(item.document_total)


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as validated: days are calendar days of the customer, amounts minor units."""

    id: str
    ladder: tuple[Step, ...]
    applies_to: Criteria = Criteria()
    grace: Duration = 0
    minimum: Mapping[str, int] = field(default_factory=dict)
    max_notices: int | None = None
    min_interval: Duration = 1
    send_at: time = time(9, 0)
    percent: Decimal | None = None
    """Least part, in percent, of what the case has open that must be overdue."""
    track: str = ITEM
    """item: each due item climbs by itself; account: the oldest overdue one carries the account."""
    notice_per: str = ACCOUNT
    """account: one notice of all levels; level: one notice for each."""
    send_days: tuple[int, ...] = ()
    """Weekdays (Monday is 0) on which notices go out; none: all."""
    calendar: str | None = None
    """Whose holidays no notice goes out on: a code, or `creditor`, or `customer`."""
    disputes: str = ITEM
    """account: a dispute holds all that the customer owes under this policy."""
    autopay: str = HOLD
    """hold: what is collected by mandate waits for that; ignore: it is reminded as all else."""
    behaviour: Behaviour = USUAL
    """From which share of late invoices on its steps speak how, where their tone asks."""
    calls: Calls = USUAL_CALLS
    """How often a notice is tried by telephone."""
    plan_offer: PlanOffer | None = None
    """Which payment plans a customer may choose from; None: a person is asked."""
    tell: Tell = field(default_factory=usual_tell)
    """Which messages beside the ladder are sent, and how."""
    promise_within: Duration = USUAL_WITHIN
    """How long ahead a customer may promise on their page; 0: not there."""

    def step(self, level: int) -> Step | None:
        """The step of that level."""
        for step in self.ladder:
            if step.level == level:
                return step
        return None

    def step_after(self, level: int) -> Step | None:
        """The next step above a level: never one further, however late."""
        for step in self.ladder:
            if step.level > level:
                return step
        return None

    def step_when_overdue(self, level: int) -> Step | None:
        """The next step above a level once the due day has come: those before it have lapsed."""
        for step in self.ladder:
            if step.level > level and not step.early:
                return step
        return None

    def tone_of(self, step: Step, record: Record, day: date) -> tuple[str, Standing | None]:
        """The tone of a step on a day, and what it follows from where it is not the step's own."""
        if step.tone_by is None:
            return step.tone, None
        standing = self.behaviour.standing(record, day)
        return step.tone_by.of(standing.manner), standing

    def first_overdue_day(self, due: date) -> date:
        """The first day on which days_late > grace: due today is not overdue."""
        return later(later(due, self.grace), 1)

    def allows(self, total: int, open_in_case: int, currency: str) -> bool:
        """Whether a net overdue total is at the minimum or above: an amount, and a part of all that
        the case has open."""
        if total < self.minimum.get(currency, 0):
            return False
        return self.percent is None or total * 100 >= self.percent * open_in_case


class Choice(NamedTuple):
    """The policy of an item (None: no such policy), and what chose it."""

    policy: Policy | None
    by: str


BY_INVOICE, BY_CUSTOMER, KEPT = "invoice", "customer", "kept"
BY_CRITERIA, BY_DEFAULT, BY_NOTHING = "criteria", "default", "nothing"


def no_ruleset() -> Ruleset:
    """A ruleset that knows no statute."""
    return Ruleset("", {}, {})


def no_effects() -> Effects:
    """No hold stops anything but contact."""
    return {}


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A creditor's settings and policies, as one decision uses them."""

    creditor: Creditor
    policies: tuple[Policy, ...] = ()
    version: int = 0
    calendars: Calendars = WEEKENDS
    rules: int = 0
    """How often what ships with the code (rates, holidays, zones) has changed by now."""
    interest: Callable[[], Ruleset] = no_ruleset
    """The statutes of late payment, read when a notice first asks for them."""
    own: OwnRules = NO_OWN_RULES
    """The creditor's own contact rules."""
    effects: Callable[[], Effects] = no_effects
    """What legal holds do to interest and fees, read when an account that charges has one."""
    wording: OwnWording = NO_OWN_WORDING
    """The creditor's own words; no plan depends on them, so no edition counts them."""

    @property
    def edition(self) -> int:
        """Grows with every version of settings, policies or rules: which of two is newer."""
        return self.creditor.version + self.version + self.rules + self.own.version

    def named(self, policy: str) -> Policy | None:
        """The policy of that id."""
        for one in self.policies:
            if one.id == policy:
                return one
        return None

    def policy_for(self, item: OpenItem, customer: Customer) -> Policy | None:
        """The item's policy, if there is one."""
        return self.choose(item, customer).policy

    def choose(self, item: OpenItem, customer: Customer) -> Choice:
        """The item's own policy, else its customer's, else the one it is pinned to, else the most
        specific that matches.

        A name that no policy has is no policy: the item is explained as NO_POLICY, not guessed."""
        if item.charge is not None:
            # A charge is under the policy of its notice; if that is gone, it is as an invoice is.
            mine = self.named(item.policy or "")
            if mine is not None:
                return Choice(mine, KEPT)
            return self.by_criteria(replace(item, kind="invoice"), customer)
        if item.policy:
            return Choice(self.named(item.policy), BY_INVOICE)
        if customer.policy:
            return Choice(self.named(customer.policy), BY_CUSTOMER)
        pin = item.pin
        if pin and (pin.segment, pin.customer_class) == (customer.segment, customer.customer_class):
            kept = self.named(pin.policy)
            if kept is not None:
                return Choice(kept, KEPT)
        return self.by_criteria(item, customer)

    def by_criteria(self, item: OpenItem, customer: Customer) -> Choice:
        """The policy that criteria alone choose: most of them wins."""
        best: Policy | None = None
        most = -1
        for policy in self.policies:
            if policy.applies_to.match(item, customer):
                count = policy.applies_to.count
                if count > most:
                    best, most = policy, count
        if best is None:
            return Choice(None, BY_NOTHING)
        return Choice(best, BY_CRITERIA if most else BY_DEFAULT)

    def pin_for(self, item: OpenItem, customer: Customer) -> Pin | None:
        """What the item is to be pinned to from now on; None: nothing chose by criteria."""
        chosen = self.choose(item, customer)
        if chosen.policy is None or chosen.by in (BY_INVOICE, BY_CUSTOMER, KEPT):
            return item.pin
        return Pin(chosen.policy.id, customer.segment, customer.customer_class)

    def calendar_of(self, policy: Policy, customer: Customer) -> str:
        """The code of the calendar that a policy's notices keep to; empty: none."""
        if policy.calendar == CREDITOR:
            return of_creditor(self.creditor)
        if policy.calendar == CUSTOMER:
            return of_customer(customer, self.creditor)
        return policy.calendar or ""

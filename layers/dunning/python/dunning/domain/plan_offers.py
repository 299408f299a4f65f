"""What payment plan a policy offers a customer: how many instalments, when, how much, and whether
one that they ask for lies within it. What an agreed plan does is `payment_plans`'.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from .account import Account
from .calendar import Duration, Months, later
from .customer import Customer
from .identity import ItemRef
from .invoice import OpenItem
from .payment_plans import BROKEN, Instalment, PaymentPlan

CONSUMER = "consumer"
EU = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
MONTHLY, A_YEAR = Months(1), Months(12)
REG_Z_INSTALMENTS = 4
"""A written agreement of more than four instalments is consumer credit of Regulation Z, the down
payment not counted (12 CFR 1026.2(a)(17)(i))."""

NOT_OFFERED = "not_offered"
"""The policy offers no plans."""
NOT_FOR_THEM = "not_for_this_customer"
TOO_EARLY = "not_yet"
"""No item has reached the level from which plans are offered."""
TOO_SMALL = "below_minimum"
TOO_OFTEN = "agreed_too_often"
IN_A_PLAN = "in_a_plan"
NOTHING_OPEN = "nothing_open"


@dataclass(frozen=True, slots=True)
class PlanOffer:
    """What a policy offers. Amounts are minor units by currency."""

    fewest: int = 2
    most: int = 6
    """Instalments, the down payment not counted."""
    every: Duration = MONTHLY
    first_after: Duration = 14
    """From the day of agreement to the first instalment, at most."""
    down: Decimal = Decimal(0)
    """Percent of the total that is paid at once."""
    minimum: Mapping[str, int] = field(default_factory=dict)
    """Total from which a plan is offered; for a currency that is not named: from anything."""
    least: Mapping[str, int] = field(default_factory=dict)
    """The least instalment."""
    fee: Mapping[str, int] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    """Customers it is for; empty: all."""
    segments: tuple[str, ...] = ()
    from_level: int = 0
    most_agreed: int = 2
    """Plans that may break before no further one is offered..."""
    within: Duration = A_YEAR
    """... of this long."""


class Terms(NamedTuple):
    """A plan as it is offered or asked for: the down payment is the first instalment where there
    is one."""

    instalments: tuple[Instalment, ...]
    down: bool = False
    fee: int = 0

    @property
    def total(self) -> int:
        """Minor units of all of it, the fee among them."""
        return sum(one.amount for one in self.instalments)

    @property
    def number(self) -> int:
        """How many instalments, the down payment not counted."""
        return len(self.instalments) - int(self.down)


class Offered(NamedTuple):
    """What is offered to a customer: the items, and the terms to choose from; or why nothing is."""

    currency: str
    items: tuple[ItemRef, ...] = ()
    terms: tuple[Terms, ...] = ()
    reason: str = ""


def shared(total: int, count: int, *, rest_first: bool = False) -> tuple[int, ...]:
    """A total in `count` parts that add up to it: equal ones, and the last (or first) carries the
    rest. Raises ValueError where there are more parts than minor units."""
    if not 1 <= count <= total:
        raise ValueError(f"{total} minor units have no {count} parts")
    base = total // count
    parts = [base] * count
    parts[0 if rest_first else -1] += total - base * count
    return tuple(parts)


def days(first: date, every: Duration, count: int) -> tuple[date, ...]:
    """The due days of instalments, each counted from the first: 31 January, 28 February, 31
    March (contracts, "Days")."""
    if isinstance(every, Months):
        return tuple(later(first, Months(every.number * n)) for n in range(count))
    return tuple(later(first, every * n) for n in range(count))


def terms(
    offer: PlanOffer, total: int, currency: str, agreed: date, count: int, first: date | None = None
) -> Terms:
    """The plan of so many instalments, agreed on a day, with its fee shared out as the rest is.
    Raises ValueError for parts of nothing."""
    fee = offer.fee.get(currency, 0)
    total += fee
    down = int((Decimal(total) * offer.down / 100).to_integral_value(ROUND_UP))
    begin = first or later(agreed, offer.first_after)
    parts = shared(total - down, count)
    listed = tuple(map(Instalment, days(begin, offer.every, count), parts))
    if down:
        listed = (Instalment(agreed, down), *listed)
    return Terms(listed, bool(down), fee)


def offered(
    account: Account,
    offer: PlanOffer | None,
    items: Iterable[OpenItem],
    currency: str,
    today: date,
    earlier: Iterable[PaymentPlan] = (),
) -> Offered:
    """What a customer may choose from for those open items of a currency. `earlier` are the plans
    of the account that are over."""
    if offer is None:
        return Offered(currency, reason=NOT_OFFERED)
    mine = [item for item in items if item.currency == currency]
    reason = _not_offered(account, offer, mine, currency, today, earlier)
    if reason:
        return Offered(currency, reason=reason)
    total = sum(item.open for item in mine)
    choices = []
    for count in range(offer.fewest, offer.most + 1):
        try:
            choice = terms(offer, total, currency, today, count)
        except ValueError:  # what the down payment leaves has no so many parts
            break
        if min(one.amount for one in choice.instalments) >= offer.least.get(currency, 1):
            choices.append(choice)
    refs = tuple(item.ref for item in mine)
    return Offered(currency, refs, tuple(choices), "" if choices else TOO_SMALL)


def _not_offered(
    account: Account,
    offer: PlanOffer,
    items: list[OpenItem],
    currency: str,
    today: date,
    earlier: Iterable[PaymentPlan],
) -> str:
    customer = account.customer
    if offer.classes and customer.customer_class not in offer.classes:
        return NOT_FOR_THEM
    if offer.segments and customer.segment not in offer.segments:
        return NOT_FOR_THEM
    if not items:
        return NOTHING_OPEN
    levels = [reached.level for item in items if (reached := account.level_of(item))]
    if max(levels, default=0) < offer.from_level:
        return TOO_EARLY
    if any(plan.in_force and plan.covers(item.ref) for plan in account.plans for item in items):
        return IN_A_PLAN
    if sum(item.open for item in items) < offer.minimum.get(currency, 0):
        return TOO_SMALL
    broken = {plan.id for plan in (*account.plans, *earlier) if _broken_since(plan, offer, today)}
    return TOO_OFTEN if len(broken) >= offer.most_agreed else ""


def _broken_since(plan: PaymentPlan, offer: PlanOffer, today: date) -> bool:
    over = plan.until or plan.on
    return plan.state == BROKEN and later(over, offer.within) > today


def outside(offer: PlanOffer, asked: Terms, total: int, currency: str, agreed: date) -> str:
    """What of the terms that a customer asks for is not within the offer: a code, or nothing.
    Paying sooner, or more at once, is within it."""
    if asked.total != total + offer.fee.get(currency, 0):
        return "sum_differs"
    if not 1 <= asked.number <= offer.most:
        return "too_many_instalments"
    latest = terms(offer, total, currency, agreed, asked.number)
    if asked.instalments[0].due < agreed:
        return "in_the_past"
    if sum(one.amount for one in asked.instalments if one.due <= agreed) < sum(
        one.amount for one in latest.instalments if one.due <= agreed
    ):
        return "too_little_down"
    if min(one.amount for one in asked.instalments) < offer.least.get(currency, 1):
        return "instalment_too_small"
    for one in latest.instalments:
        paid = sum(mine.amount for mine in asked.instalments if mine.due <= one.due)
        owed = sum(theirs.amount for theirs in latest.instalments if theirs.due <= one.due)
        if paid < owed:
            return "too_late"
    return ""


def needs_review(customer: Customer, creditor_country: str | None, asked: Terms) -> str:
    """Why a person has to look before such a plan is agreed; empty: nobody has.

    A consumer in the US and more than four instalments: Regulation Z (12 CFR 1026.2(a)(17)). A
    consumer in the EU and a fee: Directive (EU) 2023/2225 (CCD2), from which deferral that is free
    is exempt. A customer of unknown class may be a consumer, of unknown country is the
    creditor's."""
    if customer.customer_class not in (None, CONSUMER):
        return ""
    country = (customer.country or creditor_country or "").upper()
    if country == "US" and asked.number > REG_Z_INSTALMENTS:
        return "reg_z_instalments"
    if asked.fee and country in EU:
        return "ccd2_fee"
    return ""

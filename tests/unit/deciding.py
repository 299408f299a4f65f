"""Accounts, policies and instants for tests of decisions: short words for what is being decided."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dunning.domain.account import Account, Head, LastNotice, Unusable
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Address, Customer
from dunning.domain.decision import decide, plan
from dunning.domain.due import Send, Wait
from dunning.domain.facts import Dispute, Hold, Promise
from dunning.domain.gates import DefaultGates, Gates
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import CHARGE, ChargeOf, OpenItem, Reached
from dunning.domain.payment_plans import PaymentPlan
from dunning.domain.policy import Policy, Rulebook, Step

LADDER = (
    Step(1, after_due=10, tone="friendly"),
    Step(2, after_due=30, tone="neutral"),
    Step(3, after_previous=10, tone="formal"),
)
POLICY = Policy("std", LADDER, tell={})
"""Of the ladder alone: what is told beside it is tests/unit/test_tellings_sent."""
GATES = DefaultGates()
DUE = date(2026, 1, 15)
FIRST = Address("email", "a@example.com", "hash-a")
SECOND = Address("email", "b@example.com", "hash-b")
PHONE = Address("voice", "+4930123456", "hash-v")


def day(number: int) -> date:
    """The day so many days after DUE."""
    return DUE + timedelta(days=number)


def at(when: date | int, hour: int = 12, zone: str = "UTC") -> int:
    """An instant: noon of a day, or of the day so many days after DUE."""
    on = day(when) if isinstance(when, int) else when
    return int(datetime.combine(on, time(hour), ZoneInfo(zone)).timestamp())


def item(
    number: str = "I1",
    amount: int = 10_000,
    *,
    due: date = DUE,
    currency: str = "EUR",
    n: int = 1,
    policy: str | None = None,
    reopened: date | None = None,
    kind: str = "invoice",
) -> OpenItem:
    """An open due item."""
    return OpenItem(ItemRef(number, n), currency, due, amount, amount, kind, policy, None, reopened)


def charge(number: str, parent: str, amount: int = 500, *, on: date = DUE) -> OpenItem:
    """A fee that a notice has posted on an item."""
    what = ChargeOf(ItemRef(parent, 1), DUE, "fee", 1, 1)
    return replace(item(number, amount, due=on, kind=CHARGE, policy="std"), charge=what)


def account(
    *items: OpenItem,
    reached: dict[str, Reached] | None = None,
    last: tuple[LastNotice, ...] = (),
    credit: dict[str, int] | None = None,
    addresses: tuple[Address, ...] = (FIRST,),
    customer: Customer | None = None,
    disputes: tuple[Dispute, ...] = (),
    holds: tuple[Hold, ...] = (),
    promises: tuple[Promise, ...] = (),
    plans: tuple[PaymentPlan, ...] = (),
    unusable: tuple[Unusable, ...] = (),
    serial: int = 0,
    parked: str | None = None,
) -> Account:
    """An account as a reader reads it; `reached` by "invoice/item"."""
    refs = {str(one.ref): one.ref for one in items}
    return Account(
        Head(
            "acme",
            "c4",
            rev=1,
            serial=serial,
            reached={refs[name]: level for name, level in (reached or {}).items()},
            credit=credit or {},
            last=last,
            unusable=unusable,
            parked=parked,
        ),
        customer or Customer("c4", addresses=addresses),
        items,
        disputes,
        holds,
        promises,
        plans=plans,
    )


def rules(*policies: Policy, zone: str = "UTC", country: str | None = None) -> Rulebook:
    """A creditor's rulebook."""
    return Rulebook(Creditor("acme", time_zone=zone, country=country), policies or (POLICY,), 1)


def notice(
    serial: int,
    on: date,
    *,
    outcome: str = "sent",
    policy: str = "std",
    currency: str = "EUR",
    channel: str = "email",
    attempt: int = 1,
) -> LastNotice:
    """The last notice of a case."""
    return LastNotice(currency, policy, serial, serial, channel, attempt, outcome, on, "hash-a")


def sent(state: Account, now: int, rulebook: Rulebook | None = None, gates: Gates = GATES) -> Send:
    """What is sent now; it is an error if nothing is."""
    found = decide(state, rulebook or rules(), now, gates)
    assert isinstance(found, Send), found
    return found


def waits(
    state: Account, now: int, rulebook: Rulebook | None = None, gates: Gates = GATES
) -> tuple[int | None, str]:
    """Until when nothing is sent, and why; it is an error if something is."""
    found = decide(state, rulebook or rules(), now, gates)
    assert isinstance(found, Wait), found
    made = plan(state, rulebook or rules(), now, gates)
    assert made.says_the_same(found.plan)
    return found.plan.at, found.plan.reason


def advanced(found: Send) -> list[str]:
    """The items whose step a notice takes, with the level."""
    return [f"{line.ref}:{line.level}" for line in found.advanced]


def listed(found: Send) -> list[str]:
    """All items that a notice lists."""
    return [str(line.ref) for line in found.lines]

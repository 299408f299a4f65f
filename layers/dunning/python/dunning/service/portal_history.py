"""What has been on an account: what was paid, objections and what became of them, plans with their
progress, promises. Reads alone; a person's words to any of it are not shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import NamedTuple

from dunning.domain.calendar import Months, later
from dunning.domain.facts import Dispute, Promise
from dunning.domain.payment_plans import PROPOSED, PaymentPlan
from dunning.domain.posting import Posting
from dunning.domain.said_objections import accepted
from dunning.service.ports import Ledger
from dunning.service.visiting import Visit

MOST = 1_000
"""Postings, and facts that are over, that are looked through."""
SINCE = Months(-24)
SHOWN = frozenset({"payment", "credit_note", "refund", "chargeback", "write_off", "waiver"})
DECLINED_WORDS = frozenset({"rejected", "declined", "refused", "invalid", "unfounded", "denied"})


class Money(NamedTuple):
    """One posting: the day it counts, what it was, minor units (what went back is negative), and
    the invoices that it was for."""

    day: date
    type: str
    amount: int
    currency: str
    invoices: tuple[str, ...]


class Objection(NamedTuple):
    """One objection: `outcome` is open, accepted, declined or settled."""

    day: date
    invoice: str
    outcome: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What the page shows, newest first."""

    money: tuple[Money, ...]
    objections: tuple[Objection, ...]
    plans: tuple[PaymentPlan, ...]
    promises: tuple[Promise, ...]
    more: bool = False
    """Whether there is more than could be looked through."""


def past(ledger: Ledger, visit: Visit) -> Past:
    """The last two years of an account."""
    since = later(visit.today, SINCE)
    postings = list(islice(ledger.postings(visit.creditor, visit.account), MOST + 1))
    ended = list(islice(ledger.ended(visit.creditor, visit.account), MOST + 1))
    money = [_money(one) for one in postings[:MOST] if one.type in SHOWN]
    objections = [Objection(one.on, one.invoice, "open") for one in visit.state.disputes]
    plans = [plan for plan in visit.state.plans if plan.state != PROPOSED]
    promises = list(visit.state.promises)
    for one in ended[:MOST]:
        if isinstance(one.fact, Dispute):
            fact = one.fact
            objections.append(Objection(fact.on, fact.invoice, _outcome(one.outcome), one.on))
        elif isinstance(one.fact, PaymentPlan) and one.fact.received:
            plans.append(one.fact)
        elif isinstance(one.fact, Promise):
            promises.append(one.fact)
    return Past(
        tuple(sorted((m for m in money if m.day >= since and m.amount), reverse=True)),
        tuple(sorted((o for o in objections if o.day >= since), key=_newest)),
        tuple(sorted(plans, key=lambda plan: plan.on, reverse=True)),
        tuple(sorted((p for p in promises if p.on >= since), key=lambda p: p.on, reverse=True)),
        len(postings) > MOST or len(ended) > MOST,
    )


def _newest(one: Objection) -> tuple[int, str]:
    return -one.day.toordinal(), one.invoice


def _money(one: Posting) -> Money:
    """What stands of a posting; what was taken back counts nothing."""
    allocations, on_account = one.standing()
    amount = sum(part for _, part in allocations) + on_account
    return Money(one.value_date, one.type, amount, one.currency, _numbers(allocations))


def _numbers(allocations: Iterable[tuple[object, int]]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(str(getattr(ref, "invoice", "")) for ref, part in allocations if part)
    )


def _outcome(said: str) -> str:
    """A person's word for what became of an objection, as far as it is one that can be shown."""
    word = said.strip().casefold()
    if accepted(word):
        return "accepted"
    return "declined" if word in DECLINED_WORDS else "settled"

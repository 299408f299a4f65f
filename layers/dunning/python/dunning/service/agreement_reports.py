"""Reports of what customers agreed to: payment plans and promises, standing and past, as of a day.
Reads the ledger's port alone; what a plan or a promise is worth is the domain's.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain

from dunning.domain.account import Account
from dunning.domain.calendar import later
from dunning.domain.facts import Promise
from dunning.domain.money import format_amount
from dunning.domain.payment_plans import BROKEN, PROPOSED, PaymentPlan
from dunning.domain.promise_upkeep import BROKEN as PROMISE_BROKEN
from dunning.domain.promise_upkeep import PARTLY
from dunning.service.report_book import Book, Output

OPEN = "open"
"""A promise that is neither kept nor over."""


def plan_rows(book: Book) -> Iterator[Output]:
    """One per payment plan, in the order of their words: what it asks for, what came of it, what
    comes next and what is missing of it."""

    def of(key: str, state: Account) -> list[tuple[date, str, PaymentPlan]]:
        plans = {plan.id: judged(plan, book.as_of) for plan in state.plans}
        for one in book.ledger.ended(book.creditor, key):
            if isinstance(one.fact, PaymentPlan):
                plans.setdefault(one.fact.id, one.fact)
        return [(plan.on, state.head.customer, plan) for plan in plans.values()]

    found = chain.from_iterable(book.each(of))
    for _, customer, plan in sorted(found, key=lambda row: (row[0], row[1], row[2].id)):
        yield _plan_row(book, customer, plan)


def judged(plan: PaymentPlan, on: date) -> PaymentPlan:
    """A plan as it stands on a day, also where nobody has written the account since it broke."""
    if plan.in_force and plan.broken_from <= on:
        return replace(plan, state=BROKEN, until=later(plan.broken_from, -1))
    return plan


def _plan_row(book: Book, customer: str, plan: PaymentPlan) -> Output:
    def said(amount: int) -> str:
        return format_amount(amount, plan.currency)

    unpaid = plan.unpaid() if plan.in_force or plan.state == PROPOSED else ()
    following = next((one for one in unpaid if one.due > book.as_of), None)
    return {
        "creditor": book.creditor,
        "customer": customer,
        "plan": plan.id,
        "state": plan.state,
        "on": plan.on.isoformat(),
        "currency": plan.currency,
        "items": [str(ref) for ref in plan.items],
        "total": said(plan.total),
        "received": said(plan.received),
        "left": said(sum(one.amount for one in unpaid)),
        "instalments": len(plan.instalments),
        "instalments_left": len(unpaid),
        "missing": said(plan.due_on(book.as_of) if plan.in_force else 0),
        "next_due": following.due.isoformat() if following else None,
        "next_amount": said(following.amount) if following else None,
        "good_until": good_until(plan),
    }


def good_until(plan: PaymentPlan) -> str | None:
    """The last day of good standing: if nothing more comes, or the one that it was."""
    if plan.in_force:
        return later(plan.broken_from, -1).isoformat()
    return plan.until.isoformat() if plan.until else None


def promise_rows(book: Book) -> Iterator[Output]:
    """One per promise, in the order in which they were made: what was promised and what came."""

    def of(key: str, state: Account) -> list[tuple[Promise, str]]:
        return [(promise, state.head.customer) for promise in _promises(book, key, state)]

    found = chain.from_iterable(book.each(of))
    for promise, customer in sorted(found, key=lambda row: (row[0].on, row[1], row[0].id)):
        yield {
            "creditor": book.creditor,
            "customer": customer,
            "promise": promise.id,
            "on": promise.on.isoformat(),
            "date": promise.by.isoformat(),
            "holds_until": promise.last_day.isoformat(),
            "currency": promise.currency,
            "items": [str(ref) for ref in promise.items],
            "amount": format_amount(promise.amount, promise.currency),
            "received": format_amount(promise.received, promise.currency),
            "outcome": outcome_of(promise, book.as_of),
        }


def _promises(book: Book, key: str, state: Account) -> Iterator[Promise]:
    yield from state.promises
    for one in book.ledger.ended(book.creditor, key):
        if isinstance(one.fact, Promise):
            yield one.fact


def outcome_of(promise: Promise, on: date) -> str:
    """What became of a promise by a day, also where nobody wrote the account since its end."""
    if promise.outcome or on <= promise.last_day:
        return promise.outcome or OPEN
    return PARTLY if promise.received else PROMISE_BROKEN

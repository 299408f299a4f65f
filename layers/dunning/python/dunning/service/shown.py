"""What the ledger knows, as systems read it: customers, documents, postings and facts, field by
field as the bodies that bring them. Amounts are text with the currency's decimals; no rule here.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from dunning.domain.account import EMAIL, VOICE, Account
from dunning.domain.contact.attempt import Inconvenient
from dunning.domain.contact.reading_hours import WEEKDAYS
from dunning.domain.customer import Customer
from dunning.domain.facts import Dispute, Ended, Hold, Promise
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Invoice, OpenItem
from dunning.domain.money import format_amount
from dunning.domain.payment_plans import PaymentPlan
from dunning.domain.posting import Allocation, Posting
from dunning.service.agreement_reports import good_until, judged, outcome_of

Output = dict[str, Any]
OPEN, SETTLED = "open", "settled"


def customer_shown(customer: Customer) -> Output:
    """A customer, by the names of their body."""
    return {
        "customer": customer.customer,
        "name": customer.name or None,
        "class": customer.customer_class,
        "segment": customer.segment,
        "country": customer.country,
        "region": customer.region,
        "city": customer.city,
        "time_zone": customer.time_zone,
        "language": customer.language,
        "email": [one.value for one in customer.on(EMAIL)],
        "phone": [one.value for one in customer.on(VOICE)],
        "address": {"lines": list(customer.postal)} if customer.postal else None,
        "policy": customer.policy,
        "autopay": customer.autopay,
        "inconvenient": [_hours(one) for one in customer.inconvenient],
        "as_of": _day(customer.as_of),
    }


def _hours(hours: Inconvenient) -> Output:
    days = [WEEKDAYS[day] for day in sorted(hours.weekdays)]
    return {"from": _clock(hours.start), "until": _clock(hours.end), "days": days}


def _clock(seconds: int) -> str:
    return f"{seconds // 3_600:02}:{seconds // 60 % 60:02}"


def invoice_shown(state: Account, invoice: Invoice) -> Output:
    """A document, and what is open of it. Steps that its items have reached are the case's: an
    invoice does not change because somebody was reminded of it."""
    standing = {item.ref.item: item for item in state.open if item.ref.invoice == invoice.number}
    currency = invoice.currency
    return {
        "number": invoice.number,
        "customer": state.head.customer,
        "currency": currency,
        "kind": invoice.kind,
        "issued": invoice.issued.isoformat(),
        "policy": invoice.policy,
        "reference": invoice.reference or None,
        "autopay": invoice.autopay,
        "state": OPEN if standing else SETTLED,
        "total": format_amount(invoice.total, currency),
        "open": format_amount(sum(one.open for one in standing.values()), currency),
        "items": [
            _item_shown(invoice, number, standing.get(number))
            for number in range(1, len(invoice.items) + 1)
        ],
    }


def _item_shown(invoice: Invoice, number: int, item: OpenItem | None) -> Output:
    due_item, settled = invoice.items[number - 1], invoice.settled.get(number)
    return {
        "item": number,
        "due": due_item.due.isoformat(),
        "amount": format_amount(due_item.amount, invoice.currency),
        "open": format_amount(item.open if item else 0, invoice.currency),
        "settled_on": settled.day.isoformat() if settled and item is None else None,
    }


def posting_shown(customer: str, posting: Posting) -> Output:
    """A posting as it was applied, and what later ones have taken back of it."""
    currency = posting.currency
    back = sum(part.amount for part in posting.returned) + posting.returned_on_account
    return {
        "id": posting.key.id,
        "source": posting.key.source,
        "type": posting.type,
        "customer": customer,
        "on": posting.on.isoformat(),
        "value_date": posting.value_date.isoformat(),
        "currency": currency,
        "amount": format_amount(posting.amount, currency),
        "allocations": _parts(posting.allocations, currency),
        "on_account": format_amount(posting.on_account, currency),
        "returned": format_amount(back, currency),
        "undoes": posting.undoes.id if posting.undoes else None,
        "reference": posting.reference or None if posting.pays else None,
        "applied": posting.applied,
    }


def _parts(parts: Iterable[Allocation], currency: str) -> list[Output]:
    return [{**_ref(ref), "amount": format_amount(amount, currency)} for ref, amount in parts]


def _ref(ref: ItemRef) -> Output:
    return {"invoice": ref.invoice, "item": ref.item}


def _over(ended: Ended | None) -> Output:
    return {
        "ended_on": ended.on.isoformat() if ended else None,
        "ended_by": ended.by or None if ended else None,
    }


def dispute_shown(customer: str, fact: Dispute, ended: Ended | None, _: date) -> Output:
    """A dispute; `outcome` where it is resolved."""
    return {
        "id": fact.id,
        "customer": customer,
        "invoice": fact.invoice,
        "item": fact.item,
        "reason": fact.reason or None,
        "on": fact.on.isoformat(),
        "outcome": ended.outcome or None if ended else None,
        **_over(ended),
    }


def hold_shown(customer: str, fact: Hold, ended: Ended | None, _: date) -> Output:
    """A hold, also one that was released and of which something lasts."""
    return {
        "id": fact.id,
        "customer": customer,
        "kind": fact.kind,
        "scope": fact.scope,
        "invoice": fact.invoice,
        "item": fact.item,
        "items": [_ref(ref) for ref in fact.items],
        "on": fact.on.isoformat(),
        "until": _day(fact.until),
        "released_on": _day(fact.released),
        **_over(ended),
    }


def promise_shown(customer: str, fact: Promise, ended: Ended | None, today: date) -> Output:
    """A promise, and what became of it by today."""
    return {
        "id": fact.id,
        "customer": customer,
        "on": fact.on.isoformat(),
        "date": fact.by.isoformat(),
        "holds_until": fact.last_day.isoformat(),
        "currency": fact.currency or None,
        "amount": format_amount(fact.amount, fact.currency),
        "received": format_amount(fact.received, fact.currency),
        "items": [_ref(ref) for ref in fact.items],
        "outcome": outcome_of(fact, today),
        **_over(ended),
    }


def plan_shown(customer: str, fact: PaymentPlan, ended: Ended | None, today: date) -> Output:
    """A payment plan as it stands today, also where nobody has written the account since a day was
    missed."""
    plan = judged(fact, today) if ended is None else fact
    currency = plan.currency
    parts = zip(plan.instalments, plan.paid(), strict=True)
    return {
        "id": plan.id,
        "customer": customer,
        "state": plan.state,
        "on": plan.on.isoformat(),
        "currency": currency,
        "items": [_ref(ref) for ref in plan.items],
        "total": format_amount(plan.total, currency),
        "received": format_amount(plan.received, currency),
        "down": plan.down,
        "instalments": [
            {
                "due": one.due.isoformat(),
                "amount": format_amount(one.amount, currency),
                "paid": format_amount(paid, currency),
            }
            for one, paid in parts
        ],
        "good_until": good_until(plan),
        "by": plan.by or None,
        **_over(ended),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None

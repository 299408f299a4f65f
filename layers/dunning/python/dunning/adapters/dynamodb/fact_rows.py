"""Disputes, holds, promises, payment plans and waiting money as their items, and back. Proposals,
refusals and hand-overs are `approval_rows`', consents `consent_rows`', mandates `mandate_rows`',
tellings `telling_rows`';
documents, postings, history and tasks `rows`'.
Nothing is read or written here.
"""

from datetime import date

from dunning.domain.approval import HandedOver, Proposal, Refusal
from dunning.domain.consents import Consent
from dunning.domain.facts import Awaiting, Dispute, Ended, Hold, Promise
from dunning.domain.new_links import LinkAsked
from dunning.domain.payment_plans import Coming, Instalment, PaymentPlan, Receipt
from dunning.domain.plan_mandates import PlanMandate
from dunning.domain.posting import PostingKey
from dunning.domain.told import Received, Told

from . import codec, keys
from .approval_rows import KINDS, approval_of, approval_row
from .consent_rows import KIND as CONSENT
from .consent_rows import consent_of, consent_row
from .mandate_rows import KIND as MANDATE
from .mandate_rows import mandate_of, mandate_row
from .models import AwaitingRow, FactRow
from .telling_rows import KINDS as TELLINGS
from .telling_rows import telling_of, telling_row

CRISIS = "crisis"


def iso(day: date | None) -> str | None:
    """A day as it is stored, if there is one."""
    return day.isoformat() if day else None


def day_of(text: str | None) -> date | None:
    """The day behind `iso`."""
    return date.fromisoformat(text) if text else None


Over = (
    Dispute | Hold | Promise | PaymentPlan | PlanMandate | Proposal | Refusal | HandedOver | Consent
)
"""A fact that is kept when it is over."""
Standing = Over | Told | Received | LinkAsked
"""A fact that stands beside what is open, until it is over."""


def fact_row(account: str, fact: Standing) -> FactRow:
    """The item of a fact that holds reminders back, or says what was told beside them."""
    match fact:
        case Told() | Received() | LinkAsked():
            return telling_row(account, fact)
        case Proposal() | Refusal() | HandedOver():
            return approval_row(account, fact)
        case Consent():
            return consent_row(account, fact)
        case Dispute():
            return FactRow(
                account,
                keys.dispute(fact.id),
                kind="dispute",
                id=fact.id,
                on=fact.on.isoformat(),
                invoice=fact.invoice,
                item=fact.item,
                reason=fact.reason or None,
            )
        case Hold():
            return FactRow(
                account,
                keys.hold(fact.id),
                kind="hold",
                id=fact.id,
                on=fact.on.isoformat(),
                hold_kind=fact.kind,
                scope=fact.scope,
                invoice=fact.invoice,
                item=fact.item,
                until=iso(fact.until),
                items=codec.pack_refs(fact.items) or None,
                state=CRISIS if fact.crisis else None,
                reopened=iso(fact.released),
                amount=fact.amount or None,
            )
        case PaymentPlan():
            return _plan_row(account, fact)
        case PlanMandate():
            return mandate_row(account, fact)
    return FactRow(
        account,
        keys.promise(fact.id),
        kind="promise",
        id=fact.id,
        on=fact.on.isoformat(),
        by=fact.by.isoformat(),
        amount=fact.amount,
        items=codec.pack_refs(fact.items) or None,
        currency=fact.currency or None,
        received=fact.received or None,
        kept=fact.outcome or None,
    )


def _plan_row(account: str, plan: PaymentPlan) -> FactRow:
    return FactRow(
        account,
        keys.payment_plan(plan.id),
        kind="plan",
        id=plan.id,
        on=plan.on.isoformat(),
        items=codec.pack_refs(plan.items),
        currency=plan.currency,
        state=plan.state,
        down=plan.down or None,
        instalments=[codec.join(one.due.isoformat(), one.amount) for one in plan.instalments],
        receipts=[
            codec.join(one.day.isoformat(), one.amount, "e" if one.from_end else "", *one.key)
            for one in plan.receipts
        ]
        or None,
        until=iso(plan.until),
        reopened=iso(plan.reopened),
        by=plan.by or None,
        coming=[
            codec.join(one.due.isoformat(), one.on.isoformat(), one.amount, one.until.isoformat())
            for one in plan.coming
        ]
        or None,
        awaited=iso(plan.awaited),
    )


def _plan_of(row: FactRow) -> PaymentPlan:
    instalments = (codec.split(text) for text in row.instalments or ())
    receipts = (codec.split(text) for text in row.receipts or ())
    return PaymentPlan(
        row.id,
        date.fromisoformat(row.on),
        codec.unpack_refs(row.items or ()),
        row.currency or "",
        tuple(Instalment(date.fromisoformat(due), int(amount)) for due, amount in instalments),
        row.state or "",
        bool(row.down),
        tuple(
            Receipt(PostingKey(source, id_), date.fromisoformat(day), int(amount), bool(end))
            for day, amount, end, source, id_ in receipts
        ),
        day_of(row.until),
        day_of(row.reopened),
        row.by or "",
        tuple(_coming(text) for text in row.coming or ()),
        day_of(row.awaited),
    )


def _coming(text: str) -> Coming:
    due, on, amount, until = codec.split(text)
    day = date.fromisoformat
    return Coming(day(due), day(on), int(amount), day(until))


def ended_row(account: str, ended: Ended) -> FactRow:
    """The item of a fact that is over."""
    row = fact_row(account, ended.fact)
    row.sk = keys.ended(ended.kind, ended.fact.id)
    row.ended_by = ended.by
    row.ended_on = ended.on.isoformat()
    row.outcome = ended.outcome or None
    return row


def ended_of(row: FactRow) -> Ended:
    """The fact that is over, behind an item."""
    on = date.fromisoformat(row.ended_on or row.on)
    return Ended(over_of(row), row.ended_by or "", on, row.outcome or "")


def fact_of(row: FactRow) -> Standing:
    """The fact behind an item."""
    if row.kind in TELLINGS:
        return telling_of(row)
    return over_of(row)


def over_of(row: FactRow) -> Over:
    """The fact behind an item, of the kinds that are kept when they are over."""
    if row.kind in KINDS:
        return approval_of(row)
    if row.kind == "plan":
        return _plan_of(row)
    if row.kind == CONSENT:
        return consent_of(row)
    if row.kind == MANDATE:
        return mandate_of(row)
    on = date.fromisoformat(row.on)
    item = None if row.item is None else int(row.item)
    if row.kind == "dispute":
        return Dispute(row.id, row.invoice or "", on, item, row.reason or "")
    if row.kind == "hold":
        return Hold(
            row.id,
            row.hold_kind or "",
            on,
            row.scope or "",
            row.invoice,
            item,
            day_of(row.until),
            codec.unpack_refs(row.items or ()),
            row.state == CRISIS,
            day_of(row.reopened),
            int(row.amount or 0),
        )
    return Promise(
        row.id,
        on,
        date.fromisoformat(row.by or ""),
        int(row.amount or 0),
        codec.unpack_refs(row.items or ()),
        row.currency or "",
        int(row.received or 0),
        row.kept or "",
    )


def awaiting_row(account: str, fact: Awaiting) -> AwaitingRow:
    """The item of money that waits for an invoice."""
    return AwaitingRow(
        account,
        keys.awaiting(fact),
        invoice=fact.invoice,
        item=fact.item,
        source=fact.posting.source,
        id=fact.posting.id,
        amount=fact.amount,
    )


def awaiting_of(row: AwaitingRow) -> Awaiting:
    """The waiting money behind an item."""
    item = None if row.item is None else int(row.item)
    return Awaiting(PostingKey(row.source, row.id), row.invoice, int(row.amount), item)

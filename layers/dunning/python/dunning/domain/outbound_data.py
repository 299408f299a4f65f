"""What an event tells: ids, codes, days and amounts, from its record and the facts behind it. Never
a name, an address, a hash of one or a free text. Which record is news is `outbound`'s.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from . import consents, history, outbound
from .account import Account
from .approval import HandedOver
from .facts import Dispute, Promise
from .history import Attempt, Record
from .identity import ItemRef
from .ledger import Find
from .money import format_amount
from .outbound import Payload
from .payment_plans import PaymentPlan
from .posting import CREDIT_NOTES, LEDGER, Posting, PostingKey

_F = TypeVar("_F", PaymentPlan, Promise, HandedOver, consents.Consent)
_CODE = re.compile(r"[a-z][a-z_]{0,31}\Z")


class NotYet(Exception):
    """What the record speaks of is still on its way into the ledger: ask again."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Look-ups of what lies behind a record; each is read when it is asked for."""

    account: Callable[[], Account]
    find: Find
    records: Callable[[], Iterable[Record]]


def data_of(type_: str, record: Record, behind: Behind) -> Payload | None:
    """What the event of a record tells; None: it turns out to be no news. Raises NotYet."""
    match type_:
        case outbound.NOTICE_SENT:
            return _notice(record, behind)
        case outbound.PAYMENT_RECORDED | outbound.PAYMENT_RETURNED | outbound.BALANCE_ADJUSTED:
            return _posting(record, behind)
        case outbound.PROMISE_MADE | outbound.PROMISE_KEPT | outbound.PROMISE_BROKEN:
            return _promise(record, behind)
        case outbound.HANDED_OVER | outbound.HANDED_BACK:
            return _handed(record, behind)
        case outbound.DISPUTE_OPENED | outbound.DISPUTE_RESOLVED:
            return _dispute(record, behind)
        case outbound.OPTED_OUT:
            return _opted_out(record, behind)
    return _plan(record, behind)


def _notice(record: Record, behind: Behind) -> Payload | None:
    tried, outcome = record.attempt, "sent"
    if record.kind == history.SETTLED:
        tried = _settled(record, behind)
        outcome = "sent" if record.code == history.SENT else "presumed_sent"
    if tried is None:
        return None
    return {
        "notice": tried.serial,
        "attempt": tried.attempt,
        "outcome": outcome,
        "channel": tried.channel,
        "policy": tried.policy,
        "level": max((line.level for line in tried.said), default=0),
        **({"tells": tried.tells} if tried.tells else {}),
        "currency": tried.currency,
        "items": [
            {
                **_item(line.ref),
                "level": line.level,
                "open": format_amount(line.open, tried.currency),
                "fee": format_amount(line.fee, tried.currency),
                "interest": format_amount(line.interest, tried.currency),
            }
            for line in tried.said
        ],
    }


def _settled(record: Record, behind: Behind) -> Attempt | None:
    """The attempt that a record settles: the newest of its notice before it."""
    mine = [
        one.attempt
        for one in behind.records()
        if one.seq < record.seq and one.attempt is not None and one.id == record.id
    ]
    return mine[-1] if mine else None


def _posting(record: Record, behind: Behind) -> Payload | None:
    source = CREDIT_NOTES if record.code == "credit_note" else LEDGER
    posting = behind.find.posting(PostingKey(source, record.id))
    if posting is None:
        return None
    if not posting.applied:
        raise NotYet(record.id)
    return {
        "posting": posting.key.id,
        "kind": posting.type,
        "on": posting.on.isoformat(),
        "value_date": posting.value_date.isoformat(),
        "currency": posting.currency,
        "amount": format_amount(posting.amount, posting.currency),
        "on_account": format_amount(posting.on_account, posting.currency),
        "undoes": posting.undoes.id if posting.undoes else None,
        "items": _allocated(posting, behind),
    }


def _allocated(posting: Posting, behind: Behind) -> list[Payload]:
    """The items that a posting fell on, each with whether nothing is open of it now."""
    found: list[Payload] = []
    for ref, amount in posting.allocations:
        invoice = behind.find.invoice(ref.invoice)
        told = format_amount(amount, posting.currency)
        settled = bool(invoice and ref.item in invoice.settled)
        found.append({**_item(ref), "amount": told, "settled": settled})
    return found


def _plan(record: Record, behind: Behind) -> Payload | None:
    plan = _fact(behind, PaymentPlan, behind.account().plans, record.id)
    if plan is None:
        return None
    currency = plan.currency
    return {
        "plan": plan.id,
        "state": plan.state,
        "currency": currency,
        "total": format_amount(plan.total, currency),
        "left": format_amount(plan.left, currency),
        "items": [_item(ref) for ref in plan.items],
        "instalments": [
            {"due": one.due.isoformat(), "amount": format_amount(one.amount, currency)}
            for one in plan.instalments
        ],
    }


def _promise(record: Record, behind: Behind) -> Payload | None:
    promise = _fact(behind, Promise, behind.account().promises, record.id)
    if promise is None:
        return None
    return {
        "promise": promise.id,
        "by": promise.by.isoformat(),
        "currency": promise.currency,
        "amount": format_amount(promise.amount, promise.currency),
        "received": format_amount(promise.received, promise.currency),
        "outcome": promise.outcome or None,
        "items": [_item(ref) for ref in promise.items],
    }


def _handed(record: Record, behind: Behind) -> Payload | None:
    """Handed back, a record names all that came back."""
    backs = record.kind == history.FACT and record.code == "hand_back"
    ids = record.detail.partition(" by ")[0].split(", ") if backs else [record.id]
    live = behind.account().handed_over
    known = [_fact(behind, HandedOver, live, id_) for id_ in ids]
    found = [fact for fact in known if fact is not None]
    if not found:
        return None
    return {
        "hand_overs": [fact.id for fact in found],
        "to": found[0].to,
        "scope": found[0].scope,
        "items": [_item(ref) for fact in found for ref in fact.items],
    }


def _dispute(record: Record, behind: Behind) -> Payload | None:
    opened = record.code == "dispute"
    outcome = None
    dispute = None
    if opened:
        dispute = next((one for one in behind.account().disputes if one.id == record.id), None)
    if dispute is None:
        for ended in behind.find.ended():
            known = ended.fact.id if opened else ended.by
            if isinstance(ended.fact, Dispute) and known == record.id:
                dispute, outcome = ended.fact, None if opened else ended.outcome
                break
    if dispute is None:
        return None
    return {
        "dispute": dispute.id,
        "invoice": dispute.invoice,
        "item": dispute.item,
        # A person's own words on it stay here.
        "outcome": outcome if outcome and _CODE.match(outcome) else None,
    }


def _opted_out(record: Record, behind: Behind) -> Payload | None:
    word = _fact(behind, consents.Consent, behind.account().consents, record.id)
    if word is None or not word.takes:
        return None
    return {
        "channel": "all" if word.channel == consents.ALL else word.channel,
        "scope": "channel" if word.address_hash == consents.ALL else "address",
        "source": word.source,
    }


def _fact(behind: Behind, kind: type[_F], live: Iterable[_F], id_: str) -> _F | None:
    """A fact by its id: one that is live, else one that is over."""
    found = next((one for one in live if one.id == id_), None)
    if found is not None:
        return found
    ended = (one.fact for one in behind.find.ended())
    return next((one for one in ended if isinstance(one, kind) and one.id == id_), None)


def _item(ref: ItemRef) -> dict[str, object]:
    return {"invoice": ref.invoice, "item": ref.item}

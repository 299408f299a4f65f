"""What other systems are told of an account: one event for a history record that is news to them.
Which record is news, and the id and order of its event; what it tells is `outbound_data`'s.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from . import history, reasons
from .calendar import iso_instant
from .history import Record
from .identity import account_of_tag, account_tag
from .plan_entries import PLAN_STATES

NOTICE_SENT = "notice.sent"
PAYMENT_RECORDED, PAYMENT_RETURNED = "payment.recorded", "payment.returned"
BALANCE_ADJUSTED = "balance.adjusted"
PLAN_OFFERED, PLAN_AGREED, PLAN_COMPLETED = "plan.offered", "plan.agreed", "plan.completed"
PLAN_BROKEN, PLAN_CANCELLED = "plan.broken", "plan.cancelled"
PROMISE_MADE, PROMISE_KEPT, PROMISE_BROKEN = "promise.made", "promise.kept", "promise.broken"
HANDED_OVER, HANDED_BACK = "case.handed_over", "case.handed_back"
DISPUTE_OPENED, DISPUTE_RESOLVED = "dispute.opened", "dispute.resolved"
OPTED_OUT = "contact.opted_out"
TYPES = (
    NOTICE_SENT,
    PAYMENT_RECORDED,
    PAYMENT_RETURNED,
    BALANCE_ADJUSTED,
    PLAN_OFFERED,
    PLAN_AGREED,
    PLAN_COMPLETED,
    PLAN_BROKEN,
    PLAN_CANCELLED,
    PROMISE_MADE,
    PROMISE_KEPT,
    PROMISE_BROKEN,
    HANDED_OVER,
    HANDED_BACK,
    DISPUTE_OPENED,
    DISPUTE_RESOLVED,
    OPTED_OUT,
)

Payload = Mapping[str, object]

_FACTS = {
    "payment": PAYMENT_RECORDED,
    "refund": PAYMENT_RETURNED,
    "chargeback": PAYMENT_RETURNED,
    "reversal": PAYMENT_RETURNED,
    "credit_note": BALANCE_ADJUSTED,
    "write_off": BALANCE_ADJUSTED,
    "waive": BALANCE_ADJUSTED,
    "statement": BALANCE_ADJUSTED,
    "promise": PROMISE_MADE,
    "hand_over": HANDED_OVER,
    "hand_back": HANDED_BACK,
    "dispute": DISPUTE_OPENED,
    "resolve": DISPUTE_RESOLVED,
    "opt_out": OPTED_OUT,
    # A complaint to the provider is a withdrawal too; other feedback has nothing to tell.
    "feedback": OPTED_OUT,
}
_PLANS = {
    reasons.PLAN_COMPLETED: PLAN_COMPLETED,
    reasons.PLAN_BROKEN: PLAN_BROKEN,
    reasons.PLAN_OBSOLETE: PLAN_CANCELLED,
}
_PLAN_WORDS = {
    "proposed": PLAN_OFFERED,
    "active": PLAN_AGREED,
    "broken": PLAN_BROKEN,
    "cancelled": PLAN_CANCELLED,
}
_PROMISES = {
    reasons.PROMISE_KEPT: PROMISE_KEPT,
    reasons.PROMISE_PARTLY: PROMISE_BROKEN,
    reasons.PROMISE_BROKEN: PROMISE_BROKEN,
}
SEEN: Mapping[str, tuple[str, ...]] = {
    history.ATTEMPT: (history.SENT,),
    history.SETTLED: (history.SENT, history.PRESUMED_SENT),
    history.FACT: (*_FACTS, "plan"),
    history.PAYMENT_PLAN: tuple(_PLANS),
    history.PROMISE: tuple(_PROMISES),
    history.HANDED_OVER: (reasons.HANDED_OVER,),
}
"""The records that may be news, by kind and code: all that a stream need hand on."""
_EVENT = re.compile(r"evt_([A-Za-z0-9_-]{4,200})_([0-9]{1,10})\Z")


def type_of(record: Record) -> str | None:
    """The type of the event that a record is, as far as it says so itself; None: it is no news."""
    match record.kind:
        case history.ATTEMPT | history.SETTLED | history.HANDED_OVER:
            known = record.code in SEEN[record.kind]
            only = HANDED_OVER if record.kind == history.HANDED_OVER else NOTICE_SENT
            return only if known else None
        case history.PAYMENT_PLAN:
            return _PLANS.get(record.code)
        case history.PROMISE:
            return _PROMISES.get(record.code)
        case history.FACT if record.code == "plan":
            return _PLAN_WORDS.get(plan_state(record))
        case history.FACT:
            return _FACTS.get(record.code)
    return None


def plan_state(record: Record) -> str:
    """The state that the record of a plan's word says it came to."""
    found = PLAN_STATES.match(record.detail)
    return found.group(1) if found else ""


class EventId(NamedTuple):
    """Where an event is from: the account's key, and the seq of its record there."""

    account: str
    seq: int

    def __str__(self) -> str:
        return f"evt_{account_tag(self.account)}_{self.seq}"


def event_id(text: str) -> EventId:
    """The record behind an event's id. Raises ValueError for any other text."""
    found = _EVENT.match(text)
    if found is None:
        raise ValueError(f"{text[:40]!r} is no id of an event")
    try:
        account = account_of_tag(found.group(1))
    except (ValueError, UnicodeDecodeError):
        raise ValueError(f"{text[:40]!r} is no id of an event") from None
    if "#" not in account:
        raise ValueError(f"{text[:40]!r} is no id of an event")
    return EventId(account, int(found.group(2)))


@dataclass(frozen=True, slots=True)
class OutboundEvent:
    """One event. `sequence` orders those of an account; it has gaps, since most records are no
    news, and a notice's is that of its beginning."""

    id: str
    type: str
    created: int
    creditor: str
    customer: str
    sequence: int
    data: Payload

    def body(self) -> dict[str, object]:
        """As it is sent."""
        return {
            "id": self.id,
            "type": self.type,
            "created": iso_instant(self.created),
            "creditor": self.creditor,
            "customer": self.customer,
            "sequence": self.sequence,
            "data": dict(self.data),
        }

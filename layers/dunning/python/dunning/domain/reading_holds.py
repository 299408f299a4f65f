"""Holds from plain objects. What one does is `holding`'s, `legal_holds`' and the contact rules'."""

from datetime import date

from .bodies import HoldBody
from .facts import PAYMENT_BEGUN, UNKNOWN_SEND, UNMATCHED
from .fields import Fields, ReadingError, names
from .legal_holds import BREATHING_SPACE, LEGAL, kind_of

HOLD_FIELDS = names("id customer kind scope invoice item until mental_health")
SCOPES = ("account", "invoice", "item")
MOST_ITEMS = 1_000


def hold(fields: Fields, on: date) -> HoldBody:
    """A hold of an account, an invoice or an item; `value_date` is the first day it counts for."""
    scope = fields.one_of("scope", SCOPES, SCOPES[0])
    fields.need("kind")
    kind = kind_of(fields.text("kind", 64))
    if kind in (UNKNOWN_SEND, UNMATCHED, PAYMENT_BEGUN):
        raise ReadingError(
            "reserved", "kind", f"the kind {kind} is set by the system; choose another"
        )
    crisis = bool(fields.flag("mental_health"))
    if crisis and kind != BREATHING_SPACE:
        raise ReadingError(
            "mental_health", "mental_health", f"mental_health goes with {BREATHING_SPACE} alone"
        )
    since = fields.day_or("value_date", on)
    until = fields.day("until") if fields.has("until") else None
    if kind in LEGAL and until is not None and until < since:
        raise ReadingError("until", "until", f"until {until} is before {since}; mend one of them")
    return HoldBody(
        on=on,
        id=fields.id("id"),
        customer=fields.id("customer"),
        kind=kind,
        scope=scope,
        invoice=None if scope == "account" else fields.id("invoice"),
        item=fields.whole("item", 1, MOST_ITEMS) if scope == "item" else None,
        until=until,
        since=since,
        crisis=crisis,
    )

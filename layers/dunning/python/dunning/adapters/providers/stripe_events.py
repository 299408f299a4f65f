"""Stripe: whether a webhook is signed, and what its event tells of money.
Snapshot events of the payment objects; every other type is known and ignored.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from dunning.domain.provider_events import (
    CHARGED_BACK,
    FAILED,
    PAID,
    REFUND_FAILED,
    REFUNDED,
    REINSTATED,
    TOLD,
    UNDER_WAY,
    Forged,
    ProviderEvent,
    Unreadable,
)

from .metadata import creditor_of, customer_of, items_of
from .minor_units import STRIPE, ours

NAME = "stripe"
SIGNATURE = "stripe-signature"
REPLAY_WINDOW = 300
"""Seconds that a signature may be old, or ahead of our clock (Stripe's own default)."""


class StripeEvents:
    """Signed bytes into events."""

    name = NAME

    def verify(
        self, raw: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: int
    ) -> None:
        """Raises Forged unless one of the secrets has signed these very bytes within the replay
        window. Headers have lower-case names."""
        from stripe import SignatureVerificationError, WebhookSignature

        header = headers.get(SIGNATURE, "")
        if not header:
            raise Forged("no_signature")
        for secret in secrets:
            try:
                # Without a tolerance: the package would ask the machine's clock.
                WebhookSignature.verify_header(raw.decode(), header, secret, tolerance=None)
            except (SignatureVerificationError, ValueError, TypeError):
                continue
            if abs(now - _signed_at(header)) > REPLAY_WINDOW:
                raise Forged("stale")
            return
        raise Forged("bad_signature")

    def read(self, raw: bytes) -> tuple[ProviderEvent, ...]:
        """The one event of a webhook. Raises Unreadable for what is none."""
        try:
            event = json.loads(raw)
            thing = event["data"]["object"]
            before = event["data"].get("previous_attributes") or {}
            return (_event(event, thing, before),)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(f"no event of Stripe: {error!r}") from None


def _event(
    event: Mapping[str, object], thing: Mapping[str, object], before: Mapping[str, object]
) -> ProviderEvent:
    type_ = str(event["type"])
    at = event["created"]
    if not isinstance(at, int):
        raise Unreadable(f"created is {at!r}")
    day = datetime.fromtimestamp(at, UTC).date()
    found = _told(type_, thing, before, day)
    amount, currency = found.pop("amount", None), str(found.pop("currency", ""))
    minor: int | None = None
    if amount is not None:
        minor, currency = ours(amount, currency, STRIPE)
    raw_metadata = thing.get("metadata")
    metadata: Mapping[str, object] = raw_metadata if isinstance(raw_metadata, Mapping) else {}
    return ProviderEvent(
        provider=NAME,
        id=str(event["id"]),
        kind=str(found.get("kind", TOLD)),
        type=type_,
        on=day,
        payment=str(found.get("payment") or ""),
        amount=minor,
        currency=currency,
        refund=str(found.get("refund") or ""),
        dispute=str(found.get("dispute") or ""),
        creditor=creditor_of(metadata),
        customer=customer_of(metadata),
        items=items_of(metadata, minor or 0),
        reference=str(found.get("reference") or "")[:200],
        reason=str(found.get("reason") or ""),
    )


def _told(
    type_: str, thing: Mapping[str, object], before: Mapping[str, object], day: date
) -> dict[str, object]:
    """What an event says of money, in its own minor units. One payment is told by several events,
    each with the id of its payment intent, so that they are one payment of the ledger."""
    paid = {"kind": PAID, "currency": thing.get("currency")}
    match type_:
        case "checkout.session.completed" | "checkout.session.async_payment_succeeded":
            status = thing.get("payment_status")
            if status not in ("paid", "unpaid") or not thing.get("payment_intent"):
                return {}
            return {
                **paid,
                # Paid later (a debit, a transfer) comes as the second of the two.
                "kind": PAID if status == "paid" else UNDER_WAY,
                "payment": thing["payment_intent"],
                "amount": thing["amount_total"],
                "reference": thing.get("client_reference_id"),
            }
        case "checkout.session.async_payment_failed" if thing.get("payment_intent"):
            return {
                **paid,
                "kind": FAILED,
                "payment": thing["payment_intent"],
                "amount": thing["amount_total"],
            }
        case "payment_intent.succeeded":
            return {
                **paid,
                "payment": thing["id"],
                "amount": thing["amount_received"],
                "reference": thing.get("description"),
            }
        case "charge.succeeded" if thing.get("payment_intent") is None:
            # A charge without an intent; of all others the intent tells.
            return {
                **paid,
                "payment": thing["id"],
                "amount": thing["amount"],
                "reference": thing.get("description"),
            }
        case "charge.refunded":
            before_that = before.get("amount_refunded", 0)
            total = thing["amount_refunded"]
            if not isinstance(total, int) or not isinstance(before_that, int):
                raise Unreadable("amount_refunded is no number")
            return {
                "kind": REFUNDED,
                "currency": thing["currency"],
                "payment": _payment(thing, "id"),
                # The same sum of refunds is the same event, whichever delivery tells of it; but
                # one that failed is taken off the sum, and whoever gives it back again, days
                # later, comes to that sum again.
                "refund": f"{thing['id']}:refunded:{total}:{day}",
                "amount": total - before_that,
            }
        case "refund.failed":
            return {
                "kind": REFUND_FAILED,
                "currency": thing["currency"],
                "payment": _payment(thing, "charge"),
                "refund": thing["id"],
                "amount": thing["amount"],
                "reason": thing.get("failure_reason"),
            }
        case "charge.dispute.funds_withdrawn" | "charge.dispute.funds_reinstated":
            back = type_.endswith("reinstated")
            return {
                "kind": REINSTATED if back else CHARGED_BACK,
                "currency": thing["currency"],
                "payment": _payment(thing, "charge"),
                "dispute": thing["id"],
                "amount": thing["amount"],
                "reason": thing.get("reason"),
            }
        case "payment_intent.payment_failed" | "charge.failed" | "checkout.session.expired":
            # Nothing was there before, so nothing is taken back.
            return {"payment": _payment(thing, "id"), "reason": thing.get("failure_code")}
    return {}


def _payment(thing: Mapping[str, object], charge: str) -> object:
    """The payment's id as `payment_intent.succeeded` tells it, else that of its charge."""
    return thing.get("payment_intent") or thing[charge]


def _signed_at(header: str) -> int:
    parts = (part.partition("=") for part in header.split(","))
    return int(next(value for name, _, value in parts if name == "t"))

"""Adyen: whether each item of a notification is signed, and what it tells of money.
Standard payment webhooks; every other event code is known and ignored.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from dunning.domain.provider_events import (
    CHARGED_BACK,
    CHARGED_BACK_AGAIN,
    FAILED,
    PAID,
    REFUND_FAILED,
    REFUNDED,
    REINSTATED,
    TOLD,
    Forged,
    ProviderEvent,
    Unreadable,
)

from .days import day_of
from .metadata import creditor_of, customer_of, items_of
from .minor_units import ADYEN, ours

NAME = "adyen"
ANSWER = "[accepted]"
"""What Adyen wants to be answered; anything else is delivered again."""

KINDS = {
    "AUTHORISATION": PAID,
    "CAPTURE_FAILED": FAILED,
    "CANCELLATION": FAILED,
    "REFUND": REFUNDED,
    "REFUND_FAILED": REFUND_FAILED,
    "REFUNDED_REVERSED": REFUND_FAILED,
    "CHARGEBACK": CHARGED_BACK,
    "SECOND_CHARGEBACK": CHARGED_BACK_AGAIN,
    "CHARGEBACK_REVERSED": REINSTATED,
}
"""What an event code means for the ledger where it says success; others are known and ignored."""
EITHER = "CANCEL_OR_REFUND"
"""Whether a payment was cancelled or given back, only `modification.action` of it says."""
ACTIONS = {"cancel": FAILED, "refund": REFUNDED}
METADATA = "metadata."
"""How additionalData names what was given with the payment."""


class AdyenEvents:
    """Signed items into events."""

    name = NAME

    def verify(
        self, raw: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: int
    ) -> None:
        """Raises Forged unless each item is signed with one of the keys (hexadecimal). The items
        are signed, not the bytes; there is no time in it: a replay is found by the events' ids."""
        from Adyen.util import is_valid_hmac_notification

        items = list(_items(raw))
        if not items:
            raise Forged("no_signature")
        for item in items:
            more = item.get("additionalData")
            if not isinstance(more, Mapping) or not more.get("hmacSignature"):
                raise Forged("no_signature")
            try:
                valid = any(is_valid_hmac_notification(dict(item), key) for key in secrets)
            except (ValueError, KeyError, TypeError):
                valid = False
            if not valid:
                raise Forged("bad_signature")

    def read(self, raw: bytes) -> tuple[ProviderEvent, ...]:
        """The events of a notification, in its order. Raises Unreadable for what is none."""
        try:
            return tuple(map(_event, _items(raw)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(f"no notification of Adyen: {error!r}") from None


def _items(raw: bytes) -> Iterator[Mapping[str, object]]:
    try:
        found = [one["NotificationRequestItem"] for one in json.loads(raw)["notificationItems"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"no notification of Adyen: {error!r}") from None
    for item in found:
        if not isinstance(item, Mapping):
            raise Unreadable("no notification of Adyen: an item is no object")
        yield item


def _event(item: Mapping[str, object]) -> ProviderEvent:
    code, psp = str(item["eventCode"]), str(item["pspReference"])
    original = str(item.get("originalReference") or "")
    amount = item["amount"]
    if not isinstance(amount, Mapping):
        raise Unreadable("amount is no object")
    more = item.get("additionalData")
    told: Mapping[str, object] = more if isinstance(more, Mapping) else {}
    kind = TOLD
    if str(item["success"]).lower() == "true":
        either = code == EITHER
        kind = ACTIONS[str(told["modification.action"])] if either else KINDS.get(code, TOLD)
    minor, currency = (None, "")
    if kind != TOLD:
        minor, currency = ours(amount["value"], amount["currency"], ADYEN)
    metadata = {
        str(name).removeprefix(METADATA): value
        for name, value in told.items()
        if str(name).startswith(METADATA)
    }
    return ProviderEvent(
        provider=NAME,
        # Adyen's own advice: a notification is the same by these two.
        id=f"{psp}:{code}",
        kind=kind,
        type=code,
        on=day_of(item.get("eventDate")),
        payment=original or psp,
        amount=minor,
        currency=currency,
        refund=psp if kind in (REFUNDED, REFUND_FAILED) else "",
        dispute=psp if kind in (CHARGED_BACK, CHARGED_BACK_AGAIN, REINSTATED) else "",
        creditor=creditor_of(metadata),
        customer=customer_of(metadata),
        items=items_of(metadata, minor or 0),
        reference=str(item.get("merchantReference") or "")[:200],
        reason=str(item.get("reason") or "")[:200],
    )

"""GoCardless: whether a webhook is signed, and what its events tell of payments and mandates.
Its events carry ids alone; amounts are looked up with the provider (`Amounts`).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from dunning.domain.provider_events import (
    CAME_TO_NOTHING,
    CANCELLED,
    CHARGED_BACK,
    FAILED,
    MANDATE_ENDED,
    MANDATE_LIVE,
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
from .metadata import creditor_of, customer_of, items_of, plan_of

NAME = "gocardless"
SIGNATURE = "webhook-signature"
MOST_EVENTS = 250
"""Events of one webhook (GoCardless' documentation of webhooks)."""

KINDS = {
    ("payments", "confirmed"): PAID,
    ("payments", "failed"): FAILED,
    ("payments", "late_failure_settled"): TOLD,
    ("payments", "charged_back"): CHARGED_BACK,
    ("payments", "chargeback_cancelled"): REINSTATED,
    ("payments", "cancelled"): CANCELLED,
    ("refunds", "created"): REFUNDED,
    ("refunds", "bounced"): REFUND_FAILED,
    ("refunds", "failed"): REFUND_FAILED,
    ("billing_requests", "fulfilled"): MANDATE_LIVE,
    ("mandates", "created"): MANDATE_LIVE,
    ("mandates", "active"): MANDATE_LIVE,
    ("mandates", "cancelled"): MANDATE_ENDED,
    ("mandates", "failed"): MANDATE_ENDED,
    ("mandates", "expired"): MANDATE_ENDED,
    ("mandates", "blocked"): MANDATE_ENDED,
    ("mandates", "suspended_by_payer"): MANDATE_ENDED,
    ("instalment_schedules", "creation_failed"): MANDATE_ENDED,
    ("instalment_schedules", "cancelled"): MANDATE_ENDED,
}
"""What an event means for the ledger; every other is known and ignored."""
MONEY = frozenset({PAID, *CAME_TO_NOTHING, REFUNDED, REFUND_FAILED, REINSTATED})
OF_MANDATES = frozenset({MANDATE_LIVE, MANDATE_ENDED})


class Found(NamedTuple):
    """What the provider says of a payment or refund that an event names."""

    amount: int
    currency: str
    payment: str
    reference: str
    metadata: Mapping[str, object]
    charged: date | None = None
    """Of a debit by a mandate: its day."""


class FoundMandate(NamedTuple):
    """What the provider says of a mandate that an event names."""

    mandate: str
    metadata: Mapping[str, object]
    earliest: date | None = None
    """The first day on which it can be debited by."""


class Amounts(Protocol):
    """The provider's own word on payments, refunds, mandates and schedules. Raises what its client
    raises."""

    def payment(self, id_: str) -> Found: ...

    def refund(self, id_: str) -> Found: ...

    def mandate(self, id_: str) -> FoundMandate: ...

    def schedule(self, id_: str) -> FoundMandate: ...


class GoCardlessEvents:
    """Signed bytes into events."""

    name = NAME

    def __init__(self, amounts: Amounts | None = None) -> None:
        self._amounts = amounts

    def verify(
        self, raw: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: int
    ) -> None:
        """Raises Forged unless one of the secrets has signed these very bytes. There is no time in
        the signature: a replay is found by the events' ids. Headers have lower-case names."""
        from gocardless_pro.errors import InvalidSignatureError
        from gocardless_pro.webhooks import parse

        header = headers.get(SIGNATURE, "")
        if not header:
            raise Forged("no_signature")
        for secret in secrets:
            try:
                parse(raw, secret, header)
            except (InvalidSignatureError, TypeError):
                continue
            except (ValueError, KeyError):
                return  # signed, and for `read` to refuse
            return
        raise Forged("bad_signature")

    def read(self, raw: bytes) -> tuple[ProviderEvent, ...]:
        """The events of a webhook, in its order. Raises Unreadable for what is none."""
        try:
            events = json.loads(raw)["events"]
            if not isinstance(events, list) or len(events) > MOST_EVENTS:
                raise Unreadable(f"{len(events)} events in one webhook")
            return tuple(self._event(one) for one in events)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(f"no event of GoCardless: {error!r}") from None

    def _event(self, event: Mapping[str, object]) -> ProviderEvent:
        resource, action = str(event["resource_type"]), str(event["action"])
        links = event.get("links")
        details = event.get("details")
        linked: Mapping[str, object] = links if isinstance(links, Mapping) else {}
        why: Mapping[str, object] = details if isinstance(details, Mapping) else {}
        kind = KINDS.get((resource, action), TOLD)
        payment, refund = str(linked.get("payment") or ""), str(linked.get("refund") or "")
        found = self._found(kind, resource, payment, refund)
        authority = self._authority(kind, resource, linked)
        metadata = found.metadata if found else authority.metadata if authority else {}
        plan, authorised = plan_of(metadata)
        return ProviderEvent(
            provider=NAME,
            id=str(event["id"]),
            kind=kind,
            type=f"{resource}.{action}",
            on=day_of(event["created_at"]),
            payment=found.payment if found else payment,
            amount=found.amount if found and kind not in CAME_TO_NOTHING else None,
            currency=found.currency if found else "",
            refund=refund,
            dispute=f"{payment}:chargeback" if kind in (CHARGED_BACK, REINSTATED) else "",
            mandate=authority.mandate if authority else str(linked.get("mandate") or ""),
            creditor=creditor_of(metadata),
            customer=customer_of(metadata),
            items=items_of(metadata, found.amount if found else 0),
            # What names a plan is for that plan first, whatever else is due.
            reference=plan or (found.reference if found else "")[:200],
            reason=str(why.get("cause") or ""),
            authorised=authorised,
            earliest=authority.earliest if authority else None,
            charged=found.charged if found else None,
            again=bool(why.get("will_attempt_retry")),
        )

    def _found(self, kind: str, resource: str, payment: str, refund: str) -> Found | None:
        """What the event does not say itself and the ledger has to know."""
        if kind not in MONEY or self._amounts is None:
            return None
        if resource == "refunds":
            return self._amounts.refund(refund)
        return self._amounts.payment(payment)

    def _authority(
        self, kind: str, resource: str, linked: Mapping[str, object]
    ) -> FoundMandate | None:
        """The mandate that an event is about; None: it is about none."""
        if kind not in OF_MANDATES or self._amounts is None:
            return None
        if resource == "instalment_schedules":
            return self._amounts.schedule(str(linked.get("instalment_schedule") or ""))
        name = "mandate_request_mandate" if resource == "billing_requests" else "mandate"
        id_ = str(linked.get(name) or "")
        return self._amounts.mandate(id_) if id_ else None

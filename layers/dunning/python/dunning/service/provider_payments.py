"""Which payment of the ledger a provider's event is about, where the event itself does not say: one
that came twice, and money that comes back to who gave it. What is recorded is `provider_money`'s.
"""

from dataclasses import dataclass, replace

from dunning.domain.bodies import AccountBody, MoneyBody, Part, ReturnBody, ReversalBody
from dunning.domain.posting import LEDGER, Posting, PostingKey
from dunning.domain.provider_events import (
    FAILED,
    PAID,
    REFUND_FAILED,
    REINSTATED,
    ProviderEvent,
    payment_id,
)
from dunning.service.ports import Ledger

COLLECTED_AGAIN = frozenset({"gocardless"})
"""Providers who collect a payment anew, under its own id, that had failed after it was paid."""
MOST_TIMES = 20
"""Times that one payment is collected anew at most (a bound; schemes allow a few)."""


@dataclass(frozen=True, slots=True)
class ProviderPayments:
    """Payments of providers, as the ledger has them. Reads alone."""

    ledger: Ledger

    def meant(
        self, creditor: str, event: ProviderEvent, body: AccountBody, *, last: bool
    ) -> AccountBody | None:
        """The body, about the payment that is meant. None: that is not known yet; on its `last` try
        it is the body as far as it is known."""
        if event.kind in (REINSTATED, REFUND_FAILED) and isinstance(body, MoneyBody):
            return self._back(creditor, event, body, last)
        if event.provider not in COLLECTED_AGAIN:
            return body
        first = payment_id(event.provider, event.payment)
        time = self._time(creditor, first, event)
        if time is None:
            return body if last else None
        match body:
            case MoneyBody(id=id_) if id_ == first:
                return replace(body, id=time)
            case ReversalBody() if time != first:
                return replace(body, id=f"{time}:{FAILED}", of=time)
            case ReturnBody(payment=payment) if payment == first:
                return replace(body, payment=time)
        return body

    def _back(
        self, creditor: str, event: ProviderEvent, body: MoneyBody, last: bool
    ) -> MoneyBody | None:
        """Money that is back is its payer's, though the event names nobody, and for what the
        chargeback had opened."""
        paid = PostingKey(LEDGER, payment_id(event.provider, event.payment))
        account = self.ledger.account_of_posting(creditor, paid)
        head = self.ledger.head(creditor, account) if account else None
        if account is None or head is None:
            return body if last else None
        body = replace(body, customer=head.customer)
        if event.kind != REINSTATED:
            return body
        gone = self._posting(creditor, f"{event.provider}:{event.dispute}")
        if gone is None:
            return body if last else None
        parts = tuple(
            Part(invoice=ref.invoice, item=ref.item, amount=-amount)
            for ref, amount in gone.allocations
        )
        whole = sum(part.amount for part in parts) <= body.amount
        return replace(body, parts=parts if whole else ())

    def _time(self, creditor: str, first: str, event: ProviderEvent) -> str | None:
        """The id of that time of a payment which an event is about: it failed, and was collected
        again, as often as the ledger knows of before the event's day. None: it failed again, and
        that it was collected again is not known."""
        id_ = first
        for number in range(2, MOST_TIMES):
            failed = self._posting(creditor, f"{id_}:{FAILED}")
            if failed is None or failed.on >= event.on:
                break
            following = f"{first}:{number}"
            if event.kind != PAID and self._posting(creditor, following) is None:
                return None if event.kind == FAILED else id_
            id_ = following
        return id_

    def _posting(self, creditor: str, id_: str) -> Posting | None:
        key = PostingKey(LEDGER, id_)
        account = self.ledger.account_of_posting(creditor, key)
        return self.ledger.posting(creditor, account, key) if account else None

"""From records to events: which endpoints are told of a record, and what they are told. Nothing of
an event is kept: it is made from the ledger whenever it is told, also again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dunning.domain.history import Record
from dunning.domain.outbound import EventId, OutboundEvent, type_of
from dunning.domain.outbound_data import Behind, data_of
from dunning.domain.outbound_endpoints import Endpoint
from dunning.service.accounts import Accounts
from dunning.service.outbound_ports import Delivery, DeliveryQueue, Subscriptions
from dunning.service.ports import Metrics

Seen = tuple[str, str, Record]
"""Creditor, account and a record of its history."""


@dataclass(frozen=True, slots=True)
class PublishEvents:
    """Records, as the table's stream tells of them, into the queue of those who are to hear."""

    subscriptions: Subscriptions
    queue: DeliveryQueue
    metrics: Metrics

    def publish(self, seen: Iterable[Seen], again: str = "", only: str = "") -> int:
        """How many deliveries were put, in the order of the records. `again` sets those apart that
        are told another time; `only`: to one endpoint."""
        found: list[Delivery] = []
        for creditor, account, record in seen:
            type_ = type_of(record)
            if type_ is None:
                continue
            found += [
                Delivery(account, record.seq, endpoint.id, again)
                for endpoint in self.subscriptions.of(creditor)
                if endpoint.takes(type_) and only in ("", endpoint.id)
            ]
        if found:
            self.queue.put(found)
            self.metrics.count("WebhookQueued", len(found))
        return len(found)


@dataclass(frozen=True, slots=True)
class MakeEvent:
    """An event, from what the ledger knows of its record now."""

    accounts: Accounts

    def make(
        self, creditor: str, account: str, seq: int, endpoint: Endpoint | None = None
    ) -> OutboundEvent | None:
        """The event of a record; None where it is no news (to that endpoint). Raises NotYet, and
        LookupError for a record that is not there."""
        ledger = self.accounts.ledger
        record = ledger.record(creditor, account, seq)
        if record is None:
            raise LookupError(f"{account} has no record {seq}")
        type_ = type_of(record)
        if type_ is None or (endpoint is not None and not endpoint.takes(type_)):
            return None
        head = ledger.glance(creditor, account)
        if head is None:
            return None
        behind = Behind(
            account=lambda: ledger.live(creditor, account, head),
            find=self.accounts.finders(creditor, account),
            records=lambda: ledger.history(creditor, account),
        )
        data = data_of(type_, record, behind)
        if data is None:
            return None
        return OutboundEvent(
            id=str(EventId(account, seq)),
            type=type_,
            created=record.at,
            creditor=creditor,
            customer=head.customer,
            sequence=seq,
            data=data,
        )

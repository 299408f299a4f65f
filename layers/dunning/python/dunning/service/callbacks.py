"""Webhooks of payment providers: known to be theirs, kept on a queue before they are answered, and
recorded when they come out of it. What one event does is `provider_money`'s.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Rulebook
from dunning.domain.provider_events import Forged, Unreadable
from dunning.service.accounts import Contended
from dunning.service.collecting import Collecting, NotCollected
from dunning.service.ports import Metrics, Settings
from dunning.service.provider_money import TOLD, ProviderMoney, TooEarly
from dunning.service.provider_ports import (
    Callback,
    CallbackQueue,
    Keys,
    NotConfigured,
    ProviderEvents,
    ProviderKeys,
)

LARGEST = 700_000
"""Bytes of a webhook that fit into a message of the queue, whatever they are written as there."""


@dataclass(frozen=True, slots=True)
class ReceiveCallback:
    """The way in. It answers before anything is recorded: a provider waits for seconds at most."""

    providers: Mapping[str, ProviderEvents]
    keys: ProviderKeys
    queue: CallbackQueue
    metrics: Metrics

    def receive(
        self, creditor: str, provider: str, raw: bytes, headers: Mapping[str, str], now: int
    ) -> None:
        """Keep a webhook. `raw` are the bytes that were sent, header names are in lower case.
        Raises NotConfigured, Forged for what its provider did not sign, and Unreadable for what is
        longer than any webhook."""
        if len(raw) > LARGEST:
            raise Unreadable(f"{len(raw)} bytes")
        reader = self.providers.get(provider)
        if reader is None:
            raise NotConfigured(provider)
        secrets = self.keys.of(creditor, provider).webhook_secrets
        try:
            reader.verify(raw, headers, secrets, now)
        except Forged:
            self.metrics.count("CallbackRefused")
            raise
        self.queue.put(Callback(creditor, provider, raw))


@dataclass(frozen=True, slots=True)
class RecordCallback:
    """Webhooks that were kept, into the ledger."""

    money: ProviderMoney
    settings: Settings
    keys: ProviderKeys
    readers: Callable[[str, Keys], ProviderEvents]
    collecting: Collecting | None = None
    """What follows for the debits of plans is done at once; None, or where it fails: by the next
    run."""

    def record(self, callback: Callback, now: int, *, last: bool) -> str:
        """What came of its events, by word. Raises what the first of them raised that cannot be
        recorded (yet: `TooEarly`); all others are recorded before. `last`: it comes no more."""
        rulebook = self.settings.rulebook(callback.creditor)
        if rulebook is None:
            raise NotConfigured(callback.creditor)
        keys = self.keys.of(callback.creditor, callback.provider)
        outcomes: list[str] = []
        failed: Exception | None = None
        customers: dict[str, None] = {}
        for event in self.readers(callback.provider, keys).read(callback.raw):
            if event.customer:
                customers[event.customer] = None
            try:
                outcomes.append(
                    self.money.record(callback.creditor, event, rulebook, now, last=last)
                )
            except (LedgerError, TooEarly) as error:
                failed = failed or error
        for customer in customers:
            self._collect(callback.creditor, customer, rulebook, now)
        if failed is not None:
            raise failed
        return " ".join(sorted(set(outcomes))) or TOLD

    def _collect(self, creditor: str, customer: str, rulebook: Rulebook, now: int) -> None:
        if self.collecting is None:
            return
        account = self.money.bodies.accounts.ledger.account_key(creditor, customer)
        with suppress(NotCollected, Contended):
            self.collecting.attend(creditor, account, rulebook, now)

"""Webhooks of payment providers: known to be theirs, and kept on a queue before they are answered.
What they say is recorded when they come out of it (`provider_money`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dunning.domain.provider_events import Forged, Unreadable
from dunning.service.ports import Metrics
from dunning.service.provider_ports import (
    Callback,
    CallbackQueue,
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

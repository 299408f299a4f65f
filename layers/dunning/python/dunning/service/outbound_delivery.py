"""Events to endpoints: signed, in the order of each account, tried again for a day. What fails at
one endpoint costs the others nothing; the ledger knows nothing of any of it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from dunning.domain.outbound_data import NotYet
from dunning.domain.outbound_endpoints import Endpoint
from dunning.domain.outbound_retry import PROBE, given_up, wait
from dunning.service.outbound_events import MakeEvent
from dunning.service.outbound_ports import (
    Delivery,
    DeliveryQueue,
    Healths,
    NoSecret,
    NotTaken,
    Poster,
    SigningSecrets,
    Subscriptions,
)
from dunning.service.ports import Metrics

TOLD, UNSUBSCRIBED, NO_NEWS = "told", "unsubscribed", "no_news"
RESTS, FAILED, UNSIGNED, EARLY, GIVEN_UP = "rests", "failed", "unsigned", "early", "given_up"
DONE = frozenset({TOLD, UNSUBSCRIBED, NO_NEWS, GIVEN_UP})
"""What ends a message. After any other outcome it comes again, and its group waits for it."""

Sign = Callable[[str, int, bytes, tuple[bytes, ...]], dict[str, str]]
"""Headers of a body: by its id, the instant, and the secrets."""


class Handed(NamedTuple):
    """A message as the queue handed it out: `age`: seconds since it was put there."""

    delivery: Delivery
    creditor: str
    handle: str
    age: int


@dataclass(frozen=True, slots=True)
class DeliverEvents:
    """The use case. `now` is the receivers' clock, which is the real one."""

    make: MakeEvent
    subscriptions: Subscriptions
    healths: Healths
    secrets: SigningSecrets
    sign: Sign
    poster: Poster
    queue: DeliveryQueue
    metrics: Metrics

    def deliver(self, handed: Handed, now: int) -> str:
        """What came of one message, by word. What is not in DONE has been put off."""
        delivery, creditor = handed.delivery, handed.creditor
        endpoint = self._endpoint(creditor, delivery.endpoint)
        if endpoint is None:
            return UNSUBSCRIBED
        if given_up(handed.age):
            self.queue.give_up(delivery)
            self.metrics.count("WebhookGivenUp")
            return GIVEN_UP
        health = self.healths.of(creditor, endpoint.id)
        if health.rests(now):
            self.queue.later(handed.handle, health.until - now)
            return RESTS
        if health.until and not self.healths.probe(creditor, endpoint.id, health, now + PROBE):
            self.queue.later(handed.handle, PROBE)
            return RESTS
        try:
            outcome = self._tell(handed, endpoint, now)
        except NotYet:
            self.queue.later(handed.handle, wait(handed.age))
            return EARLY
        except NoSecret:
            self.metrics.count("WebhookUnsigned")
            self.queue.later(handed.handle, wait(handed.age))
            return UNSIGNED
        except NotTaken as refusal:
            after = self.healths.failed(creditor, endpoint.id, now, refusal.code)
            if after.until and not health.until:
                self.metrics.count("WebhookEndpointRests")
            rest = max(after.until - now, 0)
            self.queue.later(handed.handle, max(wait(handed.age, refusal.after), rest))
            return FAILED
        if health.failures and outcome == TOLD:
            self.healths.well(creditor, endpoint.id)
        return outcome

    def _endpoint(self, creditor: str, id_: str) -> Endpoint | None:
        """The endpoint as its settings are now; None where it is gone or switched off."""
        known = self.subscriptions.of(creditor)
        return next((one for one in known if one.id == id_ and one.enabled), None)

    def _tell(self, handed: Handed, endpoint: Endpoint, now: int) -> str:
        account, seq = handed.delivery.account, handed.delivery.seq
        event = self.make.make(handed.creditor, account, seq, endpoint)
        if event is None:
            return NO_NEWS
        body = json.dumps(event.body(), separators=(",", ":"), ensure_ascii=False).encode()
        secrets = self.secrets.of(handed.creditor, endpoint.id)
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "Duecourse-Webhooks/1",
            **self.sign(event.id, now, body, secrets),
        }
        self.poster.post(endpoint.url, body, headers)
        self.metrics.count("WebhookTold")
        return TOLD

"""What `wiring` makes for telling other systems: who listens, the queue, the way out, replays.
Each is made when it is first asked for; no rule lives here.
"""

from functools import cached_property
from typing import TYPE_CHECKING, cast

from dunning.entry.observability import metrics

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sqs import SQSClient

    from dunning.adapters.dynamodb.outbound import DynamoHealths, DynamoSubscriptions
    from dunning.adapters.sqs_outbound import SqsDeliveries
    from dunning.adapters.webhook_signing import SecretsOfEndpoints
    from dunning.entry.wiring import Wiring
    from dunning.service.outbound_delivery import DeliverEvents
    from dunning.service.outbound_events import MakeEvent, PublishEvents
    from dunning.service.outbound_replay import ReplayEvents


class OutboundWiring:
    """The parts of one cell that tell other systems."""

    def __init__(self, here: "Wiring") -> None:
        self._here = here

    @cached_property
    def subscriptions(self) -> "DynamoSubscriptions":
        from dunning.adapters.dynamodb.outbound import DynamoSubscriptions

        _ = self._here.connection
        return DynamoSubscriptions()

    @cached_property
    def healths(self) -> "DynamoHealths":
        from dunning.adapters.dynamodb.outbound import DynamoHealths

        _ = self._here.connection
        return DynamoHealths()

    @cached_property
    def queue(self) -> "SqsDeliveries":
        from dunning.adapters.sqs_outbound import SqsDeliveries

        settings = self._here.settings
        return SqsDeliveries(
            cast("SQSClient", self._here.client("sqs")),
            settings.webhook_queue_url,
            settings.webhook_dead_letters_url,
        )

    @cached_property
    def secrets(self) -> "SecretsOfEndpoints":
        from dunning.adapters.webhook_signing import SecretsOfEndpoints

        client = cast("SecretsManagerClient", self._here.client("secretsmanager"))
        return SecretsOfEndpoints(client, self._here.settings.webhook_secrets)

    @cached_property
    def publish(self) -> "PublishEvents":
        from dunning.service.outbound_events import PublishEvents

        return PublishEvents(self.subscriptions, self.queue, metrics())

    @cached_property
    def make(self) -> "MakeEvent":
        from dunning.service.outbound_events import MakeEvent

        return MakeEvent(self._here.accounts)

    @cached_property
    def deliver(self) -> "DeliverEvents":
        from dunning.adapters.webhook_post import HttpPoster
        from dunning.adapters.webhook_signing import signed
        from dunning.service.outbound_delivery import DeliverEvents

        return DeliverEvents(
            make=self.make,
            subscriptions=self.subscriptions,
            healths=self.healths,
            secrets=self.secrets,
            sign=signed,
            poster=HttpPoster(loopback=self._here.settings.webhooks_to_loopback),
            queue=self.queue,
            metrics=metrics(),
        )

    @cached_property
    def replays(self) -> "ReplayEvents":
        from dunning.adapters.tokens import random_token
        from dunning.service.outbound_replay import ReplayEvents

        return ReplayEvents(self._here.ledger, self.publish, self.subscriptions, random_token)

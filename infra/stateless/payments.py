"""How news of money comes in: a function that keeps signed webhooks, a queue, one that records.
Which route leads here is the API's; the keys of providers are made by people, secret by secret.
"""

from __future__ import annotations

from collections.abc import Callable

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.config import Cell
from infra.constructs.buffer import MAX_RECEIVE_COUNT, Buffer
from infra.constructs.layers import FunctionLayers
from infra.stateless.permissions import Permissions

_ANSWER = cdk.Duration.seconds(10)
_RECORD = cdk.Duration.seconds(60)
_AGAIN = cdk.Duration.minutes(6)
"""What follows an event that has not come yet waits so long each time: half an hour in all."""


def secrets_of(cell: Cell) -> str:
    """What the names of the secrets with the keys of providers begin with."""
    return f"duecourse/{cell.name}/providers"


class Payments(Construct):
    """Webhooks of payment providers: in at once, and into the ledger from a queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cell: Cell,
        function: Callable[..., lambda_.Function],
        permissions: Permissions,
        layers: FunctionLayers,
    ) -> None:
        super().__init__(scope, construct_id)
        self.callbacks = Buffer(self, "Callbacks", function_timeout=_RECORD, visibility=_AGAIN)
        environment = {"PROVIDER_SECRETS": secrets_of(cell)}
        keys = permissions.provider_keys(secrets_of(cell))
        self.receive = function(
            "ReceiveCallback",
            verb="receive_callback",
            timeout=_ANSWER,
            memory_mib=512,
            layers=layers.with_payments,
            environment={
                **environment,
                "CALLBACK_QUEUE_URL": self.callbacks.queue.queue_url,
            },
            grants=[
                # Which creditors there are: a webhook may leave out whose it is.
                *permissions.reading(),
                *keys,
                *permissions.into_queue(self.callbacks.queue),
            ],
        )
        self.record = function(
            "RecordPayments",
            verb="record_payments",
            timeout=_RECORD,
            memory_mib=512,
            layers=layers.with_payments,
            environment={**environment, "CALLBACK_MAX_RECEIVE_COUNT": str(MAX_RECEIVE_COUNT)},
            grants=[
                *permissions.ledger(),
                *permissions.address_key(),
                *keys,
                *permissions.from_queues([self.callbacks.queue]),
            ],
        )
        self.callbacks.feed(self.record, "ToRecord", batch_size=10, max_concurrency=2)

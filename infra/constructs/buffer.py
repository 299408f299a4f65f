"""A queue as this project wants it: dead letters, TLS only, visible again after some timeouts.
What is in the messages is not known here."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

MAX_RECEIVE_COUNT = 5


def dead_letters(scope: Construct, construct_id: str) -> sqs.Queue:
    """Where a message waits for a person; the alarms look at it."""
    return sqs.Queue(
        scope,
        construct_id,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=cdk.Duration.days(14),
    )


class Buffer(Construct):
    """A queue between a source and one function, with its dead-letter queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function_timeout: cdk.Duration,
        window_seconds: int = 0,
        visibility: cdk.Duration | None = None,
    ) -> None:
        """`visibility`: after so long a message whose function died is seen again; without it six
        timeouts, as Lambda asks, and the time in which a batch is gathered."""
        super().__init__(scope, construct_id)
        self.window_seconds = window_seconds
        self.dead_letters = dead_letters(self, "DeadLetters")
        self.queue = sqs.Queue(
            self,
            "Queue",
            # SSE-SQS: encrypted at rest without one KMS request per message.
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=visibility
            or cdk.Duration.seconds(6 * int(function_timeout.to_seconds()) + window_seconds),
            retention_period=cdk.Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=MAX_RECEIVE_COUNT
            ),
        )

    def feed(
        self,
        function: lambda_.IFunction,
        construct_id: str,
        *,
        batch_size: int,
        max_concurrency: int,
    ) -> lambda_.EventSourceMapping:
        """Hand the messages to the function; one bad message does not bring back its batch."""
        return lambda_.EventSourceMapping(
            self,
            construct_id,
            target=function,
            event_source_arn=self.queue.queue_arn,
            batch_size=batch_size,
            max_batching_window=(
                cdk.Duration.seconds(self.window_seconds) if self.window_seconds else None
            ),
            max_concurrency=max_concurrency,
            report_batch_item_failures=True,
        )

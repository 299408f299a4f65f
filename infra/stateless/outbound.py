"""How other systems are told: the table's stream to a function, a queue in order, one that posts.
Without a creditor who listens nothing is read, queued or called; what is news is the library's.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.config import Cell
from infra.constructs.acknowledge import acknowledge
from infra.constructs.buffer import dead_letters
from infra.stateless.permissions import Permissions

_PUBLISH = cdk.Duration.seconds(60)
_DELIVER = cdk.Duration.seconds(60)
STREAM_BATCH = 1000
STREAM_WINDOW = cdk.Duration.seconds(5)
STREAM_TRIES = 20
"""Some minutes by Lambda's own pauses; then the batch is halved, down to a record."""
STREAM_AGE = cdk.Duration.hours(20)
"""A stream keeps a day."""
WORKERS = 5
MOST_RECEIVES = 1000
"""The function gives up by the age of a message, with a dead letter of its own. This is for those
that it can never take: they would come for four days."""

# Which records may be news, as `dunning.domain.outbound.SEEN` has them (a test compares): an import
# of a million invoices, or a night of plans made anew, wakes nobody.
NEWS = {
    "ATTEMPT": ("SENT",),
    "SETTLED": ("SENT", "PRESUMED_SENT"),
    "FACT": (
        "payment",
        "refund",
        "chargeback",
        "reversal",
        "credit_note",
        "write_off",
        "waive",
        "statement",
        "promise",
        "hand_over",
        "hand_back",
        "dispute",
        "resolve",
        "opt_out",
        "feedback",
        "plan",
    ),
    "PAYMENT_PLAN": ("PLAN_COMPLETED", "PLAN_BROKEN", "PLAN_OBSOLETE"),
    "PROMISE": ("PROMISE_KEPT", "PROMISE_PARTLY", "PROMISE_BROKEN"),
    "HANDED_OVER": ("HANDED_OVER",),
}


def secrets_of(cell: Cell) -> str:
    """What the names of the secrets begin with that sign for endpoints."""
    return f"duecourse/{cell.name}/webhooks"


class Outbound(Construct):
    """Stream, function, queue in order, function; and where each leaves what it cannot do."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cell: Cell,
        function: Callable[..., lambda_.Function],
        permissions: Permissions,
        stream_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.queue, self.dead_letters = self._queue()
        self.unpublished = dead_letters(self, "Unpublished")
        acknowledge(
            self.unpublished,
            "AwsSolutions-SQS3",
            "This is itself a dead-letter queue: of records of a stream, which is no queue that"
            " could name it in a redrive policy.",
        )
        self.publish = function(
            "PublishEvents",
            verb="publish_events",
            timeout=_PUBLISH,
            memory_mib=256,
            environment={"WEBHOOK_QUEUE_URL": self.queue.queue_url},
            grants=[
                *permissions.endpoints(),
                *permissions.from_stream(stream_arn),
                *permissions.into_queue(self.queue),
                *permissions.give_up_to(self.unpublished),
            ],
        )
        self.deliver = function(
            "DeliverWebhooks",
            verb="deliver_webhooks",
            timeout=_DELIVER,
            memory_mib=256,
            environment={
                "WEBHOOK_QUEUE_URL": self.queue.queue_url,
                "WEBHOOK_DEAD_LETTERS_URL": self.dead_letters.queue_url,
                "WEBHOOK_SECRETS": secrets_of(cell),
            },
            grants=[
                *permissions.reading(),
                *permissions.endpoint_healths(),
                *permissions.webhook_secrets(secrets_of(cell)),
                *permissions.from_queues([self.queue], put_off=True),
                *permissions.into_queue(self.dead_letters),
            ],
        )
        self.functions = {"PublishEvents": self.publish, "DeliverWebhooks": self.deliver}
        self.dead = {"Webhooks": self.dead_letters, "Unpublished": self.unpublished}
        self._follow(stream_arn)
        lambda_.EventSourceMapping(
            self,
            "ToDeliver",
            target=self.deliver,
            event_source_arn=self.queue.queue_arn,
            batch_size=10,
            max_concurrency=WORKERS,
            report_batch_item_failures=True,
        )

    def _queue(self) -> tuple[sqs.Queue, sqs.Queue]:
        dead = sqs.Queue(
            self,
            "DeadLetters",
            fifo=True,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
        )
        queue = sqs.Queue(
            self,
            "Queue",
            fifo=True,
            # Each account and endpoint is a group of its own: the limits are each group's.
            deduplication_scope=sqs.DeduplicationScope.MESSAGE_GROUP,
            fifo_throughput_limit=sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=cdk.Duration.seconds(6 * int(_DELIVER.to_seconds())),
            retention_period=cdk.Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=MOST_RECEIVES),
        )
        return queue, dead

    def _follow(self, stream_arn: str) -> None:
        patterns = [_pattern(kind, codes) for kind, codes in NEWS.items()]
        lambda_.CfnEventSourceMapping(
            self,
            "FromLedger",
            function_name=self.publish.function_arn,
            event_source_arn=stream_arn,
            # While a mapping is being made, one that begins with the latest may miss records.
            starting_position="TRIM_HORIZON",
            batch_size=STREAM_BATCH,
            maximum_batching_window_in_seconds=int(STREAM_WINDOW.to_seconds()),
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=STREAM_TRIES,
            maximum_record_age_in_seconds=int(STREAM_AGE.to_seconds()),
            filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[
                    lambda_.CfnEventSourceMapping.FilterProperty(pattern=pattern)
                    for pattern in _merged(patterns)
                ]
            ),
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                    destination=self.unpublished.queue_arn
                )
            ),
        )


MOST_FILTERS = 5
"""What a mapping takes without asking AWS for more."""


def _pattern(kind: str, codes: tuple[str, ...]) -> dict[str, list[str]]:
    return {"kind": [kind], "code": list(codes)}


def _merged(patterns: list[dict[str, list[str]]]) -> list[str]:
    """As few patterns as a mapping takes: the last ones are one of kinds and codes together, which
    lets a little more through than it need."""
    first, rest = patterns[: MOST_FILTERS - 1], patterns[MOST_FILTERS - 1 :]
    together = {name: [text for one in rest for text in one[name]] for name in ("kind", "code")}
    return [
        json.dumps(
            {
                "eventName": ["INSERT"],
                "dynamodb": {
                    "Keys": {"sk": {"S": [{"prefix": "4#HISTORY#"}]}},
                    "NewImage": {name: {"S": texts} for name, texts in one.items()},
                },
            },
            separators=(",", ":"),
        )
        for one in (*first, together)
    ]

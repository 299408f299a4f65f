"""Batches of the two functions that tell other systems: the table's stream, and the queue in order.
What a record or a message leads to is not known here.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from dunning.adapters.dynamodb.outbound import seen_in
from dunning.adapters.sqs import BadMessage
from dunning.adapters.sqs_outbound import delivery_of
from dunning.entry.batch import Batch
from dunning.entry.observability import logger, metrics
from dunning.service.outbound_delivery import DONE, DeliverEvents, Handed
from dunning.service.outbound_events import PublishEvents, Seen
from dunning.service.ports import Clock

THREADS = 5
"""Groups of a batch side by side: they wait for others' answers, not for this CPU."""
LEAST_SECONDS = 16.0
"""What must be left of an invocation for one more call: the longest one, and its notes."""

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Publish:
    """For publish_events: records of the stream, in their order."""

    events: PublishEvents

    def batch(self, event: Raw) -> int:
        """How many deliveries follow from a batch. One record that cannot be read stops no other:
        it is counted, and stays in the history."""
        seen: list[Seen] = []
        for record in event["Records"]:
            try:
                found = seen_in(record)
            except (ValueError, KeyError, TypeError, IndexError):
                number = record.get("dynamodb", {}).get("SequenceNumber")
                logger().exception("record unread", extra={"sequence_number": number})
                metrics().count("WebhookRecordUnread")
                continue
            if found is not None:
                seen.append(found)
        return self.events.publish(seen)


@dataclass(frozen=True)
class Deliver:
    """For deliver_webhooks: messages of the queue, each group in its order."""

    events: DeliverEvents
    clock: Clock
    """The receivers' clock is the real one, in the local cell too: signatures carry it."""
    threads: int = THREADS

    def batch(self, event: Raw, seconds_left: Callable[[], float]) -> Batch:
        """Answers with the messages that come again."""
        groups: dict[str, list[Raw]] = {}
        for record in event["Records"]:
            groups.setdefault(record["attributes"]["MessageGroupId"], []).append(record)

        def one(records: list[Raw]) -> list[tuple[str, str]]:
            return self._group(records, seconds_left)

        with ThreadPoolExecutor(max(min(self.threads, len(groups)), 1)) as pool:
            told = [pair for pairs in pool.map(one, groups.values()) for pair in pairs]
        logger().info("batch done", extra={"outcomes": dict(Counter(word for _, word in told))})
        again = [id_ for id_, word in told if word not in DONE]
        return {"batchItemFailures": [{"itemIdentifier": id_} for id_ in again]}

    def _group(
        self, records: list[Raw], seconds_left: Callable[[], float]
    ) -> list[tuple[str, str]]:
        """Message and outcome, up to the first that is not done; those behind it wait for it."""
        told: list[tuple[str, str]] = []
        stopped = False
        for record in records:
            id_ = record["messageId"]
            if stopped or seconds_left() < LEAST_SECONDS:
                self.events.queue.later(record["receiptHandle"], 0)
                told.append((id_, "behind"))
                stopped = True
                continue
            try:
                outcome = self._one(record)
            except Exception:  # noqa: BLE001 - one account's error stops no other's
                logger().exception("message failed", extra={"message_id": id_})
                outcome = "error"
            told.append((id_, outcome))
            stopped = outcome not in DONE
        return told

    def _one(self, record: Raw) -> str:
        now = self.clock.now()
        try:
            creditor, delivery = delivery_of(record["body"])
        except BadMessage:
            logger().exception("no delivery", extra={"message_id": record["messageId"]})
            raise
        sent = int(record["attributes"]["SentTimestamp"]) // 1000
        age = max(now - sent, 0)
        handed = Handed(delivery, creditor, record["receiptHandle"], age)
        return self.events.deliver(handed, now)

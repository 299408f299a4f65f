"""The queue of events that are to be told, in the order of each account and endpoint: SQS FIFO.
A message names a record and an endpoint; nothing of what is told stands in it.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dunning.adapters.dynamodb import keys
from dunning.adapters.sqs import VERSION, BadMessage, send_in_order
from dunning.domain.identity import creditor_id
from dunning.service.outbound_ports import Delivery

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

MOST_LATER = 43_000
"""Seconds for which SQS lets a message be put off, less than its twelve hours."""


class SqsDeliveries:
    """A FIFO queue, and its dead letters."""

    def __init__(self, client: "SQSClient", url: str, dead_letters: str = "") -> None:
        self._client, self._url, self._dead_letters = client, url, dead_letters

    def put(self, deliveries: Iterable[Delivery]) -> None:
        send_in_order(self._client, self._url, map(_entry, deliveries))

    def later(self, handle: str, seconds: int) -> None:
        self._client.change_message_visibility(
            QueueUrl=self._url,
            ReceiptHandle=handle,
            VisibilityTimeout=max(min(seconds, MOST_LATER), 0),
        )

    def give_up(self, delivery: Delivery) -> None:
        send_in_order(self._client, self._dead_letters, [_entry(delivery)])


def _entry(delivery: Delivery) -> tuple[str, str, str]:
    """Group, what makes it the same message, and body. The group's name is a hash: it is no
    longer than SQS takes, and tells of nobody."""
    group = hashlib.sha256(delivery.group.encode()).hexdigest()[:40]
    body = delivery_text(delivery)
    return group, hashlib.sha256(body.encode()).hexdigest(), body


def delivery_text(delivery: Delivery) -> str:
    """The body that the queue carries."""
    said: dict[str, Any] = {"v": VERSION, **delivery._asdict()}
    if not delivery.again:
        del said["again"]
    return json.dumps(said, separators=(",", ":"))


def delivery_of(body: str) -> tuple[str, Delivery]:
    """Creditor and delivery of a message. Raises BadMessage."""
    try:
        said = json.loads(body)
        version, seq = said["v"], said["seq"]
        texts = said["account"], said["endpoint"], said.get("again", "")
        creditor = creditor_id(keys.creditor_of(texts[0]))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadMessage(f"no delivery: {type(error).__name__}") from None
    whole = type(seq) is int and seq > 0 and all(isinstance(text, str) for text in texts)
    if version != VERSION or not whole:
        raise BadMessage(f"no delivery of version {VERSION}")
    account, endpoint, again = texts
    return creditor, Delivery(account, seq, endpoint, again)

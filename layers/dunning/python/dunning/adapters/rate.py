"""Leave to send, at a channel's rate over all its workers: one item, leased in blocks.
It reads the wall clock by itself: it guards a provider's limit and is no rule of dunning.
"""

import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from dunning.adapters.dynamodb import keys

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

LONGEST_WAIT = 10.0
"""Seconds that a sender waits for its token; beyond that the agenda keeps the account. Long
enough for Lambda's least concurrency (two senders) at the one mail a second of a new SES account:
a shorter wait would empty the queue in a blink and leave the rate unused until the next sweep."""
STALE = 1.5
"""Seconds after its moment at which a leased token is void: nobody saves up for a burst. As long as
a worker takes for a block at a rate so high that all its moments are now."""
LARGEST_BLOCK = 10
"""A batch of messages. Of a larger block, at a high rate, a worker would use up only the first part
before the rest is stale (tests/unit/test_rate.py)."""
TRIES = 10
MILLI = 1000


def block_of(rate: float) -> int:
    """Tokens leased at once: less than a second's worth. So two workers that take turns with their
    blocks lose no token by it, a worker that stops takes little with it, and a write is shared by
    a whole batch of messages."""
    return max(1, min(LARGEST_BLOCK, int(rate * 3 / 4)))


class LeasedRate:
    """Tokens that stand in a row in time, 1/rate apart; the item says where the row ends.

    A lease moves that end on by a block, if it still is where it was read; each token of the block
    may be used from its own moment on. So no two workers ever hold the same moment. The end never
    moves back, so what a process remembers of it is at worst too early, and the write tells.

    Beside the end stands what the provider takes (`Channels.set_rate`), and every lease is answered
    with it: a lower rate than ours is followed from the next token on, a higher one never."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        channel: str,
        rate: float,
        *,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table = table
        self._key = keys.rate(channel)
        # Without a rate nothing is sent: a command line that only looks has none.
        self._ceiling = rate
        self._gap = 1 / rate if rate > 0 else float("inf")
        self._block = block_of(rate)
        self._now = now
        self._sleep = sleep
        self._lock = Lock()
        self._end: int | None = None
        self._tokens: list[float] = []

    def take(self, creditor: str, channel: str) -> bool:
        if self._gap == float("inf"):
            return False
        with self._lock:
            now = self._now()
            self._tokens = [at for at in self._tokens if at > now - STALE]
            if not self._tokens:
                self._tokens = self._lease(now)
            if not self._tokens or self._tokens[0] - now > LONGEST_WAIT:
                return False
            at = self._tokens.pop(0)
        if at > now:
            self._sleep(at - now)
        return True

    def _lease(self, now: float) -> list[float]:
        """A block of moments, oldest first; none if the row is full for as long as one waits."""
        for _ in range(TRIES):
            start = max(now, (self._end or 0) / MILLI)
            if start - now > LONGEST_WAIT:
                return []
            gap, block = self._gap, self._block
            end = round((start + block * gap) * MILLI)
            # A block that was cut for a rate that has fallen is let go, and another leased.
            if self._move(end) and self._gap <= gap:
                return [start + number * gap for number in range(block)]
        return []

    def _learn(self, item: Mapping[str, Any]) -> None:
        """Heed the rate that the item names."""
        told = float(item["rate"]["N"]) if "rate" in item else 0.0
        rate = min(self._ceiling, told) if told > 0 else self._ceiling
        self._gap, self._block = 1 / rate, block_of(rate)

    def _move(self, end: int) -> bool:
        """Whether the row's end stood where we thought; else we know better now."""
        names = {"#until": "until"}
        values: dict[str, Any] = {":end": {"N": str(end)}}
        condition = "attribute_not_exists(#until)"
        if self._end is not None:
            condition = "#until = :seen"
            values[":seen"] = {"N": str(self._end)}
        try:
            written = self._client.update_item(
                TableName=self._table,
                Key={"pk": {"S": self._key}, "sk": {"S": self._key}},
                UpdateExpression="SET #until = :end",
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            old: dict[str, Any] = error.response.get("Item", {})  # type: ignore[assignment]
            self._end = int(old["until"]["N"]) if "until" in old else None
            self._learn(old)
            return False
        self._end = end
        self._learn(written.get("Attributes", {}))
        return True

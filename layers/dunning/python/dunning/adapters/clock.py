"""The instant: the wall clock of an AWS cell, and the table's clock of the local cell.
Which of them holds is the bootstrap's choice; no rule lives here.
"""

import time
from typing import TYPE_CHECKING

from dunning.adapters.dynamodb import keys

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class ClockNotSet(LookupError):
    """The table's clock was asked before anybody set it."""


class WallClock:
    """The machine's clock."""

    def now(self) -> int:
        return int(time.time())


class TableClock:
    """One item that the driver of the local cell moves; read consistently, once an invocation."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def now(self) -> int:
        item = self._client.get_item(
            TableName=self._table,
            Key={"pk": {"S": keys.CLOCK}, "sk": {"S": keys.CLOCK}},
            ConsistentRead=True,
        ).get("Item")
        if item is None:
            raise ClockNotSet(
                f"table {self._table} has no clock item: set it, or unset CLOCK_SOURCE"
            )
        return int(item["now"]["N"])

    def set(self, now: int) -> None:
        """Move the clock; for whoever drives the local cell."""
        self._client.put_item(
            TableName=self._table,
            Item={"pk": {"S": keys.CLOCK}, "sk": {"S": keys.CLOCK}, "now": {"N": str(now)}},
        )

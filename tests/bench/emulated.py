"""An emulated DynamoDB of the run's own, and a watch on what the adapters ask of it.

The emulator's count of read units is wrong, so units are computed from the items, as AWS does.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from dunning.adapters.dynamodb import keys
from dunning.adapters.dynamodb.cost import (
    INDEXES,
    Item,
    Written,
    index_entry,
    item_size,
    read_units,
)
from dunning.adapters.dynamodb.models import Row, connect
from pynamodb.connection import Connection

from tests.emulator import REGION, create_table, emulator

TABLE = "duecourse-bench"
PATIENCE = 60
"""Seconds for one answer: the emulator sorts a whole index for each query."""


@dataclass(frozen=True, slots=True)
class Database:
    """A local DynamoDB with one table of the stateful stack's schema."""

    endpoint: str
    connection: Connection
    owner: Any
    """A client beside the adapters' own: what it asks is not watched."""

    def item(self, key: dict[str, Any]) -> Item | None:
        """An item as it is stored."""
        found: Item | None = self.owner.get_item(TableName=TABLE, Key=key).get("Item")
        return found


@contextlib.contextmanager
def database(directory: Path) -> Iterator[Database]:
    """A new emulator with one empty table, stopped at the end."""
    with (
        emulator(directory, LOG_LEVEL="ERROR") as endpoint,
        own_credentials(endpoint),
    ):
        owner = boto3.Session("test", "test", region_name=REGION).client(
            "dynamodb", endpoint_url=endpoint
        )
        create_table(owner, TABLE)
        Row.Meta.read_timeout_seconds = PATIENCE
        yield Database(endpoint, connect(TABLE, region=REGION, endpoint=endpoint), owner)


@contextlib.contextmanager
def own_credentials(endpoint: str) -> Iterator[None]:
    """Test credentials and the emulator's address, as a function of the local cell has them, and
    nothing that points at somebody's account, while the block runs."""
    before = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    for name in before:
        del os.environ[name]
    os.environ.update(
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_DEFAULT_REGION=REGION,
        AWS_ENDPOINT_URL=endpoint,
    )
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(before)


@dataclass(slots=True)
class Asked:
    """One request of the adapters with its answer, and the items that it wrote."""

    operation: str
    request: dict[str, Any]
    answer: dict[str, Any] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)

    @property
    def read_bytes(self) -> int:
        """Bytes that the request read, by DynamoDB's count."""
        return sum(map(item_size, self._items()))

    @property
    def read_units(self) -> float:
        """Read units of a GetItem or Query; 0 of anything else."""
        if self.operation not in ("GetItem", "Query"):
            return 0.0
        consistent = bool(self.request.get("ConsistentRead"))
        return read_units(map(item_size, self._items()), consistent=consistent)

    def _items(self) -> list[Item]:
        if self.operation == "GetItem":
            return [self.answer["Item"]] if "Item" in self.answer else []
        if self.operation != "Query":
            return []
        items: list[Item] = self.answer["Items"]
        if self.request.get("IndexName") != "agenda":
            return items
        # A projection shortens the answer, not the bill: what is read is the whole entry.
        partition = self.request["ExpressionAttributeValues"][":p"]
        return [_agenda_entry(partition, item["ask"]) for item in items]


def _agenda_entry(partition: Mapping[str, Any], ask: Mapping[str, Any]) -> Item:
    account = keys.agenda_account(ask["S"])
    head: Item = {"pk": {"S": account}, "sk": {"S": keys.HEAD}, "apk": partition, "ask": ask}
    entry = index_entry(head, INDEXES[0])
    assert entry is not None  # it has all four keys
    return entry


@contextlib.contextmanager
def watched(of: Database, *, images: bool = False) -> Iterator[list[Asked]]:
    """What the adapters ask and hear; with `images` also each written item before and after,
    which costs a request of the owner's for each."""
    seen: list[Asked] = []
    events = of.connection.client.meta.events  # type: ignore[attr-defined]
    waiting: list[Item | None] = []

    def before(params: dict[str, Any], model: Any, **_: object) -> None:
        seen.append(Asked(model.name, {**params}))
        waiting[:] = [of.item(key) for key in _written_keys(seen[-1])] if images else []

    def after(parsed: dict[str, Any], **_: object) -> None:
        one = seen[-1]
        one.answer = parsed
        failed = "Error" in parsed
        if images:
            one.written = [
                Written(old, of.item(key), one.operation == "TransactWriteItems", failed)
                for old, key in zip(waiting, _written_keys(one), strict=True)
            ]

    events.register("provide-client-params.dynamodb", before)
    events.register("after-call.dynamodb", after)
    try:
        yield seen
    finally:
        events.unregister("provide-client-params.dynamodb", before)
        events.unregister("after-call.dynamodb", after)


def _written_keys(asked: Asked) -> list[dict[str, Any]]:
    request = asked.request
    match asked.operation:
        case "PutItem":
            return [_key(request["Item"])]
        case "UpdateItem" | "DeleteItem":
            return [_key(request["Key"])]
        case "TransactWriteItems":
            found = []
            for action in request["TransactItems"]:
                ((_, one),) = action.items()
                found.append(_key(one.get("Item") or one["Key"]))
            return found
    return []


def _key(item: dict[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in ("pk", "sk")}

"""Where the contract suites run: the fakes in memory, and the real adapters over a local table.

The local cloud's emulator is started once, without stacks: a table of the same schema is enough.
"""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from dunning.adapters.dynamodb.ledger import DynamoLedger
from dunning.adapters.dynamodb.models import connect
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.service.ports import Ledger
from pynamodb.connection import Connection

from tests.emulator import REGION, create_table, emulator

BOTH = ("memory", "dynamodb")
FORCED_PAGE = 3
"""Items that one request reads in these suites, so that every range is paged."""


@dataclass(frozen=True)
class Database:
    """A local DynamoDB with one empty table, and the connection of the models to it."""

    table: str
    connection: Connection
    client: Any

    def scan(self) -> list[dict[str, Any]]:
        """Every item of the table, to see what a failed write left behind."""
        pages = self.client.get_paginator("scan").paginate(TableName=self.table)
        items = [item for page in pages for item in page["Items"]]
        return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    def item(self, pk: str, sk: str) -> dict[str, Any]:
        """One item as it is stored."""
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        found: dict[str, Any] = self.client.get_item(TableName=self.table, Key=key)["Item"]
        return found

    @contextlib.contextmanager
    def requests(self) -> Iterator[list[tuple[str, dict[str, Any], dict[str, Any]]]]:
        """What the adapters ask and hear, as (operation, request, answer)."""
        seen: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
        asked: dict[str, Any] = {}
        events = self.connection.client.meta.events  # type: ignore[attr-defined]

        def before(params: dict[str, Any], **_: object) -> None:
            asked.clear()
            asked.update(params)

        def after(parsed: dict[str, Any], model: Any, **_: object) -> None:
            seen.append((model.name, dict(asked), parsed))

        events.register("provide-client-params.dynamodb", before)
        events.register("after-call.dynamodb", after)
        try:
            yield seen
        finally:
            events.unregister("provide-client-params.dynamodb", before)
            events.unregister("after-call.dynamodb", after)


@pytest.fixture(scope="session", name="emulator")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an emulated AWS, stopped when the tests are done."""
    with emulator(tmp_path_factory.mktemp("emulator")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def owner(emulator: str) -> Any:
    """A client with the owner's rights, as a deployment has."""
    session = boto3.Session("test", "test", region_name=REGION)
    return session.client("dynamodb", endpoint_url=emulator)


_tables = itertools.count(1)


@pytest.fixture
def database(emulator: str, owner: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A new table of the stateful stack's schema."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    table = f"ledger-{next(_tables)}"
    create_table(owner, table)
    yield Database(table, connect(table, region=REGION, endpoint=emulator), owner)
    owner.delete_table(TableName=table)


@pytest.fixture(params=BOTH)
def adapter(request: pytest.FixtureRequest) -> str:
    """Which of the two a test runs over."""
    name: str = request.param
    return name


@pytest.fixture
def ledger(adapter: str, request: pytest.FixtureRequest) -> Ledger:
    """An empty ledger."""
    if adapter == "memory":
        return MemoryLedger()
    return DynamoLedger(request.getfixturevalue("database").connection, page=FORCED_PAGE)


@pytest.fixture
def whole(adapter: str, ledger: Ledger, request: pytest.FixtureRequest) -> Callable[[], Any]:
    """All that stands, to compare before and after a write that must leave nothing behind."""
    if adapter == "memory":
        names = ("accounts", "invoices", "postings", "ended", "lookups", "seen", "tasks", "agenda")
        return lambda: repr(
            [vars(ledger)[f"_{name}"] for name in names]
            + [{a: r for a, r in vars(ledger)["_history"].items() if r}]
        )
    database: Database = request.getfixturevalue("database")
    return database.scan

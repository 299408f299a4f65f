"""Where the contract suites run: the fakes in memory, and the real adapters over a local table.

The local cloud's emulator is started once, without stacks: a table of the same schema is enough.
"""

import contextlib
import itertools
import os
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from dunning.adapters.dynamodb.ledger import DynamoLedger
from dunning.adapters.dynamodb.models import connect
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.service.ports import Ledger
from pynamodb.connection import Connection

from infra.local.processes import Processes, free_port, wait_for

ROOT = Path(__file__).parents[2]
REGION = "eu-west-1"
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


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an emulated AWS, stopped when the tests are done."""
    directory = tmp_path_factory.mktemp("emulator")
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(directory),
        "TMPDIR": str(directory),
        "STATE_DIR": str(directory / "state"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
    }
    argv = [str(ROOT / ".venv-local/bin/python"), str(ROOT / "infra/local/emulator.py")]
    with Processes(directory / "logs") as processes:
        child = processes.start("emulator", argv, env=environment, cwd=directory)
        wait_for(child, lambda: _answers(f"{endpoint}/_ministack/ready"), 30)
        yield endpoint


def _answers(url: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1) as response:
        return bool(response.status == 200)
    return False


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


def create_table(client: Any, table: str) -> None:
    """The table as infra/stateful makes it, but for what only protects it."""
    indexes = {"agenda": ("apk", "ask"), "book": ("bpk", "bsk")}
    names = ["pk", "sk", *(name for pair in indexes.values() for name in pair)]
    client.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=_keys("pk", "sk"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": name,
                "KeySchema": _keys(*pair),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for name, pair in indexes.items()
        ],
    )


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


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

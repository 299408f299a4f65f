"""Many items into the emulator quickly: rows of the real codec, batches over plain connections.

The emulator checks no signature, so none is made: most of a signed request's time is the client's.
"""

import http.client
import json
import multiprocessing
import os
import signal
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from dunning.adapters.dynamodb import keys
from dunning.adapters.dynamodb.cost import item_size
from dunning.adapters.dynamodb.head import head_row
from dunning.adapters.dynamodb.rows import row_of
from dunning.domain.account import Account

from tests.bench.emulated import REGION, TABLE
from tests.bench.people import CREDITOR, NOW, owing

MOST_ITEMS = 25
"""Items of one BatchWriteItem."""
ITEMS = 10
"""Open invoices of one customer."""
WORKERS = 2
SLICE = 500
"""Accounts that a worker loads before it says so."""

Raw = dict[str, Any]


class LoadError(RuntimeError):
    """The emulator did not take a batch."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a slice of the load put into the table."""

    accounts: int
    items: int
    bytes: int
    agenda: int
    due: int
    """Accounts whose plan has come."""


def rows(state: Account) -> Iterator[Raw]:
    """An account's HEAD and its open items, as the codec packs them."""
    account = keys.account(CREDITOR, state.head.customer)
    yield head_row(account, state.head).serialize()
    for item in state.open:
        yield row_of(account, item).serialize()


class Batches:
    """A connection to the emulator that only writes batches."""

    def __init__(self, endpoint: str) -> None:
        parts = urlsplit(endpoint)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        scope = f"Credential=test/20261123/{REGION}/dynamodb/aws4_request"
        self._headers = {
            "X-Amz-Target": "DynamoDB_20120810.BatchWriteItem",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0",
        }

    def put(self, items: Iterable[Raw]) -> None:
        """All items, a batch at a time."""
        iterator = iter(items)
        while batch := list(islice(iterator, MOST_ITEMS)):
            puts = [{"PutRequest": {"Item": item}} for item in batch]
            asked = {"RequestItems": {TABLE: puts}}
            body = json.dumps(asked, separators=(",", ":"), default=_binary)
            self._connection.request("POST", "/", body, self._headers)
            response = self._connection.getresponse()
            answer = response.read()
            if response.status != 200 or json.loads(answer).get("UnprocessedItems"):
                raise LoadError(answer.decode()[:500])


def _binary(value: bytes) -> str:
    """A binary attribute as it goes over the wire."""
    return b64encode(value).decode()


def _load_slice(work: tuple[str, range, int]) -> Loaded:
    endpoint, numbers, due_accounts = work
    states = [owing(number, due_now=number < due_accounts, items=ITEMS) for number in numbers]
    items = [row for state in states for row in rows(state)]
    Batches(endpoint).put(items)
    plans = [state.head.plan for state in states if state.head.plan.at is not None]
    due = sum(one.at is not None and one.at <= NOW for one in plans)
    return Loaded(len(states), len(items), sum(map(item_size, items)), len(plans), due)


def load_crowd(endpoint: str, numbers: range, due_accounts: int) -> Iterator[Loaded]:
    """Accounts by number, the first `due_accounts` of all due now; yields as slices are done."""
    slices = [numbers[start : start + SLICE] for start in range(0, len(numbers), SLICE)]
    work = [(endpoint, one, due_accounts) for one in slices]
    workers = min(WORKERS, os.cpu_count() or 1)
    with multiprocessing.get_context("spawn").Pool(workers, _ignore_interrupt) as pool:
        yield from pool.imap_unordered(_load_slice, work)


def _ignore_interrupt() -> None:
    # Ctrl-C reaches the whole group; the parent ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

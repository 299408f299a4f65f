"""CPU of our process for one reminder, beside the same requests made by a bare client.

Single-threaded, warm, against the emulator: what others burn while we wait is not counted.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import boto3
from dunning.adapters.dynamodb.cost import write_units
from dunning.service.ports import Feedback
from dunning.service.record_feedback import CAUGHT_UP
from dunning.service.remind import SENT

from tests.bench.cell import Cell
from tests.bench.emulated import TABLE, Asked, watched
from tests.bench.figures import Board
from tests.bench.people import CREDITOR, NOW, TODAY, account, customer

REMINDERS = 200
WARM_UP = 30
ITEMS = 2
BATCH = 10


@dataclass(frozen=True, slots=True)
class Spent:
    """What one reminder, or one event, takes on average."""

    cpu: float
    """Seconds of CPU of this process."""
    wall: float
    """Seconds on the clock, mostly the emulator's."""
    read_units: float = 0.0
    write_units: float = 0.0
    requests: float = 0.0
    """Requests to DynamoDB."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What the price needs to know."""

    reminder: Spent
    sent_event: Spent
    """A proof of a sending some seconds after it: its claim is confirmed."""
    young_event: Spent
    """One that comes at once."""
    bounce: Spent


def measure(board: Board, cell: Cell) -> Spending:
    """Remind, write down every request, put all back as it was, and ask the same again bare."""
    warm = [f"warm-{n}" for n in range(WARM_UP)]
    names = [f"cpu-{n}" for n in range(REMINDERS)]
    _remind(cell, _put(cell, warm))
    accounts = _put(cell, names)
    with watched(cell.database) as asked, _mails(cell) as mails:
        spent = _remind(cell, accounts)
    ours = (cell.database.connection.client, _sender(cell)._client)
    boto = (boto3.client("dynamodb"), boto3.client("sesv2"))
    bare = []
    for dynamodb, ses in (ours, boto):
        _undo(cell, asked)
        _put(cell, names)
        bare.append(_bare(dynamodb, ses, asked, mails))
    board.add(
        "remind_cpu",
        spent.cpu * 1000,
        "ms",
        f"CPU of our process per reminder, {REMINDERS} reminders of {ITEMS} items one after the "
        f"other through the real wiring against the emulator ({spent.wall * 1000:.1f} ms on the "
        "clock). Floor: the very same requests by the same clients and nothing else; by boto3's "
        f"own clients they take {bare[1].cpu * 1000:.1f} ms",
        floor=bare[0].cpu * 1000,
    )
    reads = sum(one.read_units for one in asked) / REMINDERS
    board.add(
        "remind_read_units",
        reads,
        "read units",
        f"of the same {REMINDERS} reminders: HEAD and live range consistently, suppression not; "
        f"settings and pause once in {BATCH}; bytes of the items by AWS's rules. Floor: the first "
        "three",
        floor=2.5,
    )
    return Spending(
        replace(spent, read_units=reads, requests=len(asked) / REMINDERS),
        _events(cell, accounts, NOW - CAUGHT_UP),
        _events(cell, accounts, NOW),
        _bounce(cell, accounts[0]),
    )


def _events(cell: Cell, accounts: list[str], sent_at: int) -> Spent:
    """The Sent event of every reminder: its claim is gone, so nothing comes of it."""
    feedback = cell.wiring.feedback
    with watched(cell.database) as asked:
        wall, cpu = time.perf_counter(), time.process_time()
        for one in accounts:
            feedback.record(CREDITOR, _event(one, "sent", sent_at), NOW)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    count = len(accounts)
    reads = sum(one.read_units for one in asked)
    return Spent(cpu / count, wall / count, reads / count, 0.0, len(asked) / count)


def _bounce(cell: Cell, account_key: str) -> Spent:
    """A hard bounce of a reminder, with every item it writes before and after."""
    with watched(cell.database, images=True) as asked:
        cell.wiring.feedback.record(CREDITOR, _event(account_key, "bounced", NOW), NOW)
    reads = sum(one.read_units for one in asked)
    writes = write_units(one for request in asked for one in request.written)
    return Spent(0.0, 0.0, reads, writes, len(asked))


def _event(account_key: str, outcome: str, sent_at: int) -> Feedback:
    return Feedback(
        id=f"{outcome}-{account_key}",
        account=account_key,
        serial=2,
        attempt=1,
        channel="email",
        outcome=outcome,
        # Nobody else's address: the bounce bars it for the whole cell.
        address_hash="fedcba9876543210",
        sent_at=sent_at,
    )


def _put(cell: Cell, names: list[str]) -> list[str]:
    dues = [TODAY - timedelta(days=20)] * ITEMS
    return cell.put(account(customer(n, name), dues, ITEMS) for n, name in enumerate(names))


def _remind(cell: Cell, accounts: list[str]) -> Spent:
    reminders = cell.wiring.reminders
    wall, cpu = time.perf_counter(), time.process_time()
    for number, one in enumerate(accounts):
        if number % BATCH == 0:
            cell.wiring.refresh()
        outcome = reminders.remind(CREDITOR, one, NOW)
        if outcome != SENT:
            raise AssertionError(f"{one}: {outcome}, not {SENT}")
    count = len(accounts)
    return Spent((time.process_time() - cpu) / count, (time.perf_counter() - wall) / count)


@contextmanager
def _mails(cell: Cell) -> Iterator[list[dict[str, Any]]]:
    """The requests to SES, as the client is handed them."""
    seen: list[dict[str, Any]] = []
    events = _sender(cell)._client.meta.events

    def before(params: dict[str, Any], **_: object) -> None:
        seen.append({**params})

    events.register("provide-client-params.sesv2", before)
    try:
        yield seen
    finally:
        events.unregister("provide-client-params.sesv2", before)


def _undo(cell: Cell, asked: list[Asked]) -> None:
    """Delete what the reminders put, so that the same conditions hold a second time."""
    for one in asked:
        if one.operation == "PutItem":
            key = {name: one.request["Item"][name] for name in ("pk", "sk")}
            cell.database.owner.delete_item(TableName=TABLE, Key=key)
    leases = (one.request for one in asked if "#until" in one.request.get("UpdateExpression", ""))
    first = next(leases, None)
    seen = first["ExpressionAttributeValues"].get(":seen") if first else None
    if first and seen:
        cell.database.owner.put_item(TableName=TABLE, Item={**first["Key"], "until": seen})


def _sender(cell: Cell) -> Any:
    return cell.wiring.reminders.senders["email"]


def _bare(dynamodb: Any, ses: Any, asked: list[Asked], mails: list[dict[str, Any]]) -> Spent:
    """The same requests, in the same order, and nothing else."""
    methods: dict[str, Callable[..., object]] = {
        "GetItem": dynamodb.get_item,
        "Query": dynamodb.query,
        "PutItem": dynamodb.put_item,
        "UpdateItem": dynamodb.update_item,
    }
    failed = dynamodb.exceptions.ConditionalCheckFailedException
    dynamodb.list_tables()
    ses.list_configuration_sets()
    refused = 0
    wall, cpu = time.perf_counter(), time.process_time()
    for one in asked:
        try:
            methods[one.operation](**one.request)
        except failed:
            refused += 1
    for mail in mails:
        ses.send_email(**mail)
    spent = Spent(
        (time.process_time() - cpu) / len(mails), (time.perf_counter() - wall) / len(mails)
    )
    if refused:
        raise AssertionError(f"{refused} of {len(asked)} bare requests met a condition")
    return spent

"""What a sweep reads over 100,000 and over 1,000,000 open invoices, of which the same are due.

The real use case over the real adapter; only the queue and the sweep's own state are in memory.
"""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from dunning.adapters.dynamodb.ledger import DynamoLedger
from dunning.adapters.memory.cell import (
    Counters,
    MemoryChannels,
    MemoryOutbox,
    MemorySettings,
)
from dunning.service.sweep import Sweep

from tests.bench.emulated import Database, database, watched
from tests.bench.figures import Board
from tests.bench.loading import ITEMS, load_crowd
from tests.bench.people import CREDITOR, NOW, POLICIES, RULEBOOK, SETTINGS

DUE = 1_000
SMALL = 100_000
FULL = 1_000_000
RATE = 14.0


@dataclass(frozen=True, slots=True)
class Read:
    """One sweep: what it asked and what that costs."""

    enqueued: int
    pages: int
    units: float
    bytes: int
    operations: str


def measure(board: Board, directory: Path) -> None:
    """Load the smaller table and sweep, load on to the larger one and sweep again."""
    full = int(os.environ.get("BENCH_OPEN") or FULL)
    small = min(SMALL, full // 10)
    due = min(DUE, small // ITEMS)
    with database(directory) as here:
        _load(board, here, range(small // ITEMS), due)
        before = _sweep(here)
        _load(board, here, range(small // ITEMS, full // ITEMS), due)
        after = _sweep(here)
    for read, size in ((before, small), (after, full)):
        if read.enqueued != due:
            raise AssertionError(f"{read.enqueued} of {due} due accounts swept over {size:,}")
        board.say(f"sweep over {size:,}: {read.operations}; {read.bytes:,} bytes, {read.units} RU")
    least = before.bytes / 4096 / 2 / due
    board.add(
        "sweep_read_units_per_due_account",
        after.units / due,
        "read units",
        f"{due:,} accounts due of {full // ITEMS:,} with {full:,} open invoices; {after.pages} "
        f"Query requests on the agenda index, eventually consistent; units computed from the "
        f"entries' bytes. Floor: the bytes of the {due:,} entries / 4 KB / 2, nothing rounded",
        floor=least,
    )
    board.add(
        "sweep_slope_100k_to_1m",
        after.units / before.units,
        "ratio",
        f"read units of one sweep over {full:,} against {small:,} open invoices with the same "
        f"{due:,} accounts due: {after.units} against {before.units} units, {after.pages} against "
        f"{before.pages} pages. Floor: 1, what is not due costs nothing. Goal: at most 1.05",
        floor=1.0,
    )
    board.add(
        "sweep_pages",
        after.pages,
        "requests",
        "Query requests of that sweep. Floor: one per creditor, channel and shard, for a shard's "
        "entries are fewer than 1 MB",
        floor=SETTINGS.shards_ever,
    )


def _load(board: Board, here: Database, numbers: range, due: int) -> None:
    accounts = items = size = agenda = 0
    told = 0
    for part in load_crowd(here.endpoint, numbers, due):
        accounts += part.accounts
        items += part.items
        size += part.bytes
        agenda += part.agenda
        if accounts - told >= 10_000 or accounts == len(numbers):
            told = accounts
            board.say(f"loaded {accounts:,} of {len(numbers):,} accounts ({items:,} items)")
    board.say(f"{size / items:.0f} bytes an item; {agenda:,} of {accounts:,} accounts have a plan")


def _sweep(here: Database) -> Read:
    settings, outbox = MemorySettings(), MemoryOutbox()
    settings.put_creditor(CREDITOR, SETTINGS)
    settings.put_policies(CREDITOR, RULEBOOK.policies, POLICIES)
    sweep = Sweep(
        channel="email",
        rate=RATE,
        ledger=DynamoLedger(here.connection),
        settings=settings,
        channels=MemoryChannels(),
        outbox=outbox,
        metrics=Counters(),
    )
    with watched(here) as seen:
        enqueued = sweep.run(NOW)
    counts = Counter(one.operation for one in seen)
    return Read(
        enqueued=enqueued,
        pages=counts["Query"],
        units=sum(one.read_units for one in seen),
        bytes=sum(one.read_bytes for one in seen),
        operations=", ".join(f"{n} {name}" for name, n in sorted(counts.items())),
    )

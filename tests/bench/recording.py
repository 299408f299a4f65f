"""What a row of a file costs from its bytes to the ledger, beside the same requests made bare.

Single-threaded, warm, against the emulator: what others burn while we wait is not counted.
"""

import contextlib
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import boto3
from dunning.adapters.memory.cell import Counters, MemoryBlobs, plain_hash
from dunning.service.accounts import Accounts
from dunning.service.record_body import RecordBody

from tests.bench.cell import Cell
from tests.bench.emulated import Asked, watched
from tests.bench.figures import Board
from tests.bench.people import CREDITOR, NOW, TODAY
from tests.unit.importing import Intake

ROWS = 1_500
WARM_UP = 90
ROWS_OF_CUSTOMER = 3
HEADER = "customer,number,currency,kind,issued,due,amount"


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU and seconds on the clock, per row."""

    cpu: float
    wall: float


def measure(board: Board, cell: Cell) -> None:
    """Import a file, write down every request of another like it, and ask those again bare."""
    _import(cell, "warm", WARM_UP)
    spent = _import(cell, "ours", ROWS)
    with watched(cell.database) as asked:
        _import(cell, "seen", ROWS)
    bare = _bare(asked)
    counted = Counter(one.operation for one in asked)
    shown = ", ".join(f"{name} {n / ROWS:.2f}" for name, n in sorted(counted.items()))
    board.add(
        "import_cpu_per_row_with_writes",
        spent.cpu * 1e6,
        "us",
        f"CPU of our process per row of a plain CSV of {ROWS:,} invoices, {ROWS_OF_CUSTOMER} a "
        "customer, new to the ledger: read, gathered, cut, read again, planned and written, one "
        f"thread against the emulator ({spent.wall * 1000:.1f} ms on the clock). Requests per row: "
        f"{shown}. Floor: the very same requests by a bare client",
        floor=bare.cpu * 1e6,
    )
    again = _import(cell, "ours", ROWS, name="again")
    board.add(
        "import_cpu_per_known_row",
        again.cpu * 1e6,
        "us",
        "the same file again, which changes nothing: every row is looked for and found",
        floor=None,
    )


def _import(cell: Cell, mark: str, rows: int, name: str = "") -> Spent:
    intake, blobs = _intake(cell)
    key = f"incoming/{CREDITOR}/{name or mark}.csv"
    blobs.files[key] = _file(mark, rows)
    cell.wiring.refresh()
    wall, cpu = time.perf_counter(), time.process_time()
    intake.imports.run(CREDITOR, key, "v1", TODAY, NOW)
    intake.drain(now=NOW)
    spent = Spent((time.process_time() - cpu) / rows, (time.perf_counter() - wall) / rows)
    (run, *_) = intake.runs.runs(CREDITOR)
    if run.accepted + run.unchanged != rows:
        raise AssertionError(f"{run.accepted} of {rows} rows were taken")
    return spent


def _intake(cell: Cell) -> tuple[Intake, MemoryBlobs]:
    """The use cases over the table; files and the queue, a few requests a part, in memory."""
    blobs = MemoryBlobs()
    accounts: Accounts = cell.wiring.accounts
    bodies = RecordBody(accounts, cell.wiring.suppressions, plain_hash)
    return Intake(blobs, cell.wiring.rulebooks, bodies, Counters(), runs=cell.wiring.runs), blobs


def _file(mark: str, rows: int) -> bytes:
    day = TODAY.isoformat()
    lines = [HEADER]
    lines += [
        f"{mark}-{n // ROWS_OF_CUSTOMER:05},{mark}-{n:06},EUR,invoice,{day},{day},{n % 900 + 1}.50"
        for n in range(rows)
    ]
    return ("\n".join(lines) + "\n").encode()


def _bare(asked: list[Asked]) -> Spent:
    """The same requests, in the same order, for customers of other names, by a client that knows
    nothing of us."""
    dynamodb = boto3.client("dynamodb")
    methods = {
        "GetItem": dynamodb.get_item,
        "Query": dynamodb.query,
        "PutItem": dynamodb.put_item,
        "UpdateItem": dynamodb.update_item,
        "TransactWriteItems": dynamodb.transact_write_items,
    }
    requests = [(methods[one.operation], _renamed(one.request)) for one in asked]
    dynamodb.list_tables()
    wall, cpu = time.perf_counter(), time.process_time()
    for ask, request in requests:
        # The few of the run itself are of one that is done by now.
        with contextlib.suppress(dynamodb.exceptions.ConditionalCheckFailedException):
            ask(**request)
    return Spent((time.process_time() - cpu) / ROWS, (time.perf_counter() - wall) / ROWS)


def _renamed(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("seen", "bare")
    if isinstance(value, dict):
        return {key: _renamed(one) for key, one in value.items() if key != "ClientRequestToken"}
    if isinstance(value, list):
        return [_renamed(one) for one in value]
    return value

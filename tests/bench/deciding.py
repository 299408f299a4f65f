"""What a decision reads and how many are made in a second.

5,000 settled invoices are settled by real payments; a decision must not notice them.
"""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from dunning.adapters.dynamodb import keys
from dunning.adapters.dynamodb.rows import history_row, row_of
from dunning.adapters.memory.cell import MemorySuppressions, plain_hash
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain.account import Account
from dunning.domain.bodies import InvoiceBody, MoneyBody, Part
from dunning.domain.decision import decide
from dunning.domain.posting import LEDGER, PostingKey
from dunning.service.accounts import Accounts
from dunning.service.record_body import ACCEPTED, RecordBody

from tests.bench.cell import Cell
from tests.bench.emulated import Asked, watched
from tests.bench.figures import Board
from tests.bench.loading import Batches, Raw, rows
from tests.bench.people import CREDITOR, GATES, NOW, RULEBOOK, TODAY, account, customer, invoice

SETTLED = 5_000
OPEN = 3
PAID_AT_ONCE = 10
"""Invoices of one payment."""
AMOUNT = 12_345
DAY = TODAY - timedelta(days=30)
STATES = 2_000
ROUNDS = 3


def reads(board: Board, cell: Cell, settled: int = SETTLED) -> None:
    """Two accounts with three open invoices; one of them has settled thousands before."""
    few, many = (_account(board, cell, name, n) for name, n in (("few-", 0), ("many", settled)))
    costs = {}
    for one in (few, many):
        with watched(cell.database) as seen:
            state = cell.wiring.ledger.read(CREDITOR, one)
            assert state is not None
            decide(state, RULEBOOK, NOW, GATES)
        costs[one] = seen
        if len(state.open) != OPEN:
            raise AssertionError(f"{one} has {len(state.open)} open invoices, not {OPEN}")
    told = [f"{_bytes(costs[one], 0)} + {_bytes(costs[one], 1)}" for one in (few, many)]
    board.add(
        "decision_read_units_after_5000_settled",
        sum(one.read_units for one in costs[many]),
        "read units",
        f"HEAD and live range of an account with {OPEN} open invoices and {settled:,} that "
        f"payments settled: through RecordBody over the ledger in memory, its items put in bulk by "
        f"the row codec, the last {PAID_AT_ONCE} and the open ones over the table; bytes {told[1]}."
        f" Floor: the same account without the {settled:,}; bytes {told[0]}",
        floor=sum(one.read_units for one in costs[few]),
    )
    board.add(
        "decision_live_bytes_after_5000_settled",
        costs[many][1].read_bytes,
        "bytes",
        "the live range of the same two accounts; HEAD differs by its counters' digits alone",
        floor=costs[few][1].read_bytes,
    )


def _bytes(seen: list[Asked], place: int) -> int:
    return seen[place].read_bytes


def _account(board: Board, cell: Cell, name: str, settled: int) -> str:
    """An account whose invoices all came and went through RecordBody: over the ledger in memory,
    whose items are then written in bulk, and the last of them over the table itself."""
    memory = MemoryLedger()
    in_memory = _Clerk(RecordBody(Accounts(memory, GATES), MemorySuppressions(), plain_hash), name)
    in_table = _Clerk(RecordBody(cell.wiring.accounts, MemorySuppressions(), plain_hash), name)
    account_key = keys.account(CREDITOR, name)
    for first in range(0, settled, PAID_AT_ONCE):
        last = first + PAID_AT_ONCE >= settled
        if last and first:
            Batches(cell.database.endpoint).put(_items(memory, account_key, in_memory.paid))
        clerk = in_table if last else in_memory
        clerk.settle(first, min(PAID_AT_ONCE, settled - first))
    if settled:
        board.say(f"{name}: {settled:,} invoices settled")
    for n in range(OPEN):
        in_table.owe(f"{name}-open-{n}")
    return account_key


@dataclass(slots=True)
class _Clerk:
    """Records invoices and payments of one customer."""

    bodies: RecordBody
    customer: str
    paid: list[str] = field(default_factory=list)
    """Ids of the payments."""

    def owe(self, number: str) -> None:
        self._record(
            InvoiceBody(on=DAY, customer=self.customer, invoice=invoice(number, DAY, AMOUNT))
        )

    def settle(self, first: int, count: int) -> None:
        """So many invoices, and one payment for all of them."""
        numbers = [f"{self.customer}-{n:05}" for n in range(first, first + count)]
        for number in numbers:
            self.owe(number)
        self.paid.append(f"pay-{self.customer}-{first}")
        self._record(
            MoneyBody(
                on=DAY,
                type="payment",
                id=self.paid[-1],
                customer=self.customer,
                currency="EUR",
                amount=AMOUNT * count,
                value_date=DAY,
                parts=tuple(Part(invoice=number, item=1, amount=AMOUNT) for number in numbers),
            )
        )

    def _record(self, body: InvoiceBody | MoneyBody) -> None:
        if self.bodies.record(CREDITOR, body, RULEBOOK, NOW) != ACCEPTED:
            raise AssertionError(f"not accepted: {body}")


def _items(ledger: MemoryLedger, account_key: str, paid: list[str]) -> Iterator[Raw]:
    """All items of an account's partition, by the codec."""
    state = ledger.read(CREDITOR, account_key)
    assert state is not None
    yield from rows(state)
    yield row_of(account_key, state.customer).serialize()
    for document in ledger.invoices(CREDITOR, account_key):
        yield row_of(account_key, document).serialize()
    for id_ in paid:
        posting = ledger.posting(CREDITOR, account_key, PostingKey(LEDGER, id_))
        assert posting is not None
        yield row_of(account_key, posting).serialize()
    for record in ledger.history(CREDITOR, account_key):
        yield history_row(account_key, record).serialize()


def speed(board: Board) -> None:
    """Decisions over many different accounts, beside reading the JSON that they came as."""
    dues = [TODAY - timedelta(days=n) for n in (30, 12, -5)]
    states = [
        account(customer(n), [due + timedelta(days=n % 9) for due in dues], levels=1)
        for n in range(STATES)
    ]
    texts = [json.dumps(list(rows(state)), default=lambda b: b.decode()) for state in states]
    took = min(_timed_decisions(states) for _ in range(ROUNDS))
    floor = min(_timed_json(texts) for _ in range(ROUNDS))
    board.add(
        "decide_per_second",
        STATES / took,
        "decisions/s",
        f"decide() over {STATES:,} accounts with {len(dues)} open invoices, one core, best of "
        f"{ROUNDS}. Floor: json.loads of the same accounts' items as DynamoDB sends them; ratio "
        "below 1 is that much slower",
        floor=STATES / floor,
    )


def _timed_decisions(states: Sequence[Account]) -> float:
    start = time.process_time()
    for state in states:
        decide(state, RULEBOOK, NOW, GATES)
    return time.process_time() - start


def _timed_json(texts: list[str]) -> float:
    start = time.process_time()
    for text in texts:
        json.loads(text)
    return time.process_time() - start

"""How fast a simulation runs: due items times days a second, over the ledger in memory.

The same command that a person gives before a policy goes live, less reading its files. A profile
says: of the time half is the outlook of accounts that act or change (`groups`, `outlook_of`), a
third the fence's writes over the ledger in memory; an account on a day when nothing of it is due
costs nothing, for the runs ask the agenda.
"""

import json
import time
from datetime import date, timedelta

from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.domain.policy_file import read_policies
from dunning.entry.offline import gates_of, stage
from dunning.service.ledger_file import read_ledger
from dunning.service.simulate import Simulation

from tests.bench.figures import Board
from tests.bench.people import CREDITOR, POLICIES

CUSTOMERS = 2_500
INVOICES = 5
DAYS = 80
"""A million item days."""
START = date(2026, 3, 2)


def measure(board: Board) -> None:
    """Eighty days over 12,500 due items, all known on the first: a million item days."""
    lines = [json.dumps(body) for number in range(CUSTOMERS) for body in _bodies(number)]
    source = BytesSource("\n".join(lines).encode())
    file = read_ledger(FilesByName().rows("ledger.jsonl", source).rows)
    if file.problems:
        raise AssertionError(file.problems[0])
    simulation = Simulation(stage(gates_of(None)), file, read_policies(POLICIES), POLICIES)
    started = time.process_time()
    simulation.record(START)
    loading = time.process_time() - started
    started = time.process_time()
    advanced = sum(1 for day in _days() for _ in simulation.run(day))
    took = time.process_time() - started
    items = CUSTOMERS * INVOICES
    floor = _bare(items)
    board.add(
        "simulate_item_days_per_second",
        items * DAYS / took,
        "item days/s",
        f"{items:,} due items of {CUSTOMERS:,} customers over {DAYS} daily runs, {advanced:,} "
        f"times advanced, one core; recording the bodies ({loading:.1f} s) left out. Floor: a "
        "bare loop that compares each item's due day on each day; below 1 is that much slower",
        floor=items * DAYS / floor,
    )
    board.add(
        "simulate_million_item_days_seconds",
        loading + took,
        "s",
        f"{items * DAYS:,} item days of CPU, one core, with {loading:.1f} s for recording the "
        f"bodies and {advanced:,} items advanced; at most 60. Floor: the bare loop",
        floor=floor,
    )


def _bodies(number: int) -> list[dict[str, object]]:
    customer = f"C-{number:05}"
    base: dict[str, object] = {"on": START.isoformat(), "customer": customer, "creditor": CREDITOR}
    first = {
        **base,
        "type": "customer",
        "name": "Alder Bakery",
        "email": f"ledger-{number}@customer.example",
        "time_zone": "Europe/Berlin",
    }
    return [
        first,
        *(
            {
                **base,
                "type": "invoice",
                "number": f"INV-{number:05}-{n}",
                "currency": "EUR",
                "kind": "invoice",
                "issued": START.isoformat(),
                "items": [{"due": _due(number, n).isoformat(), "amount": "120.50"}],
            }
            for n in range(INVOICES)
        ),
    ]


def _due(number: int, n: int) -> date:
    return START + timedelta(days=(7 * number + 11 * n) % DAYS)


def _days() -> list[date]:
    return [START + timedelta(days=n) for n in range(DAYS)]


def _bare(items: int) -> float:
    dues = [_due(n // INVOICES, n % INVOICES) for n in range(items)]
    late = 0
    start = time.process_time()
    for day in _days():
        for due in dues:
            if due < day:
                late += 1
    assert late
    return time.process_time() - start

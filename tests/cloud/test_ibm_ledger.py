"""A real ledger through the deployed stacks: who is reminded of what on a day in June 2013.

Payments after the end of March are left out, so that much is open. The whole file (1,930 invoices
and 1,500 payments by then) takes three minutes of CPU, 55 ms a row, half of it the emulator's, and
ends in the same 87 mails; here stand all invoices that are open, and of every fourth customer one
that was paid. What is settled is read by no decision. The whole file, offline, is in tests/unit.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from infra.local.demo.audit import advanced_by, find_duplicates
from tests import ibm_ledger
from tests.cloud.conftest import MakeStage
from tests.cloud.stage import Stage

pytestmark = pytest.mark.skipif(
    not ibm_ledger.SOURCE.is_file(), reason=f"the data is not here: {ibm_ledger.SOURCE.name}"
)
NOON, LAST_SECOND = "2013-06-30T12:00:00Z", "2013-06-30T23:59:59Z"
EVERY = 4
HALVES = 2
"""Files at once: as many as the import takes at a time. No customer is in both."""


@pytest.fixture
def stage(on_stage: MakeStage) -> Stage:
    stage = on_stage("ibm")
    stage.open("2013-06-30T06:00:00Z", policies=ibm_ledger.POLICIES)
    return stage


def rows() -> list[ibm_ledger.Settled]:
    """Every open invoice, and of some customers the newest that was paid."""
    known = [row for row in ibm_ledger.rows() if row.issued <= ibm_ledger.AS_OF]
    paid = {
        row.customer: row
        for row in sorted(known, key=lambda row: row.issued)
        if row.settled <= ibm_ledger.PAYMENTS_STOP
    }
    of_some = set(sorted(paid)[::EVERY])
    return [
        row
        for row in known
        if row.settled > ibm_ledger.PAYMENTS_STOP
        or (row.customer in of_some and paid[row.customer] == row)
    ]


def load(stage: Stage, source: list[ibm_ledger.Settled], part: int) -> list[dict[str, int]]:
    names = sorted({row.customer for row in source})[part::HALVES]
    mine = [row for row in source if row.customer in names]
    return [
        stage.loader.file(f"{part}-{name}", body) for name, body in ibm_ledger.files(mine).items()
    ]


def test_a_real_ledger_reminds_87_customers_of_231_invoices(stage: Stage) -> None:
    source = rows()
    with ThreadPoolExecutor(HALVES) as pool:
        reports = [
            report
            for of_part in pool.map(lambda part: load(stage, source, part), range(HALVES))
            for report in of_part
        ]
    assert sum(report["rejected"] for report in reports) == 0
    customers = {row.customer for row in source}
    paid = [row for row in source if row.settled <= ibm_ledger.PAYMENTS_STOP]
    assert sum(report["accepted"] for report in reports) == len(customers) + len(source) + len(paid)

    stage.at(NOON)
    assert stage.sweep_and_send() == 87
    for instant in (NOON, LAST_SECOND):
        stage.at(instant)
        assert stage.sweep_and_send() == 0
    log = stage.cloud.gate.log()
    assert [row["outcome"] for row in log] == ["accepted"] * 87
    assert len({row["to"] for row in log}) == len({row["account"] for row in log}) == 87
    assert find_duplicates(log) == []

    # Counted from the mails: which invoices, and what each asks for.
    amount = {row.number: Decimal(row.amount) for row in source}
    reminded = Counter(one.invoice for row in log for one in advanced_by(row))
    assert len(reminded) == sum(reminded.values()) == 231
    assert sum(amount[number] for number in reminded) == Decimal("13489.55")
    asked = Decimal(0)
    for row in log:
        mail = stage.cloud.gate.message(row["n"])["request"]["Content"]["Simple"]["Body"]
        total = sum(amount[one.invoice] for one in advanced_by(row))
        assert f"${total:,.2f}" in mail["Text"]["Data"]
        assert f"${total:,.2f}" in mail["Html"]["Data"]
        asked += total
    assert asked == Decimal("13489.55")

    # Nobody who disputes is asked, and nobody for what is not a day overdue.
    of_number = {row.number: row for row in source}
    assert not any(of_number[number].disputed for number in reminded)
    assert all((ibm_ledger.AS_OF - of_number[number].due).days >= 1 for number in reminded)

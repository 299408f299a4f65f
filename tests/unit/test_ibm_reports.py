"""Reports of a real ledger, held to sums over its source that share no code with them."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from dunning.domain.behaviour import over
from dunning.service.reports import REPORTS, Book
from dunning.service.simulate import Simulation

from tests import ibm_ledger as ibm
from tests.unit.test_ibm_ledger import simulation

pytestmark = pytest.mark.skipif(
    not ibm.SOURCE.exists(), reason=f"the IBM ledger is not at hand ({ibm.SOURCE.name})"
)
BEGIN = ibm.AS_OF - timedelta(days=90)
FIRST_MONTH = date(2012, 7, 1)


@cache
def known() -> tuple[ibm.Settled, ...]:
    return tuple(row for row in ibm.rows() if row.issued <= ibm.AS_OF)


@cache
def played() -> Simulation:
    files = {**ibm.files(ibm.rows()), "payments.csv": ibm.payments_csv(ibm.rows(), ibm.AS_OF)}
    found = simulation(files)
    found.record(ibm.AS_OF)
    return found


def report(name: str) -> list[dict[str, Any]]:
    return list(
        REPORTS[name]([Book(played().stage.ledger, played().rulebook("default"), ibm.AS_OF)])
    )


def total(rows: Any) -> str:
    return str(sum((Decimal(row.amount) for row in rows), Decimal("0.00")))


def test_head_counts_what_the_source_says_each_customer_paid_and_how_much_of_it_late() -> None:
    paid = [row for row in known() if FIRST_MONTH <= row.settled <= ibm.AS_OF]
    settled = Counter(row.customer for row in paid)
    late = Counter(row.customer for row in paid if row.settled > row.due)
    ledger = played().stage.ledger
    states = [ledger.read("default", account) for account in ledger.book("default")]
    assert len(states) == 100
    for state in states:
        assert state
        who = state.head.customer
        assert over(state.head.behaviour, ibm.AS_OF, 12) == (settled[who], late[who])


def test_receivables_sales_and_collections_are_those_of_the_source() -> None:
    def owed(day: date) -> list[ibm.Settled]:
        return [row for row in known() if row.issued <= day < row.settled]

    (one,) = report("cei")
    assert one["opening"] == total(owed(BEGIN))
    assert one["sales"] == total(row for row in known() if row.issued > BEGIN)
    assert one["closing"] == total(owed(ibm.AS_OF))
    assert one["current"] == total(row for row in owed(ibm.AS_OF) if row.due >= ibm.AS_OF)
    (two,) = report("dso")
    assert (two["receivables"], two["sales"]) == (one["closing"], one["sales"])
    days = Decimal(two["receivables"]) / Decimal(two["sales"]) * 90
    assert abs(Decimal(two["dso"]) - days) <= Decimal("0.05")


def test_what_was_paid_of_each_month_s_dues_is_what_the_source_says() -> None:
    lines = {line["month"]: line for line in report("payment-rates")}
    assert len(lines) == 12
    for month, line in lines.items():
        mine = [row for row in known() if row.due.isoformat()[:7] == month and row.due < ibm.AS_OF]
        paid = [row for row in mine if row.settled <= ibm.AS_OF]
        assert (line["count"], line["due"]) == (len(mine), total(mine))
        assert line["in_time"] == total(row for row in paid if row.settled <= row.due)
        for days in (30, 60, 90):
            within = timedelta(days=days)
            soon = [row for row in paid if row.settled <= row.due + within]
            assert line[f"within_{days}"] == total(soon)
        assert line["open"] == total(row for row in mine if row.settled > ibm.AS_OF)


def test_the_list_of_whom_to_call_has_every_customer_with_something_overdue_and_undisputed() -> (
    None
):
    overdue = [row for row in known() if row.due < ibm.AS_OF < row.settled]
    free = {row.customer for row in overdue if not row.disputed}
    lines = report("delinquents")
    assert {line["customer"] for line in lines} == free
    for line in lines:
        mine = [row for row in overdue if row.customer == line["customer"]]
        assert line["overdue"]["USD"] == total(row for row in mine if not row.disputed)
        oldest = min(row.due for row in mine if not row.disputed)
        assert line["days_late"] == (ibm.AS_OF - oldest).days
    scores = [Decimal(line["score"]) for line in lines]
    assert scores == sorted(scores, reverse=True)

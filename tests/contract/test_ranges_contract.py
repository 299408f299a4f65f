"""The port Ranges: parts of ranges in the order of their keys, over the fake and the table."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from dunning.adapters.dynamodb.ledger import DynamoLedger
from dunning.adapters.dynamodb.ranges import DynamoRanges
from dunning.adapters.memory.cell import MemorySuppressions, plain_hash
from dunning.adapters.memory.ranges import MemoryRanges
from dunning.domain.creditor import Creditor
from dunning.domain.gates import DefaultGates
from dunning.domain.policy import Rulebook
from dunning.domain.reading import Defaults, read
from dunning.service.accounts import Accounts
from dunning.service.listing_ports import Ranges
from dunning.service.ports import Ledger
from dunning.service.record_body import RecordBody

from .building import CREDITOR, NOON, ODD_IDS
from .conftest import Database

Record = Callable[..., None]


@pytest.fixture
def ranges(adapter: str, ledger: Any, request: pytest.FixtureRequest) -> Ranges:
    if adapter == "memory":
        return MemoryRanges(ledger)
    return DynamoRanges(request.getfixturevalue("database").connection)


@pytest.fixture
def record(ledger: Ledger) -> Record:
    bodies = RecordBody(Accounts(ledger, DefaultGates()), MemorySuppressions(), plain_hash)

    def one(type_: str, creditor: str = CREDITOR, **raw: Any) -> None:
        said = {"on": "2026-11-20", "type": type_, **raw}
        book = Rulebook(Creditor(creditor))
        for body in read(said, Defaults(creditor)).bodies:
            bodies.record(creditor, body, book, NOON)  # type: ignore[arg-type]

    return one


def owed(record: Record, customer: str, number: str, creditor: str = CREDITOR) -> None:
    items = [{"due": "2026-12-20", "amount": "10.00"}]
    record("invoice", creditor, customer=customer, number=number, currency="EUR", items=items)


def walked(read: Callable[[Any], list[Any]], most: int, last_of: Callable[[Any], Any]) -> list[Any]:
    found: list[Any] = []
    after: Any = None
    while True:
        part = read(after)
        assert len(part) <= most
        found += part
        if len(part) < most:
            return found
        after = last_of(part[-1])


def test_where_nothing_is_nothing_is_listed(ranges: Ranges, ledger: Ledger) -> None:
    account = ledger.account_key(CREDITOR, "c1")
    assert ranges.accounts(CREDITOR, "", 10) == []
    assert ranges.customer(CREDITOR, account) is None
    assert ranges.invoices(CREDITOR, account, "", 10) == []
    assert ranges.postings(CREDITOR, account, None, 10) == []
    assert ranges.ended(CREDITOR, account, "hold", "", 10) == []


@pytest.mark.parametrize("most", [1, 4, 100])
def test_the_accounts_of_a_book_come_once_and_nobody_elses(
    ranges: Ranges, ledger: Ledger, record: Record, most: int
) -> None:
    for number in range(10):
        owed(record, f"c{number}", f"A{number}")
    owed(record, "c1", "B1", "other")
    found = walked(lambda after: ranges.accounts(CREDITOR, after or "", most), most, str)
    assert found == list(ledger.book(CREDITOR))
    assert sorted(found) == sorted(ledger.account_key(CREDITOR, f"c{n}") for n in range(10))


@pytest.mark.parametrize("most", [1, 2, 100])
def test_documents_and_postings_come_in_the_order_of_the_ledger(
    ranges: Ranges, ledger: Ledger, record: Record, most: int
) -> None:
    record("customer", customer="c1", name="Ä & Co", email="a@b.example")
    for number in ODD_IDS:
        owed(record, "c1", number)
        money = {"customer": "c1", "currency": "EUR", "amount": "1.00"}
        record("payment", id=f"p{number}"[:100], **money)
        record("credit_note", number=f"g{number}"[:100], **money)
    account = ledger.account_key(CREDITOR, "c1")
    customer = ranges.customer(CREDITOR, account)
    assert customer is not None
    assert (customer.customer, customer.name) == ("c1", "Ä & Co")

    def invoices(after: str | None) -> list[Any]:
        return ranges.invoices(CREDITOR, account, after or "", most)

    def postings(after: Any) -> list[Any]:
        return ranges.postings(CREDITOR, account, after, most)

    assert walked(invoices, most, lambda one: one.number) == list(
        ledger.invoices(CREDITOR, account)
    )
    assert walked(postings, most, lambda one: one.key) == list(ledger.postings(CREDITOR, account))


@pytest.mark.parametrize("most", [1, 2, 100])
def test_what_is_over_comes_by_its_kind(
    ranges: Ranges, ledger: Ledger, record: Record, most: int
) -> None:
    owed(record, "c1", "A1")
    for number in range(3):
        record("hold", id=f"h{number}", customer="c1", kind="manual")
        record("release", id=f"r{number}", hold=f"h{number}")
        record("dispute", id=f"d{number}", invoice="A1")
        record("resolve", id=f"x{number}", dispute=f"d{number}", outcome="credited")
    account = ledger.account_key(CREDITOR, "c1")
    for kind, begins in (("hold", "h"), ("dispute", "d")):

        def over(after: str | None, kind: str = kind) -> list[Any]:
            return ranges.ended(CREDITOR, account, kind, after or "", most)

        found = walked(over, most, lambda one: one.fact.id)
        assert [one.fact.id for one in found] == [f"{begins}{n}" for n in range(3)]
        assert {one.on for one in found} == {date(2026, 11, 20)}
    assert ranges.ended(CREDITOR, account, "promise", "", most) == []


def test_a_page_begins_behind_what_is_gone(ranges: Ranges, ledger: Ledger, record: Record) -> None:
    owed(record, "c1", "A1")
    owed(record, "c1", "A3")
    account = ledger.account_key(CREDITOR, "c1")
    assert [one.number for one in ranges.invoices(CREDITOR, account, "A2", 10)] == ["A3"]


def test_a_page_reads_no_more_than_it_answers(
    database: Database,
) -> None:
    ledger = DynamoLedger(database.connection)
    bodies = RecordBody(Accounts(ledger, DefaultGates()), MemorySuppressions(), plain_hash)
    book = Rulebook(Creditor(CREDITOR))
    for number in range(6):
        said = {"on": "2026-11-20", "type": "invoice", "customer": "c1", "number": f"A{number}"}
        said |= {"currency": "EUR", "items": [{"due": "2026-12-20", "amount": "10.00"}]}
        for body in read(said, Defaults(CREDITOR)).bodies:
            bodies.record(CREDITOR, body, book, NOON)  # type: ignore[arg-type]
    ranges = DynamoRanges(database.connection)
    account = ledger.account_key(CREDITOR, "c1")
    with database.requests() as seen:
        found = ranges.invoices(CREDITOR, account, "A1", 2)
    assert [one.number for one in found] == ["A2", "A3"]
    assert [(name, answer["ScannedCount"]) for name, _, answer in seen] == [("Query", 2)]

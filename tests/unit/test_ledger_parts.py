"""Facts too large for one transaction: in parts, cut anywhere, the account held meanwhile."""

from dataclasses import replace
from datetime import date

import pytest
from dunning.adapters.memory.cell import (
    MemorySender,
)
from dunning.domain import reasons
from dunning.domain.bodies import AccountBody, CustomerBody
from dunning.domain.change import Change
from dunning.domain.customer import Address, Customer
from dunning.domain.decision import RESUME_AFTER
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Reached
from dunning.domain.ledger import LARGEST_WRITE
from dunning.service import remind
from dunning.service.ports import Message
from dunning.service.record_body import ACCEPTED, UNCHANGED

from tests.unit.books import (
    CREDITOR,
    NOW,
    ON,
    Books,
    CutError,
    CuttingLedger,
    chargeback,
    invoice,
    payment,
    reversal,
    sender_of,
    sums_hold,
)

MANY = 2 * LARGEST_WRITE + 10
PARTS = 3
LEVEL = Reached(1, date(2026, 2, 1), 1)


def prepared(ledger: CuttingLedger, due: date = date(2026, 1, 15)) -> Books:
    """A customer with a mail address, an invoice of many items, and levels on some of them."""
    books = Books(ledger)
    customer = Customer("c4", addresses=(Address("email", "a@example.com", ""),))
    books.record(CustomerBody(on=ON, customer=customer))
    books.record(invoice("I1", *range(1_000, 1_000 + MANY), due=due))
    books.reach({ItemRef("I1", n): LEVEL for n in range(1, 31)})
    return books


ALL = sum(range(1_000, 1_000 + MANY))
FACTS: dict[str, tuple[AccountBody, ...]] = {
    "invoice": (invoice("I2", *[500] * MANY),),
    "payment": (payment("p1", ALL + 700),),
    "reversal": (payment("p1", ALL + 700), reversal("r1", "p1")),
    "chargeback": (payment("p1", ALL - 700), chargeback("b1", "p1")),
}


@pytest.mark.parametrize("fact", FACTS)
@pytest.mark.parametrize("cut", range(PARTS + 1))
def test_a_large_fact_that_is_cut_ends_as_the_same_books(fact: str, cut: int) -> None:
    *before, large = FACTS[fact]
    whole = prepared(CuttingLedger())
    for body in (*before, large):
        whole.record(body)
    ledger = CuttingLedger()
    books = prepared(ledger)
    for body in before:
        books.record(body)
    ledger.left = cut
    with pytest.raises(CutError):
        books.record(large)
    ledger.left = None
    if cut:
        applying = books.account().head.applying
        assert applying is not None
        assert applying.done == min((cut - 1) * LARGEST_WRITE, MANY)
        assert books.account().head.plan.reason == reasons.POSTING_IN_PROGRESS
        assert books.account().head.plan.at == NOW + RESUME_AFTER
        assert books.record(large) == UNCHANGED
        books.resume()
    else:
        assert books.record(large) == ACCEPTED
    sums_hold(books)
    assert books.whole() == whole.whole()
    assert books.account().head.plan == whole.account().head.plan


def test_the_sender_that_the_agenda_brings_goes_on_and_sends_nothing_meanwhile() -> None:
    ledger = CuttingLedger()
    books = prepared(ledger)
    ledger.left = 2
    with pytest.raises(CutError):
        books.record(payment("p1", ALL))
    ledger.left = None
    sent = MemorySender()
    sender = sender_of(books, sent)
    assert sender.remind(CREDITOR, books.key(), NOW) == remind.NOT_DUE
    assert sender.remind(CREDITOR, books.key(), NOW + RESUME_AFTER) == remind.RESUMED
    assert sent.sent == []
    assert books.open() == {}
    sums_hold(books)


def test_the_next_fact_goes_on_with_the_large_one_first() -> None:
    ledger = CuttingLedger()
    books = prepared(ledger)
    ledger.left = 1
    with pytest.raises(CutError):
        books.record(payment("p1", ALL))
    ledger.left = None
    assert books.record(payment("p2", 5_000)) == ACCEPTED
    sums_hold(books)
    assert books.open() == {}
    assert books.credit() == 5_000


def test_a_reversal_of_a_payment_that_is_still_being_applied_waits_for_its_end() -> None:
    ledger = CuttingLedger()
    books = prepared(ledger)
    before = books.open()
    ledger.left = 2
    with pytest.raises(CutError):
        books.record(payment("p1", ALL))
    ledger.left = None
    assert books.record(reversal("r1", "p1")) == ACCEPTED
    sums_hold(books)
    assert books.open() == before


def test_a_large_notice_is_claimed_confirmed_and_spilled() -> None:
    """Two hundred items advance in one notice: HEAD keeps fifty levels, the items the others."""
    books = Books()
    customer = Customer("c4", addresses=(Address("email", "a@example.com", ""),))
    books.record(CustomerBody(on=ON, customer=customer))
    books.record(invoice("I1", *[1_000] * 30, due=date(2025, 11, 1)))
    for number in range(2, 8):
        books.record(invoice(f"I{number}", *[1_000] * 28, due=date(2025, 12, 1)))
    sent = MemorySender()
    assert sender_of(books, sent).remind(CREDITOR, books.key(), NOW) == remind.SENT
    assert len(sent.sent) == 1
    assert len(books.levels()) == 198
    assert {reached.level for reached in books.levels().values()} == {1}
    assert len(books.account().head.reached) == 50


class NarrowLedger(CuttingLedger):
    """Takes no write that one transaction could not hold."""

    def write(self, creditor: str, account: str, change: Change) -> None:
        assert len(change.marks) <= LARGEST_WRITE
        assert len(change.put) + len(change.delete) <= 2 * LARGEST_WRITE + 2
        super().write(creditor, account, change)


def test_a_large_notice_paid_before_its_confirm_leaves_its_levels_on_the_invoices() -> None:
    books = prepared(NarrowLedger(), due=date(2025, 9, 1))
    sender = sender_of(books, MemorySender())

    class PaidMeanwhile(MemorySender):
        def send(self, creditor: str, message: Message) -> str:
            books.record(payment("p1", ALL))
            return super().send(creditor, message)

    sender = replace(sender, senders={"email": PaidMeanwhile()})
    before = books.levels()
    assert sender.remind(CREDITOR, books.key(), NOW) == remind.SENT
    assert books.open() == {}
    assert books.account().head.claim is None
    books.record(reversal("r1", "p1"))
    sums_hold(books)
    assert len(books.levels()) == MANY
    assert all(r.level > before[ref].level for ref, r in books.levels().items() if ref in before)


def test_an_invoice_of_exactly_the_largest_write_is_one_write() -> None:
    books = Books()
    books.record(invoice("I1", *[1_000] * LARGEST_WRITE))
    assert books.account().head.rev == 1
    books.record(payment("p1", 1_000 * LARGEST_WRITE))
    assert books.account().head.rev == 2

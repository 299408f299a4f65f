"""A row of bodies of one account: what it reads, what it finds known, and whose work that was."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain.bodies import CustomerBody, InvoiceBody
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Address, Customer
from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Rulebook
from dunning.service.record_body import ACCEPTED, UNCHANGED

from tests.unit.books import (
    CREDITOR,
    CUSTOMER,
    ON,
    POLICY,
    Books,
    invoice,
    payment,
    reversal,
    statement,
    sums_hold,
    write_off,
)


class CountingLedger(MemoryLedger):
    """Counts the calls that cost something."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: Counter[str] = Counter()

    def __getattribute__(self, name: str) -> Any:
        if name in COSTLY:
            object.__getattribute__(self, "calls")[name] += 1
        return object.__getattribute__(self, name)


COSTLY = frozenset(
    {
        "read",
        "write",
        "invoice",
        "posting",
        "postings",
        "account_of_invoice",
        "owner_of_posting",
        "account_of_posting",
    }
)


def test_new_invoices_and_their_payments_cost_one_write_each_and_the_account_is_read_once() -> None:
    ledger = CountingLedger()
    books = Books(ledger)
    books.record(invoice("I0", 100))
    ledger.calls.clear()
    session = books.session()
    for number in range(1, 21):
        assert session.record(invoice(f"I{number}", 100)) == ACCEPTED
        assert session.record(payment(f"p{number}", 100, (f"I{number}", None, 100))) == ACCEPTED
    assert ledger.calls == {"read": 1, "write": 40}
    sums_hold(books)


def test_known_bodies_are_looked_for_after_the_first_and_no_more_writes_are_tried() -> None:
    ledger = CountingLedger()
    books = Books(ledger)
    bodies = [invoice(f"I{number}", 100) for number in range(20)]
    for body in bodies:
        books.record(body)
    ledger.calls.clear()
    session = books.session()
    assert {session.record(body) for body in bodies} == {UNCHANGED}
    assert ledger.calls == {"read": 1, "write": 1, "account_of_invoice": 20, "invoice": 20}


def test_a_list_that_confirms_many_invoices_reads_the_account_once_and_no_document() -> None:
    ledger = CountingLedger()
    books = Books(ledger)
    for number in range(20):
        books.record(invoice(f"I{number}", 100))
    ledger.calls.clear()
    session = books.session()
    for number in range(20):
        assert session.record(statement(f"I{number}", 100)) == UNCHANGED
    assert ledger.calls == {"read": 1, "write": 1}


def test_another_write_in_between_is_seen() -> None:
    books = Books()
    session = books.session()
    session.record(invoice("I1", 5_000))
    session.record(invoice("I2", 5_000))
    books.record(payment("p1", 6_000))
    assert session.record(payment("p2", 6_000)) == ACCEPTED
    sums_hold(books)
    assert (books.open(), books.credit()) == ({}, 2_000)


def test_a_refusal_that_rests_on_an_account_that_moved_is_judged_again() -> None:
    books = Books()
    books.record(invoice("I1", 5_000))
    session = books.session()
    session.record(payment("p0", 1))
    books.record(invoice("I2", 5_000))
    session.record(invoice("I3", 1))
    books.record(payment("p1", 4_999, ("I1", None, 4_999)))
    with pytest.raises(LedgerError):
        session.record(write_off("w1", "I1", "1.00"))
    assert session.record(write_off("w2", "I2", "50.00")) == ACCEPTED


@pytest.mark.parametrize("first", [True, False])
def test_what_its_own_origin_recorded_is_accepted_again_and_what_another_did_is_unchanged(
    first: bool,
) -> None:
    books = Books()
    amended = invoice("I1", 6_000, on=date(2026, 2, 1))
    bodies = [invoice("I1", 5_000), payment("p1", 10), amended, invoice("I2", 100, disputed=(1,))]
    for body in bodies:
        assert books.session(origin="file-1").record(body) == ACCEPTED
    before = books.whole()
    for origin, expected in (("file-1", ACCEPTED), ("file-2", UNCHANGED), ("", UNCHANGED)):
        session = books.session(origin=origin)
        session.looks_first = first
        assert [session.record(body) for body in bodies] == [expected] * 4
        assert books.whole() == before


def test_an_id_of_another_customer_or_another_amount_is_refused_though_it_was_not_looked_for() -> (
    None
):
    books = Books()
    books.record(invoice("I1", 5_000, customer="other"))
    books.record(payment("p1", 10, customer="other"))
    books.record(payment("p2", 10))
    codes = []
    for body in (invoice("I1", 5_000), payment("p1", 10), payment("p2", 20)):
        with pytest.raises(LedgerError) as refused:
            books.session().record(body)
        codes.append(refused.value.code)
    assert codes == ["number_taken", "id_taken", "id_differs"]


def test_a_known_payment_that_would_be_refused_by_now_is_unchanged() -> None:
    books = Books()
    books.record(invoice("I1", 5_000, 4_000))
    paid = payment("p1", 4_000, ("I1", 2, 4_000))
    books.record(paid)
    books.record(invoice("I1", 5_000, on=date(2026, 2, 1)))
    assert books.session().record(paid) == UNCHANGED


def so_far(amount: int) -> Any:
    """What a document says was paid of it up to now."""
    return replace(payment("paid:I1", amount, ("I1", None, amount)), so_far=amount)


def test_what_was_paid_up_to_now_is_posted_for_what_is_new_of_it() -> None:
    books = Books()
    books.record(invoice("I1", 10_000))
    outcomes = [books.session().record(so_far(amount)) for amount in (3_000, 3_000, 5_000, 4_000)]
    assert outcomes == [ACCEPTED, UNCHANGED, ACCEPTED, UNCHANGED]
    assert books.open() == {"I1/1": 5_000}
    assert books.record(so_far(6_000)) == ACCEPTED
    sums_hold(books)
    assert books.open() == {"I1/1": 4_000}


def test_what_a_document_says_was_paid_is_not_paid_twice_where_a_payment_told_it_before() -> None:
    books = Books()
    books.record(invoice("I1", 10_000))
    books.record(payment("p1", 8_000))
    assert books.record(so_far(10_000)) == ACCEPTED
    sums_hold(books)
    assert (books.open(), books.credit()) == ({}, 0)


def test_a_document_that_comes_again_after_its_payment_bounced_does_not_pay_it_again() -> None:
    books = Books()
    books.record(invoice("I1", 10_000))
    books.record(payment("p1", 10_000))
    books.record(so_far(10_000))
    books.record(reversal("r1", "p1"))
    assert books.record(so_far(10_000)) == UNCHANGED
    assert books.open() == {"I1/1": 10_000}


def told(body: InvoiceBody, **facts: Any) -> InvoiceBody:
    """The invoice with what it says of its customer."""
    return replace(body, about=Customer(CUSTOMER, **facts))


MAIL, PHONE = Address("email", "a@example.com", ""), Address("voice", "+49 30 1234567", "")


def test_what_a_document_says_of_its_customer_is_kept_in_the_same_write() -> None:
    books = Books()
    books.record(told(invoice("I1", 100), name="Ada", addresses=(MAIL,), postal=("Weg 1",)))
    account = books.account()
    assert account.head.rev == 1
    assert (account.customer.name, account.customer.postal) == ("Ada", ("Weg 1",))
    assert [(a.value, bool(a.hash)) for a in account.customer.addresses] == [
        ("a@example.com", True)
    ]


def test_it_fills_what_is_not_known_and_overwrites_nothing() -> None:
    books = Books()
    books.record(CustomerBody(on=ON, customer=Customer(CUSTOMER, name="Ada", addresses=(MAIL,))))
    other = Address("email", "b@example.com", "")
    books.record(told(invoice("I1", 100), name="Other", country="DE", addresses=(other, PHONE)))
    known = books.account().customer
    assert (known.name, known.country) == ("Ada", "DE")
    assert [a.value for a in known.addresses] == ["a@example.com", "+49 30 1234567"]
    assert known.as_of == ON


def test_a_known_invoice_that_brings_an_address_is_accepted_once() -> None:
    books = Books()
    books.record(invoice("I1", 100))
    body = told(invoice("I1", 100), addresses=(MAIL,))
    assert books.record(body) == ACCEPTED
    assert books.record(body) == UNCHANGED
    assert [a.value for a in books.account().customer.addresses] == ["a@example.com"]


def test_a_known_invoice_plans_an_account_by_newer_settings() -> None:
    books = Books()
    books.record(invoice("I1", 100))
    books.rulebook = Rulebook(Creditor(CREDITOR), (POLICY,), 2)
    assert books.session().record(invoice("I1", 100)) == UNCHANGED
    assert books.account().head.edition == books.rulebook.edition

"""HEAD's record of paid invoices: always that of the invoices themselves, whatever happened."""

from datetime import date

import pytest
from dunning.adapters.memory.cell import MemorySender
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain.behaviour import Count, month_of, record_of
from dunning.domain.bodies import AccountBody, CustomerBody
from dunning.domain.calendar import local_day, parse_instant
from dunning.domain.customer import Address, Customer
from dunning.domain.invoice import Invoice
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.offline import customer as body_of
from tests.offline import invoice as plain_invoice
from tests.offline import payment as plain_payment
from tests.offline import play, policy, run
from tests.unit.books import (
    CREDITOR,
    NOW,
    Books,
    CutError,
    CuttingLedger,
    chargeback,
    credit_note,
    invoice,
    payment,
    refund,
    reversal,
    sender_of,
    statement,
    sums_hold,
    write_off,
)
from tests.unit.test_ledger_laws import ALL, MANY, small_parts, stories, tell

TODAY = local_day(NOW, "UTC")
DUE = date(2026, 1, 15)
JANUARY, MARCH = month_of(DUE), month_of(date(2026, 3, 1))


def holds(books: Books, today: date = TODAY) -> None:
    """HEAD's record is the one that the invoices add up to."""
    head = books.account().head
    assert dict(head.behaviour) == record_of(books.invoices(), today)


def record(books: Books) -> dict[int, Count]:
    holds(books)
    return dict(books.account().head.behaviour)


def told(*bodies: AccountBody) -> Books:
    books = Books()
    for body in bodies:
        books.record(body)
    return books


@MANY
@given(stories(14, *ALL))
def test_heads_record_is_that_of_the_invoices_after_every_body(story: list[AccountBody]) -> None:
    books = Books()
    for body in story:
        if tell(books, [body]):
            holds(books)


@MANY
@given(stories(10, "early", "early"))
def test_heads_record_is_that_of_the_invoices_when_facts_are_applied_in_parts(
    story: list[AccountBody],
) -> None:
    with small_parts():
        books = Books()
        for body in story:
            if tell(books, [body]):
                holds(books)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stories(8, "early", "early"), st.data())
def test_a_cut_anywhere_leaves_heads_record_that_of_the_invoices(
    story: list[AccountBody], data: st.DataObject
) -> None:
    ledger = CuttingLedger()
    books = Books(ledger)
    with small_parts():
        for body in story:
            ledger.left = data.draw(st.one_of(st.none(), st.integers(0, 4)))
            try:
                tell(books, [body])
            except CutError:
                ledger.left = None
                if ledger.read(CREDITOR, books.key()):
                    holds(books)
                tell(books, [body])
            ledger.left = None
            if ledger.read(CREDITOR, books.key()):
                holds(books)


@MANY
@given(stories(14, *ALL))
def test_when_all_is_taken_back_nobody_has_paid_anything(story: list[AccountBody]) -> None:
    books = Books()
    tell(books, story)
    if not books.ledger.read(CREDITOR, books.key()):
        return
    for number, posting in enumerate(books.postings()):
        standing, on_account = posting.standing()
        if posting.undoes is None and (standing or on_account):
            books.record(reversal(f"undo{number}", posting.key.id))
            holds(books)
    assert record(books) == {}


def test_an_invoice_counts_in_the_month_of_its_payment_and_once() -> None:
    books = told(invoice("A", 100), payment("p", 100, on=DUE))
    assert record(books) == {JANUARY: Count(1, 0)}
    books.record(invoice("B", 100, 100))
    books.record(payment("q", 150))
    assert record(books) == {JANUARY: Count(1, 0)}, "half an invoice is no invoice"
    books.record(payment("r", 50))
    assert record(books) == {JANUARY: Count(1, 0), MARCH: Count(1, 1)}


@pytest.mark.parametrize("back", [reversal("b", "p"), chargeback("b", "p"), refund("b", "p", None)])
def test_money_that_goes_back_takes_its_invoice_out_of_the_record(back: AccountBody) -> None:
    books = told(invoice("A", 100), payment("p", 100))
    assert record(books) == {MARCH: Count(1, 1)}
    books.record(back)
    assert record(books) == {}
    books.record(payment("q", 100))
    assert record(books) == {MARCH: Count(1, 1)}


@pytest.mark.parametrize(
    "other", [credit_note("c", 40, "A"), write_off("w", "A", "0.40"), statement("A", 0)]
)
def test_what_is_settled_by_something_else_than_a_payment_is_not_counted(
    other: AccountBody,
) -> None:
    assert record(told(invoice("A", 40), other)) == {}
    assert record(told(invoice("A", 100), payment("p", 60, on=DUE), other)) == {}


def test_a_payment_of_what_a_credit_note_left_is_counted() -> None:
    books = told(invoice("A", 100), credit_note("c", 40, "A"), payment("p", 60, on=DUE))
    assert record(books) == {JANUARY: Count(1, 0)}


def test_a_later_due_day_makes_a_late_invoice_one_in_time() -> None:
    books = told(invoice("A", 100), payment("p", 100))
    books.record(invoice("A", 100, due=date(2026, 3, 1), on=date(2026, 3, 2)))
    assert record(books) == {MARCH: Count(1, 0)}


def test_an_instalment_that_is_added_later_is_waited_for() -> None:
    books = told(invoice("A", 100))
    books.record(invoice("A", 100, 200, on=date(2026, 1, 2)))
    books.record(payment("p", 200, ("A", 2, 200)))
    assert record(books) == {}
    books.record(payment("q", 100, on=DUE))
    assert record(books) == {MARCH: Count(1, 1)}, "the last of it came in March"


def test_money_that_came_before_its_invoice_counts_from_its_own_day() -> None:
    books = told(payment("p", 100, ("A", None, 100), on=date(2026, 1, 2)))
    books.record(invoice("A", 100, on=date(2026, 2, 20)))
    assert record(books) == {JANUARY: Count(1, 0)}


def test_an_amount_that_a_statement_adds_to_an_invoice_of_nothing_is_open_and_not_paid() -> None:
    books = told(invoice("A", 100), payment("p", 100), invoice("A", on=date(2026, 2, 1)))
    books.record(statement("A", 70, as_of=date(2026, 3, 9)))
    assert books.open() == {"A/1": 70}
    sums_hold(books)
    assert record(books) == {}


def test_a_record_of_years_keeps_twelve_months() -> None:
    books = Books()
    for year in (2024, 2025, 2026):
        for month in range(1, 13):
            number, on = f"{year}-{month}", date(year, month, 20)
            now = parse_instant(f"{year}-{month:02}-20T12:00:00Z")
            books.record(invoice(number, 100, due=on), now)
            books.record(payment(f"p{number}", 100, (number, None, 100), on=on), now)
    kept = dict(books.account().head.behaviour)
    assert kept == {
        month: Count(1, 0)
        for month in range(month_of(date(2026, 1, 1)), month_of(date(2026, 12, 1)) + 1)
    }
    books.record(reversal("r", "p2024-5"), parse_instant("2026-12-21T12:00:00Z"))
    assert dict(books.account().head.behaviour) == kept


def test_a_reminder_that_is_sent_loses_nothing_of_the_record() -> None:
    """Claim, record and confirm write HEAD: each takes the record along."""
    books = Books()
    here = Customer("c4", addresses=(Address("email", "a@example.com", ""),))
    books.record(CustomerBody(on=date(2026, 1, 1), customer=here))
    for body in (invoice("A", 100), payment("p", 100), invoice("B", 100)):
        books.record(body)
    before = record(books)
    sent = MemorySender()
    reminders = sender_of(books, sent)
    assert reminders.remind(CREDITOR, books.key(), NOW) == "sent"
    assert books.account().head.reached
    assert record(books) == before == {MARCH: Count(1, 1)}


def test_a_charge_is_no_invoice_and_does_not_keep_its_invoice_from_being_counted() -> None:
    steps = '{level: 1, after_due: {days: 1}, channels: [email], fee: {EUR: "5.00"}}'
    of_a = [{"invoice": "A", "amount": "100.00"}]
    simulation = play(
        policy(steps),
        [
            body_of("c1"),
            plain_invoice("A", "2026-02-01"),
            plain_payment("p", "2026-02-10", "100.00", allocations=of_a),
            plain_payment("q", "2026-02-20", "5.00"),
        ],
    )
    ledger = simulation.stage.ledger
    key = ledger.account_key("default", "c1")
    seen = []
    for day in ("2026-02-02", "2026-02-10", "2026-02-20"):
        run(simulation, day)
        state = ledger.read("default", key)
        assert state
        open_now = [(item.kind, item.open) for item in state.open]
        seen.append((open_now, dict(state.head.behaviour)))
    paid_late = {month_of(date(2026, 2, 10)): Count(1, 1)}
    assert seen == [
        ([("invoice", 10_000), ("charge", 500)], {}),
        ([("charge", 500)], paid_late),
        ([], paid_late),
    ]


class CountingLedger(MemoryLedger):
    """Counts the documents that are read."""

    documents = 0

    def invoice(self, creditor: str, account: str, number: str) -> Invoice | None:
        self.documents += 1
        return super().invoice(creditor, account, number)


def test_the_record_costs_a_read_only_where_a_document_of_several_items_is_settled() -> None:
    ledger = CountingLedger()
    session = Books(ledger).session()
    for body in (invoice("A", 100), invoice("B", 100, 100), payment("p", 250)):
        session.record(body)
    assert ledger.documents == 0, "A is settled; B is not, and nobody looks at it"
    session.record(payment("q", 50))
    assert ledger.documents == 1, "B has two items, and one of them was settled before"

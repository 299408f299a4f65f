"""No fact writes more items of the table than one transaction takes, however large it is."""

from dataclasses import replace
from datetime import date

import pytest
from dunning.adapters.dynamodb.head import head_row
from dunning.adapters.dynamodb.writes import MOST_ACTIONS, _Batch, _gather
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain.bodies import AccountBody, PlanBody, PromiseBody
from dunning.domain.change import Change
from dunning.domain.customer import Address, Customer
from dunning.domain.identity import ItemRef
from dunning.domain.ledger import LARGEST_WRITE, LedgerError
from dunning.service.repeats import request_of

from tests.offline import invoice as invoiced
from tests.offline import play, policy, run
from tests.unit.books import (
    CUSTOMER,
    ON,
    Books,
    credit_note,
    invoice,
    payment,
    reversal,
    statement,
    sums_hold,
)

LATER = date(2026, 2, 1)
N = LARGEST_WRITE


class WeighingLedger(MemoryLedger):
    """Counts the actions that each write would be in the table."""

    largest = 0

    def write(self, creditor: str, account: str, change: Change) -> None:
        batch = _Batch()
        _gather(batch, creditor, account, change, head_row(account, change.head))
        count = len(batch.deletes) + len(batch.puts) + len(batch.updates)
        self.largest = max(self.largest, count)
        assert count <= MOST_ACTIONS
        super().write(creditor, account, change)


def one_each(count: int, amount: int = 100) -> list[AccountBody]:
    """As many invoices of one item."""
    return [invoice(f"I{number:03}", amount) for number in range(count)]


def parts(count: int, amount: int = 100, start: int = 0) -> list[tuple[str, int | None, int]]:
    return [(f"I{number:03}", None, amount) for number in range(start, start + count)]


def early(count: int) -> list[AccountBody]:
    """As many payments for one invoice that is not known."""
    return [payment(f"p{number:03}", 150, ("B", None, 150)) for number in range(count)]


ABOUT = Customer(CUSTOMER, name="Ada", addresses=(Address("email", "a@example.com", ""),))
TALES: dict[str, list[AccountBody]] = {
    "an invoice with disputes, for which money waits": [
        *early(30),
        replace(
            invoice("B", *[100] * N, disputed=tuple(range(1, N // 2 + 1))),
            about=ABOUT,
        ),
    ],
    "an invoice in parts, for which money waits": [*early(100), invoice("B", *[100] * (2 * N))],
    "money for one invoice and for many others that are not known": [
        payment("p", N * 100, *parts(N)),
        reversal("r", "p"),
    ],
    "money for many known and unknown invoices": [
        *one_each(N),
        payment("p", 3 * N * 100, *parts(2 * N)),
        reversal("r", "p"),
    ],
    "money that is used up by the first of the invoices that it waits for": [
        payment("p", N * 100, *parts(N)),
        invoice("I000", 50),
        *one_each(N),
    ],
    "an amendment of every item": [
        invoice("B", *[100] * N),
        payment("p", N * 50),
        replace(invoice("B", *[90] * N, due=date(2026, 3, 1), on=LATER), about=ABOUT),
    ],
    "an amendment that frees what many paid": [
        invoice("B", N * 100),
        *[payment(f"p{number}", 100, ("B", None, 100)) for number in range(N)],
        invoice("B", 100, on=LATER),
    ],
    "an amendment that leaves one item of many": [
        invoice("B", *[100] * N),
        payment("p", N * 50),
        invoice("B", 100, on=LATER),
    ],
    "a statement that settles a large invoice": [
        invoice("B", *[100] * (3 * N)),
        statement("B", 10),
    ],
    "a list that makes a large document larger": [
        invoice("B", *[100] * (3 * N)),
        statement("B", 3 * N * 100 + 500),
    ],
    "a statement that opens an invoice for which money waits": [
        *early(30),
        statement("B", 4_000, *[100] * N),
    ],
    "a statement that opens an invoice for which more waits than one write holds": [
        *early(100),
        statement("B", 100, *[1_000] * N),
    ],
    "a statement that gives back what many settled": [
        invoice("B", *[100] * 20),
        *[payment(f"p{n}", 100, ("B", None, 100), on=date(2026, 1, 20)) for n in range(20)],
        statement("B", 2_500),
    ],
    "a payment that ends promises and plans with all of their items": [
        *one_each(N),
        *[
            PromiseBody(
                on=date(2026, 2, 1),
                id=f"pr{number}",
                customer=CUSTOMER,
                by=date(2026, 4, 1),
                amount="1.00",
                items=tuple(ItemRef(f"I{item:03}", 1) for item in range(N)),
            )
            for number in range(5)
        ],
        *[
            PlanBody(
                on=date(2026, 2, 1),
                id=f"pl{number}",
                customer=CUSTOMER,
                state="active",
                items=((f"I{number:03}", None),),
                instalments=((date(2026, 4, 1), "1.00"),),
            )
            for number in range(3)
        ],
        payment("p", N * 100),
        reversal("r", "p"),
    ],
    "a credit note over many items": [
        invoice("B", *[100] * (2 * N)),
        credit_note("c", 2 * N * 100, "B"),
        reversal("r", "c"),
    ],
}


@pytest.mark.parametrize("keyed", [False, True], ids=["by-id", "by-key"])
@pytest.mark.parametrize("tale", TALES)
def test_a_large_fact_fits_into_transactions(tale: str, keyed: bool) -> None:
    """Those that come with a key of the API write one item more."""
    ledger = WeighingLedger()
    books = Books(ledger)
    session = books.session()
    for count, body in enumerate(TALES[tale]):
        session.request = request_of("body", {}, f"k{count}") if keyed else None
        session.record(body)
    sums_hold(books)
    assert ledger.largest > LARGEST_WRITE // 2, "the tale is a large one"


def test_an_item_whose_due_day_moves_leaves_its_old_place() -> None:
    """The table orders items by their due day: the old one would stay beside the new."""
    seen: list[Change] = []

    class Seeing(MemoryLedger):
        def write(self, creditor: str, account: str, change: Change) -> None:
            seen.append(change)
            super().write(creditor, account, change)

    books = Books(Seeing())
    books.record(invoice("B", 100))
    (before,) = books.account().open
    books.record(invoice("B", 100, due=date(2026, 3, 1), on=LATER))
    assert seen[-1].delete == (before,)
    assert books.account().open == (replace(before, due=date(2026, 3, 1)),)


def test_what_would_not_fit_is_refused_with_a_mend() -> None:
    books = Books(WeighingLedger())
    books.record(invoice("B", 20_000))
    for number in range(100):
        books.record(payment(f"p{number}", 200, ("B", None, 200), on=date(2026, 1, 20)))
    for body in (invoice("B", 100, on=LATER), statement("B", 20_000, as_of=ON)):
        with pytest.raises(LedgerError) as refused:
            books.record(body)
        assert refused.value.code == "too_many_changes"
    sums_hold(books)


def written(monkeypatch: pytest.MonkeyPatch, steps: str, items: int) -> list[Change]:
    """The writes of one notice over as many items, each of which fits into one transaction."""
    simulation = play(policy(steps), [invoiced(f"A{n:03}", "2026-01-01") for n in range(items)])
    simulation.record(date(2026, 1, 10))
    seen: list[Change] = []
    plain = MemoryLedger.write

    def write(self: MemoryLedger, creditor: str, account: str, change: Change) -> None:
        batch = _Batch()
        _gather(batch, creditor, account, change, head_row(account, change.head))
        assert len(batch.deletes) + len(batch.puts) + len(batch.updates) <= MOST_ACTIONS
        seen.append(change)
        plain(self, creditor, account, change)

    monkeypatch.setattr(MemoryLedger, "write", write)
    assert len(run(simulation, "2026-01-11")) == items
    return seen


STEP = "{level: 1, after_due: {days: 10}, channels: [email]%s}"


def test_a_notice_without_charges_is_confirmed_by_head_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (confirm,) = written(monkeypatch, STEP % "", 3)

    assert confirm.head_alone


def test_a_notice_that_charges_is_confirmed_and_charged_by_one_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (confirm,) = written(monkeypatch, STEP % ", fee: {EUR: 5}, interest: {contract: 36.5}", 3)

    assert confirm.token is not None
    assert confirm.head.claim is None
    assert confirm.lookups == ("charge:A000/1/1",)
    kinds = sorted(type(fact).__name__ for fact in confirm.put)
    assert kinds == ["Invoice"] + ["OpenItem"] * 5, "a fee, interest in one sum, and three items"


def test_charges_on_many_items_fit_into_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    each = ", charges: [{fixed: {EUR: 1}, per: item}], interest: {contract: 36.5}"
    seen = written(monkeypatch, STEP % each, 3 * N)

    assert [change.lookups for change in seen if change.lookups] == [("charge:A000/1/1",)]

"""Payments and credit notes that come before their invoice: on account till then, and applied by
the invoice's own write."""

from dataclasses import replace
from datetime import date

import pytest
from dunning.domain.bodies import DisputeBody
from dunning.domain.ledger import LARGEST_WRITE, LedgerError
from dunning.service.record_body import ACCEPTED, UNCHANGED
from dunning.service.why import Why

from tests.unit.books import (
    CREDITOR,
    CUSTOMER,
    Books,
    CutError,
    CuttingLedger,
    credit_note,
    invoice,
    payment,
    refund,
    reversal,
    sums_hold,
    write_off,
)


def books(*bodies: object) -> Books:
    made = Books()
    for body in bodies:
        assert made.record(body) == ACCEPTED  # type: ignore[arg-type]
        sums_hold(made)
    return made


def test_a_payment_for_an_invoice_to_come_waits_on_account_and_is_applied_when_it_comes() -> None:
    made = books(payment("p1", 5_000, ("I1", None, 5_000)))
    assert made.credit() == 5_000
    assert [(f.invoice, f.amount) for f in made.account().awaiting] == [("I1", 5_000)]
    rev = made.account().head.rev
    made.record(invoice("I1", 8_000))
    sums_hold(made)
    assert (made.open(), made.credit()) == ({"I1/1": 3_000}, 0)
    assert made.account().awaiting == ()
    assert made.account().head.rev == rev + 1, "the invoice's own write"
    (paid,) = made.postings()
    assert [(str(a.ref), a.amount) for a in paid.allocations] == [("I1/1", 5_000)]


def test_whoever_sends_it_is_told_that_it_waits() -> None:
    session = Books().session()
    session.record(payment("p1", 5_000, ("I1", None, 5_000)))
    ((code, said),) = session.notes
    assert code == "waits_for_invoice"
    assert "50.00 EUR waits on account for invoice I1" in said


def test_no_more_is_applied_than_is_open_and_the_rest_stays_on_account() -> None:
    made = books(payment("p1", 9_000, ("I1", None, 9_000)), invoice("I1", 8_000))
    assert (made.open(), made.credit()) == ({}, 1_000)
    assert made.account().awaiting == ()


def test_a_credit_note_before_its_invoice_reduces_it_when_it_comes() -> None:
    made = books(credit_note("CN1", 2_000, "I1"), invoice("I1", 8_000))
    assert (made.open(), made.credit()) == ({"I1/1": 6_000}, 0)


def test_money_for_one_item_goes_to_that_item_alone() -> None:
    made = books(payment("p1", 5_000, ("I1", 2, 5_000)), invoice("I1", 3_000, 4_000))
    assert (made.open(), made.credit()) == ({"I1/1": 3_000}, 1_000)


def test_money_for_an_item_that_the_invoice_has_not_stays_on_account() -> None:
    made = books(payment("p1", 5_000, ("I1", 3, 5_000)), invoice("I1", 3_000, 4_000))
    assert (made.open(), made.credit()) == ({"I1/1": 3_000, "I1/2": 4_000}, 5_000)
    assert made.account().awaiting == ()


def test_money_in_another_currency_stays_on_account() -> None:
    made = books(payment("p1", 5_000, ("I1", None, 5_000), currency="USD"), invoice("I1", 5_000))
    assert (made.open(), made.credit("USD")) == ({"I1/1": 5_000}, 5_000)


def test_a_payment_for_a_known_and_an_unknown_invoice_settles_the_one_and_waits_for_the_other() -> (
    None
):
    made = books(
        invoice("I1", 5_000),
        payment("p1", 9_000, ("I1", None, 5_000), ("I2", None, 4_000)),
    )
    assert (made.open(), made.credit()) == ({}, 4_000)
    made.record(invoice("I2", 4_000))
    sums_hold(made)
    assert (made.open(), made.credit()) == ({}, 0)


def test_reversed_before_its_invoice_comes_nothing_is_applied() -> None:
    made = books(
        payment("p1", 5_000, ("I1", None, 5_000)), reversal("r1", "p1"), invoice("I1", 5_000)
    )
    assert (made.open(), made.credit()) == ({"I1/1": 5_000}, 0)
    assert made.account().awaiting == ()


def test_reversed_after_its_invoice_came_all_of_it_is_open_again() -> None:
    made = books(
        payment("p1", 9_000, ("I1", None, 9_000)), invoice("I1", 5_000), reversal("r1", "p1")
    )
    assert (made.open(), made.credit()) == ({"I1/1": 5_000}, 0)


def test_refunded_in_part_meanwhile_only_the_rest_is_applied() -> None:
    made = books(
        payment("p1", 5_000, ("I1", None, 5_000)), refund("f1", "p1", "20.00"), invoice("I1", 5_000)
    )
    assert (made.open(), made.credit()) == ({"I1/1": 2_000}, 0)


def test_what_is_used_up_by_one_invoice_waits_for_no_other() -> None:
    made = books(
        payment("p1", 9_000, ("I1", None, 5_000), ("I2", None, 4_000)),
        refund("f1", "p1", "40.00"),
        invoice("I1", 5_000),
    )
    assert made.account().awaiting == ()
    made.record(invoice("I2", 4_000))
    assert (made.open(), made.credit()) == ({"I2/1": 4_000}, 0)


def test_an_invoice_of_another_customer_takes_nothing_and_the_sender_is_told() -> None:
    made = books(payment("p1", 5_000, ("I1", None, 5_000)))
    assert made.record(invoice("I1", 5_000, customer="other")) == ACCEPTED
    assert made.open("other") == {"I1/1": 5_000}
    assert made.credit() == 5_000
    session = made.session()
    session.record(payment("p2", 100, ("I1", None, 100)))
    assert [code for code, _ in session.notes] == [
        "waits_for_invoice",
        "invoice_of_another_customer",
    ]


def test_a_write_off_or_a_dispute_of_an_unknown_invoice_is_refused() -> None:
    made = books(invoice("I1", 5_000))
    for body in (
        write_off("w1", "I9", "1.00"),
        DisputeBody(on=date(2026, 3, 1), id="d1", invoice="I9", item=None, reason=""),
    ):
        with pytest.raises(LedgerError) as refused:
            made.record(body)
        assert refused.value.code == "unknown_invoice"


def test_a_payment_without_a_customer_is_for_whoever_has_its_invoice() -> None:
    made = books(invoice("I1", 5_000))
    nobodys = replace(payment("p1", 5_000, ("I1", None, 5_000)), customer="")
    assert made.record(nobodys) == ACCEPTED
    assert made.open() == {}
    assert made.record(nobodys) == UNCHANGED


def test_a_payment_without_a_customer_for_an_unknown_invoice_is_refused_and_says_what_to_add() -> (
    None
):
    with pytest.raises(LedgerError, match="add the customer, or send the invoice first") as refused:
        Books().record(replace(payment("p1", 5_000, ("I9", None, 5_000)), customer=""))
    assert refused.value.code == "unknown_payer"


def test_money_kept_on_account_by_its_sender_settles_nothing() -> None:
    made = books(invoice("I1", 5_000), replace(payment("p1", 5_000), on_account=True))
    assert (made.open(), made.credit()) == ({"I1/1": 5_000}, 5_000)


MANY = 2 * LARGEST_WRITE + 10


def early(ledger: CuttingLedger) -> Books:
    """Money from more payments than one write holds, for an invoice of as many items."""
    made = Books(ledger)
    for number in range(MANY):
        made.record(payment(f"p{number:03}", 700, ("I1", None, 700)))
    return made


@pytest.mark.parametrize("cut", [None, 1, 2, 3, 4])
def test_a_large_invoice_takes_what_waits_for_it_in_parts_wherever_it_is_cut(
    cut: int | None,
) -> None:
    ledger = CuttingLedger()
    made = early(ledger)
    ledger.left = cut
    large = invoice("I1", *[500] * MANY)
    if cut is None:
        assert made.record(large) == ACCEPTED
    else:
        with pytest.raises(CutError):
            made.record(large)
        ledger.left = None
        assert made.account().head.applying is not None
        assert made.record(payment("last", 1)) == ACCEPTED
    sums_hold(made)
    assert made.open() == {}
    assert made.credit() == 200 * MANY + (cut is not None)
    assert made.account().awaiting == ()


def test_more_unknown_invoices_than_one_write_holds_are_refused() -> None:
    parts = [(f"I{n}", None, 1) for n in range(LARGEST_WRITE + 1)]
    with pytest.raises(LedgerError, match="send the invoices first"):
        Books().record(payment("p1", 5_000, *parts))


def test_the_timeline_says_what_waited_and_what_became_of_it() -> None:
    made = books(payment("p1", 5_000, ("I1", None, 5_000)), invoice("I1", 8_000))
    told = list(Why(made.ledger, made.accounts.gates).timeline(CREDITOR, CUSTOMER, "I1"))
    assert [line["sentence"] for line in told if "sentence" in line] == [
        "payment p1 was recorded: 50.00 EUR waits for I1",
        "invoice I1 was recorded: 50.00 EUR of p1 had waited",
    ]

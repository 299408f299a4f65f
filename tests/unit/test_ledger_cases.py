"""The ledger's rules by example: what each kind of body does to items and credit."""

from datetime import date

import pytest
from dunning.domain import reasons
from dunning.domain.identity import ItemRef, external_id
from dunning.domain.invoice import Reached
from dunning.domain.ledger import LedgerError
from dunning.service.record_body import ACCEPTED, UNCHANGED

from tests.unit.books import (
    Books,
    chargeback,
    credit_note,
    invoice,
    payment,
    refund,
    reversal,
    sums_hold,
    write_off,
)

LEVEL = Reached(1, date(2026, 2, 1), 7)


def books(*bodies: object) -> Books:
    made = Books()
    for body in bodies:
        assert made.record(body) == ACCEPTED  # type: ignore[arg-type]
        sums_hold(made)
    return made


def test_a_hundred_less_thirty_paid_less_twenty_credited_is_fifty() -> None:
    made = books(invoice("I1", 10_000), payment("p1", 3_000), credit_note("CN1", 2_000, "I1"))
    assert made.open() == {"I1/1": 5_000}


def test_a_payment_without_allocations_settles_the_oldest_item_first() -> None:
    made = books(
        invoice("new", 5_000, due=date(2026, 2, 1)), invoice("old", 5_000), payment("p1", 7_000)
    )
    assert made.open() == {"new/1": 3_000}


def test_of_items_due_on_one_day_the_lesser_number_is_settled_first() -> None:
    made = books(invoice("B", 5_000), invoice("A", 5_000), payment("p1", 5_000))
    assert made.open() == {"B/1": 5_000}


def test_what_exceeds_all_that_is_open_stays_on_account() -> None:
    made = books(invoice("I1", 5_000), payment("p1", 7_000))
    assert made.open() == {}
    assert made.credit() == 2_000


def test_an_allocation_beyond_what_is_open_stays_on_account_and_touches_nothing_else() -> None:
    made = books(
        invoice("I1", 5_000), invoice("I2", 5_000), payment("p1", 9_000, ("I1", None, 9_000))
    )
    assert made.open() == {"I2/1": 5_000}
    assert made.credit() == 4_000


def test_a_payment_less_than_allocated_is_refused() -> None:
    made = books(invoice("I1", 5_000))
    with pytest.raises(LedgerError, match="more than the amount"):
        made.record(payment("p1", 1_000, ("I1", None, 2_000)))


def test_an_allocation_to_one_item_leaves_its_neighbours_alone() -> None:
    made = books(invoice("I1", 5_000, 5_000), payment("p1", 5_000, ("I1", 2, 5_000)))
    assert made.open() == {"I1/1": 5_000}


def test_two_allocations_to_the_same_item_take_no_more_than_is_open() -> None:
    made = books(
        invoice("I1", 5_000, 3_000),
        payment("p1", 9_000, ("I1", 1, 4_000), ("I1", None, 5_000)),
    )
    assert made.open() == {}
    assert made.credit() == 1_000


def test_a_payment_in_another_currency_than_its_invoice_is_refused() -> None:
    made = books(invoice("I1", 5_000))
    with pytest.raises(LedgerError) as refused:
        made.record(payment("p1", 5_000, ("I1", None, 5_000), currency="USD"))
    assert refused.value.code == "currency_mismatch"


def test_a_payment_without_allocations_settles_only_items_of_its_currency() -> None:
    made = books(
        invoice("E", 5_000),
        invoice("U", 5_000, currency="USD"),
        payment("p1", 9_000, currency="USD"),
    )
    assert made.open() == {"E/1": 5_000}
    assert (made.credit("EUR"), made.credit("USD")) == (0, 4_000)


def test_a_credit_note_without_a_reference_stays_on_account() -> None:
    made = books(invoice("I1", 5_000), credit_note("CN1", 2_000))
    assert made.open() == {"I1/1": 5_000}
    assert made.credit() == 2_000


def test_a_full_credit_note_settles_its_invoice_and_taken_back_opens_it_again() -> None:
    made = books(invoice("I1", 10_000), credit_note("CN1", 10_000, "I1"))
    assert made.open() == {}
    assert made.account().head.plan.reason == reasons.NOTHING_OPEN
    made.record(reversal("r1", "CN1"))
    sums_hold(made)
    assert made.open() == {"I1/1": 10_000}


def test_a_credit_note_and_a_payment_may_have_the_same_number() -> None:
    made = books(invoice("I1", 5_000), payment("77", 1_000), credit_note("77", 1_000, "I1"))
    assert made.open() == {"I1/1": 3_000}


def test_of_two_invoices_the_second_paid_leaves_the_first_as_it_was() -> None:
    made = books(
        invoice("I1", 10_000), invoice("I2", 30_000), payment("p1", 30_000, ("I2", None, 30_000))
    )
    assert made.open() == {"I1/1": 10_000}
    assert made.account().head.plan.reason != reasons.NOTHING_OPEN


def test_an_instalment_paid_and_unpaid_again_is_open_with_its_level() -> None:
    """C6: the first half only is listed; paid it leaves, and the cancelled payment brings it."""
    made = books(invoice("I1", 5_000, 5_000))
    made.reach({ItemRef("I1", 1): LEVEL})
    made.record(payment("p1", 5_000))
    assert made.open() == {"I1/2": 5_000}
    assert made.levels() == {}
    made.record(reversal("r1", "p1"))
    sums_hold(made)
    assert made.open() == {"I1/1": 5_000, "I1/2": 5_000}
    assert made.levels() == {"I1/1": LEVEL}


def test_a_write_off_takes_from_the_invoice_and_no_more_than_is_open() -> None:
    made = books(invoice("I1", 5_000, 5_000), write_off("w1", "I1", "60.00"))
    assert made.open() == {"I1/2": 4_000}
    with pytest.raises(LedgerError, match=r"only 40\.00 of I1 is open"):
        made.record(write_off("w2", "I1", "60.00"))


def test_a_refund_takes_from_the_account_first_and_then_from_the_newest_allocation() -> None:
    made = books(
        invoice("I1", 5_000),
        invoice("I2", 5_000, due=date(2026, 2, 1)),
        payment("p1", 12_000),
        refund("f1", "p1", "30.00"),
    )
    assert made.credit() == 0
    assert made.open() == {"I2/1": 1_000}


def test_a_refund_of_more_than_is_left_is_refused() -> None:
    made = books(invoice("I1", 5_000), payment("p1", 5_000), refund("f1", "p1", "30.00"))
    with pytest.raises(LedgerError, match=r"only 20\.00 of p1 is left"):
        made.record(refund("f2", "p1", "30.00"))


def test_refunds_in_part_and_a_chargeback_of_the_rest_leave_nothing_of_a_payment() -> None:
    made = books(
        invoice("I1", 5_000, 5_000),
        payment("p1", 10_000),
        refund("f1", "p1", "30.00"),
        refund("f2", "p1", "30.00"),
        chargeback("b1", "p1"),
    )
    assert made.open() == {"I1/1": 5_000, "I1/2": 5_000}
    with pytest.raises(LedgerError, match="nothing of p1 is left"):
        made.record(reversal("r1", "p1"))


def test_a_chargeback_opens_what_the_payment_settled_with_its_levels() -> None:
    made = books(invoice("I1", 5_000))
    made.reach({ItemRef("I1", 1): LEVEL})
    made.record(payment("p1", 5_000))
    made.record(chargeback("b1", "p1"))
    sums_hold(made)
    assert made.levels() == {"I1/1": LEVEL}


def test_a_refund_of_a_credit_note_is_refused() -> None:
    made = books(invoice("I1", 5_000), credit_note("CN1", 2_000, "I1"))
    with pytest.raises(LedgerError, match="CN1 is a credit_note"):
        made.record(refund("f1", "CN1", "10.00"))


def test_a_reversal_cannot_be_reversed_but_the_payment_can_come_again() -> None:
    made = books(invoice("I1", 5_000), payment("p1", 5_000), reversal("r1", "p1"))
    with pytest.raises(LedgerError, match="post the payment again"):
        made.record(reversal("r2", "r1"))
    made.record(payment("p2", 5_000))
    assert made.open() == {}


def test_an_item_paid_twice_over_two_payments_returns_to_each_its_own() -> None:
    made = books(
        invoice("I1", 5_000), payment("p1", 3_000), payment("p2", 3_000), reversal("r1", "p1")
    )
    assert made.open() == {"I1/1": 3_000}
    assert made.credit() == 1_000
    made.record(reversal("r2", "p2"))
    sums_hold(made)
    assert made.open() == {"I1/1": 5_000}


def test_a_payment_for_an_item_that_the_invoice_has_not_is_refused() -> None:
    made = books(invoice("I1", 5_000))
    with pytest.raises(LedgerError, match="has items 1 to 1"):
        made.record(payment("p1", 5_000, ("I1", 2, 5_000)))


def test_a_payment_before_its_invoice_waits_on_account() -> None:
    made = books(payment("p1", 5_000), invoice("I1", 5_000))
    assert made.open() == {"I1/1": 5_000}
    assert made.credit() == 5_000
    assert made.account().head.plan.reason == reasons.ON_ACCOUNT_COVERS


@pytest.mark.parametrize(
    "awkward",
    [
        "#1",
        "a#b#c",
        " spaced  out ",
        "Überweisung Größe",
        "x" * 100,
        "ü" * 100,
        "~ABC",
        "SI/2026/0001",
        "日本語",
        "%00",
    ],
)
def test_an_awkward_id_names_customer_invoice_and_payment_alike(awkward: str) -> None:
    known = external_id(awkward)
    made = Books()
    assert made.record(invoice(known, 5_000, customer=known)) == ACCEPTED
    assert made.record(payment(known, 2_000, (known, None, 2_000), customer=known)) == ACCEPTED
    assert made.record(payment(known, 2_000, (known, None, 2_000), customer=known)) == UNCHANGED
    sums_hold(made, known)
    assert made.open(known) == {f"{known}/1": 3_000}
    made.record(reversal("r1", known))
    sums_hold(made, known)
    assert made.open(known) == {f"{known}/1": 5_000}
    assert made.account(known).head.customer == known


def test_ids_that_differ_only_by_what_a_key_cannot_hold_are_different_accounts() -> None:
    made = Books()
    for customer in ("a#b", "a b", "a~b", "A#B"):
        made.record(invoice(f"I {customer}", 1_000, customer=customer))
    assert len({made.key(c) for c in ("a#b", "a b", "a~b", "A#B")}) == 4


def test_a_number_of_another_customer_is_refused() -> None:
    made = books(invoice("I1", 5_000))
    with pytest.raises(LedgerError) as refused:
        made.record(invoice("I1", 5_000, customer="other"))
    assert refused.value.code == "number_taken"

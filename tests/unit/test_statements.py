"""Open-item lists as of a day: the difference is posted, and no older list undoes a newer word."""

from dataclasses import replace
from datetime import date

import pytest
from dunning.domain.bodies import AccountBody, MoneyBody, StatementBody
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Reached
from dunning.domain.ledger import LARGEST_WRITE, LedgerError
from dunning.domain.posting import CREDIT_NOTES, LEDGER, PostingKey
from dunning.service.record_body import ACCEPTED, UNCHANGED
from dunning.service.why import Why

from tests.unit.books import (
    CREDITOR,
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

JAN, FEB, MAR = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)
PAID = date(2026, 1, 20)


def books(*bodies: AccountBody) -> Books:
    made = Books()
    for body in bodies:
        assert made.record(body) == ACCEPTED
        sums_hold(made)
    return made


def credit_row(
    number: str,
    left: int,
    *,
    as_of: date = FEB,
    total: int | None = None,
    kind: str = "credit_note",
) -> StatementBody:
    """A credit note (or payment) that a list shows with something left to use."""
    credit = MoneyBody(
        on=ON,
        type=kind,
        id=number,
        customer=CUSTOMER,
        currency="EUR",
        amount=left,
        value_date=ON,
    )
    return StatementBody(
        on=ON, as_of=as_of, customer=CUSTOMER, currency="EUR", open=left, credit=credit
    )


def refused(made: Books, body: AccountBody) -> LedgerError:
    before = made.whole()
    with pytest.raises(LedgerError) as error:
        made.record(body)
    assert made.whole() == before
    return error.value


def test_an_unknown_invoice_is_opened_with_its_total_and_the_difference_has_the_lists_day() -> None:
    made = books(statement("I1", 6_000, 10_000, as_of=FEB))
    (item,) = made.account().open
    assert (item.amount, item.open) == (10_000, 6_000)
    (posted,) = made.postings()
    assert (posted.type, posted.amount, posted.value_date) == ("statement", 4_000, FEB)
    assert posted.key.id == "statement:2026-02-28:I1"
    assert made.account().head.rev == 1, "one write"


def test_an_unknown_invoice_without_a_total_is_opened_with_what_is_open() -> None:
    made = books(statement("I1", 6_000, as_of=FEB))
    assert made.open() == {"I1/1": 6_000}
    assert made.postings() == []


def test_less_open_reduces_the_oldest_item_first() -> None:
    made = books(invoice("I1", 5_000, 5_000), statement("I1", 3_000, as_of=FEB))
    assert made.open() == {"I1/2": 3_000}


def test_nothing_open_settles_and_keeps_the_level_for_a_return() -> None:
    made = books(invoice("I1", 5_000))
    made.reach({ItemRef("I1", 1): Reached(1, FEB, 3)})
    made.record(statement("I1", 0, as_of=FEB))
    assert (made.open(), made.levels()) == ({}, {})
    made.record(reversal("r1", "statement:2026-02-28:I1"))
    sums_hold(made)
    assert made.levels() == {"I1/1": Reached(1, FEB, 3)}


def test_more_open_gives_back_what_was_paid_newest_first_and_waits_from_that_day() -> None:
    made = books(
        invoice("I1", 10_000),
        payment("p1", 4_000, on=date(2026, 1, 10)),
        payment("p2", 3_000, on=PAID),
        statement("I1", 5_000, as_of=FEB),
    )
    assert made.open() == {"I1/1": 5_000}
    left = {p.key.id: p.standing()[0] for p in made.postings() if p.undoes is None}
    assert [a.amount for a in left["p1"]] == [4_000]
    assert [a.amount for a in left["p2"]] == [1_000]
    assert made.account().open[0].reopened == ON
    made.record(reversal("r1", "p2"))
    sums_hold(made)
    assert made.open() == {"I1/1": 6_000}, "the rest of it alone"


def test_a_settled_invoice_that_a_newer_list_shows_open_is_open_again() -> None:
    made = books(
        invoice("I1", 5_000, 4_000),
        payment("p1", 9_000, on=PAID),
        statement("I1", 4_000, as_of=FEB),
    )
    assert made.open() == {"I1/2": 4_000}, "what is due last is given back first"


def test_more_open_than_the_invoice_makes_its_last_item_larger() -> None:
    made = books(
        invoice("I1", 5_000, 4_000),
        payment("p1", 2_000, on=PAID),
        statement("I1", 9_500, as_of=FEB),
    )
    assert made.open() == {"I1/1": 5_000, "I1/2": 4_500}
    assert made.invoices()[0].total == 9_500


def test_the_same_list_again_changes_nothing() -> None:
    lists = (statement("I1", 6_000, 10_000, as_of=FEB), statement("I2", 500, as_of=FEB))
    made = books(*lists)
    before = made.account()
    assert [made.record(one) for one in lists] == [UNCHANGED, UNCHANGED]
    assert made.account() == before


def test_a_second_word_of_the_same_day_is_posted_as_well() -> None:
    made = books(
        statement("I1", 6_000, 10_000, as_of=FEB), statement("I1", 2_000, 10_000, as_of=FEB)
    )
    assert made.open() == {"I1/1": 2_000}
    assert made.record(statement("I1", 2_000, 10_000, as_of=FEB)) == UNCHANGED


def test_the_first_word_of_a_day_that_comes_again_after_the_second_changes_nothing() -> None:
    first = statement("I1", 6_000, 10_000, as_of=FEB)
    made = books(first, statement("I1", 2_000, 10_000, as_of=FEB))
    assert made.record(first) == UNCHANGED
    assert made.open() == {"I1/1": 2_000}


def test_a_list_older_than_a_payment_is_refused_and_both_days_are_named() -> None:
    made = books(invoice("I1", 10_000), payment("p1", 4_000, on=date(2026, 2, 3)))
    error = refused(made, statement("I1", 10_000, as_of=JAN))
    assert error.code == "older_statement"
    assert "2026-01-31" in str(error)
    assert "2026-02-03" in str(error)


def test_a_list_older_than_one_that_confirmed_the_ledger_is_refused_though_it_posted_nothing() -> (
    None
):
    made = books(invoice("I1", 10_000))
    assert made.record(statement("I1", 10_000, as_of=FEB)) == UNCHANGED
    assert refused(made, statement("I1", 4_000, as_of=JAN)).code == "older_statement"


def test_a_list_that_confirms_the_ledger_writes_head_alone_and_once() -> None:
    made = books(invoice("I1", 10_000), invoice("I2", 10_000))
    rev, seq = made.account().head.rev, made.account().head.seq
    session = made.session()
    for number in ("I1", "I2"):
        assert session.record(statement(number, 10_000, as_of=FEB)) == UNCHANGED
    head = made.account().head
    assert (head.rev, head.seq) == (rev + 1, seq)


def test_an_older_list_that_says_what_the_ledger_says_is_no_error() -> None:
    made = books(invoice("I1", 10_000), payment("p1", 4_000, on=FEB))
    assert made.record(statement("I1", 6_000, as_of=JAN)) == UNCHANGED


def test_an_older_list_opens_no_invoice() -> None:
    made = books(statement("I1", 6_000, as_of=FEB))
    assert refused(made, statement("I2", 6_000, as_of=JAN)).code == "older_statement"


def test_a_list_of_the_day_of_a_payment_may_lower_what_is_open_but_not_raise_it() -> None:
    made = books(invoice("I1", 10_000), payment("p1", 4_000, on=FEB))
    assert refused(made, statement("I1", 10_000, as_of=FEB)).code == "posted_that_day"
    assert made.record(statement("I1", 5_000, as_of=FEB)) == ACCEPTED


def test_a_payment_dated_before_the_list_does_not_make_it_old_though_it_came_later() -> None:
    late = replace(payment("p1", 4_000, on=MAR), value_date=PAID)
    made = books(invoice("I1", 10_000), late)
    assert made.record(statement("I1", 5_000, as_of=FEB)) == ACCEPTED


def test_the_number_of_another_customer_is_refused() -> None:
    made = books(invoice("I2", 5_000))
    made.record(invoice("I1", 5_000, customer="other"))
    assert refused(made, statement("I1", 5_000, as_of=FEB)).code == "number_taken"


def test_another_currency_is_refused() -> None:
    made = books(invoice("I1", 5_000))
    error = refused(made, statement("I1", 5_000, as_of=FEB, currency="USD"))
    assert error.code == "currency_mismatch"


def test_nothing_open_of_an_invoice_that_nobody_knows_changes_nothing() -> None:
    made = books(invoice("I1", 5_000))
    assert made.record(statement("I9", 0, as_of=FEB)) == UNCHANGED
    assert made.invoices()[0].number == "I1"


def test_what_waited_for_an_invoice_is_applied_as_far_as_the_list_says_it_is_paid() -> None:
    made = books(
        payment("p1", 5_000, ("I1", None, 5_000), on=PAID),
        statement("I1", 7_000, 10_000, as_of=FEB),
    )
    assert (made.open(), made.credit()) == ({"I1/1": 7_000}, 2_000)
    assert made.account().awaiting == ()


def test_a_large_invoice_is_settled_by_a_list_in_parts() -> None:
    many = 2 * LARGEST_WRITE
    made = books(invoice("I1", *[100] * many), statement("I1", 50, as_of=FEB))
    assert made.open() == {f"I1/{many}": 50}


def test_more_to_give_back_than_one_write_holds_is_refused() -> None:
    many = LARGEST_WRITE + 1
    made = books(invoice("I1", *[100] * many), payment("p1", 100 * many, on=PAID))
    error = refused(made, statement("I1", 100 * many, as_of=FEB))
    assert error.code == "too_many_changes"


def test_a_credit_that_the_list_shows_unused_is_on_account() -> None:
    made = books(invoice("I1", 5_000), credit_row("CN1", 2_000))
    assert (made.open(), made.credit()) == ({"I1/1": 5_000}, 2_000)
    assert made.record(credit_row("CN1", 2_000)) == UNCHANGED


def test_a_credit_that_a_newer_list_shows_partly_used_is_less_on_account() -> None:
    made = books(
        invoice("I1", 5_000),
        credit_note("CN1", 2_000),
        credit_row("CN1", 500, as_of=MAR),
        statement("I1", 3_500, as_of=MAR),
    )
    assert (made.open(), made.credit()) == ({"I1/1": 3_500}, 500)
    (note,) = [p for p in made.postings() if p.key == PostingKey(CREDIT_NOTES, "CN1")]
    assert note.standing() == ((), 500)
    made.record(reversal("r1", "CN1"))
    sums_hold(made)
    assert made.credit() == 0


def test_a_credit_that_a_newer_list_shows_larger_is_more_on_account_and_then_the_same() -> None:
    made = books(credit_row("CN1", 500), credit_row("CN1", 800, as_of=MAR))
    assert made.credit() == 800
    assert made.record(credit_row("CN1", 800, as_of=MAR)) == UNCHANGED


def test_a_payment_on_account_in_the_list_is_another_than_a_credit_note_of_that_number() -> None:
    made = books(credit_row("7", 500), credit_row("7", 300, kind="payment"))
    assert made.credit() == 800
    keys = {posting.key for posting in made.postings()}
    assert keys == {PostingKey(CREDIT_NOTES, "7"), PostingKey(LEDGER, "7")}


def test_a_credit_row_does_not_make_the_other_rows_of_its_list_old() -> None:
    made = books(
        invoice("I1", 5_000),
        payment("p1", 2_000, on=PAID),
        credit_row("CN1", 500, as_of=JAN),
    )
    assert made.record(statement("I1", 4_000, as_of=JAN)) == ACCEPTED


def test_the_timeline_says_what_a_list_changed() -> None:
    made = books(invoice("I1", 5_000), statement("I1", 3_000, as_of=FEB))
    told = list(Why(made.ledger, made.accounts.gates).timeline(CREDITOR, CUSTOMER, "I1"))
    assert told[1]["sentence"] == "statement statement:2026-02-28:I1 was recorded: 20.00 EUR less"

"""A known invoice with other items: what is open follows, and what was paid beyond it is freed."""

from datetime import date

import pytest
from dunning.domain import history
from dunning.domain.bodies import ResolveBody
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Reached
from dunning.domain.ledger import LARGEST_WRITE, LedgerError
from dunning.service.record_body import ACCEPTED, UNCHANGED
from dunning.service.why import Why

from tests.unit.books import (
    CREDITOR,
    CUSTOMER,
    Books,
    credit_note,
    invoice,
    payment,
    reversal,
    sums_hold,
)

LATER = date(2026, 2, 1)
LATEST = date(2026, 2, 20)
LEVEL = Reached(2, date(2026, 2, 1), 7)


def books(*bodies: object) -> Books:
    made = Books()
    for body in bodies:
        assert made.record(body) == ACCEPTED  # type: ignore[arg-type]
        sums_hold(made)
    return made


def test_a_higher_amount_is_open_for_what_it_is_more() -> None:
    made = books(invoice("I1", 10_000), payment("p1", 3_000), invoice("I1", 12_000, on=LATER))
    assert made.open() == {"I1/1": 9_000}
    assert made.credit() == 0


def test_below_what_is_paid_the_excess_is_on_account() -> None:
    made = books(invoice("I1", 10_000), payment("p1", 7_000), invoice("I1", 6_000, on=LATER))
    assert made.open() == {}
    assert made.credit() == 1_000


def test_the_payment_says_what_of_it_is_on_account_now_and_its_reversal_brings_the_new_amount() -> (
    None
):
    made = books(invoice("I1", 10_000), payment("p1", 10_000), invoice("I1", 6_000, on=LATER))
    (paid,) = made.postings()
    assert [(str(a.ref), a.amount) for a in paid.allocations] == [("I1/1", 6_000)]
    assert paid.on_account == 4_000
    made.record(reversal("r1", "p1"))
    sums_hold(made)
    assert made.open() == {"I1/1": 6_000}
    assert made.credit() == 0


def test_a_settled_invoice_that_grows_is_open_again_with_its_level_and_waits_from_that_day() -> (
    None
):
    made = books(invoice("I1", 5_000))
    made.reach({ItemRef("I1", 1): LEVEL})
    made.record(payment("p1", 5_000))
    made.record(invoice("I1", 8_000, on=LATER))
    sums_hold(made)
    assert made.open() == {"I1/1": 3_000}
    assert made.levels() == {"I1/1": LEVEL}
    assert made.account().open[0].reopened == LATER


def test_an_invoice_that_shrinks_to_what_is_paid_is_settled_and_keeps_its_level_for_a_return() -> (
    None
):
    made = books(invoice("I1", 5_000), payment("p1", 2_000))
    made.reach({ItemRef("I1", 1): LEVEL})
    made.record(invoice("I1", 2_000, on=LATER))
    sums_hold(made)
    assert (made.open(), made.levels()) == ({}, {})
    made.record(reversal("r1", "p1"))
    assert made.open() == {"I1/1": 2_000}
    assert made.levels() == {"I1/1": LEVEL}


def test_another_due_day_moves_the_item_and_keeps_level_and_open_amount() -> None:
    made = books(invoice("I1", 5_000), payment("p1", 2_000))
    made.reach({ItemRef("I1", 1): LEVEL})
    made.record(invoice("I1", 5_000, due=date(2026, 4, 1), on=LATER))
    sums_hold(made)
    (item,) = made.account().open
    assert (item.due, item.open) == (date(2026, 4, 1), 3_000)
    assert made.levels() == {"I1/1": LEVEL}


def test_what_is_paid_on_an_item_that_goes_is_put_on_the_other_items_of_the_invoice() -> None:
    made = books(
        invoice("I1", 5_000, 5_000),
        payment("p1", 5_000, ("I1", 2, 5_000)),
        invoice("I1", 9_000, on=LATER),
    )
    assert made.open() == {"I1/1": 4_000}
    assert made.credit() == 0


def test_an_item_more_is_open_and_an_item_less_is_gone_with_its_level() -> None:
    made = books(invoice("I1", 5_000, 4_000))
    made.reach({ItemRef("I1", 1): LEVEL, ItemRef("I1", 2): LEVEL})
    made.record(invoice("I1", 5_000, on=LATER))
    sums_hold(made)
    assert (made.open(), made.levels()) == ({"I1/1": 5_000}, {"I1/1": LEVEL})
    made.record(invoice("I1", 5_000, 4_000, 3_000, on=LATEST))
    sums_hold(made)
    assert made.open() == {"I1/1": 5_000, "I1/2": 4_000, "I1/3": 3_000}
    assert made.levels() == {"I1/1": LEVEL}


def test_the_newest_money_is_freed_first() -> None:
    made = books(
        invoice("I1", 10_000),
        payment("p1", 4_000, on=date(2026, 1, 5)),
        credit_note("CN1", 6_000, "I1"),
        invoice("I1", 7_000, on=LATER),
    )
    on_account = {posting.key.id: posting.on_account for posting in made.postings()}
    assert on_account == {"p1": 0, "CN1": 3_000}


def test_the_same_word_again_changes_nothing() -> None:
    made = books(invoice("I1", 5_000), invoice("I1", 6_000, on=LATER))
    rev = made.account().head.rev
    assert made.record(invoice("I1", 6_000, on=LATER)) == UNCHANGED
    assert made.record(invoice("I1", 6_000, on=LATEST)) == UNCHANGED
    assert made.account().head.rev == rev


def test_an_older_word_that_comes_late_changes_nothing_and_says_so() -> None:
    made = books(invoice("I1", 5_000, on=LATER))
    session = made.session()
    assert session.record(invoice("I1", 6_000)) == UNCHANGED
    ((code, said),) = session.notes
    assert code == "older_word"
    assert "2026-02-01" in said
    assert "2026-01-01" in said
    assert made.open() == {"I1/1": 5_000}


def test_another_currency_is_refused() -> None:
    made = books(invoice("I1", 5_000))
    with pytest.raises(LedgerError) as refused:
        made.record(invoice("I1", 5_000, currency="USD", on=LATER))
    assert refused.value.code == "currency_mismatch"


def test_the_number_of_another_seller_is_refused_on_this_account_and_on_another() -> None:
    made = books(invoice("I1", 5_000, seller="Nord GmbH"))
    for customer in (CUSTOMER, "other"):
        with pytest.raises(LedgerError) as refused:
            made.record(invoice("I1", 5_000, seller="Süd GmbH", customer=customer, on=LATER))
        assert refused.value.code == "number_of_another_seller"
    assert made.record(invoice("I1", 5_000, seller="nord gmbh", on=LATER)) == UNCHANGED
    assert made.record(invoice("I1", 5_000, on=LATER)) == UNCHANGED


def test_more_items_than_one_write_holds_cannot_be_amended_at_once_and_nothing_is_written() -> None:
    many = LARGEST_WRITE + 1
    made = books(invoice("I1", *[1_000] * many))
    before = made.whole()
    with pytest.raises(LedgerError, match="credit it, and send it under a new number"):
        made.record(invoice("I1", *[2_000] * many, on=LATER))
    assert made.whole() == before
    assert made.record(invoice("I1", *[2_000] * 3, *[1_000] * (many - 3), on=LATER)) == ACCEPTED
    sums_hold(made)


def test_its_record_says_the_totals_and_is_told_in_a_sentence() -> None:
    made = books(invoice("I1", 10_000), invoice("I1", 12_050, on=LATER))
    record = list(made.ledger.history(CREDITOR, made.key()))[-1]
    assert (record.code, record.id) == (history.AMENDED, "I1")
    assert record.detail == "100.00 -> 120.50 EUR"
    told = list(Why(made.ledger, made.accounts.gates).timeline(CREDITOR, CUSTOMER, "I1"))
    assert [line["sentence"] for line in told if "sentence" in line] == [
        "invoice I1 was recorded",
        "invoice I1 was amended: 100.00 -> 120.50 EUR",
    ]


def test_a_dispute_that_a_document_tells_of_is_one_write_with_it() -> None:
    made = books(invoice("I1", 5_000, 4_000, disputed=(2,)))
    account = made.account()
    assert account.head.rev == 1
    assert [(d.id, d.item) for d in account.disputes] == [("disputed:I1/2", 2)]
    assert made.record(invoice("I1", 5_000, 4_000, disputed=(2,))) == UNCHANGED


def test_a_dispute_that_a_later_word_tells_of_is_recorded_and_one_that_is_over_stays_over() -> None:
    made = books(invoice("I1", 5_000))
    assert made.record(invoice("I1", 5_000, disputed=(1,))) == ACCEPTED
    made.record(ResolveBody(on=LATER, id="s1", dispute="disputed:I1/1", outcome="accepted"))
    assert made.record(invoice("I1", 5_000, disputed=(1,), on=LATEST)) == UNCHANGED
    assert made.account().disputes == ()


def test_more_disputes_than_one_write_holds_are_written_one_by_one() -> None:
    items = LARGEST_WRITE
    made = books(invoice("I1", *[1_000] * items, disputed=tuple(range(1, items + 1))))
    assert len(made.account().disputes) == items

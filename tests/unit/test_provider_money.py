"""A provider's events in the ledger: each once, in any order, and money is never lost."""

from dataclasses import replace
from datetime import date

import pytest
from dunning.adapters.memory.cell import Counters
from dunning.adapters.memory.unmatched import MemoryUnmatched
from dunning.domain.bodies import MoneyBody
from dunning.domain.identity import ItemRef
from dunning.domain.ledger import LedgerError
from dunning.domain.provider_events import ProviderEvent
from dunning.service.provider_money import (
    NOTHING_TO_TAKE_BACK,
    OF_ANOTHER,
    TOLD,
    ProviderMoney,
    TooEarly,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.books import CUSTOMER, NOW, Books, invoice, sums_hold

ON = date(2026, 3, 1)


def event(kind: str, amount: int | None = None, **more: object) -> ProviderEvent:
    found: dict[str, object] = {
        "provider": "stripe",
        "id": f"evt-{kind}",
        "kind": kind,
        "type": kind,
        "on": ON,
        "payment": "pi_1",
        "amount": amount,
        "currency": "EUR",
        **more,
    }
    return ProviderEvent(**found)  # type: ignore[arg-type]


PAID = event("paid", 1000, customer=CUSTOMER, items=((ItemRef("SI1", 1), 1000),))


def books() -> Books:
    found = Books()
    found.record(invoice("SI1", 1000))
    found.record(invoice("SI2", 500, due=date(2026, 1, 5)))
    return found


def record(to: Books, one: ProviderEvent, *, last: bool = False) -> str:
    money = ProviderMoney(to.bodies, Counters())
    return money.record("acme", one, to.rulebook, NOW, last=last)


def test_what_was_paid_for_is_settled_though_something_else_is_older() -> None:
    to = books()
    assert record(to, PAID) == "accepted"
    assert to.open() == {"SI2/1": 500}
    assert record(to, PAID) == "unchanged"
    sums_hold(to)


def test_what_is_paid_twice_by_two_sessions_stays_on_account() -> None:
    to = books()
    record(to, PAID)
    again = event("paid", 1000, payment="pi_2", customer=CUSTOMER, items=PAID.items)
    assert record(to, again) == "accepted"
    assert sum(to.open().values()) - to.credit() == 1500 - 2000
    sums_hold(to)


def test_money_for_what_is_of_another_currency_comes_all_the_same() -> None:
    to = books()
    dollars = event("paid", 1000, currency="USD", customer=CUSTOMER, items=PAID.items)
    assert record(to, dollars) == "accepted"
    assert (to.credit("USD"), to.open()) == (1000, {"SI1/1": 1000, "SI2/1": 500})


def test_what_means_nothing_for_the_ledger_is_told() -> None:
    to = books()
    assert record(to, event("told")) == TOLD
    assert record(to, event("mandate_ended")) == TOLD


def test_a_refund_before_its_payment_comes_again() -> None:
    to = books()
    refund = event("refunded", 400, refund="ch_1:refunded:400")
    with pytest.raises(TooEarly):
        record(to, refund)
    record(to, PAID)
    assert record(to, refund) == "accepted"
    assert to.open() == {"SI1/1": 400, "SI2/1": 500}


def test_a_refund_whose_payment_never_comes_is_for_a_person() -> None:
    with pytest.raises(LedgerError):
        record(books(), event("refunded", 400, refund="r"), last=True)


def test_a_debit_that_never_counted_takes_nothing_back() -> None:
    to = books()
    with pytest.raises(TooEarly):
        record(to, event("failed"))
    assert record(to, event("failed"), last=True) == NOTHING_TO_TAKE_BACK
    assert to.open() == {"SI1/1": 1000, "SI2/1": 500}


def test_a_debit_that_fails_late_opens_what_it_had_settled_once() -> None:
    to = books()
    record(to, PAID)
    assert record(to, event("failed")) == "accepted"
    assert record(to, event("failed")) == "unchanged"
    assert to.open() == {"SI1/1": 1000, "SI2/1": 500}


STORY = (
    PAID,
    event("refunded", 200, refund="ch_1:refunded:200"),
    event("refunded", 300, refund="ch_1:refunded:500"),
    event("charged_back", 500, dispute="dp_1"),
    event("reinstated", 500, dispute="dp_1"),
)


@given(
    st.lists(st.sampled_from(STORY), max_size=15).flatmap(
        lambda more: st.permutations([*STORY, *more])
    )
)
def test_in_any_order_and_number_the_ledger_ends_with_the_same_money(
    deliveries: list[ProviderEvent],
) -> None:
    to = books()
    waiting = list(deliveries)
    for _ in range(len(deliveries)):
        early = []
        for one in waiting:
            try:
                record(to, one)
            except TooEarly:
                early.append(one)
        waiting = early
    assert not waiting
    sums_hold(to)
    # 1500 owed; 1000 paid, 500 given back, 500 charged back, 500 reinstated.
    assert sum(to.open().values()) - to.credit() == 1500 - 500


def test_what_was_begun_for_another_creditor_of_the_same_account_is_not_taken() -> None:
    to = books()
    theirs = event("paid", 1000, creditor="umbrella", customer=CUSTOMER, items=PAID.items)
    assert record(to, theirs) == OF_ANOTHER
    assert to.open() == {"SI1/1": 1000, "SI2/1": 500}
    ours = event("paid", 1000, creditor="acme", customer=CUSTOMER, items=PAID.items)
    assert record(to, ours) == "accepted"


def test_what_a_bank_gives_back_after_a_dispute_is_for_what_the_dispute_had_opened() -> None:
    to = books()
    record(to, PAID)
    record(to, event("charged_back", 1000, dispute="dp_1"))
    assert to.open() == {"SI1/1": 1000, "SI2/1": 500}
    assert record(to, event("reinstated", 1000, dispute="dp_1")) == "accepted"
    assert to.open() == {"SI2/1": 500}
    sums_hold(to)


def test_a_refund_that_does_not_arrive_is_its_payer_s_money_again() -> None:
    to = books()
    record(to, PAID)
    record(to, event("refunded", 1000, refund="ch_1:refunded:1000"))
    assert record(to, event("refund_failed", 1000, refund="re_1")) == "accepted"
    assert sum(to.open().values()) - to.credit() == 500
    sums_hold(to)


def test_money_of_a_dispute_that_nobody_told_of_is_its_payer_s_in_the_end() -> None:
    to = books()
    record(to, PAID)
    back = event("reinstated", 1000, dispute="dp_1")
    with pytest.raises(TooEarly):
        record(to, back)
    assert record(to, back, last=True) == "accepted"
    assert (to.open(), to.credit()) == ({}, 500)


def test_a_chargeback_that_was_lost_after_all_takes_what_had_come_back() -> None:
    to = books()
    record(to, PAID)
    record(to, event("charged_back", 1000, dispute="dp_1"))
    record(to, event("reinstated", 1000, dispute="dp_1"))
    assert record(to, event("charged_back_again", 1000, dispute="dp_1")) == "accepted"
    assert to.open() == {"SI1/1": 1000, "SI2/1": 500}
    sums_hold(to)


@pytest.mark.parametrize("kind", ["refunded", "charged_back"])
def test_what_goes_back_in_another_currency_is_never_read_as_the_payment_s(kind: str) -> None:
    to = books()
    record(to, PAID)
    with pytest.raises(LedgerError) as refused:
        record(to, event(kind, 900, currency="USD", refund="r", dispute="d"))
    assert refused.value.code == "currency_mismatch"
    assert to.open() == {"SI2/1": 500}


def debit(kind: str, day: int, **more: object) -> ProviderEvent:
    found: dict[str, object] = {"id": f"EV-{kind}-{day}", "provider": "gocardless", **more}
    return event(kind, 1000, on=date(2026, 3, day), payment="PM1", **found)


def test_a_debit_that_is_collected_again_after_it_failed_is_paid_again() -> None:
    to = books()
    of = {"customer": CUSTOMER, "items": PAID.items}
    story = (debit("paid", 1, **of), debit("failed", 3), debit("paid", 8, **of))
    assert [record(to, one) for one in story] == ["accepted"] * 3
    assert [record(to, one) for one in story] == ["unchanged"] * 3
    assert to.open() == {"SI2/1": 500}
    assert record(to, debit("failed", 10)) == "accepted"
    assert [record(to, one) for one in (*story, debit("failed", 10))] == ["unchanged"] * 4
    assert to.open() == {"SI1/1": 1000, "SI2/1": 500}
    sums_hold(to)


def test_what_is_given_back_of_a_debit_is_of_its_last_collection() -> None:
    to = books()
    of = {"customer": CUSTOMER, "items": PAID.items}
    for one in (debit("paid", 1, **of), debit("failed", 3), debit("paid", 8, **of)):
        record(to, one)
    assert record(to, debit("charged_back", 12, dispute="PM1:chargeback")) == "accepted"
    assert to.open() == {"SI1/1": 1000, "SI2/1": 500}
    sums_hold(to)


def test_a_debit_that_fails_again_without_having_been_paid_takes_nothing_back() -> None:
    to = books()
    of = {"customer": CUSTOMER, "items": PAID.items}
    record(to, debit("paid", 1, **of))
    record(to, debit("failed", 3))
    with pytest.raises(TooEarly):
        record(to, debit("failed", 8))
    assert record(to, debit("failed", 8), last=True) == "unchanged"
    assert to.open() == {"SI1/1": 1000, "SI2/1": 500}


def test_a_payment_that_waits_for_a_person_and_failed_is_never_quietly_matched() -> None:
    to = books()
    to.bodies = replace(to.bodies, unmatched=MemoryUnmatched())
    record(to, event("paid", 1000, reference="thank you"))
    assert to.open() == {"SI1/1": 1000, "SI2/1": 500}
    with pytest.raises(LedgerError) as refused:
        record(to, event("failed"), last=True)
    assert refused.value.code == "unmatched_and_failed"


def bank(id_: str = "IBAN/2026-03-03/1", amount: int = 1000, on: int = 3) -> MoneyBody:
    return MoneyBody(
        on=date(2026, 3, on),
        type="payment",
        id=id_,
        customer=CUSTOMER,
        currency="EUR",
        amount=amount,
        value_date=date(2026, 3, on),
        invoice="SI1",
    )


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (bank(), ["told_twice"]),
        (bank(amount=900), []),
        (bank(on=20), []),
        (bank("stripe:pi_7"), []),
    ],
)
def test_what_a_bank_tells_of_a_payment_that_its_provider_told_of_is_for_a_person_to_see(
    second: MoneyBody, told: list[str]
) -> None:
    to = books()
    record(to, PAID)
    session = to.session()
    assert session.record(second) == "accepted"
    assert [code for code, _ in session.notes] == told
    assert to.credit() == second.amount


def test_the_provider_s_word_after_the_bank_s_says_so_in_the_history() -> None:
    to = books()
    to.record(bank())
    record(to, PAID)
    last = list(to.ledger.history("acme", to.key()))[-1]
    assert last.detail == "as much as IBAN/2026-03-03/1"

"""Promises to pay: what they hold back and how long, how often, and what became of them."""

from datetime import date
from typing import Any

import pytest
from dunning.domain import reasons
from dunning.domain.account import Account
from dunning.domain.facts import Ended, Promise
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Reached

from tests.offline import Body, invoice, ladder, payment, play, run, why_not
from tests.unit.deciding import account, advanced, at, day, item, listed, sent, waits

REF = ItemRef("I1", 1)


def promised(id_: str, on: int, by: int, *refs: ItemRef) -> Promise:
    """A promise made on a day, for a day."""
    return Promise(id_, day(on), day(by), 10_000, refs or (REF,), "EUR")


def test_a_promise_holds_to_the_end_of_its_day_and_of_two_days_more() -> None:
    state = account(item(), promises=(promised("p", 11, 20),))
    assert waits(state, at(12)) == (at(23, 9), reasons.PROMISED)
    assert waits(state, at(22, 23)) == (at(23, 9), reasons.PROMISED)
    assert advanced(sent(state, at(23))) == ["I1/1:1"]


def test_the_day_is_the_customer_s_own() -> None:
    from dunning.domain.customer import Customer

    from tests.unit.deciding import FIRST

    auckland = Customer("c4", time_zone="Pacific/Auckland", addresses=(FIRST,))
    state = account(item(), promises=(promised("p", 11, 20),), customer=auckland)
    assert waits(state, at(12)) == (at(day(23), 9, "Pacific/Auckland"), reasons.PROMISED)


def test_a_broken_promise_changes_no_level_and_the_pending_step_follows_at_once() -> None:
    levels = {"I1/1": Reached(1, day(10), 1)}
    state = account(item(), promises=(promised("p", 11, 30),), reached=levels)
    assert waits(state, at(31)) == (at(33, 9), reasons.PROMISED)
    assert advanced(sent(state, at(33))) == ["I1/1:2"], "due since day 30"


def test_only_what_is_promised_waits() -> None:
    state = account(item("I1"), item("I2"), promises=(promised("p", 11, 20),))
    assert listed(sent(state, at(12))) == ["I2/1"]


def test_the_first_two_promises_of_an_item_pause_it_and_a_third_does_not() -> None:
    two = (promised("a", 1, 5), promised("b", 8, 15))
    assert waits(account(item(), promises=two), at(10)) == (at(18, 9), reasons.PROMISED)
    three = (*two, promised("c", 18, 40))
    assert advanced(sent(account(item(), promises=three), at(18))) == ["I1/1:1"]
    other = ItemRef("I2", 1)
    mixed = (*two, promised("c", 18, 40, REF, other))
    state = account(item("I1"), item("I2"), promises=mixed)
    assert listed(sent(state, at(18))) == ["I1/1"], "of I2 it is the first"


def test_two_promises_at_once_hold_to_the_later_end() -> None:
    both = (promised("a", 1, 20), promised("b", 2, 14))
    assert waits(account(item(), promises=both), at(12))[0] == at(23, 9)


# What became of them, through the ledger.


def promise(on: str, by: str, amount: str = "100.00", id_: str = "pr", **more: Any) -> Body:
    return {
        "on": on, "type": "promise", "id": id_, "customer": "c1", "date": by, "amount": amount,
        **more,
    }  # fmt: skip


def state_on(bodies: list[Body], on: str) -> Account:
    """The account once all bodies up to a day are recorded."""
    simulation = play(ladder(1, 30), bodies)
    simulation.record(date.fromisoformat(on))
    key = simulation.stage.ledger.account_key("default", "c1")
    found = simulation.stage.ledger.read("default", key)
    assert found is not None
    return found


OWED = [invoice("A", "2026-02-01"), promise("2026-02-03", "2026-02-10")]
ELSEWHERE = invoice("Z", "2026-09-01", on="2026-02-20")
"""A fact that has nothing to do with the promise: what is over is judged at the next write."""


@pytest.mark.parametrize(
    ("paid", "on", "outcome", "received"),
    [
        (None, "", "broken", 0),
        ("40.00", "2026-02-09", "partly", 4_000),
        ("40.00", "2026-02-12", "partly", 4_000),
        ("40.00", "2026-02-13", "broken", 0),
        ("99.99", "2026-02-12", "partly", 9_999),
    ],
)
def test_a_promise_is_kept_partly_or_broken_by_what_was_posted_up_to_its_end(
    paid: str | None, on: str, outcome: str, received: int
) -> None:
    bodies = [*OWED, *([payment("p", on, paid)] if paid else []), ELSEWHERE]
    (found,) = state_on(bodies, "2026-02-20").promises
    assert (found.outcome, found.received) == (outcome, received)


def test_until_it_is_over_a_promise_that_is_not_yet_paid_is_open() -> None:
    (found,) = state_on([*OWED, payment("p", "2026-02-05", "40.00")], "2026-02-12").promises
    assert (found.outcome, found.received) == ("", 4_000)


def test_a_promise_that_is_paid_is_kept_and_over_with_its_items() -> None:
    simulation = play(ladder(1), [*OWED, payment("p", "2026-02-11", "100.00")])
    simulation.record(date(2026, 2, 11))
    ledger = simulation.stage.ledger
    key = ledger.account_key("default", "c1")
    found = ledger.read("default", key)
    assert found is not None
    assert found.promises == ()
    (ended,) = ledger.ended("default", key)
    assert isinstance(ended, Ended)
    assert isinstance(ended.fact, Promise)
    assert (ended.outcome, ended.by, ended.fact.received) == ("kept", "p", 10_000)


def test_a_promise_of_part_is_kept_by_that_part_and_the_rest_waits_for_its_end() -> None:
    bodies = [
        invoice("A", "2026-02-01"),
        promise("2026-02-03", "2026-02-10", "50.00"),
        payment("p", "2026-02-05", "50.00"),
    ]
    (found,) = state_on(bodies, "2026-02-05").promises
    assert found.outcome == "kept"
    simulation = play(ladder(5), bodies)
    assert run(simulation, "2026-02-12") == []
    assert [x["open"] for x in run(simulation, "2026-02-13")] == ["50.00"]


def test_money_that_fell_on_something_else_was_promised_money_all_the_same() -> None:
    bodies = [
        invoice("A", "2026-02-01"),
        invoice("older", "2026-01-01"),
        promise("2026-02-03", "2026-02-10", items=[{"invoice": "A", "item": 1}]),
        payment("p", "2026-02-05", "100.00"),
    ]
    (found,) = state_on(bodies, "2026-02-05").promises
    assert found.outcome == "kept"


def test_a_credit_note_counts_by_what_it_takes_off_the_promised_items() -> None:
    credit = {
        "on": "2026-02-05", "type": "credit_note", "number": "CN", "customer": "c1",
        "currency": "EUR", "amount": "70.00", "invoice": "A",
    }  # fmt: skip
    (found,) = state_on([*OWED, credit], "2026-02-05").promises
    assert found.received == 7_000
    elsewhere = [*OWED, invoice("B", "2026-02-06"), {**credit, "invoice": "B"}]
    (found,) = state_on(elsewhere, "2026-02-05").promises
    assert found.received == 0


def test_money_that_is_charged_back_in_time_was_not_received() -> None:
    back = {"on": "2026-02-08", "type": "chargeback", "id": "b", "payment": "p"}
    (found,) = state_on([*OWED, payment("p", "2026-02-05", "60.00"), back], "2026-02-08").promises
    assert (found.received, found.outcome) == (0, "")


def test_money_of_another_currency_keeps_no_promise() -> None:
    dollars = payment("p", "2026-02-05", "100.00", currency="USD")
    (found,) = state_on([*OWED, dollars], "2026-02-05").promises
    assert found.received == 0


def test_a_payment_in_parts_counts_once() -> None:
    many = [{"due": "2026-02-01", "amount": "1.00"}] * 120
    bodies = [
        invoice("A", "", items=many),
        promise("2026-02-03", "2026-02-10", "120.00"),
        payment("p", "2026-02-05", "119.00"),
    ]
    (found,) = state_on(bodies, "2026-02-05").promises
    assert found.received == 11_900


def test_a_promise_covers_what_was_overdue_on_its_day_unless_it_names_items() -> None:
    bodies = [
        invoice("A", "2026-02-01"),
        invoice("B", "2026-02-06"),
        promise("2026-02-03", "2026-02-10"),
    ]
    (found,) = state_on(bodies, "2026-02-03").promises
    assert [str(ref) for ref in found.items] == ["A/1"]


def test_a_broken_promise_still_counts_among_the_two_that_an_item_may_have() -> None:
    simulation = play(
        ladder(30),
        [
            invoice("A", "2026-02-01"),
            promise("2026-02-05", "2026-02-10", id_="p1"),
            promise("2026-02-15", "2026-02-20", id_="p2"),
            promise("2026-03-01", "2026-03-20", id_="p3"),
            {**ELSEWHERE, "on": "2026-03-02"},
        ],
    )
    assert run(simulation, "2026-03-02") == []
    assert why_not(simulation, "2026-03-02")["A/1"] == "STEP_NOT_DUE"
    assert [x["invoice"] for x in run(simulation, "2026-03-03")] == ["A"]

"""What is collected by mandate: how long it waits for the collection, who says that it is, and
what ends it.
"""

from datetime import date

import pytest
from dunning.adapters.holiday_calendars import HolidayCalendars
from dunning.domain.business_days import WEEKENDS, business_days_after
from dunning.domain.ledger import LedgerError
from dunning.domain.policy_file import read_policies
from dunning.domain.reading import read

from tests.offline import Body, customer, invoice, ladder, payment, play, run, why_not

DUE = "2026-03-02"
"""A Monday: five business days later is Monday, 9 March."""
MANDATE = customer(autopay=True)


def test_what_is_collected_by_mandate_waits_five_business_days_after_its_due_day_and_goes_on() -> (
    None
):
    simulation = play(ladder(1, 10), [MANDATE, invoice("A", DUE)])
    assert run(simulation, "2026-03-09") == []
    assert why_not(simulation, "2026-03-09") == {"A/1": "AUTOPAY_DUE"}
    (line,) = simulation.not_reminded(date(2026, 3, 9))
    assert line["until"] == "2026-03-10"
    assert [line["level"] for line in run(simulation, "2026-03-10")] == [1]


def test_a_collection_that_comes_is_the_end_of_it() -> None:
    simulation = play(ladder(1), [MANDATE, invoice("A", DUE), payment("p", "2026-03-04", "100")])
    assert run(simulation, "2026-04-01") == []
    assert why_not(simulation, "2026-04-01") == {}


@pytest.mark.parametrize("kind", ["chargeback", "reversal"])
def test_a_collection_that_comes_back_was_tried_and_the_item_waits_for_the_interval_alone(
    kind: str,
) -> None:
    of = "payment" if kind == "chargeback" else "of"
    back = {"on": "2026-03-05", "type": kind, "id": "b", of: "p"}
    bodies = [MANDATE, invoice("A", DUE), payment("p", "2026-03-02", "100.00"), back]
    simulation = play(ladder(1), bodies)
    assert run(simulation, "2026-03-05") == []
    assert why_not(simulation, "2026-03-05") == {"A/1": "REOPENED"}
    assert len(run(simulation, "2026-03-06")) == 1


def test_without_a_mandate_any_more_the_item_is_reminded_as_all_else() -> None:
    ended = customer(on="2026-03-03")
    simulation = play(ladder(1), [MANDATE, invoice("A", DUE), ended])
    assert len(run(simulation, "2026-03-03")) == 1


@pytest.mark.parametrize(
    ("of_customer", "of_invoice", "waits"),
    [(True, None, True), (True, False, False), (False, True, True), (False, None, False)],
)
def test_the_invoice_s_word_on_its_collection_wins_over_the_customer_s(
    of_customer: bool, of_invoice: bool | None, waits: bool
) -> None:
    bodies = [customer(autopay=of_customer), invoice("A", DUE, autopay=of_invoice)]
    simulation = play(ladder(1), bodies)
    assert (run(simulation, "2026-03-04") == []) == waits


def test_an_invoice_that_is_said_again_without_a_collection_is_collected_no_more() -> None:
    again = invoice("A", DUE, on="2026-03-03", autopay=False)
    simulation = play(ladder(1), [MANDATE, invoice("A", DUE, autopay=True), again])
    assert len(run(simulation, "2026-03-03")) == 1
    silent = invoice("A", DUE, on="2026-03-03")
    simulation = play(ladder(1), [MANDATE, invoice("A", DUE, autopay=True), silent])
    assert run(simulation, "2026-03-03") == [], "who says nothing of it changes nothing"


def test_a_policy_may_ignore_collections() -> None:
    text = ladder(1, more="autopay: ignore")
    assert len(run(play(text, [MANDATE, invoice("A", DUE)]), "2026-03-03")) == 1


def test_a_step_before_the_due_day_of_what_is_collected_is_passed_over() -> None:
    simulation = play(ladder(-5, 3), [MANDATE, invoice("A", DUE)])
    assert run(simulation, "2026-02-26") == []
    assert [line["level"] for line in run(simulation, "2026-03-10")] == [2]


def test_the_business_days_are_those_of_the_creditor_s_calendar() -> None:
    easter = date(2026, 3, 31)
    assert business_days_after(easter, 5, "", WEEKENDS) == date(2026, 4, 7)
    assert business_days_after(easter, 5, "DE", HolidayCalendars()) == date(2026, 4, 9)
    creditor: Body = {
        "on": "2026-01-01", "type": "creditor", "creditor": "acme", "country": "DE",
    }  # fmt: skip
    simulation = play(ladder(1), [creditor, MANDATE, invoice("A", "2026-03-31")])
    assert run(simulation, "2026-04-09") == []
    assert len(run(simulation, "2026-04-10")) == 1


def test_words_for_autopay_that_are_none_are_refused_in_bodies_and_policies() -> None:
    with pytest.raises(LedgerError) as caught:
        read({**MANDATE, "autopay": "sometimes"})
    assert (caught.value.code, caught.value.field) == ("bad_flag", "autopay")
    with pytest.raises(Exception, match="autopay"):
        read_policies(ladder(1, more="autopay: maybe"))

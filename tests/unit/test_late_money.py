"""Money that becomes known after interest was posted for days on which it counted."""

from datetime import date, time
from typing import Any

import pytest
from dunning.domain.bodies import CreditorBody
from dunning.domain.calendar import instant
from dunning.service.simulate import Simulation

from tests.offline import Body, as_file, invoice, payment, play, policy, run

RATE = "interest: {contract: 36.5}"  # ten cents a day on 100.00
LADDER = policy(
    f"""{{level: 1, after_due: {{days: 10}}, channels: [email], {RATE}}}
    {{level: 2, after_due: {{days: 25}}, channels: [email], {RATE}}}"""
)


def said(simulation: Simulation, id_: str) -> str:
    (key,) = simulation.stage.ledger.book("default")
    records = simulation.stage.ledger.history("default", key)
    (found,) = [one.detail for one in records if one.id == id_]
    return found


def interest(simulation: Simulation, *days: str) -> list[Any]:
    return [line["interest"] for day in days for line in run(simulation, day)]


def test_money_that_counts_from_before_posted_interest_is_told_and_what_is_posted_stays() -> None:
    bodies = [
        invoice("A", "2026-01-01"),
        payment("p", "2026-01-13", "60.00", value_date="2026-01-05"),
    ]
    simulation = play(LADDER, bodies)

    # Ten days of 100.00; by value date 60.00 of it was paid for six of them: 0.36 too much.
    # Then fifteen days of 40.00.
    assert interest(simulation, "2026-01-11", "2026-01-26") == ["1.00", "0.60"]
    assert said(simulation, "p") == (
        "interest posted: A/1 of 60.00 EUR too much for 6 days up to 2026-01-11"
    )


def test_money_that_pays_all_is_told_just_so() -> None:
    bodies = [
        invoice("A", "2026-01-01"),
        payment("p", "2026-01-13", "100.00", value_date="2025-12-30"),
    ]
    simulation = play(LADDER, bodies)

    # It counted before the due day: none of the ten days bore anything.
    assert interest(simulation, "2026-01-11", "2026-01-12", "2026-01-13") == ["1.00"]
    assert said(simulation, "p") == (
        "interest posted: A/1 of 100.00 EUR too much for 10 days up to 2026-01-11"
    )


@pytest.mark.parametrize(
    ("amount", "first", "told"),
    [
        # Five days of 100.00 and five of 40.00; never paid, the five were 60.00 too little.
        ("60.00", ["0.70"], "A/1 of 60.00 EUR too little for 5 days up to 2026-01-11"),
        # Paid in full, nothing was posted at all.
        ("100.00", [], ""),
    ],
)
def test_a_reversal_after_posted_interest_is_told(amount: str, first: list[str], told: str) -> None:
    bodies = [
        invoice("A", "2026-01-01"),
        payment("p", "2026-01-06", amount),
        {"on": "2026-01-13", "type": "reversal", "id": "r", "of": "p"},
    ]
    simulation = play(LADDER, bodies)

    assert interest(simulation, "2026-01-11", "2026-01-13")[: len(first)] == first
    assert said(simulation, "r") == (f"interest posted: {told}" if told else "")


def test_a_settled_item_that_is_given_back_is_told_by_what_it_had_borne() -> None:
    bodies = [
        invoice("A", "2026-01-01"),
        payment("p", "2026-01-06", "60.00"),
        payment("q", "2026-01-13", "40.00", value_date="2026-01-13"),
        {"on": "2026-01-15", "type": "reversal", "id": "r", "of": "p"},
    ]
    simulation = play(LADDER, bodies)

    assert interest(simulation, "2026-01-11") == ["0.70"]
    simulation.record(date(2026, 1, 15))
    assert said(simulation, "q") == ""
    assert said(simulation, "r").startswith("interest posted: A/1 of 60.00 EUR too little for 5")


def test_a_reversal_of_money_that_no_posted_interest_knew_of_says_nothing() -> None:
    bodies = [
        invoice("A", "2026-01-01"),
        payment("p", "2026-01-12", "100.00", value_date="2026-01-08"),
        {"on": "2026-01-20", "type": "reversal", "id": "r", "of": "p"},
    ]
    simulation = play(LADDER, bodies)

    # The 1.00 was of the whole, and so it is once the payment counts as never made.
    assert interest(simulation, "2026-01-11") == ["1.00"]
    simulation.record(date(2026, 1, 20))
    assert said(simulation, "p").endswith("A/1 of 100.00 EUR too much for 3 days up to 2026-01-11")
    assert said(simulation, "r") == ""


def test_a_reversal_of_money_that_was_known_late_names_the_most_days() -> None:
    bodies = [
        invoice("A", "2026-01-01"),
        payment("p", "2026-01-13", "60.00", value_date="2026-01-05"),
        {"on": "2026-01-30", "type": "reversal", "id": "r", "of": "p"},
    ]
    simulation = play(LADDER, bodies)

    # Fifteen days were taken of 40.00; the first ten of 100.00, before anybody knew.
    assert interest(simulation, "2026-01-11", "2026-01-26") == ["1.00", "0.60"]
    simulation.record(date(2026, 1, 30))
    assert said(simulation, "r").endswith("too little for at most 21 days up to 2026-01-26")


def test_whoever_sends_the_body_gets_a_note() -> None:
    simulation = play(LADDER, [invoice("A", "2026-01-01")])
    assert interest(simulation, "2026-01-11") == ["1.00"]
    (key,) = simulation.stage.ledger.book("default")
    session = simulation.stage.bodies.session(
        "default",
        key,
        "c1",
        simulation.rulebook("default"),
        instant(date(2026, 1, 13), time(0), "UTC"),
    )
    (late,) = as_file([payment("p", "2026-01-13", "60.00", value_date="2026-01-05")]).bodies
    assert not isinstance(late.body, CreditorBody)
    session.record(late.body)

    ((code, text),) = session.notes
    assert code == "interest_was_posted"
    assert "60.00 EUR too much for 6 days" in text
    assert "stays unless it is waived" in text


@pytest.mark.parametrize("value", ["2026-01-11", "2026-01-13"])
def test_money_that_counts_from_the_last_day_of_posted_interest_on_says_nothing(value: str) -> None:
    bodies: list[Body] = [
        invoice("A", "2026-01-01"),
        payment("p", "2026-01-13", "60.00", value_date=value),
    ]
    simulation = play(LADDER, bodies)

    assert interest(simulation, "2026-01-11") == ["1.00"]
    simulation.record(date(2026, 1, 13))
    assert said(simulation, "p") == ""

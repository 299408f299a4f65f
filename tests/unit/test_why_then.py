"""Why, and why not, of days long past: what the record knows of customer, invoice and day, whatever
policies have come since.
"""

from datetime import date
from typing import Any

import pytest
from dunning.domain.calendar import parse_instant
from dunning.domain.gates import OpenGates
from dunning.domain.policy_file import read_policies
from dunning.service.replan import Replan
from dunning.service.simulate import Simulation, days_between
from dunning.service.why import Why

from tests.offline import customer, invoice, ladder, payment, play, run

Lines = list[dict[str, Any]]
BODIES = [
    customer(),
    invoice("A", "2026-02-01"),
    invoice("B", "2026-02-20", "50.00", on="2026-01-15"),
    payment("p1", "2026-02-05", "30.00", allocations=[{"invoice": "A", "amount": "30.00"}]),
    {"on": "2026-02-10", "type": "dispute", "id": "d", "invoice": "A", "reason": "broken"},
    {"on": "2026-02-18", "type": "resolve", "id": "s", "dispute": "d", "outcome": "rejected"},
    {"on": "2026-03-05", "type": "hold", "id": "h", "customer": "c1", "kind": "talks",
     "until": "2026-03-08"},
    payment("p2", "2026-03-20", "70.00", allocations=[{"invoice": "A", "amount": "70.00"}]),
    payment("p3", "2026-03-25", "50.00", allocations=[{"invoice": "B", "amount": "50.00"}]),
]  # fmt: skip


def played() -> Simulation:
    simulation = play(ladder(1, 10, 30), BODIES)
    for day in days_between(date(2026, 1, 1), date(2026, 3, 31)):
        list(simulation.run(day))
    return simulation


def on(simulation: Simulation, day: str, number: str | None = None) -> Lines:
    rulebook = simulation.stage.settings.rulebook("default")
    assert rulebook is not None
    why = Why(simulation.stage.ledger, OpenGates())
    return list(why.on_day("default", "c1", date.fromisoformat(day), rulebook, number))


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return played()


@pytest.mark.parametrize(
    ("day", "number", "reason", "open_", "level"),
    [
        ("2025-12-31", "A", "NOT_KNOWN_YET", "0.00", 0),
        ("2026-01-10", "A", "NOT_OVERDUE", "100.00", 0),
        ("2026-01-10", "B", "NOT_KNOWN_YET", "0.00", 0),
        ("2026-02-01", "A", "NOT_OVERDUE", "100.00", 0),
        ("2026-02-02", "A", "STEP_DUE", "100.00", 1),
        ("2026-02-04", "A", "STEP_NOT_DUE", "100.00", 1),
        ("2026-02-07", "A", "STEP_NOT_DUE", "70.00", 1),
        ("2026-02-12", "A", "DISPUTED", "70.00", 1),
        ("2026-02-12", "B", "NOT_OVERDUE", "50.00", 0),
        ("2026-02-18", "A", "STEP_DUE", "70.00", 2),
        ("2026-02-21", "B", "STEP_DUE", "50.00", 1),
        ("2026-03-06", "A", "HELD", "70.00", 3),
        ("2026-03-21", "A", "ITEM_SETTLED", "0.00", 3),
    ],
)
def test_of_a_past_day_the_record_says_what_was_open_how_far_it_was_and_what_held_it(
    simulation: Simulation, day: str, number: str, reason: str, open_: str, level: int
) -> None:
    account, item = on(simulation, day, number)

    assert (item["reason"], item["open"], item["level"]) == (reason, open_, level)
    assert account["on"] == item["on"] == day
    assert item["read_from"] == "record"
    assert "{" not in item["sentence"]
    assert item["needed"]


def test_a_reminder_of_a_past_day_is_told_with_its_policy_and_version(
    simulation: Simulation,
) -> None:
    account, item = on(simulation, "2026-02-02", "A")

    assert account["reminded"] is True
    assert account["attempts"][0]["attempt"]["policy_version"] == 1
    assert (item["policy"], item["policy_version"]) == ("standard", 1)
    assert item["last_notice"] == "2026-02-02"


def test_without_an_invoice_every_item_that_was_open_then_is_told(simulation: Simulation) -> None:
    _, *items = on(simulation, "2026-03-10")

    assert [(x["invoice"], x["open"]) for x in items] == [("A", "70.00"), ("B", "50.00")]
    _, *items = on(simulation, "2026-03-21")
    assert [x["invoice"] for x in items] == ["B"]


@pytest.mark.parametrize(
    "day", ["2026-01-10", "2026-02-02", "2026-02-07", "2026-02-12", "2026-03-06"]
)
def test_no_policy_that_comes_later_changes_what_is_said_of_the_past(day: str) -> None:
    simulation = played()
    before = on(simulation, day)
    stage, text = simulation.stage, ladder(90).replace("standard", "patient")
    stage.settings.put_policies("default", read_policies(text), text)
    book = stage.settings.rulebook("default")
    assert book is not None
    Replan(stage.bodies.accounts).book("default", book, parse_instant("2026-04-02T08:00:00Z"))

    assert on(simulation, day) == before


def test_a_change_of_policy_that_changed_the_plan_splits_the_days_before_from_those_after() -> None:
    simulation = play(ladder(1, 60), [customer(), invoice("A", "2026-02-01")])
    for day in ("2026-02-01", "2026-02-02"):
        run(simulation, day)
    stage, text = simulation.stage, ladder(1, 200)
    stage.settings.put_policies("default", read_policies(text), text)
    book = stage.settings.rulebook("default")
    assert book is not None
    Replan(stage.bodies.accounts).book("default", book, parse_instant("2026-03-01T08:00:00Z"))

    before, after = on(simulation, "2026-02-15")[0], on(simulation, "2026-03-15")[0]

    assert (before["planned_at"], before["read_from"]) == ("2026-04-02T09:00:00Z", 4)
    assert (after["planned_at"], after["read_from"]) == ("2026-08-20T09:00:00Z", "HEAD")


def test_a_plan_that_was_broken_and_a_hand_over_that_was_taken_back_held_their_items_then() -> None:
    plan = {
        "on": "2026-02-10", "type": "plan", "id": "pl", "customer": "c1", "state": "active",
        "items": [{"invoice": "A"}],
        "instalments": [
            {"due": "2026-02-20", "amount": "50.00"}, {"due": "2026-03-20", "amount": "50.00"},
        ],
    }  # fmt: skip
    handed = {
        "on": "2026-03-02", "type": "hand_over", "id": "ho", "customer": "c1", "to": "agency",
        "items": [{"invoice": "B"}],
    }  # fmt: skip
    back = {
        "on": "2026-03-10", "type": "hand_back", "id": "hb", "customer": "c1", "hand_over": "ho",
    }  # fmt: skip
    simulation = play(
        ladder(1, 40, 50),
        [customer(), invoice("A", "2026-02-01"), invoice("B", "2026-02-01"), plan, handed, back],
    )
    for day in days_between(date(2026, 1, 1), date(2026, 4, 15)):
        list(simulation.run(day))

    assert on(simulation, "2026-02-15", "A")[1]["reason"] == "IN_PLAN"
    assert on(simulation, "2026-02-15", "B")[1]["reason"] != "IN_PLAN"
    assert on(simulation, "2026-02-28", "A")[1]["reason"] != "IN_PLAN"  # broken by then
    assert on(simulation, "2026-03-05", "B")[1]["reason"] == "HANDED_OVER"
    assert on(simulation, "2026-03-11", "B")[1]["reason"] != "HANDED_OVER"


def test_an_invoice_that_was_amended_since_is_marked() -> None:
    simulation = play(
        ladder(30),
        [
            customer(),
            invoice("A", "2026-02-01", "100.00"),
            invoice("A", "2026-02-01", "80.00", on="2026-02-10"),
            payment("p", "2026-02-20", "80.00", allocations=[{"invoice": "A", "amount": "80.00"}]),
        ],
    )
    for day in days_between(date(2026, 1, 1), date(2026, 2, 28)):
        list(simulation.run(day))

    assert on(simulation, "2026-02-05", "A")[1]["amended_since"] is True
    assert "amended_since" not in on(simulation, "2026-02-15", "A")[1]

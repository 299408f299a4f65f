"""Why, and why not: the timeline of an account, and the plan that held on a day."""

from datetime import date
from typing import Any

import pytest
from dunning.domain.gates import OpenGates
from dunning.service.simulate import Simulation, days_between
from dunning.service.why import Why

from tests.offline import customer, invoice, ladder, payment, play, policy


def played(policies: str, *bodies: dict[str, Any], until: str = "2026-03-31") -> Simulation:
    simulation = play(policies, bodies)
    for day in days_between(date(2026, 1, 1), date.fromisoformat(until)):
        list(simulation.run(day))
    return simulation


def timeline(simulation: Simulation, number: str | None = None) -> list[dict[str, Any]]:
    return list(Why(simulation.stage.ledger, OpenGates()).timeline("default", "c1", number))


def on(simulation: Simulation, day: str) -> dict[str, Any]:
    rulebook = simulation.stage.settings.rulebook("default")
    assert rulebook is not None
    why = Why(simulation.stage.ledger, OpenGates())
    answer: dict[str, Any] = next(why.on_day("default", "c1", date.fromisoformat(day), rulebook))
    return answer


def test_each_record_says_what_happened_and_which_plan_it_ended() -> None:
    lines = timeline(
        played(
            ladder(1, 10),
            customer(),
            invoice("A", "2026-02-01"),
            payment("p1", "2026-02-05", "100.00"),
        )
    )

    assert [(line["kind"], line.get("code")) for line in lines] == [
        ("FACT", "customer"),
        ("FACT", "invoice"),
        ("ATTEMPT", "SENT"),
        ("FACT", "payment"),
        ("NOW", None),
    ]
    sent = lines[2]
    assert sent["at"] == "2026-02-02T09:00:00Z"
    assert sent["sentence"] == "notice 1, attempt 1, left by email: A/1 to level 1"
    assert sent["ended"]["reason"] == "NOT_OVERDUE"
    assert sent["ended"]["at"] == "2026-02-02T09:00:00Z"
    assert lines[3]["ended"]["reason"] == "STEP_NOT_DUE"
    assert lines[4]["plan"]["reason"] == "NOTHING_OPEN"


def test_the_timeline_of_an_invoice_leaves_out_what_is_about_others() -> None:
    lines = timeline(
        played(
            ladder(1),
            customer(),
            invoice("A", "2026-02-01"),
            invoice("B", "2026-02-20"),
            payment("p1", "2026-02-25", "100", allocations=[{"invoice": "A", "amount": "100"}]),
        ),
        "B",
    )

    assert [(line["kind"], line.get("code"), line.get("id")) for line in lines] == [
        ("FACT", "invoice", "B"),
        ("ATTEMPT", "SENT", "2"),
        ("NOW", None, None),
    ]


HELD = {"type": "hold", "id": "h", "customer": "c1", "kind": "talks"}
RELEASED = {"type": "release", "id": "r", "hold": "h"}


@pytest.mark.parametrize(
    ("day", "reason", "reminded"),
    [
        ("2026-01-20", "NOT_OVERDUE", False),
        ("2026-02-02", "STEP_NOT_DUE", True),
        ("2026-02-07", "STEP_NOT_DUE", False),
        ("2026-02-12", "HELD", False),
        ("2026-03-20", "LADDER_DONE", False),
    ],
)
def test_the_plan_of_a_day_is_read_from_the_first_record_after_it(
    day: str, reason: str, reminded: bool
) -> None:
    simulation = played(
        ladder(1, 10),
        customer(),
        invoice("A", "2026-02-01"),
        {"on": "2026-02-10", **HELD},
        {"on": "2026-02-20", **RELEASED},
    )

    answer = on(simulation, day)

    assert (answer["reason"], answer["reminded"]) == (reason, reminded)
    assert answer["sentence"]
    assert answer["needed"]


def test_after_the_last_record_head_answers_and_every_open_item_is_told() -> None:
    simulation = played(
        ladder(1), customer(), invoice("A", "2026-02-01"), invoice("B", "2026-09-01")
    )
    rulebook = simulation.stage.settings.rulebook("default")
    assert rulebook is not None

    answers: list[dict[str, Any]] = list(
        Why(simulation.stage.ledger, OpenGates()).on_day(
            "default", "c1", date(2026, 3, 31), rulebook
        )
    )

    assert answers[0]["read_from"] == "HEAD"
    assert {(one["invoice"], one["reason"]) for one in answers[1:]} == {
        ("A", "LADDER_DONE"),
        ("B", "NOT_OVERDUE"),
    }


def test_nothing_is_told_of_a_customer_who_is_not_known() -> None:
    assert timeline(played(ladder(1), invoice("A", "2026-02-01", customer="c2"))) == []


def test_a_notice_says_what_its_tone_followed_from() -> None:
    step = "{level: 1, after_due: {days: 1}, channels: [email], tone: by_behaviour}"
    bodies = []
    for n in range(3):
        parts = [{"invoice": f"P{n}", "amount": "100.00"}]
        bodies.append(invoice(f"P{n}", "2026-01-10"))
        bodies.append(payment(f"p{n}", "2026-01-20", "100.00", allocations=parts))
    lines = timeline(played(policy(step), customer(), *bodies, invoice("A", "2026-02-01")))

    told = [line["attempt"] for line in lines if line["kind"] == "ATTEMPT"][-1]
    assert told["said"][0]["invoice"] == "A"
    assert told["tone"] == "formal"
    assert told["tone_because"] == {
        "manner": "firm",
        "settled": 3,
        "late": 3,
        "months": 12,
        "sentence": "firm: of 3 invoices paid within 12 months 3 late",
    }
    plain = timeline(played(ladder(1), customer(), invoice("A", "2026-02-01")))
    assert plain[2]["attempt"]["tone_because"] is None


def test_charges_are_told_from_the_record_with_how_they_came_about() -> None:
    fees = "[{fixed: {EUR: 5}}, {percent: 2, mode: announce}]"
    step = (
        f"{{level: 1, after_due: {{days: 10}}, channels: [email], charges: {fees},"
        " interest: {contract: 36.5}}"
    )
    lines = timeline(played(policy(step), customer(), invoice("A", "2026-02-01")), "A")

    (told,) = [line for line in lines if line["kind"] == "ATTEMPT"]
    assert told["sentence"] == (
        "notice 1, attempt 1, left by email: A/1 to level 1;"
        " fee of 5.00 EUR was posted on A/1;"
        " fee of 2.00 EUR was announced for A/1 (2% of 100.00);"
        " interest of 1.00 EUR was posted on A/1 (2026-02-02..2026-02-11 36.5% of 100.00)"
    )
    first, *_ = told["attempt"]["charges"]
    keys = ("charge", "mode", "amount", "invoice", "item", "level")
    assert {key: first[key] for key in keys} == {
        "charge": "fee",
        "mode": "post",
        "amount": "5.00",
        "invoice": "A",
        "item": 1,
        "level": 1,
    }


def test_interest_that_could_not_be_computed_says_why() -> None:
    step = "{level: 1, after_due: {days: 10}, channels: [email], interest: statutory}"
    (told,) = [
        line
        for line in timeline(played(policy(step), customer(), invoice("A", "2026-02-01")))
        if line["kind"] == "ATTEMPT"
    ]

    (charge,) = told["attempt"]["charges"]
    assert (charge["mode"], charge["amount"], charge["basis"]) == ("missing", "0.00", "no_class")
    assert charge["sentence"] == (
        "no interest on A/1: the customer's class is not known, and every statute asks for it"
    )


def test_an_invoice_is_told_with_what_became_of_its_charges() -> None:
    step = "{level: 1, after_due: {days: 10}, channels: [email], fee: {EUR: 5}}"
    waived = {"on": "2026-02-13", "type": "waive", "id": "w", "invoice": "A"}
    lines = timeline(played(policy(step), customer(), invoice("A", "2026-02-01"), waived), "A")

    assert [line["code"] for line in lines if line["kind"] == "FACT"] == ["invoice", "waive"]
    assert lines[-2]["sentence"] == "waive w was recorded: 5.00 EUR of charges on A"

"""Payment plans: what they hold back and how long, how money counts for them, how they end, and
what is refused. Through the ledger and its runs; the laws are in test_payment_plan_laws.
"""

from datetime import date
from typing import Any

import pytest
from dunning.domain import reasons
from dunning.domain.account import Account
from dunning.domain.identity import ItemRef
from dunning.domain.ledger import LedgerError
from dunning.domain.payment_plans import PaymentPlan, suspends_interest
from dunning.domain.reading import read
from dunning.service.simulate import Simulation, days_between
from dunning.service.why import Why

from tests.offline import Body, invoice, ladder, payment, play, policy, run, why_not

A = [{"invoice": "A"}]


def plan(on: str, *parts: tuple[str, str], state: str = "active", **more: Any) -> Body:
    """A plan over invoice A, of instalments (due, amount)."""
    terms = [{"due": due, "amount": amount} for due, amount in parts]
    body = {"on": on, "type": "plan", "id": "pl", "customer": "c1", "state": state, **more}
    return {"items": A, "instalments": terms, **body} if terms else body


OWED = invoice("A", "2026-02-01", "300.00")
THREE = (("2026-03-01", "100.00"), ("2026-04-01", "100.00"), ("2026-05-01", "100.00"))
AGREED = plan("2026-02-20", *THREE)
ELSEWHERE = invoice("Z", "2027-09-01")


def story(*bodies: Body, days: tuple[int, ...] = (1, 30)) -> Simulation:
    """A simulation over bodies, in the order of their days."""
    return play(ladder(*days), sorted(bodies, key=lambda body: str(body["on"])))


def account(simulation: Simulation, on: str = "") -> Account:
    """The account, once all bodies up to a day are recorded."""
    if on:
        simulation.record(date.fromisoformat(on))
    ledger = simulation.stage.ledger
    found = ledger.read("default", ledger.account_key("default", "c1"))
    assert found is not None
    return found


def ended(simulation: Simulation) -> list[PaymentPlan]:
    """The plans that are over: those that stand beside what is open of their items, then others."""
    ledger = simulation.stage.ledger
    past = ledger.ended("default", ledger.account_key("default", "c1"))
    return [plan for plan in account(simulation).plans if plan.over] + [
        one.fact for one in past if isinstance(one.fact, PaymentPlan)
    ]


def codes(simulation: Simulation) -> list[str]:
    """The codes of the account's history that are about plans."""
    ledger = simulation.stage.ledger
    records = ledger.history("default", ledger.account_key("default", "c1"))
    return [
        f"{record.code}: {record.detail}".removesuffix(": ")
        for record in records
        if record.kind == "PAYMENT_PLAN" or record.code == "plan"
    ]


def left(found: Account) -> list[tuple[str, int]]:
    """What is still to come of the one plan, by due day."""
    (one,) = found.plans
    return [(part.due.isoformat(), part.amount) for part in one.unpaid()]


# --- what it holds ------------------------------------------------------------------------------


def test_items_of_a_plan_leave_the_ladder_while_it_is_kept() -> None:
    simulation = story(OWED, AGREED)
    assert [line["level"] for line in run(simulation, "2026-02-10")] == [1]
    assert run(simulation, "2026-03-03") == []
    assert why_not(simulation, "2026-03-03") == {"A/1": "IN_PLAN"}
    (line,) = simulation.not_reminded(date(2026, 3, 3))
    assert (line["until"], line["sentence"]) == (
        "2026-03-04",
        "A/1 is in a payment plan in good standing",
    )


def test_a_proposal_holds_nothing() -> None:
    simulation = story(OWED, plan("2026-02-20", *THREE, state="proposed"))
    assert [line["level"] for line in run(simulation, "2026-02-21")] == [1]


def test_new_invoices_are_not_in_a_plan() -> None:
    simulation = story(OWED, AGREED, invoice("B", "2026-02-10"))
    assert [line["invoice"] for line in run(simulation, "2026-02-21")] == ["B"]


def test_a_plan_in_good_standing_bears_no_interest_and_one_that_is_missed_does() -> None:
    state = account(story(OWED, AGREED), "2026-02-20")
    ref, other = ItemRef("A", 1), ItemRef("B", 1)
    assert suspends_interest(state, ref, date(2026, 3, 3))
    assert not suspends_interest(state, ref, date(2026, 3, 4))
    assert not suspends_interest(state, other, date(2026, 2, 25))


def test_interest_leaves_out_the_days_of_a_plan_in_good_standing_and_no_others() -> None:
    text = policy("{level: 1, after_due: {days: 1}, channels: [email], interest: {contract: 36.5}}")
    broken = [OWED, plan("2026-02-11", ("2026-02-28", "300.00"))]
    (line,) = run(play(text, broken), "2026-03-13")
    (whole,) = run(play(text, [OWED]), "2026-03-13")
    # 40 days are late; 20 of them, 11 February to 2 March, in the plan: 0.30 a day.
    assert whole["interest"] == "12.00"
    assert line["interest"] == "6.00"


# --- how it ends --------------------------------------------------------------------------------


def test_an_instalment_missed_beyond_its_grace_breaks_the_plan_and_the_next_step_follows() -> None:
    simulation = story(OWED, AGREED)
    assert [line["level"] for line in run(simulation, "2026-02-10")] == [1]
    head = account(simulation, "2026-02-20").head
    assert (head.plan.reason, head.plan.detail) == (reasons.IN_PLAN, "pl")
    assert run(simulation, "2026-03-03") == []
    assert [line["level"] for line in run(simulation, "2026-03-04")] == [2]
    (over,) = ended(simulation)
    assert (over.state, over.until) == ("broken", date(2026, 3, 3))
    assert codes(simulation)[-1] == (
        "PLAN_BROKEN: 100.00 EUR of the instalment of 2026-03-01 did not come"
    )


def test_no_step_is_skipped_when_a_plan_breaks_however_late_it_is_found_out() -> None:
    simulation = play(ladder(1, 10, 20, 30), [OWED, AGREED])
    assert [line["level"] for line in run(simulation, "2026-02-10")] == [1]
    assert [line["level"] for line in run(simulation, "2026-06-01")] == [2]
    assert [line["level"] for line in run(simulation, "2026-06-02")] == [3]
    assert ended(simulation)[0].until == date(2026, 3, 3), "the day, not when it was found out"


def test_a_plan_breaks_on_its_day_though_no_step_is_left_to_take() -> None:
    simulation = play(ladder(1), [OWED, AGREED])
    run(simulation, "2026-02-10")
    assert run(simulation, "2026-03-04") == []
    assert ended(simulation)[0].state == "broken"
    assert why_not(simulation, "2026-03-04") == {"A/1": "LADDER_DONE"}


def test_money_that_comes_after_a_plan_broke_does_not_mend_it_whoever_looked_first() -> None:
    late = payment("p", "2026-03-05", "100.00")
    daily, gapped = story(OWED, AGREED, late), story(OWED, AGREED, late)
    for day in range(1, 10):
        run(daily, f"2026-03-{day:02}")
    run(gapped, "2026-03-09")
    for simulation in (daily, gapped):
        (over,) = ended(simulation)
        assert (over.state, over.until) == ("broken", date(2026, 3, 3))
        assert [item.open for item in account(simulation).open] == [20_000]


def test_money_within_the_grace_keeps_the_plan() -> None:
    simulation = story(OWED, AGREED, payment("p", "2026-03-03", "100.00"))
    assert run(simulation, "2026-03-04") == []
    assert left(account(simulation)) == [("2026-04-01", 10_000), ("2026-05-01", 10_000)]


def test_the_last_day_of_an_instalment_is_the_customer_s_own() -> None:
    bodies = [
        {"on": "2026-01-01", "type": "customer", "customer": "c1", "email": "c1@example.com",
         "time_zone": "Pacific/Honolulu"},
        OWED, AGREED,
    ]  # fmt: skip
    head = account(play(ladder(1, more="tell: no"), bodies), "2026-02-20").head
    assert head.plan.at == 1_772_618_400, "2026-03-04T00:00 in Honolulu is 10:00 of UTC"


def test_when_all_items_are_paid_the_plan_is_completed() -> None:
    simulation = story(OWED, AGREED, payment("p", "2026-02-25", "300.00"))
    assert account(simulation, "2026-02-25").plans == ()
    (over,) = ended(simulation)
    assert over.state == "completed"
    assert codes(simulation)[-1] == "PLAN_COMPLETED"


def test_a_credit_note_over_all_of_it_completes_the_plan_as_well() -> None:
    credit = {
        "on": "2026-02-25", "type": "credit_note", "number": "CN", "customer": "c1",
        "currency": "EUR", "amount": "300.00", "invoice": "A",
    }  # fmt: skip
    simulation = story(OWED, AGREED, credit)
    assert account(simulation, "2026-02-25").plans == ()


def test_a_cancelled_plan_gives_its_items_back_at_once() -> None:
    cancelled = plan("2026-02-25", state="cancelled", by="anna", reason="customer.asked")
    simulation = story(OWED, AGREED, cancelled)
    assert [line["level"] for line in run(simulation, "2026-02-25")] == [1]
    assert codes(simulation)[-1] == "plan: active -> cancelled; by anna; because customer.asked"
    assert ended(simulation)[0].state == "cancelled"


def test_a_person_may_call_a_plan_broken() -> None:
    simulation = story(OWED, AGREED, plan("2026-02-25", state="broken"))
    assert [line["level"] for line in run(simulation, "2026-02-25")] == [1]


def test_a_proposal_whose_items_are_paid_is_dropped() -> None:
    offer = plan("2026-02-20", *THREE, state="proposed")
    simulation = story(OWED, offer, payment("p", "2026-02-25", "300.00"))
    assert account(simulation, "2026-02-25").plans == ()
    assert codes(simulation)[-1] == "PLAN_OBSOLETE"


def test_each_end_of_a_plan_is_told_by_why_in_a_sentence() -> None:
    simulation = story(OWED, AGREED, payment("p", "2026-02-25", "300.00"))
    account(simulation, "2026-02-25")
    teller = Why(simulation.stage.ledger, simulation.stage.bodies.accounts.gates)
    told = [str(line.get("sentence")) for line in teller.timeline("default", "c1")]
    assert "plan pl was recorded: new -> active" in told
    assert "the payment plan pl was paid" in told
    stamps = [line["seq"] for line in teller.timeline("default", "c1") if "seq" in line]
    assert stamps == list(range(1, len(stamps) + 1)), "no hole in the row of records"


def why_not_on(simulation: Simulation, day: str) -> list[str]:
    """The reason that the record gives for invoice A on a day that is over, or on the last one."""
    teller = Why(simulation.stage.ledger, simulation.stage.bodies.accounts.gates)
    rulebook = simulation.rulebook("default")
    lines = teller.on_day("default", "c1", date.fromisoformat(day), rulebook, "A")
    return [str(line["reason"]) for line in lines if line.get("kind") == "ITEM"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ([], {"2026-02-19": "STEP_NOT_DUE", "2026-02-20": "IN_PLAN", "2026-03-03": "IN_PLAN",
              "2026-03-20": "LADDER_DONE"}),
        ([payment("p", "2026-03-10", "300.00")], {"2026-03-03": "IN_PLAN"}),
        ([payment("p", "2026-03-01", "300.00")], {"2026-02-28": "IN_PLAN"}),
        ([plan("2026-02-25", state="cancelled")], {"2026-02-24": "IN_PLAN"}),
        ([{**AGREED, "state": "proposed", "id": "p2"}], {"2026-02-18": "STEP_NOT_DUE"}),
    ],
)  # fmt: skip
def test_why_not_knows_on_a_later_day_that_an_item_was_in_a_plan(
    more: list[Body], expected: dict[str, str]
) -> None:
    simulation = story(OWED, AGREED, *more)
    for day in days_between(date(2026, 2, 1), date(2026, 4, 10)):
        list(simulation.run(day))
    assert {day: why_not_on(simulation, day)[0] for day in expected} == expected


def test_why_not_today_says_that_an_item_is_in_a_plan_and_until_when() -> None:
    simulation = story(OWED, AGREED)
    run(simulation, "2026-02-25")
    assert why_not_on(simulation, "2026-02-25") == ["IN_PLAN"]


# --- how money counts ---------------------------------------------------------------------------


def test_a_payment_for_an_instalment_goes_to_the_covered_items_the_oldest_first() -> None:
    bodies = [
        invoice("A", "2026-02-01", "120.00"),
        invoice("B", "2026-02-02", "180.00"),
        plan("2026-02-20", *THREE, items=[{"invoice": "B"}, {"invoice": "A"}]),
        payment("p", "2026-03-01", "150.00"),
    ]
    found = account(story(*bodies), "2026-03-01")
    assert {item.ref.invoice: item.open for item in found.open} == {"B": 15_000}


def test_instalments_that_are_due_come_before_an_older_item_outside_the_plan() -> None:
    older = invoice("O", "2026-01-10", "80.00")
    for day, expected in [("2026-02-28", 8_000), ("2026-03-01", 0)]:
        bodies = [older, OWED, AGREED, payment("p", day, "100.00")]
        found = account(story(*bodies), day)
        paid = 8_000 - sum(item.open for item in found.open if item.ref.invoice == "O")
        assert paid == expected, day


def test_a_payment_whose_reference_names_the_plan_is_for_the_plan() -> None:
    older = invoice("O", "2026-01-10", "80.00")
    named = payment("p", "2026-02-25", "100.00", reference="Plan pl, March")
    found = account(story(older, OWED, AGREED, named), "2026-02-25")
    assert {item.ref.invoice: item.open for item in found.open} == {"O": 8_000, "A": 20_000}
    assert left(found) == [("2026-04-01", 10_000), ("2026-05-01", 10_000)]


def test_a_payment_that_names_a_covered_invoice_counts_as_well() -> None:
    named = payment("p", "2026-02-25", "60", allocations=[{"invoice": "A", "amount": "60.00"}])
    found = account(story(OWED, AGREED, named), "2026-02-25")
    assert left(found)[0] == ("2026-03-01", 4_000)


def test_early_payment_shortens_the_plan_from_its_end() -> None:
    found = account(story(OWED, AGREED, payment("p", "2026-03-01", "150.00")), "2026-03-01")
    assert left(found) == [("2026-04-01", 10_000), ("2026-05-01", 5_000)]


def test_an_instalment_paid_some_days_before_it_is_due_is_that_instalment() -> None:
    bodies = [OWED, AGREED, payment("p1", "2026-03-01", "100"), payment("p2", "2026-03-28", "100")]
    simulation = story(*bodies)
    assert run(simulation, "2026-04-10") == []
    assert left(account(simulation)) == [("2026-05-01", 10_000)]


def test_a_credit_note_pays_no_instalment_and_shortens_the_plan() -> None:
    credit = {
        "on": "2026-03-01", "type": "credit_note", "number": "CN", "customer": "c1",
        "currency": "EUR", "amount": "100.00", "invoice": "A",
    }  # fmt: skip
    found = account(story(OWED, AGREED, credit), "2026-03-01")
    assert left(found) == [("2026-03-01", 10_000), ("2026-04-01", 10_000)]


def test_a_down_payment_is_due_on_the_day_of_agreement() -> None:
    rest = (("2026-03-20", "100.00"), ("2026-04-20", "100.00"))
    offer = plan("2026-02-10", *rest, state="proposed", down="100.00")
    simulation = story(OWED, offer, plan("2026-02-20", state="agreed", by="c1"))
    found = account(simulation, "2026-02-20")
    assert left(found)[0] == ("2026-02-20", 10_000)
    assert run(simulation, "2026-02-22") == []
    assert [line["level"] for line in run(simulation, "2026-02-23")] == [1]


# --- money that is taken back -------------------------------------------------------------------


def test_a_payment_that_is_reversed_reopens_its_instalment_with_the_grace_anew() -> None:
    bodies = [
        OWED, AGREED, payment("p", "2026-03-01", "100.00"),
        {"on": "2026-03-06", "type": "reversal", "id": "r", "of": "p"},
    ]  # fmt: skip
    simulation = story(*bodies)
    assert left(account(simulation, "2026-03-06")) == [(due, 10_000) for due, _ in THREE]
    assert run(simulation, "2026-03-08") == []
    assert account(simulation).plans
    assert [line["level"] for line in run(simulation, "2026-03-09")] == [1]


def test_a_completed_plan_whose_payment_comes_back_is_in_force_again() -> None:
    bodies = [
        OWED, AGREED, payment("p1", "2026-03-01", "100.00"), payment("p2", "2026-03-10", "200.00"),
        {"on": "2026-03-15", "type": "chargeback", "id": "b", "payment": "p2"},
    ]  # fmt: skip
    simulation = story(*bodies)
    assert account(simulation, "2026-03-10").plans == ()
    assert left(account(simulation, "2026-03-15")) == [(due, 10_000) for due, _ in THREE[1:]]
    assert run(simulation, "2026-03-20") == []
    assert why_not(simulation, "2026-03-20") == {"A/1": "IN_PLAN"}
    assert "plan pl reinstated" in str(
        [record.detail for record in simulation.stage.ledger.history("default", "default#c1")]
    )


def test_a_payment_from_before_the_plan_that_comes_back_is_owed_with_the_last_instalment() -> None:
    bodies = [
        invoice("A", "2026-02-01", "350.00"), payment("p0", "2026-02-10", "50.00"), AGREED,
        {"on": "2026-02-25", "type": "reversal", "id": "r", "of": "p0"},
    ]  # fmt: skip
    found = account(story(*bodies), "2026-02-25")
    assert left(found)[-1] == ("2026-05-01", 15_000)
    assert found.plans[0].left == sum(item.open for item in found.open) == 35_000


def test_an_invoice_that_is_amended_changes_what_is_left_of_its_plan() -> None:
    for amount, expected in [("250.00", 25_000), ("360.00", 36_000)]:
        amended = {**OWED, "on": "2026-02-25", "items": [{"due": "2026-02-01", "amount": amount}]}
        found = account(story(OWED, AGREED, amended), "2026-02-25")
        assert found.plans[0].left == expected
        assert left(found)[0] == ("2026-03-01", 10_000), "from the end"


# --- what is refused ----------------------------------------------------------------------------


def refusal(*bodies: Body) -> tuple[str, str]:
    """Code and sentence of the one body that the ledger refuses."""
    simulation = story(*bodies)
    simulation.record(date(2027, 1, 1))
    ((_, error),) = simulation.refused
    return error.code, str(error)


def test_instalments_and_down_payment_must_be_what_is_open_to_the_minor_unit() -> None:
    short = (THREE[0], THREE[1], ("2026-05-01", "99.99"))
    code, said = refusal(OWED, plan("2026-02-20", *short))
    assert code == "plan_sum_differs"
    assert "299.99 EUR" in said
    assert "300.00" in said
    code, _ = refusal(OWED, plan("2026-02-20", *THREE, down="0.01"))
    assert code == "plan_sum_differs"


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (plan("2026-02-21", *THREE, id="p2"), "in_another_plan"),
        (plan("2026-02-21", *reversed(THREE[:0]), id="p2"), "unknown_plan"),
        (plan("2026-02-21", *THREE, id="p2", items=[{"invoice": "X"}]), "unknown_item"),
        (plan("2026-02-21", *THREE, id="p2", items=[{"invoice": "A", "item": 2}]), "unknown_item"),
        (plan("2026-02-21", THREE[0], ("2026-04-01", "200.00")), "plan_in_force"),
        (plan("2026-02-21", *THREE, state="proposed"), "plan_in_force"),
        (plan("2026-02-21", state="completed"), "plan_not_paid"),
    ],
)
def test_what_does_not_fit_a_plan_in_force_is_refused(second: Body, code: str) -> None:
    assert refusal(OWED, AGREED, second)[0] == code


def test_a_plan_of_two_currencies_is_refused() -> None:
    both = [{"invoice": "A"}, {"invoice": "D"}]
    dollars = invoice("D", "2026-02-01", currency="USD")
    assert refusal(OWED, dollars, plan("2026-02-20", *THREE, items=both))[0] == "several_currencies"


def test_a_first_instalment_in_the_past_is_refused_also_when_the_plan_is_agreed_too_late() -> None:
    assert refusal(OWED, plan("2026-03-02", *THREE))[0] == "instalment_past"
    offer = plan("2026-02-20", *THREE, state="proposed")
    assert refusal(OWED, offer, plan("2026-03-02", state="active"))[0] == "instalment_past"


def test_a_proposal_is_agreed_to_only_while_it_is_what_is_open() -> None:
    offer = plan("2026-02-10", *THREE, state="proposed")
    agreed = plan("2026-02-20", state="active")
    paid = payment("p", "2026-02-15", "50.00")
    assert refusal(OWED, offer, paid, agreed)[0] == "plan_sum_differs"
    two = plan("2026-02-20", THREE[0], ("2026-04-01", "150.00"))
    simulation = story(OWED, offer, paid, two)
    assert account(simulation, "2026-02-20").plans[0].total == 25_000


def test_a_plan_that_is_over_stays_over() -> None:
    cancelled = plan("2026-02-25", state="cancelled")
    again = plan("2026-02-26", THREE[0], ("2026-04-01", "200.00"))
    assert refusal(OWED, AGREED, cancelled, again)[0] == "plan_over"


def test_a_plan_that_is_said_again_changes_nothing_whatever_became_of_it() -> None:
    cancelled = plan("2026-02-25", state="cancelled")
    simulation = story(OWED, AGREED, cancelled, {**AGREED, "on": "2026-03-01"})
    (found,) = account(simulation, "2026-03-01").plans
    assert simulation.refused == []
    assert found.state == "cancelled"


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"instalments": [{"due": "2026-03-01", "amount": "1"}] * 2}, "not_ascending",
         "instalments.2.due"),
        ({"state": "maybe"}, "unknown_word", "state"),
        ({"state": None}, "missing", "state"),
        ({"items": []}, "missing", "items"),
        ({"instalments": []}, "missing", "instalments"),
        ({"reason": "she was ill"}, "bad_code", "reason"),
        ({"down": "-5"}, "bad_amount", "down"),
        ({"instalment": []}, "unknown_key", "instalment"),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_a_plan_is_refused_by_its_field(
    change: Body, code: str, field: str
) -> None:
    with pytest.raises(LedgerError) as caught:
        read({**AGREED, **change})
    assert (caught.value.code, caught.value.field) == (code, field)


def test_nothing_down_is_no_down_payment() -> None:
    found = account(story(OWED, plan("2026-02-20", *THREE, down="0.00")), "2026-02-20")
    assert isinstance(found.plans[0], PaymentPlan)
    assert not found.plans[0].down

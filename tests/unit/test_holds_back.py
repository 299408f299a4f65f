"""Everything that holds an item back, each under a name that says what a creditor may rely on:
through the ledger and its runs, with the reasons that `why not` gives.
"""

from datetime import date

from tests.offline import Body, customer, invoice, ladder, payment, play, policy, run, why_not

PROMISE: Body = {
    "on": "2026-02-08", "type": "promise", "id": "pr", "customer": "c1", "date": "2026-02-20",
    "amount": "100.00", "items": [{"invoice": "A"}],
}  # fmt: skip
DISPUTE: Body = {"on": "2026-02-05", "type": "dispute", "id": "d", "invoice": "A"}
BOTH = [invoice("A", "2026-02-01"), invoice("B", "2026-02-01")]


def invoices(lines: list[Body]) -> list[str]:
    """The invoices of lines."""
    return [str(line["invoice"]) for line in lines]


def test_a_dispute_holds_its_own_item_and_no_other() -> None:
    halves = [{"due": "2026-02-01", "amount": "50"}, {"due": "2026-02-02", "amount": "50"}]
    bodies = [
        invoice("A", "", items=halves), invoice("B", "2026-02-01"), {**DISPUTE, "item": 2},
    ]  # fmt: skip
    simulation = play(ladder(10), bodies)
    lines = run(simulation, "2026-02-12")
    assert [(line["invoice"], line["item"]) for line in lines] == [("A", 1), ("B", 1)]
    assert why_not(simulation, "2026-02-12") == {"A/2": "DISPUTED"}


def test_a_dispute_holds_all_under_a_policy_that_says_so_and_until_it_is_resolved() -> None:
    resolved = {"on": "2026-02-20", "type": "resolve", "id": "r", "dispute": "d", "outcome": "ok"}
    text = ladder(10, more="disputes: account")
    simulation = play(text, [*BOTH, DISPUTE, resolved])
    assert run(simulation, "2026-02-19") == []
    assert set(why_not(simulation, "2026-02-19").values()) == {"DISPUTED"}
    assert invoices(run(simulation, "2026-02-20")) == ["A", "B"]


def test_a_hold_with_an_end_holds_to_the_end_of_that_day_and_no_longer() -> None:
    hold = {
        "on": "2026-02-05", "type": "hold", "id": "h", "customer": "c1", "kind": "talks",
        "until": "2026-02-20",
    }  # fmt: skip
    simulation = play(ladder(1), [invoice("A", "2026-02-10"), hold])
    assert run(simulation, "2026-02-20") == []
    assert why_not(simulation, "2026-02-20") == {"A/1": "HELD"}
    assert len(run(simulation, "2026-02-21")) == 1


def test_a_promise_holds_to_its_end_in_the_customer_s_zone_then_on_at_the_same_level() -> None:
    bodies = [customer(time_zone="Pacific/Auckland"), invoice("A", "2026-02-01"), PROMISE]
    simulation = play(ladder(5, 10), bodies)
    assert [line["level"] for line in run(simulation, "2026-02-06")] == [1]
    assert run(simulation, "2026-02-22") == []
    assert why_not(simulation, "2026-02-22") == {"A/1": "PROMISED"}
    assert [line["level"] for line in run(simulation, "2026-02-23")] == [2], "none is skipped"


def test_without_a_usable_address_nothing_is_sent_and_nothing_climbs() -> None:
    moved = customer(on="2026-02-20", email="new@example.com")
    bounced = {
        "on": "2026-02-01", "type": "feedback", "id": "f", "customer": "c1", "channel": "email",
        "address": "c1@example.com", "outcome": "bounced",
    }  # fmt: skip
    simulation = play(ladder(5, 10), [customer(), invoice("A", "2026-02-01"), bounced, moved])
    assert run(simulation, "2026-02-15") == []
    assert why_not(simulation, "2026-02-15") == {"A/1": "NO_USABLE_ADDRESS"}
    assert [line["level"] for line in run(simulation, "2026-02-20")] == [1]


def test_below_the_minimum_nothing_is_sent_until_more_is_overdue() -> None:
    text = ladder(5, more="minimum: {amount: {EUR: '150.00'}}")
    simulation = play(text, [invoice("A", "2026-02-01"), invoice("B", "2026-02-20")])
    assert run(simulation, "2026-02-10") == []
    assert why_not(simulation, "2026-02-10")["A/1"] == "BELOW_MINIMUM"
    assert invoices(run(simulation, "2026-02-25")) == ["A", "B"]


def test_a_notice_waits_for_the_interval_since_the_last_one_to_the_same_customer() -> None:
    text = ladder(1, more="min_interval: {days: 7}")
    simulation = play(text, [invoice("A", "2026-02-01"), invoice("B", "2026-02-04")])
    assert invoices(run(simulation, "2026-02-02")) == ["A"]
    assert run(simulation, "2026-02-08") == []
    assert why_not(simulation, "2026-02-08")["B/1"] == "MIN_INTERVAL"
    assert invoices(run(simulation, "2026-02-09")) == ["B"]


def test_what_is_due_today_is_not_overdue() -> None:
    simulation = play(ladder(0), [invoice("A", "2026-02-10")])
    assert run(simulation, "2026-02-10") == []
    assert why_not(simulation, "2026-02-10") == {"A/1": "NOT_OVERDUE"}
    assert len(run(simulation, "2026-02-11")) == 1


def test_an_item_without_a_due_day_is_due_by_the_creditor_s_terms() -> None:
    creditor = {"on": "2026-01-01", "type": "creditor", "creditor": "acme", "terms": 14}
    bare = invoice("A", "", items=[{"amount": "100.00"}], issued="2026-02-01")
    simulation = play(ladder(1), [creditor, bare])
    assert run(simulation, "2026-02-15") == []
    (line,) = run(simulation, "2026-02-16")
    assert line["due"] == "2026-02-15"


def test_money_on_account_holds_what_it_covers_and_the_rest_is_shown_at_its_net() -> None:
    credit = {
        "on": "2026-02-02", "type": "credit_note", "number": "CN", "customer": "c1",
        "currency": "EUR", "amount": "130.00",
    }  # fmt: skip
    simulation = play(ladder(5), [*BOTH, credit])
    assert [(x["invoice"], x["open"]) for x in run(simulation, "2026-02-10")] == [("B", "70.00")]
    assert why_not(simulation, "2026-02-10") == {"A/1": "ON_ACCOUNT_COVERS"}


def test_a_payment_that_comes_on_the_day_of_the_run_holds_the_reminder() -> None:
    simulation = play(ladder(5), [invoice("A", "2026-02-01"), payment("p", "2026-02-06", "100")])
    assert run(simulation, "2026-02-06") == []


def test_of_several_things_that_hold_an_item_each_is_told_the_longest_first() -> None:
    hold = {
        "on": "2026-02-08", "type": "hold", "id": "h", "customer": "c1", "kind": "talks",
        "until": "2026-02-15",
    }  # fmt: skip
    plan = {
        "on": "2026-02-08", "type": "plan", "id": "pl", "customer": "c1", "state": "active",
        "items": [{"invoice": "A"}], "instalments": [{"due": "2026-03-01", "amount": "100.00"}],
    }  # fmt: skip
    bodies = [customer(autopay=True), invoice("A", "2026-02-06"), hold, PROMISE, plan, DISPUTE]
    simulation = play(policy("{level: 1, after_due: {days: 3}, channels: [email]}"), bodies)
    assert run(simulation, "2026-02-08") == []
    (line,) = simulation.not_reminded(date(2026, 2, 8))
    assert line["reasons"] == [
        "DISPUTED", "IN_PLAN", "PROMISED", "HELD", "AUTOPAY_DUE", "STEP_NOT_DUE",
    ]  # fmt: skip

"""What becomes of charges once a notice has gone: posted once, listed, paid, waived, given back."""

from datetime import date
from typing import Any

import pytest
from dunning.domain.account import Account
from dunning.domain.aging import aging
from dunning.domain.ledger import LARGEST_WRITE, LedgerError
from dunning.domain.policy_file import read_policies
from dunning.service.simulate import Simulation

from tests.offline import Body, customer, invoice, payment, play, policy, run, why_not

FEE = "fee: {EUR: 5}"


def charging(*steps: tuple[int, str], more: str = "") -> str:
    """A ladder by days after the due day, each step with what it charges."""
    return policy(
        "\n".join(
            f"{{level: {level}, after_due: {{days: {days}}}, channels: [email]"
            + (f", {what}}}" if what else "}")
            for level, (days, what) in enumerate(steps, 1)
        ),
        more=more,
    )


def account(simulation: Simulation) -> Account:
    (key,) = simulation.stage.ledger.book("default")
    found = simulation.stage.ledger.read("default", key)
    assert found is not None
    return found


def left(simulation: Simulation) -> dict[str, int]:
    return {str(item.ref): item.open for item in account(simulation).open}


def fees(lines: list[Body]) -> list[tuple[str, str]]:
    return [(line["invoice"], line["fee"]) for line in lines]


def test_a_fee_is_taken_once_per_case_and_level() -> None:
    simulation = play(
        charging((10, FEE), (20, FEE)),
        [invoice("A", "2026-01-01"), invoice("B", "2026-01-05")],
    )

    assert fees(run(simulation, "2026-01-11")) == [("A", "5.00")]
    assert fees(run(simulation, "2026-01-15")) == [("B", "0.00")], "level 1 was charged"
    assert fees(run(simulation, "2026-01-21")) == [("A", "5.00")]
    assert left(simulation) == {
        "A/1": 10_000,
        "B/1": 10_000,
        "charge:A/1/1/1": 500,
        "charge:A/1/2/1": 500,
    }


def test_where_nothing_is_overdue_any_more_a_new_episode_charges_anew() -> None:
    simulation = play(
        charging((10, FEE)),
        [
            invoice("A", "2026-01-01"),
            payment("p", "2026-01-20", "105.00"),
            invoice("B", "2026-03-01"),
        ],
    )

    assert fees(run(simulation, "2026-01-11")) == [("A", "5.00")]
    assert fees(run(simulation, "2026-03-11")) == [("B", "5.00")]


def test_one_notice_of_two_levels_has_one_fee_that_of_the_highest() -> None:
    simulation = play(
        charging((10, FEE), (20, "fee: {EUR: 7}")),
        [invoice("A", "2026-01-01"), invoice("B", "2026-01-11")],
    )
    run(simulation, "2026-01-11")

    assert fees(run(simulation, "2026-01-21")) == [("A", "7.00"), ("B", "0.00")]


def test_a_charge_per_item_is_taken_of_each_by_its_own_step() -> None:
    each = "charges: [{percent: 1, per: item}]"
    simulation = play(
        charging((10, each)), [invoice("A", "2026-01-01"), invoice("B", "2026-01-01", "250.00")]
    )

    (first, second) = run(simulation, "2026-01-11")
    assert (first["fee"], first["total"]) == ("3.50", "103.50")
    assert (second["fee"], second["total"]) == ("0.00", "250.00")
    parents = {
        item.charge.parent.invoice: item.open for item in account(simulation).open if item.charge
    }
    assert parents == {"A": 100, "B": 250}


def test_what_is_announced_is_asked_for_and_not_owed() -> None:
    step = "charges: [{fixed: {EUR: 5}, mode: announce}], interest: {contract: 10, mode: announce}"
    simulation = play(charging((15, step), (30, step)), [invoice("A", "2026-01-15")])

    (line,) = run(simulation, "2026-01-30")
    assert [line[x] for x in ("fee", "interest", "announced", "total")] == [
        "0.00",
        "0.00",
        "5.41",
        "105.41",
    ]
    (line,) = run(simulation, "2026-02-14")
    assert line["announced"] == "5.82", "interest that nobody posted is told as a whole"
    assert left(simulation) == {"A/1": 10_000}


def test_what_is_waived_by_the_policy_is_only_on_record() -> None:
    simulation = play(
        charging((15, "charges: [{fixed: {EUR: 5}, mode: waive}]")), [invoice("A", "2026-01-15")]
    )

    (line,) = run(simulation, "2026-01-30")
    assert line["total"] == "100.00"
    (key,) = simulation.stage.ledger.book("default")
    (told,) = [one for one in simulation.stage.ledger.history("default", key) if one.attempt]
    assert told.attempt is not None
    assert [(one.mode, one.amount) for one in told.attempt.charges] == [("waive", 500)]


def test_posted_interest_goes_on_from_the_day_up_to_which_it_was_taken() -> None:
    rate = "interest: {contract: 36.5}"  # ten cents a day on 100.00
    simulation = play(charging((10, rate), (25, rate)), [invoice("A", "2026-01-01")])

    assert [line["interest"] for line in run(simulation, "2026-01-11")] == ["1.00"]
    assert [line["interest"] for line in run(simulation, "2026-01-26")] == ["1.50"]


def test_a_part_payment_splits_interest_on_its_value_day() -> None:
    simulation = play(
        charging((20, "interest: {contract: 36.5}")),
        [
            invoice("A", "2026-01-01"),
            payment("p", "2026-01-15", "60.00", value_date="2026-01-11"),
        ],
    )

    (line,) = run(simulation, "2026-01-21")
    assert line["interest"] == "1.40", "ten days on 100.00, ten on 40.00"


def test_a_reversed_part_payment_counts_as_never_made_and_a_chargeback_as_made_until_then() -> None:
    def interest(back: Body) -> str:
        bodies = [
            invoice("A", "2026-01-01"),
            payment("p", "2026-01-06", "60.00"),
            {"on": "2026-01-16", "id": "b", **back},
        ]
        (line,) = run(play(charging((20, "interest: {contract: 36.5}")), bodies), "2026-01-21")
        return str(line["interest"])

    assert interest({"type": "reversal", "of": "p"}) == "2.00"
    assert interest({"type": "chargeback", "payment": "p"}) == "1.40"


def test_a_settled_item_that_comes_back_keeps_what_it_has_borne() -> None:
    rate = "interest: {contract: 36.5}"
    simulation = play(
        charging((10, rate), (25, rate)),
        [
            invoice("A", "2026-01-01"),
            payment("p", "2026-01-16", "100.00"),
            {"on": "2026-01-20", "type": "reversal", "id": "r", "of": "p"},
        ],
    )

    assert [line["interest"] for line in run(simulation, "2026-01-11")] == ["1.00"]
    assert [line["interest"] for line in run(simulation, "2026-01-26")] == ["1.50"]


def test_a_missing_rate_stops_no_reminder_and_later_interest_takes_the_whole() -> None:
    """The tables end on 2026-12-31; a rate that floats is not known the day after."""
    step = "interest: {statutory: EU}"
    simulation = play(
        charging((10, step), (20, "interest: {contract: 36.5}")),
        [customer(**{"class": "business"}), invoice("A", "2026-12-30")],
    )

    (line,) = run(simulation, "2027-01-09")
    assert (line["interest"], line["fee"], line["total"]) == ("0.00", "0.00", "100.00")
    (key,) = simulation.stage.ledger.book("default")
    (told,) = [one for one in simulation.stage.ledger.history("default", key) if one.attempt]
    assert told.attempt is not None
    assert [(c.mode, c.amount, c.basis) for c in told.attempt.charges] == [
        ("missing", 0, "no_rate")
    ]
    assert [line["interest"] for line in run(simulation, "2027-01-19")] == ["2.00"]


@pytest.mark.parametrize(
    ("who", "country", "fee", "interest"),
    [
        ("business", "DE", "40.00", "3.14"),  # 1,000.00: 5 days of 10.27 %, 6 of 10.52 %
        ("consumer", "DE", "0.00", "1.93"),  # 6.27 %, then 6.52 %
        ("business", "FR", "40.00", "3.70"),  # 12.15 %, then 12.40 %
        ("business", None, "0.00", "0.00"),
    ],
)
def test_a_statute_is_chosen_by_countries_and_class(
    who: str, country: str | None, fee: str, interest: str
) -> None:
    creditor = {"on": "2026-01-01", "type": "creditor", "creditor": "default", "time_zone": "UTC"}
    if country:
        creditor["country"] = country
    bodies = [
        creditor,
        customer(**{"class": who}, **({"country": country} if country else {})),
        invoice("A", "2026-06-25", "1000.00"),
    ]

    (line,) = run(play(charging((11, "interest: statutory")), bodies), "2026-07-06")
    assert (line["fee"], line["interest"]) == (fee, interest)


def test_fixed_compensation_is_taken_once_for_an_invoice() -> None:
    two = [{"due": "2026-02-01", "amount": "500.00"}, {"due": "2026-02-01", "amount": "500.00"}]
    step = "interest: {statutory: EU}"
    simulation = play(
        charging((10, step), (20, step)),
        [customer(**{"class": "business"}), {**invoice("A", "2026-02-01"), "items": two}],
    )

    assert [line["fee"] for line in run(simulation, "2026-02-11")] == ["40.00", "0.00"]
    assert [line["fee"] for line in run(simulation, "2026-02-21")] == ["0.00", "0.00"]


def test_a_further_attempt_of_a_notice_lists_its_charge_and_charges_nothing_again() -> None:
    simulation = play(
        charging((10, FEE)),
        [
            {**customer(), "email": ["a@example.com", "b@example.com"]},
            invoice("A", "2026-01-01"),
            {
                "on": "2026-01-11",
                "type": "feedback",
                "id": "f",
                "customer": "c1",
                "channel": "email",
                "address": "a@example.com",
                "outcome": "bounced",
            },
        ],
    )

    assert fees(run(simulation, "2026-01-11")) == [("A", "5.00")]
    again = simulation.stage.recorder.last
    assert again is not None
    assert (again.attempt, again.charges, again.total) == (2, (), 10_500)
    assert left(simulation) == {"A/1": 10_000, "charge:A/1/1/1": 500}


def test_where_the_oldest_carries_the_account_interest_is_of_all_that_is_overdue() -> None:
    simulation = play(
        charging((10, "interest: {contract: 36.5}"), more="track: account"),
        [invoice("A", "2026-01-01"), invoice("B", "2026-01-06"), invoice("C", "2026-02-01")],
    )

    first, second = run(simulation, "2026-01-11")
    assert (first["invoice"], first["interest"], first["total"]) == ("A", "1.50", "101.50")
    assert (second["invoice"], second["interest"], second["total"]) == ("B", "0.00", "100.00")


def test_a_charge_is_listed_and_takes_no_step_while_anything_else_is_asked_for() -> None:
    simulation = play(
        charging((10, FEE), (20, "")),
        [
            invoice("A", "2026-01-01"),
            invoice("B", "2026-01-05"),
            payment("p", "2026-01-12", "100.00", allocations=[{"invoice": "A", "amount": "100"}]),
        ],
    )

    run(simulation, "2026-01-11")
    assert [x["invoice"] for x in run(simulation, "2026-01-15")] == ["B"]
    assert run(simulation, "2026-01-21") == [], "the charge of A would be at its level 2"
    assert why_not(simulation, "2026-01-21")["charge:A/1/1/1"] == "CHARGE_LISTED"
    (line,) = run(simulation, "2026-01-25")
    assert (line["invoice"], line["level"], line["charges"], line["total"]) == (
        "B",
        2,
        "5.00",
        "105.00",
    )


@pytest.mark.parametrize("fact", ["dispute", "hold"])
def test_what_holds_an_item_holds_its_charges(fact: str) -> None:
    holding: Body = {"on": "2026-01-12", "type": fact, "id": "x", "invoice": "A", "reason": "wrong"}
    if fact == "hold":
        holding = {
            "on": "2026-01-12",
            "type": "hold",
            "id": "x",
            "customer": "c1",
            "kind": "talks",
            "scope": "invoice",
            "invoice": "A",
        }
    simulation = play(
        charging((10, FEE), (20, "")),
        [invoice("A", "2026-01-01"), invoice("B", "2026-01-11"), holding],
    )

    run(simulation, "2026-01-11")
    (line,) = run(simulation, "2026-01-21")
    assert (line["invoice"], line["total"]) == ("B", "100.00"), "nor is A's charge listed"


def test_a_payment_settles_what_is_due_then_charges_then_what_is_not_due() -> None:
    simulation = play(
        charging((10, FEE)),
        [
            invoice("A", "2026-01-01"),
            invoice("B", "2026-06-01", "50.00"),
            payment("p", "2026-01-20", "107.00"),
        ],
    )

    run(simulation, "2026-01-11")
    run(simulation, "2026-01-20")
    assert left(simulation) == {"B/1": 4_800}


def test_a_payment_for_an_invoice_goes_on_to_its_charges_and_no_others() -> None:
    simulation = play(
        charging((10, FEE)),
        [
            invoice("A", "2026-01-01"),
            invoice("B", "2026-01-01"),
            payment("p", "2026-01-20", "110", allocations=[{"invoice": "A", "amount": "110"}]),
        ],
    )

    run(simulation, "2026-01-11")
    run(simulation, "2026-01-20")
    assert left(simulation) == {"B/1": 10_000}
    assert account(simulation).head.credit == {"EUR": 500}


def test_a_credit_note_takes_off_its_invoice_alone_and_the_charge_stays() -> None:
    note = {
        "on": "2026-01-20",
        "type": "credit_note",
        "number": "N",
        "customer": "c1",
        "currency": "EUR",
        "amount": "110.00",
        "invoice": "A",
    }
    simulation = play(charging((10, FEE)), [invoice("A", "2026-01-01"), note])

    run(simulation, "2026-01-11")
    run(simulation, "2026-01-20")
    assert left(simulation) == {"charge:A/1/1/1": 500}


def test_charges_count_for_the_minimum_as_all_that_is_asked_for_does() -> None:
    simulation = play(
        charging((10, "fee: {EUR: 5}"), (20, ""), more='minimum: {amount: {EUR: "8.00"}}'),
        [
            invoice("A", "2026-01-01", "10.00"),
            payment("p", "2026-01-12", "7.00"),
            payment("q", "2026-02-01", "3.00"),
        ],
    )

    run(simulation, "2026-01-11")
    (line,) = run(simulation, "2026-01-21")
    assert (line["open"], line["total"]) == ("3.00", "8.00")
    run(simulation, "2026-02-10")
    assert left(simulation) == {"charge:A/1/1/1": 500}
    assert why_not(simulation, "2026-02-10") == {"charge:A/1/1/1": "LADDER_DONE"}


@pytest.mark.parametrize(
    ("body", "rest"),
    [
        ({"type": "waive", "invoice": "A"}, {"A/1": 10_000}),
        (
            {"type": "waive", "invoice": "A", "item": 1, "amount": "2.00"},
            {"A/1": 10_000, "charge:A/1/1/1": 300},
        ),
        ({"type": "waive", "invoice": "charge:A/1/1"}, {"A/1": 10_000}),
        ({"type": "write_off", "invoice": "charge:A/1/1", "amount": "5.00"}, {"A/1": 10_000}),
    ],
)
def test_a_charge_is_given_up_and_a_reversal_brings_it_back(
    body: Body, rest: dict[str, int]
) -> None:
    simulation = play(
        charging((10, FEE)),
        [
            invoice("A", "2026-01-01"),
            {"on": "2026-01-20", "id": "w", **body},
            {"on": "2026-01-25", "type": "reversal", "id": "r", "of": "w"},
        ],
    )

    run(simulation, "2026-01-11")
    run(simulation, "2026-01-20")
    assert left(simulation) == rest
    run(simulation, "2026-01-25")
    assert left(simulation) == {"A/1": 10_000, "charge:A/1/1/1": 500}
    assert not simulation.refused


def test_more_than_is_open_of_charges_or_where_there_are_none_cannot_be_waived() -> None:
    simulation = play(
        charging((10, FEE)),
        [
            invoice("A", "2026-01-01"),
            invoice("B", "2026-06-01"),
            {"on": "2026-01-20", "id": "w", "type": "waive", "invoice": "A", "amount": "5.01"},
            {"on": "2026-01-20", "id": "x", "type": "waive", "invoice": "B"},
            {"on": "2026-01-20", "id": "y", "type": "waive", "invoice": "Z"},
        ],
    )

    run(simulation, "2026-01-11")
    run(simulation, "2026-01-20")
    codes = [error.code for _, error in simulation.refused]
    assert codes == ["more_than_open", "nothing_to_waive", "unknown_invoice"]


def test_the_numbers_of_charges_are_nobody_else_s() -> None:
    simulation = play(charging((10, FEE)), [invoice("charge:A/1/1", "2026-01-01")])
    run(simulation, "2026-01-02")

    ((_, error),) = simulation.refused
    assert isinstance(error, LedgerError)
    assert error.code == "number_reserved"


def test_the_aging_report_counts_charges_beside_the_documents() -> None:
    simulation = play(charging((10, FEE)), [invoice("A", "2026-01-01")])
    run(simulation, "2026-01-11")

    told = {
        row.bucket: (row.items, row.open, row.charges)
        for row in aging(account(simulation).open, date(2026, 2, 5))
    }
    assert told["31-60"] == (1, 10_000, 0)
    assert told["1-30"] == (0, 0, 500)


def test_charges_on_more_items_than_one_write_opens_are_opened_in_parts() -> None:
    count = LARGEST_WRITE + 5
    each = "charges: [{fixed: {EUR: 1}, per: item}], interest: {contract: 36.5}"
    simulation = play(
        charging((10, each)), [invoice(f"A{n:02}", "2026-01-01") for n in range(count)]
    )

    lines = run(simulation, "2026-01-11")
    assert len(lines) == count
    assert (lines[0]["fee"], lines[0]["interest"]) == (f"{count}.00", f"{count}.00")
    state = account(simulation)
    charges = [item for item in state.open if item.charge]
    assert len(charges) == count + 1
    assert sum(item.open for item in charges) == 2 * 100 * count
    assert state.head.applying is None
    assert all(item.borne.until == date(2026, 1, 11) for item in state.open if not item.charge)
    assert all((level := state.level_of(item)) and level.level == 1 for item in state.open)


def totals(lines: list[Body]) -> Any:
    return [line["total"] for line in lines]


def test_a_policy_that_is_gone_leaves_charges_under_the_one_that_an_invoice_would_have() -> None:
    simulation = play(
        charging((15, FEE), (30, "")),
        [invoice("A", "2026-01-15"), payment("p", "2026-02-01", "100.00")],
    )
    run(simulation, "2026-01-30")
    run(simulation, "2026-02-01")
    text = charging((15, ""), (30, "")).replace("standard", "other")
    simulation.stage.settings.put_policies("default", read_policies(text), text)

    assert totals(run(simulation, "2026-02-14")) == ["5.00"]


def test_the_days_of_a_plan_in_good_standing_bear_no_interest() -> None:
    """Ten days before it, then from the day after its missed instalment's two days of grace."""
    simulation = play(
        charging((40, "interest: {contract: 36.5}")),
        [
            invoice("A", "2026-01-01"),
            {
                "on": "2026-01-12",
                "type": "plan",
                "id": "pl",
                "customer": "c1",
                "items": [{"invoice": "A", "item": 1}],
                "instalments": [{"due": "2026-01-25", "amount": "100.00"}],
                "state": "active",
            },
        ],
    )
    for day in range(20, 29):
        run(simulation, f"2026-01-{day}")

    (line,) = run(simulation, "2026-02-10")
    assert line["interest"] == "2.40", "2 to 11 January, and 28 January to 10 February"


def test_notices_of_one_day_for_each_level_charge_each_level_once() -> None:
    simulation = play(
        charging((10, FEE), (20, FEE), more="notice_per: level"),
        [
            invoice("A", "2026-01-01"),
            invoice("B", "2026-01-11"),
            invoice("C", "2026-01-20"),
            invoice("D", "2026-01-25"),
        ],
    )
    run(simulation, "2026-01-11")
    both = run(simulation, "2026-01-21")
    assert fees(both) == [("A", "5.00"), ("B", "0.00")], "level 1 was charged for A"

    assert fees(run(simulation, "2026-01-30")) == [("C", "0.00")]
    assert fees(run(simulation, "2026-01-31")) == [("B", "0.00")]
    assert fees(run(simulation, "2026-02-04")) == [("D", "0.00")]

"""Simulations: which lines a run prints, at which hour it decides, and what it leaves untouched."""

import pytest
from dunning.domain.gates import DefaultGates
from dunning.service.simulate import Simulation

from tests.offline import customer, invoice, ladder, payment, play, policy, run, why_not

KEYS = [
    "run", "creditor", "customer", "currency", "invoice", "item", "due", "level", "channel",
    "open", "fee", "interest", "announced", "total", "notice", "listed",
]  # fmt: skip


def test_a_line_has_exactly_the_keys_of_the_contract() -> None:
    (line,) = run(play(ladder(1), [invoice("A", "2026-02-01", "68.8")]), "2026-02-02")

    assert list(line) == KEYS
    assert line["creditor"] == "default"
    assert (line["open"], line["fee"], line["total"]) == ("68.80", "0.00", "68.80")
    assert (line["run"], line["due"], line["listed"]) == ("2026-02-02", "2026-02-01", False)


def test_amounts_have_the_decimals_of_their_currency() -> None:
    simulation = play(
        ladder(1),
        [
            invoice("A", "2026-02-01", "500", currency="JPY"),
            invoice("B", "2026-02-01", "1.5", currency="KWD"),
        ],
    )

    lines = run(simulation, "2026-02-02")

    assert [(line["open"], line["fee"]) for line in lines] == [("500", "0"), ("1.500", "0.000")]
    assert len({line["notice"] for line in lines}) == 2


def test_a_run_on_a_day_sees_the_bodies_of_that_day_and_none_of_later_ones() -> None:
    bodies = [
        invoice("A", "2026-02-01"),
        invoice("B", "2026-02-01"),
        payment("p1", "2026-02-05", "100", allocations=[{"invoice": "A", "amount": "100"}]),
        payment("p2", "2026-02-06", "100", allocations=[{"invoice": "B", "amount": "100"}]),
    ]

    assert [x["invoice"] for x in run(play(ladder(1), bodies), "2026-02-05")] == ["B"]


def test_a_run_that_comes_twice_sends_nothing_more() -> None:
    simulation = play(ladder(1), [invoice("A", "2026-02-01")])

    assert len(run(simulation, "2026-02-02")) == 1
    assert run(simulation, "2026-02-02") == []


def test_a_late_first_run_takes_one_level_and_not_all_that_are_past() -> None:
    simulation = play(ladder(1, 5, 9), [invoice("A", "2026-02-01")])

    assert [line["level"] for line in run(simulation, "2026-06-01")] == [1]
    assert [line["level"] for line in run(simulation, "2026-06-02")] == [2]


def test_it_decides_at_send_at_in_the_zone_of_the_customer() -> None:
    # On 2 February at 09:00 in Auckland it is still 1 February in UTC.
    simulation = play(
        ladder(1),
        [
            customer(time_zone="Pacific/Auckland"),
            customer("c2", time_zone="Pacific/Honolulu"),
            invoice("A", "2026-02-01"),
            invoice("B", "2026-02-01", customer="c2"),
        ],
    )

    assert run(simulation, "2026-02-01") == []
    assert [line["invoice"] for line in run(simulation, "2026-02-02")] == ["A", "B"]


def test_two_policies_with_two_hours_are_two_notices_of_one_run() -> None:
    text = ladder(1, more="send_at: 08:00") + ladder(
        1, more="send_at: 18:00\napplies_to: {currencies: [USD]}"
    ).replace("policies:\n", "").replace("standard", "dollars")
    simulation = play(
        text, [invoice("A", "2026-02-01"), invoice("B", "2026-02-01", currency="USD")]
    )

    lines = run(simulation, "2026-02-02")

    assert [line["invoice"] for line in lines] == ["A", "B"]
    assert len({line["notice"] for line in lines}) == 2


def bounce(on: str, address: str = "c1@example.com") -> dict[str, object]:
    return {
        "on": on,
        "type": "feedback",
        "id": f"f-{on}-{address}",
        "customer": "c1",
        "channel": "email",
        "address": address,
        "outcome": "bounced",
    }


def test_a_bounce_on_the_day_of_the_send_is_that_sends_and_the_level_stays() -> None:
    simulation = play(
        ladder(1, 10),
        [customer(), invoice("A", "2026-02-01"), bounce("2026-02-02")],
    )

    assert [line["level"] for line in run(simulation, "2026-02-02")] == [1]
    assert run(simulation, "2026-02-11") == []
    assert why_not(simulation, "2026-02-11") == {"A/1": "NO_USABLE_ADDRESS"}


def test_after_a_bounce_the_notice_goes_to_the_next_address_without_a_second_line() -> None:
    simulation = play(
        ladder(1, 10),
        [
            customer(email=["c1@example.com", "other@example.com"]),
            invoice("A", "2026-02-01"),
            bounce("2026-02-02"),
        ],
    )

    assert len(run(simulation, "2026-02-02")) == 1
    account = simulation.stage.ledger.account_key("default", "c1")
    head = simulation.stage.ledger.head("default", account)
    assert head is not None
    assert [(n.serial, n.attempt, n.outcome) for n in head.last] == [(1, 2, "sent")]
    assert [line["level"] for line in run(simulation, "2026-02-11")] == [2]


def test_a_bounce_of_an_earlier_day_bars_the_address() -> None:
    simulation = play(ladder(1), [customer(), invoice("A", "2026-02-01"), bounce("2026-01-15")])

    assert run(simulation, "2026-02-02") == []


VOICE = policy("{level: 1, after_due: {days: 1}, channels: [voice, email]}")


@pytest.mark.parametrize(("gated", "channel"), [(False, "voice"), (True, "email")])
def test_gates_are_off_unless_they_are_asked_for(gated: bool, channel: str) -> None:
    simulation = play(
        VOICE,
        [customer(phone="+49 30 123456"), invoice("A", "2026-02-01")],
        DefaultGates() if gated else None,
    )

    assert [line["channel"] for line in run(simulation, "2026-02-02")] == [channel]


def test_a_customer_whom_no_body_describes_counts_as_reachable() -> None:
    simulation = play(ladder(1), [invoice("A", "2026-02-01")])

    assert simulation.file.without_body() == {("default", "c1")}
    assert len(run(simulation, "2026-02-02")) == 1


def test_a_customer_who_is_described_without_an_address_is_not() -> None:
    simulation = play(
        ladder(1),
        [{"on": "2026-01-01", "type": "customer", "customer": "c1"}, invoice("A", "2026-02-01")],
    )

    assert run(simulation, "2026-02-02") == []
    assert why_not(simulation, "2026-02-02") == {"A/1": "NO_USABLE_ADDRESS"}


def test_creditors_of_one_file_are_kept_apart() -> None:
    def of(name: str, zone: str) -> list[dict[str, object]]:
        return [
            {"on": "2026-01-01", "type": "creditor", "creditor": name, "time_zone": zone},
            invoice("A", "2026-02-01", creditor=name),
        ]

    simulation = play(ladder(1), [*of("acme", "Europe/Berlin"), *of("bolt", "UTC")])

    lines = run(simulation, "2026-02-02")
    assert [line["creditor"] for line in lines] == ["acme", "bolt"]
    assert len({line["notice"] for line in lines}) == 2


def test_a_body_that_the_ledger_refuses_is_told_and_the_rest_goes_on() -> None:
    simulation = play(
        ladder(1),
        [
            {"on": "2026-01-01", "type": "reversal", "id": "r", "of": "nothing"},
            invoice("A", "2026-02-01"),
        ],
    )

    assert len(run(simulation, "2026-02-02")) == 1
    assert [(row, error.code) for row, error in simulation.refused] == [(1, "unknown_of")]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"type": "dispute", "id": "d", "invoice": "A", "reason": "no"}, "DISPUTED"),
        (
            {
                "type": "promise", "id": "p", "customer": "c1", "date": "2026-02-20",
                "amount": "100", "items": [{"invoice": "A", "item": 1}],
            },
            "PROMISED",
        ),
        ({"type": "hold", "id": "h", "customer": "c1", "kind": "talks"}, "HELD"),
    ],
    ids=["dispute", "promise", "hold"],
)  # fmt: skip
def test_what_is_held_is_explained(more: dict[str, object], expected: str) -> None:
    simulation = play(ladder(1), [invoice("A", "2026-02-01"), {"on": "2026-01-20", **more}])

    assert run(simulation, "2026-02-10") == []
    assert why_not(simulation, "2026-02-10") == {"A/1": expected}


def test_a_broken_promise_changes_no_level_and_the_step_is_due_the_next_run() -> None:
    promise = {
        "on": "2026-02-03", "type": "promise", "id": "p", "customer": "c1",
        "date": "2026-02-10", "amount": "100",
    }  # fmt: skip
    simulation = play(ladder(1, 8), [invoice("A", "2026-02-01"), promise])

    assert [line["level"] for line in run(simulation, "2026-02-02")] == [1]
    assert run(simulation, "2026-02-12") == []
    assert [line["level"] for line in run(simulation, "2026-02-13")] == [2]


def test_explained_items_and_advanced_items_are_all_open_items() -> None:
    simulation = play(
        ladder(1),
        [invoice("A", "2026-02-01"), invoice("B", "2026-06-01"), invoice("C", "2026-02-01")],
    )

    lines = run(simulation, "2026-02-02")

    assert {line["invoice"] for line in lines} == {"A", "C"}
    assert why_not(simulation, "2026-02-02") == {"B/1": "NOT_OVERDUE"}


def test_an_item_without_a_policy_is_explained() -> None:
    simulation = play(
        ladder(1, more="applies_to: {currencies: [USD]}"), [invoice("A", "2026-02-01")]
    )

    assert run(simulation, "2026-02-02") == []
    assert why_not(simulation, "2026-02-02") == {"A/1": "NO_POLICY"}


def test_only_accounts_that_are_due_are_touched() -> None:
    bodies = [invoice(f"A{n}", "2026-06-01", customer=f"c{n}") for n in range(50)]
    simulation = play(ladder(1), [*bodies, invoice("B", "2026-02-01", customer="late")])
    run(simulation, "2026-02-01")
    touched = []
    read = simulation.stage.ledger.read

    def counting(creditor: str, account: str) -> object:
        touched.append(account)
        return read(creditor, account)

    object.__setattr__(simulation.stage.ledger, "read", counting)

    assert len(run(simulation, "2026-02-02")) == 1
    assert len(set(touched)) == 1


def test_a_simulation_is_the_same_every_time() -> None:
    def lines() -> list[dict[str, object]]:
        simulation: Simulation = play(
            ladder(1, 9),
            [invoice(f"A{n}", f"2026-02-{n:02}", customer=f"c{n % 4}") for n in range(1, 20)],
        )
        return [line for day in range(1, 29) for line in run(simulation, f"2026-02-{day:02}")]

    assert lines() == lines()


def test_what_the_provider_refused_is_told_once_and_waits_for_a_person() -> None:
    # As deployed: the notice has nowhere to go, and no later step comes before it.
    simulation = play(
        ladder(5, 15),
        [
            customer(),
            invoice("A", "2026-01-01"),
            {
                "on": "2026-01-06",
                "type": "feedback",
                "id": "f",
                "customer": "c1",
                "channel": "email",
                "address": "c1@example.com",
                "outcome": "rejected",
            },
        ],
    )
    assert [line["level"] for line in run(simulation, "2026-01-06")] == [1]
    assert run(simulation, "2026-01-07") == []
    assert run(simulation, "2026-01-16") == []

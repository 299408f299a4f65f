"""Worked cases B of other systems: what counts as overdue, and who is not reminded."""

import pytest
from dunning.domain.fields import ReadingError
from dunning.domain.policy_file import read_policies
from dunning.domain.policy_nodes import PolicyFileError
from dunning.domain.reading import read

from tests.offline import customer, invoice, ladder, payment, play, policy, run, why_not


def test_b1_an_item_due_ten_days_ago_is_reminded_and_one_due_five_days_ago_is_not() -> None:
    simulation = play(
        ladder(0, more="grace: {days: 5}"),
        [invoice("old", "2026-02-01"), invoice("young", "2026-02-06")],
    )

    assert [line["invoice"] for line in run(simulation, "2026-02-11")] == ["old"]
    assert why_not(simulation, "2026-02-11") == {"young/1": "NOT_OVERDUE"}


@pytest.mark.parametrize(
    "text",
    [
        ladder(1, more="grace: {days: -1}"),
        ladder(1, more="min_interval: {days: 0}"),
        "policies:\n  - id: standard\n    ladder: []\n",
    ],
    ids=["start_days -1", "min_interval 0", "no step"],
)
def test_b2_a_negative_start_no_interval_and_no_step_are_refused(text: str) -> None:
    with pytest.raises(PolicyFileError):
        read_policies(text)


def test_b2_nobody_overdue_means_no_reminder() -> None:
    simulation = play(ladder(1), [invoice("A", "2026-06-01")])

    assert run(simulation, "2026-02-11") == []


def test_b3_whoever_was_reminded_yesterday_waits_for_the_interval() -> None:
    simulation = play(
        ladder(1, more="min_interval: {days: 3}"),
        [invoice("A", "2026-02-01"), invoice("B", "2026-02-02")],
    )

    assert [line["invoice"] for line in run(simulation, "2026-02-02")] == ["A"]
    assert run(simulation, "2026-02-03") == []
    assert why_not(simulation, "2026-02-03")["B/1"] == "MIN_INTERVAL"
    assert run(simulation, "2026-02-04") == []
    assert [line["invoice"] for line in run(simulation, "2026-02-05")] == ["B"]


def test_b4_the_fourth_reminder_follows_the_third() -> None:
    simulation = play(ladder(1, 5, 9, 13), [invoice("A", "2026-02-01")])

    levels = [
        line["level"]
        for day in ("2026-02-02", "2026-02-06", "2026-02-10", "2026-02-14")
        for line in run(simulation, day)
    ]

    assert levels == [1, 2, 3, 4]


def test_b4_a_call_adds_nothing_to_the_count_of_reminders() -> None:
    steps = "\n".join(
        f"{{level: {level}, after_due: {{days: {level * 4}}}, channels: [{channel}]}}"
        for level, channel in enumerate(("email", "voice", "email", "email"), 1)
    )
    simulation = play(policy(steps, more="max_notices: 3"), [invoice("A", "2026-02-01")])

    told = [
        (line["level"], line["channel"])
        for day in ("2026-02-05", "2026-02-09", "2026-02-13", "2026-02-17")
        for line in run(simulation, day)
    ]

    assert told == [(1, "email"), (2, "voice"), (3, "email"), (4, "email")]


def test_b4_without_the_call_the_fourth_reminder_is_one_too_many() -> None:
    simulation = play(ladder(4, 8, 12, 16, more="max_notices: 3"), [invoice("A", "2026-02-01")])
    for day in ("2026-02-05", "2026-02-09", "2026-02-13"):
        assert len(run(simulation, day)) == 1

    assert run(simulation, "2026-02-17") == []
    assert why_not(simulation, "2026-02-17") == {"A/1": "MAX_NOTICES"}


def test_b5_an_item_due_in_five_days_is_not_overdue() -> None:
    simulation = play(ladder(0), [invoice("A", "2026-02-06")])

    assert run(simulation, "2026-02-01") == []
    assert why_not(simulation, "2026-02-01") == {"A/1": "NOT_OVERDUE"}


def test_b6_a_customer_who_opted_out_is_not_reminded_and_the_invoice_stays_overdue() -> None:
    simulation = play(
        ladder(1),
        [
            customer(),
            invoice("A", "2026-02-01"),
            {
                "on": "2026-01-20",
                "type": "opt_out",
                "id": "o1",
                "customer": "c1",
                "channel": "email",
            },
        ],
    )

    assert run(simulation, "2026-02-10") == []
    assert why_not(simulation, "2026-02-10") == {"A/1": "NO_USABLE_ADDRESS"}


def test_b6_a_held_invoice_stays_overdue_but_is_not_reminded() -> None:
    simulation = play(
        ladder(1),
        [
            invoice("A", "2026-02-01"),
            invoice("B", "2026-02-01"),
            {
                "on": "2026-01-20",
                "type": "hold",
                "id": "h1",
                "customer": "c1",
                "kind": "no_reminder",
                "scope": "invoice",
                "invoice": "A",
            },
        ],
    )

    assert [line["invoice"] for line in run(simulation, "2026-02-10")] == ["B"]
    assert why_not(simulation, "2026-02-10") == {"A/1": "HELD"}


def test_b7_when_every_invoice_is_paid_there_is_nothing_to_remind_of() -> None:
    simulation = play(
        ladder(1), [invoice("A", "2026-02-01"), payment("p1", "2026-02-05", "100.00")]
    )

    assert run(simulation, "2026-02-10") == []
    assert why_not(simulation, "2026-02-10") == {}


@pytest.mark.parametrize(
    "wrong", [{"kind": "vendor_bill"}, {"items": [{"due": "2026-02-01", "amount": "-5"}]}]
)
def test_b8_what_we_owe_is_no_receivable_and_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ReadingError):
        read(invoice("A", "2026-02-01", **wrong))

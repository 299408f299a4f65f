"""Worked cases F of other systems: days late, grace, minimum, holds, and the ladder."""

from datetime import date

from dunning.adapters.memory.cell import MemorySender
from dunning.domain.bodies import CustomerBody
from dunning.domain.customer import Address, Customer
from dunning.service.ports import Message, Unclear

from tests.offline import invoice, ladder, payment, play, run, why_not
from tests.unit.books import NOW, ON, Books, sender_of
from tests.unit.books import invoice as invoiced


def test_f1_due_yesterday_is_one_day_late_and_three_days_of_grace_make_it_not_late() -> None:
    bodies = [invoice("A", "1997-03-12", on="1997-01-01")]

    assert len(run(play(ladder(1), bodies), "1997-03-13")) == 1
    assert run(play(ladder(1, more="grace: {days: 3}"), bodies), "1997-03-13") == []


def test_f2_below_the_minimum_nothing_is_sent_and_at_the_minimum_it_is() -> None:
    minimum = ladder(1, more='minimum: {amount: {EUR: "10.00"}}')

    below = play(minimum, [invoice("A", "2026-02-01", "9.99")])
    at = play(minimum, [invoice("A", "2026-02-01", "10.00")])

    assert run(below, "2026-02-10") == []
    assert why_not(below, "2026-02-10") == {"A/1": "BELOW_MINIMUM"}
    assert len(run(at, "2026-02-10")) == 1


def test_f2_a_hundred_of_a_thousand_is_ten_percent_and_of_eleven_hundred_stays_where_it_is() -> (
    None
):
    simulation = play(
        ladder(1, 31, more='minimum: {amount: {EUR: "10.00"}, percent: 10}'),
        [
            invoice("A", "2026-02-01", "100.00"),
            invoice("B", "2026-12-01", "900.00"),
            invoice("C", "2026-12-01", "100.00", on="2026-03-01"),
            payment("p", "2026-04-01", "100", allocations=[{"invoice": "C", "amount": "100"}]),
        ],
    )

    assert [(x["invoice"], x["level"]) for x in run(simulation, "2026-02-02")] == [("A", 1)]
    assert run(simulation, "2026-03-04") == []
    assert why_not(simulation, "2026-03-04")["A/1"] == "BELOW_MINIMUM"
    (told,) = [x for x in simulation.not_reminded(date(2026, 3, 4)) if x["invoice"] == "A"]
    assert told["level"] == 1
    assert [x["level"] for x in run(simulation, "2026-04-01")] == [2], "ten percent again"


def test_f4_a_hold_keeps_the_level_a_release_goes_on_and_a_payment_ends_it() -> None:
    simulation = play(
        ladder(5, 20, 40),
        [
            invoice("A", "2026-01-01", on="2025-12-01"),
            {
                "on": "2026-01-10",
                "type": "hold",
                "id": "h",
                "customer": "c1",
                "kind": "talks",
                "scope": "account",
            },
            {"on": "2026-01-25", "type": "release", "id": "r", "hold": "h"},
            payment("p", "2026-02-01", "100.00"),
        ],
    )

    assert run(simulation, "2026-01-05") == []
    assert [line["level"] for line in run(simulation, "2026-01-06")] == [1]
    assert run(simulation, "2026-01-21") == []
    assert why_not(simulation, "2026-01-21") == {"A/1": "HELD"}
    assert [line["level"] for line in run(simulation, "2026-01-26")] == [2]
    assert run(simulation, "2026-02-20") == []


def test_f9_an_invoice_paid_before_the_send_is_not_in_the_notice() -> None:
    simulation = play(
        ladder(1),
        [
            invoice("A", "2026-02-01"),
            invoice("B", "2026-02-01"),
            payment(
                "p", "2026-02-02", "100.00", allocations=[{"invoice": "A", "amount": "100.00"}]
            ),
        ],
    )

    assert [line["invoice"] for line in run(simulation, "2026-02-02")] == ["B"]


def test_f9_when_all_of_a_notice_is_paid_before_the_send_nothing_is_sent() -> None:
    simulation = play(ladder(1), [invoice("A", "2026-02-01"), payment("p", "2026-02-02", "100.00")])

    assert run(simulation, "2026-02-02") == []


def test_f10_when_the_result_of_a_send_is_unknown_it_is_not_sent_again_by_itself() -> None:
    class Silent(MemorySender):
        def send(self, creditor: str, message: Message) -> str:
            super().send(creditor, message)
            raise Unclear("ReadTimeoutError")

    books, provider = Books(), Silent()
    address = Address("email", "a@example.com", "h")
    books.record(CustomerBody(on=ON, customer=Customer("c4", addresses=(address,))))
    books.record(invoiced("A", 1_000))
    sender = sender_of(books, provider)

    outcomes = [sender.remind("acme", books.key(), NOW + n * 3_600) for n in range(24)]

    assert len(provider.sent) == 1
    assert outcomes[:2] == ["unclear", "lapsed"]
    assert "sent" not in outcomes


def test_f11_a_hundred_less_thirty_paid_less_twenty_credited_is_fifty() -> None:
    simulation = play(
        ladder(1),
        [
            invoice("A", "2026-02-01"),
            payment("p", "2026-01-20", "30", allocations=[{"invoice": "A", "amount": "30"}]),
            {
                "on": "2026-01-21",
                "type": "credit_note",
                "number": "CN",
                "customer": "c1",
                "currency": "EUR",
                "amount": "20",
                "invoice": "A",
            },
        ],
    )

    (line,) = run(simulation, "2026-02-02")

    assert (line["open"], line["total"]) == ("50.00", "50.00")

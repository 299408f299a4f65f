"""Sweep, queue and the real sender together: what customers get, whatever is done twice."""

from datetime import date

from dunning.adapters.memory.cell import (
    Counters,
    MemoryChannels,
    MemoryOutbox,
    MemorySender,
    MemorySettings,
)
from dunning.domain.bodies import CustomerBody
from dunning.domain.calendar import DAY, parse_instant
from dunning.domain.customer import Address, Customer
from dunning.service.sweep import Sweep

from tests.unit.books import CREDITOR, ON, RULEBOOK, Books, invoice, payment, sender_of

DUE = date(2026, 2, 25)
FIRST_RUN = parse_instant("2026-03-07T09:00:00Z")
"""The tenth day after the due day, at the hour of the policy."""


class Cell:
    """Some customers with one invoice each, a sweep, and a sender."""

    def __init__(self, customers: int) -> None:
        self.books = Books()
        self.mail = MemorySender()
        self.sender = sender_of(self.books, self.mail)
        self.queue = MemoryOutbox()
        settings = MemorySettings()
        settings.put_creditor(CREDITOR, RULEBOOK.creditor)
        self.sweep = Sweep(
            "email", 14, self.books.ledger, settings, MemoryChannels(), self.queue, Counters()
        )
        for number in range(customers):
            customer = f"c{number}"
            address = Address("email", f"{customer}@example.com", "")
            self.books.record(
                CustomerBody(on=ON, customer=Customer(customer, addresses=(address,)))
            )
            self.books.record(invoice(f"I{number}", 5_000, due=DUE, customer=customer))

    def send_all(self, now: int) -> None:
        """The senders empty the queue."""
        while self.queue.waiting:
            creditor, account = self.queue.waiting.popleft()
            self.sender.remind(creditor, account, now)

    @property
    def got(self) -> dict[str, int]:
        """How many mails each address got."""
        found: dict[str, int] = {}
        for sent in self.mail.sent:
            found[sent.message.to] = found.get(sent.message.to, 0) + 1
        return found


def test_two_sweeps_before_the_senders_wake_send_each_customer_one_mail() -> None:
    cell = Cell(20)
    cell.sweep.run(FIRST_RUN)
    cell.queue.waiting.extend(list(cell.queue.waiting))
    cell.sweep.run(FIRST_RUN + 60)
    cell.send_all(FIRST_RUN + 120)
    cell.sweep.run(FIRST_RUN + 900)
    cell.send_all(FIRST_RUN + 900)
    assert cell.got == {f"c{n}@example.com": 1 for n in range(20)}


def test_two_missed_days_are_caught_up_with_one_level_a_run() -> None:
    cell = Cell(3)
    runs = []
    for late in (40, 40, 41, 42, 43):
        now = FIRST_RUN + (late - 10) * DAY
        cell.sweep.run(now)
        cell.send_all(now)
        runs.append(cell.got["c0@example.com"])
    assert runs == [1, 1, 2, 2, 2]
    assert {level.level for level in cell.books.levels("c1").values()} == {2}


def test_what_is_paid_between_sweep_and_send_is_not_sent() -> None:
    cell = Cell(3)
    assert cell.sweep.run(FIRST_RUN) == 3
    cell.books.record(payment("p1", 5_000, customer="c1"), FIRST_RUN)
    cell.send_all(FIRST_RUN + 60)
    assert cell.got == {"c0@example.com": 1, "c2@example.com": 1}


def test_a_sweep_over_accounts_of_which_none_is_due_enqueues_nothing_all_day() -> None:
    cell = Cell(10)
    for quarter in range(96):
        assert cell.sweep.run(FIRST_RUN - DAY + quarter * 900 - 1) == 0

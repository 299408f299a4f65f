"""The channel `task`: one line for a person in place of a message, written with the end of its
claim. Over the real use cases in memory, whoever stops in between.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import date

from dunning.adapters.memory.cell import (
    Counters,
    MemoryChannels,
    MemorySettings,
    MemorySuppressions,
    Serial,
    plain_hash,
)
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.adapters.person import TEMPLATE, NoLimit, TaskRenderer, TaskSender
from dunning.domain import fence, history
from dunning.domain.bodies import CustomerBody, InvoiceBody
from dunning.domain.calendar import DAY, parse_instant
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.gates import OpenGates
from dunning.domain.invoice import DueItem, Invoice
from dunning.domain.policy import Policy, Step
from dunning.service import remind
from dunning.service.accounts import Accounts
from dunning.service.ports import Message
from dunning.service.record_body import RecordBody
from dunning.service.remind import Reminders
from dunning.service.settlement import Settlement

CREDITOR, KEY = "acme", "acme#c4"
NOON = parse_instant("2026-11-11T12:00:00Z")
LADDER = (
    Step(1, channels=("email", "task"), after_due=10, tone="formal"),
    Step(2, channels=("task",), after_previous=10, tone="formal"),
)


class Stops(BaseException):
    """The function ended here."""


class Stopping(TaskSender):
    """Ends before anything is written."""

    def send(self, creditor: str, message: Message) -> str:
        raise Stops


class Office:
    """One customer without any address, who owes, and the sender of tasks."""

    def __init__(self) -> None:
        self.ledger, settings = MemoryLedger(), MemorySettings()
        self.metrics = Counters()
        suppressions = MemorySuppressions()
        accounts = Accounts(self.ledger, OpenGates(), settings=settings)
        settlement = Settlement(accounts, self.metrics)
        settings.put_creditor(CREDITOR, Creditor(CREDITOR))
        settings.put_policies(CREDITOR, (Policy("std", LADDER),), "")
        bodies = RecordBody(accounts, suppressions, plain_hash)
        on, rulebook = date(2026, 10, 1), settings.rulebook(CREDITOR)
        assert rulebook is not None
        invoice = Invoice("I1", "EUR", "invoice", on, (DueItem(date(2026, 11, 1), 9_900),))
        for body in (
            CustomerBody(on=on, customer=Customer("c4")),
            InvoiceBody(on=on, customer="c4", invoice=invoice),
        ):
            bodies.record(CREDITOR, body, rulebook, NOON - DAY)
        self.sender = Reminders(
            channel="task",
            accounts=accounts,
            settlement=settlement,
            settings=settings,
            suppressions=suppressions,
            renderer=TaskRenderer(),
            senders={"task": TaskSender()},
            rate=NoLimit(),
            channels=MemoryChannels(),
            tokens=Serial(),
            metrics=self.metrics,
        )

    def work(self, now: int, sender: TaskSender | None = None) -> str:
        """One message of the queue."""
        senders = {"task": sender or TaskSender()}
        return replace(self.sender, senders=senders).remind(CREDITOR, KEY, now)

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """What people are told to do."""
        found = self.ledger.tasks(CREDITOR)
        return [(one.kind, one.customer, one.detail) for one in found if one.kind == "contact"]


FIRST = ("contact", "c4", "call or write: notice 1, level 1, formal: 99.00 EUR for 1 items")
SECOND = ("contact", "c4", "call or write: notice 2, level 2, formal: 99.00 EUR for 1 items")


def test_a_task_is_one_line_and_advances_the_level_once() -> None:
    office = Office()
    assert office.work(NOON) == remind.SENT
    assert office.work(NOON) == remind.NOT_DUE
    assert office.lines == [FIRST]
    head = office.ledger.head(CREDITOR, KEY)
    assert head is not None
    assert [(n.channel, n.serial, n.level) for n in head.last] == [("task", 1, 1)]
    (level,) = head.reached.values()
    assert (level.level, level.day, level.notices) == (1, date(2026, 11, 11), 1)
    assert office.work(NOON + 10 * DAY) == remind.SENT
    assert office.lines == [FIRST, SECOND]


def test_a_task_is_in_history_and_is_no_contact() -> None:
    office = Office()
    office.work(NOON)
    told = [r for r in office.ledger.history(CREDITOR, KEY) if r.kind == history.ATTEMPT]
    assert [(r.code, r.attempt and r.attempt.channel) for r in told] == [(history.SENT, "task")]
    assert told[0].attempt is not None
    assert told[0].attempt.template == TEMPLATE
    head = office.ledger.head(CREDITOR, KEY)
    assert head is not None
    assert head.recent == (), "nobody was contacted yet: whoever does it tells of it"


def test_whoever_stops_before_the_line_is_written_leaves_a_task_that_is_tried_again() -> None:
    office = Office()
    with suppress(Stops):
        office.work(NOON, Stopping())
    assert office.lines == []
    assert office.work(NOON + 60) == remind.CLAIM_STANDS
    late = NOON + fence.LEASE + 60
    assert office.work(late) == remind.LAPSED
    assert office.work(late + fence.FIRST_BACKOFF) == remind.SENT
    assert office.lines == [FIRST], "one line, and nobody has to ask whether it was sent"
    codes = [r.code for r in office.ledger.history(CREDITOR, KEY) if r.kind == history.ATTEMPT]
    assert codes == [history.RELEASED, history.SENT]
    assert not [one for one in office.ledger.tasks(CREDITOR) if one.kind == "unknown_send"]

"""The channel `letter` over the real use cases in memory: claim, one file in the folder, confirm;
whoever stops in between, there is one letter of a notice and its attempt.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from dunning.adapters.letters import LetterFolder
from dunning.adapters.memory.cell import (
    Counters,
    MemoryChannels,
    MemorySettings,
    MemorySuppressions,
    Serial,
    plain_hash,
)
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.adapters.person import NoLimit
from dunning.adapters.render_letter import LetterRenderer
from dunning.domain import fence, history
from dunning.domain.bodies import CustomerBody, FeedbackBody, InvoiceBody
from dunning.domain.calendar import DAY, parse_instant
from dunning.domain.customer import Address, Customer
from dunning.domain.gates import OpenGates
from dunning.domain.invoice import DueItem, Invoice
from dunning.domain.policy import Policy, Step
from dunning.service import remind
from dunning.service.accounts import Accounts
from dunning.service.record_body import RecordBody
from dunning.service.remind import Reminders
from dunning.service.settlement import Settlement

from infra.templates import built
from tests.unit.contacting import MAIL, judged
from tests.unit.printed import printer, text
from tests.unit.telling import NORTHWIND
from tests.unit.test_letters import Folder

CREDITOR, KEY = "acme", "acme#c4"
NOON = parse_instant("2026-11-11T12:00:00Z")
HOME = ("12 Quay Street", "H91 XY00 Galway")
LADDER = (
    Step(1, channels=("letter", "task"), after_due=10, tone="formal"),
    Step(2, channels=("letter", "task"), after_previous=10, tone="formal"),
)


class Stops(BaseException):
    """The function ended here."""


class StopsBehind(Folder):
    """Ends right behind the file."""

    def put_object(self, **put: Any) -> dict[str, Any]:
        done = super().put_object(**put)
        if put["Key"].endswith(".pdf"):
            raise Stops
        return done


class Office:
    """One customer with an address alone, who owes, and the sender of letters."""

    def __init__(self, postal: tuple[str, ...] = HOME) -> None:
        self.ledger, self.settings = MemoryLedger(), MemorySettings()
        self.folder, self.suppressions = Folder(), MemorySuppressions()
        accounts = Accounts(self.ledger, OpenGates(), settings=self.settings)
        settlement = Settlement(accounts, Counters())
        self.settings.put_creditor(CREDITOR, replace(NORTHWIND, creditor=CREDITOR))
        self.settings.put_policies(CREDITOR, (Policy("std", LADDER),), "")
        self.bodies = RecordBody(accounts, self.suppressions, plain_hash)
        invoice = Invoice(
            "I1", "EUR", "invoice", date(2026, 10, 1), (DueItem(date(2026, 11, 1), 9_900),)
        )
        address = "\n".join(("Ines", *postal))
        who = Customer(
            "c4", name="Ines", postal=postal, addresses=(Address("letter", address, ""),)
        )
        on = date(2026, 10, 1)
        self.record(CustomerBody(on=on, customer=who), NOON - DAY)
        self.record(InvoiceBody(on=on, customer="c4", invoice=invoice), NOON - DAY)
        self.sender = Reminders(
            channel="letter",
            accounts=accounts,
            settlement=settlement,
            settings=self.settings,
            suppressions=self.suppressions,
            renderer=LetterRenderer(built(), printer()),
            senders={},
            rate=NoLimit(),
            channels=MemoryChannels(),
            tokens=Serial(),
            metrics=Counters(),
        )

    def record(self, body: Any, now: int) -> None:
        rulebook = self.settings.rulebook(CREDITOR)
        assert rulebook is not None
        self.bodies.record(CREDITOR, body, rulebook, now)

    def work(self, now: int, folder: Folder | None = None) -> str:
        """One message of the queue."""
        there = folder or self.folder
        sender = LetterFolder(lambda: there, "files")  # type: ignore[arg-type,return-value]
        return replace(self.sender, senders={"letter": sender}).remind(CREDITOR, KEY, now)

    def attempts(self) -> list[tuple[str, str]]:
        told = self.ledger.history(CREDITOR, KEY)
        return [
            (r.code, r.attempt.template) for r in told if r.kind == history.ATTEMPT and r.attempt
        ]


def pdfs(folder: Folder) -> list[str]:
    return [key for key in folder.there if key.endswith(".pdf")]


def test_a_letter_is_one_file_and_advances_the_level_once() -> None:
    office = Office()
    assert office.work(NOON) == remind.SENT
    assert office.work(NOON) == remind.NOT_DUE
    (name,) = pdfs(office.folder)
    assert name.startswith("letters/acme/2026-11-11/1-")
    assert "I1" in text(office.folder.there[name]["Body"])
    head = office.ledger.head(CREDITOR, KEY)
    assert head is not None
    assert [(n.channel, n.serial, n.level) for n in head.last] == [("letter", 1, 1)]
    assert [c.channel for c in head.recent] == ["letter"]
    ((code, template),) = office.attempts()
    assert code == history.SENT
    assert template.startswith("letter-first-")
    assert office.work(NOON + 10 * DAY) == remind.SENT
    assert len(pdfs(office.folder)) == 2


def test_who_stops_behind_the_file_leaves_one_letter_that_counts_as_sent() -> None:
    office = Office()
    office.folder = StopsBehind()
    with suppress(Stops):
        office.work(NOON)
    assert len(pdfs(office.folder)) == 1
    assert office.work(NOON + 60) == remind.CLAIM_STANDS
    late = NOON + fence.LEASE + 60
    assert office.work(late) == remind.LAPSED
    assert office.work(NOON + fence.UNKNOWN_HORIZON + 60) == remind.RESOLVED
    head = office.ledger.head(CREDITOR, KEY)
    assert head is not None
    assert [(n.channel, n.serial) for n in head.last] == [("letter", 1)]
    assert len(pdfs(office.folder)) == 1


class Away(Folder):
    """A bucket that refuses us."""

    def put_object(self, **put: Any) -> dict[str, Any]:
        from tests.unit.test_letters import said

        raise said("AccessDenied", 403)


def test_a_folder_that_refuses_us_leaves_the_letter_due_and_unsent() -> None:
    office = Office()
    assert office.work(NOON, Away()) == remind.RELEASED
    head = office.ledger.head(CREDITOR, KEY)
    assert head is not None
    assert head.claim is None
    assert head.plan.at is not None
    assert office.work(head.plan.at) == remind.SENT
    assert len(pdfs(office.folder)) == 1


def test_a_letter_that_came_back_is_not_sent_there_again() -> None:
    office = Office()
    office.work(NOON)
    address = "\n".join(("Ines", *HOME))
    back = FeedbackBody(
        id="back-1",
        on=date(2026, 11, 20),
        customer="c4",
        channel="letter",
        address=address,
        outcome="bounced",
    )
    office.record(back, NOON + 9 * DAY)
    head = office.ledger.head(CREDITOR, KEY)
    assert head is not None
    assert head.plan.channel == "task"


def test_an_address_on_the_cells_list_gets_no_letter() -> None:
    office = Office()
    hashed = plain_hash("letter", "\n".join(("Ines", *HOME)))
    office.suppressions.add(CREDITOR, "letter", hashed, "opt_out", NOON - 1)
    assert office.work(NOON) == remind.SUPPRESSED
    assert pdfs(office.folder) == []


LETTER = MAIL | {"channel": "letter"}


def test_a_letter_has_no_hours_and_heeds_what_stops_every_contact() -> None:
    night = "2026-11-15T02:00:00Z"  # a Sunday
    assert judged(LETTER, night).decision == "ALLOW"
    for hold in ("attorney", "cease", "bankruptcy", "breathing_space", "deceased"):
        assert judged(LETTER, night, holds=[{"kind": hold}]).decision != "ALLOW", hold

"""A town: creditors who share people, and gates by rulesets, over the real use cases in memory."""

from dataclasses import replace
from datetime import date
from typing import Any

from dunning.adapters.contact_rulesets import contact_ruleset, tenant_ruleset
from dunning.adapters.memory.cell import (
    Counters,
    MemoryChannels,
    MemorySender,
    MemorySettings,
    MemorySuppressions,
    NoLimit,
    PlainRenderer,
    Serial,
    plain_hash,
)
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.adapters.memory.persons import MemoryPersons
from dunning.adapters.phone_numbers import phone_number
from dunning.domain.account import EMAIL, VOICE, Account, Head
from dunning.domain.bodies import AccountBody, CustomerBody, InvoiceBody
from dunning.domain.calendar import parse_instant
from dunning.domain.contact.ruleset import Ruleset
from dunning.domain.contact.ruleset_gates import RulesetGates
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Address, Customer
from dunning.domain.invoice import DueItem, Invoice
from dunning.domain.places import Person
from dunning.domain.policy import Policy, Step
from dunning.service import remind
from dunning.service.accounts import Accounts
from dunning.service.ports import Feedback
from dunning.service.record_body import RecordBody
from dunning.service.record_feedback import RecordFeedback
from dunning.service.remind import Reminders
from dunning.service.reservations import Reservations
from dunning.service.settlement import Settlement

NUMBER, MAIL = "+4930123456", "a@example.com"
LOADED = parse_instant("2026-02-01T12:00:00Z")
MONDAY = parse_instant("2026-03-02T10:00:00Z")
ON = date(2026, 2, 1)
ONE_MAIL = (
    'name = "acme"\nversion = "1"\nextends = "standard"\n[[rules]]\nid = "one_mail"\nkind = "cap"\n'
    'most = 1\ndays = 1\nper = "person"\ncounts = ["email"]\nwhen = {channels = ["email"]}\n'
    'source = "our own promise"\nsays = "One mail a day."\n'
)
STANDARD = contact_ruleset("standard")
ONE_MAIL_A_DAY = tenant_ruleset(ONE_MAIL)


def gates_by(ruleset: Ruleset) -> RulesetGates:
    """The gates of planning and sending, by one ruleset for every creditor."""
    channels = frozenset({EMAIL, VOICE})
    return RulesetGates(lambda name, own: ruleset, phone_number, "2026f", channels, ruleset)


class CountedPersons(MemoryPersons):
    """Counts its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def read(self, person: str) -> Person:
        self.calls += 1
        return super().read(person)


class Town:
    """Creditors, each with a customer of its own who is reached at the same places."""

    def __init__(self, ruleset: Ruleset = STANDARD, channel: str = VOICE) -> None:
        self.channel = channel
        self.ledger = MemoryLedger()
        self.persons = CountedPersons()
        self.sender = MemorySender()
        self.metrics = Counters()
        gates = gates_by(ruleset)
        self.accounts = Accounts(self.ledger, gates)
        self.reservations = Reservations(self.persons, gates)
        self.settlement = Settlement(self.accounts, self.metrics, self.reservations)
        self.bodies = RecordBody(
            self.accounts, MemorySuppressions(), plain_hash, reservations=self.reservations
        )
        self.settings = MemorySettings()
        self.feedback = RecordFeedback(
            self.ledger, self.settings, self.bodies, self.settlement, self.reservations
        )
        self.reminders = Reminders(
            channel,
            self.accounts,
            self.settlement,
            self.settings,
            MemorySuppressions(),
            PlainRenderer(),
            {channel: self.sender},
            NoLimit(),
            MemoryChannels(),
            Serial(),
            self.metrics,
            reservations=self.reservations,
        )

    def creditor(self, name: str, *currencies: str, **policy: Any) -> str:
        """A creditor with a customer c1 who owes something overdue in each currency; the account's
        key."""
        steps = (Step(1, (self.channel,), after_due=10), Step(2, (self.channel,), after_due=11))
        self.settings.put_creditor(name, Creditor(name, time_zone="Europe/Berlin"))
        self.settings.put_policies(name, (replace(Policy("std", steps), **policy),), "x")
        value = MAIL if self.channel == EMAIL else NUMBER
        address = Address(self.channel, value, "")
        customer = Customer(
            "c1", customer_class="consumer", country="DE", city="Berlin", addresses=(address,)
        )
        self.record(name, CustomerBody(on=ON, customer=customer), LOADED)
        for currency in currencies or ("EUR",):
            due = (DueItem(date(2026, 2, 10), 10_000),)
            invoice = Invoice(f"I-{currency}", currency, "invoice", ON, due)
            self.record(name, InvoiceBody(on=ON, customer="c1", invoice=invoice), LOADED)
        return self.ledger.account_key(name, "c1")

    def record(self, name: str, body: AccountBody, now: int) -> str:
        rulebook = self.settings.rulebook(name)
        assert rulebook is not None
        return self.bodies.record(name, body, rulebook, now)

    def remind(self, name: str, now: int = MONDAY) -> str:
        """One message of the queue for the creditor's customer."""
        return self.reminders.remind(name, self.ledger.account_key(name, "c1"), now)

    def follow(self, name: str) -> str:
        """What comes of the account's plan, when its instant has come."""
        outcome = ""
        for _ in range(5):
            at = self.head(name).plan.at
            assert at is not None
            outcome = self.remind(name, at)
            if outcome != remind.REPLANNED:
                break
        return outcome

    def heard(self, name: str, outcome: str, now: int, serial: int = 1, attempt: int = 1) -> str:
        """What the network tells of a call."""
        return self.feedback.record(
            name,
            Feedback(
                id=f"{name}-{serial}-{attempt}-{outcome}",
                account=self.ledger.account_key(name, "c1"),
                serial=serial,
                attempt=attempt,
                channel=self.channel,
                outcome=outcome,
                address_hash=plain_hash(self.channel, NUMBER),
            ),
            now,
        )

    def account(self, name: str) -> Account:
        found = self.ledger.read(name, self.ledger.account_key(name, "c1"))
        assert found is not None
        return found

    def head(self, name: str) -> Head:
        return self.account(name).head

    @property
    def person(self) -> Person:
        """Whoever is reached."""
        (known,) = self.persons._persons.values()
        return known

"""A cell in memory behind the real handlers: what the tests of functions/ share.

One customer of one creditor owes one invoice; the samples beside the handlers speak of them.
"""

import importlib.util
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from dunning.adapters.memory.cell import (
    Counters,
    MemoryBlobs,
    MemoryChannels,
    MemoryOutbox,
    MemorySender,
    MemorySettings,
    MemorySuppressions,
    NoLimit,
    PlainRenderer,
    Serial,
    SetClock,
    plain_hash,
)
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain.bodies import CustomerBody, InvoiceBody
from dunning.domain.calendar import parse_instant
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Address, Customer
from dunning.domain.gates import DefaultGates
from dunning.domain.invoice import DueItem, Invoice
from dunning.domain.policy import Policy, Rulebook, Step
from dunning.entry import bootstrap
from dunning.entry.batch import GiveUp
from dunning.service.accounts import Accounts
from dunning.service.ports import Renderer
from dunning.service.record_body import RecordBody
from dunning.service.remind import Reminders
from dunning.service.settlement import Settlement

FUNCTIONS = Path(__file__).parents[2] / "functions"
CREDITOR, CUSTOMER = "northwind", "c-1042"
ADDRESS = "accounts@harbour.example"
NOON = parse_instant("2026-11-23T12:00:00Z")


@dataclass
class Context:
    """What Lambda hands in, as far as anybody here looks at it."""

    aws_request_id: str = "7f3c1a52-0000-4000-8000-000000000001"
    seconds: float = 60.0

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@dataclass
class Cell:
    """Everything in memory, with the account of the samples due for its first reminder."""

    renderer: Renderer = field(default_factory=PlainRenderer)

    def __post_init__(self) -> None:
        self.clock = SetClock(NOON)
        self.ledger, self.settings = MemoryLedger(), MemorySettings()
        self.suppressions, self.channels = MemorySuppressions(), MemoryChannels()
        self.outbox, self.sender, self.metrics = MemoryOutbox(), MemorySender(), Counters()
        self.blobs = MemoryBlobs()
        self.accounts = Accounts(self.ledger, DefaultGates(), settings=self.settings)
        self.settlement = Settlement(self.accounts, self.metrics)
        self.bodies = RecordBody(self.accounts, self.suppressions, plain_hash)
        self.reminders = Reminders(
            channel="email",
            accounts=self.accounts,
            settlement=self.settlement,
            settings=self.settings,
            suppressions=self.suppressions,
            renderer=self.renderer,
            senders={"email": self.sender},
            rate=NoLimit(),
            channels=self.channels,
            tokens=Serial(),
            metrics=self.metrics,
        )
        self.settings.put_creditor(CREDITOR, Creditor(CREDITOR, sender="billing@northwind.example"))
        self.settings.put_policies(CREDITOR, (Policy("std", (Step(1, after_due=10),)),), "one step")
        self._owes(CUSTOMER, ADDRESS, "NW-1042")

    @property
    def account(self) -> str:
        return self.ledger.account_key(CREDITOR, CUSTOMER)

    @property
    def rulebook(self) -> Rulebook:
        book = self.settings.rulebook(CREDITOR)
        assert book is not None
        return book

    def send_email(self, threads: int = 1) -> bootstrap.SendEmail:
        from dunning.adapters.sqs import BadMessage, account_of

        return bootstrap.SendEmail(
            self._refresh, self.clock, self.reminders, account_of, GiveUp(5, BadMessage), threads
        )

    def _refresh(self) -> None:
        """Nothing is remembered here."""

    def _owes(self, customer: str, address: str, number: str) -> None:
        on, due = date(2026, 10, 1), date(2026, 10, 31)
        named = Customer(customer, "Harbour Café", addresses=(Address("email", address, ""),))
        invoice = Invoice(number, "EUR", "invoice", on, (DueItem(due, 119_000),))
        for body in (
            CustomerBody(on=on, customer=named),
            InvoiceBody(on=on, customer=customer, invoice=invoice),
        ):
            self.bodies.record(CREDITOR, body, self.rulebook, parse_instant("2026-10-01T12:00:00Z"))


def load(verb: str) -> ModuleType:
    """A function's handler module, as Lambda loads it."""
    spec = importlib.util.spec_from_file_location(
        f"{verb}_handler", FUNCTIONS / verb / "handler.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sample(verb: str) -> dict[str, Any]:
    """The event that lies beside a handler."""
    event: dict[str, Any] = json.loads((FUNCTIONS / verb / "event.json").read_text("utf-8"))
    return event


def message(body: object, receives: int = 1, number: int = 1) -> dict[str, Any]:
    """One message of an SQS event."""
    return {
        "messageId": f"message-{number}",
        "receiptHandle": "handle",
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": {"ApproximateReceiveCount": str(receives)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:queue",
        "awsRegion": "eu-west-1",
    }


def batch(*messages: dict[str, Any]) -> dict[str, Any]:
    """An SQS event."""
    return {"Records": list(messages)}


def failed(answer: dict[str, Any]) -> list[str]:
    """Which messages a handler gave back."""
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]

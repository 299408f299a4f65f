"""A cell in memory with an hour of its own, for tests of approvals and hand-overs: bodies come,
the agenda brings what is due, and what left is looked at.
"""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from dunning.adapters.memory.cell import (
    Counters,
    MemoryChannels,
    MemorySender,
    MemorySettings,
    MemorySuppressions,
    NoLimit,
    Serial,
    plain_hash,
)
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.adapters.memory.persons import MemoryPersons
from dunning.domain.account import Account
from dunning.domain.approval import HandedOver, Proposal
from dunning.domain.creditor import Creditor
from dunning.domain.due import Send
from dunning.domain.gates import Gates, OpenGates
from dunning.domain.policy_file import read_policies
from dunning.domain.reading import Defaults, read
from dunning.service.accounts import Accounts
from dunning.service.ports import Ledger
from dunning.service.record_body import RecordBody
from dunning.service.remind import Reminders
from dunning.service.reservations import Reservations
from dunning.service.settlement import Settlement
from dunning.service.simulate import SendRecorder

CREDITOR, CUSTOMER = "acme", "c4"
LADDER = """
policies:
  - id: std
    min_interval: {days: 1}
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
      - {level: 2, after_due: {days: 30}, channels: [email, voice], tone: formal, approval: yes}
"""
HANDS_OVER = """
policies:
  - id: std
    min_interval: {days: 1}
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
      - {level: 2, after_previous: {days: 10}, channels: [email], tone: formal,
         then: {hand_over: {after: {days: 14}}}}
"""


class Recording(SendRecorder):
    """Keeps every decision that became a message."""

    def __init__(self) -> None:
        super().__init__()
        self.sends: list[Send] = []

    def render(self, creditor: str, account: str, state: Account, rulebook: Any, send: Send) -> Any:
        self.sends.append(send)
        return super().render(creditor, account, state, rulebook, send)


class Exported:
    """Keeps what was exported."""

    def __init__(self) -> None:
        self.facts: list[HandedOver] = []

    def export(self, creditor: str, account: str, state: Account, rulebook: Any, fact: Any) -> None:
        self.facts.append(fact)


class Cell:
    """One creditor's cell; days are written as texts, and it is noon unless something else is
    said."""

    def __init__(
        self,
        policies: str = LADDER,
        ledger: Ledger | None = None,
        settings: MemorySettings | None = None,
        gates: Gates | None = None,
    ) -> None:
        self.ledger = ledger or MemoryLedger()
        self.settings = settings or MemorySettings()
        self.settings.put_creditor(CREDITOR, Creditor(CREDITOR))
        self.publish(policies)
        self.accounts = Accounts(self.ledger, gates or OpenGates(), settings=self.settings)
        self.suppressions = MemorySuppressions()
        places = Reservations(MemoryPersons(), self.accounts.gates)
        self.bodies = RecordBody(self.accounts, self.suppressions, plain_hash, reservations=places)
        self.recorder, self.exports = Recording(), Exported()
        self.senders = {
            channel: Reminders(
                channel,
                self.accounts,
                Settlement(self.accounts, Counters(), places),
                self.settings,
                self.suppressions,
                self.recorder,
                {channel: MemorySender()},
                NoLimit(),
                MemoryChannels(),
                Serial(),
                Counters(),
                self.exports,
                reservations=places,
            )
            for channel in ("email", "voice")
        }
        self.key = self.ledger.account_key(CREDITOR, CUSTOMER)
        self.count = 0
        self.say(
            "2026-01-01", "customer", customer=CUSTOMER, email="a@example.com", phone="+4930123456"
        )

    def publish(self, policies: str) -> None:
        """A policy file goes live."""
        self.settings.put_policies(CREDITOR, read_policies(policies), policies)

    def say(self, on: str, type_: str, hour: int = 8, **fields: Any) -> str:
        """A body arrives; what recording it comes to."""
        self.count += 1
        if type_ not in ("customer", "invoice", "credit_note") and "id" not in fields:
            fields["id"] = f"{type_}-{self.count}"
        body = {"on": on, "type": type_, **fields}
        rulebook = self.settings.rulebook(CREDITOR)
        assert rulebook is not None
        outcome = ""
        for one in read(body, Defaults(CREDITOR)).bodies:
            outcome = self.bodies.record(CREDITOR, one, rulebook, at(on, hour))  # type: ignore[arg-type]
        return outcome

    def invoice(
        self, number: str, due: str, amount: str = "100.00", on: str = "2026-01-01"
    ) -> None:
        """An invoice of one item."""
        items = [{"due": due, "amount": amount}]
        self.say(on, "invoice", customer=CUSTOMER, number=number, currency="EUR", items=items)

    def pay(self, on: str, invoice: str, amount: str = "100.00", **more: Any) -> str:
        """A payment on an invoice."""
        parts = [{"invoice": invoice, "amount": amount}]
        fields = {"customer": CUSTOMER, "currency": "EUR", "amount": amount, "allocations": parts}
        return self.say(on, "payment", **fields, **more)

    def answer(self, on: str, outcome: str = "approved", **fields: Any) -> str:
        """An answer to the only proposal that waits."""
        if "proposal" not in fields:
            fields["proposal"] = self.proposal.id
        return self.say(on, "approval", outcome=outcome, by="controller", **fields)

    def run(self, day: str, hour: int = 12) -> list[Send]:
        """All that the agenda brings up to that hour, one thing after another; what left."""
        before = len(self.recorder.sends)
        now = at(day, hour)
        for _ in range(20):
            head = self.account.head
            if head.plan.at is None or head.plan.at > now:
                return self.recorder.sends[before:]
            outcome = self.senders[head.plan.channel or ""].remind(CREDITOR, self.key, now)
            assert outcome in ("sent", "acted", "replanned"), outcome
        raise AssertionError(f"still due: {self.account.head.plan}")

    def days(self, first: str, last: str) -> list[tuple[str, list[str]]]:
        """Each day with a notice between two days, and what it advanced."""
        found = []
        for number in range(date.fromisoformat(first).toordinal(), 10**7):
            day = date.fromordinal(number).isoformat()
            if day > last:
                return found
            found += [(day, told(send)) for send in self.run(day)]
        return found

    @property
    def account(self) -> Account:
        """The account as it stands."""
        account = self.ledger.read(CREDITOR, self.key)
        assert account is not None
        return account

    @property
    def proposal(self) -> Proposal:
        """The only proposal that stands."""
        (found,) = self.account.proposals
        return found

    @property
    def reason(self) -> str:
        """The reason of the plan."""
        return self.account.head.plan.reason

    def outcomes(self, kind: str = "proposal") -> list[str]:
        """How facts of a kind ended, in the order in which they were made."""
        ended = [one for one in self.ledger.ended(CREDITOR, self.key) if one.kind == kind]
        ended.sort(key=lambda one: int(one.fact.id[1:].partition("-")[0]))
        return [one.outcome for one in ended]

    def tasks(self) -> dict[str, list[str]]:
        """Lines for people: details by kind."""
        found: dict[str, list[str]] = {}
        for task in self.ledger.tasks(CREDITOR):
            found.setdefault(task.kind, []).append(task.detail)
        return found

    def records(self) -> list[tuple[str, str]]:
        """Kind and code of every record."""
        return [(one.kind, one.code) for one in self.ledger.history(CREDITOR, self.key)]


def at(day: str, hour: int = 12) -> int:
    """An hour of a day, UTC."""
    on = datetime.combine(date.fromisoformat(day), time(hour), ZoneInfo("UTC"))
    return int(on.timestamp())


def told(send: Send) -> list[str]:
    """What a notice advances, with the level."""
    return [f"{line.ref.invoice}:{line.level}" for line in send.advanced]

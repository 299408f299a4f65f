"""The cell that the actors share, copied and numbered, and the wiring of real use cases to it.

Only the ports' calls reach the fakes; what the provider does with a message is the search's choice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from dunning.adapters.memory.cell import MemoryChannels, MemorySuppressions, plain_hash
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.adapters.memory.persons import MemoryPersons
from dunning.domain.account import Account
from dunning.domain.bodies import AccountBody, ApprovalBody
from dunning.domain.creditor import Creditor
from dunning.domain.due import Send
from dunning.domain.gates import DefaultGates, Gates
from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Policy, Rulebook
from dunning.service.accounts import Accounts
from dunning.service.ports import ClaimLost, Feedback, Known, Message, Moved
from dunning.service.record_body import RecordBody
from dunning.service.record_feedback import RecordFeedback
from dunning.service.remind import Reminders
from dunning.service.reservations import Reservations
from dunning.service.settlement import Settlement

from tests.model.actors import Job, Raises, Request, Script, ScriptCell, ScriptLedger, ScriptPersons

CREDITOR = "acme"
READS = frozenset(
    {
        "ledger.head",
        "ledger.glance",
        "ledger.live",
        "ledger.record",
        "ledger.invoice",
        "ledger.ended",
        "ledger.posting",
        "ledger.account_of_invoice",
        "ledger.account_of_posting",
        "ledger.owner_of_posting",
        "suppressions.reason",
        "channels.sweep_state",
        "channels.paused_until",
        "persons.read",
    }
)
REFUSALS = (Moved, Known, ClaimLost)


class Numbers:
    """A number for every value, the same for equal ones; values are never changed once numbered."""

    def __init__(self) -> None:
        self._by_id: dict[int, tuple[int, object]] = {}
        self._by_text: dict[str, int] = {}

    def __call__(self, value: object) -> int:
        found = self._by_id.get(id(value))
        if found is None:
            text = repr(value)
            number = self._by_text.setdefault(text, len(self._by_text))
            # The value is kept, or its id could come to stand for another.
            found = self._by_id[id(value)] = (number, value)
        return found[0]


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return list(value)
    return value


def _frozen(value: Any, number_of: Callable[[object], int]) -> object:
    if isinstance(value, dict):
        return frozenset((key, _frozen(inner, number_of)) for key, inner in value.items() if inner)
    if isinstance(value, list):
        return tuple(_frozen(inner, number_of) for inner in value)
    return number_of(value)


@dataclass
class Cell:
    """The shared state: the real fakes, nothing else."""

    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    suppressions: MemorySuppressions = field(default_factory=MemorySuppressions)
    channels: MemoryChannels = field(default_factory=MemoryChannels)
    persons: MemoryPersons = field(default_factory=MemoryPersons)

    def copy(self) -> "Cell":
        """A cell that shares the values, and none of the containers."""
        return Cell(*(self._copy(part) for part in self._parts()))

    def key(self, number_of: Callable[[object], int]) -> tuple[object, ...]:
        """Equal for cells in which every reader would read the same."""
        return tuple(_frozen(part.__dict__, number_of) for part in self._parts())

    def execute(self, request: Request, now: int) -> tuple["Cell", Any]:
        """The cell after a call, and the call's result; reads leave the very same cell."""
        if request.name == "clock.now":
            return self, now
        after = self if request.name in READS else self.copy()
        port, _, method = request.name.partition(".")
        try:
            result = getattr(getattr(after, port), method)(*request.args)
            # A run is played again and again: what it was told is no iterator that ends.
            return after, tuple(result) if isinstance(result, Iterator) else result
        except REFUSALS as refusal:
            # A refused write leaves nothing behind: that is the port's contract.
            return self, Raises(type(refusal), refusal.args)

    def _parts(self) -> tuple[Any, ...]:
        return (self.ledger, self.suppressions, self.channels, self.persons)

    @staticmethod
    def _copy(part: Any) -> Any:
        fresh = object.__new__(type(part))
        fresh.__dict__.update(_copied(part.__dict__))
        return fresh


class FixedSettings:
    """One creditor, one rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    def refresh(self) -> None:
        return

    def rulebook(self, creditor: str) -> Rulebook | None:
        return self._rulebook

    def creditors(self) -> tuple[str, ...]:
        return (CREDITOR,)

    def put_creditor(self, creditor: str, settings: Creditor) -> bool:
        raise NotImplementedError

    def put_policies(self, creditor: str, policies: tuple[Policy, ...], source: str) -> int | None:
        raise NotImplementedError


class ItemsRenderer:
    """A message that says what it advances, so that the search can see it."""

    def render(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, send: Send
    ) -> Message:
        items = send.tells or ",".join(f"{said.ref}:{said.level}" for said in send.said)
        tags = (("serial", str(send.serial)), ("attempt", str(send.attempt)), ("items", items))
        return Message(send.channel, "", send.address.value, "", "", "", "model-1", tags=tags)


class TemplateBroken(Exception):
    """What a template may raise."""


class BrokenRenderer:
    """A template that raises."""

    def render(self, *_: object) -> Message:
        raise TemplateBroken


class NoMetrics:
    """Counts nothing: metrics are no state."""

    def count(self, name: str, value: int = 1) -> None:
        return


class Always:
    """Leave to send."""

    def take(self, creditor: str, channel: str) -> bool:
        return True


@dataclass(frozen=True)
class Kit:
    """The parts that jobs are wired from; a mutation exchanges one of them."""

    rulebook: Rulebook
    gates: Gates = field(default_factory=DefaultGates)
    store: type[MemoryLedger] = MemoryLedger
    ledger: type[ScriptLedger] = ScriptLedger
    accounts: type[Accounts] = Accounts
    settlement: type[Settlement] = Settlement
    reminders: type[Reminders] = Reminders
    feedback: type[RecordFeedback] = RecordFeedback
    reservations: type[Reservations] = Reservations
    persons: type[MemoryPersons] = MemoryPersons

    def cell(self) -> Cell:
        """An empty cell."""
        return Cell(ledger=self.store(), persons=self.persons())

    def account(self, customer: str) -> str:
        """The key of a customer's account."""
        return self.store().account_key(CREDITOR, customer)

    def _settlement(self, script: Script) -> Settlement:
        ledger = self.ledger(script, self.store().account_key)
        accounts = self.accounts(ledger, self.gates)
        return self.settlement(accounts, NoMetrics(), self._reservations(script))

    def _reservations(self, script: Script) -> Reservations:
        return self.reservations(ScriptPersons(script), self.gates)

    def _bodies(self, script: Script, settlement: Settlement) -> RecordBody:
        return RecordBody(settlement.accounts, ScriptCell(script), plain_hash)

    def _reminders(self, script: Script, name: str, *, broken: bool = False) -> Reminders:
        settlement = self._settlement(script)
        cell = ScriptCell(script)
        return self.reminders(
            "email",
            settlement.accounts,
            settlement,
            FixedSettings(self.rulebook),
            cell,
            BrokenRenderer() if broken else ItemsRenderer(),
            {"email": cell},
            Always(),
            cell,
            lambda: name,
            NoMetrics(),
            reservations=self._reservations(script),
        )

    def remind(self, name: str, account: str, *, broken: bool = False) -> Job:
        """One message of the queue; `broken`: its template raises, on the last receive."""

        def run(script: Script) -> Any:
            now = ScriptCell(script).now()
            reminders = self._reminders(script, name, broken=broken)
            return reminders.remind(CREDITOR, account, now, last_receive=broken)

        return Job(name, run)

    def redrive(self, name: str, account: str) -> Job:
        """A person puts a parked account back."""

        def run(script: Script) -> Any:
            now = ScriptCell(script).now()
            return self._reminders(script, name).redrive(CREDITOR, account, now)

        return Job(name, run)

    def record(self, name: str, body: AccountBody) -> Job:
        """A ledger body arrives."""

        def run(script: Script) -> Any:
            now = ScriptCell(script).now()
            bodies = self._bodies(script, self._settlement(script))
            return bodies.record(CREDITOR, body, self.rulebook, now)

        return Job(name, run)

    def decide_on(self, name: str, account: str, outcome: str, id_: str) -> Job:
        """A person looks at what waits, and says so of the first proposal that they see."""

        def run(script: Script) -> Any:
            now = ScriptCell(script).now()
            bodies = self._bodies(script, self._settlement(script))
            state = bodies.accounts.ledger.read(CREDITOR, account)
            waiting = [one for one in state.proposals if not one.answer] if state else []
            if not waiting:
                return "nothing waits"
            body = ApprovalBody(
                on=waiting[0].on,
                id=id_,
                proposal=waiting[0].id,
                outcome=outcome,
                by="lead",
                reason="model",
            )
            try:
                return bodies.record(CREDITOR, body, self.rulebook, now)
            except LedgerError as refused:
                return refused.code

        return Job(name, run)

    def event(self, name: str, feedback: Feedback) -> Job:
        """A provider's event arrives."""

        def run(script: Script) -> Any:
            now = ScriptCell(script).now()
            settlement = self._settlement(script)
            use_case = self.feedback(
                settlement.accounts.ledger,
                FixedSettings(self.rulebook),
                self._bodies(script, settlement),
                settlement,
            )
            return use_case.record(CREDITOR, feedback, now)

        return Job(name, run)

    def answer(self, name: str, account: str, *, sent: bool) -> Job:
        """A person answers what became of an unknown send."""

        def run(script: Script) -> Any:
            now = ScriptCell(script).now()
            settlement = self._settlement(script)
            return settlement.answer(CREDITOR, account, self.rulebook, sent=sent, now=now)

        return Job(name, run)

    def with_rule(self, unknown: str) -> "Kit":
        """The same, for a creditor with that rule for unknown sends."""
        creditor = replace(self.rulebook.creditor, unknown=unknown)
        return replace(self, rulebook=replace(self.rulebook, creditor=creditor))


def event_of(
    kind: str,
    account: str,
    serial: int,
    attempt: int,
    address: str,
    id_: str = "",
    sent_at: int | None = 0,
) -> Feedback:
    """A provider's event about an attempt; the same id on every delivery. Of a mail that left long
    ago, if nothing else is said."""
    return Feedback(
        id=id_ or f"{kind}-{serial}-{attempt}",
        account=account,
        serial=serial,
        attempt=attempt,
        channel="email",
        outcome=kind,
        address_hash=plain_hash("email", address),
        sent_at=sent_at,
    )

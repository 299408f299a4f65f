"""What would have been sent: the same use cases, over ports that leave nothing behind, day by day.
Knows runs and bodies; which ports they are is the composition's, what is due is the decision's.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from functools import partial

from dunning.domain import outcomes
from dunning.domain.account import EMAIL, VOICE, Account, Head
from dunning.domain.bodies import (
    AccountBody,
    ApprovalBody,
    CreditorBody,
    CustomerBody,
    FeedbackBody,
)
from dunning.domain.calendar import instant, later
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Address, Customer
from dunning.domain.due import Send
from dunning.domain.identity import ItemRef
from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Policy, Rulebook
from dunning.domain.reasons import DEFERRED
from dunning.service.ledger_file import LedgerFile, Stated
from dunning.service.ports import Ledger, Message, Refused, Settings
from dunning.service.record_body import RecordBody
from dunning.service.remind import (
    ACTED,
    FULL,
    OTHER_CHANNEL,
    REJECTED,
    REPLANNED,
    RESUMED,
    SENT,
    SUPPRESSED,
    Reminders,
)
from dunning.service.replan import Replan
from dunning.service.simulated_approval import approvals, handed_over_lines
from dunning.service.simulated_lines import Output as Output
from dunning.service.simulated_lines import Steady, held_lines, telling_line, told_lines

PLACEHOLDERS = (
    Address(EMAIL, "customer@example.invalid", ""),
    Address(VOICE, "+10000000000", ""),
)
"""Addresses of a customer whom the ledger never describes: reachable, and nobody."""
MOST_STEPS = 100
"""Steps of one account at one instant: attempts, changes of channel, parts of a posting."""
GO_ON = frozenset({ACTED, SENT, REJECTED, REPLANNED, RESUMED, SUPPRESSED, OTHER_CHANNEL, FULL})
LATEST_ZONE = 36 * 3600
"""Seconds from a day's midnight in UTC to its end in the last zone of the earth."""


class SendRecorder:
    """A renderer that keeps what was decided, and writes no text; and who says whether the
    provider would refuse it."""

    def __init__(self) -> None:
        self.last: Send | None = None
        self.refuses: Callable[[Send], bool] = lambda _: False

    def take(self) -> str:
        """What a provider answers to the last message. Raises Refused."""
        if self.last is not None and self.refuses(self.last):
            raise Refused("rejected")
        return "simulated"

    def render(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, send: Send
    ) -> Message:
        """The bare message of a decision."""
        self.last = send
        return Message(send.channel, "", send.address.value, "", "", "", "simulated")


@dataclass(frozen=True, slots=True)
class Stage:
    """A cell that leaves nothing behind, with the use cases wired to it."""

    ledger: Ledger
    settings: Settings
    bodies: RecordBody
    reminders: Mapping[str, Reminders]
    recorder: SendRecorder
    any_day: bool = False
    """Whether policies send on every day: without gates, what keeps a due notice waiting for
    another day of the week is left out as well."""


@dataclass(slots=True)
class Simulation:
    """A ledger file, played on a stage under one set of policies."""

    stage: Stage
    file: LedgerFile
    policies: tuple[Policy, ...] = ()
    source: str = ""
    refused: list[tuple[int, LedgerError]] = field(default_factory=list)
    """Rows that the ledger refused, with the reason."""
    left: Callable[[str, str, str], None] | None = None
    """Told of every attempt that leaves: creditor, customer, channel."""
    tellings: bool = False
    """Whether what is told beside the ladder has lines as well."""
    _next: int = 0
    _unnamed: set[tuple[str, str]] = field(default_factory=set)
    _feedback: list[Stated] = field(default_factory=list)
    _sent: dict[str, set[ItemRef]] = field(default_factory=dict)
    """Items that a line of the day that runs is about, by account."""
    _steady: dict[str, Steady] = field(default_factory=dict)
    _handed: list[Output] = field(default_factory=list)
    """Lines of what was handed over on the day that runs."""

    def __post_init__(self) -> None:
        self._unnamed = set(self.file.without_body())
        if self.stage.any_day:
            self.policies = tuple(
                replace(policy, send_days=(), calendar=None) for policy in self.policies
            )
        for creditor in self.file.creditors:
            self.stage.settings.put_creditor(creditor, Creditor(creditor))
            self.stage.settings.put_policies(creditor, self.policies, self.source)

    def run(self, day: date) -> Iterator[Output]:
        """One line per due item that a run on that day advances. Days may only go forward."""
        self.record(day, hold_feedback=True)
        self._sent.clear()
        self._handed.clear()
        for creditor in self.file.creditors:
            for account in self._due(creditor, day):
                yield from self._remind(creditor, account, day)
        while self._feedback:
            self._record(self._feedback.pop(0))

    def record(self, until: date, *, hold_feedback: bool = False) -> None:
        """Record all bodies up to a day, each on its own. Feedback of that very day waits for the
        sends that it speaks of, where these are to come."""
        bodies = self.file.bodies
        while self._next < len(bodies) and bodies[self._next].body.on <= until:
            stated = bodies[self._next]
            self._next += 1
            if hold_feedback and stated.body.on == until and isinstance(stated.body, FeedbackBody):
                self._feedback.append(stated)
            else:
                self._record(stated)

    def handed_over(self) -> Iterator[Output]:
        """One line per due item that the last run handed over."""
        yield from self._handed

    def not_reminded(self, day: date, *, past_due: bool = False) -> Iterator[Output]:
        """One line per open item that no line of that day's run is about, with its reasons.
        `past_due`: of accounts alone of which something is past its due day, and of the reasons
        the first alone counts."""
        for creditor in self.file.creditors:
            rulebook = self.rulebook(creditor)
            for account in self.stage.ledger.book(creditor):
                state = self.stage.ledger.read(creditor, account)
                if state is None or not state.open:
                    continue
                if past_due and all(item.due >= day for item in state.open):
                    continue
                known = self._steady.get(account) if past_due else None
                if known is not None and known.holds(state.head.rev, day):
                    yield from ({**line, "run": day.isoformat()} for line in known.lines)
                else:
                    yield from self._held(creditor, account, state, rulebook, day)

    def _held(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, day: date
    ) -> list[Output]:
        now = _hours(state, rulebook, day)[-1]
        told = self._sent.get(account, set())
        gates = self.stage.bodies.accounts.gates
        lines = list(held_lines(creditor, state, rulebook, now, gates, day, told))
        if not told:
            self._steady[account] = Steady.of(state.head.rev, lines)
        return lines

    def rulebook(self, creditor: str) -> Rulebook:
        """The rulebook of a creditor, as its bodies have left it."""
        return self.stage.settings.rulebook(creditor) or Rulebook(Creditor(creditor))

    def _record(self, stated: Stated, now: int | None = None) -> None:
        creditor, body = stated.creditor, stated.body
        if isinstance(body, ApprovalBody):
            return  # the answer to a proposal of another ledger; here each is taken as given
        rulebook = self.rulebook(creditor)
        if now is None:
            now = instant(body.on, time(0), rulebook.creditor.time_zone)
        if isinstance(body, CreditorBody):
            if self.stage.settings.put_creditor(creditor, body.creditor):
                Replan(self.stage.bodies.accounts).book(creditor, self.rulebook(creditor), now)
            return
        try:
            self._make_reachable(creditor, body, rulebook, now)
            self.stage.bodies.record(creditor, body, rulebook, now)
        except LedgerError as error:
            self.refused.append((stated.row, error))

    def _make_reachable(
        self, creditor: str, body: AccountBody, rulebook: Rulebook, now: int
    ) -> None:
        """A customer whom no body describes counts as reachable, from their first body on."""
        customer = str(getattr(body, "customer", ""))
        if not customer or (creditor, customer) not in self._unnamed:
            return
        self._unnamed.discard((creditor, customer))
        placeholder = CustomerBody(on=body.on, customer=Customer(customer, addresses=PLACEHOLDERS))
        self.stage.bodies.record(creditor, placeholder, rulebook, now)

    def _due(self, creditor: str, day: date) -> list[str]:
        """Accounts whose plan has come by the end of that day, wherever they are."""
        until = instant(day, time(0), "UTC") + LATEST_ZONE
        shards = self.rulebook(creditor).creditor.shards_ever
        return sorted(
            {
                entry.account
                for channel in self.stage.reminders
                for entry in self.stage.ledger.agenda(creditor, channel, shards, until)
            }
        )

    def _remind(self, creditor: str, account: str, day: date) -> Iterator[Output]:
        """Everything that one account is due for at the hours of its policies on that day."""
        rulebook = self.rulebook(creditor)
        state = self.stage.ledger.read(creditor, account)
        for now in self._moments(creditor, account, state, rulebook, day) if state else ():
            for _ in range(MOST_STEPS):
                head = self.stage.ledger.head(creditor, account)
                reminders = _sender(self.stage.reminders, head, now)
                if head is None or reminders is None:
                    break
                who = (creditor, head.customer)
                self.stage.recorder.refuses = partial(self._refused, *who)
                outcome = reminders.remind(creditor, account, now)
                if outcome not in GO_ON:
                    break
                if outcome == ACTED:
                    self._acted(creditor, account, rulebook, day, now)
                if outcome in (SENT, REJECTED) and self.stage.recorder.last is not None:
                    send = self.stage.recorder.last
                    if self.left is not None:
                        self.left(creditor, head.customer, send.channel)
                    if outcome == SENT:
                        self._hear(creditor, head.customer, send, now)
                    if send.tells:
                        if self.tellings and send.attempt == 1:
                            yield telling_line(creditor, head.customer, account, send)
                    elif send.attempt == 1:
                        told = send.lines if send.carried else send.advanced
                        self._sent.setdefault(account, set()).update(x.ref for x in told)
                        yield from told_lines(creditor, head.customer, account, send)

    def _moments(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, day: date
    ) -> Iterator[int]:
        """The hours of the policies on a day, and behind them what the contact rules have put off
        to a later hour of it."""
        now = 0
        for now in _hours(state, rulebook, day):
            yield now
        end = instant(later(day, 1), time(0), state.zone(rulebook.creditor))
        for _ in range(MOST_STEPS):
            head = self.stage.ledger.head(creditor, account)
            if head is None or head.plan.at is None:
                return
            if head.plan.reason != DEFERRED and not head.plan.tells:
                return
            if not now < head.plan.at < end:
                return
            now = head.plan.at
            yield now

    def _acted(self, creditor: str, account: str, rulebook: Rulebook, day: date, now: int) -> None:
        """What was proposed is approved at once; what was handed over is shown."""
        state = self.stage.ledger.read(creditor, account)
        assert state is not None
        for body in approvals(state, day):
            self.stage.bodies.record(creditor, body, rulebook, now)
        for fact in state.handed_over:
            known = any(line["hand_over"] == fact.id for line in self._handed)
            if fact.on == day and fact.back is None and not known:
                self._handed += handed_over_lines(creditor, state, fact, day)

    def _hear(self, creditor: str, customer: str, send: Send, now: int) -> None:
        """A send is delivered, unless the ledger has feedback for its address on that day."""
        stated = self._heard(creditor, customer, send)
        if stated is not None:
            self._feedback.remove(stated)
            self._record(stated, now)

    def _refused(self, creditor: str, customer: str, send: Send) -> bool:
        """Whether the ledger says that the provider did not take the message on that day."""
        stated = self._heard(creditor, customer, send)
        if stated is None or getattr(stated.body, "outcome", "") != outcomes.REJECTED:
            return False
        self._feedback.remove(stated)
        return True

    def _heard(self, creditor: str, customer: str, send: Send) -> Stated | None:
        for stated in self._feedback:
            body = stated.body
            if (
                isinstance(body, FeedbackBody)
                and (stated.creditor, body.customer) == (creditor, customer)
                and body.channel == send.channel
                and body.address is not None
                and self.stage.bodies.hash_of(body.channel, body.address) == send.address.hash
            ):
                return stated
        return None


def _hours(state: Account, rulebook: Rulebook, day: date) -> tuple[int, ...]:
    """The hours of the policies on a day of the customer's."""
    zone = state.zone(rulebook.creditor)
    hours = {policy.send_at for policy in rulebook.policies} or {time(9)}
    return tuple(sorted(instant(day, at, zone) for at in hours))


def _sender(reminders: Mapping[str, Reminders], head: Head | None, now: int) -> Reminders | None:
    """Who is to act on an account at an instant; None: nobody."""
    if head is None or head.plan.at is None or head.plan.at > now:
        return None
    return reminders.get(head.plan.channel or "")


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    for offset in range((last - first).days + 1):
        yield date.fromordinal(first.toordinal() + offset)

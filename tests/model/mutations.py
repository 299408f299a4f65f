"""Weaker fences, each with one rule left out or bent: what the model must be able to refute.

Made by subclassing the fake or a use case; the product itself is not touched.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain import fence, history
from dunning.domain.account import CLAIMED, Account, Claim, Head, Plan
from dunning.domain.change import Change, apply
from dunning.domain.decision import plan
from dunning.domain.history import Record
from dunning.domain.ledger import Entry
from dunning.domain.policy import Rulebook
from dunning.service.accounts import Accounts
from dunning.service.ports import ClaimLost, Feedback, Moved
from dunning.service.record_feedback import RecordFeedback
from dunning.service.remind import Reminders
from dunning.service.settlement import Settlement

from tests.model import scenarios
from tests.model.actors import ScriptLedger
from tests.model.cell import Kit
from tests.model.charged import CHARGED, ChargesWhatNeverLeft
from tests.model.search import Scenario


class ClaimMovesAgenda(MemoryLedger):
    """A claim takes the account off the agenda, as if it had been sent already."""

    def claim(self, creditor: str, account: str, head: Head, base: int) -> None:
        super().claim(creditor, account, head, base)
        stands = self._accounts[account]
        moved = replace(stands.head, plan=Plan(None, None, "CLAIMED"))
        self._accounts[account] = replace(stands, head=moved)
        self._index(creditor, account, moved)


class ClaimWithoutRevision(MemoryLedger):
    """A claim is granted to anyone while none stands, whatever was written since."""

    def claim(self, creditor: str, account: str, head: Head, base: int) -> None:
        stands = self._accounts[account]
        if stands.head.claim is not None:
            raise ClaimLost(account)
        now = stands.head
        assert head.claim is not None
        claim = replace(head.claim, seq=now.seq + 1)
        taken = replace(now, rev=now.rev + 1, seq=now.seq + 1, claim=claim)
        self._accounts[account] = replace(stands, head=taken)


class RevisionReadLast(ScriptLedger):
    """The live range is read first, and the revision after it."""

    _seen: Account | None = None

    def head(self, creditor: str, account: str) -> Head | None:
        first = super().head(creditor, account)
        if first is None:
            return None
        self._seen = super().live(creditor, account, first)
        return super().head(creditor, account)

    def live(self, creditor: str, account: str, head: Head) -> Account:
        assert self._seen is not None
        return replace(self._seen, head=head)


@dataclass(frozen=True, slots=True)
class EndForgetsPayments(Settlement):
    """HEAD is written as it would be of an account that never paid."""

    def _write(
        self,
        creditor: str,
        account: str,
        state: Account,
        change: Change,
        rulebook: Rulebook,
        now: int,
    ) -> bool:
        change = replace(change, head=replace(change.head, behaviour={}))
        return Settlement._write(self, creditor, account, state, change, rulebook, now)


@dataclass(frozen=True, slots=True)
class ConfirmBlind(Settlement):
    """Whoever has an answer removes whatever claim stands."""

    def _end(
        self,
        creditor: str,
        account: str,
        claim: Claim,
        record: Record,
        rulebook: Rulebook,
        now: int,
        end: Callable[[Account], fence.Counted],
        state: Account | None,
    ) -> bool:
        ledger = self.accounts.ledger
        ledger.put_record(creditor, account, record)
        while True:
            current = ledger.read(creditor, account)
            assert current is not None
            mine = replace(current, head=replace(current.head, claim=claim))
            counted = end(mine)
            head = counted.head
            base = current.head.rev
            change = Change(
                replace(head, rev=base + 1),
                base,
                put=counted.put,
                marks=counted.marks,
                lookups=counted.lookups,
            )
            if self._write(creditor, account, current, change, rulebook, now):
                return True


@dataclass(frozen=True, slots=True)
class LapseWithoutRecord(Settlement):
    """A lapse changes HEAD alone, and the attempt leaves no record."""

    def lapse(self, creditor: str, account: str, head: Head, rulebook: Rulebook, now: int) -> None:
        assert head.claim is not None
        lapsed = replace(fence.lapsed(head), rev=head.rev + 1)
        try:
            self.accounts.ledger.write(
                creditor, account, Change(lapsed, head.rev, head.claim.token)
            )
        except Moved:
            return


@dataclass(frozen=True, slots=True)
class PlanIgnoresClaim(Accounts):
    """Facts plan as if no claim stood."""

    def _planned(self, state: Account, change: Change, rulebook: Rulebook, now: int) -> Change:
        after = apply(state, change)
        free = replace(after, head=replace(after.head, claim=None))
        fresh = plan(free, rulebook, now, self.gates)
        return replace(change, head=replace(change.head, plan=fresh))


@dataclass(frozen=True, slots=True)
class FactsKeepRevision(Accounts):
    """Facts are written without moving the revision."""

    def _parts(self, entry: Entry, head: Head, records: tuple[Record, ...]) -> Change:
        # Zero-argument super() does not work in a dataclass with slots: its class is made anew.
        change = Accounts._parts(self, entry, head, records)
        return replace(change, head=replace(change.head, rev=max(1, change.base)))


@dataclass(frozen=True, slots=True)
class ExpiredLeaseSends(Reminders):
    """A lease that is over gives the right to send to whoever meets it."""

    def _meet_claim(
        self, creditor: str, account: str, head: Head, rulebook: Rulebook, now: int
    ) -> str:
        claim = head.claim
        assert claim is not None
        if claim.state != CLAIMED or claim.lease_until >= now:
            return Reminders._meet_claim(self, creditor, account, head, rulebook, now)
        record = fence.attempt_record(claim, head.plan, history.RELEASED, now)
        self.accounts.ledger.put_record(creditor, account, record)
        freed = replace(head, rev=head.rev + 1, claim=None)
        try:
            self.accounts.ledger.write(creditor, account, Change(freed, head.rev, claim.token))
        except Moved:
            return "moved"
        return self.remind(creditor, account, now)


@dataclass(frozen=True, slots=True)
class ThrottledBackToTheQueue(Reminders):
    """A message that the provider did not take goes back to the queue, and the claim stays."""

    def _not_sent(self, *_: Any) -> str:
        return "returned"


@dataclass(frozen=True, slots=True)
class AnyEventConfirms(RecordFeedback):
    """An event confirms whatever claim stands, of whichever attempt it speaks."""

    def record(self, creditor: str, feedback: Feedback, now: int) -> str:
        head = self.ledger.head(creditor, feedback.account)
        claim = head.claim if head else None
        rulebook = self.settings.rulebook(creditor)
        if head and claim and rulebook:
            record = fence.attempt_record(claim, head.plan, history.SENT, now)
            self.settlement.confirm(creditor, feedback.account, claim, record, rulebook, now)
        return RecordFeedback.record(self, creditor, feedback, now)


class Mutation(NamedTuple):
    """A weaker fence, the scenario that refutes it, and the laws of which it must break one."""

    name: str
    change: Callable[[Kit], Kit]
    scenario: Callable[[Kit], Scenario]
    breaks: tuple[str, ...]


MUTATIONS = (
    Mutation(
        "the claim of an approved notice does not ask for the revision",
        lambda kit: replace(kit, store=ClaimWithoutRevision),
        scenarios.approved,
        ("STALE CLAIM", "NOT ALLOWED"),
    ),
    Mutation(
        "the claim moves the agenda",
        lambda kit: replace(kit, store=ClaimMovesAgenda),
        scenarios.payment,
        ("STUCK",),
    ),
    Mutation(
        "the claim does not ask for the revision",
        lambda kit: replace(kit, store=ClaimWithoutRevision),
        scenarios.payment,
        ("STALE CLAIM",),
    ),
    Mutation(
        "the revision is read after the live range",
        lambda kit: replace(kit, ledger=RevisionReadLast),
        scenarios.part_payment,
        ("STALE CLAIM",),
    ),
    Mutation(
        "facts do not move the revision",
        lambda kit: replace(kit, accounts=FactsKeepRevision),
        scenarios.payment,
        ("STALE CLAIM", "LATE", "HISTORY"),
    ),
    Mutation(
        "the confirm does not ask for the token",
        lambda kit: replace(kit, settlement=ConfirmBlind),
        scenarios.bounced,
        ("HISTORY", "LOST SWITCH", "TWICE", "FALSE RECORD"),
    ),
    Mutation(
        "the end of a claim forgets how the customer has paid",
        lambda kit: replace(kit, settlement=EndForgetsPayments),
        scenarios.payment,
        ("PAID",),
    ),
    Mutation(
        "the plan does not see the claim",
        lambda kit: replace(kit, accounts=PlanIgnoresClaim),
        scenarios.payment,
        ("STUCK",),
    ),
    Mutation(
        "an expired lease gives the right to send",
        lambda kit: replace(kit, reminders=ExpiredLeaseSends),
        scenarios.slow_owner,
        ("TWICE",),
    ),
    Mutation(
        "a throttled message goes back to the queue without a release",
        lambda kit: replace(kit, reminders=ThrottledBackToTheQueue),
        scenarios.throttled,
        ("PRESUMED", "LOST"),
    ),
    Mutation(
        "an event of another attempt confirms the claim",
        lambda kit: replace(kit, feedback=AnyEventConfirms),
        scenarios.bounced_and_repeated,
        ("FALSE RECORD", "LOST"),
    ),
    Mutation(
        "a notice that was refused has charged",
        lambda kit: replace(kit, settlement=ChargesWhatNeverLeft),
        next(make for make in CHARGED if make.__name__ == "charged_refused"),
        ("CHARGED UNSENT", "CHARGED TWICE", "UNCHARGED"),
    ),
    Mutation(
        "a lapse leaves no record",
        lambda kit: replace(kit, settlement=LapseWithoutRecord),
        scenarios.slow_owner,
        ("HISTORY", "LOST"),
    ),
)

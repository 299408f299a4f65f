"""Writing accounts: read, edit, plan, write, and again if another write came first.
Every fact and every change of plan goes through here; claims and their ends are `settlement`'s.
"""

from collections.abc import Callable
from dataclasses import dataclass

from dunning.domain import history, unreached
from dunning.domain.account import HEAD_ROOM, Account, Head
from dunning.domain.calendar import local_day
from dunning.domain.change import Change, apply
from dunning.domain.customer import Customer
from dunning.domain.decision import plan
from dunning.domain.due import Act
from dunning.domain.gates import Gates
from dunning.domain.history import Record, Task
from dunning.domain.invoice import OpenItem
from dunning.domain.ledger import LARGEST_WRITE, Entry, Find, LedgerError, TornError, resume
from dunning.domain.payment_record import record_after
from dunning.domain.policy import Rulebook
from dunning.domain.replaced import replace
from dunning.domain.said_by_link import told
from dunning.domain.unreachable import with_plan
from dunning.domain.upkeep import kept_up
from dunning.service.ports import Known, Ledger, Moved, Settings

TRIES = 8
"""Times a write is planned anew because HEAD moved, before the caller's own retry takes over."""

Edit = Callable[[Account], Entry | None]


class Contended(Exception):
    """Eight times in a row another write came first; nothing was written. Try again later."""


class Stale(Exception):
    """What stands is not what the caller has read; nothing was written."""


Check = Callable[[Account, Find], None]
"""Whether an account stands as whoever writes has read it. Raises Stale."""


@dataclass(slots=True)
class Held:
    """An account as its own last write left it, so that a row of bodies reads it once."""

    state: Account | None = None


@dataclass(frozen=True, slots=True)
class Accounts:
    """Facts and plans of accounts. `pause` waits between tries (jitter); tests hand in nothing."""

    ledger: Ledger
    gates: Gates
    pause: Callable[[int], None] = lambda attempt: None
    settings: Settings | None = None
    """Where a newer rulebook is read, when HEAD was planned with one newer than the caller's."""
    expects: Check | None = None
    """Asked of the account as each try of a write has read it."""

    def change(
        self,
        creditor: str,
        account: str,
        customer: str,
        rulebook: Rulebook,
        now: int,
        edit: Edit,
        held: "Held | None" = None,
        by: str = "",
    ) -> Entry | None:
        """Apply an edit to an account, making it if it is new; what was entered, or None where
        there was nothing to change. Raises LedgerError from the edit, Known where the fact was
        known, Contended, and Stale from what is expected.

        With `held`, the account is as it was left there, and read only where that is nothing, or
        another write came between. `by`: what brings the fact."""
        held = held or Held()
        for attempt in range(TRIES):
            state = held.state or self.ledger.read(creditor, account)
            held.state = None
            if state is not None and state.head.applying:
                self.resume(creditor, account, rulebook, now)
                continue
            if state is not None:
                rulebook = self.newest(creditor, rulebook, state.head)
            else:
                state = Account(Head(creditor, customer), Customer(customer))
            if self.expects is not None:
                self.expects(state, self.finders(creditor, account))
            try:
                entry = edit(state)
                if entry is None:
                    held.state = state if state.head.rev else None
                    return None
                if entry.quiet:
                    held.state = self._remember(creditor, account, state, entry)
                    return entry
                find = self.finders(creditor, account)
                entry.detail = told(entry.detail, by)
                change = replace(self._entry_change(entry, rulebook, now, find), by=by)
                self.ledger.write(creditor, account, change)
            except Known:
                held.state = state if state.head.rev else None
                raise
            except (Moved, TornError):
                self.pause(attempt)
                continue
            except LedgerError:
                if not self._moved(creditor, account, state):
                    held.state = state if state.head.rev else None
                    raise
                self.pause(attempt)
                continue
            if entry.head.applying:
                self.resume(creditor, account, rulebook, now)
            elif state.head.rev:
                held.state = apply(state, change)
            # A new account is read once: which shard it is in is the ledger's to say.
            return entry
        raise Contended(account)

    def _remember(self, creditor: str, account: str, state: Account, entry: Entry) -> Account:
        """Write what HEAD alone is to remember: no fact, no record, and the plan stands."""
        if entry.head == state.head:
            return state
        head = replace(entry.head, rev=state.head.rev + 1)
        self.ledger.write(creditor, account, Change(head, state.head.rev))
        return replace(state, head=head)

    def resume(self, creditor: str, account: str, rulebook: Rulebook, now: int) -> None:
        """Apply what is left of a large fact, part by part; safe to be cut off anywhere."""
        find = self.finders(creditor, account)
        misses = 0
        while misses < TRIES:
            state = self.ledger.read(creditor, account)
            if state is None or state.head.applying is None:
                return
            rulebook = self.newest(creditor, rulebook, state.head)
            try:
                entry, last = resume(state, find)
                entry.head = self._counted(entry, rulebook, now, find)
            except TornError:
                misses += 1
                self.pause(misses)
                continue
            records: tuple[Record, ...] = ()
            seq = state.head.seq
            if last:
                seq += 1
                records = (
                    Record(seq, now, history.REPLANNED, "POSTING_DONE", state.head.plan, entry.id),
                )
            change = self._parts(entry, replace(entry.head, seq=seq), records)
            if last:
                change = self._planned(state, change, rulebook, now)
            else:
                change, _ = kept_up(state, change, rulebook, now)
            try:
                self.ledger.write(creditor, account, change)
            except Moved:
                misses += 1
                self.pause(misses)
        raise Contended(account)

    def replan(
        self,
        creditor: str,
        account: str,
        state: Account,
        rulebook: Rulebook,
        now: int,
        *,
        head: Head | None = None,
        kind: str = history.REPLANNED,
        code: str = "",
        tasks: tuple[Task, ...] = (),
    ) -> bool:
        """Write the plan that holds now (on `head`, where more of it changes), with its record.
        False if HEAD moved meanwhile: whoever moved it has planned. The agenda keeps the account.
        """
        before = state.head
        after = replace(head or before, rev=before.rev + 1, seq=before.seq + 1)
        change = self._planned(state, Change(after, before.rev, tasks=tasks), rulebook, now)
        record = Record(
            after.seq, now, kind, code or change.head.plan.reason, before.plan, detail=""
        )
        try:
            records = (record, *change.history)
            self.ledger.write(creditor, account, replace(change, history=records))
        except Moved:
            return False
        return True

    def act(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, now: int, act: Act
    ) -> bool:
        """Write what a decision asks to be written, with its record and the plan of the new state.
        False if HEAD moved meanwhile: the agenda keeps the account, and it is decided anew."""
        before = state.head
        head = replace(before, rev=before.rev + 1, seq=before.seq + 1)
        change = Change(
            head,
            before.rev,
            put=(*act.put, *act.ended),
            delete=tuple(ended.fact for ended in act.ended),
            seen=act.seen,
            kind=act.kind,
            history=(
                Record(head.seq, now, act.kind, act.code, before.plan, act.id, detail=act.detail),
            ),
        )
        try:
            self.ledger.write(creditor, account, self._planned(state, change, rulebook, now))
        except (Moved, Known):
            return False
        return True

    def newest(self, creditor: str, rulebook: Rulebook, head: Head) -> Rulebook:
        """The rulebook to plan an account with: the caller's, unless HEAD was planned with a newer
        one. Whoever still holds old settings, from the start of its invocation, reads them again;
        so what was planned anew after an upload is never undone by who had not heard of it."""
        if head.edition <= rulebook.edition or self.settings is None:
            return rulebook
        self.settings.refresh()
        return self.settings.rulebook(creditor) or rulebook

    def spill(self, creditor: str, account: str) -> None:
        """Move levels that HEAD has no room for onto their open items. The same level stands in
        both places or in one: no reader can see a difference, and any cut leaves it right."""
        for _ in range(TRIES * 8):
            state = self.ledger.read(creditor, account)
            if state is None or len(state.head.reached) <= HEAD_ROOM:
                return
            by_age = sorted(state.head.reached.items(), key=lambda kv: (kv[1].serial, kv[0]))
            excess = dict(by_age[: len(by_age) - HEAD_ROOM][:LARGEST_WRITE])
            items: list[OpenItem] = [
                replace(item, spilled=excess[item.ref]) for item in state.open if item.ref in excess
            ]
            kept = {ref: level for ref, level in state.head.reached.items() if ref not in excess}
            head = replace(state.head, rev=state.head.rev + 1, reached=kept)
            try:
                self.ledger.write(creditor, account, Change(head, state.head.rev, put=tuple(items)))
            except Moved:
                continue

    def _moved(self, creditor: str, account: str, state: Account) -> bool:
        """Whether HEAD moved since it was read: what was judged then may have been torn."""
        head = self.ledger.head(creditor, account)
        return (head.rev if head else 0) != state.head.rev

    def finders(self, creditor: str, account: str) -> Find:
        """Look-ups of the account's own documents and postings, for the rules."""
        ledger = self.ledger
        return Find(
            invoice=lambda number: ledger.invoice(creditor, account, number),
            posting=lambda key: ledger.posting(creditor, account, key),
            postings=lambda: ledger.postings(creditor, account),
            taken=lambda key: ledger.account_of_posting(creditor, key) is not None,
            ended=lambda: ledger.ended(creditor, account),
        )

    def _entry_change(self, entry: Entry, rulebook: Rulebook, now: int, find: Find) -> Change:
        before = entry.account.head
        head = replace(self._counted(entry, rulebook, now, find), seq=before.seq + 1)
        record = Record(
            head.seq, now, history.FACT, entry.type, before.plan, entry.id, detail=entry.detail
        )
        change = self._parts(entry, head, (record,))
        asked = (Task(id_, now, kind, before.customer, what) for kind, id_, what in entry.asks)
        change = replace(change, tasks=tuple(asked))
        return self._planned(entry.account, change, rulebook, now)

    def _counted(self, entry: Entry, rulebook: Rulebook, now: int, find: Find) -> Head:
        """HEAD with the record of how the customer pays, as the entry leaves it."""
        today = local_day(now, entry.account.zone(rulebook.creditor))
        return replace(entry.head, behaviour=record_after(entry, find.invoice, today))

    def _parts(self, entry: Entry, head: Head, records: tuple[Record, ...]) -> Change:
        put, gone = entry.items_written()
        before = entry.account.head
        new_account = () if before.rev else (entry.account.customer,)
        named = tuple(fact for fact in entry.put if isinstance(fact, Customer))
        return Change(
            head=replace(head, rev=before.rev + 1),
            base=before.rev,
            put=(
                *(() if named else new_account),
                *entry.put,
                *entry.rewritten.values(),
                *put,
            ),
            delete=(*entry.delete, *gone),
            marks=tuple(entry.marks),
            seen=tuple(entry.seen),
            kind=entry.kind or entry.type,
            lookups=tuple(entry.lookups),
            history=records,
        )

    def _planned(self, state: Account, change: Change, rulebook: Rulebook, now: int) -> Change:
        change, after = kept_up(state, change, rulebook, now)
        lines = unreached.told(state, after, now)
        if lines:
            change = replace(change, tasks=(*change.tasks, *lines))
        fresh = plan(after, rulebook, now, self.gates)
        return with_plan(state.head.plan, change, fresh, rulebook.edition)

"""Writing accounts: read, edit, plan, write, and again if another write came first.
Every fact and every change of plan goes through here; claims and their ends are `settlement`'s.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from dunning.domain import history
from dunning.domain.account import HEAD_ROOM, Account, Head
from dunning.domain.calendar import local_day
from dunning.domain.change import Change, apply
from dunning.domain.customer import Customer
from dunning.domain.decision import plan
from dunning.domain.gates import Gates
from dunning.domain.history import Record, Task
from dunning.domain.invoice import Invoice, OpenItem
from dunning.domain.ledger import LARGEST_WRITE, Entry, LedgerError, TornError, resume
from dunning.domain.policy import Rulebook
from dunning.domain.posting import Posting, PostingKey
from dunning.domain.upkeep import kept_up
from dunning.service.ports import Known, Ledger, Moved, Settings

TRIES = 8
"""Times a write is planned anew because HEAD moved, before the caller's own retry takes over."""

Edit = Callable[[Account], Entry | None]


class Contended(Exception):
    """Eight times in a row another write came first; nothing was written. Try again later."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Facts and plans of accounts. `pause` waits between tries (jitter); tests hand in nothing."""

    ledger: Ledger
    gates: Gates
    pause: Callable[[int], None] = lambda attempt: None
    settings: Settings | None = None
    """Where a newer rulebook is read, when HEAD was planned with one newer than the caller's."""

    def change(
        self, creditor: str, account: str, customer: str, rulebook: Rulebook, now: int, edit: Edit
    ) -> bool:
        """Apply an edit to an account, making it if it is new. False: nothing to change, or the
        fact was known. Raises LedgerError from the edit, and Contended."""
        for attempt in range(TRIES):
            state = self.ledger.read(creditor, account)
            if state is not None and state.head.applying:
                self.resume(creditor, account, rulebook, now)
                continue
            if state is not None:
                rulebook = self.newest(creditor, rulebook, state.head)
            else:
                state = Account(Head(creditor, customer), Customer(customer))
            try:
                entry = edit(state)
                if entry is None:
                    return False
                self.ledger.write(creditor, account, self._entry_change(entry, rulebook, now))
            except Known:
                return False
            except (Moved, TornError):
                self.pause(attempt)
                continue
            except LedgerError:
                if not self._moved(creditor, account, state):
                    raise
                self.pause(attempt)
                continue
            if entry.head.applying:
                self.resume(creditor, account, rulebook, now)
            return True
        raise Contended(account)

    def resume(self, creditor: str, account: str, rulebook: Rulebook, now: int) -> None:
        """Apply what is left of a large fact, part by part; safe to be cut off anywhere."""
        find_invoice, find_posting = self.finders(creditor, account)
        misses = 0
        while misses < TRIES:
            state = self.ledger.read(creditor, account)
            if state is None or state.head.applying is None:
                return
            rulebook = self.newest(creditor, rulebook, state.head)
            try:
                entry, last = resume(state, find_invoice, find_posting)
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
            self.ledger.write(creditor, account, replace(change, history=(record,)))
        except Moved:
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

    def finders(
        self, creditor: str, account: str
    ) -> tuple[Callable[[str], Invoice | None], Callable[[PostingKey], Posting | None]]:
        """Look-ups of the account's own documents and postings, for the rules."""

        def find_invoice(number: str) -> Invoice | None:
            return self.ledger.invoice(creditor, account, number)

        def find_posting(key: PostingKey) -> Posting | None:
            return self.ledger.posting(creditor, account, key)

        return find_invoice, find_posting

    def _entry_change(self, entry: Entry, rulebook: Rulebook, now: int) -> Change:
        before = entry.account.head
        head = replace(entry.head, seq=before.seq + 1)
        record = Record(head.seq, now, history.FACT, entry.type, before.plan, entry.id)
        change = self._parts(entry, head, (record,))
        return self._planned(entry.account, change, rulebook, now)

    def _parts(self, entry: Entry, head: Head, records: tuple[Record, ...]) -> Change:
        put, gone = entry.items_written()
        before = entry.account.head
        new_account = () if before.rev else (entry.account.customer,)
        named = tuple(fact for fact in entry.put if isinstance(fact, Customer))
        return Change(
            head=replace(head, rev=before.rev + 1),
            base=before.rev,
            put=(*(() if named else new_account), *entry.put, *put),
            delete=(*entry.delete, *gone),
            marks=tuple(entry.marks),
            seen=tuple(entry.seen),
            kind=entry.type,
            lookups=tuple(entry.lookups),
            history=records,
        )

    def _planned(self, state: Account, change: Change, rulebook: Rulebook, now: int) -> Change:
        after = apply(state, change)
        today = local_day(now, after.zone(rulebook.creditor))
        kept = kept_up(after, change, rulebook, today)
        if kept is not change:
            change, after = kept, apply(state, kept)
        fresh = plan(after, rulebook, now, self.gates)
        head = replace(change.head, plan=fresh, edition=rulebook.edition)
        return replace(change, head=head)

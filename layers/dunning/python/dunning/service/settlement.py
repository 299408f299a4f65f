"""The ends of a claim: confirm, release, reject, lapse, resolve, and a person's answer.
Whoever removes a claim first puts its history record; every end is safe to be met twice.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from dunning.domain import fence, history
from dunning.domain.account import HEAD_ROOM, UNKNOWN, Account, Claim, Head, Tries
from dunning.domain.calendar import local_day
from dunning.domain.change import Change, apply
from dunning.domain.decision import plan
from dunning.domain.facts import UNKNOWN_SEND, Ended
from dunning.domain.fence import Counted
from dunning.domain.follow_up import followed_up
from dunning.domain.history import Attempt, Record, Task
from dunning.domain.invoice import OpenItem
from dunning.domain.ledger import LARGEST_WRITE
from dunning.domain.policy import Rulebook
from dunning.domain.promise_upkeep import with_promises
from dunning.domain.reach import TASK
from dunning.domain.unreachable import with_plan
from dunning.service.accounts import TRIES, Accounts, Contended
from dunning.service.ports import Known, Metrics, Moved
from dunning.service.reservations import Reservations

End = Callable[[Account], Counted]


@dataclass(frozen=True, slots=True)
class Settlement:
    """Ends of claims, over the same ledger that holds them."""

    accounts: Accounts
    metrics: Metrics
    reservations: Reservations | None = None
    """Where places under the caps are given back, by whoever claims with one."""

    def confirm(
        self,
        creditor: str,
        account: str,
        claim: Claim,
        record: Record,
        rulebook: Rulebook,
        now: int,
        state: Account | None = None,
    ) -> bool:
        """The message left: put its record, write levels, contact and plan, remove the claim.
        `state` is the snapshot of whoever took the claim, good while HEAD has not moved since.
        False if somebody else has settled it already."""
        find_invoice = self.accounts.finders(creditor, account).invoice

        def end(current: Account) -> Counted:
            return fence.confirmed(current, rulebook.creditor, find_invoice)

        done = self._end(creditor, account, claim, record, rulebook, now, end, state)
        if done:
            self.metrics.count("NoticeSent")
        return done

    def release(
        self,
        creditor: str,
        account: str,
        claim: Claim,
        record: Record,
        rulebook: Rulebook,
        now: int,
        state: Account | None = None,
    ) -> bool:
        """The message provably did not leave: the agenda brings the account again, after a
        backoff, or at once on the next channel if it was refused for good."""

        def end(current: Account) -> Counted:
            if record.code == history.REJECTED:
                kept = fence.turned_down(current, rulebook.creditor)
                return Counted(fence.rejected(current.head, record.detail), put=kept)
            return Counted(fence.released(current.head, now, record.detail))

        self._not_made(account, claim, now)
        done = self._end(creditor, account, claim, record, rulebook, now, end, state)
        if done:
            self.metrics.count("NoticeReleased")
            if record.code == history.REJECTED:
                self.metrics.count("NoticeRefused")
        return done

    def lapse(self, creditor: str, account: str, head: Head, rulebook: Rulebook, now: int) -> None:
        """A claim has run out. If its record is there, what it says is carried out: its owner
        stopped between record and HEAD. Else the result is unknown from now on."""
        claim = head.claim
        assert claim is not None
        ours = claim.channel == TASK
        code, detail = (history.RELEASED, "lapsed") if ours else (history.UNKNOWN, "")
        mine = fence.attempt_record(claim, head.plan, code, now, detail=detail)
        found = self.accounts.ledger.put_record(creditor, account, mine)
        if found and found.code == history.SENT:
            self.confirm(creditor, account, claim, found, rulebook, now)
            return
        if found and found.code in (history.RELEASED, history.REJECTED):
            self.release(creditor, account, claim, found, rulebook, now)
            return
        if ours:
            # Its line is written with the claim's end, and the record says that it was not.
            self.release(creditor, account, claim, mine, rulebook, now)
            return
        task = fence.unknown_task(claim, account, head.customer, now, "result unknown")
        lapsed = replace(fence.lapsed(head), rev=head.rev + 1)
        try:
            self.accounts.ledger.write(
                creditor, account, Change(lapsed, head.rev, claim.token, tasks=(task,))
            )
        except Moved:
            return
        self.metrics.count("AttemptUnknown")

    def resolve(
        self, creditor: str, account: str, head: Head, rulebook: Rulebook, now: int
    ) -> None:
        """A day has passed and no event came: the creditor's rule settles the unknown send."""
        claim = head.claim
        assert claim is not None
        assert claim.state == UNKNOWN
        state = self.accounts.ledger.live(creditor, account, head)
        presume = rulebook.creditor.unknown != "ask"
        outcome = history.PRESUMED_SENT if presume else history.ASKED
        said = "presumed sent" if presume else "did it arrive? answer sent or not sent"
        task = fence.unknown_task(claim, account, head.customer, now, said)
        if presume:
            find_invoice = self.accounts.finders(creditor, account).invoice
            counted = fence.confirmed(state, rulebook.creditor, find_invoice)
        else:
            asked, hold = fence.asked(head, rulebook.creditor, now)
            counted = Counted(asked, put=(hold,))
        after = replace(counted.head, rev=head.rev + 1, seq=head.seq + 1)
        record = fence.settled_record(head, after.seq, claim.serial, outcome, now)
        change = Change(
            after,
            head.rev,
            claim.token,
            put=counted.put,
            marks=counted.marks,
            lookups=counted.lookups,
            history=(record,),
            tasks=(task,),
        )
        if self._write(creditor, account, state, change, rulebook, now):
            self.metrics.count("UnknownResolved")

    def answer(
        self, creditor: str, account: str, rulebook: Rulebook, *, sent: bool, now: int
    ) -> bool:
        """A person's word on the send that was asked about; ends its hold. False: none is asked.
        Sent: levels and contact from the attempt's record. Not sent: its notice is tried again."""
        ledger = self.accounts.ledger
        for attempt in range(TRIES):
            state = ledger.read(creditor, account)
            hold = next((h for h in state.holds if h.kind == UNKNOWN_SEND), None) if state else None
            if state is None or hold is None:
                return False
            asked = ledger.record(creditor, account, fence.asked_about(hold))
            if asked is None or asked.attempt is None:
                raise LookupError(f"{account}: the attempt asked about has no record")
            tried = asked.attempt
            if sent:
                find_invoice = self.accounts.finders(creditor, account).invoice
                at = asked.at if asked.at < now else now
                outcome = fence.outcome_while_asked(state.head)
                counted = fence.sent(
                    state, rulebook.creditor, tried, asked.seq, at, find_invoice, outcome
                )
            else:
                self._not_made(account, tried, now)
                tries = Tries(tried.serial, tried.attempt + 1, 0, 0, history.NOT_SENT)
                counted = Counted(replace(state.head, tries=tries))
            before = state.head
            head = replace(counted.head, rev=before.rev + 1, seq=before.seq + 1)
            said = history.SENT if sent else history.NOT_SENT
            record = fence.settled_record(before, head.seq, tried.serial, said, now)
            day = local_day(now, rulebook.creditor.time_zone)
            change = Change(
                head,
                before.rev,
                put=(Ended(hold, f"answer-{head.seq}", day, said), *counted.put),
                delete=(hold,),
                marks=counted.marks,
                lookups=counted.lookups,
                history=(record,),
            )
            if self._write(creditor, account, state, change, rulebook, now):
                return True
            self.accounts.pause(attempt)
        raise Contended(account)

    def _not_made(self, account: str, claim: Claim | Attempt, now: int) -> None:
        """Give the person's place back before the claim goes: whoever stops in between leaves a
        claim whose message did not leave, and no place. Where that fails, the place counts until
        its days are over: too few contacts, and never one too many."""
        if self.reservations is None or (isinstance(claim, Claim) and not claim.placed):
            return
        tried = (claim.serial, claim.attempt)
        try:
            self.reservations.not_made(account, claim.channel, claim.address_hash, tried, now)
        except Exception:  # noqa: BLE001 - the claim is to be released whatever fails beside it
            self.metrics.count("PlaceKept")

    def _end(
        self,
        creditor: str,
        account: str,
        claim: Claim,
        record: Record,
        rulebook: Rulebook,
        now: int,
        end: End,
        state: Account | None,
    ) -> bool:
        """Record first, then HEAD without the claim; a record that says otherwise is followed by
        one that settles it."""
        ledger = self.accounts.ledger
        found = ledger.put_record(creditor, account, record)
        for attempt in range(TRIES):
            current = state or ledger.read(creditor, account)
            state = None
            if current is None or current.head.claim is None:
                return False
            standing = current.head.claim
            if standing.token != claim.token:
                return False
            if claim.charges and current.head.applying:
                self.accounts.resume(creditor, account, rulebook, now)
                continue
            counted = end(current)
            head = counted.head
            differs = standing.state == UNKNOWN or (found is not None and found.code != record.code)
            before = current.head
            records: tuple[Record, ...] = ()
            tasks: tuple[Task, ...] = ()
            if record.code == history.REJECTED:
                tasks = (fence.refused_task(claim, account, before.customer, now, record.detail),)
            elif claim.channel == TASK and record.code == history.SENT:
                tasks = (fence.person_task(claim, account, before.customer, now),)
            if differs:
                head = replace(head, seq=before.seq + 1)
                records = (fence.settled_record(before, head.seq, claim.serial, record.code, now),)
                said = f"settled: {record.code}"
                tasks += (fence.unknown_task(claim, account, before.customer, now, said),)
            change = Change(
                replace(head, rev=before.rev + 1),
                before.rev,
                claim.token,
                put=counted.put,
                marks=counted.marks,
                lookups=counted.lookups,
                history=records,
                tasks=tasks,
            )
            if self._write(creditor, account, current, change, rulebook, now):
                return True
            self.accounts.pause(attempt)
        raise Contended(account)

    def _write(
        self,
        creditor: str,
        account: str,
        state: Account,
        change: Change,
        rulebook: Rulebook,
        now: int,
    ) -> bool:
        """Plan on what stands after the change, and write it; levels that HEAD has no room for then
        move onto their items. False if HEAD moved, or has been moved here: marks of more settled
        items, and what is kept on more open ones, than one write can change go first, part by part,
        with the claim still standing."""
        before = state.head
        part = _first_part(state, change)
        if part is not None:
            with suppress(Moved):
                self.accounts.ledger.write(creditor, account, part)
            return False
        rulebook = self.accounts.newest(creditor, rulebook, state.head)
        after = apply(state, change)
        if after.promises:
            today = local_day(now, after.zone(rulebook.creditor))
            change, after = with_promises(state, change, after, now, today)
        change, after = followed_up(state, change, after, rulebook, now)
        fresh = plan(after, rulebook, now, self.accounts.gates)
        planned = with_plan(before.plan, change, fresh, rulebook.edition)
        try:
            self.accounts.ledger.write(creditor, account, planned)
        except (Moved, Known):
            # Whoever has posted the charges of this notice has ended its claim as well.
            return False
        if planned.head.applying and not before.applying:
            self.accounts.resume(creditor, account, rulebook, now)
        if len(planned.head.reached) > HEAD_ROOM:
            self.accounts.spill(creditor, account)
        return True


def _first_part(state: Account, change: Change) -> Change | None:
    """What goes before a change that is too large for one write; None where it is not."""
    open_now = {item.ref for item in state.open}
    kept = [fact for fact in change.put if isinstance(fact, OpenItem) and fact.ref in open_now]
    opened = sum(1 for fact in change.put if isinstance(fact, OpenItem)) - len(kept)
    if len(change.marks) + len(kept) + opened <= LARGEST_WRITE or not (change.marks or kept):
        return None
    head = replace(state.head, rev=state.head.rev + 1)
    if change.marks:
        return Change(head, state.head.rev, marks=change.marks[:LARGEST_WRITE])
    return Change(head, state.head.rev, put=tuple(kept[:LARGEST_WRITE]))

"""What every write brings up to date of approvals and hand-overs: which of them are over, and the
lines for people that say so. Pure, from the state before and after the fact.
"""

from dataclasses import replace
from datetime import date

from . import approval
from .account import Account
from .approval import HandedOver, Proposal, Refusal
from .calendar import local_day
from .change import Change, apply
from .facts import Ended
from .history import Task
from .money import format_amount
from .policy import Rulebook

Fact = Proposal | Refusal | HandedOver

ROOM = 94
"""Items of a write beyond which what is over is ended by the next one, or by its own last day."""
A_FACT = 3
"""Items that the end of a fact writes: where it stood, where it lies from then on, and a line."""
APPROVAL_TASK, HAND_OVER_TASK = "approval", "hand_over"
OVER = "_over"
"""Ends the kind of a line that needs nobody any more."""


def followed_up(
    state: Account, change: Change, after: Account, rulebook: Rulebook, now: int
) -> tuple[Change, Account]:
    """A change with what it ends of approvals and hand-overs, and the account that it leaves."""
    if not _speaks(state) and not _speaks(after):
        return change, after
    today = local_day(now, after.zone(rulebook.creditor))
    facts: tuple[Fact, ...] = (*after.proposals, *after.refusals, *after.handed_over)
    over = [
        Ended(fact, "", today, why)
        for fact in facts
        if (why := _over(after, fact, rulebook, today))
    ][: max(ROOM - _size(change), 0) // A_FACT]
    if over:
        gone = tuple(ended.fact for ended in over)
        put = tuple(f for f in change.put if f not in gone)
        change = replace(change, put=(*put, *over), delete=(*change.delete, *gone))
        after = apply(state, change)
    return replace(change, tasks=(*change.tasks, *_tasks(state, after, change, now))), after


def _size(change: Change) -> int:
    """Items of the table that a change writes, HEAD among them."""
    parts = (
        change.put,
        change.delete,
        change.marks,
        change.seen,
        change.lookups,
        change.history,
        change.tasks,
    )
    return 1 + sum(map(len, parts))


def _speaks(account: Account) -> bool:
    return bool(account.proposals or account.refusals or account.handed_over)


def _over(after: Account, fact: Fact, rulebook: Rulebook, today: date) -> str:
    """Why a fact is over; empty: it stands."""
    match fact:
        case HandedOver():
            if fact.scope == approval.ACCOUNT and fact.back is None:
                return ""
            return "" if any(after.item(ref) for ref in fact.items) else approval.SETTLED
        case Refusal():
            if fact.until is not None and fact.until < today:
                return "over"
            return "" if any(after.item(step.ref) for step in fact.steps) else approval.SETTLED
    steps = [step for step in fact.steps if step.ref not in fact.dropped]
    left = [(step, item) for step in steps if (item := after.item(step.ref))]
    if not left:
        return approval.SETTLED
    reached = [(step, after.level_of(item)) for step, item in left]
    if all(at and (at.level, at.repeat) >= (step.level, step.repeat) for step, at in reached):
        return approval.SENT
    policies = {
        policy.id for _, item in left if (policy := rulebook.policy_for(item, after.customer))
    }
    return "" if fact.policy in policies else f"{approval.STALE}: policy"


def _tasks(state: Account, after: Account, change: Change, now: int) -> list[Task]:
    """The lines for people that the change brings, and those that it makes needless."""
    customer = after.head.customer
    ends = {(ended.kind, ended.fact.id): ended for ended in change.put if isinstance(ended, Ended)}
    lines = []

    def line(kind: str, id_: str, detail: str, *, over: bool = False) -> None:
        lines.append(Task(f"{kind}-{id_}", now, kind + OVER if over else kind, customer, detail))

    before = {fact.id: fact for fact in state.proposals}
    for proposal in after.proposals:
        known = before.get(proposal.id)
        if known is None:
            line(APPROVAL_TASK, proposal.id, said_of(proposal))
        elif proposal.answer != known.answer:
            said = f"{proposal.answer} by {proposal.by}"
            line(APPROVAL_TASK, proposal.id, said, over=True)
    for proposal in state.proposals:
        ended = ends.get(("proposal", proposal.id))
        if ended is not None:
            silent = ended.outcome == approval.EXPIRED and not proposal.answer
            said = f"nobody answered by {proposal.until}" if silent else ended.outcome
            line(APPROVAL_TASK, proposal.id, said, over=not silent)
    for refusal in state.refusals:
        if refusal.why == approval.EXPIRED and ("refusal", refusal.id) in ends:
            line(APPROVAL_TASK, refusal.id, "no longer held back for want of an answer", over=True)
    had = {fact.id: fact for fact in state.handed_over}
    for fact in after.handed_over:
        if fact.id not in had:
            line(HAND_OVER_TASK, fact.id, f"{len(fact.items)} items to {fact.to}")
        elif fact.back and not had[fact.id].back:
            line(HAND_OVER_TASK, fact.id, f"handed back on {fact.back}", over=True)
    for fact in state.handed_over:
        if ("handed_over", fact.id) in ends:
            line(HAND_OVER_TASK, fact.id, ends["handed_over", fact.id].outcome, over=True)
    return lines


def said_of(proposal: Proposal) -> str:
    """A proposal in one line, without names."""
    amount = format_amount(proposal.total, proposal.currency)
    return (
        f"{proposal.policy}, level {proposal.level} by {proposal.channel}: {amount}"
        f" {proposal.currency} for {len(proposal.lines)} items; answer by {proposal.until}"
    )

"""A person's word on a proposal, and on who pursues a case: approval, hand_over and hand_back.
When a proposal is made, or is stale, is `proposing`'s.
"""

from dataclasses import replace

from .account import Account
from .approval import (
    AGENCY,
    APPROVED,
    CHANGED,
    DROPPED,
    REJECTED,
    HandedOver,
    Pinned,
    Proposal,
    Refusal,
)
from .bodies import ApprovalBody, HandBackBody, HandOverBody
from .facts import Ended
from .ledger import Entry, LedgerError
from .posting import LEDGER, PostingKey


def entered(account: Account, body: ApprovalBody | HandOverBody | HandBackBody) -> Entry:
    """The entry of one of these bodies. Raises LedgerError where the ledger refuses it."""
    match body:
        case ApprovalBody():
            return answered(account, body)
        case HandOverBody():
            return handed_over(account, body)
    return handed_back(account, body)


def answered(account: Account, body: ApprovalBody) -> Entry:
    """What an answer does. Raises LedgerError where nothing waits for it."""
    entry = _begin(account, "approval", body.id)
    proposal = _open_proposal(account, body)
    _fits(body, proposal)
    entry.detail = f"{proposal.id} {body.outcome} by {body.by}"
    if body.outcome == REJECTED:
        entry.delete.append(proposal)
        entry.put.append(Ended(proposal, body.id, body.on, REJECTED))
        entry.put.append(_refusal(proposal, body, REJECTED))
        return entry
    after = replace(proposal, answer=body.outcome, by=body.by, reason=body.reason)
    if body.outcome == CHANGED:
        kept = tuple(one for one in proposal.lines if one.ref not in body.drop)
        after = replace(
            after,
            channel=_channel(account, body) or proposal.channel,
            tone=body.tone or proposal.tone,
            dropped=body.drop,
            free=not body.charges,
            total=_asked_for(kept, free=not body.charges),
        )
        if not after_steps(after):
            raise LedgerError("nothing_left", "drop", "no item is left to remind of; reject it")
        if any(one.ref in body.drop and one.level for one in proposal.lines):
            entry.put.append(_refusal(proposal, body, DROPPED))
    # It may go for as long from now as it could have been answered.
    span = proposal.until - proposal.on
    entry.put.append(replace(after, until=body.on + span))
    return entry


def after_steps(proposal: Proposal) -> bool:
    """Whether anything that takes a step is left in it."""
    return any(step.ref not in proposal.dropped for step in proposal.steps)


def handed_over(account: Account, body: HandOverBody) -> Entry:
    """A person hands items over without waiting for the ladder."""
    entry = _begin(account, "hand_over", body.id)
    items = body.items or tuple(item.ref for item in account.open if item.due < body.on)
    if not items:
        raise LedgerError("nothing_handed_over", "items", "nothing is overdue; name the items")
    for ref in items:
        if account.item(ref) is None:
            raise LedgerError("unknown_item", "items", f"{ref} is not open on this customer")
        if any(fact.covers(ref) for fact in account.handed_over):
            raise LedgerError("handed_over", "items", f"{ref} is handed over already")
    exported = body.to != AGENCY
    entry.put.append(
        HandedOver(body.id, body.on, body.to, items, body.scope, exported=exported, by=body.by)
    )
    entry.detail = f"to {body.to}{_by(body.by)}"
    return entry


def handed_back(account: Account, body: HandBackBody) -> Entry:
    """What was handed over comes back: it is asked for again, at the level it had."""
    entry = _begin(account, "hand_back", body.id)
    standing = [
        fact
        for fact in account.handed_over
        if fact.back is None and body.hand_over in (None, fact.id)
    ]
    if not standing:
        raise LedgerError(
            "not_handed_over", "hand_over", "nothing of this customer is handed over under that id"
        )
    entry.put += [replace(fact, back=body.on, exported=True) for fact in standing]
    entry.detail = ", ".join(fact.id for fact in standing) + _by(body.by)
    return entry


def _by(role: str) -> str:
    return f" by {role}" if role else ""


def _begin(account: Account, type_: str, id_: str) -> Entry:
    entry = Entry.begin(account, type_, id_)
    entry.seen.append(PostingKey(LEDGER, id_))
    return entry


def _open_proposal(account: Account, body: ApprovalBody) -> Proposal:
    proposal = next((one for one in account.proposals if one.id == body.proposal), None)
    if proposal is None:
        raise LedgerError(
            "proposal_over",
            "proposal",
            f"{body.proposal} waits for no answer: it was sent, refused, never answered in time, or"
            " made anew because something had changed; see the list of proposals",
        )
    if proposal.answer:
        raise LedgerError(
            "already_answered",
            "proposal",
            f"{proposal.id} was {proposal.answer} by {proposal.by}; put a hold to stop it",
        )
    if body.on > proposal.until:
        raise LedgerError(
            "too_late",
            "on",
            f"{proposal.id} could be answered up to {proposal.until}; it is asked for anew",
        )
    return proposal


def _fits(body: ApprovalBody, proposal: Proposal) -> None:
    """Whether the answer says what it may."""
    changes = bool(body.drop or body.channel or body.tone or not body.charges)
    if body.outcome == CHANGED and not changes:
        raise LedgerError(
            "nothing_changed",
            "outcome",
            "changed says what: drop, channel, tone or charges; or say approved",
        )
    if body.outcome != CHANGED and changes:
        raise LedgerError("changes", "outcome", "what is to be otherwise goes with changed alone")
    if body.outcome == REJECTED and not body.reason:
        raise LedgerError("missing", "reason", "say why it is rejected; the next one reads it")
    if body.outcome == APPROVED and body.until:
        raise LedgerError("until", "until", "until is for what is refused; leave it out")
    if body.until and body.until < body.on:
        raise LedgerError("until", "until", f"{body.until} has passed; give a later day")
    listed = {one.ref for one in proposal.lines}
    unknown = next((ref for ref in body.drop if ref not in listed), None)
    if unknown is not None:
        raise LedgerError("unknown_item", "drop", f"{unknown} is not in {proposal.id}")


def _channel(account: Account, body: ApprovalBody) -> str | None:
    if body.channel and not account.customer.on(body.channel):
        raise LedgerError(
            "no_address", "channel", f"the customer has no address on {body.channel}; add one first"
        )
    return body.channel


def _refusal(proposal: Proposal, body: ApprovalBody, why: str) -> Refusal:
    steps = proposal.steps
    if why == DROPPED:
        steps = tuple(step for step in steps if step.ref in body.drop)
    return Refusal(
        proposal.id, body.on, proposal.policy, steps, why, body.until, body.by, body.reason
    )


def _asked_for(lines: tuple[Pinned, ...], *, free: bool) -> int:
    return sum(one.open + (0 if free else one.fee) for one in lines)

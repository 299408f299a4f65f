"""The story of approvals and hand-overs: a sentence for each record, and which invoices it is
about. Every other record is `why`'s.
"""

from collections.abc import Callable, Iterable
from datetime import date

from dunning.domain import history, reasons
from dunning.domain.account import Account
from dunning.domain.approval import ACCOUNT, EXPIRED, HandedOver, Proposal, Refusal
from dunning.domain.facts import Ended
from dunning.domain.history import Record
from dunning.domain.identity import ItemRef

TOLD = {
    history.PROPOSED: "notice {id} was proposed and a person asked",
    history.EXPIRED: "proposal {id} ended by itself",
    history.HANDED_OVER: "{id}: what had been through the ladder was handed over",
    history.EXPORTED: "the file about hand-over {id} was written",
}
WORDS = frozenset({"approval", "hand_over", "hand_back"})
"""Facts whose records name a proposal or a hand-over."""


def told(record: Record) -> str | None:
    """The sentence of a record; None: it is of another kind."""
    said = TOLD.get(record.kind)
    if said is None:
        return None
    sentence = said.format(id=record.id)
    return f"{sentence} ({record.detail})" if record.detail else sentence


def is_about(
    record: Record, invoice: str, state: Account, ended: Callable[[], Iterable[Ended]]
) -> bool | None:
    """Whether a record is about an invoice; None: it is of another kind."""
    if record.kind == history.FACT and record.code in WORDS:
        named = {record.id, *record.detail.replace(",", " ").split()}
    elif record.kind in TOLD:
        named = {record.id}
    else:
        return None
    facts: list[object] = [*state.proposals, *state.refusals, *state.handed_over]
    facts += [one.fact for one in ended()]
    return any(getattr(fact, "id", None) in named and invoice in _invoices(fact) for fact in facts)


def held_then(fact: object, ref: ItemRef, day: date) -> str:
    """Why a proposal, a refusal or a hand-over kept an item from its step on a day; empty: it did
    not, or it is another fact."""
    match fact:
        case Proposal() if fact.on <= day <= fact.until:
            asked = any(step.ref == ref for step in fact.steps)
            return reasons.APPROVAL_PENDING if asked else ""
        case Refusal() if fact.on <= day and (fact.until is None or day <= fact.until):
            if any(step.ref == ref for step in fact.steps):
                expired = fact.why == EXPIRED
                return reasons.APPROVAL_EXPIRED if expired else reasons.APPROVAL_REJECTED
        case HandedOver() if fact.on <= day and (fact.back is None or day < fact.back):
            mine = fact.scope == ACCOUNT or ref in fact.items
            return reasons.HANDED_OVER if mine else ""
    return ""


def _invoices(fact: object) -> set[str]:
    match fact:
        case Proposal():
            return {one.ref.invoice for one in fact.lines}
        case Refusal():
            return {step.ref.invoice for step in fact.steps}
        case HandedOver():
            return {ref.invoice for ref in fact.items}
    return set()

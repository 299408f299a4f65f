"""The story of approvals and hand-overs: a sentence for each record, and which invoices it is
about. Every other record is `why`'s.
"""

from collections.abc import Callable, Iterable

from dunning.domain import history
from dunning.domain.account import Account
from dunning.domain.approval import HandedOver, Proposal, Refusal
from dunning.domain.facts import Ended
from dunning.domain.history import Record

TOLD = {
    history.PROPOSED: "notice {id} was proposed and a person asked",
    history.EXPIRED: "proposal {id} ended by itself: its time was over",
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


def _invoices(fact: object) -> set[str]:
    match fact:
        case Proposal():
            return {one.ref.invoice for one in fact.lines}
        case Refusal():
            return {step.ref.invoice for step in fact.steps}
        case HandedOver():
            return {ref.invoice for ref in fact.items}
    return set()

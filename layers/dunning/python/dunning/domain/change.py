"""One write of an account: what is put, what must be new, what goes, and the HEAD it leaves.
A value that repositories carry out whole or not at all; nothing here decides.
"""

from dataclasses import dataclass
from typing import NamedTuple

from .account import Account, Head
from .approval import HandedOver, Proposal, Refusal
from .consents import Consent
from .customer import Customer
from .facts import Awaiting, Dispute, Ended, Hold, Promise
from .history import Record, Task
from .invoice import Invoice, OpenItem, Settled
from .new_links import LinkAsked
from .payment_plans import PaymentPlan
from .plan_mandates import PlanMandate
from .posting import Posting, PostingKey
from .told import Received, Told

LiveFact = (
    OpenItem
    | Customer
    | Dispute
    | Hold
    | Promise
    | Awaiting
    | PaymentPlan
    | PlanMandate
    | Proposal
    | Refusal
    | HandedOver
    | Consent
    | Told
    | Received
    | LinkAsked
)
PastFact = Invoice | Posting | Ended


class Mark(NamedTuple):
    """What an invoice keeps of one of its items: settled so, or (None) open again."""

    invoice: str
    item: int
    settled: Settled | None


@dataclass(frozen=True, slots=True)
class Change:
    """A write that stands on the revision it read (`base`; 0: the account must not exist yet).

    With a `token`, HEAD's claim must carry it as well. `seen` and `lookups` must not exist yet:
    they are what makes a fact the same fact. A change of HEAD alone is a single conditional put;
    anything more is one transaction.
    """

    head: Head
    base: int
    token: str | None = None
    put: tuple[LiveFact | PastFact, ...] = ()
    delete: tuple[LiveFact, ...] = ()
    marks: tuple[Mark, ...] = ()
    seen: tuple[PostingKey, ...] = ()
    kind: str = ""
    """What is seen under these keys: the type of the fact."""
    by: str = ""
    """What brought the fact (an import, a request); kept with the keys that are seen."""
    lookups: tuple[str, ...] = ()
    history: tuple[Record, ...] = ()
    tasks: tuple[Task, ...] = ()

    @property
    def head_alone(self) -> bool:
        """Whether nothing but HEAD is written."""
        return not (
            self.put
            or self.delete
            or self.marks
            or self.seen
            or self.lookups
            or self.history
            or self.tasks
        )


def apply(account: Account, change: Change) -> Account:
    """The account as it stands after a change: what a reader would read."""
    gone = {_identity(fact) for fact in change.delete}
    put = {_identity(fact): fact for fact in change.put if not isinstance(fact, PastFact)}
    touched = {type(fact) for fact in (*change.delete, *put.values())}

    def merged(kind: type, before: tuple[LiveFact, ...]) -> tuple[LiveFact, ...]:
        if kind not in touched:
            return before
        kept = {_identity(f): f for f in before if _identity(f) not in gone}
        kept.update({key: fact for key, fact in put.items() if isinstance(fact, kind)})
        return tuple(kept.values())

    customers = [fact for fact in put.values() if isinstance(fact, Customer)]
    return Account(
        head=change.head,
        customer=customers[-1] if customers else account.customer,
        open=merged(OpenItem, account.open),  # type: ignore[arg-type]
        disputes=merged(Dispute, account.disputes),  # type: ignore[arg-type]
        holds=merged(Hold, account.holds),  # type: ignore[arg-type]
        promises=merged(Promise, account.promises),  # type: ignore[arg-type]
        awaiting=merged(Awaiting, account.awaiting),  # type: ignore[arg-type]
        plans=merged(PaymentPlan, account.plans),  # type: ignore[arg-type]
        mandates=merged(PlanMandate, account.mandates),  # type: ignore[arg-type]
        proposals=merged(Proposal, account.proposals),  # type: ignore[arg-type]
        refusals=merged(Refusal, account.refusals),  # type: ignore[arg-type]
        handed_over=merged(HandedOver, account.handed_over),  # type: ignore[arg-type]
        consents=merged(Consent, account.consents),  # type: ignore[arg-type]
        told=merged(Told, account.told),  # type: ignore[arg-type]
        received=merged(Received, account.received),  # type: ignore[arg-type]
        asked=merged(LinkAsked, account.asked),  # type: ignore[arg-type]
    )


def _identity(fact: LiveFact | PastFact) -> tuple[str, object]:
    if isinstance(fact, OpenItem):
        return ("open", fact.ref)
    if isinstance(fact, Customer):
        return ("customer", None)
    return (type(fact).__name__, getattr(fact, "id", fact))

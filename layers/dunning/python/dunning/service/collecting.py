"""Instalments of an agreed plan, collected by a mandate at a provider: the one way to a debit, and
it asks first whether each may be made. What comes of them the provider's events tell.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from dunning.domain.account import Account
from dunning.domain.creditor import Creditor
from dunning.domain.identity import ItemRef
from dunning.domain.ledger import LedgerError
from dunning.domain.mandates import Answer, Debit, Mandate, scheduled
from dunning.domain.payment_plans import PaymentPlan
from dunning.domain.payment_requests import PaymentRequest


class Collects(Protocol):
    """A provider that collects by mandate."""

    name: str

    def collect(
        self, asked: PaymentRequest, mandate: str, instalments: Iterable[tuple[date, int]]
    ) -> str:
        """The id of the schedule; the same key is the same schedule. Raises NotBegun."""


class Collected(NamedTuple):
    """What was asked of the provider, and what was not, with why."""

    schedule: str
    debits: tuple[Debit, ...]
    refused: tuple[tuple[Debit, Answer], ...]


@dataclass(frozen=True, slots=True)
class Collecting:
    """The use case, over one provider."""

    provider: Collects

    def collect(
        self,
        creditor: Creditor,
        account: Account,
        plan: PaymentPlan,
        mandate: Mandate,
        title: str,
        today: date,
    ) -> Collected:
        """Ask the provider to collect what is still to come of a plan. A debit whose amount was not
        told in time is collected later; if one may not be made at all, none is asked for, and the
        plan is paid as any other. Raises LedgerError for a plan that is not in force or a mandate
        elsewhere, and NotBegun."""
        if not plan.in_force:
            raise LedgerError("plan_not_agreed", "plan", f"the plan {plan.id} is not in force")
        if mandate.provider != self.provider.name:
            raise LedgerError(
                "other_provider", "mandate", f"the mandate is one of {mandate.provider}"
            )
        # The copy told days and amounts as they were agreed: a rest, or another day, it did not.
        copied = {(one.due, one.amount) for one in plan.instalments}
        debits = []
        for due, amount in plan.unpaid():
            on = max(due, today)
            told = mandate.copy_given if (on, amount) in copied else None
            debits.append(Debit(on, amount, told))
        made, refused = scheduled(debits, mandate, account.customer, creditor)
        if refused or not made:
            return Collected("", (), tuple(refused))
        asked = PaymentRequest(
            creditor=creditor.creditor,
            customer=account.head.customer,
            currency=plan.currency,
            items=_items(account, plan),
            title=title,
            language=account.customer.language or creditor.language or "en",
            back="",
            key=f"plan-{plan.id}-{plan.on.isoformat()}",
        )
        schedule = self.provider.collect(
            asked, mandate.reference, [(one.on, one.amount) for one in made]
        )
        return Collected(schedule, tuple(made), ())


def _items(account: Account, plan: PaymentPlan) -> tuple[tuple[ItemRef, int], ...]:
    """What is open of the plan's items: together it is what is left of the plan."""
    opened = ((ref, account.item(ref)) for ref in plan.items)
    return tuple((ref, item.open) for ref, item in opened if item is not None)

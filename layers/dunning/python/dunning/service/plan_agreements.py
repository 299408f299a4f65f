"""Payment plans between a customer and a creditor: what is offered, and what becomes of an answer.
What is within the policy's offer is agreed at once; all else waits for a person of the creditor.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dunning.domain.account import Account
from dunning.domain.approval import HandedOver
from dunning.domain.bodies import InvoiceBody, PlanBody, WriteOffBody
from dunning.domain.calendar import local_day
from dunning.domain.facts import Dispute, Ended, Hold
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import DueItem, Invoice, OpenItem
from dunning.domain.ledger import LedgerError
from dunning.domain.money import format_amount
from dunning.domain.payment_plans import ACTIVE, CANCELLED, CUSTOMER, PROPOSED, PaymentPlan
from dunning.domain.plan_offers import (
    NOTHING_OPEN,
    Offered,
    PlanOffer,
    Terms,
    needs_review,
    offered,
    outside,
)
from dunning.domain.policy import Rulebook
from dunning.service.accounts import Accounts, Contended
from dunning.service.record_body import RecordBody

AGREED, WAITS, DECLINED = "agreed", "waits", "declined"
FEE = "fee"


@dataclass(frozen=True, slots=True)
class Asked:
    """A plan that a customer chooses or asks for: its terms, for all that is offered in a
    currency. `id` is the caller's: the same id is the same plan."""

    id: str
    currency: str
    terms: Terms
    reason: str = ""
    """A code, kept with the word."""
    brought_by: str = ""
    """What brings it, kept with its id."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of it: agreed, waits (for a person, and why) or declined."""

    outcome: str
    plan: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class PlanAgreements:
    """Offers, and answers to them, over the ledger."""

    accounts: Accounts
    bodies: RecordBody

    def offers(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, now: int
    ) -> tuple[Offered, ...]:
        """What a customer may choose from, by currency: for what is due and nobody disputes, holds
        or pursues, by the policy of its oldest item."""
        today = local_day(now, state.zone(rulebook.creditor))
        earlier = self._earlier(creditor, account)
        return offers_of(state, rulebook, today, earlier)

    def ask(
        self,
        creditor: str,
        account: str,
        state: Account,
        asked: Asked,
        rulebook: Rulebook,
        now: int,
    ) -> Answer:
        """A customer chooses an offer, or asks for something else. Raises LedgerError where no plan
        is possible at all."""
        today = local_day(now, state.zone(rulebook.creditor))
        known = next((plan for plan in state.plans if plan.id == asked.id), None)
        if known is not None and known.by == CUSTOMER:
            return Answer(AGREED if known.in_force else WAITS, asked.id)
        items = due_and_free(state, today).get(asked.currency, [])
        if not items:
            raise LedgerError(NOTHING_OPEN, "currency", f"nothing is due in {asked.currency}")
        offer = offer_of(items, state, rulebook)
        total = sum(item.open for item in items)
        earlier = self._earlier(creditor, account)
        refused = offered(state, offer, items, asked.currency, today, earlier).reason
        if offer is None or refused:
            raise LedgerError(
                refused or "not_offered", "plan", "no payment plan is offered for this at present"
            )
        why = outside(offer, asked.terms, total, asked.currency, today) or needs_review(
            state.customer, rulebook.creditor.country, asked.terms
        )
        self._record(creditor, state, asked, items, rulebook, now, agreed=not why)
        return Answer(WAITS if why else AGREED, asked.id, why)

    def answer(
        self,
        creditor: str,
        state: Account,
        plan_id: str,
        accepts: bool,
        by: str,
        rulebook: Rulebook,
        now: int,
        reason: str = "",
    ) -> Answer:
        """The other side's yes or no to a plan that was proposed. Raises LedgerError where no such
        plan waits for it: nobody agrees to their own words."""
        plan = next((one for one in state.plans if one.id == plan_id), None)
        if plan is not None and plan.in_force and accepts:
            return Answer(AGREED, plan_id)
        if plan is None or plan.state != PROPOSED or not awaits(plan, by):
            raise LedgerError(
                "no_such_proposal", "plan", f"no plan {plan_id} waits for an answer here"
            )
        body = PlanBody(
            on=local_day(now, state.zone(rulebook.creditor)),
            id=plan_id,
            customer=state.head.customer,
            state=ACTIVE if accepts else CANCELLED,
            by=by,
            reason=reason or ("" if accepts else "declined"),
        )
        self.bodies.record(creditor, body, rulebook, now)
        return Answer(AGREED if accepts else DECLINED, plan_id)

    def _earlier(self, creditor: str, account: str) -> list[PaymentPlan]:
        return earlier_plans(self.accounts.ledger.ended(creditor, account))

    def _record(
        self,
        creditor: str,
        state: Account,
        asked: Asked,
        items: Iterable[OpenItem],
        rulebook: Rulebook,
        now: int,
        *,
        agreed: bool,
    ) -> None:
        """The plan's word, with the invoice of its fee before it: what is agreed alone has one."""
        on = local_day(now, state.zone(rulebook.creditor))
        refs = [item.ref for item in items]
        fee = asked.terms.fee if agreed else 0
        number = f"{asked.id}-{FEE}"
        if fee:
            fee_body = _fee(state, asked, number, on)
            self.bodies.record(creditor, fee_body, rulebook, now, asked.brought_by)
            refs.append(ItemRef(number, 1))
        try:
            body = _plan(state, asked, refs, on, agreed=agreed)
            self.bodies.record(creditor, body, rulebook, now, asked.brought_by)
        except (LedgerError, Contended):
            # Without its plan nobody has agreed to a fee.
            if fee:
                given_up = WriteOffBody(
                    on=on,
                    id=f"{number}-given-up",
                    invoice=number,
                    amount=format_amount(fee, asked.currency),
                )
                self.bodies.record(creditor, given_up, rulebook, now)
            raise


def awaits(plan: PaymentPlan, by: str) -> bool:
    """Whether a proposal waits for an answer of this side: the customer's own for the creditor's,
    anybody else's for the customer's."""
    return (plan.by == CUSTOMER) != (by == CUSTOMER)


def offers_of(
    state: Account, rulebook: Rulebook, today: date, earlier: Iterable[PaymentPlan]
) -> tuple[Offered, ...]:
    """What a customer may choose from on a day, by currency; `earlier`: plans that are over."""
    over = list(earlier)
    return tuple(
        offered(state, offer_of(items, state, rulebook), items, currency, today, over)
        for currency, items in sorted(due_and_free(state, today).items())
    )


def earlier_plans(ended: Iterable[Ended]) -> list[PaymentPlan]:
    """The plans among facts that are over."""
    return [one.fact for one in ended if isinstance(one.fact, PaymentPlan)]


def offer_of(items: list[OpenItem], state: Account, rulebook: Rulebook) -> PlanOffer | None:
    """The offer that holds for items: of the policy of the oldest one."""
    if not items:
        return None
    policy = rulebook.policy_for(min(items, key=lambda item: (item.due, item.ref)), state.customer)
    return policy.plan_offer if policy else None


def due_and_free(state: Account, today: date) -> dict[str, list[OpenItem]]:
    """What a plan, or a promise, could be about, by currency: what is due, and neither disputed
    nor held, handed over, or in a plan."""
    found: dict[str, list[OpenItem]] = {}
    stops: list[Dispute | Hold | HandedOver] = [*state.disputes, *state.handed_over]
    stops += [one for one in state.holds if one.until is None or today <= one.until]
    for item in state.open:
        if item.due > today or any(stop.covers(item.ref) for stop in stops):
            continue
        if any(plan.in_force and plan.covers(item.ref) for plan in state.plans):
            continue
        found.setdefault(item.currency, []).append(item)
    return found


def _plan(state: Account, asked: Asked, refs: list[ItemRef], on: date, *, agreed: bool) -> PlanBody:
    def text(amount: int) -> str:
        return format_amount(amount, asked.currency)

    listed = asked.terms.instalments
    first, others = (listed[0], listed[1:]) if asked.terms.down else (None, listed)
    # A fee that nobody has agreed to is on no item yet: the last instalment is less by it.
    less = 0 if agreed else asked.terms.fee
    return PlanBody(
        on=on,
        id=asked.id,
        customer=state.head.customer,
        state=ACTIVE if agreed else PROPOSED,
        items=tuple((ref.invoice, ref.item) for ref in refs),
        down=text(first.amount) if first else None,
        instalments=tuple(
            (one.due, text(one.amount - (less if one is others[-1] else 0))) for one in others
        ),
        by=CUSTOMER,
        reason=asked.reason,
    )


def _fee(state: Account, asked: Asked, number: str, on: date) -> InvoiceBody:
    due = asked.terms.instalments[-1].due
    document = Invoice(
        number=number,
        currency=asked.currency,
        kind=FEE,
        issued=on,
        items=(DueItem(due, asked.terms.fee),),
        as_of=on,
    )
    return InvoiceBody(on=on, customer=state.head.customer, invoice=document)

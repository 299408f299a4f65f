"""Payment plans on the customer's page: what may be chosen, what exactly would be agreed, and the
answer to what the creditor proposes. What becomes of a choice is `plan_agreements`'.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dunning.domain.account import Account
from dunning.domain.bodies import PlanBody
from dunning.domain.calendar import Duration, later
from dunning.domain.identity import ItemRef
from dunning.domain.instalments import can_be_agreed
from dunning.domain.invoice import OpenItem
from dunning.domain.ledger import Find, LedgerError
from dunning.domain.money import format_amount
from dunning.domain.payment_plans import ACTIVE, CANCELLED, CUSTOMER, PROPOSED, PaymentPlan
from dunning.domain.plan_offers import (
    MONTHLY,
    NOT_OFFERED,
    Offered,
    Terms,
    days,
    needs_review,
    outside,
    shared,
    terms,
)
from dunning.domain.said_by_link import brought_by
from dunning.service.accounts import Check, Stale
from dunning.service.plan_agreements import (
    AGREED,
    DECLINED,
    WAITS,
    Answer,
    Asked,
    PlanAgreements,
    due_and_free,
    earlier_plans,
    offer_of,
    offers_of,
)
from dunning.service.visiting import Refused, Saying, Visit

MOST_ASKED = 24
"""Instalments that a customer may ask for on the page; more is a talk with a person."""
LATEST_FIRST = 60
"""Days ahead at which the first instalment may be asked for."""


class Chosen(NamedTuple):
    """What a customer looks at before they agree: the terms to the day and the minor unit."""

    currency: str
    number: int
    first: date | None
    """The day of the first instalment, where they ask for one of their own."""
    terms: Terms
    items: tuple[OpenItem, ...]
    why: str = ""
    """Why a person of the creditor has to look first; empty: it is agreed at once."""

    @property
    def seen(self) -> str:
        """What makes the terms these: what is agreed to must be what was shown."""
        return terms_seen(self.currency, self.terms, (item.ref for item in self.items))


class PlansShown(NamedTuple):
    """What the page of plans shows."""

    offers: tuple[Offered, ...]
    proposed: tuple[PaymentPlan, ...]
    """What the creditor proposes: the customer's to answer, while it is of what is open."""
    asked: tuple[PaymentPlan, ...]
    """What the customer has asked for, and nobody has answered yet."""
    running: tuple[PaymentPlan, ...]


def terms_seen(currency: str, said: Terms, items: Iterable[ItemRef]) -> str:
    """A digest of terms, and of what they are for."""
    words = f"{currency} {said.fee} {said.down} {said.instalments!r} {sorted(items)!r}"
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def plan_seen(plan: PaymentPlan) -> str:
    """A digest of the terms of a plan that is proposed."""
    return terms_seen(plan.currency, Terms(plan.instalments, plan.down), plan.items)


def _still(plan_id: str, seen: str) -> Check:
    """That the creditor's proposal stands as it was shown, in the account that is written."""

    def check(state: Account, _: Find) -> None:
        plan = next((one for one in state.plans if one.id == plan_id), None)
        if plan is None or plan.state != PROPOSED or plan.by == CUSTOMER or plan_seen(plan) != seen:
            raise Stale

    return check


@dataclass(frozen=True, slots=True)
class PortalPlans:
    """The page of plans. Reads alone."""

    visit: Visit
    earlier: tuple[PaymentPlan, ...] = ()

    def shown(self) -> PlansShown:
        """What may be chosen, what waits for an answer, and what runs."""
        here = self.visit
        plans = here.state.plans
        open_ones = [plan for plan in plans if plan.state == PROPOSED]
        return PlansShown(
            offers_of(here.state, here.rulebook, here.today, self.earlier),
            tuple(
                plan
                for plan in open_ones
                if plan.by != CUSTOMER and can_be_agreed(here.state, plan)
            ),
            tuple(plan for plan in open_ones if plan.by == CUSTOMER),
            tuple(plan for plan in plans if plan.in_force),
        )

    def days_to_begin(self) -> tuple[date, date]:
        """The first and the last day on which a plan of their own may begin."""
        today = self.visit.today
        return later(today, 1), later(today, LATEST_FIRST)

    def chosen(self, currency: str, count: int, first: date | None = None) -> Chosen:
        """The terms of so many instalments, from the offer's day or from one that they ask for.
        Raises Refused."""
        here = self.visit
        items = due_and_free(here.state, here.today).get(currency, [])
        offer = offer_of(items, here.state, here.rulebook)
        found = next((one for one in self.shown().offers if one.currency == currency), None)
        if not items or offer is None or found is None or found.reason:
            raise Refused("", (found.reason if found else "") or NOT_OFFERED)
        if not 1 <= count <= MOST_ASKED:
            raise Refused("count", "bad_count")
        latest = later(here.today, LATEST_FIRST)
        if first is not None and not here.today < first <= latest:
            raise Refused("first", "bad_day")
        total = sum(item.open for item in items)
        try:
            said = terms(offer, total, currency, here.today, count, first)
        except ValueError:
            raise Refused("count", "bad_count") from None
        why = outside(offer, said, total, currency, here.today) or needs_review(
            here.state.customer, here.settings.country, said
        )
        return Chosen(currency, count, first, said, tuple(items), why)


@dataclass(frozen=True, slots=True)
class AgreePlans:
    """What a customer decides about plans, into the ledger."""

    plans: PlanAgreements
    saying: Saying

    def page(self, visit: Visit) -> PortalPlans:
        """The page as it stands for a visit."""
        return page_of(visit, self.plans)

    def choose(self, visit: Visit, id_: str, chosen: Chosen, words: str) -> Answer:
        """Agree to what was shown, in those words (the version of the page's text), or ask for it.
        Raises Refused("", "changed") where it is not possible any more."""
        currency = chosen.currency
        by = brought_by(visit.link.recipient)
        asked = Asked(id_, currency, chosen.terms, f"words:{words}", by)
        try:
            answer = self.plans.ask(
                visit.creditor, visit.account, visit.state, asked, visit.rulebook, visit.now
            )
        except LedgerError as error:
            # Something came between what was shown and this: the page shows what stands by now.
            raise Refused("", "changed") from error
        return answer

    def answer(
        self, visit: Visit, plan_id: str, seen: str, words: str, *, accepts: bool
    ) -> tuple[Answer, PaymentPlan]:
        """Yes or no to what the creditor proposes. Raises Refused where it is not there any more,
        or says something else than was shown."""
        plan = next((one for one in visit.state.plans if one.id == plan_id), None)
        if plan is not None and plan.in_force and accepts:
            return Answer(AGREED, plan_id), plan
        if plan is None or plan.state != PROPOSED or plan.by == CUSTOMER:
            raise Refused("", "gone")
        if accepts and plan_seen(plan) != seen:
            raise Refused("", "changed")
        body = PlanBody(
            on=visit.today,
            id=plan_id,
            customer=visit.customer,
            state=ACTIVE if accepts else CANCELLED,
            by=CUSTOMER,
            reason=f"words:{words}" if accepts else DECLINED,
        )
        try:
            self.saying.record(visit, body, _still(plan_id, plan_seen(plan)))
        except LedgerError as error:
            raise Refused("", "changed") from error
        return Answer(AGREED if accepts else DECLINED, plan_id), plan

    def counter(
        self, visit: Visit, plan_id: str, count: int, first: date | None
    ) -> tuple[Answer, PaymentPlan]:
        """Other terms for what the creditor proposes: the same plan, with the customer's terms,
        waits for a person. Raises Refused."""
        plan = next((one for one in visit.state.plans if one.id == plan_id), None)
        if plan is None or plan.state != PROPOSED or plan.by == CUSTOMER:
            raise Refused("", "gone")
        if not 1 <= count <= MOST_ASKED or count > plan.total:
            raise Refused("count", "bad_count")
        begin = first or max(later(visit.today, 1), plan.instalments[0].due)
        if not visit.today < begin <= later(visit.today, LATEST_FIRST):
            raise Refused("first", "bad_day")
        every = _every(visit, plan)
        parts = shared(plan.total, count)
        body = PlanBody(
            on=visit.today,
            id=plan_id,
            customer=visit.customer,
            state=PROPOSED,
            items=tuple((ref.invoice, ref.item) for ref in plan.items),
            instalments=tuple(
                (due, format_amount(part, plan.currency))
                for due, part in zip(days(begin, every, count), parts, strict=True)
            ),
            by=CUSTOMER,
            reason="counter",
        )
        try:
            self.saying.record(visit, body, _still(plan_id, plan_seen(plan)))
        except LedgerError as error:
            raise Refused("", "changed") from error
        return Answer(WAITS, plan_id), plan


def page_of(visit: Visit, plans: PlanAgreements) -> PortalPlans:
    """The page of plans, with what has ended of them."""
    ended = plans.accounts.ledger.ended(visit.creditor, visit.account)
    return PortalPlans(visit, tuple(earlier_plans(ended)))


def _every(visit: Visit, plan: PaymentPlan) -> Duration:
    """The span between instalments: as the policy offers it."""
    items = [item for item in visit.state.open if item.ref in plan.items]
    offer = offer_of(items, visit.state, visit.rulebook)
    return offer.every if offer else MONTHLY

"""A customer has a plan collected: their signature into the ledger, then the provider's page on
which the mandate is set up; and the word that stops it. What is debited is `collecting`'s.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from dunning.domain.bodies import MandateBody
from dunning.domain.creditor import Creditor
from dunning.domain.ledger import LedgerError
from dunning.domain.payment_plans import PaymentPlan
from dunning.domain.payment_requests import Begun, MandateRequest, NotBegun
from dunning.domain.plan_mandates import PORTAL, SIGNED, STOPPED
from dunning.service.paying import providers_for
from dunning.service.ports import Metrics
from dunning.service.provider_ports import Keys, NotConfigured, ProviderKeys
from dunning.service.refused import Refused
from dunning.service.visiting import Saying, Visit


class SetsUp(Protocol):
    """A creditor's account with a provider that has a page to set up mandates on."""

    def set_up(self, asked: MandateRequest) -> Begun:
        """The same mandate is the same request. Raises NotBegun."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed, by the click on it, and how the customer comes to the provider and back."""

    mandate: str
    """Its id in the ledger."""
    text_hash: str
    language: str
    title: str
    back: str
    left: str


def collects(creditor: Creditor, plan: PaymentPlan, today: date) -> bool:
    """Whether a customer may have a plan collected: never more than a choice."""
    provider = creditor.collect_plans
    return bool(
        provider and providers_for((provider,), plan.currency) and plan.in_good_standing(today)
    )


@dataclass(frozen=True, slots=True)
class Authorising:
    """The use case. The same form, sent again, leads to the same mandate."""

    keys: ProviderKeys
    providers: Callable[[str, Keys], SetsUp]
    metrics: Metrics

    def sign(self, visit: Visit, plan: PaymentPlan, signed: Signed, saying: Saying) -> str:
        """Address of the provider's page. The signature is kept first: a mandate that is there was
        signed. Raises Refused where the plan cannot be collected any more, NotBegun and
        NotConfigured."""
        provider = visit.settings.collect_plans
        if not collects(visit.settings, plan, visit.today):
            raise Refused("", "changed")
        body = MandateBody(
            on=visit.today,
            id=signed.mandate,
            customer=visit.customer,
            state=SIGNED,
            plan=plan.id,
            provider=provider,
            signed_at=visit.now,
            text_hash=signed.text_hash,
            language=signed.language,
            source=PORTAL,
            # The page that was signed shows the days and amounts, and stays open to be kept.
            copy_given=visit.today,
        )
        try:
            saying.record(visit, body)
        except LedgerError as error:
            raise Refused("", "changed") from error
        asked = MandateRequest(
            creditor=visit.creditor,
            customer=visit.customer,
            plan=plan.id,
            mandate=signed.mandate,
            currency=plan.currency,
            title=signed.title,
            language=signed.language,
            back=signed.back,
            left=signed.left,
        )
        try:
            keys = self.keys.of(visit.creditor, provider)
            page = self.providers(provider, keys).set_up(asked)
        except (NotBegun, NotConfigured):
            self.metrics.count("PaymentNotBegun")
            raise
        return page.url

    @staticmethod
    def stop(visit: Visit, mandate: str, saying: Saying) -> None:
        """Nothing is collected by it any more. Raises Refused where no such mandate stands."""
        body = MandateBody(on=visit.today, id=mandate, customer=visit.customer, state=STOPPED)
        try:
            saying.record(visit, body)
        except LedgerError as error:
            raise Refused("", "changed") from error

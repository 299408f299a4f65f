"""Instalments of an agreed plan, collected by a mandate at a provider: the one way to a debit, and
it asks first whether each may be made. What comes of them the provider's events tell.

What is to be done stands in the agenda, written with the fact that asks for it: whoever is cut off
is followed by the next run, which asks for the same under the same key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dunning.domain.account import Account
from dunning.domain.calendar import local_day
from dunning.domain.ledger import Entry
from dunning.domain.mandate_debits import (
    asked_for,
    refused_by_provider,
    taken_by_provider,
    undone_by_provider,
)
from dunning.domain.payment_plans import PaymentPlan
from dunning.domain.payment_requests import DebitsRequest, NotBegun
from dunning.domain.plan_mandates import CANCEL, COLLECT, CREATE, REFUSED, PlanMandate
from dunning.domain.policy import Rulebook
from dunning.service.accounts import Accounts, Contended
from dunning.service.ports import Metrics, Settings
from dunning.service.provider_ports import Keys, NotConfigured, ProviderKeys

SECONDS_TO_END = 60.0
"""What is left of a run when no further account is begun: a provider has eight seconds a try."""
MOST = 500
"""Accounts of a creditor in one run."""


class Collects(Protocol):
    """A creditor's account with a provider that collects by mandate."""

    def collect(self, asked: DebitsRequest) -> str:
        """The id of the schedule; the same mandate is the same schedule. Raises NotBegun."""

    def stop(self, reference: str, mandate: str, *, whole: bool) -> None:
        """Cancel what was asked for of the ledger's `mandate` by the provider's, known here or not,
        as far as the bank has not got it; with `whole`, the provider's mandate itself. Done again
        it does nothing. Raises NotBegun."""


class NotCollected(Exception):
    """Something is still to be done at a provider; it is tried again. `code` is NotBegun's,
    `errand` what was to be done about which mandate."""

    def __init__(self, code: str, mandate: str, errand: str) -> None:
        super().__init__(f"{errand} of {mandate}: {code}")
        self.code, self.mandate, self.errand = code, mandate, errand


Tell = Callable[[str, NotCollected], None]
"""Told of what stayed undone: whose, and what."""


@dataclass(frozen=True, slots=True)
class Collecting:
    """The use case. Done again, or by two at once, it collects nothing twice: what is asked for is
    kept first, and the provider knows it by its key."""

    accounts: Accounts
    settings: Settings
    keys: ProviderKeys
    providers: Callable[[str, Keys], Collects]
    metrics: Metrics
    title: Callable[[Rulebook, Account, PaymentPlan], str]
    """What the customer reads of it at the provider and the bank."""

    def run(
        self, now: int, left: Callable[[], float], tell: Tell = lambda creditor, error: None
    ) -> dict[str, int]:
        """Everything in the cell that is to be done at a provider, creditor by creditor: how many
        accounts were seen to, and how many not. None keeps another waiting."""
        done = undone = 0
        for creditor in self.settings.creditors():
            rulebook = self.settings.rulebook(creditor)
            if rulebook is None:
                continue
            due = self.accounts.ledger.agenda(creditor, COLLECT, 1, now)
            for count, account in enumerate(dict.fromkeys(one.account for one in due)):
                if count >= MOST or left() < SECONDS_TO_END:
                    break
                try:
                    self.attend(creditor, account, rulebook, now)
                    done += 1
                except NotCollected as error:
                    undone += 1
                    tell(creditor, error)
                except Contended:
                    undone += 1
        return {"done": done, "undone": undone}

    def attend(self, creditor: str, account: str, rulebook: Rulebook, now: int) -> None:
        """What is to be done for one account. Raises NotCollected where some of it stays undone."""
        state = self.accounts.ledger.read(creditor, account)
        failed: NotCollected | None = None
        for mandate in state.mandates if state else ():
            try:
                if mandate.errand == CANCEL:
                    self._cancel(creditor, account, mandate, rulebook, now)
                elif mandate.errand == CREATE:
                    self._create(creditor, account, mandate.id, rulebook, now)
            except (NotBegun, NotConfigured) as error:
                self.metrics.count("PlanNotCollected")
                code = getattr(error, "code", "not_configured")
                failed = NotCollected(code, mandate.id, mandate.errand)
        if failed is not None:
            raise failed

    def _create(self, creditor: str, account: str, id_: str, rulebook: Rulebook, now: int) -> None:
        def work_out(state: Account) -> Entry | None:
            today = local_day(now, state.zone(rulebook.creditor))
            return asked_for(state, id_, rulebook.creditor, rulebook.calendars, today)

        self._write(creditor, account, rulebook, now, work_out)
        state = self.accounts.ledger.read(creditor, account)
        found = _standing(state, id_) if state is not None else None
        if state is None or found is None:
            return  # it may not be collected
        mandate, plan = found
        asked = DebitsRequest(
            creditor=creditor,
            customer=state.head.customer,
            plan=plan.id,
            mandate=mandate.id,
            reference=mandate.reference,
            currency=plan.currency,
            debits=tuple((one.on, one.amount) for one in mandate.debits),
            title=self.title(rulebook, state, plan),
        )
        try:
            schedule = self._at(creditor, mandate).collect(asked)
        except NotBegun as error:
            if error.code != REFUSED:
                raise
            self._write(
                creditor, account, rulebook, now,
                lambda state: refused_by_provider(state, id_, REFUSED),
            )  # fmt: skip
            self.metrics.count("PlanNotCollected")
            return
        self._write(
            creditor, account, rulebook, now, lambda state: taken_by_provider(state, id_, schedule)
        )
        after = self.accounts.ledger.read(creditor, account)
        kept = next((one for one in after.mandates if one.id == id_), None) if after else None
        if kept is None or kept.over:
            # While the provider was asked, somebody else found that nothing is to be collected, and
            # may have cancelled before there was anything to cancel.
            self._at(creditor, mandate).stop(mandate.reference, id_, whole=mandate.ours)
            return
        self.metrics.count("PlanScheduled")

    def _cancel(
        self, creditor: str, account: str, mandate: PlanMandate, rulebook: Rulebook, now: int
    ) -> None:
        at = self._at(creditor, mandate)
        at.stop(mandate.reference, mandate.id, whole=mandate.ours)
        self._write(
            creditor, account, rulebook, now, lambda state: undone_by_provider(state, mandate.id)
        )
        self.metrics.count("PlanDebitsCancelled")

    def _at(self, creditor: str, mandate: PlanMandate) -> Collects:
        return self.providers(mandate.provider, self.keys.of(creditor, mandate.provider))

    def _write(
        self,
        creditor: str,
        account: str,
        rulebook: Rulebook,
        now: int,
        edit: Callable[[Account], Entry | None],
    ) -> None:
        self.accounts.change(creditor, account, "", rulebook, now, edit)


def _standing(state: Account, id_: str) -> tuple[PlanMandate, PaymentPlan] | None:
    """A mandate of which the provider is to be asked, with its plan."""
    mandate = next((one for one in state.mandates if one.id == id_), None)
    if mandate is None or mandate.errand != CREATE or not mandate.debits:
        return None
    plan = next((one for one in state.plans if one.id == mandate.plan and one.in_force), None)
    return (mandate, plan) if plan is not None else None

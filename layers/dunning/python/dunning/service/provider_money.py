"""One event of a payment provider into the ledger: once, in whatever order events come.
Signatures are checked before, where the webhook comes in; what an event says is its adapter's.
"""

from dataclasses import dataclass, replace

from dunning.domain.account import Account
from dunning.domain.begun_payments import refused, under_way
from dunning.domain.bodies import AccountBody, MandateBody, MoneyBody
from dunning.domain.calendar import later
from dunning.domain.ledger import Entry, LedgerError
from dunning.domain.policy import Rulebook
from dunning.domain.provider_events import (
    CAME_TO_NOTHING,
    FAILED,
    UNDER_WAY,
    ProviderEvent,
    bodies_of,
    payment_id,
)
from dunning.service.ports import Metrics
from dunning.service.provider_payments import ProviderPayments
from dunning.service.record_body import ACCEPTED, UNCHANGED, RecordBody

TOLD = "told"
"""Nothing follows for the ledger."""
OF_ANOTHER = "of_another_creditor"
"""The payment was begun for another creditor, who has the same account with the provider: their own
webhook tells them of it."""
NOTHING_TO_TAKE_BACK = "nothing_to_take_back"
"""A payment failed that never counted as paid."""
UNDER_WAY_DAYS = 8
"""Days for which a payment is waited for that its payer agreed to in a provider's checkout by a
debit or transfer: five working days, and a weekend or holiday among them."""
EARLY = frozenset({"unknown_payment", "unknown_of", "unknown_posting"})
"""What the ledger says of an event that comes before the one it follows."""
NAMES_WHAT_IS_NOT = frozenset({"currency_mismatch", "unknown_item", "allocated_too_much"})
"""What the ledger says of allocations that do not fit: the money came all the same."""


class TooEarly(Exception):
    """The event follows one that has not come yet: let it come again."""


@dataclass(frozen=True, slots=True)
class ProviderMoney:
    """Events into the ledger. Recording the same event again changes nothing."""

    bodies: RecordBody
    metrics: Metrics

    def record(
        self,
        creditor: str,
        event: ProviderEvent,
        rulebook: Rulebook,
        now: int,
        *,
        last: bool = False,
    ) -> str:
        """What came of it: accepted, unchanged, told, of_another_creditor or nothing_to_take_back.
        Raises TooEarly for what follows an event that is not here yet (`last`: it is not waited for
        any longer), and LedgerError where the ledger refuses what the provider says: a person has
        to look."""
        if event.creditor not in ("", creditor):
            return OF_ANOTHER
        over = event.kind in CAME_TO_NOTHING and not event.again
        if event.kind == UNDER_WAY or over:
            self._begun(creditor, event, rulebook, now)
        outcomes = [
            self._one(creditor, event, body, rulebook, now, last=last) for body in bodies_of(event)
        ]
        return ACCEPTED if ACCEPTED in outcomes else (outcomes or [TOLD])[-1]

    def _begun(self, creditor: str, event: ProviderEvent, rulebook: Rulebook, now: int) -> None:
        """A payment that its bank has refused for good holds back nothing that it was begun for;
        one that a bank takes days for is waited for so long."""
        accounts = self.bodies.accounts
        account = accounts.ledger.account_key(creditor, event.customer)
        if not (event.customer and event.items):
            return
        if accounts.ledger.head(creditor, account) is None:
            return
        of = (account, event.provider, event.items)
        until = later(event.on, UNDER_WAY_DAYS)

        def edit(state: Account) -> Entry | None:
            if event.kind == UNDER_WAY:
                return under_way(state, *of, until)
            return refused(state, *of, event.on)

        accounts.change(creditor, account, event.customer, rulebook, now, edit)

    def _one(
        self,
        creditor: str,
        event: ProviderEvent,
        plain: AccountBody,
        rulebook: Rulebook,
        now: int,
        *,
        last: bool,
    ) -> str:
        body = ProviderPayments(self.bodies.accounts.ledger).meant(
            creditor, event, plain, last=last
        )
        if body is None:
            raise TooEarly(event.type)
        try:
            outcome = self.bodies.record(creditor, body, rulebook, now)
        except LedgerError as error:
            if error.code == "nothing_left":
                return UNCHANGED
            if isinstance(body, MandateBody):
                return TOLD  # a mandate for something that is not ours
            if error.code in NAMES_WHAT_IS_NOT and isinstance(body, MoneyBody) and body.parts:
                outcome = self.bodies.record(creditor, replace(body, parts=()), rulebook, now)
            elif error.code not in EARLY:
                raise
            elif not last:
                raise TooEarly(event.type) from error
            elif event.kind == FAILED:
                self._not_unmatched(creditor, event)
                return NOTHING_TO_TAKE_BACK
            else:
                raise
        self.metrics.count("PaymentEventRecorded")
        return outcome

    def _not_unmatched(self, creditor: str, event: ProviderEvent) -> None:
        """A payment that nobody has matched yet could still be matched, though it came to nothing:
        that is for a person to know. Raises LedgerError."""
        unmatched = self.bodies.unmatched
        kept = payment_id(event.provider, event.payment)
        if unmatched is not None and unmatched.get(creditor, kept) is not None:
            raise LedgerError(
                "unmatched_and_failed",
                "payment",
                f"{kept} is kept as unmatched, and its bank has refused it: do not match it; or"
                " match it, and send this webhook again, which takes it back",
            )

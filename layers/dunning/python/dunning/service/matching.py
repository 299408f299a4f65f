"""Payments that name nobody: kept for a person, with a hold on what they may be for, until they are
matched or their days are over. Each step is safe to be cut off and done again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from dunning.domain.account import Account
from dunning.domain.bodies import MatchBody, MoneyBody
from dunning.domain.intake.document import Document
from dunning.domain.intake.payer import told
from dunning.domain.ledger import Entry, LedgerError
from dunning.domain.money import MoneyError, format_amount, parse_amount
from dunning.domain.policy import Rulebook
from dunning.domain.posting import LEDGER, PostingKey
from dunning.domain.unmatched import Suggestion, Unmatched, as_payment, held_for, let_go
from dunning.service.accounts import Accounts
from dunning.service.ports import Known
from dunning.service.session import Session
from dunning.service.suggestions import Suggestions

KEPT = frozenset({"unknown_payer", "several_payers", "currency_mismatch"})
"""Why a payment is on no account, where it is kept as unmatched for that."""


class UnmatchedPayments(Protocol):
    """The payments of a creditor that are on no account, and those that were."""

    def put(self, creditor: str, payment: Unmatched) -> Unmatched:
        """Keep a payment; what is kept under its id already stays, and is returned."""

    def get(self, creditor: str, id_: str) -> Unmatched | None: ...

    def all(self, creditor: str) -> Iterator[Unmatched]:
        """Every one, by id."""

    def behind(self, creditor: str, id_: str, most: int) -> list[Unmatched]:
        """A part of them, in the same order, behind an id ("": from the first), consistently."""

    def any(self, creditor: str) -> bool:
        """Whether there is, or was, one at all."""

    def matched(self, creditor: str, id_: str, customer: str) -> None:
        """Remember whose a payment was."""


@dataclass(frozen=True, slots=True)
class Matching:
    """Unmatched payments, over the accounts that they may be for."""

    payments: UnmatchedPayments
    accounts: Accounts

    def keep(
        self,
        creditor: str,
        payment: Unmatched,
        suggestions: Iterable[Suggestion],
        rulebook: Rulebook,
        now: int,
    ) -> bool:
        """Keep a payment that names nobody, and let the items wait that it may be for. False: it
        was kept before."""
        found = tuple(suggestions)
        wanted = replace(payment, suggested=tuple(one.customer for one in found))
        stands = self.payments.put(creditor, wanted)
        if stands.customer:
            return False
        invoices = {one.customer: one.invoices for one in found}
        for place, customer in enumerate(stands.suggested):
            self._hold(creditor, stands, place, invoices.get(customer, ()), rulebook, now)
        return stands is wanted

    def keep_body(
        self, creditor: str, body: MoneyBody, rulebook: Rulebook, now: int
    ) -> tuple[bool, str]:
        """The same of a ledger body; whether it is new, and a sentence about it. Raises LedgerError
        where its id is that of other money: what came once must not be lost as a repeat."""
        self._is_new_or_the_same(creditor, body)
        named = [part.invoice for part in body.parts]
        suggestions = Suggestions(self.accounts.ledger).of(creditor, body.reference or "", named)
        payment = Unmatched(body.id, body.on, body.value_date, body.currency, body.amount)
        new = self.keep(creditor, payment, suggestions, rulebook, now)
        amount = format_amount(body.amount, body.currency)
        return new, (
            f"payment {body.id} of {amount} {body.currency} names nobody who is known here; it is"
            " kept as unmatched until a match says whose it is"
        )

    def _is_new_or_the_same(self, creditor: str, body: MoneyBody) -> None:
        kept = self.payments.get(creditor, body.id)
        if kept is None:
            key = PostingKey(LEDGER, body.id)
            taken = self.accounts.ledger.account_of_posting(creditor, key) is not None
        else:
            taken = (kept.currency, kept.amount) != (body.currency, body.amount)
        if taken:
            raise LedgerError(
                "id_differs",
                "id",
                f"the id {body.id} is known for something else, or with another amount; give a new"
                " one",
            )

    def keep_document(
        self, creditor: str, payment: Document, on: date, rulebook: Rulebook, now: int
    ) -> bool:
        """The same of a bank's payment, where it says enough to be known again."""
        booked = payment.issued or payment.settled_on
        try:
            stated = format(payment.total, "f") if payment.total is not None else ""
            amount = parse_amount(stated, payment.currency)
        except MoneyError:
            return False
        if not payment.number.strip() or booked is None or amount <= 0:
            return False
        stated_invoices = [payment.invoice, *payment.preceding]
        suggestions = Suggestions(self.accounts.ledger).of(
            creditor, payment.reference, [one for one in stated_invoices if one]
        )
        kept = Unmatched(
            payment.number.strip(),
            on,
            payment.settled_on or booked,
            payment.currency,
            amount,
            told(payment),
        )
        return self.keep(creditor, kept, suggestions, rulebook, now)

    def payment_of(self, creditor: str, body: MatchBody) -> MoneyBody:
        """The payment that a body says whose it is. Raises LedgerError where none is kept."""
        kept = self.payments.get(creditor, body.unmatched)
        if kept is None:
            raise LedgerError(
                "unknown_unmatched",
                "unmatched",
                f"no unmatched payment {body.unmatched} is known; send it as a payment instead",
            )
        if kept.customer and kept.customer != body.customer:
            raise LedgerError(
                "matched_already",
                "unmatched",
                f"the payment {body.unmatched} was matched to another customer; reverse it there,"
                " and send it again under a new id",
            )
        return as_payment(kept, body)

    def found(
        self, creditor: str, body: MoneyBody, session: Session, rulebook: Rulebook, now: int
    ) -> None:
        """What waited for a payment waits no longer, now that it is on that account."""
        state = session.state() if body.type == "payment" else None
        if state is not None:
            self.settle(creditor, body.id, state.head.customer, body.on, rulebook, now)

    def settle(
        self, creditor: str, id_: str, customer: str, on: date, rulebook: Rulebook, now: int
    ) -> None:
        """It is known whose a payment was: what waited for it waits no longer. Nothing to do where
        it was never unmatched."""
        kept = self.payments.get(creditor, id_)
        if kept is None:
            return
        for place, suggested in enumerate(kept.suggested):
            self._let_go(creditor, kept, place, suggested, on, rulebook, now)
        if not kept.customer:
            self.payments.matched(creditor, id_, customer)

    def _hold(
        self,
        creditor: str,
        payment: Unmatched,
        place: int,
        invoices: Iterable[str],
        rulebook: Rulebook,
        now: int,
    ) -> None:
        def edit(state: Account) -> Entry | None:
            return held_for(state, payment, place, invoices)

        customer = payment.suggested[place]
        account = self.accounts.ledger.account_key(creditor, customer)
        try:
            self.accounts.change(creditor, account, customer, rulebook, now, edit)
        except Known:
            return  # it was there, and somebody has ended it

    def _let_go(
        self,
        creditor: str,
        payment: Unmatched,
        place: int,
        customer: str,
        on: date,
        rulebook: Rulebook,
        now: int,
    ) -> None:
        def edit(state: Account) -> Entry | None:
            return let_go(state, payment, place, on)

        account = self.accounts.ledger.account_key(creditor, customer)
        self.accounts.change(creditor, account, customer, rulebook, now, edit)

"""What a notice charges: the fees and the interest of the steps that it takes, from what is open.
Nothing is posted here (`charge_documents`), and no charge is ever the base of another.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from . import legal_holds
from .business_days import of_creditor, rolled
from .charges.basis import fee_basis, interest_basis
from .charges.fees import fee_of
from .charges.interest import Debt, accrue, compensation
from .charges.jurisdiction import regime_of
from .charges.notice import (
    COMPENSATION,
    FEE,
    INTEREST,
    MISSING,
    NOTICE,
    POST,
    Charge,
    FeeOf,
    InterestOf,
)
from .charges.reference_rate import ChargeError
from .charges.regime import Terms, contract
from .charges.telling import NO_CLASS, NO_RATE, NO_STATUTE, OWES_NONE
from .due import Send, View
from .identity import ItemRef
from .lines import Line
from .payment_plans import without_interest
from .policy import Policy, Step


def with_charges(view: View, send: Send) -> Send:
    """The message with what it charges: by the steps that principal items take. What is missing to
    compute interest never stops it."""
    policy = view.rulebook.named(send.policy)
    taking = [line for line in send.advanced if line.charge is None and line.days_late > 0]
    if policy is None or not taking:
        return send
    notice = _Notice(view, send, policy, taking)
    if not any(step.charging for _, step in notice.steps()):
        return send
    return replace(send, charges=(*notice.fees(), *notice.interest()))


class _Notice(NamedTuple):
    """One notice, and the principal items of it that take their step."""

    view: View
    send: Send
    policy: Policy
    taking: list[Line]

    def steps(self) -> Iterator[tuple[Line, Step]]:
        """The items that take a step, each with it."""
        for line in self.taking:
            step = self.policy.step(line.level)
            if step is not None:
                yield line, step

    @property
    def again(self) -> bool:
        """Whether an earlier attempt of this notice counts as sent: what it posted is posted."""
        return any(last.serial == self.send.serial for last in self.view.account.head.last)

    def fees(self) -> Iterator[Charge]:
        """Per notice: those of the highest level that is taken, once per case and level. Per item:
        those of its own step. A repeat charges no fee."""
        first = [line for line in self.taking if not line.repeat]
        if not first:
            return
        level = max(line.level for line in first)
        step = self.policy.step(level)
        if step is not None and level == self.send.level and not self._charged(level):
            base = sum(
                line.open for line in self.send.lines if line.charge is None and line.days_late > 0
            )
            for fee in step.charges:
                if fee.per == NOTICE:
                    yield from self._fee(fee, first[0], base, level)
        for line in first:
            own = self.policy.step(line.level)
            for fee in own.charges if own else ():
                if fee.per != NOTICE:
                    yield from self._fee(fee, line, line.open, line.level)

    def _charged(self, level: int) -> bool:
        """Whether the case has had the fee of a level since something of it became overdue."""
        return any(
            at == level and serial != self.send.serial
            for last in self.view.account.head.last
            if (last.currency, last.policy) == (self.send.currency, self.send.policy)
            for at, serial in last.charged
        )

    def _fee(self, fee: FeeOf, line: Line, base: int, level: int) -> Iterator[Charge]:
        if (fee.mode == POST and self.again) or self._fees_stopped(line.ref):
            return
        amount = fee_of(fee.rule, base, self.send.currency)
        if amount:
            said = fee_basis(fee.rule, base, self.send.currency)
            yield Charge(FEE, fee.mode, amount, line.ref, level, said)

    def interest(self) -> Iterator[Charge]:
        """Of each item whose step takes interest; where one item carries the account, of all that
        is overdue, by its step."""
        told: set[str] = set()
        compensated: set[str] = set()
        for line, rule, level in self._bearing():
            if rule.mode == POST and self.again:
                continue
            for charge in self._of(line, rule, level):
                if charge.what == COMPENSATION:
                    if line.ref.invoice in compensated:
                        continue
                    compensated.add(line.ref.invoice)
                if charge.mode == MISSING:
                    if charge.basis in told:
                        continue
                    told.add(charge.basis)
                yield charge

    def _bearing(self) -> Iterator[tuple[Line, InterestOf, int]]:
        if not self.send.carried:
            for line, step in self.steps():
                if step.interest is not None:
                    yield line, step.interest, line.level
            return
        carrier = self.taking[0]
        carried = self.policy.step(carrier.level)
        if carried is not None and carried.interest is not None:
            for line in self.send.lines:
                if line.charge is None and line.days_late > 0:
                    yield line, carried.interest, carrier.level

    def _of(self, line: Line, rule: InterestOf, level: int) -> Iterator[Charge]:
        item = self.view.account.item(line.ref)
        assert item is not None  # lines are made from the account's open items
        book, until = self.view.rulebook, self.send.run
        due = rolled(item.due, book.creditor, book.calendars)
        debt = item.borne.debt(item.amount, item.open, item.currency, due, item.open - line.open)
        try:
            terms = self._terms(rule, debt)
        except ChargeError:
            terms = NO_STATUTE
        if isinstance(terms, str):
            yield Charge(INTEREST, MISSING, 0, line.ref, level, terms)
            return
        try:
            accrual = accrue(
                debt,
                terms,
                until,
                since=item.borne.until,
                free=self._free(line.ref),
                is_business_day=self._is_business_day,
            )
        except ChargeError:
            yield Charge(INTEREST, MISSING, 0, line.ref, level, NO_RATE)
            return
        if accrual.interest:
            said = interest_basis(accrual.segments, item.currency)
            yield Charge(INTEREST, rule.mode, accrual.interest, line.ref, level, said)
        if not item.borne.compensated and not self._fees_stopped(line.ref):
            fixed = compensation(debt, terms, until, is_business_day=self._is_business_day)
            if fixed:
                yield Charge(COMPENSATION, rule.compensation, fixed, line.ref, level, terms.source)

    def _free(self, ref: ItemRef) -> list[tuple[date, date]]:
        """The days that bear no interest: of plans in good standing, and of legal holds."""
        spans = without_interest(self.view.account, ref)
        holds = self.view.account.holds
        if not holds:
            return spans
        effects = self.view.rulebook.effects()
        return sorted([*spans, *legal_holds.without_interest(holds, ref, self.send.run, effects)])

    def _fees_stopped(self, ref: ItemRef) -> bool:
        holds, book = self.view.account.holds, self.view.rulebook
        return bool(holds) and legal_holds.stopped(holds, ref, self.send.run, book.effects()).fees

    def _terms(self, rule: InterestOf, debt: Debt) -> Terms | str:
        """The terms of a debt, or why there are none. Raises ChargeError."""
        if rule.rate is not None:
            return contract(rule.rate)
        customer, creditor = self.view.account.customer, self.view.rulebook.creditor
        if customer.customer_class is None:
            return NO_CLASS
        regime = rule.regime or regime_of(
            creditor.country, customer.country, customer.customer_class
        )
        if regime is None:
            return NO_STATUTE
        first = debt.due + timedelta(days=1)
        found = self.view.rulebook.interest().terms(regime, customer.customer_class, first)
        return found or OWES_NONE

    def _is_business_day(self, day: date) -> bool:
        calendars, calendar = self.view.rulebook.calendars, of_creditor(self.view.rulebook.creditor)
        return not (calendars.weekend(calendar, day) or calendars.holiday(calendar, day))

"""Paying from a page: what a customer may choose to pay in one currency, and what of it is chosen
beforehand. What a payment that was begun does to an account is `begun_payments`'.

Whole items and instalments alone: nobody types an amount. What is on account already is taken off
the oldest of what is due, as a notice does.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from .account import Account
from .begun_payments import Parts
from .identity import ItemRef
from .instalments import coming, open_of, taken
from .ledger import LedgerError
from .owed import COLLECTED, HANDED_OVER, IN_PLAN, Owed, OwedItem
from .payment_plans import PaymentPlan

NOT_OFFERED = frozenset({HANDED_OVER, IN_PLAN, COLLECTED})
"""Why an item cannot be paid here: somebody else collects it, its instalments are paid instead, or
the creditor takes it from the customer's account by itself."""


class Choice(NamedTuple):
    """Something that may be paid: an open item, or an instalment of a plan that is in force."""

    key: str
    """How a form names it, with the amount that was shown: of another amount it is another. It
    says nothing to who reads it."""
    parts: Parts
    wanted: bool
    """Whether it is chosen beforehand: it is due, and nothing speaks against paying it."""
    item: OwedItem | None
    """None: an instalment, which is due on `due`."""
    due: date

    @property
    def amount(self) -> int:
        """Minor units."""
        return sum(part for _, part in self.parts)


@dataclass(frozen=True, slots=True)
class Payable:
    """What may be paid in one currency, oldest first."""

    currency: str
    choices: tuple[Choice, ...]

    @property
    def wanted(self) -> tuple[Choice, ...]:
        """What is chosen beforehand."""
        return tuple(one for one in self.choices if one.wanted)

    def of(self, refs: Collection[ItemRef]) -> tuple[Choice, ...]:
        """The choices that are for nothing but these items."""
        return tuple(one for one in self.choices if all(ref in refs for ref, _ in one.parts))

    def named(self, keys: Collection[str]) -> tuple[Choice, ...]:
        """The choices that a form names. Raises LedgerError for one that there is not, and for
        none at all."""
        found = tuple(one for one in self.choices if one.key in keys)
        if not found or len(found) != len(set(keys)):
            raise LedgerError("unknown_item", "items", "choose of what can be paid here")
        return found


def payable(account: Account, case: Owed) -> Payable:
    """What a customer may pay of a case, as it stands on the day of the statement."""
    credit = case.credit
    choices = []
    for item in case.items:
        if item.why_not in NOT_OFFERED:
            continue
        covered = min(credit, item.open) if item.now else 0
        credit -= covered
        if item.open > covered:
            parts = ((item.ref, item.open - covered),)
            choices.append(Choice(_key(parts), parts, item.now, item, item.due))
    for plan in account.plans:
        if plan.in_force and plan.currency == case.currency:
            made, credit = _instalments(account, plan, case.today, credit)
            choices += made
    choices.sort(key=lambda one: (one.due, one.key))
    return Payable(case.currency, tuple(choices))


def total(choices: Iterable[Choice]) -> Parts:
    """What a payment of these choices is for."""
    found: dict[ItemRef, int] = {}
    for one in choices:
        for ref, part in one.parts:
            found[ref] = found.get(ref, 0) + part
    return tuple(found.items())


def _instalments(
    account: Account, plan: PaymentPlan, today: date, credit: int
) -> tuple[list[Choice], int]:
    """Those of a plan that are still to come, each with what it takes off the covered items; due
    ones less what is on account, and what of that is left."""
    left = open_of(account, plan)
    found = []
    for one in coming(account, plan, today):
        wanted = one.due <= today and one.asked
        covered_by = min(credit, one.amount) if wanted else 0
        credit -= covered_by
        parts = taken(left, one.amount - covered_by)
        if parts:
            key = _key(parts, plan.id, one.due)
            found.append(Choice(key, parts, wanted, None, one.due))
    return found, credit


def _key(parts: Parts, *more: object) -> str:
    words = [f"{ref}={part}" for ref, part in parts]
    return sha256("\n".join([*words, *map(str, more)]).encode()).hexdigest()[:12]

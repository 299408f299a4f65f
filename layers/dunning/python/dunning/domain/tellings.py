"""What is told beside reminders: instalments, promises, thanks, plans, a hand-over, a new link. The
facts are those of the account; when any of it is told is decided elsewhere. Typed views.
"""

from dataclasses import dataclass
from datetime import date

from . import wordings
from .approval import HandedOver
from .facts import Promise
from .lines import Line
from .payment_plans import Instalment, PaymentPlan
from .posting import Allocation


@dataclass(frozen=True, slots=True)
class InstalmentTold:
    """An instalment of a plan in force: due soon, or missed while the plan can still be saved."""

    plan: PaymentPlan
    number: int
    """Of the instalment, from 1."""
    today: date
    missed: bool = False

    @property
    def wording(self) -> str:
        """Its name."""
        return wordings.INSTALMENT_MISSED if self.missed else wordings.INSTALMENT_DUE

    @property
    def currency(self) -> str:
        """ISO 4217."""
        return self.plan.currency

    @property
    def instalment(self) -> Instalment:
        """The instalment as it was agreed."""
        return self.plan.instalments[self.number - 1]

    @property
    def total(self) -> int:
        """Minor units asked for: what is missing of it, and of those before it."""
        return self.plan.due_on(self.instalment.due)

    @property
    def left(self) -> int:
        """Minor units of the plan that are still to come after it."""
        return self.plan.left - self.total


@dataclass(frozen=True, slots=True)
class PromiseTold:
    """A promised payment: its day is near, or it was broken."""

    promise: Promise
    lines: tuple[Line, ...]
    """What it covers, as it is open now."""
    today: date
    broken: bool = False

    @property
    def wording(self) -> str:
        """Its name."""
        return wordings.PROMISE_BROKEN if self.broken else wordings.PROMISE_REMINDER

    @property
    def currency(self) -> str:
        """ISO 4217."""
        return self.promise.currency

    @property
    def total(self) -> int:
        """Minor units asked for: what was promised and has not come; once broken, all that is open
        of what the promise covers."""
        if self.broken:
            return sum(line.open for line in self.lines)
        return max(self.promise.amount - self.promise.received, 0)


@dataclass(frozen=True, slots=True)
class Thanks:
    """A payment has come: what it settled, and what is due and still open."""

    currency: str
    paid: int
    """Minor units of the payment."""
    on: date
    settled: tuple[Allocation, ...]
    lines: tuple[Line, ...] = ()
    """What is overdue and still open."""

    @property
    def wording(self) -> str:
        """Its name."""
        return wordings.THANKS

    @property
    def today(self) -> date:
        """The day on which it came."""
        return self.on

    @property
    def total(self) -> int:
        """Minor units that are due and still open."""
        return sum(line.open for line in self.lines)


@dataclass(frozen=True, slots=True)
class PlanTold:
    """A payment plan: offered, or agreed."""

    plan: PaymentPlan
    lines: tuple[Line, ...]
    """What it covers."""
    today: date
    agreed: bool = False

    @property
    def wording(self) -> str:
        """Its name."""
        return wordings.PLAN_AGREED if self.agreed else wordings.PLAN_OFFER

    @property
    def currency(self) -> str:
        """ISO 4217."""
        return self.plan.currency

    @property
    def total(self) -> int:
        """Minor units of all instalments that are still to come."""
        return self.plan.left


@dataclass(frozen=True, slots=True)
class HandOverTold:
    """What was handed over, and to whom."""

    fact: HandedOver
    currency: str
    lines: tuple[Line, ...]
    today: date

    @property
    def wording(self) -> str:
        """Its name."""
        return wordings.HAND_OVER

    @property
    def total(self) -> int:
        """Minor units that are open of it."""
        return sum(line.open for line in self.lines)


@dataclass(frozen=True, slots=True)
class NewLinkTold:
    """The new link that was asked for with an old one. It tells of no money."""

    currency: str
    today: date

    @property
    def wording(self) -> str:
        """Its name."""
        return wordings.NEW_LINK

    @property
    def total(self) -> int:
        """Nothing is asked for."""
        return 0


Telling = InstalmentTold | PromiseTold | Thanks | PlanTold | HandOverTold | NewLinkTold

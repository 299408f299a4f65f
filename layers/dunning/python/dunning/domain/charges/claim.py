"""What is claimed on a debt: the principal and each charge on it, kept apart.
How interest runs is `interest`'s, what a fee is `fees`'.
"""

from datetime import date
from typing import NamedTuple

from .day_count import DayCount
from .interest import Accrual, Debt, IsBusinessDay, accrue, compensation, open_on, weekdays
from .regime import Terms


class Claim(NamedTuple):
    """Minor units of one currency. Interest and fees bear no interest."""

    principal: int
    fee: int = 0
    interest: int = 0
    compensation: int = 0

    @property
    def charges(self) -> int:
        """Everything beyond the principal; it outlives the principal's payment."""
        return self.fee + self.interest + self.compensation

    @property
    def total(self) -> int:
        """All that is claimed."""
        return self.principal + self.charges


class Assessment(NamedTuple):
    """A late debt as of a day: what is claimed, and the segments and notes behind it."""

    claim: Claim
    accrual: Accrual


def assess(
    debt: Debt,
    terms: Terms | None,
    until: date,
    *,
    day_count: DayCount | None = None,
    is_business_day: IsBusinessDay = weekdays,
) -> Assessment:
    """A debt with its interest and fixed compensation up to `until`; without terms, the debt alone.
    Raises ChargeError where a rate is missing or more was paid than owed."""
    principal = open_on(debt, until)
    if terms is None:
        return Assessment(Claim(principal), Accrual(debt.due, (), ()))
    accrual = accrue(debt, terms, until, day_count=day_count, is_business_day=is_business_day)
    fixed = compensation(debt, terms, until, is_business_day=is_business_day)
    return Assessment(
        Claim(principal, interest=accrual.interest, compensation=fixed),
        accrual,
    )

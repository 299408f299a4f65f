"""What interest must know of a due item beside what is open of it: its own part payments, the day
up to which interest was posted on it, and whether its fixed compensation was. Values only.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from .interest import Debt, Payment


class Borne(NamedTuple):
    """Part payments after the due day (what was paid up to then bore nothing) by value date, oldest
    first, money that went back below zero; and what has been taken of the item already."""

    payments: tuple[Payment, ...] = ()
    until: date | None = None
    """The last day for which interest was posted."""
    compensated: bool = False
    """Whether the fixed compensation of its invoice was posted."""

    def paid(self, on: date, amount: int, due: date) -> "Borne":
        """With minor units that count from the end of that day on; below zero: taken back."""
        if on <= due or not amount:
            return self
        return self._replace(payments=_sums((*self.payments, Payment(on, amount))))

    def unpaid(self, on: date, amount: int) -> "Borne":
        """As if so much of what counted from that day had never been paid."""
        there = sum(one.amount for one in self.payments if one.on == on)
        gone = min(max(there, 0), amount)
        return self._replace(payments=_sums((*self.payments, Payment(on, -gone))))

    def back(self, amount: int, due: date, value: date, undone: date | None) -> "Borne":
        """With so much gone back: from `value` on, or (`undone`) as if it had never come then."""
        if undone is not None:
            return self.unpaid(undone, amount)
        return self.paid(value, -amount, due)

    def less(self, amount: int) -> "Borne":
        """With so much less paid, the newest first: that money lies elsewhere now."""
        kept = list(self.payments)
        for place in reversed(range(len(kept))):
            gone = min(max(kept[place].amount, 0), amount)
            kept[place] = kept[place]._replace(amount=kept[place].amount - gone)
            amount -= gone
        return self._replace(payments=_sums(kept))

    def debt(self, amount: int, open_: int, currency: str, due: date, covered: int = 0) -> Debt:
        """The item as a debt: what of `amount` is neither open nor among the payments was paid by
        the due day. `covered` of what is open is met by credit and bears nothing."""
        early = amount - open_ - sum(one.amount for one in self.payments)
        kept = self.less(-early).payments if early < 0 else self.payments
        early = max(early, 0)
        bases = [amount - early]
        for payment in kept:
            bases.append(bases[-1] - payment.amount)
        free = max(min(covered, *bases), 0)
        paid = [Payment(due, early + free), *kept]
        if covered > free:
            paid.append(Payment(kept[-1].on if kept else due, covered - free))
        return Debt(amount, currency, due, _sums(paid))


NOTHING_BORNE = Borne()


def _sums(payments: Iterable[Payment]) -> tuple[Payment, ...]:
    """One payment a day, oldest first, none of nothing."""
    days: dict[date, int] = {}
    for on, amount in payments:
        days[on] = days.get(on, 0) + amount
    return tuple(Payment(on, days[on]) for on in sorted(days) if days[on])

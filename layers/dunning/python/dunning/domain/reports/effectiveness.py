"""What was paid after reminders: by currency, level, tone and channel of the notice.
That money followed a notice does not say that it came because of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dunning.domain.calendar import later
from dunning.domain.history import Attempt
from dunning.domain.identity import ItemRef

from .payment_rates import Money
from .shares import percent, ratio

DAYS = 14
"""Days after a notice in which money is looked for, unless said otherwise."""


@dataclass(slots=True)
class Effect:
    """Notices of one kind whose days have passed; minor units."""

    currency: str
    level: int
    tone: str
    channel: str
    notices: int = 0
    items: int = 0
    """Due items that they advanced."""
    asked: int = 0
    """What was open of these items when they were sent."""
    paid: int = 0
    """What of it was paid within the days, before another notice advanced the item."""
    paying: int = 0
    """Notices after which anything was."""
    days_paid: int = 0
    """Days from notice to payment, summed over the minor units that were paid."""
    too_young: int = 0
    """Notices whose days have not passed: they count in nothing else."""

    @property
    def rate(self) -> Decimal | None:
        """Percent of what was asked for: paid / asked x 100."""
        return percent(self.paid, self.asked)

    @property
    def average_days(self) -> Decimal | None:
        """Days from notice to payment, each weighed by its amount."""
        return ratio(self.days_paid, self.paid)


def effects(
    sent: Iterable[tuple[date, Attempt]], money: Money, as_of: date, days: int = DAYS
) -> list[Effect]:
    """The effect of one account's notices, each with its (local) day, oldest first. A payment
    counts for the newest notice that advanced its item up to that day, from the notice's own day
    to so many days after it, and never for more than was asked for. What was told beside the ladder
    is no notice."""
    notices = [(day, attempt) for day, attempt in sent if not attempt.tells]
    found: dict[tuple[str, int, str, str], Effect] = {}
    next_day = _next_notices(notices)
    for place, (day, attempt) in enumerate(notices):
        level = max((line.level for line in attempt.said), default=0)
        key = (attempt.currency, level, attempt.tone, attempt.channel)
        row = found.setdefault(key, Effect(*key))
        last = later(day, days)
        if last >= as_of:
            row.too_young += 1
            continue
        row.notices += 1
        before = row.paid
        for line in attempt.said:
            row.items += 1
            row.asked += line.open
            left = line.open
            until = min(last, later(next_day.get((place, line.ref), date.max), -1))
            for when, amount in sorted(
                (when, amount) for when, amount in money.get(line.ref, ()) if when is not None
            ):
                if day <= when <= until and left:
                    part = min(amount, left)
                    left -= part
                    row.paid += part
                    row.days_paid += part * (when - day).days
        row.paying += row.paid > before
    return [found[key] for key in sorted(found)]


def together(rows: Iterable[Effect]) -> list[Effect]:
    """The effects of several accounts as one."""
    found: dict[tuple[str, int, str, str], Effect] = {}
    for one in rows:
        key = (one.currency, one.level, one.tone, one.channel)
        row = found.setdefault(key, Effect(*key))
        for name in ("notices", "items", "asked", "paid", "paying", "days_paid", "too_young"):
            setattr(row, name, getattr(row, name) + getattr(one, name))
    return [found[key] for key in sorted(found)]


def _next_notices(notices: list[tuple[date, Attempt]]) -> dict[tuple[int, ItemRef], date]:
    """By place and item, the day of the next notice that advanced it."""
    found: dict[tuple[int, ItemRef], date] = {}
    newest: dict[ItemRef, date] = {}
    for place in range(len(notices) - 1, -1, -1):
        day, attempt = notices[place]
        for line in attempt.said:
            if line.ref in newest:
                found[place, line.ref] = newest[line.ref]
        newest.update({line.ref: day for line in attempt.said})
    return found

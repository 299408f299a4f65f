"""What became of the customers of an experiment, variant by variant, and what that shows.
A customer counts once: with the first notice of the experiment, and whether it was paid in time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from dunning.domain.calendar import Duration, later
from dunning.domain.experiments import (
    USUAL_GUARD,
    Assigned,
    Experiment,
    Guard,
    Stopped,
)
from dunning.domain.history import Attempt
from dunning.domain.identity import ItemRef
from dunning.domain.posting import Posting

from .evidence import Block, evidence

WORSE, BETTER, NOT_SHOWN = "worse", "better", "no difference shown"


class Outcome(NamedTuple):
    """One customer of one experiment."""

    experiment: str
    variant: str
    on: date
    """The (local) day of the first notice."""
    paid: bool | None
    """None: the days have not passed."""
    stopped: bool = False
    """Whether the variant was stopped by then, and the control said."""


class Change(NamedTuple):
    """What a posting still does to an item: its day, minor units, and whether it is a payment."""

    on: date
    amount: int
    pays: bool


@dataclass(slots=True)
class Arm:
    """One variant's customers; by day, how many and how many of them paid."""

    variant: str
    customers: int = 0
    """Whose days have passed."""
    paid: int = 0
    too_young: int = 0
    after_stop: int = 0
    """First reminded when the variant was stopped: they count in nothing else."""
    days: dict[date, tuple[int, int]] = field(default_factory=dict)

    def add(self, one: Outcome) -> None:
        """One more customer."""
        if one.stopped:
            self.after_stop += 1
        elif one.paid is None:
            self.too_young += 1
        else:
            self.customers += 1
            self.paid += one.paid
            number, paid = self.days.get(one.on, (0, 0))
            self.days[one.on] = (number + 1, paid + one.paid)


class Compared(NamedTuple):
    """A variant beside the control, with the evidence in either direction (1: none)."""

    arm: Arm
    control: Arm
    worse: float
    better: float
    needed: float
    """From this on evidence shows something."""

    @property
    def verdict(self) -> str:
        """What is shown by now, however often one has looked."""
        if self.worse >= self.needed:
            return WORSE
        return BETTER if self.better >= self.needed else NOT_SHOWN

    def loses(self, guard: Guard | None) -> bool:
        """Whether the guard stops it."""
        return (
            guard is not None
            and self.verdict == WORSE
            and min(self.arm.customers, self.control.customers) >= guard.customers
        )


def changes(postings: Iterable[Posting]) -> Mapping[ItemRef, list[Change]]:
    """What postings still do to each item, whatever was taken back of them."""
    found: dict[ItemRef, list[Change]] = {}
    for one in postings:
        if one.undoes is None:
            for ref, amount in one.standing()[0]:
                found.setdefault(ref, []).append(Change(one.value_date, amount, bool(one.pays)))
    return found


def outcomes(
    sent: Iterable[tuple[date, Attempt]],
    money: Mapping[ItemRef, list[Change]],
    as_of: date,
    within: Mapping[str, Duration],
) -> list[Outcome]:
    """What became of one customer in each experiment of `within`, from their notices, oldest first.

    Paid is who paid all that was open of the items which the first notice advanced, less what was
    credited or written off, from the notice's own day to so long after it."""
    found: dict[str, Outcome] = {}
    for day, attempt in sent:
        mine = Assigned.of(attempt.variant)
        if mine is None or mine.experiment in found or mine.experiment not in within:
            continue
        last = later(day, within[mine.experiment])
        paid = None if last >= as_of else _paid(attempt, money, day, last)
        found[mine.experiment] = Outcome(mine.experiment, mine.variant, day, paid, mine.stopped)
    return list(found.values())


def _paid(attempt: Attempt, money: Mapping[ItemRef, list[Change]], first: date, last: date) -> bool:
    anything = False
    for line in attempt.said:
        mine = [one for one in money.get(line.ref, ()) if first <= one.on <= last]
        if sum(one.amount for one in mine) < line.open:
            return False
        anything = anything or any(one.pays for one in mine)
    return anything


def compared(experiment: Experiment, arms: Mapping[str, Arm]) -> list[Compared]:
    """Each other variant beside the control. The chance of a false word is shared out among them
    (Bonferroni); where nothing guards, it is the usual one."""
    control = arms[experiment.control]
    others = [one for one in experiment.variants if one.name != experiment.control]
    guard = experiment.guard or USUAL_GUARD
    needed = 100 * len(others) / float(guard.false_stops)
    return [
        Compared(
            arms[one.name],
            control,
            evidence(_blocks(control, arms[one.name])),
            evidence(_blocks(arms[one.name], control)),
            needed,
        )
        for one in others
    ]


def _blocks(better: Arm, lesser: Arm) -> Iterable[Block]:
    for day in sorted(better.days.keys() & lesser.days.keys()):
        yield Block(*better.days[day], *lesser.days[day])


def stopping(experiment: Experiment, found: Iterable[Compared], on: date) -> list[Stopped]:
    """The variants that the guard stops, with the figures that lead to it."""
    return [
        Stopped(
            experiment.name,
            one.arm.variant,
            one.control.variant,
            on.isoformat(),
            one.arm.customers,
            one.arm.paid,
            one.control.customers,
            one.control.paid,
            f"{one.worse:.1f}",
            f"{one.needed:.1f}",
        )
        for one in found
        if one.loses(experiment.guard)
    ]

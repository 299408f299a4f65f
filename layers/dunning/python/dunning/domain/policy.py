"""Collection policies: who is meant, the ladder of steps, and which policy an item is under.
Reading the policy file is `policy_file`'s; what is due by a policy is `decision`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from .creditor import Creditor
from .customer import Customer
from .invoice import OpenItem


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder: `after_due` days from the due day, or `after_previous` days."""

    level: int
    channels: tuple[str, ...] = ("email",)
    tone: str = "friendly"
    after_due: int | None = None
    after_previous: int | None = None


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which items a policy is for; an empty criterion matches all."""

    kinds: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    customer_classes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Criteria that say something: the most specific policy wins."""
        return sum(map(bool, (self.kinds, self.currencies, self.segments, self.customer_classes)))

    def match(self, item: OpenItem, customer: Customer) -> bool:
        """Whether every criterion that says something holds."""
        return (
            (not self.kinds or item.kind in self.kinds)
            and (not self.currencies or item.currency in self.currencies)
            and (not self.segments or customer.segment in self.segments)
            and (not self.customer_classes or customer.customer_class in self.customer_classes)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as validated: days are calendar days of the customer, amounts minor units."""

    id: str
    ladder: tuple[Step, ...]
    applies_to: Criteria = Criteria()
    grace: int = 0
    minimum: Mapping[str, int] = field(default_factory=dict)
    max_notices: int | None = None
    min_interval: int = 1
    send_at: time = time(9, 0)

    def step_after(self, level: int) -> Step | None:
        """The next step above a level: never one further, however late."""
        return next((step for step in self.ladder if step.level > level), None)

    def step(self, level: int) -> Step | None:
        """The step of that level."""
        return next((step for step in self.ladder if step.level == level), None)

    def notices_up_to(self, level: int) -> int:
        """How many notices have taken an item to that level, one a step."""
        return sum(1 for step in self.ladder if step.level <= level)

    def first_overdue_day(self, due: date) -> date:
        """The first day on which days_late > grace: due today is not overdue."""
        return due + timedelta(days=self.grace + 1)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A creditor's settings and policies, as one decision uses them."""

    creditor: Creditor
    policies: tuple[Policy, ...] = ()
    version: int = 0

    @property
    def edition(self) -> int:
        """Grows with every version of settings or policies: which of two rulebooks is newer."""
        return self.creditor.version + self.version

    def named(self, policy: str) -> Policy | None:
        """The policy of that id."""
        return next((p for p in self.policies if p.id == policy), None)

    def policy_for(self, item: OpenItem, customer: Customer) -> Policy | None:
        """The item's policy: its own, else the customer's, else the most specific that matches.

        A name that no policy has is no policy: the item is explained as NO_POLICY, not guessed.
        """
        named = item.policy or customer.policy
        if named:
            return self.named(named)
        matching = [p for p in self.policies if p.applies_to.match(item, customer)]
        return max(matching, key=lambda p: p.applies_to.count, default=None)

"""A ruleset: the rules of a version of the data, and what tenants signed off.
What a rule says is its own; nothing is judged here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from dunning.domain.legal_holds import Effect

from .rule import AlsoConsumer, PublicHolidays, Rule


class ContactRulesetError(ValueError):
    """A ruleset that cannot be used: what is wrong, and where."""


class Override(NamedTuple):
    """A rule that a tenant has put out of force, and who answers for it."""

    rule: str
    who: str
    when: date
    why: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Rules by which contacts are judged. Their order means nothing."""

    name: str
    version: str
    rules: tuple[Rule, ...]
    holidays: PublicHolidays
    also_consumer: tuple[AlsoConsumer, ...] = ()
    overrides: tuple[Override, ...] = ()
    effects: Mapping[str, Effect] = field(default_factory=dict)
    """What kinds of holds do to interest and fees."""

    @property
    def label(self) -> str:
        """Name and version, as records keep them."""
        return f"{self.name}@{self.version}"

    def with_rules(self, *more: Rule) -> "Ruleset":
        """The same, tightened."""
        return replace(self, rules=(*self.rules, *more))

    def out_of_force(self, day: date) -> frozenset[str]:
        """The rules that are overridden on a day: from that of the signature on."""
        return frozenset(
            one.rule
            for one in self.overrides
            if one.when <= day and (one.until is None or day <= one.until)
        )

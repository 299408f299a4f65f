"""Which rules could speak of an attempt at all: the others need not be asked. Most mails are spoken
of by none. What is left out here could never have said anything: a law of the tests holds it.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .attempt import SPOKEN, TASK, Attempt
from .consent import Suppressed, TakenBack
from .frequency import Cap
from .holds import Held
from .hours import Said
from .person_wide import counts_persons
from .rule import Rule
from .ruleset import Ruleset


class Kind(NamedTuple):
    """What of an attempt tells whether a rule could speak."""

    channel: str
    countries: frozenset[str]
    region: str | None
    purposes: frozenset[str]
    first_party: bool | None
    held: bool
    suppressed: bool
    agreed: bool
    inconvenient: bool
    numbered: bool


def kind_of(attempt: Attempt) -> Kind:
    """The kind of an attempt."""
    number = attempt.number.country if attempt.number else None
    return Kind(
        attempt.channel,
        frozenset([one for one in (attempt.country, number) if one]),
        attempt.region,
        attempt.purposes,
        attempt.first_party,
        bool(attempt.holds),
        bool(attempt.suppressions),
        bool(attempt.consents),
        bool(attempt.inconvenient),
        attempt.number is not None,
    )


def could_speak(rule: Rule, kind: Kind) -> bool:
    """Whether a rule may say anything of an attempt of that kind, whenever."""
    scope = rule.scope
    if kind.channel == TASK or (scope.channels and kind.channel not in scope.channels):
        return False
    if scope.countries and kind.countries.isdisjoint(scope.countries):
        return False
    if scope.regions and kind.channel not in SPOKEN:
        # Mail goes to the address: of the state of a number it is not asked.
        home = kind.region in scope.regions
        if not kind.region and scope.cities:
            home = any(one.partition("-")[0] in kind.countries for one in scope.regions)
        if not home and not (kind.region is None and kind.numbered):
            return False
    if scope.purposes and kind.purposes.isdisjoint(scope.purposes):
        return False
    if None not in (scope.first_party, kind.first_party) and scope.first_party != kind.first_party:
        return False
    match rule.test:
        case Held():
            return kind.held
        case Suppressed():
            return kind.suppressed
        case TakenBack():
            return kind.agreed
        case Said():
            return kind.inconvenient
    return True


@dataclass(slots=True)
class Selection:
    """A ruleset by kinds of attempts, each found once."""

    ruleset: Ruleset
    _found: dict[Kind, Ruleset] = field(default_factory=dict)
    _counting: dict[Kind, Ruleset] = field(default_factory=dict)

    def of(self, attempt: Attempt) -> Ruleset:
        """The ruleset with those rules alone that could speak of the attempt."""
        kind = kind_of(attempt)
        known = self._found.get(kind)
        if known is None:
            rules = tuple(rule for rule in self.ruleset.rules if could_speak(rule, kind))
            known = self._found[kind] = replace(self.ruleset, rules=rules)
        return known

    def counting(self, attempt: Attempt) -> Ruleset:
        """The ruleset with those rules alone by which the attempt may need a place under a cap over
        all creditors (`person_wide`). Of most mails there is none."""
        kind = kind_of(attempt)
        known = self._counting.get(kind)
        if known is None:
            rules = tuple(
                rule
                for rule in self.ruleset.rules
                if counts_persons(rule) and could_speak(_of_what_it_counts(rule, kind), kind)
            )
            known = self._counting[kind] = replace(self.ruleset, rules=rules)
        return known


def _of_what_it_counts(rule: Rule, kind: Kind) -> Rule:
    """The rule, of every channel where it counts the attempt's without speaking of it."""
    if isinstance(rule.test, Cap) and kind.channel in rule.test.channels:
        return replace(rule, scope=replace(rule.scope, channels=frozenset()))
    return rule

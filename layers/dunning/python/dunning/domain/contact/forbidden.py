"""What may not be done at all in a rule's scope, what has to be known first, what a message needs.
The scopes and the sources are data.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dunning.domain.gates import DENY

from .rule import Answer, Case

KNOWN: Mapping[str, Callable[[Case], bool]] = {
    "country": lambda case: bool(case.place.countries),
    "zone": lambda case: case.place.certain,
    "class": lambda case: case.attempt.customer_class is not None,
    "purpose": lambda case: case.attempt.purpose is not None,
    "history": lambda case: case.attempt.history is not None,
    "holds": lambda case: case.attempt.holds is not None,
    "suppressions": lambda case: case.attempt.suppressions is not None,
}
"""What a rule may ask to be known, by its name in a ruleset."""
PARTS = ("opt_out", "postal_address")


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Whatever the rule's scope covers."""

    decision: str = DENY

    def answer(self, case: Case, at: int) -> Answer | None:
        """Always the rule's decision."""
        return Answer(self.decision)


@dataclass(frozen=True, slots=True)
class Known:
    """Nothing while something is not known."""

    what: str

    def answer(self, case: Case, at: int) -> Answer | None:
        """DENY where it is unknown."""
        return None if KNOWN[self.what](case) else Answer(DENY)


@dataclass(frozen=True, slots=True)
class Covered:
    """Nothing in a country whose rules are not in the ruleset."""

    countries: frozenset[str]

    def answer(self, case: Case, at: int) -> Answer | None:
        """DENY where a candidate country is not among them."""
        return None if case.place.countries <= self.countries else Answer(DENY)


@dataclass(frozen=True, slots=True)
class Needs:
    """A message without a part that the law asks for."""

    parts: Mapping[str, bool] = field(default_factory=dict)
    """Part to whether it must be known to be there; else only its known absence denies."""

    def answer(self, case: Case, at: int) -> Answer | None:
        """DENY where one is missing."""
        for part, must_be_known in self.parts.items():
            there = getattr(case.attempt.content, part)
            if there is False or (must_be_known and there is None):
                return Answer(DENY)
        return None

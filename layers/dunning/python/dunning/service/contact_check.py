"""Asking first: may this person be contacted now, and if not, when? For people and other systems.
From an attempt as it is described; that of an account is `account_check`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dunning.domain.calendar import iso_instant
from dunning.domain.contact.evaluate import Spoke, Verdict, evaluate
from dunning.domain.contact.reading import ReadNumber, read_attempt
from dunning.domain.contact.ruleset import Ruleset

Output = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ContactCheck:
    """The use case: an attempt as a plain object in, the answer as one out."""

    ruleset: Ruleset
    numbers: ReadNumber
    time_zones: str
    """The version of the time-zone data that the answer rests on."""
    clock: Callable[[], int]

    def __call__(self, raw: object) -> Output:
        """The answer for the attempt's own instant, else for now. Raises ReadingError."""
        asked = read_attempt(raw, self.numbers)
        now = self.clock() if asked.now is None else asked.now
        return answer(evaluate(asked.attempt, self.ruleset, now), now, self.time_zones)


def answer(verdict: Verdict, now: int, time_zones: str) -> Output:
    """A verdict as people and systems read it. Names no person and no address."""
    return {
        "decision": verdict.decision,
        "until": _instant(verdict.until),
        "rules": [_rule(one) for one in verdict.rules],
        "now": iso_instant(now),
        "ruleset": verdict.ruleset,
        "tzdata": time_zones,
        "overrides": [
            {
                "rule": one.rule,
                "who": one.who,
                "when": one.when.isoformat(),
                "why": one.why,
                "until": one.until.isoformat() if one.until else None,
            }
            for one in verdict.overrides
        ],
    }


def _rule(one: Spoke) -> Output:
    return {
        "code": one.code,
        "decision": one.decision,
        "until": _instant(one.until),
        "says": one.says,
        "source": one.source,
        "policy": one.policy,
        "verified": one.verified,
    }


def _instant(at: int | None) -> str | None:
    return None if at is None else iso_instant(at)

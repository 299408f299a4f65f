"""The engine: one attempt, one ruleset, one instant, one verdict. Pure and total.
Deny over review over the latest defer over allow.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from dunning.domain.calendar import DAY
from dunning.domain.gates import ALLOW, DEFER, DENY, REVIEW

from .attempt import Attempt, Consent
from .hours import HORIZON_DAYS
from .rule import Answer, Rule, case_of
from .ruleset import Override, Ruleset

Fact = TypeVar("Fact")
MOST_STEPS = 2_000
"""How often the next free instant is moved on before it is given up: no rules need that many."""


class Spoke(NamedTuple):
    """A rule that spoke: what it said by itself, and who says so."""

    code: str
    decision: str
    until: int | None
    source: str
    says: str
    policy: bool
    verified: bool


class Verdict(NamedTuple):
    """What holds of an attempt at an instant: ALLOW, REVIEW, DENY, or DEFER until the first
    instant that the same rules allow; with the rules that spoke, by code."""

    decision: str
    until: int | None
    rules: tuple[Spoke, ...]
    ruleset: str
    overrides: tuple[Override, ...] = ()
    waits: int | None = None
    """Of a REVIEW: the instant before which even what a person allows has to wait."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the rules that spoke."""
        return tuple(one.code for one in self.rules)


def evaluate(attempt: Attempt, ruleset: Ruleset, now: int) -> Verdict:
    """Whether an attempt may be made at an instant (seconds of UTC since 1970), and if it only has
    to wait, until when: the first instant at which none of the rules defers, if they allow it
    then; if they deny it then, or ask for a person, that is the answer now."""
    known = as_of(attempt, now)
    spoken: dict[str, Spoke] = {}
    at, worst = now, ALLOW
    for _ in range(MOST_STEPS):
        untils: list[int] = []
        for rule, answer in answers(known, ruleset, at):
            before = spoken.get(rule.id)
            if before is None or _worse(before.decision, answer.decision) != before.decision:
                spoken[rule.id] = _spoke(rule, answer)
            worst = _worse(worst, answer.decision)
            if answer.decision == DEFER and answer.until is not None:
                untils.append(answer.until)
        if worst == DENY or not untils:
            break
        at = max(untils)
        if at > now + HORIZON_DAYS * DAY:
            worst = DENY
            break
    else:
        worst = DENY
    return Verdict(
        decision=worst,
        until=at if worst == DEFER else None,
        rules=tuple(
            sorted(spoken.values(), key=lambda one: (-_ORDER.index(one.decision), one.code))
        ),
        ruleset=ruleset.label,
        overrides=ruleset.overrides,
        waits=at if worst == REVIEW and at > now else None,
    )


def as_of(attempt: Attempt, now: int) -> Attempt:
    """An attempt with what is known at an instant: what is dated later has not happened. A contact
    dated later has, by a clock that goes before ours."""
    if not (attempt.consents or attempt.history or attempt.holds or attempt.suppressions):
        return attempt
    return replace(
        attempt,
        consents=_each(attempt.consents, lambda one: _consent_as_of(one, now)),
        history=_each(attempt.history, lambda one: replace(one, at=min(one.at, now))),
        holds=_each(attempt.holds, lambda one: _unless_later(one, one.at, now)),
        suppressions=_each(attempt.suppressions, lambda one: _unless_later(one, one.at, now)),
    )


def answers(attempt: Attempt, ruleset: Ruleset, at: int) -> Iterator[tuple[Rule, Answer]]:
    """What every rule in force says of an attempt at an instant, as far as it says anything."""
    case = case_of(attempt, ruleset.also_consumer, ruleset.holidays, at)
    overridden = ruleset.out_of_force(datetime.fromtimestamp(at, UTC).date())
    for rule in ruleset.rules:
        if rule.id in overridden:
            continue
        answer = rule.answer(case, at)
        if answer is not None:
            yield rule, answer


def _each(
    facts: tuple[Fact, ...] | None, known: Callable[[Fact], Fact | None]
) -> tuple[Fact, ...] | None:
    if not facts:
        return facts
    return tuple(fact for fact in map(known, facts) if fact is not None)


def _unless_later(fact: Fact, since: int | None, now: int) -> Fact | None:
    return None if since is not None and since > now else fact


def _consent_as_of(consent: Consent, now: int) -> Consent | None:
    if consent.revoked_at is not None and consent.revoked_at > now:
        consent = replace(consent, revoked_at=None)
    # A withdrawal stands, whenever the consent is said to be of.
    late = consent.at is not None and consent.at > now and consent.revoked_at is None
    return None if late else consent


def _spoke(rule: Rule, answer: Answer) -> Spoke:
    return Spoke(
        code=rule.id,
        decision=answer.decision,
        until=answer.until,
        source=rule.source,
        says=rule.says,
        policy=rule.policy,
        verified=rule.verified,
    )


_ORDER = (ALLOW, DEFER, REVIEW, DENY)


def _worse(one: str, other: str) -> str:
    return max(one, other, key=_ORDER.index)

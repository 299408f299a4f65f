"""Which attempts need a place under a cap that counts a person's contacts over all debts, so of all
customers and creditors of the cell. Pure: of ruleset and attempt alone, and not of what is known.
"""

from dataclasses import replace
from datetime import UTC, datetime

from .attempt import Attempt
from .frequency import AfterConversation, Cap
from .rule import Case, Rule, case_of
from .ruleset import Ruleset


def person_wide(attempt: Attempt, ruleset: Ruleset, now: int) -> bool:
    """Whether a rule in force at an instant counts the person's contacts over all debts, and speaks
    of the attempt or counts it: then no two may be made at once. Of most mails none does."""
    rules = [rule for rule in ruleset.rules if counts_persons(rule)]
    if not rules:
        return False
    case = case_of(attempt, ruleset.also_consumer, ruleset.holidays, now)
    overridden = ruleset.out_of_force(datetime.fromtimestamp(now, UTC).date())
    return any(
        rule.id not in overridden and rule.in_force(case, now) and _concerns(rule, case)
        for rule in rules
    )


def counts_persons(rule: Rule) -> bool:
    """Whether a rule counts over all debts of a person."""
    return isinstance(rule.test, Cap | AfterConversation) and not rule.test.per_debt


def _concerns(rule: Rule, case: Case) -> bool:
    if rule.scope.covers(case):
        return True
    counted = isinstance(rule.test, Cap) and case.attempt.channel in rule.test.channels
    return counted and replace(rule.scope, channels=frozenset()).covers(case)

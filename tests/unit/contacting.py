"""Attempts for tests of the contact rules: a call and a mail that nothing forbids, and changes."""

from typing import Any

from dunning.adapters.contact_rulesets import contact_ruleset, tenant_ruleset
from dunning.adapters.phone_numbers import phone_number
from dunning.domain.calendar import iso_instant, parse_instant
from dunning.domain.contact.evaluate import Verdict, evaluate
from dunning.domain.contact.reading import read_attempt
from dunning.domain.contact.ruleset import Ruleset

FEDERAL = "us-federal"
AGREED = [
    {
        "channel": channel,
        "text": "You may reach me here about my account, by automated calls and messages too.",
        "at": "2025-01-02T12:00:00Z",
    }
    for channel in ("voice", "email", "sms")
]
CALL: dict[str, Any] = {
    "channel": "voice",
    "phone": "+12125550100",
    "country": "US",
    "customer_class": "consumer",
    "purpose": "reminder",
    "first_party": False,
    "debt": "D1",
    "consents": AGREED,
    "history": [],
    "holds": [],
    "suppressions": [],
    "line_type": "mobile",
}
"""A call to a New York mobile for somebody else's debt, with consent: only the hour decides."""
GERMAN_CALL = CALL | {"phone": "+4915112345678", "country": "DE", "first_party": True}
SPACED = [f"2026-04-0{day}T16:00:00Z" for day in range(1, 8)]
"""A call a day, from the first to the seventh of April, at noon in New York."""
MAIL: dict[str, Any] = {
    "channel": "email",
    "email": "a@example.com",
    "country": "DE",
    "customer_class": "consumer",
    "purpose": "reminder",
    "first_party": True,
    "debt": "D1",
    "consents": [],
    "history": [],
    "holds": [],
    "suppressions": [],
}
"""A creditor's own reminder to a consumer in Germany: nothing forbids it at any hour."""


def called(at: str, **more: Any) -> dict[str, Any]:
    """A call that rang out about the same debt."""
    return {
        "channel": "voice",
        "at": at,
        "connected": True,
        "conversation": False,
        "debt": "D1",
    } | more


def judged(
    base: dict[str, Any], now: str, ruleset: str | Ruleset = "standard", **changed: Any
) -> Verdict:
    """The verdict on an attempt with changes, at an instant; what is changed to ... is absent."""
    raw = {key: value for key, value in (base | changed).items() if value is not ...}
    rules = contact_ruleset(ruleset) if isinstance(ruleset, str) else ruleset
    asked = read_attempt(raw | {"now": now}, phone_number)
    return evaluate(asked.attempt, rules, parse_instant(now))


def said(verdict: Verdict) -> str:
    """A verdict as one word, or as DEFER and the instant."""
    if verdict.until is None:
        return verdict.decision
    return f"{verdict.decision} {iso_instant(verdict.until)}"


def overriding(rule: str, extends: str = "standard") -> Ruleset:
    """A tenant's ruleset in which one rule is signed off."""
    return tenant_ruleset(
        f'name = "acme"\nversion = "1"\nextends = "{extends}"\n[[overrides]]\nrule = "{rule}"\n'
        'who = "General counsel"\nwhen = 2026-01-01\nwhy = "We collect our own debts only."\n'
    )

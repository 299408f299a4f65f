"""What a rule's code means to a person: what it says, who says so, and what would have to be
different. Which rules spoke is decided before.
"""

from typing import NamedTuple

from dunning.domain.creditor import Creditor, OwnRules

from .consent import NeedsConsent, Suppressed, TakenBack
from .forbidden import Covered, Forbidden, Known, Needs
from .frequency import AfterConversation, Cap
from .holds import Held
from .hours import Hours, Said
from .rule import Condition, Rule
from .ruleset_gates import NOT_ENABLED, NUMBER_UNKNOWN, SAYS, UNUSABLE, RulesetGates

OURS = "the product itself"
GONE = "no rule of that code holds now; it was one of an older version"
_NEEDED = {
    NOT_ENABLED: "another channel in the policy",
    NUMBER_UNKNOWN: "a number with its country, as +4930123456",
    UNUSABLE: "a contact.toml that this version can read",
}
_KNOWN = {
    "country": "the customer's country",
    "zone": "the customer's time zone, or an address that tells it",
    "class": "the customer's class (consumer, sole_trader, business or public)",
    "purpose": "what the message is for",
    "history": "what was sent before",
    "holds": "which holds stand",
    "suppressions": "which addresses are barred",
}


class Told(NamedTuple):
    """A code in words."""

    code: str
    says: str
    source: str
    needed: str
    policy: bool
    """Whether it is ours, and no law."""
    verified: bool


def told(gates: RulesetGates, creditor: Creditor, own: OwnRules, code: str) -> Told:
    """A code as the rules that hold now explain it."""
    if code in SAYS:
        return Told(code, SAYS[code], OURS, _NEEDED[code], policy=True, verified=True)
    rule = gates.rule(creditor, own, code)
    if rule is None:
        return Told(code, GONE, "", "nothing: ask again by the rules of now", False, False)
    return Told(code, rule.says, rule.source, needed(rule), rule.policy, rule.verified)


def needed(rule: Rule) -> str:
    """What would have to be different for a rule to say nothing."""
    return _of(rule.test)


def _of(test: Condition) -> str:
    match test:
        case Hours() | Said():
            return "another hour: it is tried at the first one that is allowed"
        case Cap() | AfterConversation():
            return "time, or fewer contacts before"
        case NeedsConsent():
            return "a consent to this channel, with its words"
        case TakenBack():
            return "a new consent, or another channel"
        case Suppressed():
            return "another address, or another channel"
        case Held():
            return "the hold to be released, or to end"
        case Known():
            return f"{_KNOWN[test.what]} to be known"
        case Covered() | Forbidden():
            return "another channel in the policy"
        case Needs():
            return "the message to have that part"
    return "another channel in the policy"

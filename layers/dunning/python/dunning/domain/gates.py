"""The contact gates' door: may this attempt be made now? Pure: what is asked and what is answered,
and gates that know no rule. Those that judge by rulesets are `contact.ruleset_gates`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from .account import EMAIL, Account
from .creditor import NO_OWN_RULES, Creditor, OwnRules
from .customer import Address
from .identity import ItemRef

if TYPE_CHECKING:
    from .contact.attempt import Contact

ALLOW = "ALLOW"
DEFER = "DEFER"
DENY = "DENY"
REVIEW = "REVIEW"


@dataclass(frozen=True, slots=True)
class ContactAttempt:
    """What is asked of the gates: this account, this channel, this address."""

    account: Account
    creditor: Creditor
    channel: str
    address: Address | None
    currency: str
    open: int
    """Minor units that the attempt speaks of."""
    items: tuple[ItemRef, ...] = ()
    """The open items that it lists."""
    own: OwnRules = NO_OWN_RULES
    """The creditor's own contact rules."""
    others: "tuple[Contact, ...]" = ()
    """Contacts of the same person that HEAD knows nothing of: other customers' and creditors'."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """ALLOW, DEFER (until an instant), DENY or REVIEW, with the codes of the rules that spoke. What
    a person allows on a REVIEW waits until then as well, where it has an instant."""

    decision: str
    until: int | None = None
    rules: tuple[str, ...] = ()
    ruleset: str = ""
    """By which versions of rules and of time-zone law (`contact.under`); "": by none."""
    overrides: tuple[str, ...] = ()
    """Rules that the creditor has put out of force, signed off, whether or not they would speak."""
    person_wide: bool = False
    """Whether a cap speaks of the attempt that counts the person's contacts over all creditors:
    then it needs a place under it, reserved before the claim (`places`)."""


def allows(verdict: Verdict, *, reviewed: bool) -> bool:
    """Whether the attempt may be made now; `reviewed`: a person has allowed it, who may lift a
    review, and no hour and no cap."""
    if verdict.decision == REVIEW:
        return reviewed and verdict.until is None
    return verdict.decision == ALLOW


class Gates(Protocol):
    """Whether an attempt may be made at an instant. Total: no input raises."""

    ruleset: str

    def evaluate(self, attempt: ContactAttempt, now: int) -> Verdict: ...


class DefaultGates:
    """E-mail yes, everything else no: for models and tests that are not about contact rules."""

    ruleset = "default-1"

    def evaluate(self, attempt: ContactAttempt, now: int) -> Verdict:
        """ALLOW for e-mail, DENY for any other channel, whenever asked."""
        if attempt.channel == EMAIL:
            return Verdict(ALLOW)
        return Verdict(DENY, rules=("channel_not_enabled",))


class OpenGates:
    """Every channel yes: for simulations that ask what the policy alone would do."""

    ruleset = "off"

    def evaluate(self, attempt: ContactAttempt, now: int) -> Verdict:
        """ALLOW, always."""
        return Verdict(ALLOW)

"""What is read when it is first asked for: rules, tables and numbering plans. Most functions never
ask for most of it, so none of it is loaded at the start. What is wired with it is `wiring`'s.
"""

import random
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dunning.domain.charges.regime import Ruleset
    from dunning.domain.contact.attempt import Number
    from dunning.domain.contact.ruleset import Ruleset as ContactRuleset
    from dunning.domain.creditor import OwnRules
    from dunning.domain.legal_holds import Effects


def contact_rules(name: str, own: "OwnRules") -> "ContactRuleset":
    """Read when something is first planned or sent."""
    from dunning.adapters.contact_rulesets import rules_of

    return rules_of(name, own)


def phone_number(text: str, country: str | None) -> "Number | None":
    """Read when somebody is first to be called: whoever sends mails never loads the plans."""
    from dunning.adapters.phone_numbers import phone_number as read

    return read(text, country)


def statutes() -> "Ruleset":
    """Read when a notice first charges interest by statute: most never do."""
    from dunning.adapters.rulesets import interest_ruleset

    return interest_ruleset()


def dialled(number: str, country: str | None) -> str | None:
    """Loads the numbering plans with the first number: most functions never do."""
    from dunning.adapters.phone_numbers import phone_number

    found = phone_number(number, country)
    return found.e164 if found else None


def effects() -> "Effects":
    """Read when an account with a hold is charged: hardly ever."""
    from dunning.adapters.contact_rulesets import hold_effects

    return hold_effects()


def jitter(attempt: int) -> None:
    """Wait before a write is planned anew, longer each time, never two workers the same."""
    time.sleep(random.uniform(0, 0.02 * 2 ** min(attempt, 5)))

"""Which rates, holidays, zones and contact rules this deployment ships, as one text to compare.
What they say is read elsewhere, and where it matters.
"""

from functools import cache
from importlib.metadata import version

from dunning.adapters.contact_rulesets import contact_version
from dunning.adapters.rulesets import interest_ruleset

LIBRARIES = ("holidays", "phonenumbers", "tzdata")
CHANNELS = ("email", "voice", "sms", "letter", "task")
"""The channels that this version has senders for; a cell may carry fewer."""


@cache
def shipped_rules(channels: tuple[str, ...] = CHANNELS) -> str:
    """The versions, as `interest 2026-11-22; holidays 0.109; …`, and what the cell sends by.
    Another text is another edition of every creditor's settings: each book is planned anew."""
    parts = [("interest", interest_ruleset().version), ("contact", contact_version())]
    parts += [("channels", "+".join(channels))]
    parts += [(name, version(name)) for name in LIBRARIES]
    return "; ".join(f"{name} {one}" for name, one in parts)

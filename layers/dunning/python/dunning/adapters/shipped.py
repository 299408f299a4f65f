"""Which rates, holidays, zones and contact rules this deployment ships, as one text to compare.
What they say is read elsewhere, and where it matters.
"""

from functools import cache
from importlib.metadata import version

from dunning.adapters.contact_rulesets import contact_version
from dunning.adapters.rulesets import interest_ruleset

LIBRARIES = ("holidays", "phonenumbers", "tzdata")
CHANNELS = ("email",)
"""The channels that a cell of this version sends by: another one plans every book anew."""


@cache
def shipped_rules() -> str:
    """The versions, as `interest 2026-11-22; holidays 0.109; …`. Another text is another edition of
    every creditor's settings."""
    parts = [("interest", interest_ruleset().version), ("contact", contact_version())]
    parts += [("channels", "+".join(CHANNELS))]
    parts += [(name, version(name)) for name in LIBRARIES]
    return "; ".join(f"{name} {one}" for name, one in parts)

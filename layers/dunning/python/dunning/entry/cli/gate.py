"""`dunning gate`: may this person be contacted now, and if not, when?
Reads an attempt and prints the verdict; the rules are the rulesets'.
"""

from typing import Annotated

import typer

from dunning.adapters.clock import WallClock
from dunning.adapters.contact_rulesets import STANDARD, ruleset_of
from dunning.adapters.phone_numbers import phone_number
from dunning.domain.contact.ruleset import ContactRulesetError
from dunning.domain.fields import ReadingError
from dunning.entry.cli.output import fail, lines, object_of
from dunning.entry.time_zones import TimeZonesError, pin_time_zones
from dunning.service.contact_check import ContactCheck


def gate(
    attempt: Annotated[
        str, typer.Option(help="The attempt (JSON), in a file; - for standard input.")
    ],
    ruleset: Annotated[
        str,
        typer.Option(help="standard, us-federal, or a file of your own (.toml)."),
    ] = STANDARD,
) -> None:
    """One line: ALLOW, DEFER and until when, DENY or REVIEW, and the rules that spoke."""
    try:
        time_zones = pin_time_zones()
        rules = ruleset_of(ruleset)
    except TimeZonesError as error:
        fail(str(error))
    except ContactRulesetError as error:
        fail(f"--ruleset: {error}")
    check = ContactCheck(rules, phone_number, time_zones, WallClock().now)
    try:
        lines([check(object_of(attempt, "--attempt"))])
    except ReadingError as error:
        fail(f"--attempt: {error} ({error.code})")

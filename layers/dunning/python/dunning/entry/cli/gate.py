"""`dunning gate`: may this person be contacted now, and if not, when?
Reads an attempt and prints the verdict; the rules are the rulesets'.
"""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from dunning.adapters.clock import WallClock
from dunning.adapters.contact_rulesets import STANDARD, ruleset_of
from dunning.adapters.phone_numbers import phone_number
from dunning.domain.contact.ruleset import ContactRulesetError
from dunning.domain.fields import ReadingError
from dunning.entry.cli.output import fail, lines
from dunning.entry.time_zones import TimeZonesError, pin_time_zones
from dunning.service.contact_check import ContactCheck

STDIN = "-"


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
        lines([check(_object(attempt))])
    except ReadingError as error:
        fail(f"--attempt: {error} ({error.code})")


def _object(path: str) -> object:
    """The one object of a file. Numbers keep the digits that they are written with."""
    try:
        text = sys.stdin.read() if path == STDIN else Path(path).read_text(encoding="utf-8-sig")
        return json.loads(text, parse_float=Decimal, object_pairs_hook=_once)
    except OSError as error:
        fail(f"--attempt: {path} cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        fail(f"--attempt: {path} is not UTF-8 text; save it so")
    except RecursionError:
        fail(f"--attempt: {path} is nested deeper than an attempt is")
    except ValueError as error:
        fail(f"--attempt: {path} is not JSON ({error})")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice; of two answers none can be believed")
    return found

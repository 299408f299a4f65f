"""`dunning gate`: may this person be contacted now, and if not, when?
Reads an attempt, or finds a customer, and prints the verdict; the rules are the rulesets'.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from dunning.adapters.clock import WallClock
from dunning.adapters.contact_rulesets import STANDARD, ruleset_of
from dunning.adapters.phone_numbers import phone_number
from dunning.domain.calendar import parse_instant
from dunning.domain.contact.ruleset import ContactRulesetError
from dunning.domain.contact.ruleset_gates import RulesetGates
from dunning.domain.fields import ReadingError
from dunning.entry.cli.output import fail, ledger_of, lines, object_of
from dunning.entry.time_zones import TimeZonesError, pin_time_zones
from dunning.service.account_check import AccountCheck
from dunning.service.contact_check import ContactCheck
from dunning.service.simulate import Simulation


def gate(
    attempt: Annotated[
        str | None, typer.Option(help="The attempt (JSON), in a file; - for standard input.")
    ] = None,
    ruleset: Annotated[
        str | None,
        typer.Option(help="standard, us-federal, or a file of your own (.toml)."),
    ] = None,
    customer: Annotated[
        str | None, typer.Option(help="A customer, in place of an attempt: every channel is asked.")
    ] = None,
    cell: Annotated[str | None, typer.Option(help="The cell that knows the customer.")] = None,
    ledger: Annotated[
        Path | None, typer.Option(help="Ledger bodies that know the customer, instead of a cell.")
    ] = None,
    creditor: Annotated[str | None, typer.Option(help="The creditor, where several.")] = None,
    now: Annotated[
        str | None, typer.Option(help="The instant that is asked about, as 2026-11-22T08:00:00Z.")
    ] = None,
) -> None:
    """One line: ALLOW, DEFER and until when, DENY or REVIEW, and the rules that spoke."""
    if (attempt is None) == (customer is None):
        fail("give either --attempt or --customer")
    if customer is not None:
        if (cell is None) == (ledger is None):
            fail("--customer: give either --cell or --ledger, where the customer is known")
        lines([_of_customer(customer, cell, ledger, creditor, ruleset, now)])
        return
    assert attempt is not None
    try:
        time_zones = pin_time_zones()
        rules = ruleset_of(ruleset or STANDARD)
    except TimeZonesError as error:
        fail(str(error))
    except ContactRulesetError as error:
        fail(f"--ruleset: {error}")
    check = ContactCheck(rules, phone_number, time_zones, WallClock().now)
    try:
        lines([check(object_of(attempt, "--attempt"))])
    except ReadingError as error:
        fail(f"--attempt: {error} ({error.code})")


def _of_customer(
    customer: str,
    cell: str | None,
    ledger: Path | None,
    creditor: str | None,
    ruleset: str | None,
    now: str | None,
) -> Mapping[str, object]:
    """The answer about a customer of a cell, by the creditor's own rules unless a ruleset is named;
    or of a ledger file, recorded up to the day that is asked about."""
    from dunning.entry.cli.cell import creditor_in, rulebook_in, wiring_of
    from dunning.entry.offline import OF_THE_CELL, UnknownRuleset, gates_of, stage

    try:
        at = None if now is None else parse_instant(now)
    except ValueError:
        fail(f"--now: {now!r} is not an instant; write it in UTC, as 2026-11-22T08:00:00Z")
    try:
        gates = gates_of(ruleset or (STANDARD if cell is None else OF_THE_CELL))
    except (UnknownRuleset, TimeZonesError) as error:
        fail(f"--ruleset: {error}")
    assert isinstance(gates, RulesetGates)
    if cell is not None:
        wiring = wiring_of(cell)
        owner = creditor_in(wiring, creditor)
        mine = gates if ruleset else wiring.gates
        rulebook = rulebook_in(wiring, owner)
        asked = at if at is not None else wiring.clock.now()
        persons = wiring.reservations.persons
        check = AccountCheck(wiring.ledger, mine, wiring.suppressions, persons)
        found = check(owner, customer, rulebook, asked)
    else:
        assert ledger is not None
        asked = at if at is not None else WallClock().now()
        day = datetime.fromtimestamp(asked, UTC).date()
        file = ledger_of(ledger, None, day)
        here = stage(gates)
        simulation = Simulation(here, file)
        simulation.record(day)
        owners = [one for one in file.creditors if creditor in (None, one)]
        if len(owners) != 1:
            fail(f"--creditor: name one of {', '.join(file.creditors)}")
        owner = owners[0]
        check = AccountCheck(here.ledger, gates)
        found = check(owner, customer, simulation.rulebook(owner), asked)
    if found is None:
        fail(f"no account of customer {customer} is known to {owner}")
    return found

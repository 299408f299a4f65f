"""`dunning why`: a customer's timeline, or why they were not reminded on a day.
From a ledger file played day by day, or from a cell.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from dunning.domain.ledger import LedgerError
from dunning.entry.cli.output import (
    MappingOption,
    SkipOption,
    day,
    fail,
    ledger_of,
    lines,
    policies_of,
    problem,
    tell,
)
from dunning.entry.offline import UnknownRuleset, gates_of, stage
from dunning.service.simulate import Simulation, days_between
from dunning.service.why import Why

MOST_DAYS = 20_000


def why(
    customer: Annotated[str, typer.Argument(help="The customer.")],
    invoice: Annotated[str | None, typer.Option(help="Only what is about this invoice.")] = None,
    on: Annotated[str | None, typer.Option(help="Why not on this day.")] = None,
    ledger: Annotated[
        Path | None, typer.Option(help="Ledger bodies (.jsonl), or any file of invoices.")
    ] = None,
    policies: Annotated[Path | None, typer.Option(help="The policy file (YAML).")] = None,
    cell: Annotated[str | None, typer.Option(help="A deployed cell, in place of a file.")] = None,
    creditor: Annotated[str | None, typer.Option(help="The creditor, where several.")] = None,
    gates: Annotated[
        str | None, typer.Option(help="With --ledger: contact rules to play by, as in simulate.")
    ] = None,
    mapping: MappingOption = None,
    skip_bad: SkipOption = False,
) -> None:
    """Each record of an account with the plan it ended; with --on, the plan that held that day."""
    wanted = day(on, "--on") if on else None
    refused: list[tuple[int, LedgerError]] = []
    if (ledger is None) == (cell is None):
        fail("give either --ledger (with --policies) or --cell")
    if cell is not None:
        from dunning.entry.cli.cell import creditor_in, rulebook_in, wiring_of

        wiring = wiring_of(cell)
        owner = creditor_in(wiring, creditor)
        teller = Why(wiring.ledger, wiring.accounts.gates, wiring.rulebooks)
        rulebook = rulebook_in(wiring, owner)
        known = wiring.ledger.head(owner, wiring.ledger.account_key(owner, customer)) is not None
    else:
        assert ledger is not None
        today = datetime.now(UTC).date()
        file = ledger_of(ledger, mapping, wanted or today, skip_bad=skip_bad)
        span = file.days()
        if span is None:
            fail(f"--ledger: {ledger} holds no body")
        read, text = policies_of(policies) if policies else ((), "")
        try:
            here = stage(gates_of(gates))
        except UnknownRuleset as error:
            fail(f"--gates: {error}")
        simulation = Simulation(here, file, read, text)
        first, last = span[0], max(span[1], wanted or span[1])
        if (last - first).days > MOST_DAYS:
            fail(f"--ledger: its days are more than {MOST_DAYS} apart")
        for each in days_between(first, last):
            for _ in simulation.run(each):
                pass
        refused = simulation.refused
        owners = [
            one
            for one in file.creditors
            if here.ledger.head(one, here.ledger.account_key(one, customer)) is not None
            and creditor in (None, one)
        ]
        if len(owners) > 1:
            fail(f"--creditor: the customer has accounts with {', '.join(owners)}; name one")
        known = bool(owners)
        owner = owners[0] if owners else creditor or ""
        teller = Why(here.ledger, here.bodies.accounts.gates, here.settings)
        found = here.settings.rulebook(owner) if known else None
        if found is None:
            fail(
                f"no account of customer {customer} is known",
                *(problem(ledger, row, error) for row, error in refused),
            )
        rulebook = found
    if not known:
        fail(f"no account of customer {customer} is known to {owner}")
    if wanted is None:
        lines(teller.timeline(owner, customer, invoice))
    else:
        lines(teller.on_day(owner, customer, wanted, rulebook, invoice))
    if ledger is not None:
        tell(ledger, refused, skip_bad=skip_bad)

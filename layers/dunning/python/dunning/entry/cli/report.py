"""`dunning report`: figures of a ledger file as of a day.
The figures are the domain's; bodies after the day are not seen.
"""

from pathlib import Path
from typing import Annotated

import typer

from dunning.domain.aging import aging
from dunning.domain.gates import OpenGates
from dunning.domain.invoice import OpenItem
from dunning.domain.money import format_amount
from dunning.entry.cli.output import MappingOption, day, fail, ledger_of, lines, problem
from dunning.entry.offline import stage
from dunning.service.simulate import Simulation

KNOWN = ("aging",)
LATER = ("dso", "cei", "delinquents", "plans", "promises", "effectiveness", "payment-rates")


def report(
    name: Annotated[str, typer.Argument(help="aging")],
    ledger: Annotated[Path, typer.Option(help="Ledger bodies (.jsonl), or any file of invoices.")],
    as_of: Annotated[str, typer.Option("--as-of", help="The day that is looked from.")],
    mapping: MappingOption = None,
) -> None:
    """One line per currency and bucket: currency, bucket, count, open."""
    if name not in KNOWN:
        said = "is not made by this version yet" if name in LATER else "is not known"
        fail(f"the report {name!r} {said}; known: {', '.join(KNOWN)}")
    looked_from = day(as_of, "--as-of")
    here = stage(OpenGates())
    simulation = Simulation(here, ledger_of(ledger, mapping, looked_from))
    simulation.record(looked_from)
    items: list[OpenItem] = []
    for creditor in simulation.file.creditors:
        for account in here.ledger.book(creditor):
            state = here.ledger.read(creditor, account)
            items += state.open if state else ()
    lines(
        {
            "currency": aged.currency,
            "bucket": aged.bucket,
            "count": aged.items,
            "open": format_amount(aged.open, aged.currency),
        }
        for aged in aging(items, looked_from)
    )
    if simulation.refused:
        fail(*(problem(ledger, row, error) for row, error in simulation.refused))

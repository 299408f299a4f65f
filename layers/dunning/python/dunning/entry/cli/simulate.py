"""`dunning simulate`: which due items the policies would advance, run by run, and why others wait.
Reads files and prints; what is due is decided where it is always decided.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from dunning.entry.cli.output import (
    MappingOption,
    fail,
    ledger_of,
    lines,
    policies_of,
    problem,
    run_days,
    say,
)
from dunning.entry.offline import UnknownRuleset, gates_of, stage
from dunning.service.ledger_file import LedgerFile
from dunning.service.simulate import Output, Simulation


def simulate(
    policies: Annotated[Path, typer.Option(help="The policy file (YAML).")],
    ledger: Annotated[Path, typer.Option(help="Ledger bodies (.jsonl), or any file of invoices.")],
    runs: Annotated[str, typer.Option(help="Days: D1,D2 or a range D1..D2.")],
    explain: Annotated[bool, typer.Option(help="Say why the other items wait.")] = False,
    gates: Annotated[
        str | None,
        typer.Option(
            help="Contact rules: standard (in this version the same as default: e-mail at any"
            " hour, no other channel). Left out: none."
        ),
    ] = None,
    compare: Annotated[Path | None, typer.Option(help="A second policy file.")] = None,
    mapping: MappingOption = None,
) -> None:
    """One line per due item that each run advances."""
    days = run_days(runs)
    try:
        rules = gates_of(gates)
    except UnknownRuleset as error:
        fail(f"--gates: {error}")
    sets = [(path, *policies_of(path)) for path in (policies, compare) if path is not None]
    file = ledger_of(ledger, mapping, days[0])
    nameless = len(file.without_body())
    if nameless:
        say(
            f"dunning: {nameless} customers have no customer body; they count as reachable,"
            " at addresses made up for this simulation"
        )
    refused = []
    for path, read, text in sets:
        simulation = Simulation(stage(rules), LedgerFile(list(file.bodies)), read, text)

        def answers(simulation: Simulation = simulation) -> Iterator[Output]:
            for day in days:
                yield from simulation.run(day)
                if explain:
                    yield from simulation.not_reminded(day)

        if compare is None:
            lines(answers())
        else:
            lines({"policies": str(path), **answer} for answer in answers())
        refused = simulation.refused
    if refused:
        fail(*(problem(ledger, row, error) for row, error in refused))

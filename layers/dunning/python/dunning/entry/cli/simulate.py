"""`dunning simulate`: which due items the policies would advance, run by run, why others wait, what
it all comes to, and what another set of policies would do. What is due is decided elsewhere.
"""

from pathlib import Path
from typing import Annotated

import typer

from dunning.entry.cli.output import (
    MappingOption,
    SkipOption,
    fail,
    ledger_of,
    lines,
    policies_of,
    run_days,
    say,
    tell,
)
from dunning.entry.cli.simulation_tables import show
from dunning.entry.offline import UnknownRuleset, gates_of, stage
from dunning.service.simulations import Asked, PolicySet, Simulations

JSON, TABLE = "json", "table"


def simulate(
    policies: Annotated[Path, typer.Option(help="The policy file (YAML).")],
    ledger: Annotated[Path, typer.Option(help="Ledger bodies (.jsonl), or any file of invoices.")],
    runs: Annotated[str, typer.Option(help="Days: D1,D2 or a range D1..D2.")],
    explain: Annotated[bool, typer.Option(help="Say why the other items wait.")] = False,
    gates: Annotated[
        str | None,
        typer.Option(
            help="Contact rules: standard, us-federal, a file of your own (.toml), or default: as"
            " a cell of this version sends. Left out: none."
        ),
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(help="A second policy file: both, and what is different.")
    ] = None,
    summary: Annotated[
        bool, typer.Option(help="Say at the end what it comes to, in one line.")
    ] = False,
    tellings: Annotated[
        bool, typer.Option(help="Lines for what is told beside the ladder as well.")
    ] = False,
    format: Annotated[str, typer.Option(help="json (lines), or table (what it comes to).")] = JSON,
    mapping: MappingOption = None,
    skip_bad: SkipOption = False,
) -> None:
    """One line per due item that each run advances."""
    if format not in (JSON, TABLE):
        fail(f"--format: {format!r} is not known; write {JSON} or {TABLE}")
    days = run_days(runs)
    try:
        rules = gates_of(gates)
    except UnknownRuleset as error:
        fail(f"--gates: {error}")
    files = [path for path in (policies, compare) if path is not None]
    sets = tuple(PolicySet(str(path), *policies_of(path)) for path in files)
    file = ledger_of(ledger, mapping, days[0], skip_bad=skip_bad)
    nameless = len(file.without_body())
    if nameless:
        say(
            f"dunning: {nameless} customers have no customer body; they count as reachable,"
            " at addresses made up for this simulation"
        )
    summed = summary or format == TABLE
    asked = Asked(file, sets, tuple(days), rules, explain, summed, tellings=tellings)
    found = Simulations(stage).run(asked)
    if format == TABLE:
        show(found)
    else:
        lines(found)
    tell(ledger, asked.refused, skip_bad=skip_bad)

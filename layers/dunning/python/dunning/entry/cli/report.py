"""`dunning report`: figures of a ledger file as of a day.
The figures are the domain's; bodies after the day are not seen.
"""

from pathlib import Path
from typing import Annotated

import typer

from dunning.domain.bodies import ReversalBody
from dunning.domain.gates import OpenGates
from dunning.domain.ledger import LedgerError
from dunning.domain.policy_nodes import PolicyFileError
from dunning.domain.reports.score import USUAL, Weights
from dunning.domain.reports.score_file import read_weights
from dunning.domain.waiving import only_with_charges
from dunning.entry.cli.output import (
    MappingOption,
    SkipOption,
    day,
    fail,
    ledger_of,
    lines,
    policies_of,
    say,
    tell,
    text_of,
)
from dunning.entry.offline import stage
from dunning.service.reports import REPORTS, Book
from dunning.service.simulate import Simulation, days_between

MOST_DAYS = 20_000
EXPERIMENTS = "experiments"
OF_REMINDERS = ("effectiveness", EXPERIMENTS)
_ALL = 100


def report(
    name: Annotated[str, typer.Argument(help=", ".join(REPORTS))],
    ledger: Annotated[
        Path | None, typer.Option(help="Ledger bodies (.jsonl), or any file of invoices.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="The day that is looked from.")
    ] = None,
    policies: Annotated[
        Path | None,
        typer.Option(
            help="A policy file (YAML): its reminders are played day by day up to then, and what"
            " it says of grace, disputes and levels holds. delinquents, effectiveness, experiments."
        ),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(help="Days that are looked over: dso and cei 90, effectiveness 14.", min=1),
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="Weights of the delinquents' score (YAML).")
    ] = None,
    mapping: MappingOption = None,
    skip_bad: SkipOption = False,
    cell: Annotated[
        str | None,
        typer.Option(help="A deployed cell, as of now, in place of a file."),
    ] = None,
    creditor: Annotated[str | None, typer.Option(help="With --cell: one creditor alone.")] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="With --cell: stop the variants that the guard stops.")
    ] = False,
    sample: Annotated[
        int,
        typer.Option(help="With --cell: percent of the accounts that are read.", min=1, max=100),
    ] = 100,
) -> None:
    """Figures of a ledger as of a day, a line each (docs/reports.md)."""
    if name not in REPORTS:
        fail(f"the report {name!r} is not known; known: {', '.join(REPORTS)}")
    if (ledger is None) == (cell is None):
        fail("give either --ledger, with --as-of, or --cell")
    if cell is not None:
        if as_of is not None or policies is not None:
            fail("--cell: what stands there is as of now; leave --as-of and --policies out")
        from dunning.entry.cli.experiments import of_cell, report_of_cell

        if name == EXPERIMENTS:
            of_cell(cell, creditor, days, sample=sample, apply=apply)
            return
        if apply or sample != _ALL:
            fail("--apply and --sample go with experiments")
        report_of_cell(name, cell, creditor, days, _weights(weights) if weights else USUAL)
        return
    if ledger is None or as_of is None:
        fail("--as-of: say the day that is looked from")
    if apply or creditor is not None or sample != _ALL:
        fail("--apply, --creditor and --sample go with --cell: a file has nothing to stop")
    if name in OF_REMINDERS and policies is None:
        fail(f"{name}: give --policies; a ledger file holds no reminders but those of a run")
    looked_from = day(as_of, "--as-of")
    chosen = _weights(weights) if weights else USUAL
    read, text = policies_of(policies) if policies else ((), "")
    here = stage(OpenGates())
    simulation = Simulation(
        here, ledger_of(ledger, mapping, looked_from, skip_bad=skip_bad), read, text
    )
    span = simulation.file.days()
    if policies and span and span[0] <= looked_from:
        if (looked_from - span[0]).days > MOST_DAYS:
            fail(f"--as-of: the ledger begins more than {MOST_DAYS} days before")
        for each in days_between(span[0], looked_from):
            for _ in simulation.run(each):
                pass
    else:
        simulation.record(looked_from)
    books = [
        Book(here.ledger, simulation.rulebook(creditor), looked_from, days, chosen)
        for creditor in simulation.file.creditors
    ]
    lines(REPORTS[name](books))
    refused = simulation.refused if policies else _without_charges(simulation, ledger)
    tell(ledger, refused, skip_bad=skip_bad)


def _without_charges(simulation: Simulation, path: Path) -> list[tuple[int, LedgerError]]:
    """What is wrong but for rows that give up charges: without policies there are none, and one
    line says that those rows are passed over."""
    bodies = {stated.row: stated.body for stated in simulation.file.bodies}
    passed: list[int] = []
    ids: set[str] = set()
    for row, error in simulation.refused:
        body = bodies[row]
        taken_back = isinstance(body, ReversalBody) and body.of in ids
        if taken_back or only_with_charges(body, error):
            passed.append(row)
            ids.add(getattr(body, "id", ""))
    if passed:
        say(
            f"dunning: {path.name}: rows that give up charges are passed over"
            f" ({len(passed)}, the first is row {passed[0]}): charges are there with --policies"
        )
    return [one for one in simulation.refused if one[0] not in passed]


def _weights(path: Path) -> Weights:
    try:
        return read_weights(text_of(path, "--weights"))
    except PolicyFileError as error:
        fail(*(f"{path.name}: {one}" for one in error.problems))

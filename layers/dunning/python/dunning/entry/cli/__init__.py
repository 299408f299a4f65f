"""The command `dunning`: offline answers from files, and hands for people at a cell.
Arguments in, JSON Lines out; every rule lives in the use cases that are called here.
"""

import typer

from dunning.entry.cli import approvals, cell
from dunning.entry.cli.api_clients import api_client
from dunning.entry.cli.gate import gate
from dunning.entry.cli.handover import handover
from dunning.entry.cli.inbox import match, unmatched
from dunning.entry.cli.interest import interest
from dunning.entry.cli.links import revoke_links
from dunning.entry.cli.mandates import mandate
from dunning.entry.cli.optout import opt_out
from dunning.entry.cli.parse import parse
from dunning.entry.cli.pdf import pdf
from dunning.entry.cli.render import render
from dunning.entry.cli.report import report
from dunning.entry.cli.simulate import simulate
from dunning.entry.cli.webhooks import app as webhooks
from dunning.entry.cli.why import why
from dunning.entry.cli.wording import app as wording

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__
)
for command in (
    parse,
    simulate,
    why,
    report,
    gate,
    render,
    interest,
    cell.tasks,
    cell.imports,
    cell.redrive,
    cell.settle,
    cell.replan,
    approvals.proposals,
    approvals.approve,
    approvals.reject,
    handover,
    opt_out,
    unmatched,
    match,
    mandate,
    revoke_links,
    pdf,
    api_client,
):
    app.command()(command)
app.add_typer(wording, name="wording")
app.add_typer(webhooks, name="webhooks")


@app.callback()
def root() -> None:
    """Duecourse, from the command line."""


def main() -> None:
    """The console script."""
    app()

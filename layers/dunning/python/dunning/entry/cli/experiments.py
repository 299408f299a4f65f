"""`dunning report --cell`: any report of a book as it stands, however large; of experiments, with
`--apply`, the guard. What it shows and stops is the use case's.
"""

import typer

from dunning.domain.calendar import local_day
from dunning.domain.reports.score import Weights
from dunning.entry.cli.cell import creditor_in, rulebook_in, wiring_of
from dunning.entry.cli.output import lines, say
from dunning.service.experiment_reports import Guarding, find, rows_of
from dunning.service.report_book import Book
from dunning.service.reports import REPORTS

STOPPED_SOMETHING = 3
THREADS = 8
"""Accounts side by side: a person waits, and nobody else needs this process."""


def report_of_cell(
    name: str, cell: str, creditor: str | None, days: int | None, weights: Weights
) -> None:
    """Rows of one creditor, or of all, as of today in the creditor's zone."""
    wiring = wiring_of(cell)
    now = wiring.clock.now()
    owners = (creditor_in(wiring, creditor),) if creditor else wiring.rulebooks.creditors()
    for owner in owners:
        rulebook = rulebook_in(wiring, owner)
        today = local_day(now, rulebook.creditor.time_zone)
        book = Book(wiring.ledger, rulebook, today, days, weights, threads=THREADS)
        lines(REPORTS[name]([book]))


def of_cell(cell: str, creditor: str | None, days: int | None, *, sample: int, apply: bool) -> None:
    """Rows of one creditor or all; where `apply` stops a variant, it says so, and the exit code is
    3, so that who schedules it hears of it."""
    wiring = wiring_of(cell)
    now = wiring.clock.now()
    owners = (creditor_in(wiring, creditor),) if creditor else wiring.rulebooks.creditors()
    stopped = 0
    for owner in owners:
        rulebook = rulebook_in(wiring, owner)
        today = local_day(now, rulebook.creditor.time_zone)
        book = Book(wiring.ledger, rulebook, today, days, sample=sample)
        found = find(book)
        lines(rows_of(book, found))
        for one in (
            Guarding(wiring.ledger, wiring.rulebooks).stop(book, found, now) if apply else ()
        ):
            stopped += 1
            say(f"dunning: {owner}: {one.variant} of {one.experiment} is stopped; a task says why")
    if stopped:
        raise typer.Exit(STOPPED_SOMETHING)

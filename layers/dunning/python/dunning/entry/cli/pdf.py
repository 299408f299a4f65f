"""`dunning pdf` at a cell: a customer's statement, or a payment plan, as the PDF that they get.
Reads the ledger and prints in this process; nothing is written but the file.
"""

from pathlib import Path
from typing import Annotated

import typer

from dunning.domain.calendar import local_day
from dunning.domain.owed import owed
from dunning.domain.payment_plans import PROPOSED, PaymentPlan
from dunning.entry.cli.cell import Cell, OfCreditor, creditor_in, wiring_of
from dunning.entry.cli.output import fail, lines

BUILT = Path(__file__).resolve().parents[6] / "build" / "templates"


def pdf(
    cell: Cell,
    customer: Annotated[str, typer.Argument(help="The customer's id.")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
    plan: Annotated[
        str | None, typer.Option(help="A payment plan's id; without it, the statement.")
    ] = None,
    creditor: OfCreditor = None,
) -> None:
    """Write the statement of today, or what was agreed, with the customer's name."""
    from dunning.adapters.pdf_agreement import AgreementPdf
    from dunning.adapters.pdf_printer import TypstPrinter
    from dunning.adapters.pdf_statement import StatementPdf

    if not (BUILT / "pdf").is_dir():
        fail(f"{BUILT} holds no built templates; run `make templates`")
    wiring = wiring_of(cell)
    owner = creditor_in(wiring, creditor)
    account = wiring.ledger.account_key(owner, customer)
    state, book = wiring.ledger.read(owner, account), wiring.rulebooks.rulebook(owner)
    if state is None or book is None:
        fail(f"{customer} is not known here")
    today = local_day(wiring.clock.now(), state.zone(book.creditor))
    printer = TypstPrinter(BUILT)
    if plan is None:
        cases = owed(state, today, wiring.ledger.postings(owner, account))
        statements = StatementPdf(BUILT, printer)
        made = statements.statement(book.creditor, state.customer, cases, today, named=True)
    else:
        ended = (one.fact for one in wiring.ledger.ended(owner, account))
        known = [one for one in (*state.plans, *ended) if isinstance(one, PaymentPlan)]
        agreed = {one.id: one for one in reversed(known) if one.state != PROPOSED}
        if plan not in agreed:
            fail(f"{customer} has no plan {plan!r} that was agreed")
        agreements = AgreementPdf(BUILT, printer)
        made = agreements.agreement(book.creditor, state, agreed[plan], today, named=True)
    out.write_bytes(made.pdf)
    lines([{"creditor": owner, "customer": customer, "file": str(out), "bytes": len(made.pdf)}])

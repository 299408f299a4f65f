"""`dunning unmatched` and `dunning match` at a cell: payments that name nobody, and a person's word
on whose one is. Arguments in, one use case, JSON Lines out.
"""

from typing import Annotated

import typer

from dunning.domain.bodies import MatchBody
from dunning.domain.calendar import local_day
from dunning.domain.ledger import LedgerError
from dunning.entry.cli.cell import Cell, OfCreditor, creditor_in, rulebook_in, wiring_of
from dunning.entry.cli.output import fail, lines


def unmatched(
    cell: Cell,
    creditor: OfCreditor = None,
    by_amount: Annotated[
        bool, typer.Option("--by-amount", help="Look for fitting amounts in the whole book.")
    ] = False,
) -> None:
    """Payments of which nobody knows whose they are, each with whose it may be and why."""
    from dunning.service.inbox import Inbox
    from dunning.service.inbox_pages import unmatched_shown

    wiring = wiring_of(cell)
    owners = (creditor_in(wiring, creditor),) if creditor else wiring.rulebooks.creditors()
    payments = wiring.bodies.unmatched
    assert payments is not None  # a cell keeps them
    found = []
    for owner in owners:
        zone = rulebook_in(wiring, owner).creditor.time_zone
        today = local_day(wiring.clock.now(), zone)
        waiting = Inbox(wiring.ledger, payments).waiting(owner, today, by_amount=by_amount)
        found += [{"creditor": owner, **unmatched_shown(one)} for one in waiting]
    lines(found)


def match(
    cell: Cell,
    payment: Annotated[str, typer.Argument(help="The payment's id, as `unmatched` shows it.")],
    customer: Annotated[str, typer.Argument(help="Whose it is.")],
    invoice: Annotated[
        list[str] | None,
        typer.Option("--invoice", help="NUMBER=AMOUNT that is for one; may be given again."),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who says so, by an id.")] = "",
    creditor: OfCreditor = None,
) -> None:
    """Say whose a payment is. It is posted to them under its id, shared out as any other where no
    invoice is named, and nothing waits for it any more."""
    wiring = wiring_of(cell)
    owner = creditor_in(wiring, creditor)
    rulebook, now = rulebook_in(wiring, owner), wiring.clock.now()
    parts = []
    for one in invoice or ():
        number, sign, amount = one.rpartition("=")
        if not sign or not number or not amount:
            fail(f"--invoice: {one!r} is not NUMBER=AMOUNT, as SI10=100.00")
        parts.append((number, None, amount))
    body = MatchBody(
        on=local_day(now, rulebook.creditor.time_zone),
        id=f"match:{payment}"[:100],
        customer=customer,
        unmatched=payment,
        allocations=tuple(parts),
        by=by,
    )
    try:
        outcome = wiring.bodies.match(owner, body, rulebook, now)
    except LedgerError as error:
        fail(f"{error.field}: {error}")
    lines([{"creditor": owner, "payment": payment, "customer": customer, "outcome": outcome}])
